"""Headlines taken from addresses: Cyrillic languages there come in Latin letters, as many ways as outlets.

No model of sentences has seen such Latin; written back in Cyrillic, even with mistakes, it is understood.
"""

from __future__ import annotations

import re

_CYRILLIC_LANGUAGES = frozenset({"ru", "uk", "bg", "be", "mk", "kk", "ky"})
_LETTERS = {
    "shch": "щ",
    "shh": "щ",
    "sch": "щ",
    "zh": "ж",
    "kh": "х",
    "ts": "ц",
    "tz": "ц",
    "cz": "ц",
    "ch": "ч",
    "sh": "ш",
    "yu": "ю",
    "ju": "ю",
    "iu": "ю",
    "ya": "я",
    "ja": "я",
    "yo": "ё",
    "jo": "ё",
    "ye": "е",
    "je": "е",
    "eh": "э",
    **dict(zip("abvgdezijklmnoprstufhcywqx'", "абвгдезийклмнопрстуфхцыщях" + "ь", strict=True)),
}
_ENDINGS = ((re.compile(r"y[jyi]$"), "ый"), (re.compile(r"i[jy]$"), "ий"), (re.compile(r"i[yj]?a$"), "ия"))
_SHORT_I = re.compile(r"(?<=[aeiouy])[yj](?![aeiou])")
_SOUND = re.compile("|".join(sorted(_LETTERS, key=len, reverse=True)))


_SHELF_MARK = re.compile(r"\b(?=\w*\d)(?:\w*\d{7,}\w*|(?=\w*[a-z])\w*\d{5,}\w*)\b", re.ASCII | re.IGNORECASE)
"""The number under which an outlet keeps an article: seven digits or more, or five beside letters."""


def without_shelf_marks(text: str) -> str:
    """A headline without article numbers that addresses carry; one that is nothing else stays as it is."""
    return " ".join(_SHELF_MARK.sub(" ", text).split()) or text


def to_cyrillic(text: str, language: str) -> str:
    """A text of a Cyrillic language written in Latin letters as Cyrillic; any other text as it is."""
    if language not in _CYRILLIC_LANGUAGES or not text.isascii() or not any(map(str.isalpha, text)):
        return text
    return " ".join(_word(word) for word in text.lower().split())


def _word(word: str) -> str:
    for ending, written in _ENDINGS:
        word = ending.sub(written, word)
    return _SOUND.sub(lambda sound: _LETTERS[sound.group()], _SHORT_I.sub("й", word))
