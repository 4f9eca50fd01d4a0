"""OPML, as it comes out of other readers and goes into them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.feeds import opml
from watcher.feeds.addresses import split_address
from watcher.feeds.opml import OpmlFeed
from watcher.models import Feed

SHIPPED = Path(__file__).parents[2] / "config" / "feeds.opml"


def document(body: str, title: str = "My feeds") -> bytes:
    head = f'<?xml version="1.0"?><opml version="2.0"><head><title>{title}</title></head>'
    return f"{head}<body>{body}</body></opml>".encode()


def test_feeds_come_with_title_language_site_and_their_folders_as_tags() -> None:
    read = opml.read(
        document(
            '<outline text="Europe"><outline text="France">'
            '<outline type="rss" text="Le Port" xmlUrl="https://port.example/rss" htmlUrl="https://port.example"'
            ' language="fr-FR" category="/World/Sea,/Ferries"/></outline></outline>'
            '<outline text="Loose" xmlUrl="https://loose.example/rss"/>'
        )
    )
    assert read.title == "My feeds"
    assert read.feeds == (
        OpmlFeed(
            "https://port.example/rss",
            "Le Port",
            ("Europe", "France", "Sea", "Ferries"),
            "fr",
            "https://port.example",
        ),
        OpmlFeed("https://loose.example/rss", "Loose"),
    )
    assert not read.faults


def test_attribute_names_in_any_case_are_understood() -> None:
    (feed,) = opml.read(document('<outline TITLE="A" xmlurl="https://a.example/rss"/>')).feeds
    assert (feed.title, feed.url) == ("A", "https://a.example/rss")


def test_a_feed_listed_in_two_folders_is_one_feed_with_both_tags() -> None:
    entry = '<outline text="A" xmlUrl="https://a.example/rss"/>'
    read = opml.read(document(f'<outline text="x">{entry}</outline><outline text="y">{entry}</outline>'))
    assert [feed.tags for feed in read.feeds] == [("x", "y")]


def test_what_is_written_is_read_back() -> None:
    feeds = (
        OpmlFeed(
            "https://a.example/rss?a=1&b=2",
            'A "quoted" <title> & more',
            ("Ostasien", "日本"),
            "ja",
            "https://a.example/",
        ),
        OpmlFeed("https://b.example/rss", "B", ("Ostasien",)),
        OpmlFeed("https://c.example/rss", "C"),
    )
    read = opml.read(opml.write(feeds, "Übersicht"))
    assert read.title == "Übersicht"
    assert set(read.feeds) == set(feeds)
    assert not read.faults


def test_polled_feeds_are_written_and_come_back_as_feeds_to_add() -> None:
    feed = Feed(7, "https://a.example/rss", "A", language="pl", tags=("kraj",), failures=3)
    (back,) = opml.feeds_of(opml.read(opml.write([feed])))
    assert (back.id, back.url, back.title, back.language, back.tags, back.failures) == (
        0, feed.url, "A", "pl", ("kraj",), 0,
    )  # fmt: skip


def test_a_title_no_xml_can_hold_is_written_without_what_it_cannot() -> None:
    (feed,) = opml.read(opml.write([OpmlFeed("https://a.example/", "A\0\x07B\ud800")])).feeds
    assert feed.title == "AB"


@given(st.lists(st.tuples(st.text(min_size=1), st.lists(st.text(), max_size=3)), max_size=5))
def test_whatever_titles_and_tags_say_the_list_can_be_read_again(named: list[tuple[str, list[str]]]) -> None:
    feeds = [OpmlFeed(f"https://a.example/{n}", title, tuple(tags)) for n, (title, tags) in enumerate(named)]
    assert {feed.url for feed in opml.read(opml.write(feeds)).feeds} == {feed.url for feed in feeds}


# -------------------------------------------------------------------------------------- bad input


def test_a_list_that_breaks_off_keeps_what_came_before_and_says_where() -> None:
    read = opml.read(document('<outline text="A" xmlUrl="https://a.example/rss"/>\n\n<outline text="B & C"'))
    assert [feed.url for feed in read.feeds] == ["https://a.example/rss"]
    assert read.faults[0].startswith("Line 3: the list breaks off here")
    assert "the 1 feeds before it were taken" in read.faults[0]


@pytest.mark.parametrize(
    "data", [b"", b"not xml at all", b"\x00\xff\xfe" * 30, b"<html><body>Sign in</body></html>"]
)
def test_what_is_no_list_is_said_and_gives_no_feeds(data: bytes) -> None:
    read = opml.read(data)
    assert not read.feeds
    assert len(read.faults) == 1


def test_an_entry_without_a_usable_address_is_a_fault_with_its_line() -> None:
    read = opml.read(
        document(
            '\n<outline text="Good" xmlUrl="https://a.example/rss"/>'
            '\n<outline text="Local" xmlUrl="file:///etc/passwd"/>'
            '\n<outline text="Spaced" xmlUrl="https://a.example/r ss"/>'
            '\n<outline type="rss" text="Empty" xmlUrl=""/>'
        )
    )
    assert [feed.title for feed in read.feeds] == ["Good"]
    assert [fault[:7] for fault in read.faults] == ["Line 3:", "Line 4:", "Line 5:"]


def test_entities_are_refused_before_they_can_grow() -> None:
    laughs = b'<!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    read = opml.read(laughs + b'<opml><body><outline text="&b;" xmlUrl="https://a.example"/></body></opml>')
    assert not read.feeds
    assert "a known trap" in read.faults[0]


def test_10_000_entries_are_read() -> None:
    entries = "".join(f'<outline text="F{n}" xmlUrl="https://a.example/{n}"/>' for n in range(10_000))
    assert len(opml.read(document(entries)).feeds) == 10_000


def test_10_000_broken_entries_make_a_list_of_faults_that_can_be_read() -> None:
    read = opml.read(document('<outline text="x" xmlUrl="nowhere"/>' * 10_000))
    assert len(read.faults) == 101
    assert read.faults[-1] == "… and 9900 faults more."


def test_folders_nested_without_end_are_borne() -> None:
    deep = "".join(f'<outline text="d{n}">' for n in range(20_000))
    body = deep + '<outline text="A" xmlUrl="https://a.example/"/>' + "</outline>" * 20_000
    (feed,) = opml.read(document(body)).feeds
    assert feed.tags == tuple(f"d{n}" for n in range(8))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1251", "iso-8859-1"])
def test_a_list_in_another_encoding_is_read(encoding: str) -> None:
    title = "Fähre" if encoding == "iso-8859-1" else "Паром"
    text = f'<?xml version="1.0" encoding="{encoding}"?><opml><body><outline text="{title}" xmlUrl="https://a.example/"/></body></opml>'
    assert [feed.title for feed in opml.read(text.encode(encoding)).feeds] == [title]


def test_an_encoding_nobody_knows_is_said() -> None:
    assert opml.read(b'<?xml version="1.0" encoding="no-such"?><opml/>').faults


# ------------------------------------------------------------------------------ the list we ship


def test_the_shipped_list_has_feeds_of_many_newsrooms_in_many_languages_without_a_fault() -> None:
    shipped = opml.read(SHIPPED.read_bytes())
    assert not shipped.faults
    assert len(shipped.feeds) >= 130
    assert len({feed.language for feed in shipped.feeds}) >= 12
    assert all(feed.title and feed.language and feed.tags for feed in shipped.feeds)
    assert all(split_address(feed.url) and split_address(feed.site) for feed in shipped.feeds)


def test_no_feed_stands_twice_in_the_shipped_list() -> None:
    assert SHIPPED.read_text(encoding="utf-8").count("xmlUrl=") == len(opml.read(SHIPPED.read_bytes()).feeds)
