"""Feeds as they come: broken, hostile or odd. Each is fetched over HTTP and parsed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.feeds.wire import NOON, Wire, item, read, rss, unreadable
from watcher.feeds.parse import LONGEST_SUMMARY, LONGEST_TITLE
from watcher.feeds.shortening import MOST

PAGE = """<!DOCTYPE html><html><head><title>Harbour Post</title>
<link rel="alternate" type="application/rss+xml" title="All" href="/rss.xml">
<link rel="alternate" type="application/atom+xml" href="https://www.harbourpost.example/atom"></head></html>"""
LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>
<rss version="2.0"><channel><item><title>&e;</title></item></channel></rss>"""


# --------------------------------------------------------------------------------- no feed at all


@pytest.mark.parametrize("body", ["", "   \n\t ", "\ufeff", "\0\0\0"])
async def test_an_empty_body_is_said_to_be_empty(wire: Wire, body: str) -> None:
    assert "The feed is empty" in (await unreadable(wire.gives(body))).reason


async def test_what_is_not_xml_is_said_to_be_no_feed(wire: Wire) -> None:
    reason = (await unreadable(wire.gives("Service will be back soon."))).reason
    assert "no RSS or Atom feed" in reason


async def test_xml_that_is_no_feed_is_said_to_be_none(wire: Wire) -> None:
    assert "no RSS or Atom feed" in (await unreadable(wire.gives("<?xml version='1.0'?><svg/>"))).reason


async def test_bytes_that_mean_nothing_are_said_to_be_no_feed(wire: Wire) -> None:
    assert "no RSS or Atom feed" in (await unreadable(wire.gives(bytes(range(256)) * 50))).reason


async def test_a_web_page_says_so_and_names_its_feeds(wire: Wire) -> None:
    reason = (await unreadable(wire.gives(PAGE))).reason
    assert "web page" in reason
    assert wire.url("/rss.xml") in reason
    assert "https://www.harbourpost.example/atom" in reason


async def test_a_web_page_without_feeds_says_that_too(wire: Wire) -> None:
    assert "names no feed" in (await unreadable(wire.gives("<html><body>Cookies?</body></html>"))).reason


async def test_json_is_said_to_be_json(wire: Wire) -> None:
    assert (
        "This is JSON"
        in (await unreadable(wire.gives('{"version": "https://jsonfeed.org/version/1"}'))).reason
    )


# --------------------------------------------------------------------------------------- traps


async def test_billion_laughs_are_not_laughed(wire: Wire) -> None:
    assert "a known trap" in (await unreadable(wire.gives(LAUGHS))).reason


async def test_one_harmless_entity_is_refused_alike(wire: Wire) -> None:
    body = '<!DOCTYPE rss [<!ENTITY c "(C)">]>' + rss(item(), declaration="")
    assert "a known trap" in (await unreadable(wire.gives(body))).reason


async def test_a_dtd_hidden_behind_comments_and_in_another_encoding_is_found(wire: Wire) -> None:
    body = LAUGHS.replace('"1.0"?>', '"1.0"?><!-- <rss> --><?pi <!DOCTYPE?>\n')
    assert "a known trap" in (await unreadable(wire.gives(body))).reason
    assert "a known trap" in (await unreadable(wire.gives(body.encode("utf-16")))).reason


async def test_a_file_named_by_an_external_entity_is_never_read(wire: Wire) -> None:
    body = '<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + rss(
        item("&amp;f; &f;"), declaration=""
    )
    assert "a known trap" in (await unreadable(wire.gives(body))).reason


async def test_a_dtd_that_only_names_the_format_is_harmless(wire: Wire) -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    assert len((await read(wire.gives(doctype + rss(item(), declaration="")))).stories) == 1


