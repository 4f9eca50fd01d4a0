"""How a name sounds, roughly: what spellings in all scripts have in common.

Brontel, Бронтель and Μπροντέλ were heard before they were written. The sound of a word is its letters
in the Latin alphabet, with what orthographies do differently made alike. It is a ground for meeting
names that no catalogue lists, and only for long ones.

A word that is wanted is known by several keys (`keys`), a word of a story by those of its own script
(`heard`): between words in Latin letters the sound itself; in other alphabets that, and what readers of
some languages make of Latin letters (a g is no g in Mangione); then, for long words, the consonants with
the places of the vowels; and nothing but consonants for scripts that leave vowels out, and those (Korean,
Japanese) that put vowels between them. A mark at the beginning keeps the kinds of keys apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product

from anyascii import anyascii

from watcher.topics.text import UNSPACED

SHORTEST = 4
_FEWEST_CONSONANTS = 4
_FEWEST_IN_SLOTS = 5
_FEWEST_BETWEEN_VOWELS = 5
_FEWEST_SYLLABIC, _FEWEST_SYLLABIC_CONSONANTS = 5, 3
_ALIKE = {
    "tsch": "4",
    "tch": "4",
    "cz": "4",
    "ch": "4",
    "tj": "4",
    "cs": "4",
    "dzh": "5",
    "dsch": "5",
    "dj": "5",
    "shch": "6",
    "sch": "6",
    "sh": "6",
    "sz": "6",
    "zh": "s",
    "dz": "s",
    "z": "s",
    "kh": "h",
    "gh": "h",
    "ts": "s",
    "tz": "s",
    "ph": "f",
    "th": "t",
    "ck": "k",
    "qu": "k",
    "ou": "u",
    "oo": "u",
    "ee": "i",
    "ce": "se",
    "ci": "si",
    "cy": "si",
    "x": "ks",
    "c": "k",
    "w": "v",
    "y": "i",
    "j": "i",
    "q": "k",
}
_SOUNDS = re.compile("|".join(sorted(_ALIKE, key=len, reverse=True)))
_AGAIN = re.compile(r"(.)(?=\1)")
_SILENT = re.compile(r"[^a-z0-9]+")
# The Polish rz (Andrzej), which is no German one (Schwarz).
_SLAVIC = re.compile("ch|cz|ck|ci(?=[aeou])|c")
_SLAVIC_READ = {"ch": "h", "cz": "cz", "ck": "sk"}
_RZ = re.compile(r"(?<=[bdgkpt])rz|^rz")
_VIC = re.compile(r"(?<=vi)(?:ks?|s)$")
_UNVOICED = re.compile(r"v(?=[fhkpst46])")
_SOFT = re.compile("[ьъ](?=[аеёиоуюяєї])")
# Long vowels of Japanese, written or not: Ohtani, Otani; Kouichi, Koichi.
_DRAWN = re.compile("oh(?=[bcdfgjkmnprstwyz])|ou|oo|uu")
# Two Greek letters for one that the alphabet lacks: first what they are where a word begins, then within one.
_GREEK = {"μπ": ("b", "mb", "mp"), "ντ": ("d", "nd", "nt"), "γκ": ("g", "ng", "nk")}
_GREEK_SINGLE = (("τζ", "dzh"), ("τσ", "ts"), ("γγ", "ng"), ("ου", "u"), ("χ", "h"))
_GREEK_W = re.compile("^γου(?=[αειηο])")
_GREEK_Y = re.compile("γι?(?=[ιεη])|γι(?=[αουω])")

# What readers of a language make of Latin letters: wide of the mark in another, so for other scripts alone.
_READ = (
    (  # English, Italian: James, Mangione, Luciano
        "j|dg|g[eiy]|c[ei]|ch|sc[ei]|gn|gli",
        (
            ("sc(?=[ei])", "sh"),
            ("dg|g(?=[eiy])|j", "dzh"),
            ("c(?=[ei])", "ch"),
            ("(?<=ch|zh)i(?=[aou])", ""),
            ("gn", "ni"),
            ("gl(?=i)", "l"),
        ),
    ),
    (  # French: Chalamet, Depardieu, Pelicot
        "ch|j|g[ei]|e[au][ux]?$|(?<=[aeiou])[dstxz]$|ai|oi|gn",
        (
            ("ch", "sh"),
            ("j|g(?=[ei])", "zh"),
            ("eaux?$|ault$", "o"),
            ("ieu$", "ie"),
            ("(?<=[aeiou])[dstxz]$", ""),
            ("ai", "e"),
            ("oi", "ua"),
            ("gn", "ni"),
        ),
    ),
    (  # Spanish, Portuguese: Jiménez, Mourinho
        "j|g[ei]|gua|nh|lh|o$",
        (("j|g(?=[ei])", "h"), ("gu(?=a)", "gv"), ("nh", "ni"), ("lh", "li"), ("o$", "u")),
    ),
    (  # German, Dutch: Verstappen, Weinstein
        "^v|ei|eu|^s[tp]|nst",
        (("^v", "f"), ("ei", "ai"), ("eu", "oi"), ("^s(?=[tp])", "sh"), ("(?<=n)s(?=t)", "sh")),
    ),
    (  # Hungarian, and what Lithuanian and Latvian write of others' sounds: Džokovičs
        "sz|gy|zs|dz",
        (("sz", "s"), ("gy", "di"), ("zs", "zh"), ("dz", "dzh")),
    ),
)
_READINGS = tuple(
    (re.compile(trigger), tuple((re.compile(pattern), sound) for pattern, sound in changes))
    for trigger, changes in _READ
)
_VOWELS = re.compile("[aeiou]+")
_LIKE_S = str.maketrans("456", "sss")
_UNVOWELLED = re.compile("[\u0590-\u06ff]")
_INDIC = re.compile("[\u0900-\u0dff]")
_KATAKANA = re.compile("[\u30a1-\u30ff]+")
# What Japanese writes of a doubled or a long sound; and the vowel of a syllable that another one goes with.
_UNHEARD = {ord(mark): "" for mark in "ッー・"}
_SMALL = re.compile("i(?=y)|(?<=[td])e(?=i)|y")
_NASAL = re.compile("m(?=[bp])")
_UNSYLLABIC = re.compile("[^a-z]|i(?=[aou])")
_MEANT_O = re.compile("(?<=[td])o")
_HISSED = re.compile("ch|sh|ts|[zjc456]")
_FADING = re.compile("(?:ch|j|[45])i?")
_BARE = str.maketrans("lfvp", "rbbb", "wy'`-")
_KANA_ALIKE = str.maketrans("lv", "rb", "w")
_HANGUL_ALIKE = str.maketrans("lfvwpkt", "rbbbbgd", "y")
_HANGUL = re.compile("[\uac00-\ud7a3]")
# Arabic and Hebrew letters by what they stand for in the names of others; those left out stand for vowels.
_WRITTEN = {
    **dict.fromkeys("بپבפף", "b"),
    **dict.fromkeys("تطثתט", "t"),
    **dict.fromkeys("سصشزذظژסשזצץ", "s"),
    **dict.fromkeys("جغگג", "g"),
    **dict.fromkeys("هחחخכךה", "h"),
    **dict.fromkeys("دضד", "d"),
    **dict.fromkeys("رר", "r"),
    **dict.fromkeys("كقکק", "k"),
    **dict.fromkeys("لל", "l"),
    **dict.fromkeys("مמם", "m"),
    **dict.fromkeys("نנן", "n"),
    "ف": "f",
    "چ": "ts",
}
# A vowel at the beginning is written, if not which.
_OPENS = re.compile("[aeou]|i(?![aeou])")
_UNWRITTEN = str.maketrans("56p", "gsb")
_UNSAID = re.compile("(?<=.)h")
# Letters of which spellings make one another, so that what is left of a word is left of its sounds too ...
_ROUGH = bytes.maketrans(b"eyjopvwckqszx456", b"iiiufffkkkkkkkkk")
_ROUGH_AGAIN = re.compile(rb"(.)(?=\1)", re.DOTALL)
_ROUGH_TWICE = re.compile(rb"(.)\1", re.DOTALL)  # which is looked for in half the time
# ... but where a letter of another kind goes: what is written with these has to be heard.
_UNEVEN = re.compile("ch.*ch|ci|d[jsz]|gc?h|kc?h|quu|rz|t[cjsz]")


def sounds(word: str) -> frozenset[str]:
    """How a folded word may sound; empty where it is too short to say, or written without its vowels.

    A Latin ch or c is read in two ways (Wojciechowska, Richter), and so is a Cyrillic г (Гамбург, Гоголь).
    """
    if not word.isascii() and (_UNVOWELLED.search(word) or UNSPACED.search(word)):
        return frozenset()
    return _long(map(_sound, _spelt(word)))


@lru_cache(maxsize=65536)
def keys(word: str) -> frozenset[str]:
    """Everything by which a wanted word may be heard."""
    if not word.isascii():
        plain = sounds(word)
        wide = {f"~{each}" for each in plain}
        return frozenset({*plain, *wide, *_in_slots(plain), *_by_script(word), *_bare(plain)})
    plain = _long(map(_sound, _spelt(word)))
    said = plain.union(map(_sound, _read(word)))
    return frozenset({*plain, *(f"~{each}" for each in _long(said)), *_in_slots(said), *_bare(said)})


def heard(word: str) -> frozenset[str]:
    """What a story's word is looked up by: the keys of its own script."""
    if word.isascii():
        return sounds(word)
    if script := _by_script(word):
        return frozenset(script)
    plain = sounds(word)
    return frozenset({*plain, *(f"~{each}" for each in plain), *_in_slots(plain)})


