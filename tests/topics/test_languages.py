"""What languages do to names and words, and what people do to queries: each is met, or answered in words."""

from __future__ import annotations

import pytest

from tests.topics.newsroom import NAMES, met, story, topic
from watcher.topics.match import Matcher
from watcher.topics.query import QueryError, parse_query


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("pl", "Spotkanie z Putinem w Soczi"),
        ("pl", "List do Putina"),
        ("ru", "Встреча с Путиным в Сочи"),
        ("ru", "Письмо Путину"),
        ("uk", "Лист Путіну"),
        ("cs", "Dopis Putinovi"),
        ("fi", "Putinin kirje julkaistiin"),
        ("fi", "Kirje Putinille"),
        ("hu", "Levél Putyinnak"),
        ("hu", "Putyinnal tárgyalt"),
        ("tr", "Putin’in mektubu"),
        ("tr", "Putin'e mektup"),
        ("tr", "Putin`den mektup"),
        ("el", "Επιστολή στον Πούτιν"),
        ("ko", "푸틴은 말했다"),
        ("ko", "푸틴에게 보낸 편지"),
        ("ja", "プーチン氏が語る"),
        ("zh", "普京發表講話"),
        ("th", "จดหมายถึงปูตินวันนี้"),
        ("ar", "رسالة إلى بوتين"),
        ("ar", "وبوتين يرد"),
        ("he", "מכתב לפוטין"),
        ("he", "ופוטין השיב"),
        ("de", "Der Putin-Besuch beginnt"),
        ("de", "Putins Brief"),
        ("en", "Putin’s letter"),
        ("en", "Putin's letter"),
        ("en", "PutinʼS letter".replace("S", "s")),
        ("en", "Putin＇s letter"),
        ("en", "Putin‐backed plan"),
        ("en", "Putin–Xi talks"),
        ("en", "𝐏𝐮𝐭𝐢𝐧 speaks"),
        ("en", "Ｐｕｔｉｎ speaks"),
        ("en", "Pu\u00adtin speaks"),
        ("en", "Pu\u200btin speaks"),
    ],
)
def test_a_name_is_met_however_a_language_or_a_keyboard_writes_it(language: str, title: str) -> None:
    assert met("putin", title, language)


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("north korea", "fr", "Séoul: la Corée du Sud vote"),
        ("south korea", "fr", "La Corée du Nord tire un missile"),
        ("kim jong un", "pl", "Nie wiadomo, kim on jest"),
        ("kim jong un", "en", "Kim Kardashian and her lawyers"),
        ("jordan", "en", "Michael Jordan back in Chicago"),
        ("paris", "en", "Paris Hilton marries"),
        ("meet", "en", "Meat prices rise"),
        ("arms", "en", "Army of volunteers"),
        ("war", "en", "It was a wart"),
    ],
)
def test_what_only_looks_like_it_stays_out(query: str, language: str, title: str) -> None:
    assert not met(query, title, language)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ja", "USが関税を発表"),
        ("ar", "محادثات US في الرياض"),
        ("ko", "US 관세 발표"),
        ("en", "Tariffs of the US rise"),
    ],
)
def test_initials_stand_out_among_letters_that_have_no_capitals(language: str, title: str) -> None:
    assert met("us", title, language)


def test_initials_do_not_stand_out_among_capitals() -> None:
    assert not met("us", "GIVE US OUR LETTERS BACK")


@pytest.mark.parametrize(
    "query",
    [
        "kim " * 2500,
        "(" * 200 + "kim" + ")" * 200,
        "-kim -putin",
        "NOT kim",
        "k*",
        "🙂",
        "()",
        '""',
        "AND OR",
    ],
)
def test_a_query_that_cannot_be_meant_is_refused_with_a_sentence(query: str) -> None:
    with pytest.raises(QueryError, match=r"\.$"):
        parse_query(query, NAMES)


@pytest.mark.parametrize(
    "query",
    ["(a+)+$ (a|a)*b", "kim Путин 金正恩 بوتين", "putin 🙂", "k.*m", "\\", "kim\u202eputin", "a" * 1999],
)
def test_an_odd_query_is_read_or_refused_and_never_breaks_matching(query: str) -> None:
    watched = Matcher([topic(query)], NAMES)
    watched.match(story("a" * 5000, "putin " * 500))
    assert all(str(fault).endswith(".") for fault in watched.faults.values())