async def test_an_article_about_dtds_is_no_trap(wire: Wire) -> None:
    lesson = "&lt;!DOCTYPE a [&lt;!ENTITY b &quot;c&quot;&gt;]&gt;"
    body = rss(item("How XML bombs work", summary=f"<![CDATA[<!DOCTYPE x [<!ENTITY y 'z'>]> {lesson}]]>"))
    assert (await read(wire.gives(body))).stories[0].title == "How XML bombs work"


async def test_tags_nested_twenty_thousand_deep_do_no_harm(wire: Wire) -> None:
    deep = "<b>" * 20_000
    body = rss(item("Before the abyss"), item(more=deep))
    assert "Before the abyss" in [story.title for story in (await read(wire.gives(body))).stories]


async def test_html_nested_deep_in_a_summary_is_still_text(wire: Wire) -> None:
    summary = "<![CDATA[" + "<div>" * 20_000 + "the core" + "]]>"
    assert len((await read(wire.gives(rss(item(summary=summary))))).stories) == 1


# ---------------------------------------------------------------------------------- very many


async def test_of_50_000_items_the_newest_are_taken_and_it_is_said(wire: Wire) -> None:
    items = [
        item(f"Story {n}", f"https://a.example/{n}", date=f"Sat, 01 Mar 2025 00:00:{n % 60:02} GMT")
        for n in range(50_000)
    ]
    result = await read(wire.gives(rss(*items)))
    assert len(result.stories) == MOST
    assert "50,000 items" in result.notes[0]


@pytest.mark.parametrize("newest_first", [True, False])
async def test_the_newest_are_found_at_either_end(wire: Wire, newest_first: bool) -> None:
    days = [f"{1 + n // 100:02} Jan 2025 {n % 100 // 5:02}:00:00 GMT" for n in range(2_500)]
    items = [item(f"Story {n}", f"https://a.example/{n}", date=day) for n, day in enumerate(days)]
    result = await read(wire.gives(rss(*(reversed(items) if newest_first else items))))
    assert result.stories[-1].published == max(story.published for story in result.stories)
    assert result.stories[-1].title in {f"Story {n}" for n in range(2_495, 2_500)}
    assert len(result.stories) == MOST


@pytest.mark.parametrize("count", [1_500, 4_000])
async def test_what_is_left_out_is_the_oldest_in_whatever_order_they_stand(wire: Wire, count: int) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    numbers = sorted(range(count), key=lambda n: n * 7_919 % count)  # as good as shuffled
    dates = {n: format_datetime(start + timedelta(minutes=n), usegmt=True) for n in numbers}
    items = [item(f"Story {n}", f"https://a.example/{n}", date=dates[n]) for n in numbers]
    result = await read(wire.gives(rss(*items)))
    assert [story.title for story in result.stories] == [f"Story {n}" for n in range(count - MOST, count)]
    assert result.notes == (f"The feed has {count:,} items; the newest 1,000 were taken.",)


@pytest.mark.parametrize("on_top", [True, False])
@pytest.mark.parametrize("count", [1_500, 4_000])
async def test_without_dates_a_new_item_is_taken_at_whichever_end_it_comes(
    wire: Wire, count: int, on_top: bool
) -> None:
    old = [item(f"Story {n}", f"https://a.example/{n}", date="") for n in range(count)]
    new = [item(f"News {n}", f"https://a.example/news/{n}", date="") for n in range(400)]
    result = await read(wire.gives(rss(*(new + old if on_top else old + new))))
    assert {story.title for story in result.stories} >= {f"News {n}" for n in range(400)}
    assert len(result.stories) == MOST
    assert "without a date from the top and the bottom" in result.notes[0]


# -------------------------------------------------------------------------------------- dates


@pytest.mark.parametrize(
    "date",
    [
        "",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Tue, 01 Dec 2099 00:00:00 GMT",
        "Sat, 01 Mar 2025 15:00:00 GMT",
        "yesterday",
        "Mon, 99 Foo 2025 99:99:99 GMT",
        "0000-00-00T00:00:00Z",
        "99999999999999999999",
    ],
)
async def test_a_missing_absurd_or_future_date_is_the_time_first_seen(wire: Wire, date: str) -> None:
    assert (await read(wire.gives(rss(item(date=date))))).stories[0].published == NOON