def unvowelled(word: str) -> bool:
    """Whether a word is in a script that leaves vowels out (Arabic, Persian, Hebrew)."""
    return "\u0590" <= word[:1] <= "\u06ff"


def _long(said: Iterable[str]) -> frozenset[str]:
    return frozenset(each for each in said if len(each) >= SHORTEST)


# ---------------------------------------------------------------------------- in letters with vowels


def _spelt(word: str) -> set[str]:
    """A word in Latin letters, in each way in which it may be written or read."""
    if "\u0370" <= word[:1] <= "\u03ff":
        return set(_greek(word))
    latin = word if word.isascii() else _SILENT.sub("", anyascii(_SOFT.sub("и", word)).lower())
    spelt = {latin}
    if word.isascii() and "dz" in latin:
        spelt.add(latin.replace("dz", "dzh"))
    if word.isascii() and "c" in word:
        spelt.add(_SLAVIC.sub(lambda found: _SLAVIC_READ.get(found[0], "s"), latin))
    elif "\u0400" <= word[:1] <= "\u04ff":
        spelt.add(latin.replace("g", "h"))
    if _DRAWN.search(latin):
        spelt.add(_DRAWN.sub(lambda found: found[0][0], latin))
    return spelt


def _greek(word: str) -> Iterator[str]:
    """A Greek word in Latin letters; two of its letters may be one of another alphabet, or two."""
    word = _GREEK_Y.sub("y", _GREEK_W.sub("v", word))
    for pair, one in _GREEK_SINGLE:
        word = word.replace(pair, one)
    made = [word]
    for pair, (first, *within) in _GREEK.items():
        made = [first + each.removeprefix(pair) if each.startswith(pair) else each for each in made]
        made = [
            each.replace(pair, one) for each in made for one in ((first, *within) if pair in each else ("",))
        ]
    yield from (_SILENT.sub("", anyascii(each).lower()) for each in made)


