"""Cards on a terminal."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console as Terminal

from watcher.chat.rendering import WIDEST, Reader, ago, render, render_reply, shown_time
from watcher.models import Button, Card, Line, Piece, Section

NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
COLOURED = Reader(NOW)
PLAIN = Reader(NOW, terminal=False, colour=False)
URL = "https://www.lemonde.fr/kim"


def printed(card: Card, reader: Reader = PLAIN, *, width: int = 80, reply: bool = False) -> str:
    out = io.StringIO()
    terminal = Terminal(
        file=out,
        width=width,
        force_terminal=reader.terminal,
        color_system="standard" if reader.colour else None,
    )
    terminal.print(render_reply(card, reader) if reply else render(card, reader))
    return out.getvalue()


def card(*lines: Line, title: str = "T", heading: str = "", bullets: bool = False) -> Card:
    return Card(title, sections=(Section(tuple(lines), heading, bullets),))


def test_a_card_is_a_signed_title_and_its_sections_under_it() -> None:
    whole = Card(
        "Two events",
        sections=(
            Section(((Piece("5 outlets", "strong"),),)),
            Section(((Piece("Kim arrives"),), (Piece("Kim leaves"),)), "Kim–Putin", bullets=True),
        ),
        footer=(Piece("since 08:00"),),
        buttons=(Button("Undo", "/watch status"),),
        tone="good",
    )
    assert printed(whole).splitlines() == [
        "✓ Two events",
        "  5 outlets",
        "",
        "  Kim–Putin",
        "  • Kim arrives",
        "  • Kim leaves",
        "",
        "  since 08:00",
        "  Undo: /watch status",
    ]


def test_replies_hang_from_a_line_that_ends_with_the_last() -> None:
    thread = Card(
        "Parent", replies=(card((Piece("one"),), title="First"), card((Piece("two"),), title="Last"))
    )
    assert printed(thread).splitlines() == [
        "▪ Parent",
        "  │",
        "  ├─ First",
        "  │    one",
        "  │",
        "  ╰─ Last",
        "       two",
    ]


def test_a_reply_that_may_not_be_the_last_leaves_the_line_open() -> None:
    assert printed(card((Piece("x"),), title="E"), reply=True).splitlines()[-1].startswith("  │")


@pytest.mark.parametrize("width", [20, 40, 80, 300])
def test_no_row_is_wider_than_the_terminal_nor_than_can_be_read(width: int) -> None:
    text = "金正恩与普京会谈 كيم جونغ أون في روسيا " * 8 + "https://example.org/" + "x" * 200
    thread = Card(text, sections=(Section(((Piece(text),),), bullets=True),), replies=(card((Piece(text),)),))
    rows = printed(thread, width=width).splitlines()
    assert max(map(cell_len, rows)) <= min(width, WIDEST)


def test_the_second_row_of_a_list_stands_under_the_first_word() -> None:
    rows = printed(card((Piece("word " * 30),), bullets=True)).splitlines()
    assert rows[1].startswith("  • word")
    assert rows[2].startswith("    word")


def test_a_link_can_be_followed_and_shows_its_host() -> None:
    out = printed(card((Piece("Le Monde", url=URL),)), COLOURED)
    assert "\x1b]8;" in out
    assert URL in out
    assert "(lemonde.fr)" in out


def test_a_link_that_is_its_own_host_does_not_say_it_twice() -> None:
    assert "(" not in printed(card((Piece("lemonde.fr", url=URL),)), COLOURED)


def test_where_links_cannot_be_followed_they_are_written_out() -> None:
    assert f"Le Monde <{URL}>" in printed(card((Piece("Le Monde", url=URL),)))


def test_a_title_does_not_say_where_it_leads_if_what_is_under_it_does() -> None:
    event = Card("Kim arrives", URL, (Section(((Piece("Le Monde", url=URL),),)),))
    assert printed(event, COLOURED).count("lemonde.fr)") == 1
    assert printed(event).count(URL) == 1


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a@b.example/", "file:///etc/passwd", "http://\x1b"]
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert "\x1b]8;" not in printed(Card("T", url, (Section(((Piece("text", url=url),),)),)), COLOURED)


def test_marked_words_are_coloured_or_in_brackets() -> None:
    line = (Piece("Then "), Piece("Putin", "mark"), Piece(" came"))
    assert "Then [Putin] came" in printed(card(line))
    assert "[Putin]" not in printed(card(line), COLOURED)
    assert "\x1b[1;33mPutin" in printed(card(line), COLOURED)


def test_brackets_in_a_text_are_no_markup() -> None:
    assert "[red]danger[/red] :bomb:" in printed(card((Piece("[red]danger[/red] :bomb:"),)), COLOURED)


def test_a_headline_from_right_to_left_is_isolated_as_a_whole_from_what_stands_around_it() -> None:
    line = (Piece("كيم ", "plain"), Piece("بوتين", "mark"), Piece(" — ", "quiet"), Piece("أخبار", url=URL))
    out = Reader(NOW, colour=False)
    shown = re.sub(r"\x1b\][^\x1b]*\x1b\\\\|\x1b\[[\d;]*m", "", printed(card(line), out))
    assert "\u2068كيم [بوتين]\u2069 — \u2068أخبار\u2069 (lemonde.fr)" in shown
    assert "\u2068" not in printed(card(line))


def test_a_title_from_right_to_left_is_isolated_once() -> None:
    assert printed(Card("كيم", URL), COLOURED).count("\u2068") == 1
    assert printed(Card("كيم"), COLOURED).count("\u2068") == 1


def test_spaces_are_kept_since_columns_are_made_with_them() -> None:
    assert "Mon   3  ███" in printed(card((Piece("Mon   3  ███", "code"),)))


anything = st.text(st.characters(exclude_categories=()), max_size=60)


@settings(max_examples=60, deadline=None)
@given(title=anything, texts=st.lists(anything, max_size=4), url=anything, width=st.integers(20, 120))
def test_nothing_that_a_feed_writes_can_drive_the_terminal(
    title: str, texts: list[str], url: str, width: int
) -> None:
    lines = tuple((Piece(text, url=url), Piece(text, "mark")) for text in texts)
    whole = Card(title, url, (Section(lines, title, bullets=True),), replies=(Card(title),))
    assert _controls(printed(whole, width=width)) <= {"\n"}


def _controls(text: str) -> set[str]:
    return {
        letter for letter in text if ord(letter) < 32 or 127 <= ord(letter) < 160 or letter in "\u202e\u2028"
    }


# ------------------------------------------------------------------------------------------ times

WARSAW = Reader(NOW, ZoneInfo("Europe/Warsaw"))


def test_a_span_that_began_on_another_day_says_that_it_ends_today() -> None:
    span = [
        Piece("x", "moment", at=NOW - timedelta(hours=24)),
        Piece(" – ", "quiet"),
        Piece("y", "moment", at=NOW),
    ]
    assert "Sun 13 Sep 12:00 – today 12:00" in printed(Card("Digest", footer=tuple(span)))
    span[0] = replace(span[0], at=NOW - timedelta(hours=2))
    assert "10:00 – 12:00" in printed(Card("Digest", footer=tuple(span)))


@pytest.mark.parametrize(
    ("hours", "style", "shown"),
    [
        (1, "time", "13:00"),
        (1, "moment", "13:00"),
        (20, "moment", "Sun 13 Sep 18:00"),
        (-24, "moment", "Tue 15 Sep 14:00"),
        (24 * 400, "moment", "Sun 10 Aug 2025 14:00"),
        (1, "date", "today"),
        (30, "date", "Sun 13 Sep"),
        (3, "ago", "3 h ago"),
    ],
)
def test_times_are_by_the_readers_clock_and_as_short_as_is_clear(
    hours: float, style: str, shown: str
) -> None:
    at = NOW - timedelta(hours=hours)
    assert shown_time(Piece("plain", style, at=at), WARSAW) == shown  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "just now"), (5, "5 min ago"), (-30, "in 30 min"), (180, "3 h ago"), (60 * 24 * 3, "3 days ago")],
)
def test_how_long_ago_in_words(minutes: int, words: str) -> None:
    assert ago(NOW - timedelta(minutes=minutes), NOW) == words


def sections(*texts: str) -> Iterable[Section]:
    return (Section(((Piece(text),),)) for text in texts)


def test_a_reader_at_a_file_has_no_links_to_press() -> None:
    out = io.StringIO()
    terminal = Terminal(file=out, width=80)
    terminal.print(render(Card("T", URL, tuple(sections("hello"))), Reader.at(terminal, NOW)))
    assert out.getvalue() == f"▪ T <{URL}>\n  hello\n"


def test_with_no_color_marked_words_stand_in_brackets_and_nothing_is_coloured() -> None:
    out = io.StringIO()
    marked = card((Piece("Putin", "mark"), Piece(" came", "quiet")), title="Title")
    terminal = Terminal(file=out, force_terminal=True, no_color=True, color_system="standard")
    terminal.print(render(marked, Reader.at(terminal, NOW)))
    assert "[Putin]" in out.getvalue()
    assert set(re.findall(r"\x1b\[([\d;]*)m", out.getvalue())) <= {"0", "1", "2"}