async def test_a_clock_a_few_minutes_ahead_is_now(wire: Wire) -> None:
    story = (await read(wire.gives(rss(item(date="Sat, 01 Mar 2025 12:04:00 GMT"))))).stories[0]
    assert story.published == NOON


async def test_where_the_published_time_is_absurd_the_updated_one_is_taken(wire: Wire) -> None:
    more = "<dc:date>2025-03-01T08:00:00Z</dc:date>"
    body = rss(item(date="Thu, 01 Jan 1970 00:00:00 GMT", more=more))
    assert (await read(wire.gives(body))).stories[0].published == datetime(2025, 3, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    [
        "Sat, 01 Mar 2025 12:00:00 +0300",
        "2025-03-01T09:00:00Z",
        "2025-03-01 09:00:00",
        "1 March 2025 09:00 UTC",
        "Sa, 01 Mar 2025 10:00:00 +0100",
        "sam., 1er mars 2025 à 09:00",
        "1 de marzo de 2025, 09:00:00",
        "1 марта 2025 г., 12:00 +03:00",
        "сб, 01 бер 2025 11:00:00 +0200",
        "1. března 2025 9:00",
        "sob., 01 mar 2025 09:00:00 GMT",
        "2025年3月1日 09:00",
        "2025년 3월 1일 (토) 9:00",
        "1740819600",
    ],
)
async def test_dates_are_read_in_the_forms_feeds_have_them(wire: Wire, date: str) -> None:
    assert (await read(wire.gives(rss(item(date=date))))).stories[0].published.hour == 9


async def test_a_day_without_a_time_is_that_day_in_any_language(wire: Wire) -> None:
    for date in (
        "2025年2月26日",
        "26 de febrero de 2025",
        "26 lutego 2025",
        "26 února 2025",
        "26 Şubat 2025",
    ):
        story = (await read(wire.gives(rss(item(date=date))))).stories[0]
        assert story.published == datetime(2025, 2, 26, tzinfo=UTC), date


async def test_what_only_looks_like_a_date_is_none(wire: Wire) -> None:
    for date in ("2025年13月45日", "31 février 2025", "12 apples 2025 09:00", "1 xyz 2025"):
        assert (await read(wire.gives(rss(item(date=date))))).stories[0].published == NOON, date


async def test_half_an_item_at_the_end_of_a_feed_that_breaks_off_is_no_story(wire: Wire) -> None:
    whole = rss(item("Ferries stay in port"), item("Harbour reopens", link="https://example.com/2"))
    for end in ("<link>https://example.com/2", "Harbour reo", "<title>"):
        cut = whole[: whole.rindex(end) + len(end)]
        assert [one.title for one in (await read(wire.gives(cut))).stories] == ["Ferries stay in port"], end


# ------------------------------------------------------------------------------------- titles


async def test_an_empty_title_is_the_beginning_of_the_summary(wire: Wire) -> None:
    story = (
        await read(wire.gives(rss(item("", summary="The ferries stay in port today. More at noon."))))
    ).stories[0]
    assert story.title == "The ferries stay in port today."
    assert story.summary == "The ferries stay in port today. More at noon."


async def test_a_title_of_markup_alone_is_empty_too(wire: Wire) -> None:
    body = rss(item("&lt;img src='x'&gt;", summary="The ferries stay in port."))
    assert (await read(wire.gives(body))).stories[0].title == "The ferries stay in port."


async def test_an_item_that_says_nothing_is_left_out_and_counted(wire: Wire) -> None:
    result = await read(wire.gives(rss(item(""), item("Something"))))
    assert [story.title for story in result.stories] == ["Something"]
    assert "1 items had neither" in result.notes[0]


async def test_a_feed_with_no_items_is_a_feed(wire: Wire) -> None:
    assert (await read(wire.gives(rss()))).stories == ()


