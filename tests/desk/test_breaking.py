"""What breaks and what does not: pace, origins, trusted outlets, urgent words and a topic's own rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from time import process_time

import pytest

from tests.desk.making import NOON, group, story
from watcher.desk.breaking import AUTO, Rule, RuleError, Verdict, decide, higher, parse_rule
from watcher.desk.pace import Pace, counted, often, tail
from watcher.desk.sources import Source, Sources
from watcher.desk.urgency import urgent_label
from watcher.models import Group, Story

YOUNG = Pace({}, 0, 0)
BUSY = Pace(dict.fromkeys(range(24), 14 * 40.0), 14 * 700, 14)
SOURCES = Sources((Source("reuters", ("Reuters",), ("reuters.com",)),))


def told(*minutes_ago: float, prefix: str = "o", **more: str) -> list[Story]:
    """Stories of as many outlets, published so many minutes before noon."""
    return [
        story(f"{prefix}{n}", f"Bridge collapses over river {n}", ago=ago / 60, **more)
        for n, ago in enumerate(minutes_ago)
    ]


def verdict(found: Group, pace: Pace = YOUNG, rule: Rule = AUTO, **more: object) -> Verdict:
    return decide(found, pace, NOON, SOURCES, rule=rule, **more)  # type: ignore[arg-type]


def test_three_outlets_in_half_an_hour_break_in_a_quiet_topic() -> None:
    found = verdict(group("g", *told(30, 20, 5)))
    assert found.level is not None
    assert found.evidence is not None
    assert found.evidence.origins == 3
    assert "3 independent origins, 3 outlets of different owners within 25 min" in found.why


def test_what_is_unusual_depends_on_the_topics_own_pace() -> None:
    """Two outlets within an hour are nothing where forty stories come an hour, nor five over a day."""
    assert verdict(group("g", *told(50, 5)), BUSY).level is None
    assert verdict(group("g", *told(1400, 1100, 700, 300, 5)), BUSY).level is None
    assert verdict(group("g", *told(50, 40, 30, 20, 10, 5)), BUSY).level == "breaking"


def test_in_a_quiet_topic_two_outlets_are_developing_which_wakes_nobody() -> None:
    quiet = Pace(dict.fromkeys(range(24), 14 * 0.1), 14 * 2, 14)
    assert verdict(group("g", *told(50, 5)), quiet).level == "developing"
    assert verdict(group("g", *told(5)), quiet).level is None


def test_the_same_hour_of_the_day_is_what_it_is_held_against() -> None:
    """A topic that sleeps at night is woken by less then."""
    nights = Pace({hour: 14 * (0.05 if hour < 6 else 6.0) for hour in range(24)}, 14 * 30, 14)
    noon, night = nights.chance(3, NOON), nights.chance(3, NOON.replace(hour=3))
    assert night < noon / 3


def test_the_shape_of_a_day_is_not_taken_from_a_topics_first_morning() -> None:
    """What is told at three in the morning of the only day that is known may be told at any hour."""
    morning = Pace({8: 40.0, 9: 40.0}, 60, 0.3)
    assert morning.rate(3) > morning.rate(9) / 3


def test_outlets_that_tell_an_event_slowly_count_without_an_edge_at_which_they_are_forgotten() -> None:
    minutes = (*range(0, 240, 10),)
    chances = [BUSY.chance(counted([NOON - timedelta(minutes=n), NOON]), NOON) for n in minutes]
    assert all(a < b < 1.2 * a for a, b in pairwise(chances))
    slowly = verdict(group("g", *told(300, 170, 130, 95, 40, 5)), BUSY)
    assert slowly.level is not None


def test_an_event_that_outlets_come_back_to_after_half_a_day_is_news_again() -> None:
    """What five outlets told slowly yesterday, and tell now in other words, has just become an event."""
    before, now = told(2000, 1900, 1700, 1500, 1300), told(50, 40, 20, 10, 5)
    again = [replace(one, id=f"{one.id}again", title=f"{one.title}, toll rises") for one in now]
    assert verdict(group("g", *before, *again[:1]), BUSY).level is None
    assert verdict(group("g", *before, *again), BUSY).level == "urgent"


def test_yesterdays_text_that_outlets_publish_again_is_not_told_anew() -> None:
    before, now = told(2000, 1900, 1700, 1500, 1300), told(50, 40, 20, 10, 5)
    again = [replace(one, id=f"{one.id}again") for one in now]
    copies = {two.id: one.id for one, two in zip(before, again, strict=True)}
    assert verdict(group("g", *before, *again, tellings=copies), BUSY).level is None


def test_while_another_event_goes_on_two_outlets_are_nothing_in_a_quiet_topic_but_three_are() -> None:
    quiet = Pace(dict.fromkeys(range(24), 14 * 0.1), 14 * 2, 14)
    assert verdict(group("g", *told(50, 5)), quiet, busy=True).level is None
    assert verdict(group("g", *told(30, 20, 5)), quiet, busy=True).level == "urgent"


def test_agency_copy_in_many_outlets_is_one_telling_and_no_alert() -> None:
    copies = told(30, 25, 20, 15, 10)
    assert verdict(group("g", *copies, tellings={one.id: "o0" for one in copies})).level is None


def test_outlets_that_only_quote_one_are_developing_at_the_most() -> None:
    quoting = [
        replace(one, title=f"Bridge collapses, Reuters reports ({one.id})") for one in told(30, 20, 10, 5)
    ]
    found = verdict(group("g", *quoting))
    assert found.level == "developing"
    assert "not independently confirmed" in str(found.evidence and found.evidence.chain)


def test_notices_that_take_a_story_back_confirm_nothing() -> None:
    notices = told(20, 10, 5, prefix="n", summary="This story has been withdrawn.")
    assert verdict(group("g", *told(30), *notices)).level is None


def test_old_news_that_resurfaces_never_breaks() -> None:
    old = [story(f"o{n}", f"Bridge collapses {n}", ago=24 * 9 + n / 60, seen_ago=0.1 * n) for n in range(6)]
    assert verdict(group("g", *old)).level is None


def test_what_was_in_the_feeds_before_never_breaks() -> None:
    stories = told(30, 20, 10, 5)
    assert verdict(group("g", *stories), held=frozenset(one.id for one in stories)).level is None


def test_copies_of_what_was_in_a_feed_before_are_one_telling_and_no_mistake() -> None:
    """Where the text that outlets copy is held, whoever has it first of the others tells it."""
    first, *copies = told(40, 30, 20, 10)
    own = told(25, 15, 5, prefix="p")
    texts = {one.id: first.id for one in copies}
    held = frozenset([first.id])
    assert verdict(group("g", first, *copies, tellings=texts), held=held).level is None
    both = verdict(group("g", first, *copies, *own, tellings=texts), held=held)
    assert both.level == "breaking"
    assert both.evidence is not None
    assert both.evidence.tellers == 4


def test_what_an_outlet_had_in_its_feed_before_and_publishes_again_is_no_news() -> None:
    before = told(30)
    again = [replace(before[0], id="again", url="https://o0.example/again")]
    found = group("g", *before, *again, tellings={"again": "o0"})
    assert verdict(found, rule=Rule("always"), held=frozenset(["o0"])).level is None


def test_what_happened_hours_ago_was_missed_and_does_not_break_now() -> None:
    assert verdict(group("g", *told(300, 290, 280, 270))).level is None


def test_a_trusted_outlet_and_a_word_for_urgent_make_less_enough() -> None:
    two = [*told(18), story("r", "BREAKING: Bridge down", outlet="reuters.com", ago=0.1)]
    assert verdict(group("g", told(18)[0], replace(two[1], title="Bridge down"))).level is None
    found = verdict(group("g", *two), trusted=("reuters.com",))
    assert found.level == "urgent"
    assert "trusted: Reuters; called “BREAKING” by its outlet" in found.why


def test_one_trusted_outlet_that_calls_it_urgent_is_developing() -> None:
    flash = story("r", "BREAKING: Bridge collapses", outlet="reuters.com", ago=0.1)
    assert verdict(group("g", flash), trusted=("reuters.com",)).level == "developing"
    assert verdict(group("g", flash)).level is None


def test_a_topics_own_count_is_obeyed_instead_of_the_pace() -> None:
    rule = parse_rule("3 outlets in 20 min")
    assert verdict(group("g", *told(18, 10, 5)), BUSY, rule).level == "urgent"
    assert verdict(group("g", *told(50, 10, 5)), YOUNG, rule).level is None


def test_always_and_never_mean_it() -> None:
    assert verdict(group("g", *told(5)), BUSY, Rule("always")).level == "developing"
    assert verdict(group("g", *told(20, 15, 10, 5)), YOUNG, Rule("never")).level is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("alert when 3 outlets in 20 min", Rule("count", 3, 20)),
        ("2 within 1 hour", Rule("count", 2, 60)),
        ("Always", Rule("always")),
        ("off", Rule("never")),
        ("auto", AUTO),
    ],
)
def test_a_rule_is_read_as_people_write_it(said: str, meant: Rule) -> None:
    assert parse_rule(said) == meant
    assert parse_rule(str(meant)) == meant


@pytest.mark.parametrize("said", ["", "sometimes", "0 outlets in 5 min", "3 outlets"])
def test_a_rule_that_cannot_be_read_says_what_can(said: str) -> None:
    with pytest.raises(RuleError, match="3 outlets in 20 min"):
        parse_rule(said)


def test_more_outlets_never_make_an_event_less() -> None:
    levels = [verdict(group("g", *told(*range(n, 0, -1)))).level for n in range(1, 9)]
    reached = [level for level in levels if level]
    assert reached
    assert all(not higher(a, b) for a, b in pairwise(reached))


def test_a_decision_takes_less_than_a_millisecond() -> None:
    big = group("g", *told(*(n / 2 for n in range(30, 0, -1)), summary="The bridge fell. " * 15))
    began = process_time()
    for _ in range(50):
        verdict(big)
    assert (process_time() - began) / 50 / len(big.stories) < 0.001


# ---------------------------------------------------------------------------------------- urgency


@pytest.mark.parametrize(
    "title",
    [
        "BREAKING: Bridge collapses",
        "Breaking news | Bridge collapses",
        "[URGENT] Bridge collapses",
        "ALERTE INFO - Un pont s'effondre",
        "EILMELDUNG: Brücke eingestürzt",
        "ÚLTIMA HORA: cae un puente",
        "Ultim'ora: crolla un ponte",
        "URGENTE: ponte desaba",
        "PILNE. Runął most",
        "СРОЧНО: рухнул мост",
        "ТЕРМІНОВО: обвалився міст",
        "عاجل | انهيار جسر",
        "فوری: پل فرو ریخت",
        "SON DAKİKA: Köprü çöktü",
        "快讯：大桥坍塌",
        "【速報】橋が崩落",
        "[속보] 다리 붕괴",
        "ด่วน! สะพานถล่ม",
        "NÓNG: Sập cầu",
        "BREAKING NEWS: Jembatan runtuh",
        "ब्रेकिंग: पुल गिरा",
        "ব্রেকিং: সেতু ধসে পড়েছে",
        "מבזק: הגשר קרס",
        "ΕΚΤΑΚΤΟ: Κατέρρευσε γέφυρα",
        "Net binnen: brug ingestort",
        "MIMOŘÁDNĚ: Spadl most",
        "JUST NU: Bron har rasat",
        "Ultima oră: s-a prăbușit un pod",
        "Rendkívüli: leszakadt a híd",
        "ИЗВЪНРЕДНО: Рухна мост",
        "HITNO: Srušio se most",
        "بریکنگ نیوز: پل گر گیا",
    ],
)
def test_the_word_for_urgent_is_known_in_thirty_languages(title: str) -> None:
    assert urgent_label(title)


@pytest.mark.parametrize(
    "title",
    [
        "Breaking the ice in the Arctic",
        "Urgent care centre opens in the harbour",
        "Flash flood warning for the valley",
        "Ein eiliger Brief an den Papst",
        "RECORD-BREAKING HEAT IN THE SOUTH",
        "BREAKING BAD IS BACK ON TELEVISION",
        "Just nu är det vackert i skärgården",
        "Siste dans for skøyteløperen",
        "Tin nóng lên từng ngày",
    ],
)
def test_a_word_that_is_no_label_is_none(title: str) -> None:
    assert not urgent_label(title)


# ------------------------------------------------------------------------------------------- pace


def test_the_tail_falls_with_the_count_and_is_one_for_none() -> None:
    tails = [tail(count, 0.5) for count in range(6)]
    assert tails[0] == 1.0
    assert tails == sorted(tails, reverse=True)


def test_a_chance_is_said_in_words_people_use() -> None:
    assert [often(c) for c in (3, 1, 0.4, 1 / 20, 1 / 90, 1 / 900, 0)] == [
        "about 3 times a day",
        "about once a day",
        "about once in 2 days",
        "about once in 3 weeks",
        "about once in 3 months",
        "about once in 2 years",
        "less than once in 100 years",
    ]
