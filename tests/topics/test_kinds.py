"""A common word of a query is met by names that are one of its kind, too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.topics.newsroom import story, topic, ways
from watcher.chat.commands.cards import reason_line
from watcher.models import Match, Sensitivity
from watcher.topics.lexicon import Lexicon
from watcher.topics.match import Matcher
from watcher.topics.names import Names

SHIPPED = (Path(__file__).parents[2] / "config" / "names.toml").read_text("utf-8")
NAMES = Names.load("""
[ecb]
en = ["European Central Bank", "ECB"]
de = ["EZB"]
es = ["BCE"]
pl = ["EBC"]
ru = ["ЕЦБ"]
rivals = ["cricket"]
[bundestag]
en = ["Bundestag"]
fr = ["Bundestag"]
[knesset]
en = ["Knesset"]
[tiktok]
en = ["TikTok"]
ja = ["TikTok"]
[cia]
en = ["CIA"]
[germany]
kind = "place"
en = ["Germany"]
fr = ["Allemagne"]
adjective = ["German"]
[israel]
kind = "place"
en = ["Israel"]
[tel-aviv]
kind = "place"
within = ["israel"]
en = ["Tel Aviv"]
ar = ["تل أبيب"]
[jaffa]
kind = "place"
within = ["tel-aviv"]
en = ["Jaffa"]
shadow = ["Jaffa Cakes"]
[jericho]
kind = "place"
within = ["israel"]
en = ["Jericho"]
[chicago]
kind = "place"
within = ["united-states"]
en = ["Chicago"]
[united-states]
kind = "place"
en = ["United States"]
[g20]
en = ["G20"]
""")


def met(
    query: str, title: str, language: str = "en", summary: str = "", sensitivity: Sensitivity = "normal"
) -> Match | None:
    matcher = Matcher([topic(query, sensitivity)], NAMES)
    return next(iter(matcher.match(story(title, summary, language))), None)


def test_the_lexicon_names_only_ids_that_the_shipped_catalogue_has() -> None:
    ids = set(re.findall(r"(?m)^\[([\w-]+)\]$", SHIPPED))
    kin = [(meaning, one) for meaning, names in Lexicon.shipped().kin.items() for one in names]
    assert [(meaning, one) for meaning, one in kin if not ids.issuperset({one.name, one.place} - {""})] == []
    assert len(kin) > 100


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("central bank interest rates", "en", "ECB holds interest rates"),
        ("central bank interest rates", "de", "EZB lässt die Zinsen, wie sie sind"),
        ("central bank interest rates", "es", "El BCE sube los tipos de interés"),
        ("central bank interest rates", "ru", "ЕЦБ повысил процентную ставку"),
        ("central bank", "pl", "EBC zaskakuje rynek"),
        ("parliament budget", "fr", "Le Bundestag adopte le budget"),
        ("social media", "ja", "TikTokが新機能"),
        ("social media ban", "en", "TikTok ban takes effect"),
        ("+parliament germany", "en", "Germany in suspense: Bundestag to decide"),
    ],
)
def test_a_name_that_is_one_of_the_kind_will_do(query: str, language: str, title: str) -> None:
    assert met(query, title, language)


def test_the_way_it_was_met_is_its_meaning_and_the_reason_has_its_name() -> None:
    match = met("central bank interest rates", "ECB holds interest rates")
    assert ways(match)["central bank"] == ("meaning", "ECB")
    assert match is not None
    assert [reason.name for reason in match.reasons] == ["ecb", ""]
    assert match.score < 100


def test_one_of_the_kind_stands_for_its_place_where_the_query_wants_both() -> None:
    assert ways(met("germany parliament", "Bundestag passes the budget")) == {
        "germany": ("role", "Bundestag"),
        "parliament": ("meaning", "Bundestag"),
    }
    assert met("german (parliament OR government)", "Le Bundestag adopte le budget", "fr")
    assert met("(germany OR israel) parliament", "Knesset dissolves itself")


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("germany parliament", "Knesset passes the budget"),
        ("germany budget", "Bundestag passes the budget"),
        ("germany", "Bundestag passes the budget"),
        ('germany "parliament"', "Bundestag passes the budget"),
        ("central bank", "ECB names its cricket squad"),
        ("bundestag", "Knesset dissolves itself"),
    ],
)
def test_only_its_own_place_and_only_beside_the_kind(query: str, title: str) -> None:
    assert not met(query, title)


@pytest.mark.parametrize(
    "query", ["budget -parliament", "budget NOT parliament", "budget -(germany parliament)"]
)
def test_a_minus_shuts_out_what_it_says_and_not_all_of_its_kind(query: str) -> None:
    assert met(query, "Knesset passes the budget")
    assert not met(query.replace("germany ", ""), "Parliament passes the budget")


def test_one_of_the_kind_by_the_way_is_not_enough_alone() -> None:
    said = "He posted it on TikTok."
    assert not met("social media", "A man rescued a dog", summary=said)
    assert met("social media", "A man rescued a dog", summary=said, sensitivity="wide")


def test_a_catalogue_without_the_names_meets_no_more_than_the_words() -> None:
    bare = Matcher([topic("germany parliament")], Names.load('[germany]\nkind = "place"\nen = ["Germany"]'))
    assert bare.match(story("Parliament in Germany votes"))
    assert not bare.match(story("Knesset in Germany"))


def test_the_reason_in_words_says_that_it_is_one_of_the_kind() -> None:
    match = met("central bank interest rates", "ECB holds interest rates")
    assert match is not None
    said = "".join(piece.text for piece in reason_line(match.reasons[0], {"ecb": "European Central Bank"}))
    assert said == "central bank by ECB — one of the kind (European Central Bank)"


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("israel strike", "en", "Tel Aviv stands still as nurses go on strike"),
        ("israel strike", "ar", "إضراب في تل أبيب"),
        ("israel flood", "en", "Flood in Jaffa"),
        ("israel parliament", "en", "Tel Aviv waits for the Knesset"),
    ],
)
def test_who_wants_a_place_is_given_what_is_within_it(query: str, language: str, title: str) -> None:
    match = met(query, title, language)
    assert match is not None
    assert "role" in {reason.how for reason in match.reasons}


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("tel aviv strike", "Nurses in Israel go on strike"),
        ("israel flood", "A flood of Jaffa Cakes"),
    ],
)
def test_the_whole_is_not_its_part(query: str, title: str) -> None:
    assert met(query, title) is None


@pytest.mark.parametrize("query", ["jericho", "israel"])
@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Four students found dead in Jericho, Idaho"),
        ("fr", "Quatre étudiants tués à Jericho, Idaho"),
        ("en", "Fire guts a mill in Jericho, Ont., overnight"),
        ("en", "Storm tears off the roofs of Jericho, Va."),
        ("en", "Jury in Jericho, Virginia, hears of the fire"),
        ("en", "Mill burns in Jericho, New Hampshire"),
    ],
)
def test_a_city_before_a_state_is_another_of_its_name(query: str, language: str, title: str) -> None:
    assert met(query, title, language) is None


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("jericho", "In Jericho, Virginia Brontel tells of her island"),
        ("jericho", "From Jericho, pa says, it is a day to the sea"),
        ("jericho", "Idaho students walk to Jericho"),
        ("chicago", "Storm tears off the roofs of Chicago, Ill."),
    ],
)
def test_a_city_before_a_word_like_a_state_is_itself(query: str, title: str) -> None:
    assert met(query, title)


def test_a_minus_before_a_place_leaves_in_what_does_not_name_it() -> None:
    assert met("strike -israel", "Nurses in Tel Aviv on strike")


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("G20 summit", "en", "Leaders arrive for the G20"),
        ("G20 summit", "fr", "G20 : un accord à l'arraché"),
        ("germany summit", "en", "Germany makes its case at the G20"),
    ],
)
def test_an_event_whose_name_says_what_it_is_need_not_be_called_so(
    query: str, language: str, title: str
) -> None:
    assert met(query, title, language)
