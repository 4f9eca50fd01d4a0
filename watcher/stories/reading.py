"""What is read of a story before it is compared: its words, in a form that costs little to compare.

Words are folded to plain lower-case Latin letters and cut to their first four, which takes off the
endings of most languages; scripts without spaces are read two characters at a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

from watcher.models import Story
from watcher.stories.slugs import to_cyrillic, without_shelf_marks
from watcher.stories.turns import turns
from watcher.stories.vectors import is_unread

Codes = NDArray[np.uint16]

LEAD = 300
"""Characters of a summary that are read: what follows is seldom about the event itself."""
STEM = 4
"""Letters of a word that are kept. Four tells the same event better than five or six in Russian and Polish
and no worse elsewhere (docs/decisions.md)."""

MARKS = (
    r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    r"\u0900-\u0963\u0970-\u0df3\u0f00-\u0fff\u1000-\u109f\u1780-\u17d3"
)
"""Signs on a letter that are part of its word and no letters: vowels of Hindi, points of Hebrew."""
_WORD = re.compile(rf"(?:[^\W_]|[{MARKS}])+")
_UNSPACED = re.compile(r"[぀-ヿ㐀-䶿一-鿿฀-๿]+")
_DASHES = re.compile(r"[·…–—|\s]+")
CODES = 1 << 16
"""Codes are hashes below this; code 0 stands in every list and weighs nothing, so that no list is empty."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A story as it is compared: codes of its title's letters and words, and of all its words.

    `letters` are codes of every four letters in a row of the title; `words` of the title's stems; `all_words`
    of those and the lead's. Each is sorted and without repetition. `turns` is which steps it tells of,
    `unspaced` whether its script has no spaces, `unread` whether the sentence model has not learned its
    language.
    """

    letters: Codes
    words: Codes
    all_words: Codes
    turns: int
    language: str
    unspaced: bool
    unread: bool
    has_lead: bool


def read(story: Story) -> Reading:
    """Read a story's title and the beginning of its summary."""
    return read_text(story.title, story.summary, story.language)


def read_text(title: str, summary: str = "", language: str = "") -> Reading:
    title, lead = plain(title, language), plain(summary[: 2 * LEAD])[:LEAD]
    folded = fold_all(title)
    codes = [stem_code(word) for word in folded.split()]
    words = _sorted(codes)
    lead_codes = [stem_code(word) for word in fold_all(lead).split()]
    return Reading(
        letters=_letters(folded),
        words=words,
        all_words=_sorted(codes + lead_codes) if lead_codes else words,
        turns=turns(folded, language),
        language=language,
        unspaced=bool(_UNSPACED.search(title)),
        unread=is_unread(language),
        has_lead=bool(lead),
    )


def plain(text: str, language: str = "") -> str:
    """A text on one line, without the dashes, dots and article numbers that sentence vectors stumble over."""
    return to_cyrillic(without_shelf_marks(_DASHES.sub(" ", text).strip()), language)


def fold_all(text: str) -> str:
    """A text as plain words with one space between: Latin letters, or pairs of unspaced characters."""
    words: list[str] = []
    for word in _WORD.findall(text):
        if not word.isascii() and _UNSPACED.search(word):
            words.extend(_pairs(word))
        else:
            words.append(_fold(word))
    return " ".join(words)


def stem_code(word: str) -> int:
    """The code of a folded word's beginning."""
    return crc32((word[:STEM] if word.isascii() else word).encode()) % (CODES - 1) + 1


def _sorted(codes: list[int]) -> Codes:
    return np.array(sorted({0, *codes}), np.uint16)


def _letters(folded: str) -> Codes:
    """Codes of every four characters in a row, spaces among them."""
    units = np.frombuffer(f" {folded} ".encode("utf-16-le", "replace"), np.uint16).astype(np.uint32)
    if len(units) < 4:
        return np.zeros(1, np.uint16)
    mixed = units[:-3] * 0x9E3779B1 ^ units[1:-2] * 0x85EBCA6B
    mixed ^= units[2:-1] * 0xC2B2AE35 ^ units[3:] * 0x27D4EB2F
    return np.unique(np.append((mixed >> 13).astype(np.uint16), np.uint16(0)))


@lru_cache(maxsize=65536)
def _fold(word: str) -> str:
    return (word if word.isascii() else anyascii(word)).lower().replace("'", "").replace(" ", "") or "?"


def _pairs(word: str) -> list[str]:
    """A run of unspaced script as overlapping pairs; what stands between in other letters as it is."""
    pairs: list[str] = []
    for run in _UNSPACED.findall(word):
        pairs.extend(run[i : i + 2] for i in range(max(1, len(run) - 1)))
    pairs.extend(_fold(other) for other in _UNSPACED.split(word) if other)
    return pairs
