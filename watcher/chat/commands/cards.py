"""The pieces that answers are made of: pure, and free of any platform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from watcher.chat.commands.words import Misspoken
from watcher.desk.compose import clean, feed_name, outlet_of, safe_link
from watcher.desk.headline import cut
from watcher.models import Button, Card, Feed, Line, Piece, Reason, Section, Story, Style, Tone

BAR_CELLS = 24
_MUCH_QUOTED = re.compile(r"(?<!\w)(['\"])((?:(?!\1).){80})(?:(?!\1).){20,}\1(?!\w)", re.DOTALL)
"""What somebody typed, given back at such length that nobody finds what is said of it."""
SNIPPET_CHARACTERS = 160
TITLE_CHARACTERS = 200
LISTED = 30
"""Of what many feeds could be in, so many are listed."""


def line(*parts: Piece | str) -> Line:
    """One line; plain strings become plain pieces, empty ones nothing."""
    pieces = (Piece(part) if isinstance(part, str) else part for part in parts)
    return tuple(piece for piece in pieces if piece.text)


def strong(text: str) -> Piece:
    return Piece(text, "strong")


def quiet(text: str) -> Piece:
    return Piece(text, "quiet")


def code(text: str) -> Piece:
    return Piece(text, "code")


def when(at: datetime, style: Style = "moment") -> Piece:
    """A time, shown in the reader's own zone where the platform can."""
    plain = {"time": "%H:%M UTC", "date": "%Y-%m-%d"}.get(style, "%Y-%m-%d %H:%M UTC")
    return Piece(at.astimezone(UTC).strftime(plain), style, at=at)


def section(*lines: Line | str, heading: str = "", bullets: bool = False) -> Section:
    """Lines under a heading."""
    made = tuple(line(one) if isinstance(one, str) else one for one in lines)
    return Section(tuple(one for one in made if one), heading, bullets)


def listed(heading: str, lines: Sequence[Line]) -> Section:
    """Lines under a heading that counts them; of many only the first."""
    more = line(quiet(f"and {len(lines) - LISTED:,} more")) if len(lines) > LISTED else ()
    return section(*lines[:LISTED], more, heading=f"{heading} ({len(lines):,})", bullets=True)


def card(
    title: str,
    *sections: Section,
    tone: Tone = "plain",
    footer: Line = (),
    buttons: Sequence[Button] = (),
    private: bool = True,
) -> Card:
    """An answer, for the one who asked alone unless said otherwise; empty sections left out."""
    kept = tuple(one for one in sections if one.lines)
    title = _MUCH_QUOTED.sub(r"\1\2…\1", title)
    return Card(title, "", kept, footer, tone, tuple(buttons), private)


def commands_list(lines: Iterable[str], heading: str = "") -> Section:
    """Lines that one can type."""
    return section(*(line(code(one)) for one in lines), heading=heading)


def sorry(sentence: str, *hints: str) -> Card:
    """What did not go, in one sentence, and what to do."""
    return card(sentence, section(*hints), tone="bad")


def misspoken(slip: Misspoken) -> Card:
    """The answer to a line that is no command: what was meant perhaps, and how it is written."""
    usage = section(line(code(slip.command.usage))) if slip.command else section()
    hints = [hint for hint in slip.hints if slip.command is None or hint != slip.command.usage]
    heading = "For example" if slip.command else ""
    choices = section(*(meant for meant, _ in slip.choices), bullets=True)
    return card(
        str(slip),
        section(slip.shown),
        usage,
        choices,
        commands_list(hints[:6], heading),
        tone="bad",
        buttons=[button for _, button in slip.choices],
    )


def broken(reference: str) -> Card:
    """The answer where we have failed, not the person who asked."""
    return sorry(
        "That went wrong, and it is not your doing.",
        "Nothing else is affected. Try once more; if it fails again, tell whoever runs Watcher: "
        f"reference {reference}.",
    )


def undo(command: str, label: str = "Undo") -> Button:
    return Button(label, command)


# ---------------------------------------------------------------------------------------- figures


def bar(value: int, most: int, cells: int = BAR_CELLS) -> str:
    """A bar of text: as long as `value` is of `most`, one cell at the least where there is anything."""
    if value <= 0 or most <= 0:
        return ""
    return "█" * max(1, round(cells * value / most))


def days_section(counts: Sequence[tuple[datetime, int]], heading: str) -> Section:
    """A bar a day. `counts` are days (any moment of each, in the reader's zone) and numbers, oldest first."""
    most = max((number for _, number in counts), default=0)
    width = len(f"{most:,}")
    lines = [
        line(code(f"{day:%a %d %b}  {number:>{width},}  {bar(number, most)}".rstrip()))
        for day, number in counts
    ]
    return Section(tuple(lines), heading)


