"""What a topic would have caught: the figures, examples and warnings that an editor decides by. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from watcher.chat.commands import cards
from watcher.desk.compose import clean, count, join
from watcher.models import Line, Match, Section, Sensitivity, Story, Topic
from watcher.topics.lexicon import Lexicon
from watcher.topics.match import THRESHOLDS, Matcher
from watcher.topics.names import Name, Names
from watcher.topics.query import Query
from watcher.topics.text import tokens

DAYS = 7
FLOOD_A_DAY = 100
"""Stories a day beyond which nobody reads a topic any more."""
EXAMPLES = 5
OWN = 2
"""Examples that are in the reader's own language, where it has so many."""
LEVELS = "of 100 stories strict misses some 34, normal 7, wide 5; of 100 caught 7, 5, 9 are wrong"
"""As measured on one topic: docs/accuracy.md."""
NAMES = 5
"""Names of a query that are explained."""


@dataclass(frozen=True, slots=True)
class Caught:
    """A story that a topic would have caught, and why."""

    story: Story
    match: Match


@dataclass(frozen=True, slots=True)
class Held:
    """What a topic that is watched has in fact: by its words, by their meaning, and as it was taught.

    `matches` are by story id. `kept` are stories that editors said it wants, whatever its sensitivity;
    `unread` are those that nobody has looked at yet, of which only the query can tell.
    """

    matches: Mapping[str, Match]
    kept: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a topic would have caught of the stories read, newest first; `days` are counts, oldest first.

    `by_level` is how many it would have caught at each sensitivity.
    """

    read: int
    caught: tuple[Caught, ...]
    days: tuple[tuple[datetime, int], ...]
    language: str = "en"
    by_level: Mapping[Sensitivity, int] = field(default_factory=dict)

    @property
    def a_day(self) -> float:
        """How many it would have caught a day, over the days of which there are stories at all."""
        return len(self.caught) / max(1, len(self.days))


def preview(
    topic: Topic,
    stories: Sequence[Story],
    names: Names,
    now: datetime,
    zone: tzinfo,
    language: str = "en",
    held: Held | None = None,
) -> Preview:
    """Try a topic on stories; those published before the last seven days are no news and are left out.

    `zone` says where days begin, `language` what the reader reads. Where the topic is watched, `held` says
    what it has of them, and the query only what it would have besides if it were wider.
    """
    since = now - timedelta(days=DAYS)
    read = [story for story in stories if since < story.published <= now]
    matcher = Matcher([replace(topic, sensitivity="wide")], names)
    found = [Caught(story, match) for story in read for match in matcher.match(story)]
    enough = THRESHOLDS[topic.sensitivity]
    kept = held.kept if held else frozenset()
    if held:
        below = [one for one in found if one.match.score < enough or one.story.id in held.unread]
        has = [Caught(story, held.matches[story.id]) for story in read if story.id in held.matches]
        found = has + [one for one in below if one.story.id not in held.matches]
    levels = {
        how: [one for one in found if one.match.score >= least or one.story.id in kept]
        for how, least in THRESHOLDS.items()
    }
    by_level = {how: len(caught) for how, caught in levels.items()}
    caught = levels[topic.sensitivity]
    caught.sort(key=lambda one: (one.story.published, one.story.id), reverse=True)
    days = _days([one.story for one in caught], read, now, zone)
    return Preview(len(read), tuple(caught), days, language, by_level)


def _days(
    caught: Sequence[Story], read: Sequence[Story], now: datetime, zone: tzinfo
) -> tuple[tuple[datetime, int], ...]:
    """A count for each day from the first of which there are stories to today."""
    counts = Counter(story.published.astimezone(zone).date() for story in caught)
    today = now.astimezone(zone)
    first = min((story.published.astimezone(zone).date() for story in read), default=today.date())
    days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
    return tuple((day, counts[day.date()]) for day in days if day.date() >= first)


# ------------------------------------------------------------------------------------------- cards


def reading_section(query: Query, names: Names, language: str = "en") -> Section:
    """How a query is understood: what is wanted together, and which words are names we know."""
    lines: list[Line] = []
    reading = query.reading()
    if reading.casefold() != query.text.strip().casefold():
        lines.append(cards.line(cards.quiet("Read as: "), reading))
    known = {name.id: name for term in query.terms() for id_ in term.names if (name := names.get(id_))}
    for name in list(known.values())[:NAMES]:
        within = [names.by_id[part].display(language) for part in names.parts(name.id)]
        lines += [_name_line(name, language), *([_parts_line(within)] if within else [])]
    if len(known) > 1:
        lines += _akin_lines(query)
    return Section(tuple(lines))


def _akin_lines(query: Query, most: int = 4) -> Iterator[Line]:
    """What stands for common words where a title is of two of the names: talks, for a summit."""
    wanted = set(query.words())
    for term in query.terms():
        if term.kind in ("word", "prefix") and term.text in wanted:
            near = Lexicon.shipped().near(tokens(term.text), open=term.kind == "prefix")
            words = ", ".join(meaning.replace("-", " ") for meaning in near[:most])
            more = f" and {len(near) - most} more" if len(near) > most else ""
            if near:
                word = cards.strong(clean(term.text))
                said = f" is met by {words}{more}, too"
                yield cards.line(cards.quiet("In a title of two of these names "), word, cards.quiet(said))


def _parts_line(within: Sequence[str], most: int = 3) -> Line:
    """The names that stand for a wider one, as Tehran does for Iran."""
    more = f" and {len(within) - most} more" if len(within) > most else ""
    return cards.line(cards.quiet(f"It is met by {', '.join(within[:most])}{more}, too"))


def _name_line(name: Name, language: str) -> Line:
    forms = name.aliases()
    shown = _across_scripts(forms)
    more = len(forms) - len(shown)
    tail = f" and {more} more" if more > 0 else ""
    return cards.line(cards.strong(name.display(language)), cards.quiet(f" is also {', '.join(shown)}{tail}"))


def _across_scripts(forms: Sequence[str], most: int = 5) -> list[str]:
    """Some forms of a name that look least like each other: one of each script before two of any."""
    by_script: dict[str, str] = {}
    for form in forms[1:]:
        letter = next((letter for letter in form if letter.isalpha()), "?")
        by_script.setdefault(unicodedata.name(letter, "?").split()[0], form)
    firsts = list(by_script.values())
    return (firsts + [form for form in forms[1:] if form not in firsts])[:most]


def preview_sections(found: Preview) -> tuple[Section, ...]:
    """A preview as an answer shows it: how many, a bar a day, a warning where one is due, examples."""
    if not found.read:
        return (cards.section("There are no stories of the last 7 days yet to try it on."),)
    summary = cards.section(_summary(found), *(_warnings(found)))
    if not found.caught:
        return (summary,)
    return (summary, cards.days_section(found.days, ""), *_examples(found))


def _summary(found: Preview) -> Line:
    number = count(len(found.caught), "story", "stories") if found.caught else "nothing"
    rate = f", about {_rate(found.a_day)} a day" if len(found.caught) > 1 else ""
    return cards.line(
        f"Of {count(found.read, 'story', 'stories')} of the last {DAYS} days it would have caught ",
        cards.strong(number + rate),
        ".",
    )


def _rate(a_day: float) -> str:
    return f"{a_day:,.0f}" if a_day >= 10 else f"{a_day:.1f}".removesuffix(".0")


def _warnings(found: Preview) -> list[Line]:
    if not found.caught:
        return [
            cards.line("Check the spelling; ask for fewer words, put OR between them, or try it with "),
            cards.line(cards.code("--sensitivity wide")),
        ]
    if found.a_day <= FLOOD_A_DAY:
        return []
    return [
        cards.line(
            cards.strong("That is more than anyone reads. "),
            "Add a word that must be there, leave one out with -word, or try it with ",
            cards.code("--sensitivity strict"),
            ".",
        )
    ]


def sensitivity_section(topic: Topic, found: Preview) -> Section:
    """What a topic's sensitivity asks of a story, and what the others would have caught."""
    chosen = topic.sensitivity
    others = [
        f"{how} ({enough:.0f}) would have caught {found.by_level.get(how, 0):,}"
        for how, enough in THRESHOLDS.items()
        if how != chosen
    ]
    number = count(len(found.caught), "story", "stories")
    caught = f"It catches {number} of the last {DAYS} days; {', '.join(others)}."
    return cards.section(
        cards.line(
            "Sensitivity ",
            cards.strong(chosen),
            f": a story needs {THRESHOLDS[chosen]:.0f} of 100 points. {caught}",
        ),
        cards.line(cards.quiet(f"As measured on one topic: {LEVELS}.")),
    )


