"""The shipped catalogue and lexicon, in the languages and with the traps of the world's news."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.topics.newsroom import story, topic
from watcher.topics.match import Matcher
from watcher.topics.names import Names

CATALOGUE = (Path(__file__).parents[2] / "config" / "names.toml").read_text("utf-8")
WATCHED = """vladimir-putin xi-jinping emmanuel-macron narendra-modi elon-musk donald-trump friedrich-merz
    north-korea south-korea ukraine georgia jordan mali gaza israel germany turkey united-states iran nato
    united-nations ecb meta openai poland boeing tiktok hamas chad kyiv"""


def _tables(ids: str) -> str:
    """The tables of some ids; the whole catalogue would take a second to read."""
    return "\n".join(re.findall(rf"(?ms)^\[(?:{'|'.join(ids.split())})\]$.*?(?=^\[|\Z)", CATALOGUE))


NAMES = Names.load(_tables(WATCHED))


def met(query: str, title: str, language: str) -> bool:
    return bool(Matcher([topic(query)], NAMES).match(story(title, language=language)))


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("putin", "de:Putinbesuch verschoben|et:Putiniga räägiti|sr:Састанак са Путином|bg:Путиновата реч"),
        ("putin", "lt:Putino kalba|lv:Putinam neļāva runāt|sl:Srečanje s Putinom|hy:Պուտինի ելույթը"),
        ("macron", "lv:Makrons runā|lt:Makronas kalbėjo|sr:Makron u Beogradu|ka:მაკრონი თბილისში"),
        ("modi", "en:Modi to visit|de:Modis Besuch|ru:Речь Моди|it:Incontro con Modi"),
        ("musk", "ru:Илону Маску отказали|uk:Компанія, яку купив Маск"),
        (
            "north korea",
            "lv:Ziemeļkorejas raķete|lt:Šiaurės Korėjos lyderis|et:Põhja-Korea juht|sk:KĽDR hrozí",
        ),
        ("germany", "pl:Wybory w Niemczech|hr:Izbori u Njemačkoj|lt:Vokietijos kancleris|fi:Saksan hallitus"),
        ("israel", "ru:Армия Израиля|cs:V Izraeli|ur:اسرائیل میں"),
        ("us", "lt:JAV prezidentas|lv:ASV armija|sl:ZDA in Evropa|is:Forseti Bandaríkjanna í Bandaríkin"),
        ("nato", "fi:Naton kokous|de:Ein Natogipfel beginnt|ru:СТРАНЫ НАТО ГОТОВЯТСЯ К САММИТУ"),
        ("united nations", "pl:Apel ONZ do stron|hu:Az ENSZ szerint|el:Ο ΟΗΕ ζητά"),
        ("openai", "fr:Open AI lève des fonds"),
        ("kyiv", "uk:Вибух у Києві|fi:Kiova odottaa"),
        ("gaza", "ru:Удары по Газе|de:Der Gazakrieg"),
        ("mali", "pl:Zamach stanu w Mali|pl:Mali: zamach stanu"),
        ("jordan", "en:Jordan closes its airspace|en:Talks in Jordan"),
        (
            "turkey earthquake",
            "hr:Potres u Turskoj|th:แผ่นดินไหวในตุรกี|vi:Động đất ở Thổ Nhĩ Kỳ|no:Jordskjelv i Tyrkia",
        ),
        ("turkey earthquake", "ka:მიწისძვრა თურქეთში|lt:Žemės drebėjimas Turkijoje|bn:তুরস্কে ভূমিকম্প"),
        (
            "poland election",
            "fi:Puolan presidentinvaalit|ja:ポーランド大統領選|sk:Voľby v Poľsku|lv:Vēlēšanas Polijā",
        ),
        (
            "hamas hostages release",
            "fr:Le Hamas libère trois otages|de:Hamas lässt Geiseln frei|zh:哈马斯释放人质",
        ),
        ("iran nuclear talks", "de:Atomgespräche mit dem Iran|sv:Kärnvapensamtal med Iran"),
        ("tiktok ban", "sv:Tiktokförbud"),
        ("storm Amelia", "fr:La tempête Amelia|es:La tormenta Amelia"),
        ("Storm Amelia", "fr:La tempête Amelia|en:Storm Amelia"),
    ],
)
def test_an_english_query_finds_it_in_many_languages(query: str, titles: str) -> None:
    missed = [one for one in titles.split("|") if not met(query, one.split(":", 1)[1], one.split(":", 1)[0])]
    assert missed == []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("Brankovic", "ru:Бранковичем недовольны"),
        ("Brankovic", "sr:Оставка Бранковића"),
        ("Brankovic", "lt:Brankovičius atsistatydino"),
        ("Brankovic", "hu:Brankovics lemond"),
        ("Tarasenko", "uk:Лист Тарасенку"),
        ("Vasilieva", "ru:Назначили Васильеву"),
        ("Дубровский", "pl:Dymisja Dubrowskiego"),
        ("Schwarzenbeck", "uk:Шварценбек пішов"),
        ("Lindholmer", "uk:Промова Ліндгольмера"),
        ("Wojciechowska", "ru:Отставка Войцеховской"),
        ("Korhonen", "fi:Kirje Korhoselle"),
        ("Balčiūnas", "lt:Balčiūno vyriausybė"),
        ("Yamaguchi", "ja:ヤマグチが勝利"),
        ("Papadimitriou", "el:Η παραίτηση Παπαδημητρίου"),
    ],
)
def test_a_name_that_nobody_listed_is_met_across_scripts_and_cases(query: str, title: str) -> None:
    language, words = title.split(":", 1)
    assert met(query, words, language)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("xi jinping", "en:China name their playing XI"),
        ("xi jinping", "fr:Le XIe siècle et Pie XI"),
        ("mali", "pl:Mali pacjenci czekają na pomoc"),
        ("mali", "tr:Mali tablo açıklandı"),
        ("modi", "it:Modi semplici per risparmiare"),
        ("chad", "pl:Czad zabił dwie osoby"),
        ("gaza", "ru:Газа хватит до весны"),
        ("jordan", "en:Jordan Pickford saves a penalty"),
        ("israel", "en:Israel Adesanya wins the fight"),
        ("georgia", "en:Georgia governor signs the law"),
        ("nato", "it:Nato ieri il cucciolo di panda"),
        ("us", "en:SO SAD: TELL US MORE"),
        ("merz", "de:Im März steigen die Preise"),
        ("putin", "fr:La poutine québécoise a 60 ans"),
        ("openai", "en:Open air concert"),
        ("iran nuclear talks", "de:Atomausstieg: Iran bleibt außen vor"),
    ],
)
def test_what_is_only_like_it_stays_out(query: str, title: str) -> None:
    language, words = title.split(":", 1)
    assert not met(query, words, language)


@pytest.mark.parametrize("name", ["Victoria Nuland", "Sackpraip Hilchail", "Kioskwaick Brontel"])
def test_a_name_that_begins_like_a_common_word_is_still_a_name(name: str) -> None:
    assert NAMES.is_word("storm")
    assert not NAMES.is_word(name.split()[0].lower())