# ---------------------------------------------------------------------------------------- stories


def headline_of(story: Story) -> Piece:
    """A story's headline."""
    return Piece(cut(clean(story.title), TITLE_CHARACTERS) or "(no headline)")


def feed_piece(feed: Feed) -> Piece:
    """A feed by its name, with a link to it."""
    return Piece(feed_name(feed), url=safe_link(feed.url))


def source_of(story: Story) -> Line:
    """Who published a story (a link to it), when and in what language."""
    name = Piece(outlet_of(story), url=safe_link(story.url))
    return line(
        name, quiet(" · "), when(story.published), quiet(f" · {story.language}" if story.language else "")
    )


def story_line(story: Story, *before: Piece | str) -> Line:
    """A story on one line: its headline, its outlet, its time, its language."""
    return (*line(*before), headline_of(story), quiet(" — "), *source_of(story))


def marked(text: str, spans: Iterable[tuple[int, int]], *, most: int = TITLE_CHARACTERS) -> Line:
    """A text with some of its characters marked, cut to the part around the first mark where it is long.

    `spans` count characters of `text` as it stands; they may overlap and come in any order.
    """
    merged = _merged(spans, len(text))
    start, end = _excerpt(text, merged, most)
    pieces: list[Piece] = [quiet("… ")] if start else []
    place = start
    for left, right in merged:
        if left >= end or right <= start:
            continue
        pieces += [*_run(text[place:left], "plain"), *_run(text[max(left, start) : min(right, end)], "mark")]
        place = max(place, right)
    pieces += _run(text[place:end], "plain")
    return (*pieces, quiet(" …")) if end < len(text) else tuple(pieces)


def _merged(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for left, right in sorted((max(0, a), min(length, b)) for a, b in spans):
        if left >= right:
            continue
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _excerpt(text: str, spans: Sequence[tuple[int, int]], most: int) -> tuple[int, int]:
    """The part of a text to show: all of it, or some `most` characters that hold the first mark."""
    if len(text) <= most:
        return 0, len(text)
    first = spans[0][0] if spans else 0
    start = 0 if first < most * 3 // 4 else text.rfind(" ", 0, max(1, first - most // 4)) + 1
    end = text.find(" ", min(len(text), start + most))
    return start, len(text) if end < 0 or end - start > most * 2 else end


def _run(text: str, style: Style) -> list[Piece]:
    # Feeds are hostile, and spaces at the ends keep the words apart.
    shown = clean(f"x{text}x")[1:-1]
    return [Piece(shown, style)] if shown else []


def marked_story(story: Story, reasons: Iterable[Reason]) -> tuple[Line, ...]:
    """A story's own words with those marked that met a topic: the headline, and the summary if it did."""
    listed = list(reasons)
    in_title = [(r.start, r.end) for r in listed if r.field == "title"]
    in_summary = [(r.start, r.end) for r in listed if r.field == "summary"]
    lines = [marked(story.title, in_title)]
    if in_summary:
        lines.append(marked(story.summary, in_summary, most=SNIPPET_CHARACTERS))
    return tuple(lines)


_HOW = {
    "exact": "word for word",
    "inflected": "another form of the word",
    "transliterated": "as another language or script spells it",
    "fuzzy": "a spelling that is nearly the same",
    "role": "the office, not the name",
    "adjective": "the adjective",
    "meaning": "a word that means much the same",
    "akin": "a word near to it, in a headline of two of the names",
    "likeness": "what the story says as a whole",
    "feedback": "what editors said",
}


def reason_line(reason: Reason, called: Mapping[str, str] | None = None) -> Line:
    """One reason, for a person: the word of the query, the words of the story, and how they met.

    `called` is what people call the names of the catalogue, by id.
    """
    term = strong(clean(reason.term))
    if reason.how == "feedback":
        return line(strong("feedback"), quiet(f" — {clean(reason.alias)}"))
    if not reason.text:
        return line(term, quiet(" — by what the story says as a whole, not by a word"))
    how = "one of the kind" if reason.how == "meaning" and reason.name else _HOW[reason.how]
    name = (called or {}).get(reason.name, "")
    meant = f" ({clean(name)})" if name and name.casefold() != reason.text.casefold() else ""
    return line(term, " by ", Piece(clean(reason.text), "mark"), quiet(f" — {how}{meant}"))
