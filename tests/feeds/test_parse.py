"""Parsing: what a story is, who published it, when, in which language, and by what it is known."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as given_by_hypothesis
from hypothesis import settings
from hypothesis import strategies as st

from tests.feeds.wire import NOON, Wire, item, read, rss
from watcher.feeds.addresses import outlet_name
from watcher.feeds.parse import parse
from watcher.models import Feed, Fetched, Parsed, ParseFailed, Story

HOURLY = "<sy:updatePeriod>hourly</sy:updatePeriod>"
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de-AT">
<title>Hafenblatt</title><link href="https://www.hafenblatt.example/"/><id>urn:feed</id>
<entry><title type="html">Fähren &lt;b&gt;bleiben&lt;/b&gt; im Hafen</title><id>urn:story:1</id>
<link href="/faehren"/><updated>2025-03-01T10:00:00+01:00</updated>
<summary>Der Wind ist zu stark.</summary></entry></feed>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://minato.example/"><title>港新聞</title><link>https://minato.example/</link>
<dc:language>ja</dc:language></channel>
<item rdf:about="https://minato.example/1"><title>フェリー欠航</title><link>https://minato.example/1</link>
<dc:date>2025-03-01T18:00:00+09:00</dc:date></item></rdf:RDF>"""


def given(body: str | bytes, url: str = "https://feeds.harbourpost.example/rss", **feed: str) -> Fetched:
    content = body.encode() if isinstance(body, str) else body
    return Fetched(Feed(1, url, **feed), NOON, url, 200, {}, content, "hash")  # type: ignore[arg-type]


def parsed(body: str | bytes, url: str = "https://feeds.harbourpost.example/rss", **feed: str) -> Parsed:
    result = parse(given(body, url, **feed))
    assert isinstance(result, Parsed), result.reason
    return result


def only(*items: str, channel: str = "") -> Story:
    (story,) = parsed(rss(*items, channel=channel)).stories
    return story


async def test_a_feed_fetched_over_http_becomes_stories(wire: Wire) -> None:
    feed = wire.gives(
        rss(item(guid="f-1", summary="&lt;p&gt;Too much wind.&lt;/p&gt;"), channel="<ttl>20</ttl>")
    )
    result = await read(feed)
    assert (result.feed, result.at, result.title) == (feed, NOON, "World | The Harbour Post")
    assert result.ttl == timedelta(minutes=20)
    assert result.stories == (
        Story(
            id=result.stories[0].id,
            title="Ferries stay in port",
            url="https://www.harbourpost.example/ferries",
            outlet="harbourpost.example",
            published=datetime(2025, 3, 1, 9, 30, tzinfo=UTC),
            seen=NOON,
            summary="Too much wind.",
            outlet_name="The Harbour Post",
            keys=("guid:harbourpost.example|f-1", "link:https://harbourpost.example/ferries"),
        ),
    )


def test_atom_is_read_with_its_language_and_relative_links() -> None:
    (story,) = parsed(ATOM, "https://www.hafenblatt.example/feed").stories
    assert story.title == "Fähren bleiben im Hafen"
    assert story.url == "https://www.hafenblatt.example/faehren"
    assert story.language == "de"
    assert story.published == datetime(2025, 3, 1, 9, tzinfo=UTC)
    assert story.keys[0] == "guid:hafenblatt.example|urn:story:1"


def test_rss_1_is_read_with_its_language() -> None:
    result = parsed(RDF)
    assert (result.title, result.language) == ("港新聞", "ja")
    assert [(s.title, s.language, s.published.hour) for s in result.stories] == [("フェリー欠航", "ja", 9)]


def test_parsing_twice_gives_the_same_ids_and_both_values_travel_between_processes() -> None:
    fetched = given(rss(item(), item("Another one", link="https://b.example/2")))
    result = parse(pickle.loads(pickle.dumps(fetched)))
    assert result == parse(fetched) == pickle.loads(pickle.dumps(result))


def test_stories_come_oldest_first() -> None:
    items = [
        item(f"Story {hour}", f"https://a.example/{hour}", date=f"Sat, 01 Mar 2025 {hour}:00:00 GMT")
        for hour in (11, 9, 10)
    ]
    assert [story.title for story in parsed(rss(*items)).stories] == ["Story 9", "Story 10", "Story 11"]


