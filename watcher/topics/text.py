"""Text made comparable: one fold for what people type, what the catalogue lists and what stories say.

Folding takes away what writers differ in without meaning anything by it: case, accents, ligatures,
full-width and stylised letters, hyphens and apostrophes of every kind, invisible characters. It works
character by character, so that a place in the folded text leads back to a place in the original.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

BOUND = "\x02"
"""Stands, with a space on each side, between a title and a summary that are folded in one go."""

UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003fffd]+"
)
"""Letters of scripts that write words without spaces between them, or (Korean) grow them by syllables."""

# Marks that make one letter with what stands before them, where the letter itself would be wrong.
_CLUSTER = re.compile("[\\s\\S][\u0300-\u036f\u0653-\u0655\u1160-\u11ff\u3099\u309a\uff9e\uff9f]*")
_HALF_MARKS = re.compile("[\uff9e\uff9f]")
_WORD = re.compile(r"(?:\w\.)+|\w+")

# Letters that Unicode does not take apart, and letters that two keyboards write differently.
_LETTERS = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ħ": "h",
    "ŋ": "n",
    "ə": "e",
    "ɛ": "e",
    "ґ": "г",
    "ѣ": "е",
    "ʼ": " ",
    "ʻ": " ",
    "ʿ": " ",
    "ʾ": " ",
    "ˈ": " ",
    "ʹ": " ",
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ک": "ك",
    "ة": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ۀ": "ه",
    "ٱ": "ا",
    "ـ": "",
    "־": " ",
    "׳": " ",
    "״": " ",
    "臺": "台",
}
_KEPT_MARKS = ("THAI", "LAO", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU", "MYANMAR", "KHMER", "GUJARATI")
_ACCENTED = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")


class _Table(dict[int, str]):
    """What each character folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    if character == BOUND:
        return BOUND
    whole = unicodedata.normalize("NFKC", character).casefold()
    return "".join(_fold_letter(letter) for part in whole for letter in _apart(part))


def _apart(letter: str) -> str:
    """A letter and its accents one by one, for the scripts whose accents are left out of account."""
    if letter in _LETTERS or not unicodedata.name(letter, "").startswith(_ACCENTED):
        return letter
    return unicodedata.normalize("NFKD", letter)


def _fold_letter(letter: str) -> str:
    if letter in _LETTERS:
        return _LETTERS[letter]
    if letter.isalnum():
        return letter
    kind = unicodedata.category(letter)
    if kind in ("Mn", "Mc", "Me"):
        return letter if unicodedata.name(letter, "").startswith(_KEPT_MARKS) else ""
    return "" if kind == "Cf" else " "


_TABLE = _Table()
# Of the letters that most stories are written in, each folds to one of them: so bytes do, ten times as fast.
_ASCII = bytes(ord(_TABLE[code]) for code in range(128)) + bytes(128)


def fold(text: str) -> str:
    """The text made comparable: lower-case letters and digits, with spaces where anything else was."""
    if text.isascii():
        return text.encode("ascii").translate(_ASCII).decode("ascii")
    if _is_plain(text):
        return text.translate(_TABLE)
    return "".join(_pieces(text))


def _is_plain(text: str) -> bool:
    """Whether each character folds alone (no marks that combine with the one before)."""
    return unicodedata.is_normalized("NFC", text) and not _HALF_MARKS.search(text)


def _pieces(text: str) -> list[str]:
    if _is_plain(text):
        return [_TABLE[ord(character)] for character in text]
    return [unicodedata.normalize("NFKC", part).translate(_TABLE) for part in _CLUSTER.findall(text)]


@lru_cache(maxsize=65536)
def tokens(text: str) -> tuple[str, ...]:
    """The folded words of a short text such as a name."""
    return tuple(fold(text).split())


def capitals_of(text: str) -> tuple[bool, ...]:
    """Which words of a text begin with a capital."""
    return tuple(word[0].isupper() for word in _WORD.findall(text))


@dataclass(slots=True)
class Folded:
    """A text, its folded form, and the way back from the one to the other."""

    original: str
    folded: str
    _starts: Sequence[int] = ()
    _origins: Sequence[int] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original (start, end) that folded to this part of the folded text."""
        if self.original.isascii() and len(self.original) == len(self.folded):
            return start, end
        if not self._starts:
            self._trace()
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        return self._origins[first], self._origins[last + 1]

    def _trace(self) -> None:
        """Note where each piece that left something behind starts, in both texts."""
        plain = _is_plain(self.original)
        parts = list(self.original) if plain else _CLUSTER.findall(self.original)
        pieces = _pieces(self.original)
        in_folded = accumulate(map(len, pieces), initial=0)
        in_original = accumulate(map(len, parts), initial=0)
        places = zip(pieces, in_folded, in_original, strict=False)
        traced = [(start, origin) for piece, start, origin in places if piece]
        self._starts = [start for start, _ in traced]
        self._origins = [*(origin for _, origin in traced), len(self.original)]
