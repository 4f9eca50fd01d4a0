"""Which characters a body's bytes are, where what is declared and what came are two things."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from watcher.feeds.languages import language_code

# What XML forbids and expat stumbles over: NUL and the other controls but tab, newline and return.
_FORBIDDEN = bytes([*range(9), 11, 12, *range(14, 32)])
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.I)
# References to NUL and to halves of characters outside the first plane, which no XML may have.
_HALVES = re.compile(rb"(?:&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5[5-7]\d{3}|[xX]?0+);)+")
_DAMAGE_BORNE = 0.05
# Codecs of Python's that are no encodings of documents, and some of them slow.
_NO_ENCODINGS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "utf7"})
# What goes by the name of a smaller encoding is usually the larger one that was made of it.
_LARGER = {
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp", "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252",
    "ascii": "cp1252", "windows-1252": "cp1252", "iso-8859-9": "cp1254", "tis-620": "cp874",
    "iso-8859-11": "cp874", "windows-874": "cp874",
}  # fmt: skip
_WESTERN = "cp1252"

_LOOKED_AT = 512 * 1024
_LANGUAGE = re.compile(rb"(?:<|<\w{1,10}:)language>\s*([\w-]{2,12})\s*<", re.I)
_MARKUP = re.compile(rb"<[^<>]{0,2000}>|&lt;.{0,500}?&gt;|&#?\w{1,8};", re.S)
_FOREIGN_WORD = re.compile(rb"[A-Za-z]{0,40}[\x80-\xff][A-Za-z\x80-\xff]*")
_ASCII_LETTERS = re.compile(rb"[A-Za-z]+")
_CONTROLS = re.compile(rb"[\x80-\x9f]")
# In words that have other letters than ASCII, fewer of the letters are such where the script is Latin.
_LATIN_HAS_FEWER = 0.5
_SAMPLES, _LEAST, _MOST = 5, 64, 2_048
_OTHER_SCRIPTS = [
    "cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp1253", "iso8859_7", "cp1255", "iso8859_8", "cp1256",
    "iso8859_6", "cp874", "cp932", "euc_jp", "gb18030", "big5", "cp949",
]  # fmt: skip
_BALTIC, _CENTRAL = (
    frozenset({"lv", "lt", "et"}),
    frozenset({"pl", "cs", "sk", "hu", "sl", "hr", "bs", "ro", "sq"}),
)
_NAMES = {"cp932": "Shift_JIS", "cp949": "EUC-KR", "big5": "Big5"}


@dataclass(frozen=True, slots=True)
class Readable:
    """A body made ready for the parser, the `; charset=` to hand it over with (or nothing), and what is
    to be said of it to people (or nothing)."""

    body: bytes
    charset: str = ""
    note: str = ""


def readable(body: bytes, content_type: str) -> Readable:
    """A body read as what it is really written in.

    Bytes that are valid UTF-8 are UTF-8 whatever they are declared to be: no other encoding of real
    text passes for it by chance. UTF-8 with a few broken characters stays UTF-8 too, since reading all
    of it as Latin-1 would spoil every word for the sake of one. Else the declared encoding is believed
    where it fits; where it does not, how the text reads tells the real one.
    """
    if b"\x00" in body[:8]:
        return Readable(body)
    declared = [name for name in (_declared(body), _charset(content_type)) if name]
    if body.isascii():
        # Seven-bit encodings (ISO-2022-JP) pass for ASCII and need their escapes.
        escaped = declared[:1] if "2022" in "".join(declared[:1]) else []
        return Readable(_healed(body), f"; charset={escaped[0]}") if escaped else Readable(_clean(body))
    for name in ("utf-8", *declared):
        damage_borne = 0.0 if name not in (declared or ["utf-8"]) else _DAMAGE_BORNE
        text = _decoded(body, name, damage_borne)
        if text is not None and not (_LARGER.get(name) == _WESTERN and _is_of_other_script(body)):
            return Readable(_clean(text.encode()), "; charset=utf-8")
    real = _real(body)
    text = body.decode(real, "replace")
    return Readable(_clean(text.encode()), "; charset=utf-8", _note(declared, real))


def _decoded(body: bytes, name: str, damage_borne: float) -> str | None:
    """A body as text, where it is of that encoding but for so small a part of its characters."""
    if name in _NO_ENCODINGS:
        return None
    try:
        text = body.decode(_LARGER.get(name, name), "replace")
    except (LookupError, ValueError):
        return None
    damage = text.count("\ufffd")
    return text if not damage or damage <= damage_borne * sum(not char.isascii() for char in text) else None


def _note(declared: list[str], real: str) -> str:
    said = f"that it is written in {declared[0].upper()}" if declared else "nothing of its encoding"
    return f"The feed says {said}. It was read as {_name(real)}, which it is; tell the outlet."


def _name(encoding: str) -> str:
    """What an encoding is called outside of Python."""
    if encoding in _NAMES:
        return _NAMES[encoding]
    plain = encoding.upper().replace("_", "-")
    return plain.replace("ISO8859", "ISO-8859").replace("CP", "windows-")


# ---------------------------------------------------------------------------- what it is really


def _real(body: bytes) -> str:
    """The encoding that a body is most probably written in, as Python calls it.

    Other scripts are known by how they read. Latin letters are too much alike for that, with their few
    accents: there the language decides that the feed declares.
    """
    if not _is_of_other_script(body):
        return _latin(body)
    from charset_normalizer import from_bytes  # 10 MB that few feeds need

    votes: Counter[str] = Counter()
    for sample in islice(_samples(body), _SAMPLES):
        best = from_bytes(sample, cp_isolation=_OTHER_SCRIPTS).best()
        votes.update([best.encoding] if best else [])
    return votes.most_common(1)[0][0] if votes else _WESTERN


def _latin(body: bytes) -> str:
    said = _LANGUAGE.search(body[:_LOOKED_AT])
    language = language_code(said[1].decode("ascii", "ignore")) if said else ""
    if language in _CENTRAL:
        return "cp1250" if _CONTROLS.search(_text_of(body)) else "iso8859_2"
    if language in _BALTIC:
        return "cp1257"
    return {"tr": "cp1254", "az": "cp1254", "vi": "cp1258"}.get(language, _WESTERN)


def _is_of_other_script(body: bytes) -> bool:
    words = b"".join(_FOREIGN_WORD.findall(_text_of(body)))
    high = len(_ASCII_LETTERS.sub(b"", words))
    return high >= _LATIN_HAS_FEWER * len(words) > 0


def _samples(body: bytes) -> Iterator[bytes]:
    """Some pieces of a body's text, of whole words, so that a broken character spoils only one of them."""
    words = [word for word in _text_of(body).split() if not word.isascii()]
    enough = min(max(sum(map(len, words)) // _SAMPLES, _LEAST), _MOST)
    piece: list[bytes] = []
    for word in words[: _SAMPLES * _MOST]:
        piece.append(word)
        if sum(map(len, piece)) >= enough:
            yield b" ".join(piece)
            piece = []
    if piece:
        yield b" ".join(piece)


def _text_of(body: bytes) -> bytes:
    return _MARKUP.sub(b" ", body[:_LOOKED_AT])


# ------------------------------------------------------------------------------------- mending


def _clean(body: bytes) -> bytes:
    return _healed(body.translate(None, _FORBIDDEN))


def _healed(body: bytes) -> bytes:
    return _HALVES.sub(_whole, body.lstrip())


def _whole(halves: re.Match[bytes]) -> bytes:
    """Characters written as two halves, as some software writes emoji; what is half only goes."""
    codes = [int(code.replace("x", "0x").replace("X", "0x"), 0) for code in _codes(halves[0])]
    text = "".join(map(chr, codes)).encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return "".join(f"&#{ord(char)};" for char in text if char != "\0").encode()


def _codes(references: bytes) -> list[str]:
    """The numbers in a run of references: "x1f6a2" or "128674", without leading zeros."""
    codes = [code.removeprefix("&#") for code in references.decode("ascii").split(";") if code]
    return [re.sub(r"^([xX]?)0+(?=.)", r"\1", code) for code in codes]


def _charset(content_type: str) -> str:
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", content_type, re.I)
    return found[1].lower() if found else ""


def _declared(body: bytes) -> str:
    found = _DECLARED.search(body[:400])
    return found[1].decode("ascii").lower() if found else ""
