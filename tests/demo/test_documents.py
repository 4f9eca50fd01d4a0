"""Every feed of the newswire is a document that feedparser reads, or broken in the way it should be."""

from __future__ import annotations

import html
from calendar import timegm
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest

from watcher.demo.documents import CONTENT_TYPES, feed_document, last_change
from watcher.demo.newswire import Newswire, Outlet, at_hour

NEWSWIRE = Newswire.load()
FEEDS = [(outlet, section) for outlet in NEWSWIRE.outlets for section in outlet.sections]
SOUND = [(o, s) for o, s in FEEDS if o.quirk not in ("unescaped", "wrong_charset")]


def parsed(outlet: Outlet, section: str, now: datetime) -> Any:
    headers = {"content-type": f"{CONTENT_TYPES[outlet.format]}; charset={outlet.declared_charset}"}
    return feedparser.parse(feed_document(NEWSWIRE, outlet, section, now), response_headers=headers)


def titles(document: Any) -> list[str]:
    return [html.unescape(entry.title) for entry in document.entries if "title" in entry]


def told(outlet: Outlet, section: str, now: datetime) -> list[str]:
    return [html.unescape(s.wording(now).title) for s in NEWSWIRE.in_feed(outlet, section, now)]


@pytest.mark.parametrize(("outlet", "section"), SOUND, ids=lambda value: getattr(value, "id", value))
def test_a_sound_feed_yields_its_stories(outlet: Outlet, section: str) -> None:
    document = parsed(outlet, section, NEWSWIRE.end)
    assert not document.bozo
    assert titles(document) == told(outlet, section, NEWSWIRE.end)
    assert document.feed.title == outlet.feed_title(section)


@pytest.mark.parametrize(("outlet", "section"), SOUND, ids=lambda value: getattr(value, "id", value))
def test_a_feed_gives_dates_links_and_summaries(outlet: Outlet, section: str) -> None:
    stories = NEWSWIRE.in_feed(outlet, section, NEWSWIRE.end)
    for entry, story in zip(parsed(outlet, section, NEWSWIRE.end).entries, stories, strict=True):
        stamp = entry.get("published_parsed") or entry.updated_parsed
        assert datetime.fromtimestamp(timegm(stamp), UTC) == story.claimed
        assert entry.link == outlet.link(story, section)
        assert bool(entry.get("summary")) == bool(story.wording(NEWSWIRE.end).summary)


@pytest.mark.parametrize(("outlet", "section"), FEEDS, ids=lambda value: getattr(value, "id", value))
def test_the_same_clock_gives_the_same_bytes(outlet: Outlet, section: str) -> None:
    again = Newswire.load()
    for hour in (0, 60, 140, 240):
        assert feed_document(NEWSWIRE, outlet, section, at_hour(hour)) == feed_document(
            again, outlet, section, at_hour(hour)
        )


def test_a_feed_changes_only_when_its_outlet_says_something() -> None:
    outlet = NEWSWIRE.outlet("harbour-courier")
    now = at_hour(70.5)
    quiet = feed_document(NEWSWIRE, outlet, "world", now)
    assert quiet == feed_document(NEWSWIRE, outlet, "world", now + timedelta(minutes=20))
    assert last_change(NEWSWIRE, outlet, "world", now) == last_change(
        NEWSWIRE, outlet, "world", now + timedelta(minutes=20)
    )


def test_a_feed_is_empty_and_well_formed_before_its_first_story() -> None:
    document = parsed(NEWSWIRE.outlet("chaoxi-ribao"), "main", NEWSWIRE.start)
    assert not document.bozo
    assert document.entries == []


def test_a_revision_changes_the_headline_in_the_feed() -> None:
    outlet = NEWSWIRE.outlet("naru-ilbo")
    assert "[속보] 김정은 전용열차, 평양 출발한 듯" in titles(parsed(outlet, "main", at_hour(58.5)))
    later = titles(parsed(outlet, "main", at_hour(59)))
    assert "김정은 전용열차, 평양 출발…푸틴과 회담 위해 러시아로" in later
    assert "[속보] 김정은 전용열차, 평양 출발한 듯" not in later


@pytest.mark.parametrize("id", ["harbour-courier", "courrier-du-quai"])
def test_two_feeds_of_one_outlet_share_articles_with_one_link_up_to_tracking(id: str) -> None:
    outlet = NEWSWIRE.outlet(id)
    front, world = (parsed(outlet, section, NEWSWIRE.end).entries for section in outlet.sections)
    tracked = {entry.link for entry in front}
    bare = {entry.link for entry in world}
    assert all("utm_source=" in link for link in tracked)
    assert bare < {link.split("?")[0] for link in tracked}


def test_windows_1251_is_declared_and_so_written() -> None:
    outlet = NEWSWIRE.outlet("vestovoy")
    body = feed_document(NEWSWIRE, outlet, "main", NEWSWIRE.end)
    assert body.startswith(b'<?xml version="1.0" encoding="windows-1251"?>')
    assert "Ким Чен Ын" in body.decode("windows-1251")


def test_the_wrong_charset_is_declared_of_good_utf_8() -> None:
    outlet = NEWSWIRE.outlet("pristavni-list")
    body = feed_document(NEWSWIRE, outlet, "main", NEWSWIRE.end)
    assert b'encoding="iso-8859-1"' in body
    assert "Kimův obrněný vlak" in body.decode("utf-8")


def test_the_unescaped_feed_is_malformed_and_still_tells_its_stories() -> None:
    outlet = NEWSWIRE.outlet("talpost")
    document = parsed(outlet, "main", NEWSWIRE.end)
    assert document.bozo
    assert titles(document) == told(outlet, "main", NEWSWIRE.end)
    assert "Käse & Krach: Sennerei darf nachts wieder läuten" in titles(document)


def test_the_truncated_feed_loses_its_last_entry_and_gets_it_back() -> None:
    outlet = NEWSWIRE.outlet("mirador-austral")
    ill, well = at_hour(142), at_hour(outlet.ill_until)
    document = parsed(outlet, "main", ill)
    assert document.bozo
    assert titles(document) == told(outlet, "main", ill)[:-1]
    assert titles(parsed(outlet, "main", well)) == told(outlet, "main", well)


def test_old_dates_and_markup_stand_in_the_feeds_as_they_do_in_life() -> None:
    quai = parsed(NEWSWIRE.outlet("courrier-du-quai"), "monde", at_hour(150)).entries[0]
    assert quai.published_parsed[:3] == (2025, 8, 28)
    northgate = parsed(NEWSWIRE.outlet("northgate-tribune"), "main", at_hour(29)).entries[0]
    assert northgate.title == "Q&amp;A: what happens when a tide gauge lies?"
    assert "<strong>" in northgate.summary
