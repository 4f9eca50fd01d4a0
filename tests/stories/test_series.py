"""Headlines of one pattern about one thing after another are as many events."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.stories.conftest import Wire, make_story, pointing
from tests.stories.test_group import events, place
from watcher.models import Placement
from watcher.stories.group import Grouper
from watcher.stories.series import strangers

OUTLET = "wire.example"


def grouped(headlines: Sequence[tuple[str, str, str]], hours: float = 3) -> dict[str, Placement]:
    """Where stories end, all alike in meaning, given as headline, lead and outlet."""
    wire = [
        (make_story(f"s{i}", title, lead, minutes=60 * hours * i, outlet=outlet), pointing(1, 2, 3))
        for i, (title, lead, outlet) in enumerate(headlines)
    ]
    return place(Grouper(1), wire)


def by_one(*headlines: str, hours: float = 3) -> dict[str, Placement]:
    return grouped([(title, "", OUTLET) for title in headlines], hours)


@pytest.mark.parametrize(
    "headlines",
    [
        [f"Earthquake of magnitude 4.{n} near {place}" for n, place in enumerate(("Lima", "Oslo", "Quito"))],
        ["Shares of Siemens rise 3% after results", "Shares of Danone rise 4% after results",
         "Shares of Volvo rise 3% after results", "Shares of Nokia rise 6% after results"],
        [f"Пожар в {town}: есть пострадавшие" for town in ("Туле", "Твери", "Уфе")],
        ["秘鲁发生4.1级地震", "日本发生5.3级地震", "智利发生6.0级地震"],
        ["Gewinnzahlen 4, 18, 23, 31", "Gewinnzahlen 2, 11, 40, 44", "Gewinnzahlen 9, 10, 12, 35"],
    ],
)  # fmt: skip
def test_an_outlet_that_fills_a_gap_for_the_third_time_writes_a_series(headlines: list[str]) -> None:
    assert len(events(by_one(*headlines, hours=8))) == len(headlines)


def test_a_number_that_counts_the_days_tells_a_column_from_an_event() -> None:
    columns = [f"Your horoscope for {day} March" for day in (2, 3)]
    assert len(events(by_one(*columns, hours=24))) == 2
    toll = [f"Death toll in ferry fire rises to {dead}" for dead in (12, 30, 55, 81)]
    assert len(events(by_one(*toll))) == 1


def test_the_same_headline_over_another_lead_a_day_later_is_a_column() -> None:
    leads = ("The council sat late over the budget.", "A heron was seen on the castle pond.")
    column = [("The view from the town hall", lead, OUTLET) for lead in leads]
    assert len(events(grouped(column, hours=24))) == 2
    assert len(events(grouped(column, hours=2))) == 1


def test_outlets_that_choose_other_words_for_one_event_write_no_series() -> None:
    words = ("says", "announces", "reveals", "reports", "tells")
    told = [(f"NASA {word} water found on Mars", "", f"{word}.example") for word in words]
    assert len(events(grouped(told))) == 1
    signed = [
        (f"Kim arrives in Russia for summit talks - Herald of {n}", "", f"{n}.example") for n in "ABCDEF"
    ]
    assert len(events(grouped(signed))) == 1


@pytest.mark.parametrize(
    ("headline", "words"),
    [
        ("Russia launches {} attack on Kyiv, killing two", ("drone", "missile", "massive", "overnight")),
        ("Suspect {} after Ohio mall shooting", ("named", "arrested", "charged")),
    ],
)
def test_an_outlet_that_says_more_between_the_same_names_tells_of_one_event(
    headline: str, words: Sequence[str]
) -> None:
    told = [headline.format(word) for word in words]
    assert len(events(by_one(*told))) == 1
    assert len(events(by_one(*told, hours=24))) == len(words)


def test_a_text_with_another_name_in_it_is_no_copy() -> None:
    fire = "Long fire in the old harbour warehouse of {} is out"
    placed = by_one(fire.format("Tula"), fire.format("Tver"))
    assert [one.telling for one in placed.values()] == ["s0", "s1"]


def test_agency_copy_with_an_outlets_own_word_for_a_country_is_one_text() -> None:
    lead = "Переговоры пройдут в Туле, {} пресс-служба совета."
    copies = [
        ("Совет подтвердил визит главы банка в Россию", lead.format("сообщила"), "wire.example"),
        ("Совет подтвердил визит главы банка в РФ", lead.format("передаёт"), "herald.example"),
    ]
    assert [one.telling for one in grouped(copies, hours=0.1).values()] == ["s0", "s0"]
    named = [
        (title, f"Визит в {place}: {lead}", at)
        for (title, lead, at), place in zip(copies, ("Россию", "РФ"), strict=True)
    ]
    assert [one.telling for one in grouped(named, hours=0.1).values()] == ["s0", "s1"]


def test_what_became_known_as_a_series_stays_one_event_where_an_editor_said_so() -> None:
    grouper = Grouper(1)
    wire = [
        (make_story(f"s{i}", f"Fire in {town}: several hurt", minutes=i, outlet=OUTLET), pointing(1, 2))
        for i, town in enumerate(("Lima", "Oslo", "Quito", "Suva"))
    ]
    place(grouper, wire[:2])
    grouper.merge("s0", "s1")
    place(grouper, wire[2:])
    placed = {id_: grouper.placement(id_).group for id_ in ("s0", "s1", "s2", "s3")}
    assert placed["s0"] == placed["s1"]
    assert len({*placed.values()}) == 3


def test_a_story_like_two_of_a_series_does_not_make_them_one(wire: Wire) -> None:
    grouper = Grouper(1)
    made = [
        wire(f"s{i}", f"Shares of {firm} rise after results", minutes=i, outlet=OUTLET)
        for i, firm in enumerate(("Siemens", "Danone", "Volvo"))
    ]
    place(grouper, [*made, wire("other", "Shares rise after results", minutes=9)])
    assert len({grouper.placement(f"s{i}").group for i in range(3)}) == 3


def test_a_series_is_known_after_a_restart(wire: Wire) -> None:
    made = [
        wire(f"s{i}", f"Fire in {town}: several hurt", minutes=i, outlet=OUTLET)
        for i, town in enumerate(("Lima", "Oslo", "Quito", "Suva"))
    ]
    grouper, again = Grouper(1), Grouper(1)
    placed = place(grouper, made[:3])
    again.restore({s.id: s for s, _ in made}, {s.id: v for s, v in made}, placed.values())
    assert again.add(*made[3]) == grouper.add(*made[3])
    assert all(alike.series for alike in again.explain("s3"))


def test_a_headline_that_says_more_is_of_no_series() -> None:
    said = ["Bridge closed", "Bridge closed in Tula", "Bridge closed in Tula after flood"]
    stories = [make_story(str(n), title, outlet=OUTLET) for n, title in enumerate(said)]
    assert strangers(stories[-1], stories[:-1]) == frozenset()
