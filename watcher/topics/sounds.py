"""How a name sounds, roughly: what spellings in all scripts have in common.

Brontel, Бронтель and Μπροντέλ were heard before they were written. The sound of a word is its letters
in the Latin alphabet, with what orthographies do differently made alike. It is a ground for meeting
names that no catalogue lists, and only for long ones.
"""

from __future__ import annotations

import re

from anyascii import anyascii

from watcher.topics.text import UNSPACED

SHORTEST = 4
_FEWEST_CONSONANTS = 4
_ALIKE = {
    "tsch": "4",
    "tch": "4",
    "cz": "4",
    "ch": "4",
    "tj": "4",
    "cs": "4",
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
_TWICE = re.compile(r"(.)\1+")
_SILENT = re.compile(r"[^a-z0-9]+")
# The Polish rz (Andrzej), which is no German one (Schwarz).
_SLAVIC = re.compile("ch|cz|ck|ci(?=[aeou])|c")
_SLAVIC_READ = {"ch": "h", "cz": "cz", "ck": "sk"}
_RZ = re.compile(r"(?<=[bdgkpt])rz|^rz")
_VIC = re.compile(r"(?<=vi)(?:ks?|s)$")
_SOFT = re.compile("[ьъ](?=[аеёиоуюяєї])")
# Long vowels of Japanese, written or not: Ohtani, Otani; Kouichi, Koichi.
_DRAWN = re.compile("oh(?=[bcdfgjkmnprstwyz])|ou|oo|uu")
_GREEK = (("mp", "b"), ("nt", "d"), ("gk", "g"))
_VOWELS = str.maketrans({**dict.fromkeys("aeiouwyv'`\"-"), "p": "b", "q": "k", "j": "g", "l": "r"})
_UNVOWELLED = re.compile("[\u0590-\u06ff]")


def sounds(word: str) -> frozenset[str]:
    """How a folded word may sound; empty where it is too short to say, or written without its vowels.

    A Latin ch or c is read in two ways (Wojciechowska, Richter), and so is a Cyrillic г (Гамбург, Гоголь).
    """
    if not word.isascii() and _UNVOWELLED.search(word):
        return frozenset()
    latin = word if word.isascii() else _SILENT.sub("", anyascii(_SOFT.sub("и", word)).lower())
    if "\u0370" <= word[:1] <= "\u03ff":
        latin = next((one + latin[2:] for pair, one in _GREEK if latin.startswith(pair)), latin)
        latin = latin.replace("oy", "u")
    spelt = {latin}
    if word.isascii() and "c" in word:
        spelt.add(_slavic(latin))
    elif "\u0400" <= word[:1] <= "\u04ff":
        spelt.add(latin.replace("g", "h"))
    if _DRAWN.search(latin):
        spelt.add(_DRAWN.sub(_briefly, latin))
    return frozenset(heard for each in spelt if len(heard := _sound(each)) >= SHORTEST)


def _slavic(latin: str) -> str:
    return _SLAVIC.sub(lambda found: _SLAVIC_READ.get(found[0], "s"), latin)


def _briefly(found: re.Match[str]) -> str:
    return found[0][0]


def _sound(latin: str) -> str:
    polish = _RZ.sub("z", latin) if "rz" in latin else latin
    heard = _once(_SOUNDS.sub(_alike, polish))
    return _VIC.sub("4", heard) if "vi" in heard else heard


def _alike(found: re.Match[str]) -> str:
    return _ALIKE[found[0]]


def _once(letters: str) -> str:
    """The letters, each that stands several times in a row but once."""
    return _TWICE.sub(r"\1", letters) if _TWICE.search(letters) else letters


def consonants(word: str) -> str:
    """The consonants of a word; empty where they are too few to say.

    For scripts that leave vowels out, and those (Korean, Japanese) that put vowels between consonants.
    """
    latin = anyascii(word).lower()
    if not _UNVOWELLED.search(word):
        latin = latin.replace("v", "f").replace("c", "k")
    heard = _once(_SILENT.sub("", latin.translate(_VOWELS)))
    fewest = _FEWEST_CONSONANTS + (UNSPACED.match(word) is not None)
    return heard if len(heard) >= fewest else ""


def unvowelled(word: str) -> bool:
    """Whether a word is in a script that leaves vowels out (Arabic, Persian, Hebrew)."""
    return "\u0590" <= word[:1] <= "\u06ff"
