"""What became of a story, in sentences: which topics it met and by what, which event, where it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import log
from statistics import fmean

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.missing import missed_lines, nearly_buttons
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.where_told import LOOKED_BACK, Telling, telling_of, told_lines, told_once_lines
from watcher.desk.compose import breadth, clean, count, safe_link
from watcher.desk.headline import cut, headline
from watcher.desk.lessons import Lessons
from watcher.desk.withdrawn import takes_back, withdraws
from watcher.models import (
    Button,
    Card,
    Group,
    Line,
    Match,
    Placement,
    Revision,
    Section,
    Story,
    Topic,
)
from watcher.store import events, feedback, stories, topics
from watcher.store.stories import Sighting
from watcher.stories.affinity import leeway, seconds_apart
from watcher.stories.group import JOIN
from watcher.stories.leaning import leaning
from watcher.stories.likeness import Alike, likest, to_likeness
from watcher.stories.series import strangers
from watcher.stories.vectors import all_unpacked, unpacked
from watcher.topics.match import THRESHOLDS, Matcher, Verdict

MISSED = 6
"""Topics that a story missed are explained one by one up to this many, the nearest first."""
_SHARES = {
    "meaning": "what they say",
    "close": "what they say when read closely",
    "wording": "their headlines' wording",
    "words": "the rarer words they share",
}
_SIGNS = {
    "across": "in another language",
    "shared turn": "both tell of the same kind of step",
    "turn": "one tells of a step that the other does not",
}
"""Features of likeness that an editor can make something of, as shares and as signs."""
_LIKEST = 3
_BUTTONS = 2


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a story, for one desk."""

    story: Story
    topics: tuple[Topic, ...] = ()
    matches: tuple[Match, ...] = ()
    placements: tuple[Placement, ...] = ()
    groups: tuple[Group, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    revisions: tuple[Revision, ...] = ()
    backlog: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Near:
    """A story that is like another, and how like that the stories `of` its event are on average."""

    alike: Alike
    on_average: float = 0.0
    of: int = 1


@dataclass(frozen=True, slots=True)
class Told:
    """What was found out about a story beside what the store says of it.

    `telling` is where it was told, `verdicts` are by topic name, `alike` and `enough` (the likeness from
    which stories join) by topic id, `called` what people call a catalogue's names, `copied` the stories whose
    text it has, by id.
    """

    telling: Telling
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    alike: Mapping[int, tuple[Near, ...]] = field(default_factory=dict)
    enough: Mapping[int, float] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    copied: Mapping[str, Story] = field(default_factory=dict)


async def explain(newsroom: Newsroom, ask: Ask, known: Known) -> Card:
    """The card that says what became of a story."""
    async with newsroom.store.reading() as db:
        neighbours = {placed.topic_id: await _neighbours(db, known, placed) for placed in known.placements}
        said = {placed.topic_id: await events.said(db, placed.topic_id) for placed in known.placements}
        copied = await stories.many(db, [placed.telling for placed in known.placements])
    alike = {
        topic_id: await asyncio.to_thread(_likest, known.story, *found)
        for topic_id, found in neighbours.items()
    }
    missed = [topic for topic in known.topics if topic.id not in {match.topic_id for match in known.matches}]
    async with newsroom.store.reading() as db:
        lessons = await feedback.by_topic(db, [topic.id for topic in missed])
        vector = (await stories.vectors(db, [known.story.id])).get(known.story.id)
    verdicts = await asyncio.to_thread(_verdicts, known.story, missed, newsroom, lessons, vector)
    ids = {reason.name for match in known.matches for reason in match.reasons}
    called = {id_: name.display(known.language) for id_ in ids if (name := newsroom.names.get(id_))}
    enough = {topic_id: leaning(JOIN, each) for topic_id, each in said.items()}
    return why_card(
        known, Told(await telling_of(newsroom, ask, known), verdicts, alike, enough, called, copied)
    )


_Vectors = Mapping[str, bytes]


async def _neighbours(
    db: AsyncConnection, known: Known, placed: Placement
) -> tuple[Mapping[str, Story], _Vectors, Mapping[str, str]]:
    """The texts of a topic around a story's time, with their vectors and events: what groups are made of.

    Copies of one text are no more evidence than it is, and its own copies tell what it tells.
    """
    since, until = known.story.seen - LOOKED_BACK, known.story.seen + LOOKED_BACK
    events_of = {
        one.story_id: one.group
        for one in await topics.placements(db, placed.topic_id, since)
        if one.group and one.telling == one.story_id != placed.telling
    }
    around = {id_: s for id_, s in (await stories.many(db, events_of)).items() if s.seen <= until}
    return around, await stories.vectors(db, [*around, known.story.id]), events_of


def _likest(
    story: Story, around: Mapping[str, Story], packed: _Vectors, events_of: Mapping[str, str]
) -> tuple[Near, ...]:
    """The stories most like one, as the groups are made: by the days between them too."""
    if story.id not in packed:
        return ()
    vectors = all_unpacked(packed)
    others = [(other, vectors[id_]) for id_, other in around.items() if id_ in vectors and id_ != story.id]
    found = [_as_grouped(story, one) for one in likest(story, vectors[story.id], others, len(others))]
    series = strangers(story, [one.story for one in found])
    best = sorted(found, key=lambda one: (-one.likeness, one.story.id))[:_LIKEST]
    near = []
    for one in best:
        event = events_of[one.story.id]
        each = [other.likeness for other in found if events_of[other.story.id] == event]
        whole = len(each) == sum(events_of[id_] == event for id_ in around)
        average = fmean(each) if whole else 0.0
        near.append(Near(replace(one, series=one.story.id in series), average, len(each) if whole else 1))
    return tuple(near)


def _as_grouped(story: Story, one: Alike) -> Alike:
    apart = seconds_apart(story, [one.story])
    odds = np.array([log(max(one.likeness, 1e-9) / max(1 - one.likeness, 1e-9))])
    seen = one.features
    odds += leeway(np.array([seen.across]), np.array([seen.closely]), apart)
    return replace(one, likeness=float(to_likeness(odds)[0]))


def _verdicts(
    story: Story,
    missed: Sequence[Topic],
    newsroom: Newsroom,
    lessons: Mapping[int, Lessons],
    packed: bytes | None,
) -> dict[str, Verdict]:
    if not missed:
        return {}
    matcher = Matcher(missed, newsroom.names)
    vector = unpacked(packed) if packed else None
    found = {}
    every = [topic.id for topic in missed]
    near = {weighed.topic.id: weighed.score for weighed in matcher.weigh(story, every)}
    for topic in sorted(missed, key=lambda topic: -near.get(topic.id, -1.0))[:MISSED]:
        verdict = _verdict(matcher, story, topic)
        taught = lessons.get(topic.id)
        moved = taught.judge(story, vector, verdict.score, verdict.threshold) if taught else None
        if moved and verdict.matched and moved.score < verdict.threshold:
            points = (
                f"It would have {verdict.score:.0f} points, where {verdict.threshold:.0f} are enough; but"
            )
            verdict = replace(verdict, note=f"{points} by what editors said: {moved.why}.")
        found[topic.name] = verdict
    return found


def _verdict(matcher: Matcher, story: Story, topic: Topic) -> Verdict:
    fault = matcher.faults.get(topic.id)
    if fault:
        return Verdict(topic, 0.0, 0.0, (), f"its query cannot be read: {fault}")
    return matcher.explain(story, topic)


# ------------------------------------------------------------------------------------------- cards


def why_card(known: Known, told: Told) -> Card:
    """What became of a story, from what is known of it. Pure."""
    by_id = {topic.id: topic for topic in known.topics}
    sections = [_story_section(known)]
    for match in known.matches:
        topic = by_id[match.topic_id]
        placed = next((one for one in known.placements if one.topic_id == topic.id), None)
        sections.append(_met_section(known.story, topic, match, told.called))
        sections.append(_event_section(known, topic, placed, told))
    sections += _missed_sections(known, told)
    if known.matches:
        sections.append(Section(tuple(told_lines(told.telling)), "Where it was told"))
    else:
        sections.append(Section(tuple(told_once_lines(told.telling)), "Where it was told, before it left"))
    return Card(
        cut(clean(known.story.title), 200) or "(no headline)",
        url=safe_link(known.story.url),
        sections=tuple(section for section in sections if section.lines),
        buttons=(*_not_buttons(known), *nearly_buttons(told.verdicts.values(), known.story)),
        tone="news",
        private=True,
    )


def _not_buttons(known: Known) -> list[Button]:
    """A press by which a topic that took the story leaves it out."""
    names = {topic.id: topic.name for topic in known.topics}
    took = [names[match.topic_id] for match in known.matches[:_BUTTONS]]
    return [Button(f"Not {name}", f"/watch topic not {name} {known.story.id}") for name in took]


def _story_section(known: Known) -> Section:
    story = known.story
    lines: list[Line] = [
        cards.source_of(story),
        cards.line(cards.quiet("We first saw it "), cards.when(story.seen)),
    ]
    if len(known.sightings) > 1:
        lines.append(cards.line(cards.quiet(f"It came in {count(len(known.sightings), 'feed')}.")))
    if takes_back(story) or any(map(withdraws, known.revisions)):
        lines.append(cards.line(cards.strong("Its outlet has withdrawn or corrected it.")))
    return Section((*lines, *map(_revision_line, known.revisions[-3:])))


def _revision_line(revision: Revision) -> Line:
    if revision.old_title == revision.new_title:
        return cards.line(cards.quiet("Its summary was changed "), cards.when(revision.at))
    old = clean(revision.old_title)
    return cards.line(
        cards.quiet("Its headline was changed "), cards.when(revision.at), cards.quiet(", from: "), old
    )


def _met_section(story: Story, topic: Topic, match: Match, called: Mapping[str, str]) -> Section:
    """By what a story met a topic: its own words, marked, then each reason as a sentence."""
    reasons = list({(r.term, r.text.casefold(), r.how): r for r in match.reasons}.values())
    lines = [
        *cards.marked_story(story, match.reasons),
        *(cards.reason_line(reason, called) for reason in reasons[:8]),
    ]
    return Section(tuple(lines), _met_heading(topic, match))


def _met_heading(topic: Topic, match: Match) -> str:
    enough = THRESHOLDS[topic.sensitivity]
    return f"It met {topic.name}: {match.score:.0f} of 100 points, where {enough:.0f} are enough"


def _event_section(known: Known, topic: Topic, placed: Placement | None, told: Told) -> Section:
    """Which event a story is in, and the likest stories with what makes them alike."""
    if placed is None:
        return cards.section("It has not been put with other stories yet.")
    if not placed.group:
        return cards.section("It is a roundup or a live blog: these tell of many events and belong to none.")
    group = next((one for one in known.groups if one.id == placed.group), None)
    lines: list[Line] = []
    if group is None or len(group.stories) == 1:
        lines.append(cards.line("Nothing else tells this event yet: it stands alone."))
    else:
        lead = headline(group, known.language)
        lines.append(
            cards.line(
                "It is in the event ",
                cards.strong(f"“{cut(clean(lead.title), 120)}”"),
                f", told by {breadth(group)}.",
            )
        )
    original = told.copied.get(placed.telling)
    if original is not None and original.id != known.story.id:
        copy = "It has the same text as this one, so the two count as one telling: "
        lines.append(cards.line(copy, cards.headline_of(original), " — ", *cards.source_of(original)))
    alike = told.alike.get(topic.id, ())
    here = {story.id for story in group.stories} if group else set()
    if alike:
        lines.append(cards.line(cards.quiet(_joining_said(told.enough.get(topic.id, JOIN)))))
    lines += [_alike_line(known.story, one, same=one.alike.story.id in here) for one in alike]
    return Section(tuple(lines), f"Its event in {topic.name}")


def _joining_said(enough: float) -> str:
    return (
        f"A story joins an event from {enough:.0%} alike on, on average over all stories of it; "
        "hours and days between them count against it. The likest of this topic:"
    )


def _alike_line(story: Story, near: Near, *, same: bool) -> Line:
    one = near.alike
    where = "same event" if same else "another event"
    if one.series:
        where += " of one series (the same words around another name or number)"
    elif not same and near.of > 1:
        where += f", whose {near.of} tellings are {near.on_average:.0%} alike on average"
    return (
        cards.strong(f"{one.likeness:.0%} alike"),
        cards.quiet(f", {where}: "),
        cards.headline_of(one.story),
        cards.quiet(" — "),
        *cards.source_of(one.story),
        cards.quiet(
            f" ({_features_said(one.features.named())}, {_apart(story.published - one.story.published)})"
        ),
    )


def _features_said(seen: Mapping[str, float]) -> str:
    """What made two stories alike, as far as it can be said in words."""
    shares = {name: said for name, said in _SHARES.items() if name != "close" or seen.get("closely")}
    parts = [f"{said} {max(0.0, seen[name]):.0%}" for name, said in shares.items() if name in seen]
    return ", ".join(parts + [words for name, words in _SIGNS.items() if seen.get(name, 0) >= 0.5])


def _apart(span: timedelta) -> str:
    minutes = round(abs(span.total_seconds()) / 60)
    if minutes < 120:
        return f"{minutes} min apart"
    hours = round(minutes / 60)
    return f"{hours} h apart" if hours < 48 else f"{round(hours / 24)} days apart"


def _missed_sections(known: Known, told: Told) -> list[Section]:
    """Why the desk's other topics did not take a story."""
    if not known.topics:
        return [cards.section("This desk watches no topic yet.")]
    lines = [line for name, verdict in told.verdicts.items() for line in missed_lines(name, verdict)]
    more = len(known.topics) - len(known.matches) - len(told.verdicts)
    if more > 0:
        lines.append(cards.line(cards.quiet(f"and {count(more, 'more topic')}, which had less of it")))
    heading = "Why no other topic took it" if known.matches else "Why no topic took it"
    return [Section(tuple(lines), heading)]