def _read(latin: str) -> Iterator[str]:
    """What readers of some languages make of Latin letters."""
    for trigger, changes in _READINGS:
        if trigger.search(latin):
            said = latin
            for pattern, sound in changes:
                said = pattern.sub(sound, said)
            yield said


def _sound(latin: str) -> str:
    polish = _RZ.sub("z", latin) if "rz" in latin else latin
    said = _once(_SOUNDS.sub(lambda found: _ALIKE[found[0]], polish))
    said = _VIC.sub("4", said) if "vi" in said else said
    return _UNVOICED.sub("f", said) if "v" in said else said


def _once(letters: str) -> str:
    """The letters, each that stands several times in a row but once."""
    return _AGAIN.sub("", letters)


def gist(latin: str) -> bytes:
    """What is left of a sound, or of Latin letters, without what makes letters differ that sound alike."""
    rough = latin.encode().translate(_ROUGH, b"h")
    return _ROUGH_AGAIN.sub(b"", rough) if _ROUGH_TWICE.search(rough) else rough


def gists(word: str) -> tuple[bytes, ...]:
    """The gists of all sounds that a folded word may have; none where only hearing it will tell.

    Cheaper than to hear it. The gist of what a word begins with is what one of its gists begins with.
    """
    if not word.isascii() or _UNEVEN.search(word):
        return ()
    even = word.replace("qu", "k")
    return (gist(even.replace("ch", "k")), gist(even.replace("ch", ""))) if "ch" in even else (gist(even),)


