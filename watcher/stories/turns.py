"""Turns: what kind of step in an event a headline tells of.

A denial, a reaction, an explanation or the details that emerge next day are worded much like the event
itself, and are another event. Where only one of two headlines has such words, they are less alike than
they look.
"""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from anyascii import anyascii

KINDS = ("denial", "reaction", "explanation", "detail", "plan", "demand", "warning", "confirmation")
_SHORTEST, _LONGEST = 2, 12


def turns(folded: str, language: str) -> int:
    """The kinds of step a headline tells of, as bits in the order of KINDS.

    `folded` is the headline's words as `reading.fold_all` gives them. A language without a word list has
    none.
    """
    bits = 0
    for word in folded.split():
        bits |= _kind(word, language)
    return bits


@lru_cache(maxsize=65536)
def _kind(word: str, language: str) -> int:
    beginnings, whole = _words().get(language, ({}, {}))
    bits = whole.get(word, 0)
    for length in range(_SHORTEST, min(len(word), _LONGEST) + 1):
        bits |= beginnings.get(word[:length], 0)
    return bits


@cache
def _words() -> dict[str, tuple[dict[str, int], dict[str, int]]]:
    """By language: the beginnings of words, and the whole words, with their kinds as bits."""
    text = files("watcher.stories").joinpath("turns.toml").read_text(encoding="utf-8")
    return {language: _split(kinds) for language, kinds in tomllib.loads(text).items()}


def _split(kinds: dict[str, str]) -> tuple[dict[str, int], dict[str, int]]:
    beginnings: dict[str, int] = {}
    whole: dict[str, int] = {}
    for kind, words in kinds.items():
        for word in words.split():
            place, stem = (beginnings, word[:-1]) if word.endswith("*") else (whole, word)
            stem = stem if _unspaced(stem) else anyascii(stem).lower().replace("'", "")
            place[stem] = place.get(stem, 0) | 1 << KINDS.index(kind)
    return beginnings, whole


def _unspaced(word: str) -> bool:
    """Whether a word is in a script without spaces, which is read two characters at a time."""
    return any("぀" <= letter <= "鿿" for letter in word)
