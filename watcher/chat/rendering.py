"""Cards on a terminal: quiet, aligned, and safe whatever a feed wrote."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from itertools import groupby

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from watcher.chat.hosts import host_of
from watcher.desk.compose import clean, literal, safe_link
from watcher.models import Button, Card, Line, Piece, Section, Tone

WIDEST = 100
"""Columns: longer lines are hard to read, however wide the terminal is."""
NARROWEST = 20

_SIGNS: dict[Tone, tuple[str, str]] = {
    "plain": ("▪", "dim"),
    "news": ("◆", "cyan"),
    "alert": ("▲", "bold red"),
    "good": ("✓", "green"),
    "bad": ("✗", "red"),
}
_STYLES = {"strong": "bold", "quiet": "dim", "code": "cyan", "mark": "bold yellow"}
# First-strong isolate and its end: terminals that know right-to-left text keep it in its place by these.
_ISOLATE, _END = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a card is rendered: their time zone, their now, and what their terminal can do.

    On a `terminal`, addresses stand behind their text (OSC 8) and only the host is shown, and marked
    words are coloured; elsewhere addresses are written out and marked words stand in brackets.
    """

    now: datetime
    zone: tzinfo = UTC
    terminal: bool = True
    colour: bool = True

    @classmethod
    def at(cls, terminal: Console, now: datetime, zone: tzinfo = UTC) -> Reader:
        """Whoever looks at a terminal."""
        return cls(now, zone, terminal.is_terminal, has_colour(terminal))


def has_colour(terminal: Console) -> bool:
    """Whether colours can be told from one another there; NO_COLOR says that they cannot."""
    return terminal.color_system is not None and not terminal.no_color


def render(card: Card, reader: Reader, *, note: str = "") -> RenderableType:
    """A card with its thread, for rich to print. `note` stands quietly after the title."""
    return _Rendered(card, reader, note)


def render_reply(card: Card, reader: Reader, *, last: bool = False, note: str = "") -> RenderableType:
    """A card as a reply in a thread: indented, and joined by a line to what stands above."""
    return _reply(_Rendered(card, reader, note, reply=True), last=last)


@dataclass(frozen=True, slots=True)
class _Rendered:
    """A card's own message, and its replies under it."""

    card: Card
    reader: Reader
    note: str
    reply: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrow = options.update(width=max(NARROWEST, min(options.max_width, WIDEST)))
        for part in self._parts():
            yield from console.render(part, narrow)

    def _parts(self) -> Iterator[RenderableType]:
        card, reader = self.card, self.reader
        yield _title(card, reader, self.note, signed=not self.reply or card.tone in ("alert", "bad"))
        for place, section in enumerate(card.sections):
            # A reply is one paragraph; a card of its own breathes between its sections.
            if section.heading or (place and not self.reply):
                yield Text("")
            yield from _section(section, reader)
        buttons = _shown_buttons(card)
        if (card.footer or buttons) and not self.reply:
            yield Text("")
        if card.footer:
            yield _Prefixed(_text(card.footer, reader, "dim"), "  ", "  ")
        for button in buttons:
            pieces = (Piece(f"{button.label}: ", "quiet"), Piece(button.command, "code"))
            yield _Prefixed(_text(pieces, reader), "  ", "    ")
        for place, reply in enumerate(card.replies, 1):
            yield _reply(_Rendered(reply, reader, "", reply=True), last=place == len(card.replies))


def _shown_buttons(card: Card) -> tuple[Button, ...]:
    """The buttons that are written out as lines: not those of news, of which there are five an event.

    Its footer says what the event is called, and /help what can be done with it by that name.
    """
    return card.buttons if card.private or card.tone != "news" else ()


@dataclass(frozen=True, slots=True)
class _Prefixed:
    """Something with one prefix before its first row and another before the rows after it."""

    inner: RenderableType
    first: str
    after: str
    style: str = "dim"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = console.get_style(self.style)
        inside = options.update(width=max(NARROWEST, options.max_width - len(self.first)))
        for place, row in enumerate(console.render_lines(self.inner, inside, pad=False)):
            yield Segment(self.first if place == 0 else self.after, style)
            yield from row
            yield Segment("\n")


def _reply(inner: RenderableType, *, last: bool) -> RenderableType:
    joined = _Prefixed(inner, "  ╰─ ", "     ") if last else _Prefixed(inner, "  ├─ ", "  │  ")
    return _Stack((Text("  │", style="dim"), joined))


@dataclass(frozen=True, slots=True)
class _Stack:
    parts: Sequence[RenderableType]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self.parts


