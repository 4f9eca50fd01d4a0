"""The most telling headline of a group, in the reader's language if there is one, and what it says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from watcher.models import Group, Story

SAID_CHARACTERS = 300
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？।])")
_NEVER_ENDS = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Gen|Sen|Rep|Gov|Lt|Col|No|vs|U\.S|U\.N|U\.K|[A-Z])\.$")


def languages_by_choice(stories: Iterable[Story], reader: str) -> list[str]:
    """The languages to look for a headline in: the reader's, English, then the commonest."""
    counts = Counter(story.language for story in stories)
    common = sorted(counts, key=lambda language: (-counts[language], language))
    return list(dict.fromkeys([reader, "en", *common]))


def headline(group: Group, reader: str = "en") -> Story:
    """The story whose headline tells the event best: central among its peers, and neither cut nor shouted."""
    for language in languages_by_choice(group.stories, reader):
        peers = [story for story in group.stories if story.language == language]
        if peers:
            return _most_telling(peers)
    return group.first


def _most_telling(peers: Sequence[Story]) -> Story:
    sample = peers[:40]
    return max(sample, key=lambda story: (_telling(story, sample), -story.seen.timestamp(), story.id))


def _telling(story: Story, peers: Sequence[Story]) -> float:
    """How well a headline stands for its peers, about 0–1."""
    likeness = [fuzz.token_set_ratio(story.title, peer.title) / 100 for peer in peers if peer is not story]
    central = sum(likeness) / len(likeness) if likeness else 0.5
    return central - _faults(story.title) + (0.05 if story.summary else 0.0)


def _faults(title: str) -> float:
    """What makes a headline a poor one, as a sum to take away."""
    wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in title)
    faults = 0.15 * (wide < 30) + 0.1 * (wide > 120)
    faults += 0.15 * title.rstrip().endswith(("?", "？", "...", "…"))
    faults += 0.1 * (title.isupper() and len(title) > 12)
    return faults + 0.05 * (":" in title[:20] or "|" in title)


def said(group: Group, lead: Story) -> str:
    """What the event is, in a sentence or two: from the headline's own summary or a peer's."""
    peers = [story for story in group.stories if story.language == lead.language and story.summary]
    for story in [lead, *peers]:
        text = opening(story.summary)
        if len(text) >= 20 and fuzz.ratio(text.casefold(), lead.title.casefold()) < 90:
            return text
    return ""


def opening(text: str, most: int = SAID_CHARACTERS) -> str:
    """The first sentences of a text that fit in `most` characters; a longer first one is cut at a word."""
    taken = ""
    for sentence in _sentences(text):
        longer = f"{taken} {sentence}".strip()
        if len(longer) > most:
            break
        taken = longer
    return taken or cut(text, most)


def _sentences(text: str) -> list[str]:
    parts: list[str] = []
    for part in _SENTENCE_END.split(text.strip()):
        if parts and _NEVER_ENDS.search(parts[-1]):
            parts[-1] += f" {part}"
        elif part:
            parts.append(part)
    return parts


def cut(text: str, most: int) -> str:
    """A text of at most `most` characters, cut at a word and ended with an ellipsis where it was longer."""
    text = text.strip()
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    space = kept.rfind(" ")
    return (kept[:space] if space > most // 2 else kept).rstrip(" ,;:–—-") + "…"