def test_undated_stories_come_in_the_feeds_own_order_turned_round() -> None:
    items = [item(f"Story {n}", f"https://a.example/{n}", date="") for n in (3, 2, 1)]
    assert [story.title for story in parsed(rss(*items)).stories] == ["Story 1", "Story 2", "Story 3"]


# ------------------------------------------------------------------------------------ identity


def test_a_story_without_guid_is_known_by_its_link_without_trackers() -> None:
    plain, tracked = only(item()), only(item(link="https://harbourpost.example/ferries/?utm_source=rss#top"))
    assert plain.id == tracked.id
    assert plain.keys == ("link:https://harbourpost.example/ferries",)


def test_a_story_without_guid_and_link_is_known_by_outlet_title_and_day() -> None:
    morning = only(item(link="", date="Sat, 01 Mar 2025 06:00:00 GMT"))
    noon = only(item(link="", date="Sat, 01 Mar 2025 11:00:00 GMT"))
    day_before = only(item(link="", date="Fri, 28 Feb 2025 11:00:00 GMT"))
    assert morning.keys == ("title:harbourpost.example|ferries stay in port|2025-03-01",)
    assert morning.id == noon.id != day_before.id
    assert morning.url == ""


def test_without_even_a_date_the_title_alone_stays_the_same_story_tomorrow() -> None:
    body = rss(item(link="", date=""))
    tomorrow = parse(replace(given(body), at=NOON + timedelta(days=1)))
    today = parsed(body)
    assert isinstance(tomorrow, Parsed)
    assert tomorrow.stories[0].id == today.stories[0].id


def test_one_guid_for_all_is_no_guid() -> None:
    stories = parsed(
        rss(*(item(f"Story {n}", f"https://a.example/{n}", guid="same") for n in range(3)))
    ).stories
    assert [story.keys for story in stories] == [(f"link:https://a.example/{n}",) for n in (2, 1, 0)]


def test_one_link_for_all_is_no_link() -> None:
    stories = parsed(rss(*(item(f"Story {n}", guid=f"g{n}") for n in range(3)))).stories
    assert not [key for story in stories for key in story.keys if key.startswith("link:")]
    assert len({story.id for story in stories}) == 3


def test_one_guid_and_one_link_for_all_leaves_title_and_day() -> None:
    stories = parsed(rss(*(item(f"Story {n}", guid="same") for n in range(3)))).stories
    assert len({story.id for story in stories}) == 3
    assert all(story.keys[0].startswith("title:") for story in stories)


def test_a_guid_that_changes_each_time_leaves_the_link_to_know_it_by() -> None:
    first, second = only(item(guid="1740820000")), only(item(guid="1740823600"))
    assert first.id != second.id
    assert first.keys[1] == second.keys[1] == "link:https://harbourpost.example/ferries"


def test_a_guid_is_no_link_unless_it_looks_like_one() -> None:
    assert only(item(link="", guid="f-1")).url == ""
    assert only(item(link="", guid="https://a.example/f-1")).url == "https://a.example/f-1"


def test_the_same_entry_twice_is_one_story() -> None:
    assert only(item(guid="g"), item(guid="g")).title == "Ferries stay in port"


def test_a_link_to_the_front_page_identifies_nothing() -> None:
    story = only(item(link="https://www.harbourpost.example/", guid=""))
    assert story.keys == ("title:harbourpost.example|ferries stay in port|2025-03-01",)
    assert story.url == "https://www.harbourpost.example/"


def test_a_guid_of_great_length_is_shortened_and_stays_distinct() -> None:
    one, two = only(item(guid="x" * 9_000 + "1")), only(item(guid="x" * 9_000 + "2"))
    assert len(one.keys[0]) < 100
    assert one.id != two.id


def test_the_same_article_in_two_feeds_of_one_outlet_is_one_story() -> None:
    world = parsed(rss(item(guid="g-9")), "https://feeds.harbourpost.example/world").stories
    sport = parsed(rss(item(guid="g-9")), "https://www.harbourpost.example/sport/rss").stories
    assert world[0].id == sport[0].id


# -------------------------------------------------------------------------------------- outlet


def test_a_feed_hosted_elsewhere_is_of_the_outlet_it_publishes_for() -> None:
    (story,) = parsed(rss(item()), "https://feeds.feedburner.com/harbour").stories
    assert (story.outlet, story.outlet_name) == ("harbourpost.example", "The Harbour Post")


