"""Digests: which events of a window a place is told of, and what is new in those it knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from watcher.desk.clock import Window
from watcher.desk.headline import headline, said
from watcher.desk.novelty import Novelty, is_other, novelties
from watcher.desk.origins import Chain, trace
from watcher.desk.sources import Sources
from watcher.desk.triage import newsworthy, resurfaced
from watcher.desk.unheard import Unheard
from watcher.models import Group, Revision, Shown, Story, Topic

News = Literal["new", "grown", "known", "updated"]
REACH = timedelta(hours=24)
"""How far before its window a digest looks for what was polled in time and matched too late."""
ROUNDUP = "roundup:"
"""With this begins what a round-up, which is in no group, is remembered by."""

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Item:
    """One event in a digest.

    `news` is new (this place has not seen it), grown (it has, and there is materially more) or known
    (it has; only a digest asked for shows these). One that is updated is in a message that was sent already.
    `fresh` are the stories the place has not seen, `whats_new` what these say that no earlier one did, and
    `revised` the headlines changed after it was told. `chain` is who said it first and who confirms it, where
    it is known who is who among outlets.
    """

    topic: Topic
    group: Group
    news: News
    fresh: tuple[Story, ...]
    lead: Story
    said: str
    whats_new: tuple[Novelty, ...] = ()
    chain: Chain | None = None
    revised: tuple[Revision, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """The events of some topics over a window, the weightiest first in each topic.

    `roundups` are the stories that belong to no one event: round-ups, briefings, live blogs. `muted` is how
    many events were left out since the place does not want to hear of them for a while. `unheard` says that
    many feeds could not be read.
    """

    window: Window
    topics: tuple[Topic, ...]
    items: tuple[Item, ...]
    roundups: tuple[Story, ...] = ()
    muted: int = 0
    unheard: Unheard | None = None

    @property
    def stories(self) -> tuple[Story, ...]:
        return tuple({s.id: s for item in self.items for s in item.group.stories}.values())

    @property
    def outlets(self) -> frozenset[str]:
        return frozenset(story.outlet for story in self.stories)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(story.language for story in self.stories if story.language)


def compile_digest(
    topics: Sequence[Topic],
    groups: Iterable[Group],
    window: Window,
    *,
    shown: Mapping[str, Shown] | None = None,
    held: frozenset[str] = frozenset(),
    roundups: Iterable[Story] = (),
    languages: Sequence[str] = (),
    reader: str = "en",
    asked: bool = False,
    reach: timedelta = timedelta(),
    sources: Sources | None = None,
    muted: frozenset[str] = frozenset(),
) -> Digest:
    """Choose the events of a window for a place.

    `shown` is what the place was shown before, by group. A scheduled digest leaves out what it has
    shown, unless the event has materially grown; one that was `asked` for shows all of the window.
    `reach` is how far before the window it still looks for what the place was never shown: a story is
    `seen` when its poll begins, and may have been matched only after the digest before this one.
    `held` are ids of stories that may not speak; `languages`, where given, are the only ones wanted. `muted`
    are events that are left out, and counted.
    """
    by_id = {topic.id: topic for topic in topics}
    looked_through = Window(window.start - reach, window.end, window.words)
    items = []
    for group in groups:
        news = newsworthy(_in_languages(group, languages), held)
        if news is None or group.topic_id not in by_id or not _in_window(news, looked_through, asked=asked):
            continue
        item = _item(by_id[group.topic_id], news, (shown or {}).get(group.id), reader)
        if asked or item.news != "known":
            items.append(replace(item, chain=trace(news, sources)) if sources and sources.known else item)
    order = {topic.id: place for place, topic in enumerate(topics)}
    items.sort(key=lambda item: (order[item.topic.id], *_weight(item)))
    known = frozenset() if asked else frozenset(shown or ())
    loose = tuple(
        story
        for story in roundups
        if (not languages or story.language in languages)
        and not resurfaced(story)
        and _as_shown(story) not in known
    )
    heard = tuple(item for item in items if item.group.id not in muted)
    return Digest(window, tuple(topics), heard, loose, len(items) - len(heard))


def _in_languages(group: Group, languages: Sequence[str]) -> Group:
    if not languages:
        return group
    kept = tuple(story for story in group.stories if story.language in languages)
    return Group(group.id, group.topic_id, kept, group.tellings)


def _in_window(group: Group, window: Window, *, asked: bool) -> bool:
    """Whether a group has news in a window: by when we saw it, or (asked) by when it was published."""
    if any(window.start < story.seen <= window.end and not asked for story in group.stories):
        return True
    return asked and any(window.start < story.published <= window.end for story in group.stories)


def _weight(item: Item) -> tuple[int, int, int, float, str]:
    """Sorts the weightiest event first: many independent outlets, many languages, many stories, late."""
    group = item.group
    return (
        -group.independent,
        -len(group.languages),
        -len(group.stories),
        -group.last_seen.timestamp(),
        group.id,
    )


def _item(topic: Topic, group: Group, before: Shown | None, reader: str) -> Item:
    lead = headline(group, reader)
    text = said(group, lead)
    if before is None:
        return Item(topic, group, "new", group.stories, lead, text)
    known = frozenset(before.stories)
    fresh = tuple(story for story in group.stories if story.id not in known)
    news: News = "grown" if materially_grown(group, known) else "known"
    return Item(topic, group, news, fresh, lead, text, novelties(group, known))


def item_of(topic: Topic, group: Group, reader: str, sources: Sources) -> Item:
    """An event as a whole, for who asks for it by name."""
    item = _item(topic, group, None, reader)
    return replace(item, chain=trace(group, sources)) if sources.known else item


def updated(item: Item, known: frozenset[str], revised: Sequence[Revision] = ()) -> Item:
    """An event whose message told of the stories `known`, with what has come to it since."""
    fresh = tuple(story for story in item.group.stories if story.id not in known)
    told = [one for one in revised if one.story_id in known and is_other(one)]
    if not fresh and not told:
        return item
    new = novelties(item.group, known)
    return replace(item, news="updated", fresh=fresh, whats_new=new, revised=tuple(told))


def materially_grown(group: Group, known: frozenset[str]) -> bool:
    """Whether a group holds enough that a place which knows the stories `known` should hear of it again.

    Either half as many independent outlets again (two at the least), or two outlets that say
    something the known stories did not.
    """
    before = Group(group.id, group.topic_id, _known(group, known), group.tellings).independent
    if group.independent - before >= max(2, before / 2):
        return True
    return len({story.outlet for story in group.stories if _says_new(story, group, known)}) >= 2


def _known(group: Group, known: frozenset[str]) -> tuple[Story, ...]:
    return tuple(story for story in group.stories if story.id in known)


def _says_new(story: Story, group: Group, known: frozenset[str]) -> bool:
    """Whether a fresh story's words are mostly ones that the known stories of its language do not have.

    With no known story in its language nothing can be said, so the answer is no.
    """
    if story.id in known or group.tellings.get(story.id, story.id) in known:
        return False
    peers = [peer for peer in _known(group, known) if peer.language == story.language]
    if not peers:
        return False
    told = set().union(*(_words(peer) for peer in peers))
    words = {word for word in _words(story) if len(word) > 3 or word.isdigit()}
    return bool(words) and len(words - told) / len(words) >= 0.6


def _words(story: Story) -> set[str]:
    """The words of a story; scripts without spaces (Han, kana, Thai) are taken as pairs of characters."""
    text = f"{story.title} {story.summary}".casefold()
    runs = _UNSPACED.findall(text)
    pairs = {run[at : at + 2] * 2 for run in runs for at in range(len(run) - 1)}
    return set(_WORD.findall(_UNSPACED.sub(" ", text))) | pairs


def shown_after(digest: Digest, at: datetime) -> tuple[Shown, ...]:
    """What a place will have been shown once it has a digest."""
    events = [Shown(item.group.id, at, tuple(s.id for s in item.group.stories)) for item in digest.items]
    return (*events, *(Shown(_as_shown(story), at, (story.id,)) for story in digest.roundups))


def _as_shown(roundup: Story) -> str:
    """What a round-up, which is in no group, is remembered by where it was shown."""
    return f"{ROUNDUP}{roundup.id}"