def _title(card: Card, reader: Reader, note: str, *, signed: bool) -> RenderableType:
    sign, colour = _SIGNS[card.tone]
    shown, url = literal(card.title), safe_link(card.url)
    if url:
        title = _link(shown, url, Style(bold=True), reader, told=_is_told(url, card, reader))
    else:
        title = Text(style="bold", overflow="fold").append_text(_isolated(Text(shown), reader))
    if note:
        title.append(f"  {note}", style="not bold dim")
    return _Prefixed(title, f"{sign} ", "  ", colour) if signed else title


def _is_told(url: str, card: Card, reader: Reader) -> bool:
    """Whether what is under a card's title says as well where its link leads."""
    others = [piece.url for section in card.sections for line in section.lines for piece in line if piece.url]
    return host_of(url) in map(host_of, others) if reader.terminal else url in others


def _section(section: Section, reader: Reader) -> Iterator[RenderableType]:
    if section.heading:
        yield _Prefixed(Text(clean(section.heading), style="bold"), "  ", "  ")
    for line in section.lines:
        first, after = ("  • ", "    ") if section.bullets else ("  ", "  ")
        yield _Prefixed(_text(line, reader), first, after)


def _text(line: Line, reader: Reader, base: str = "") -> Text:
    text = Text(style=base, overflow="fold")
    for _, run in groupby(_with_whole_spans(line, reader), key=_run_of):
        pieces = list(run)
        shown = [_piece(piece, reader) for piece in pieces]
        if pieces[0].url:  # its host stands beside it, and is no part of it
            text.append_text(Text().join(shown))
        else:
            text.append_text(_isolated(Text().join(shown), reader))
    return text


def _with_whole_spans(line: Line, reader: Reader) -> Line:
    """A line in which a span that began on another day says that it ends today: `Mon 18:00 – today 18:00`."""
    pieces = list(line)
    for at in range(2, len(pieces)):
        start, between, end = pieces[at - 2 : at + 1]
        if between.text == " – " and start.style == end.style == "moment" and start.at and end.at:
            days = [shown_time(replace(piece, style="date"), reader) for piece in (start, end)]
            if days[0] != days[1] == "today":
                pieces[at] = Piece(f"today {shown_time(end, reader)}")
    return tuple(pieces)


def _isolated(text: Text, reader: Reader) -> Text:
    """A text that runs from right to left, kept in its place between texts that do not."""
    if not reader.terminal or not _is_right_to_left(text.plain):
        return text
    return Text(_ISOLATE).append_text(text).append(_END)


def _run_of(piece: Piece) -> tuple[object, ...]:
    """What pieces share that are one text, in which some words are marked: they run in one direction."""
    return (piece.at, piece.url, piece.style not in ("plain", "mark"))


def _piece(piece: Piece, reader: Reader) -> Text:
    if piece.at is not None:
        return Text(shown_time(piece, reader))
    shown = literal(piece.text)
    if piece.style == "mark" and not reader.colour:
        shown = f"[{shown}]"
    style = Style.parse(_STYLES.get(piece.style, ""))
    url = safe_link(piece.url)
    if not url:
        return Text(shown, style=style)
    return _link(shown, url, style, reader)


def _link(shown: str, url: str, style: Style, reader: Reader, *, told: bool = False) -> Text:
    """A link, and where it leads: its host, or the whole of it where one cannot follow it.

    `told` says that this stands elsewhere in the same message.
    """
    if not reader.terminal:
        return Text(shown if told else f"{shown} <{url}>", style=style)
    text = Text(style=style, overflow="fold")
    text.append_text(_isolated(Text(shown, style=Style(link=url)), reader))
    if not told and host_of(url) != shown.casefold().removeprefix("www."):
        text.append(f" ({host_of(url)})", style=Style(dim=True, bold=False))
    return text


def _is_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


# ------------------------------------------------------------------------------------------ times


def shown_time(piece: Piece, reader: Reader) -> str:
    """A time as the reader's own clock and calendar have it, as short as it stays clear."""
    if piece.at is None:
        return piece.text
    local, today = piece.at.astimezone(reader.zone), reader.now.astimezone(reader.zone)
    if piece.style == "ago":
        return ago(piece.at, reader.now)
    if piece.style == "time":
        return f"{local:%H:%M}"
    near = local.date() == today.date()
    day = "today" if near else f"{local:%a} {local.day} {local:%b}"
    if local.year != today.year:
        day += f" {local.year}"
    if piece.style == "date":
        return day
    return f"{local:%H:%M}" if near else f"{day} {local:%H:%M}"


def ago(at: datetime, now: datetime) -> str:
    """How long ago (or in how long) something is: 3 min ago, in 2 h."""
    minutes = round((now - at).total_seconds() / 60)
    size = abs(minutes)
    if size < 1:
        return "just now"
    words = f"{size} min" if size < 90 else f"{size / 60:.0f} h" if size < 2880 else f"{size // 1440} days"
    return f"{words} ago" if minutes > 0 else f"in {words}"
