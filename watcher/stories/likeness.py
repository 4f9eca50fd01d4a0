"""How alike two stories are: the probability that they tell the same event, from named features."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from watcher.models import Story
from watcher.stories.vectors import Vector, Vectors

SAME = 0.5
"""From this probability on, two stories are said to tell the same event."""


@dataclass(frozen=True, slots=True)
class Features:
    """What was seen of two stories, each between 0 and 1 (`meaning` is a cosine)."""

    meaning: float
    wording: float

    def named(self) -> Mapping[str, float]:
        """The features by the names that people read."""
        return {"meaning": self.meaning, "wording": self.wording}


@dataclass(frozen=True, slots=True)
class Alike:
    """A story, how likely it tells the same event, and why we think so."""

    story: Story
    likeness: float
    features: Features


def embed_text(title: str, summary: str = "") -> str:
    """What of a story goes into its vector: the title and at most one sentence of the summary."""
    title = _plain(title)
    lead = _first_sentence(_plain(summary))
    return f"{title} {lead}".strip()


def features(a: Story, b: Story, vector_a: Vector, vector_b: Vector) -> Features:
    """What is seen of two stories and their vectors."""
    wording = fuzz.token_set_ratio(a.title.lower(), b.title.lower()) / 100
    return Features(float(vector_a @ vector_b), wording)


def likeness(seen: Features) -> float:
    """The probability (0–1) that two stories with these features tell the same event."""
    return float(1 / (1 + np.exp(6.0 - 9.0 * seen.meaning - 2.0 * seen.wording)))


def same(a: Story, b: Story, vectors: Vectors) -> tuple[float, bool]:
    """The likeness of two stories, and whether it is enough to call them the same event."""
    one, two = vectors.embed([embed_text(a.title, a.summary), embed_text(b.title, b.summary)])
    score = likeness(features(a, b, one, two))
    return score, score >= SAME


def likest(
    story: Story, vector: Vector, others: Sequence[tuple[Story, Vector]], n: int = 3
) -> tuple[Alike, ...]:
    """The `n` stories of `others` that are most like this one, likest first, itself left out."""
    found = []
    for other, its_vector in others:
        if other.id != story.id:
            seen = features(story, other, vector, its_vector)
            found.append(Alike(other, likeness(seen), seen))
    return tuple(sorted(found, key=lambda alike: (-alike.likeness, alike.story.id))[:n])


_DASHES = re.compile(r"[·…–—|\s]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s|(?<=[。！？])")


def _plain(text: str) -> str:
    return _DASHES.sub(" ", text).strip()


def _first_sentence(text: str) -> str:
    """The first sentence of a lead, and no more than 200 characters of it."""
    end = _SENTENCE.search(text, 25)
    return text[: end.start() if end else 200][:200]
