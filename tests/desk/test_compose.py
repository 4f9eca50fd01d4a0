"""Cards: everything is there, nothing hostile is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk.making import NOON, TOPIC, group, story
from watcher.desk.clock import Window
from watcher.desk.compose import LEADS, OUTLETS, REPLIES, clean, digest_card, event_card, safe_link
from watcher.desk.digest import compile_digest
from watcher.desk.headline import cut, opening
from watcher.models import Card, Group, Piece

DAY = Window(NOON - timedelta(hours=24), NOON, "the last 24 hours")


def card_of(*groups: Group) -> Card:
    return digest_card(compile_digest([TOPIC], groups, DAY))


def pieces(card: Card) -> Iterator[Piece]:
    for section in card.sections:
        for line in section.lines:
            yield from line
    yield from card.footer


def words(card: Card) -> str:
    return " ".join(piece.text for piece in pieces(card))


def test_a_digest_names_its_topic_window_and_counts_and_has_a_reply_an_event() -> None:
    card = card_of(group("one", story("a"), story("b", language="fr")), group("two", story("c")))
    assert card.title == "The summit: the last 24 hours"
    assert "2 events, 3 stories, 3 outlets, 2 languages" in words(card)
    assert len(card.replies) == 2


def test_a_digest_of_many_topics_still_says_its_window() -> None:
    many = [replace(TOPIC, id=n, name=f"t{n}", title=f"Topic {n} {'and more ' * 20}") for n in range(40)]
    for events in ([], [replace(group("one", story("a")), topic_id=3)]):
        title = digest_card(compile_digest(many, events, DAY)).title
        assert "and 37 more" in title
        assert "the last 24 hours" in title
        assert len(title) <= 256


def test_nothing_new_is_said_in_one_line() -> None:
    card = card_of()
    assert card.title == "Nothing new on The summit in the last 24 hours."
    assert (card.sections, card.replies) == ((), ())


def test_round_ups_are_named_though_they_belong_to_no_event() -> None:
    live = story("live", "War in Ukraine: what we know on day 900")
    digest = compile_digest([TOPIC], [], DAY, roundups=[live])
    (counts, listed) = digest_card(digest).sections
    assert listed.heading == "Round-ups and live blogs"
    assert listed.lines[0][0] == Piece(live.title, url=live.url)
    assert "0 events" in counts.lines[0][0].text


def test_an_event_lists_each_outlet_with_link_time_and_language_the_first_one_first() -> None:
    event = group("e", story("late", ago=1, language="fr"), story("early", ago=5))
    card = card_of(event).replies[0]
    listed = [piece for piece in pieces(card) if piece.url]
    assert [piece.url for piece in listed] == ["https://early.example/early", "https://late.example/late"]
    assert words(card).index("first") < words(card).index("late.example")
    assert " · fr" in words(card)
    assert [piece.at for piece in pieces(card) if piece.at] == [
        NOON - timedelta(hours=5),
        NOON - timedelta(hours=1),
    ]


def test_copied_agency_text_is_called_the_same_text_and_not_counted_as_independent() -> None:
    event = group("e", *(story(i) for i in "abc"), tellings={"b": "a"})
    card = card_of(event).replies[0]
    assert "same text" in words(card)
    assert "3 outlets, 1 language (2 in their own words)" in words(card)


def test_long_lists_say_how_many_more_there_are() -> None:
    event = group("e", *(story(f"s{n}") for n in range(OUTLETS + 7)))
    assert "and 7 more outlets" in words(card_of(event).replies[0])


def test_more_events_than_a_thread_bears_share_one_list_and_none_is_lost() -> None:
    events = [
        group(f"g{n}", story(f"s{n}", f"Event number {n} of the day happened")) for n in range(REPLIES + 9)
    ]
    card = card_of(*events)
    assert len(card.replies) == REPLIES + 1
    said = " ".join(reply.title + words(reply) for reply in card.replies)
    assert all(f"Event number {n} of" in said for n in range(REPLIES + 9))
    assert f"and {REPLIES + 9 - LEADS} more below" in words(card)


def test_a_hundred_events_are_all_named_each_with_its_handle() -> None:
    events = [group(f"{n:06x}e7e7e7", story(f"s{n}", f"Event number {n} of the day")) for n in range(120)]
    rest = card_of(*events).replies[-1]
    assert rest.title == f"{120 - REPLIES} more events"
    assert len(rest.sections[0].lines) == 120 - REPLIES
    handles = [line[-1].text for line in rest.sections[0].lines]
    assert len(set(handles)) == 120 - REPLIES
    assert "more:" not in words(rest)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/",
        "https://user:secret@a.example/",
        "https://good.example\u202e/moc.live",
        "https://",
        "https://a.example/ b",
        "//a.example/",
        "http://[::1",
    ],
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert safe_link(url) == ""


def test_a_web_address_stays_as_it_is() -> None:
    assert safe_link("https://a.example/x?y=1#z") == "https://a.example/x?y=1#z"


@given(st.text())
def test_no_control_bidi_or_invisible_character_survives_into_a_card(text: str) -> None:
    cleaned = clean(text)
    assert not any(
        letter
        in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff\u00ad\x00\x1b\n\r"
        for letter in cleaned
    )
    assert clean(cleaned) == cleaned


def test_persian_and_emoji_keep_the_joiners_they_are_spelt_with() -> None:
    assert clean("می\u200cرود") == "می\u200cرود"
    assert clean("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"


def test_a_hostile_headline_is_harmless_text_in_a_card() -> None:
    event = group("e", story("a", "Breaking\u202e gnihtemos\x07 [click](https://evil.example) <!channel>"))
    (item,) = compile_digest([TOPIC], [event], DAY).items
    assert event_card(item).title == "Breaking gnihtemos [click](https://evil.example) <!channel>"


def test_text_is_cut_at_a_word_and_sentences_are_kept_whole() -> None:
    assert cut("one two three four", 13) == "one two…"
    assert (
        opening("First one. Second one is here. " + "Third is long " * 30, 40)
        == "First one. Second one is here."
    )
    assert opening("Mr. Smith met J. Doe. Then he left.", 25) == "Mr. Smith met J. Doe."
    assert opening("他们会面了。然后离开了。", 7) == "他们会面了。"
