"""Which characters a body's bytes are, where what is declared and what came are two things."""

from __future__ import annotations

import re

# What XML forbids and expat stumbles over: NUL and the other controls but tab, newline and return.
_FORBIDDEN = bytes([*range(9), 11, 12, *range(14, 32)])
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.I)
# References to NUL and to halves of characters outside the first plane, which no XML may have.
_HALVES = re.compile(rb"(?:&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5[5-7]\d{3}|[xX]?0+);)+")
_UTF8 = frozenset({"utf-8", "utf8", ""})
_DAMAGE_BORNE = 0.05


def readable(body: bytes, content_type: str) -> tuple[bytes, str]:
    """A body made ready for the parser, and the `; charset=` to hand it over with (or nothing).

    Bytes that are valid UTF-8 are UTF-8 whatever they are declared to be: no other encoding of real
    text passes for it by chance. UTF-8 with a few broken characters stays UTF-8 too, since reading all
    of it as Latin-1 would spoil every word for the sake of one.
    """
    if b"\x00" in body[:8]:
        return body, ""
    charset = _charset(content_type)
    declared = _declared(body) or charset
    if body.isascii():
        # Seven-bit encodings (ISO-2022-JP) pass for ASCII and need their escapes.
        return (_healed(body), f"; charset={declared}") if "2022" in declared else (_clean(body), "")
    text = body.decode("utf-8", "replace")
    damage = text.count("\ufffd")
    if damage == 0:
        return _clean(body), "; charset=utf-8"
    if declared in _UTF8 and damage <= _DAMAGE_BORNE * sum(not char.isascii() for char in text):
        return _clean(text.encode("utf-8", "replace")), "; charset=utf-8"
    return _healed(body), f"; charset={declared}" if declared else ""


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
