"""What is new: the sentence of a later story that the earlier ones did not have, or its new number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from watcher.desk.headline import cut
from watcher.models import Group, Revision, Story

MOST = 3
"""Novelties that one update tells."""
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")
_ENDS = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？।])")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Novelty:
    """A story's sentence that says what nobody had said before."""

    story: Story
    text: str


def novelties(group: Group, known: frozenset[str], most: int = MOST) -> tuple[Novelty, ...]:
    """What the stories beyond `known` say that those did not, the oldest first.

    Agency copy of a known story says nothing new, nor does a story in a language in which none is known:
    what it says may have been said in another.
    """
    told = {story.language: _words(_known(group, known, story.language)) for story in group.stories}
    found: list[Novelty] = []
    for story in group.stories:
        telling = group.tellings.get(story.id, story.id)
        if story.id in known or telling in known or not told[story.language]:
            continue
        text = _newest_sentence(story, told[story.language])
        if text:
            found.append(Novelty(story, cut(text, 240)))
            told[story.language] |= _words([story])
    return tuple(found[:most])


def is_other(one: Revision) -> bool:
    """Whether a headline now says something else, not the same with a letter mended."""
    old, new = one.old_title, one.new_title
    numbers = set(_NUMBER.findall(old)) != set(_NUMBER.findall(new))
    return old != new and (numbers or len(_spoken(old) ^ _spoken(new)) >= 4)


def _known(group: Group, known: frozenset[str], language: str) -> list[Story]:
    return [story for story in group.stories if story.id in known and story.language == language]


def _newest_sentence(story: Story, told: set[str]) -> str:
    """The sentence with most words untold, if they are enough, or with a number and a word untold."""
    best, score = "", 0.0
    for sentence in (story.title, *_ENDS.split(story.summary)[:4]):
        words = {word for word in _spoken(sentence) if len(word) > 3 or word.isdigit()}
        fresh = words - told
        share = len(fresh) / len(words) if len(fresh) >= 3 else 0.0
        numbers = {number for number in _NUMBER.findall(sentence) if number not in told and len(words) >= 4}
        worth = share + 0.3 * bool(numbers)
        if worth > score and (share >= 0.5 or (numbers and fresh - numbers)):
            best, score = sentence, worth
    return best.strip()


def _words(stories: Iterable[Story]) -> set[str]:
    return {word for story in stories for word in _spoken(f"{story.title} {story.summary}")}


def _spoken(text: str) -> set[str]:
    """Words; scripts without spaces are taken as pairs of characters, doubled to be long enough."""
    folded = text.casefold()
    runs = _UNSPACED.findall(folded)
    pairs = {run[at : at + 2] * 2 for run in runs for at in range(len(run) - 1)}
    return set(_WORD.findall(_UNSPACED.sub(" ", folded))) | pairs | set(_NUMBER.findall(folded))
