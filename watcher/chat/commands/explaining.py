"""What became of a story, in sentences: which topics it met and by what, which event, where it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.newsroom import Ask, Newsroom, where
from watcher.desk.compose import breadth, clean, count, safe_link
from watcher.desk.headline import cut, headline
from watcher.desk.lessons import Lessons
from watcher.desk.triage import resurfaced
from watcher.models import (
    Card,
    Delivery,
    Group,
    Line,
    Match,
    Piece,
    Place,
    Placement,
    Revision,
    Section,
    Story,
    Subscription,
    Topic,
)
from watcher.store import deliveries, feedback, stories, subscriptions, topics
from watcher.store.stories import Sighting
from watcher.stories.likeness import Alike, likest
from watcher.topics.match import THRESHOLDS, Matcher, TermVerdict, Verdict

LOOKED_BACK = timedelta(days=7)
"""How far from a story its likest ones are looked for."""
MISSED = 6
"""Topics that a story missed are explained one by one up to this many."""
_SHARES = ("meaning", "wording", "words")
_SIGNS = {
    "across": "across languages",
    "shared turn": "both tell of the same kind of step",
    "turn": "one tells of a step that the other does not",
}
"""Features of likeness that an editor can make something of, as shares and as signs."""


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
class Told:
    """Where an event was told, who would hear of it, and what was found out about the story.

    `verdicts` are by topic name, `alike` by topic id, `called` what people call a catalogue's names,
    `places` where something was sent, in words.
    """

    sent: tuple[Delivery, ...] = ()
    listeners: tuple[Subscription, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    alike: Mapping[int, tuple[Alike, ...]] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[Place, str] = field(default_factory=dict)


async def explain(newsroom: Newsroom, ask: Ask, known: Known) -> Card:
    """The card that says what became of a story."""
    async with newsroom.store.reading() as db:
        sent = await deliveries.about(db, [group.id for group in known.groups], known.story.seen)
        listeners = await subscriptions.subscriptions(db, ask.desk.id)
        neighbours = {placed.topic_id: await _neighbours(db, known, placed) for placed in known.placements}
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
    places = {delivery.place: await where(newsroom, ask, delivery.place) for delivery in sent}
    return why_card(known, Told(tuple(sent), tuple(listeners), verdicts, alike, called, places))


_Vectors = Mapping[str, bytes]


async def _neighbours(
    db: AsyncConnection, known: Known, placed: Placement
) -> tuple[Mapping[str, Story], _Vectors]:
    """The stories of a topic around a story's time, with their vectors."""
    since, until = known.story.seen - LOOKED_BACK, known.story.seen + LOOKED_BACK
    ids = [one.story_id for one in await topics.placements(db, placed.topic_id, since)]
    around = {id_: s for id_, s in (await stories.many(db, ids)).items() if s.seen <= until}
    return around, await stories.vectors(db, [*around, known.story.id])


def _likest(story: Story, around: Mapping[str, Story], packed: _Vectors) -> tuple[Alike, ...]:
    if story.id not in packed:
        return ()
    # A desk may have changed its vectors: those of another length are of another model.
    same = {id_: raw for id_, raw in packed.items() if len(raw) == len(packed[story.id])}
    vectors = {id_: np.frombuffer(raw, np.float16).astype(np.float32) for id_, raw in same.items()}
    others = [(other, vectors[id_]) for id_, other in around.items() if id_ in vectors and id_ != story.id]
    return likest(story, vectors[story.id], others)


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
    vector = np.frombuffer(packed, np.float16).astype(np.float32) if packed else None
    found = {}
    for topic in missed[:MISSED]:
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
        sections.append(_event_section(known, topic, placed, told.alike.get(topic.id, ())))
    sections += _missed_sections(known, told)
    if known.matches:
        sections.append(Section(tuple(_told_lines(known, told)), "Where it was told"))
    return Card(
        cut(clean(known.story.title), 200) or "(no headline)",
        url=safe_link(known.story.url),
        sections=tuple(section for section in sections if section.lines),
        tone="news",
        private=True,
    )


def _story_section(known: Known) -> Section:
    story = known.story
    lines: list[Line] = [
        cards.source_of(story),
        cards.line(cards.quiet("We first saw it "), cards.when(story.seen)),
    ]
    if len(known.sightings) > 1:
        lines.append(cards.line(cards.quiet(f"It came in {count(len(known.sightings), 'feed')}.")))
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


def _event_section(known: Known, topic: Topic, placed: Placement | None, alike: Sequence[Alike]) -> Section:
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
    here = {story.id for story in group.stories} if group else set()
    lines += [_alike_line(one, same=one.story.id in here) for one in alike]
    return Section(tuple(lines), f"Its event in {topic.name}")


