"""What a feed wrote arrives on Slack as text, whole and unharmed."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from watcher.chat.galley import length, pack
from watcher.chat.slack.blocks import (
    BLOCKS,
    MESSAGE,
    blocks_of,
    messages_of,
    pages_of,
    texts_of,
)
from watcher.chat.slack.wording import address, escaped, rows, typed, words
from watcher.models import Button, Card, Piece, Section

AT = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
NASTY = "aя中😀 *_~`<>&|:@#!\u202e\u200b\n\"'()[]/\\^"

texts = st.text(max_size=400) | st.text(alphabet=NASTY, max_size=200)
urls = st.sampled_from(
    [
        "",
        "https://lemonde.fr/a?b=1&c=2",
        "https://пример.рф/<x>",
        "javascript:alert(1)",
        "https://e.org/" + "x" * 3_000,
    ]
)
styles = st.sampled_from(["plain", "strong", "quiet", "code", "mark"])
pieces = st.builds(Piece, texts, styles, urls) | st.builds(
    Piece, texts, st.sampled_from(["time", "date", "moment", "ago"]), at=st.just(AT)
)
sections = st.builds(
    Section,
    st.lists(st.lists(pieces, max_size=6).map(tuple), max_size=12).map(tuple),
    texts,
    st.booleans(),
)
buttons = st.builds(
    Button, texts, st.text(min_size=1, max_size=200), st.sampled_from(["plain", "primary", "danger"])
)
cards = st.builds(
    Card,
    texts,
    urls,
    st.lists(sections, max_size=6).map(tuple),
    st.lists(pieces, max_size=4).map(tuple),
    st.sampled_from(["plain", "news", "alert", "good", "bad"]),
    st.lists(buttons, max_size=7).map(tuple),
)


@pytest.mark.parametrize(
    "hostile",
    [
        "<!channel>",
        "<!here|here>",
        "<@U1>",
        "<#C1|general>",
        "<https://evil.example|lemonde.fr>",
        "<!subteam^S1>",
    ],
)
def test_what_would_be_a_mention_or_a_masked_link_is_text(hostile: str) -> None:
    (text,) = pack([words((Piece(f"Before {hostile} after"),))], 2_900)
    assert "<" not in text
    assert html.unescape(text) == f"Before {hostile} after"


@pytest.mark.parametrize(
    "marked", ["*bold*", "_slanted_", "~struck~", "`code`", "(*bold*)", "*_both_*", "```code```"]
)
def test_what_would_be_markup_is_shown_with_letters_that_look_the_same(marked: str) -> None:
    assert not set(escaped(marked)) & set("*_~`")


def test_marks_within_a_word_stay_since_slack_leaves_them_alone() -> None:
    assert escaped("snake_case 3*4 a~b") == "snake_case 3*4 a~b"


def test_an_emoji_code_is_no_emoji_and_a_time_of_day_stays_one() -> None:
    assert ":rotating_light:" not in escaped("now :rotating_light: at 10:30:15")
    assert "10:30:15" in escaped("now :rotating_light: at 10:30:15")


def test_a_line_that_begins_with_an_angle_is_no_quotation() -> None:
    (row,) = rows(Section(((Piece("> not said by us"),),)))
    assert "".join(row) == "› not said by us"


def test_invisible_and_bidirectional_characters_do_not_arrive() -> None:
    assert escaped("a\u202eb\u2066c\u200bd\x00e") == "abcde"


def test_a_link_says_where_it_leads() -> None:
    line = (Piece("Les deux & les <autres>", url="https://www.lemonde.fr/a?b=1&c=2"),)
    assert "".join(words(line)) == (
        "<https://www.lemonde.fr/a?b=1&amp;c=2|Les deux &amp; les &lt;autres&gt;> (lemonde.fr)"
    )


def test_a_link_whose_text_is_its_host_says_it_once() -> None:
    assert (
        "".join(words((Piece("lemonde.fr", url="https://lemonde.fr/"),)))
        == "<https://lemonde.fr/|lemonde.fr>"
    )


def test_a_host_that_the_line_names_anyway_is_said_once() -> None:
    line = (Piece("A headline", url="https://lemonde.fr/a"), Piece(" — lemonde.fr"))
    assert "".join(words(line)) == "<https://lemonde.fr/a|A headline> — lemonde.fr"


def test_a_host_in_another_script_is_shown_as_what_is_connected_to() -> None:
    assert "xn--" in "".join(words((Piece("bank", url="https://bаnk.example/x"),)))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://me:pw@e.org/", "file:///etc/passwd", "https://e.org/a b", ""]
)
def test_what_is_no_plain_web_address_is_no_link(url: str) -> None:
    assert address(url) == ""


def test_a_time_is_shown_by_the_readers_own_clock() -> None:
    line = (Piece("12:00 UTC", "moment", at=AT),)
    assert "".join(words(line)) == f"<!date^{int(AT.timestamp())}^{{date_short_pretty}} {{time}}|12:00 UTC>"


def test_bold_text_touches_no_letters_so_that_slack_sees_its_marks() -> None:
    line = (Piece("the "), Piece("Putin", "mark"), Piece("s of this world"))
    assert "".join(words(line)) == "the *Putin*\u200bs of this world"


@pytest.mark.parametrize(
    ("given_text", "meant"),
    [
        ("topic add kim &amp; putin", "topic add kim & putin"),
        ("why <https://e.org/a?b=1&amp;c=2>", "why https://e.org/a?b=1&c=2"),
        ("why <https://e.org/a|e.org/a>", "why https://e.org/a"),
        ("settings notices <#C123|news>", "settings notices C123"),
        ("oncall set Ada=<@U123>,<@U7|bo>", "oncall set Ada=<@U123>,<@U7|bo>"),
        ('topic test "a &lt; b"', 'topic test "a < b"'),
    ],
)
def test_what_was_typed_is_read_as_it_was_meant(given_text: str, meant: str) -> None:
    assert typed(given_text) == meant


@settings(max_examples=60, deadline=None)
@given(st.lists(pieces, max_size=10).map(tuple))
def test_no_word_and_no_link_is_ever_cut(line: tuple[Piece, ...]) -> None:
    whole = words(line)
    packed = pack([whole], 2_900)
    assert all(length(text) <= 2_900 for text in packed)
    kept = " ".join(packed).replace(" ", "")
    assert kept == "".join(whole).replace(" ", "")
    for text in packed:
        assert re.sub(r"<[^<>]+>", "", text).count("<") == 0  # every angle that opens is closed in its text
        assert not re.search(r"&(?!amp;|lt;|gt;)", text)


@settings(max_examples=30, deadline=None)
@given(cards)
def test_whatever_a_card_holds_its_messages_are_what_slack_takes(card: Card) -> None:
    for message in messages_of(card):
        assert message.text.strip()
        assert 1 <= len(message.blocks) <= BLOCKS
        assert sum(length(text) for block in message.blocks for text in texts_of(block)) <= MESSAGE
        for block in message.blocks:
            check_block(block)


@settings(max_examples=30, deadline=None)
@given(cards)
def test_only_links_and_times_stand_between_angles(card: Card) -> None:
    for block in blocks_of(card):
        if block["type"] in ("section", "context"):
            for text in texts_of(block):
                for inner in re.findall(r"<([^>]*)>", text):
                    assert re.match(r"https?://|!date\^", inner), inner


@given(texts)
def test_the_plain_text_has_no_markup_at_all(text: str) -> None:
    card = Card(text, sections=(Section(((Piece(text, url="https://e.org/"),),)),))
    assert not any("<" in message.text for message in messages_of(card))


def test_a_very_long_card_becomes_several_messages_in_order() -> None:
    many = tuple(Section(((Piece(f"Section {number}"),),)) for number in range(120))
    made = messages_of(Card("Long", sections=many))
    assert [len(message.blocks) for message in made] == [50, 50, 21]
    shown = [text for message in made for block in message.blocks for text in texts_of(block)]
    assert shown[1:] == [f"Section {number}" for number in range(120)]


def test_the_replies_of_an_answer_follow_a_few_on_a_page() -> None:
    replies = tuple(Card(f"Event {number}", url=f"https://e.org/{number}") for number in range(12))
    pages = pages_of(Card("Digest", replies=replies))
    assert [page.text.count("Event") for page in pages] == [4, 5, 3]


def test_a_command_too_long_for_a_button_is_kept_elsewhere() -> None:
    line = "/watch topic add x " + "y" * 3_000
    block = blocks_of(Card("t", buttons=(Button("Go", line),)), {line: "word"})[-1]
    assert block["elements"][0]["value"] == "word"
    assert block["elements"][0]["action_id"].startswith("kept:")


def check_block(block: dict[str, object]) -> None:
    """Have slack_sdk judge a block, and hold it to the limits that it does not know."""
    parsed = Block.parse(block)
    assert parsed is not None
    parsed.validate_json()
    for text in texts_of(block):
        assert 0 < len(text) <= 3_000
    if block["type"] == "header":
        assert len(next(texts_of(block))) <= 150
    if block["type"] == "actions":
        for element in block["elements"]:
            assert 0 < len(element["text"]["text"]) <= 75
            assert len(element["value"]) <= 2_000
            assert len(element["action_id"]) <= 255