async def test_a_title_of_10_000_characters_is_cut_at_a_word(wire: Wire) -> None:
    title = (await read(wire.gives(rss(item("ferry " * 2_000))))).stories[0].title
    assert len(title) <= LONGEST_TITLE
    assert title.endswith("ferry…")


async def test_a_title_of_10_000_characters_without_a_space_is_cut_all_the_same(wire: Wire) -> None:
    assert len((await read(wire.gives(rss(item("渡" * 10_000))))).stories[0].title) == LONGEST_TITLE


async def test_a_summary_of_a_megabyte_is_cut(wire: Wire) -> None:
    body = rss(item(summary="&lt;p&gt;The wind is strong. &lt;/p&gt;" * 40_000))
    summary = (await read(wire.gives(body))).stories[0].summary
    assert LONGEST_SUMMARY / 2 < len(summary) <= LONGEST_SUMMARY


async def test_a_title_of_emoji_stays_as_it_is(wire: Wire) -> None:
    emoji = "🚢⚓️🌊👩‍👩‍👧‍👦🇰🇷"
    assert (await read(wire.gives(rss(item(emoji))))).stories[0].title == emoji


async def test_right_to_left_text_stays_and_tricks_of_direction_go(wire: Wire) -> None:
    body = rss(item("العبّارات \u202eلا تبحر\u202c \u2066اليوم\u2069 \u200f!"))
    assert (await read(wire.gives(body))).stories[0].title == "العبّارات لا تبحر اليوم !"


async def test_the_joiners_of_persian_stay(wire: Wire) -> None:
    title = "کشتی\u200cها نمی\u200cروند"
    assert (await read(wire.gives(rss(item(title))))).stories[0].title == title


async def test_nul_and_other_controls_go(wire: Wire) -> None:
    body = rss(item("Ferries\0 stay\x07 in\x1b port"))
    story = (await read(wire.gives(body))).stories[0]
    assert story.title == "Ferries stay in port"
    assert not (await read(wire.gives(body))).notes, "bytes that XML forbids are mended before it is parsed"


async def test_half_a_character_written_as_a_reference_cannot_poison_the_store(wire: Wire) -> None:
    body = rss(item("Ferries &#xD800;&#0; stay", guid="&#xDFFF;g"))
    story = (await read(wire.gives(body))).stories[0]
    for text in (story.title, story.id, *story.keys):
        assert text.encode("utf-8").decode("utf-8") == text


async def test_half_a_character_in_an_old_encoding_does_no_harm_either(wire: Wire) -> None:
    body = rss(item("Паромы &#xD800; стоят"), declaration='<?xml version="1.0" encoding="koi8-r"?>')
    assert (await read(wire.gives(body.encode("koi8-r")))).stories[0].title == "Паромы стоят"


async def test_an_emoji_written_in_two_halves_is_one(wire: Wire) -> None:
    body = rss(item("Ferries &#xD83D;&#xDEA2; and &#55357;&#56994; stay &#55297; &#57999;"))
    assert (await read(wire.gives(body))).stories[0].title == "Ferries 🚢 and 🚢 stay \ue28f"


@pytest.mark.parametrize(
    "title",
    [
        "Kim &amp;amp; Putin &lt;b&gt;meet&lt;/b&gt;",
        "Kim &amp;amp;amp; Putin &amp;lt;b&amp;gt;meet&amp;lt;/b&amp;gt;",
        "<![CDATA[Kim &amp; Putin <b>meet</b>]]>",
        "<![CDATA[Kim &amp;amp; Putin &lt;b&gt;meet&lt;/b&gt;]]>",
        "Kim &#38;amp; Putin&amp;nbsp;meet",
        "Kim &amp; Putin meet",
    ],
)
async def test_html_is_text_however_often_it_was_escaped(wire: Wire, title: str) -> None:
    assert (await read(wire.gives(rss(item(title))))).stories[0].title == "Kim & Putin meet"