def _alike_line(one: Alike, *, same: bool) -> Line:
    where = "same event" if same else "another event"
    return (
        cards.strong(f"{one.likeness:.0%} alike"),
        cards.quiet(f", {where}: "),
        cards.headline_of(one.story),
        cards.quiet(" — "),
        *cards.source_of(one.story),
        cards.quiet(f" ({_features_said(one.features.named())})"),
    )


def _features_said(seen: Mapping[str, float]) -> str:
    """What made two stories alike, as far as it can be said in words."""
    parts = [f"{name} {max(0.0, seen[name]):.0%}" for name in _SHARES if name in seen]
    return ", ".join(parts + [words for name, words in _SIGNS.items() if seen.get(name, 0) >= 0.5])


def _missed_sections(known: Known, told: Told) -> list[Section]:
    """Why the desk's other topics did not take a story."""
    if not known.topics:
        return [cards.section("This desk watches no topic yet.")]
    lines = [line for name, verdict in told.verdicts.items() for line in _missed_lines(name, verdict)]
    more = len(known.topics) - len(known.matches) - len(told.verdicts)
    if more > 0:
        lines.append(cards.line(cards.quiet(f"and {count(more, 'more topic')}")))
    heading = "Why no other topic took it" if known.matches else "Why no topic took it"
    return [Section(tuple(lines), heading)]


def _missed_lines(name: str, verdict: Verdict) -> Iterable[Line]:
    """Why one topic did not take a story, in a sentence, and what of it the story did have."""
    lacking = [term.term for term in verdict.terms if term.wanted and term.reason is None]
    barred = [term for term in verdict.terms if not term.wanted and term.reason is not None]
    met = [term.reason for term in verdict.terms if term.wanted and term.reason is not None]
    yield cards.line(cards.strong(name), f" — {_why_missed(verdict, lacking, barred)}")
    if met:
        said = [
            piece for reason in met[:5] for piece in (cards.quiet(", "), Piece(clean(reason.text), "mark"))
        ]
        yield cards.line(cards.quiet("It does have "), *said[1:], cards.quiet("."))


def _why_missed(verdict: Verdict, lacking: Sequence[str], barred: Sequence[TermVerdict]) -> str:
    if verdict.note:
        return verdict.note
    if barred and barred[0].reason:
        return f"it has “{clean(barred[0].reason.text)}”, and the query leaves out {barred[0].term}."
    points = f"{verdict.score:.0f} points, where {verdict.threshold:.0f} are needed"
    if not lacking:
        return f"it comes to {points}."
    missed = [f"“{term}”" for term in lacking[:6]]
    nothing = f"it has no {missed[0]}" if len(missed) == 1 else f"it has none of {', '.join(missed)}"
    return f"{nothing}: {points}." if verdict.score else f"{nothing}."


def _told_lines(known: Known, told: Told) -> Iterable[Line]:
    """Where a story's event was told, or why it was not."""
    messages = {delivery.place: delivery for delivery in told.sent}
    for delivery in messages.values():
        yield _sent_line(delivery, told.places[delivery.place])
    held = _held(known)
    if held:
        yield cards.line(held)
    elif not messages:
        yield from _waiting_lines(known, told)


def _sent_line(delivery: Delivery, to: str) -> Line:
    kind = "In a digest" if delivery.kind == "event" else "At once"
    at = delivery.made_at
    return cards.line(f"{kind} ", to, *((" at ", cards.when(at)) if at else ()), ".")


def _held(known: Known) -> str:
    """Why a story may not speak by itself; empty where it may."""
    if resurfaced(known.story):
        days = (known.story.seen - known.story.published).days
        return f"Nowhere by itself: its outlet dated it {days} days before it came to us, so it is old news."
    if all(not placed.group for placed in known.placements) and known.placements:
        return "Nowhere: roundups and live blogs belong to no single event."
    if known.backlog:
        return (
            "Nowhere by itself: it was in its feed before we first looked there. "
            "Such stories are kept, and shown by /digest, but never posted."
        )
    return ""


def _waiting_lines(known: Known, told: Told) -> Iterable[Line]:
    names = {topic.name for topic in known.topics if topic.id in {match.topic_id for match in known.matches}}
    mine = [one for one in told.listeners if not one.topics or names & set(one.topics)]
    if not mine:
        yield cards.line(
            "Nowhere: nobody has subscribed to its topic. ", cards.code(f"/watch subscribe {min(names)}")
        )
        return
    language = known.story.language
    deaf = [one for one in mine if one.languages and language not in one.languages]
    if len(deaf) == len(mine):
        yield cards.line(f"Nowhere: all who subscribed want other languages than {language}.")
        return
    times = [one.next_at for one in mine if one.next_at and one not in deaf]
    if times:
        yield cards.line("Not yet: the next digest comes at ", cards.when(min(times)), ".")
    else:
        yield cards.line("Not yet.")