def _in_slots(said: Iterable[str]) -> Iterator[str]:
    """Sounds with their vowels made one, where so many consonants are left that little else is like it."""
    for each in said:
        slots = _once(_VOWELS.sub("a", each).replace("v", "f").translate(_LIKE_S))
        if len(slots) - slots.count("a") >= _FEWEST_IN_SLOTS:
            yield f":{slots}"


# --------------------------------------------------------------------- in scripts known by consonants


def _by_script(word: str) -> tuple[str, ...]:
    """The key of a word in a script of which only the consonants tell."""
    if _UNVOWELLED.search(word):
        said = _once("".join(_WRITTEN.get(letter, "") for letter in word.rstrip("هה")))
        return (f"{'^' if word[0] in 'אا' else '='}{said}",) if len(said) >= _FEWEST_CONSONANTS else ()
    if _KATAKANA.fullmatch(word):
        latin = anyascii(word.translate(_UNHEARD)).lower()
        return (*_between_vowels(latin), *_kana(_SMALL.sub("", latin)))
    if _HANGUL.search(word):
        latin = anyascii(word).lower()
        return (*_between_vowels(latin), *_hangul(latin.replace("eu", "")))
    return _between_vowels(anyascii(word).lower()) if _INDIC.search(word) else ()


def _bare(said: Iterable[str]) -> Iterator[str]:
    """The consonants of sounds, as the scripts that are known by them would write them."""
    for each in said:
        yield from _unwritten(each)
        yield from _between_vowels(each)
        for v in ("b", "w") if "v" in each else ("",):
            yield from _kana(each.replace("v", v))
        yield from _hangul(each)


def _unwritten(said: str) -> Iterator[str]:
    """Sounds as Arabic and Hebrew write them; a v is written in three ways, a ch in two, an h or none."""
    letters = _VOWELS.sub("", said.translate(_UNWRITTEN))
    if len(letters) + letters.count("4") < _FEWEST_CONSONANTS:
        return
    opens = "^" if _OPENS.match(said) else "="
    for v, ch in product(
        ("", "f", "b") if "v" in letters else ("",), ("ts", "s") if "4" in letters else ("",)
    ):
        bare = letters.replace("v", v).replace("4", ch)
        for each in {bare, bare.replace("f", v or "f"), _UNSAID.sub("", bare)}:
            if len(short := _once(each)) >= _FEWEST_CONSONANTS:
                yield opens + short


def _between_vowels(letters: str) -> tuple[str, ...]:
    """The consonants of letters that have vowels of another language between them."""
    plain = _HISSED.sub("s", letters)
    bare = _once(_VOWELS.sub("", _NASAL.sub("n", plain).translate(_BARE)))
    return (f"#{bare}",) if len(bare) >= _FEWEST_BETWEEN_VOWELS else ()


def _kana(letters: str) -> tuple[str, ...]:
    """Letters as Japanese syllables leave them: with a u, or an o after t and d, where no vowel is meant."""
    plain = _NASAL.sub("n", _HISSED.sub("s", _FADING.sub("s", letters)).translate(_KANA_ALIKE))
    return _syllabic("%", _MEANT_O.sub("", plain.replace("u", "")))


def _hangul(letters: str) -> tuple[str, ...]:
    """Letters as Korean syllables leave them: k is like g, t like d, and f, p and v are like b."""
    plain = _HISSED.sub("s", _FADING.sub("s", letters.replace("ae", "e").replace("eo", "o")))
    return _syllabic("&", plain.replace("ng", "n").translate(_HANGUL_ALIKE))


def _syllabic(mark: str, letters: str) -> tuple[str, ...]:
    said = _once(_UNSYLLABIC.sub("", letters))
    long = len(said) >= _FEWEST_SYLLABIC and len(_VOWELS.sub("", said)) >= _FEWEST_SYLLABIC_CONSONANTS
    return (f"{mark}{said}",) if long else ()