async def test_a_less_than_sign_that_is_no_tag_stays(wire: Wire) -> None:
    assert (await read(wire.gives(rss(item("Turnout &lt; 40 % &amp;amp; falling"))))).stories[0].title == (
        "Turnout < 40 % & falling"
    )


async def test_paragraphs_do_not_run_together_and_scripts_are_gone(wire: Wire) -> None:
    summary = "<![CDATA[<p>One.</p><p>Two<br>three</p><script>alert(1)</script><style>p{}</style>]]>"
    assert (await read(wire.gives(rss(item(summary=summary))))).stories[0].summary == "One. Two three"


async def test_named_entities_that_xml_does_not_know_are_read(wire: Wire) -> None:
    body = rss(item("Caf&eacute; au port&nbsp;ferm&eacute;"))
    assert (await read(wire.gives(body))).stories[0].title == "Café au port fermé"


async def test_a_bare_ampersand_does_not_cost_the_feed(wire: Wire) -> None:
    result = await read(wire.gives(rss(item("Smith & Sons"), item("Second", "https://a.example/2"))))
    assert [story.title for story in result.stories] == ["Second", "Smith & Sons"]
    assert "not well-formed" in result.notes[0]


async def test_links_that_run_scripts_are_no_links(wire: Wire) -> None:
    story = (await read(wire.gives(rss(item(link="javascript:alert(1)"))))).stories[0]
    assert story.url == ""


async def test_space_before_the_xml_declaration_is_borne(wire: Wire) -> None:
    result = await read(wire.gives("\n\n  " + rss(item())))
    assert len(result.stories) == 1
    assert not result.notes


# ---------------------------------------------------------------------------------- encodings


@pytest.mark.parametrize(
    ("text", "encoding", "declared", "content_type"),
    [
        ("Паромы стоят", "utf-8", "windows-1251", "text/xml"),
        ("Паромы стоят", "utf-8", "", "text/xml; charset=iso-8859-1"),
        ("Паромы стоят", "utf-8", "us-ascii", "application/xml; charset=us-ascii"),
        ("Паромы стоят", "windows-1251", "windows-1251", "text/xml"),
        ("Паромы стоят", "koi8-r", "koi8-r", "application/rss+xml; charset=utf-8"),
        ("Паромы стоят", "windows-1251", "", "text/xml; charset=windows-1251"),
        ("Fähren stehen still", "iso-8859-1", "utf-8", "text/xml"),
        ("Promy stoją w Łebie", "iso-8859-2", "iso-8859-2", "text/html"),
        ("渡輪停航", "big5", "big5", "text/xml"),
        ("渡轮停航", "gb18030", "gb2312", "text/xml"),
        ("フェリー欠航", "shift_jis", "Shift_JIS", "text/xml"),
        ("フェリー欠航", "iso-2022-jp", "ISO-2022-JP", "text/xml"),
        ("페리 결항", "euc-kr", "euc-kr", "text/xml"),
        ("Паромы стоят", "utf-16", "utf-16", "text/xml"),
        ("Паромы стоят", "utf-8-sig", "", ""),
        ("Паромы стоят", "utf-8", "no-such-encoding", "text/xml; charset=nonsense"),
    ],
)
async def test_letters_are_right_whatever_is_declared(
    wire: Wire, text: str, encoding: str, declared: str, content_type: str
) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    body = rss(item(text), declaration=declaration).encode(encoding)
    feed = wire.gives(body, headers={"Content-Type": content_type} if content_type else None)
    assert (await read(feed)).stories[0].title == text


async def test_one_broken_byte_does_not_spoil_the_other_letters(wire: Wire) -> None:
    body = rss(item("Паромы стоят у причала"), item("Шторм", "https://a.example/2")).encode()
    broken = body.replace("Шторм".encode(), "Шторм".encode()[:-1])
    titles = [story.title for story in (await read(wire.gives(broken))).stories]
    assert "Паромы стоят у причала" in titles
    assert "Штор\ufffd" in titles