def _examples(found: Preview) -> tuple[Section, ...]:
    ranked = _distinct(sorted(found.caught, key=lambda one: -one.match.score))
    chosen = _varied(ranked, found.language)
    sections = [_example_section(chosen, "The surest of them")]
    weakest = ranked[-1]
    if weakest not in chosen:
        sections.append(_example_section([weakest], "The least sure"))
    return tuple(sections)


def _example_section(chosen: Sequence[Caught], heading: str) -> Section:
    return cards.section(*map(_example_line, chosen), heading=heading, bullets=True)


def _example_line(one: Caught) -> Line:
    """A story's own words, those marked that met the topic; of its summary only what the title lacks."""
    told = {reason.term for reason in one.match.reasons if reason.field == "title"}
    reasons = [reason for reason in one.match.reasons if reason.field == "title" or reason.term not in told]
    words = join(cards.marked_story(one.story, reasons), " / ")
    return (*words, cards.quiet(" — "), *cards.source_of(one.story))


def _distinct(ranked: Sequence[Caught]) -> list[Caught]:
    """The first of those whose headlines are the same."""
    by_title: dict[str, Caught] = {}
    for one in ranked:
        by_title.setdefault(one.story.title.casefold(), one)
    return list(by_title.values())


def _varied(ranked: Sequence[Caught], language: str) -> list[Caught]:
    """The best that the reader can read, then the best of each other language; surest first."""
    own = [one for one in ranked if one.story.language == language]
    by_language: dict[str, Caught] = {}
    for one in ranked:
        by_language.setdefault(one.story.language, one)
    order = [*own[:OWN], *by_language.values(), *ranked]
    chosen = list({one.story.id: one for one in order}.values())[:EXAMPLES]
    return sorted(chosen, key=lambda one: -one.match.score)
