"""Feeds that are not written in what they say: each is read as what it is, and that is said."""

from __future__ import annotations

import pytest

from tests.feeds.wire import Wire, item, read, rss

TEXTS = {
    "ru": "Президент прибыл в столицу. Переговоры начнутся во вторник, сообщила пресс-служба.",
    "uk": "Президент України заявив, що переговори почнуться у вівторок; міністр приїде пізніше.",
    "el": "Ο πρωθυπουργός δήλωσε ότι οι διαπραγματεύσεις θα αρχίσουν την Τρίτη στην Αθήνα.",
    "ar": "قال الرئيس إن المفاوضات ستبدأ يوم الثلاثاء في القاهرة بحضور وزير الخارجية",
    "he": "ראש הממשלה אמר כי המשא ומתן יתחיל ביום שלישי בירושלים בנוכחות שר הביטחון",
    "th": "นายกรัฐมนตรีกล่าวว่าการเจรจาจะเริ่มในวันอังคารที่กรุงเทพมหานคร",
    "ja": "首相は火曜日に東京で会談を始めると述べた。外務省が発表した。",
    "zh": "总统周二抵达北京开始会谈，外交部发言人表示。",
    "tw": "總統週二抵達台北開始會談，外交部發言人表示。",
    "ko": "대통령은 화요일 서울에서 회담을 시작한다고 밝혔다. 외교부가 발표했다.",
    "pl": "Premier powiedział, że rozmowy rozpoczną się we wtorek; źródła żądają wyjaśnień.",
    "cs": "Předseda vlády řekl, že jednání začne v úterý. Příští týden přijede ministr.",
    "tr": "Cumhurbaşkanı görüşmelerin salı günü İstanbul'da başlayacağını söyledi.",
    "lv": "Prezidents teica, ka sarunas sāksies otrdien Rīgā; ministrs ieradīsies vēlāk.",
    "fr": "Le président a déclaré que les négociations débuteront mardi à Genève.",
    "es": "El presidente dijo que la negociación empezará el martes en España.",
}
DECLARED = '<?xml version="1.0" encoding="{}"?>'


def feed_of(text: str, declared: str, language: str = "") -> str:
    channel = f"<language>{language}</language>" if language else ""
    link = "https://www.harbourpost.example/{}"
    # Markup and addresses are ASCII in every language, and the most of many a feed.
    markup = '&lt;p&gt;&lt;a href="https://www.harbourpost.example/long/address"&gt;{}&lt;/a&gt;&lt;/p&gt;'
    items = [item(text, link.format(number), summary=markup.format(text)) for number in range(3)]
    declaration = DECLARED.format(declared) if declared else '<?xml version="1.0"?>'
    return rss(*items, channel=channel, declaration=declaration)


@pytest.mark.parametrize("declared", ["UTF-8", "", "iso-8859-1", "no-such-thing"])
@pytest.mark.parametrize(
    ("language", "encoding", "name"),
    [
        ("ru", "cp1251", "windows-1251"),
        ("ru", "koi8-r", "KOI8-R"),
        ("ru", "iso8859-5", "ISO-8859-5"),
        ("uk", "cp1251", "windows-1251"),
        ("el", "cp1253", "windows-1253"),
        ("el", "iso8859-7", ""),
        ("ar", "cp1256", "windows-1256"),
        ("ar", "iso8859-6", "ISO-8859-6"),
        ("he", "cp1255", "windows-1255"),
        ("th", "tis-620", "windows-874"),
        ("ja", "shift_jis", "Shift_JIS"),
        ("ja", "euc-jp", "EUC-JP"),
        ("zh", "gb18030", "GB18030"),
        ("tw", "big5", "Big5"),
        ("ko", "euc-kr", "EUC-KR"),
    ],
)
async def test_what_is_not_in_latin_letters_is_known_by_how_it_reads(
    wire: Wire, language: str, encoding: str, name: str, declared: str
) -> None:
    text = TEXTS[language]
    result = await read(wire.gives(feed_of(text, declared).encode(encoding)))
    assert result.stories[0].title == text
    assert result.stories[0].summary == ""
    (note,) = result.notes
    assert f"read as {name}" in note
    assert (f"written in {declared.upper()}" if declared else "nothing of its encoding") in note


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("pl", "cp1250"),
        ("pl", "iso8859-2"),
        ("cs", "cp1250"),
        ("cs", "iso8859-2"),
        ("tr", "cp1254"),
        ("lv", "cp1257"),
        ("fr", "cp1252"),
        ("es", "latin-1"),
    ],
)
async def test_what_is_in_latin_letters_is_known_by_the_language_that_the_feed_declares(
    wire: Wire, language: str, encoding: str
) -> None:
    body = feed_of(TEXTS[language], "UTF-8", language).encode(encoding)
    result = await read(wire.gives(body))
    assert result.stories[0].title == TEXTS[language]
    assert "The feed says that it is written in UTF-8." in result.notes[0]


@pytest.mark.parametrize("language", ["fr", "es"])
async def test_what_is_in_latin_letters_and_says_no_language_is_western(wire: Wire, language: str) -> None:
    result = await read(wire.gives(feed_of(TEXTS[language], "UTF-8").encode("cp1252")))
    assert result.stories[0].title == TEXTS[language]


@pytest.mark.parametrize(
    ("text", "declared", "encoding"),
    [
        ("①首相が会談", "shift_jis", "cp932"),
        ("똠방각하 회담", "euc-kr", "cp949"),
        ("朱镕基会谈", "gb2312", "gbk"),
        ("“Quoted” – it’s", "iso-8859-1", "cp1252"),
    ],
)
async def test_the_larger_encodings_that_go_by_a_smaller_ones_name_are_read_without_a_word(
    wire: Wire, text: str, declared: str, encoding: str
) -> None:
    result = await read(wire.gives(feed_of(text, declared).encode(encoding)))
    assert result.stories[0].title == text
    assert result.notes == ()


async def test_what_the_server_says_is_believed_where_it_fits_and_the_document_does_not(wire: Wire) -> None:
    headers = {"Content-Type": "text/xml; charset=windows-1251"}
    result = await read(wire.gives(feed_of("Шторм", "UTF-8").encode("cp1251"), headers=headers))
    assert result.stories[0].title == "Шторм"


async def test_a_broken_character_keeps_nothing_from_being_known(wire: Wire) -> None:
    body = feed_of(TEXTS["ja"], "UTF-8").encode("shift_jis").replace(b"</channel>", b"<x>\x83</x></channel>")
    assert (await read(wire.gives(body))).stories[0].title == TEXTS["ja"]
