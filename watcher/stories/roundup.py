"""Roundups and live blogs: stories about many events, which belong to none and must swallow none."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from anyascii import anyascii

_MARKS = str.maketrans(
    {"’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-", "−": "-", "·": "|", "•": "|", "：": ":"}
)
_FOLLOW = re.compile(r"^(follow|welcome to) (our|the)? ?(latest|live)\b.*\b(live|updates?|coverage|blog)\b")
_LATIN, _OTHER = re.compile("[a-z]"), re.compile("[\u0250-\uffff]")
_NEVER = "(?!)"
_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_LISTED = re.compile(r"^[^;]{3,40}: [^;]+; [^;]+; ")
"""A name and then headlines with semicolons between."""


def is_roundup(title: str, summary: str = "") -> bool:
    """Whether a story tells of many events at once: a briefing, a live blog, a week in review.

    Known by its wording in the languages of roundups.toml, whatever language the story is said to be in.
    """
    shown = _smooth(title)
    first, edge, rest = _wordings(bool(_LATIN.search(shown)), bool(_OTHER.search(shown)))
    worded = first.match(shown) or edge.search(shown) or rest.search(shown) or _LISTED.match(shown)
    return bool(worded or _labelled().search(shown) or _FOLLOW.match(_smooth(summary[:120])))


def _smooth(text: str) -> str:
    """A text in small letters, with plain marks, one space at a time and no accents on Latin letters."""
    text = " ".join(text.casefold().translate(_MARKS).split())
    return text if text.isascii() else "".join(map(_without_accent, text))


def _without_accent(letter: str) -> str:
    """A Latin letter without its accent; any other character as it is."""
    if "\u0300" <= letter <= "\u036f":
        return ""
    return anyascii(letter) if "\u00c0" <= letter <= "\u024f" else letter


@cache
def _labelled() -> re.Pattern[str]:
    """A label in brackets, in front of a headline or behind it, that says that it goes on being written."""
    label = "(?:" + "|".join(_expressions()["labels"]) + ")"
    opened, closed = r"[\[(【〔［（*]", r"[\])】〕］）*]"
    return re.compile(rf"^\W*{opened}\W*{label}\W*{closed}|{opened}(?!online)\W*{label}\W*{closed}$")


@cache
def _expressions() -> dict[str, list[str]]:
    """The expressions of roundups.toml by language, with no group remembered."""
    text = files("watcher.stories").joinpath("roundups.toml").read_text(encoding="utf-8")
    return {
        language: [_GROUP.sub("(?:", one) for one in ones] for language, ones in tomllib.loads(text).items()
    }


@cache
def _wordings(latin: bool, other: bool) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """The wordings met only at the beginning, only at the edge of a word, and anywhere: of Latin letters, of
    other scripts, or of both.

    With what all of a kind begin with taken out in front, no group remembered and scripts left out that a
    headline is not in, looking for them is several times as fast.
    """
    every = [one for language, ones in _expressions().items() if language != "labels" for one in ones]
    every = [one for one in every if (other if _OTHER.search(one) else latin)]
    first = [one for one in every if one.startswith("^")]
    edge = [one for one in every if one.startswith(r"\b")]
    rest = [one for one in every if one not in first and one not in edge]
    return (
        re.compile("|".join(first) or _NEVER),
        re.compile(r"\b(?:" + ("|".join(one.removeprefix(r"\b") for one in edge) or _NEVER) + ")"),
        re.compile("|".join(rest) or _NEVER),
    )
