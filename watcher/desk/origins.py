"""Who said it first, who repeats whom, and how many have it on their own account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.desk.bylines import polled
from watcher.desk.citations import citation
from watcher.desk.sources import Sources
from watcher.models import Group, Story

NAMED = 4
"""Origins that are named before it is said how many more there are."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One origin of an event: an outlet, or all of one owner, with those who only repeat it.

    `first` is the earliest story that has it from there. `outlets` are those that tell it so, in order.
    """

    key: str
    name: str
    first: Story
    outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """The origins of an event, the earliest first.

    `quotes` are outlets with whom they quote, by name. `told_at` is when each owner first told it in words
    of its own, whoever it had it from.
    """

    first: Story
    voices: tuple[Voice, ...]
    outlets: int
    told_at: tuple[datetime, ...]
    quotes: tuple[tuple[str, str], ...] = ()

    @property
    def confirmations(self) -> int:
        """How many have it on their own account beside the first."""
        return len(self.voices) - 1

    @property
    def words(self) -> str:
        """The chain in a line: `6 outlets, 1 origin (NYT), not independently confirmed`."""
        return f"{self.outlets} outlet{'s' * (self.outlets > 1)}, {self.origin_words}"

    @property
    def origin_words(self) -> str:
        """The chain in a line that begins with its origins."""
        origins = f"{len(self.voices)} origin{'s' * (len(self.voices) > 1)} ({self._names()})"
        if self.confirmations == 0:
            return f"{origins}, not independently confirmed"
        times = f"{self.confirmations} independent confirmation{'s' * (self.confirmations > 1)}"
        return f"{origins}, {times}"

    def _names(self) -> str:
        names = [voice.name for voice in self.voices]
        more = len(names) - NAMED
        return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def trace(group: Group, sources: Sources) -> Chain:
    """Who told an event, each story counted for whoever it has the news from."""
    ordered = sorted(group.stories, key=lambda story: (story.published, story.seen, story.id))
    origins = _origins(ordered, group, sources)
    heard: dict[str, list[Story]] = {}
    for story in ordered:
        heard.setdefault(origins[story.id][0], []).append(story)
    voices = tuple(_voice(key, told, origins) for key, told in heard.items())
    outlets = {sources.of(story.outlet) or story.outlet for story in ordered}
    told_at = _told_at(ordered, group, sources)
    return Chain(ordered[0], voices, len(outlets), told_at, _quotes(ordered, origins))


def _told_at(ordered: Sequence[Story], group: Group, sources: Sources) -> tuple[datetime, ...]:
    """When each owner first told it in words of its own. The words are whose who has them first of those
    that are looked at: the text that they copy may be held, and no part of these."""
    firsts: dict[str, Story] = {}
    for story in ordered:
        firsts.setdefault(group.tellings.get(story.id, story.id), story)
    own: dict[str, datetime] = {}
    for story in firsts.values():
        own.setdefault(sources.voice(story.outlet), story.published)
    return tuple(own.values())


def _origins(ordered: Sequence[Story], group: Group, sources: Sources) -> dict[str, tuple[str, str, bool]]:
    """For each story whose news it has, as (voice, name, whether it quotes).

    The same text in many outlets is one telling: where one of them says whose it is, it is so in all.
    """
    at_hand = polled([(story.outlet, story.outlet_name) for story in ordered], sources)
    by_telling: dict[str, tuple[str, str, bool]] = {}
    found: dict[str, tuple[str, str, bool]] = {}
    for story in ordered:
        telling = group.tellings.get(story.id, story.id)
        quoted = citation(story, sources, at_hand)
        if quoted:
            by_telling[telling] = (quoted.source.voice, quoted.source.name, True)
        else:
            by_telling.setdefault(telling, (sources.voice(story.outlet), _name(story, sources), False))
    for story in ordered:
        found[story.id] = by_telling[group.tellings.get(story.id, story.id)]
    return found


def _name(story: Story, sources: Sources) -> str:
    source = sources.of(story.outlet)
    return source.name if source else story.outlet_name or story.outlet


def _voice(key: str, told: Sequence[Story], origins: dict[str, tuple[str, str, bool]]) -> Voice:
    outlets = tuple(dict.fromkeys(story.outlet for story in told))
    return Voice(key, origins[told[0].id][1], told[0], outlets)


def _quotes(
    ordered: Sequence[Story], origins: dict[str, tuple[str, str, bool]]
) -> tuple[tuple[str, str], ...]:
    quoting = {
        story.outlet_name or story.outlet: origins[story.id][1] for story in ordered if origins[story.id][2]
    }
    return tuple(quoting.items())
