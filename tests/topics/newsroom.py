"""A small catalogue and short stories for the tests of topics."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.models import Match, Sensitivity, Story, Topic
from watcher.topics.match import Matcher, Verdict
from watcher.topics.names import Names

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

CATALOGUE = """
[vladimir-putin]
kind = "person"
en = ["Vladimir Putin", "Putin"]
fr = ["Vladimir Poutine", "Poutine"]
de = ["Wladimir Putin", "Putin"]
pl = ["Władimir Putin", "Putin"]
cs = ["Vladimir Putin", "Putin"]
hu = ["Vlagyimir Putyin", "Putyin"]
fi = ["Vladimir Putin", "Putin"]
tr = ["Vladimir Putin", "Putin"]
ru = ["Владимир Путин", "Путин"]
uk = ["Володимир Путін", "Путін"]
ar = ["فلاديمير بوتين", "بوتين"]
fa = ["ولادیمیر پوتین", "پوتین"]
he = ["ולדימיר פוטין", "פוטין"]
el = ["Βλαντίμιρ Πούτιν", "Πούτιν"]
zh = ["普京", "普丁"]
ja = ["プーチン"]
ko = ["푸틴"]
th = ["ปูติน"]
role = ["Russian president", "Kremlchef"]
hints = ["Kremlin"]
shadow = ["Lyudmila Putina"]

[kim-jong-un]
kind = "person"
en = ["Kim Jong Un"]
fr = ["Kim Jong-un"]
de = ["Kim Jong-un"]
pl = ["Kim Dzong Un"]
cs = ["Kim Čong-un"]
hu = ["Kim Dzsongun"]
tr = ["Kim Jong-un"]
ru = ["Ким Чен Ын"]
uk = ["Кім Чен Ин"]
ar = ["كيم جونغ أون"]
fa = ["کیم جونگ اون"]
zh = ["金正恩"]
ja = ["金正恩"]
ko = ["김정은"]
th = ["คิมจองอึน"]
role = ["North Korean leader", "Nordkoreas Machthaber"]
weak = ["Kim", "Ким"]
hints = ["Pyongyang", "North Korea", "Nordkorea"]
shadow = ["Kim Kardashian", "Kim Yo Jong"]

[russia]
kind = "place"
en = ["Russia"]
fr = ["Russie"]
de = ["Russland"]
pl = ["Rosja"]
ru = ["Россия"]
adjective = ["Russian", "russe", "rosyjski"]
shadow = ["White Russia"]

[north-korea]
kind = "place"
en = ["North Korea"]
fr = ["Corée du Nord"]
de = ["Nordkorea"]
pl = ["Korea Północna"]
ko = ["북한"]

[south-korea]
kind = "place"
en = ["South Korea"]
fr = ["Corée du Sud"]
weak = ["Korea"]

[korea]
kind = "place"
en = ["Korea"]
fr = ["Corée"]

[ukraine]
kind = "place"
en = ["Ukraine"]
fr = ["Ukraine"]
de = ["Ukraine"]
pl = ["Ukraina"]
ru = ["Украина"]
adjective = ["Ukrainian", "ukrainien"]

[united-states]
kind = "place"
en = ["United States", "US"]
fr = ["États-Unis"]

[jordan]
kind = "place"
en = ["Jordan"]
weak = []

[paris]
kind = "place"
en = ["Paris"]
shadow = ["Paris Hilton"]

[kremlin]
kind = "body"
en = ["Kremlin"]
ar = ["الكرملين"]
"""

NAMES = Names.load(CATALOGUE)


def story(title: str, summary: str = "", language: str = "en", outlet: str = "wire.example") -> Story:
    return Story("s", title, "", outlet, NOW, NOW, summary, language)


def topic(query: str, sensitivity: Sensitivity = "normal", excluded: tuple[str, ...] = ()) -> Topic:
    return Topic(1, "desk", "topic", query, sensitivity=sensitivity, excluded_outlets=excluded)


def met(query: str, title: str, language: str = "en", **more: str) -> Match | None:
    """The match of one story with one query at normal sensitivity, if there is one."""
    return next(iter(Matcher([topic(query)], NAMES).match(story(title, language=language, **more))), None)


def judged(query: str, title: str, summary: str = "", language: str = "en") -> Verdict:
    watched = topic(query)
    return Matcher([watched], NAMES).explain(story(title, summary, language), watched)


def ways(match: Match | None) -> dict[str, tuple[str, str]]:
    """How each term was met, and by which words of the story."""
    return {reason.term: (reason.how, reason.text) for reason in match.reasons} if match else {}
