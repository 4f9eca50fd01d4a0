"""What a feed wrote arrives as text, within Discord's limits, and no link or word is ever cut."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fake_discord.limits import check_message
from watcher.chat.discord.embeds import all_pages, own_pages, thread_name, title_of
from watcher.chat.discord.wording import address, escaped, link, words
from watcher.chat.galley import pack
from watcher.models import Card, Line, Piece, Section

AT = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
LINK = re.compile(r"\[[^\[\]]*\]\(https?://[^\s()<>]+\)")


def shown(line: Line) -> str:
    return "".join(words(line))


@pytest.mark.parametrize(
    ("wrote", "stands"),
    [
        ("*bold* _and_ `code` ~~gone~~", r"\*bold\* \_and\_ \`code\` \~\~gone\~\~"),
        ("[win money](https://evil.example)", r"\[win money\](https\://evil.example)"),
        ("@everyone <@123> <#5> <@&7>", r"\@everyone \<\@123\> \<#5\> \<\@&7\>"),
        ("come to https://x.example now", r"come to https\://x.example now"),
        ("join discord.gg/abc or discord.com/invite/abc", r"join discord\.gg/abc or discord\.com/invite/abc"),
        ("<t:0:R> and ||hidden||", r"\<t:0:R\> and \|\|hidden\|\|"),
        ("a\nb\u202ec\u200bd\x07", "a bcd"),
        (r"back\slash", r"back\\slash"),
        ("</watch:1> <id:home> <:smile:1> <a:x:2>", r"\</watch:1\> \<id:home\> \<:smile:1\> \<a:x:2\>"),
        ("https://x.example/a_(b)_c", r"https\://x.example/a\_(b)\_c"),
        ("\u2066a\u2069 \ufeffb \u00adc", "a b c"),
    ],
)
def test_markup_in_a_text_is_text(wrote: str, stands: str) -> None:
    assert escaped(wrote) == stands


@pytest.mark.parametrize(
    "start", ["# big", "- item", "> quote", "1. first", "12) twelfth", "+ plus", "-# small", ">>> all"]
)
def test_a_line_that_looks_like_a_heading_or_a_list_is_none(start: str) -> None:
    (page,) = own_pages(Card("x", sections=(Section(((Piece(start),),)),)))
    assert page.embeds[0]["description"] != start
    assert page.embeds[0]["description"].replace("\\", "") == start


@pytest.mark.parametrize(
    "url", ["http://wire:8080/a", "https://my_paper.example/a", "https://[2001:db8::1]/a"]
)
def test_a_link_that_discord_takes_for_no_title_stands_under_it(url: str) -> None:
    (page,) = own_pages(Card("Kim arrives", url))
    check_message({"embeds": list(page.embeds)})
    assert f"]({url})" in page.embeds[0]["description"]
    assert own_pages(Card("Kim arrives", "https://bbc.co.uk:443/a"))[0].embeds[0]["url"]


def test_a_link_shows_the_host_it_really_leads_to() -> None:
    assert link("bbc.co.uk", address("https://evil.example/a")) == (
        "[bbc.co.uk](https://evil.example/a) (evil.example)"
    )
    assert link("lemonde.fr", address("https://www.lemonde.fr/")) == "[lemonde.fr](https://www.lemonde.fr/)"


def test_a_host_that_is_named_beside_its_link_is_not_named_twice() -> None:
    headline = Piece("Kim arrives", url="https://www.nhk.or.jp/1")
    assert shown((headline, Piece(" — nhk.or.jp"))) == "[Kim arrives](https://www.nhk.or.jp/1) — nhk.or.jp"
    assert shown((headline, Piece(" — NHK"))).endswith("(nhk.or.jp) — NHK")


def test_a_host_in_another_script_is_shown_as_what_is_connected_to() -> None:
    assert address("https://münchen.example/x") == "https://xn--mnchen-3ya.example/x"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://user:pw@host.example/",
        "ftp://x.example",
        "https://",
        "https://a b/",
        "https://x.example/" + "a" * 3000,
    ],
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert address(url) == ""
    assert shown((Piece("headline", url=url),)) == "headline"


def test_a_link_cannot_be_ended_early_by_what_stands_in_it() -> None:
    line = shown((Piece("a] (b) [c", url="https://x.example/p(1)?q=)[]<>&r=*_~|`"),))
    assert LINK.match(line)
    assert line.count("](") == 1


def test_times_are_shown_by_the_readers_own_clock() -> None:
    stamp = int(AT.timestamp())
    styles = [shown((Piece("then", style, at=AT),)) for style in ("time", "date", "moment", "ago")]  # type: ignore[arg-type]
    assert styles == [f"<t:{stamp}:t>", f"<t:{stamp}:D>", f"<t:{stamp}:f>", f"<t:{stamp}:R>"]


def test_code_with_a_backtick_in_it_is_code_to_its_end() -> None:
    assert shown((Piece("a `b` c", "code"),)) == "`` a `b` c ``"


def test_a_short_card_is_one_embed() -> None:
    card = Card(
        "The summit",
        sections=(
            Section(((Piece("3 events", "strong"),),)),
            Section(((Piece("One"),), (Piece("Two"),)), bullets=True),
        ),
        footer=(Piece("since ", "quiet"), Piece("x", "moment", at=AT)),
        tone="news",
    )
    (page,) = own_pages(card)
    (embed,) = page.embeds
    assert embed["title"] == "The summit"
    assert embed["description"] == f"**3 events**\n- One\n- Two\n\n-# since <t:{int(AT.timestamp())}:f>"


# --------------------------------------------------------------------------------- whatever comes

text = st.text(max_size=400) | st.text("ab *_[]()<>@#`\\:/.\n漢字 👩‍👧", max_size=3000)
urls = st.just("") | st.builds("https://{}.example/{}".format, st.text("abc", min_size=1, max_size=9), text)
pieces = st.builds(
    Piece,
    text,
    st.sampled_from(["plain", "strong", "quiet", "code", "mark"]),
    urls,
) | st.builds(Piece, st.just("12:00"), st.just("moment"), at=st.just(AT))
lines = st.lists(pieces, max_size=4).map(tuple)
sections = st.builds(Section, st.lists(lines, max_size=8).map(tuple), text, st.booleans())
cards = st.builds(Card, text, urls, st.lists(sections, max_size=4).map(tuple), lines)
with_replies = st.builds(
    lambda card, replies: Card(card.title, card.url, card.sections, card.footer, replies=replies),
    cards,
    st.lists(cards, max_size=6).map(tuple),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(with_replies)
def test_every_page_of_any_card_keeps_to_discords_limits(card: Card) -> None:
    for page in all_pages(card):
        check_message({"embeds": list(page.embeds)})


@given(st.lists(lines, min_size=1, max_size=5), st.integers(1_010, 4_000))
def test_cutting_a_text_cuts_no_link_and_no_word(made: list[Line], most: int) -> None:
    given_words = [word for line in made for word in words(line) if word.strip()]
    texts = pack([words(line) for line in made], most)
    assert all(len(one) <= most for one in texts)
    left = "\n".join(texts)
    for word in given_words:
        assert word in left
        left = left[left.index(word) + len(word) :]


@given(text)
def test_a_title_is_neither_empty_nor_too_long(wrote: str) -> None:
    assert 1 <= len(title_of(wrote)) <= 256
    assert 1 <= len(thread_name(wrote)) <= 100


def test_a_digest_longer_than_a_message_has_pages_and_says_everything() -> None:
    rows = tuple(
        (Piece(f"Event {number}: {'word ' * 60}", url=f"https://x.example/{number}"),) for number in range(60)
    )
    pages = own_pages(Card("Long", sections=(Section(rows, bullets=True),)))
    whole = "\n".join(embed["description"] for page in pages for embed in page.embeds)
    assert len(pages) > 1
    assert [f"https://x.example/{number})" in whole for number in range(60)] == [True] * 60
    assert len(LINK.findall(whole)) >= 60


def test_the_replies_of_a_card_follow_on_pages_of_their_own() -> None:
    replies = tuple(Card(f"Event {number}") for number in range(9))
    pages = all_pages(Card("Digest", replies=replies))
    assert [len(page.embeds) for page in pages] == [1, 4, 4, 1]
    assert [page.title for page in pages] == ["Digest", "Event 0", "Event 4", "Event 8"]


@pytest.mark.parametrize("blank", ["", " ", "\u200d\u200c", "\u3164 \u2800", "\u200b\u202e"])
def test_a_headline_of_which_nothing_is_seen_is_said_to_be_none(blank: str) -> None:
    assert title_of(blank) == "(no headline)"


def test_code_ends_where_it_is_to_end() -> None:
    assert shown((Piece("a``b*c*", "code"),)).count("``") == 0
    assert shown((Piece("a`b", "code"),)) == "`` a`b ``"


def test_what_a_command_mentions_is_shown_by_its_name_and_what_a_feed_writes_is_not() -> None:
    role, channel = "<@&123456789012345678>", "<#123456789012345679>"
    assert shown((Piece(f"{role}, {channel}", "code"),)) == f"{role} {channel}"
    assert shown((Piece(role),)) == "\\<\\@&123456789012345678\\>"
    assert shown((Piece(f"{role} and more", "code"),)) == f"`{role} and more`"