def test_an_aggregators_story_is_of_the_source_it_names() -> None:
    body = rss(
        item(
            link="https://news.google.com/rss/articles/abc",
            more='<source url="https://www.gazette.example">The Gazette</source>',
        )
    ).replace("https://www.harbourpost.example/", "https://news.google.com/")
    (story,) = parsed(body, "https://news.google.com/rss/search?q=x").stories
    assert (story.outlet, story.outlet_name) == ("gazette.example", "The Gazette")


def test_a_link_to_another_outlet_makes_it_that_outlets_story() -> None:
    story = only(item(link="https://www.gazette.example/scoop"))
    assert (story.outlet, story.outlet_name) == ("gazette.example", "gazette.example")


def test_a_source_that_is_the_feed_itself_changes_nothing() -> None:
    more = '<source url="https://feeds.harbourpost.example/rss">Harbour Post feed</source>'
    assert only(item(more=more)).outlet_name == "The Harbour Post"


@pytest.mark.parametrize(
    ("title", "outlet", "name"),
    [
        ("World news | The Guardian", "theguardian.com", "The Guardian"),
        ("Latest Headlines | Daily Telegraph", "dailytelegraph.com.au", "Daily Telegraph"),
        ("NYT > World News", "nytimes.com", "NYT"),
        ("Le Monde - Actualités", "lemonde.fr", "Le Monde"),
        ("Коммерсантъ", "kommersant.ru", "Коммерсантъ"),
        ("", "lemonde.fr", "lemonde.fr"),
    ],
)
def test_an_outlet_is_called_what_its_readers_call_it(title: str, outlet: str, name: str) -> None:
    assert outlet_name(title, outlet) == name


# ---------------------------------------------------------------------------- language and ttl


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("en-gb", "en"),
        ("fr_FR", "fr"),
        ("zh-Hant-TW", "zh"),
        ("ukr", "uk"),
        ("iw", "he"),
        ("English", ""),
        ("", ""),
    ],
)
def test_a_declared_language_becomes_a_code(declared: str, code: str) -> None:
    assert parsed(rss(item(), channel=f"<language>{declared}</language>")).language == code


def test_the_newsrooms_word_on_a_feeds_language_beats_the_feeds_own() -> None:
    (story,) = parsed(rss(item(), channel="<language>en-US</language>"), language="uk").stories
    assert story.language == "uk"


def test_a_storys_own_language_beats_both() -> None:
    (story,) = parsed(rss(item(more="<dc:language>pl</dc:language>")), language="uk").stories
    assert story.language == "pl"


@pytest.mark.parametrize(
    ("channel", "wish"),
    [
        ("<ttl>60</ttl>", timedelta(hours=1)),
        ("<ttl> 5 </ttl>", timedelta(minutes=5)),
        ("<ttl>never</ttl>", None),
        ("<ttl>-5</ttl>", None),
        (
            f"{HOURLY}<sy:updateFrequency>4</sy:updateFrequency>",
            timedelta(minutes=15),
        ),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", timedelta(days=1)),
        (f"{HOURLY}<sy:updateFrequency>1</sy:updateFrequency>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", None),
        ("", None),
    ],
)
def test_the_feeds_own_wish_for_its_interval_is_read(channel: str, wish: timedelta | None) -> None:
    assert parsed(rss(item(), channel=channel)).ttl == wish


@given_by_hypothesis(st.data())
@settings(max_examples=60, deadline=None)
def test_no_damage_done_to_a_feed_makes_parsing_raise(data: st.DataObject) -> None:
    body = data.draw(
        st.sampled_from([ATOM, RDF, rss(item(guid="g", summary="<![CDATA[<p>x</p>]]>"))])
    ).encode()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 40)))
        filling = data.draw(
            st.sampled_from([b"", b"<", b"]]>", b"&#xD800;", b"\xff\0", b"<item>", b"<source>", b"&"])
        )
        body = body[:start] + filling + body[end:]
    result = parse(given(body))
    assert isinstance(result, Parsed | ParseFailed)
    if isinstance(result, Parsed):
        "".join(story.title + story.summary + story.id for story in result.stories).encode("utf-8")
