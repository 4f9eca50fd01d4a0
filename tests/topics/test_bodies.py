"""Competitions, companies and agencies of the catalogue: found in any language, never in common words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.topics.newsroom import story, topic
from watcher.topics.match import Matcher
from watcher.topics.names import Names
from watcher.topics.query import parse_query

CATALOGUE = (Path(__file__).parents[2] / "config" / "names.toml").read_text("utf-8")
WATCHED = """
    us-open us-open-golf united-states roland-garros tour-de-france serie-a six-nations
    fc-barcelona nba nobel-prize cop-climate shell ford-motor general-motors uber bayer bhp eni
    sec-us czech-republic quad-alliance emirates-airline united-arab-emirates
    black-sea-grain-deal nord-stream nissan booker-prize instagram
    belt-and-road mcdonalds sony bp johnson-and-johnson"""
_TABLES = re.findall(rf"(?ms)^\[(?:{'|'.join(WATCHED.split())})\]$.*?(?=^\[|\Z)", CATALOGUE)
NAMES = Names.load("\n".join(_TABLES))


def met(query: str, language: str, title: str) -> bool:
    return bool(Matcher([topic(query)], NAMES).match(story(title, language=language)))


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        (
            "us open",
            "pl:Polka w finale US Open|fr:Une finale de rêve à l’US Open|de:US-Open: Aus im Achtelfinale",
        ),
        (
            "us open",
            "en:U.S. Open: rain delays the final|ja:全米オープン開幕|ru:Открытый чемпионат США начался",
        ),
        (
            "us open tennis",
            "en:Champion wins the US Open at last|es:El Abierto de Estados Unidos, sin público",
        ),
        ("us open golf", "en:US Open: golfer sinks a birdie on the last hole"),
        ("french open", "fr:Roland-Garros sous la pluie|ko:프랑스오픈 결승"),
        ("tour de france", "fr:Le Tour de France passe les Alpes|pl:Kraksa na Tour de France"),
        ("six nations", "en:Six Nations: Ireland survive in Cardiff|it:Sei Nazioni, esordio amaro"),
        ("nobel prize", "pl:Nobel dla chemika|ru:Нобелевскую премию вручат|ar:جائزة نوبل للسلام"),
        ("cop30", "fr:COP30 : un accord arraché|ar:قمة المناخ تبدأ"),
        ("shell", "en:Shell cuts oil output|ru:Концерн Shell уходит|zh:壳牌出售股份"),
        ("ford", "en:Ford recalls electric vehicles|de:Streik im Ford-Werk|zh:福特汽车裁员"),
        ("sec", "en:SEC sues crypto exchange for fraud|de:US-Börsenaufsicht klagt"),
        ("emirates flight", "en:Emirates flight turns back"),
        (
            "black sea grain deal",
            "pl:Umowa zbożowa wygasa|uk:Зернову угоду продовжено|tr:Tahıl anlaşması bitti",
        ),
        ("nord stream", "ru:Взрывы на Северном потоке|ja:ノルドストリームで漏れ"),
        ("nissan", "ja:日産、追浜の工場を閉鎖"),
    ],
)
def test_a_body_is_found_in_the_words_of_each_language(query: str, titles: str) -> None:
    for title in titles.split("|"):
        language, _, said = title.partition(":")
        assert met(query, language, said), title


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("us open", "en:US opens embassy on the island|en:US Opens Embassy on the Island"),
        ("us open", "en:US open to talks on the canal|en:US Open to Talks on the Canal|zh:欧美网友热议"),
        ("us open tennis", "en:US Open golf: leader drops three shots"),
        ("french open", "en:French open inquiry into the fire|zh:逃犯难逃法网"),
        ("tour de france", "fr:Le ministre entame un tour de France des usines"),
        ("serie a", "fr:Une série à voir ce soir|en:Start-up closes its Series A"),
        ("six nations", "en:Six nations sign the treaty|en:Six Nations of the Grand River sue"),
        (
            "fc barcelona",
            "en:Barcelona bans holiday flats|es:Barca volcada en el puerto|it:Barca alla deriva",
        ),
        ("nba", "en:NBA elects president as lawyers of the Nigerian Bar Association vote"),
        ("shell", "en:Shell of a turtle found|en:Shell companies hid the money|en:Shell hits a school"),
        ("ford", "en:Harrison Ford returns|en:Doug Ford wins again|zh:法兰克福特展"),
        ("general motors", "en:GM crops approved"),
        ("uber", "de:Über Taxis redet keiner|en:The race for the Uber Cup"),
        ("bayer", "de:Bayer Leverkusen holt den Pokal"),
        ("bhp", "pl:Szkolenie BHP w zakładzie"),
        ("eni", "en:Eni Aluko leaves the studio"),
        ("sec", "en:SEC football starts again|en:Ten sec to go"),
        ("quad", "en:Quad bike rider hurt"),
        ("sony", "en:Sons of the river sing again"),
        ("bp", "pl:PKO BP podnosi opłaty"),
        ("mcdonald's", "en:Lord McDonald resigns"),
        ("johnson & johnson", "en:Boris Johnson writes a book"),
        ("instagram", "en:Singer wrote on Instagram that she is well|pl:Aktor na Instagramie o ślubie"),
    ],
)
def test_a_common_word_or_a_namesake_is_not_that_body(query: str, titles: str) -> None:
    for title in titles.split("|"):
        language, _, said = title.partition(":")
        assert not met(query, language, said), title


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("harrison ford", "Harrison Ford returns"),
        ("george ford", "George Ford kicks England home"),
        ("gm crops", "GM crops approved"),
        ("quad bike", "Quad bike rider hurt"),
    ],
)
def test_words_that_are_no_name_of_the_catalogue_are_looked_for_as_they_are(query: str, title: str) -> None:
    assert not any(term.names for term in parse_query(query, NAMES).terms())
    assert met(query, "en", title)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("us opens embassy", "US opens embassy on the island"),
        ("us opens embassy", "American embassy opens on the island"),
        ("us treasuries", "American treasuries fall"),
    ],
)
def test_a_place_before_words_that_are_no_name_with_it_is_that_place(query: str, title: str) -> None:
    assert met(query, "en", title)


@pytest.mark.parametrize(
    "query",
    [
        "us open",
        "us open tennis",
        "U.S. Open",
        "us open golf",
        "black sea grain deal",
        "belt and road",
        "securities and exchange commission",
        "Johnson & Johnson",
        "McDonald's",
    ],
)
def test_words_side_by_side_are_read_as_one_name(query: str) -> None:
    assert len(parse_query(query, NAMES).terms()) == 1


def test_the_bodies_have_no_faults() -> None:
    assert NAMES.faults == ()


@pytest.mark.parametrize("query", ["belt AND road", "bp and sony", "bp and mcdonald's"])
def test_an_and_between_what_is_not_one_name_joins_two(query: str) -> None:
    assert len(parse_query(query, NAMES).terms()) == 2
