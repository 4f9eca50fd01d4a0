"""Which stories tell the same event."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from tests.stories.conftest import NOON, Wire, make_story, pointing
from watcher.models import Placement, Story
from watcher.stories.books import NotAtHand, group_id
from watcher.stories.edits import Edit
from watcher.stories.group import Grouper
from watcher.stories.vectors import Vector

NEWS = [
    ("arrive-en", "Kim Jong Un arrives in Russia for talks with Putin", "en"),
    ("storm-en", "Storm floods the harbour of Gdansk, ferries cancelled", "en"),
    ("arrive-fr", "Kim Jong-un est arrivé en Russie pour des pourparlers avec Poutine", "fr"),
    ("tax-en", "Parliament raises tax on fuel from May", "en"),
    ("arrive-ru", "Ким Чен Ын прибыл в Россию на переговоры с Путиным", "ru"),
    ("storm-pl", "Sztorm zalał port w Gdańsku, promy odwołane", "pl"),
    ("tax-de", "Parlament erhöht Steuer auf Kraftstoff ab Mai", "de"),
    ("storm-en-2", "Ferries cancelled as storm floods Gdansk harbour", "en"),
]


def place(grouper: Grouper, wire: Iterable[tuple[Story, Vector]]) -> dict[str, Placement]:
    placed: dict[str, Placement] = {}
    for story, vector in wire:
        placed.update((one.story_id, one) for one in grouper.add(story, vector))
    return placed


def stream(wire: Wire) -> list[tuple[Story, Vector]]:
    return [wire(id_, title, language=lang, minutes=i) for i, (id_, title, lang) in enumerate(NEWS)]


def events(placed: dict[str, Placement]) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for one in placed.values():
        groups.setdefault(one.group, set()).add(one.story_id)
    return {frozenset(ids) for ids in groups.values()}


def test_stories_of_one_event_come_together_across_languages(wire: Wire) -> None:
    assert events(place(Grouper(1), stream(wire))) == {
        frozenset({"arrive-en", "arrive-fr", "arrive-ru"}),
        frozenset({"storm-en", "storm-pl", "storm-en-2"}),
        frozenset({"tax-en", "tax-de"}),
    }


def test_the_same_stream_gives_the_same_groups(wire: Wire) -> None:
    assert place(Grouper(1), stream(wire)) == place(Grouper(1), stream(wire))


def test_a_group_is_known_by_the_story_that_founded_it(wire: Wire) -> None:
    placed = place(Grouper(7), stream(wire))
    assert placed["tax-de"].group == group_id(7, "tax-en")
    assert placed["tax-en"].likeness == 1.0
    assert 0 < placed["tax-de"].likeness <= 1


def test_adding_answers_with_the_storys_own_placement_first(wire: Wire) -> None:
    grouper = Grouper(1)
    for story, vector in stream(wire):
        assert grouper.add(story, vector)[0].story_id == story.id


def test_a_story_that_is_known_stays_where_it_is(wire: Wire) -> None:
    grouper = Grouper(1)
    placed = place(grouper, stream(wire))
    again = grouper.add(*stream(wire)[2])
    assert again == (placed["arrive-fr"],)


def test_a_roundup_is_in_no_group_and_swallows_none(wire: Wire) -> None:
    grouper = Grouper(1)
    title = "Tuesday briefing: Kim arrives in Russia for talks with Putin; storm floods Gdansk harbour"
    placed = place(grouper, [wire("roundup", title), *stream(wire)])
    assert placed["roundup"].group == ""
    assert len(events(placed)) == 4
    assert grouper.explain("roundup") == ()
    with pytest.raises(NotAtHand):
        grouper.split("roundup")


def test_agency_copy_is_one_telling(wire: Wire) -> None:
    title = "Bridge over the Vistula collapses in Warsaw, three injured"
    wires = [wire(f"copy{i}", title, minutes=i) for i in range(5)]
    placed = place(Grouper(1), [*wires, wire("own", "Three hurt as Warsaw bridge collapses into Vistula")])
    assert {placed[f"copy{i}"].telling for i in range(5)} == {"copy0"}
    assert placed["own"].telling == "own"
    assert len({one.group for one in placed.values()}) == 1


def test_a_changed_headline_moves_a_story_to_another_event_and_says_so(wire: Wire) -> None:
    grouper = Grouper(1)
    before = place(grouper, stream(wire))
    changed, vector = wire(
        "tax-de", "Sturm überflutet Hafen von Danzig, Fähren gestrichen", language="de", minutes=6
    )
    after = {one.story_id: one for one in grouper.add(changed, vector)}
    assert after["tax-de"].group == before["storm-en"].group != before["tax-de"].group


def test_a_changed_headline_of_the_first_copy_leaves_the_others_in_place(wire: Wire) -> None:
    title = "Bridge over the Vistula collapses in Warsaw, three injured"
    grouper = Grouper(1)
    before = place(grouper, [wire(f"copy{i}", title, minutes=i) for i in range(3)])
    after = place(grouper, [wire("copy0", "Parliament raises tax on fuel from May")])
    assert after["copy0"].group != before["copy0"].group
    assert after["copy1"] == replace(before["copy1"], telling="copy1")
    assert after["copy2"] == replace(before["copy2"], telling="copy1")


def test_what_two_groups_were_is_one_once_a_story_shows_it() -> None:
    """Two stories that are not alike enough are joined by what stands between them."""
    grouper = Grouper(1)
    first, second = (
        make_story("a", "Harbour flooded in Gdansk"),
        make_story("b", "Ferries cancelled after storm"),
    )
    placed = place(grouper, [(first, pointing(1, 0)), (second, pointing(0, 1))])
    assert placed["a"].group != placed["b"].group
    titles = [
        "Harbour flooded in Gdansk, ferries cancelled after storm",
        "Gdansk harbour flooded: ferries cancelled",
    ]
    moved = place(
        grouper, [(make_story(f"c{i}", t, minutes=i), pointing(1, 1)) for i, t in enumerate(titles)]
    )
    assert {grouper.placement(i).group for i in ("a", "b", "c0", "c1")} == {placed["a"].group}
    assert moved["b"].group == placed["a"].group


def test_an_old_story_does_not_join_a_new_event(wire: Wire) -> None:
    title = "Storm floods the harbour of Gdansk, ferries cancelled"
    story, vector = wire("old", title)
    last_year = replace(story, published=story.published - timedelta(days=365))
    placed = place(Grouper(1), [(last_year, vector), wire("new", f"{title} again", minutes=5)])
    assert placed["old"].group != placed["new"].group


def likeness_after(wire: Wire, minutes: int, *, at: int = 25) -> float:
    """How alike two tellings are of which one came so much later."""
    grouper = Grouper(1)
    (_, first, _), (_, later, language) = NEWS[0], NEWS[2]
    place(
        grouper,
        [wire("first", first, minutes=at), wire("later", later, language=language, minutes=at + minutes)],
    )
    return grouper.explain("later")[0].likeness


def test_each_hour_between_two_stories_speaks_against_one_event(wire: Wire) -> None:
    soon, same_day, next_day, later = (likeness_after(wire, 60 * hours) for hours in (1, 8, 24, 72))
    assert soon > same_day > next_day > later
    assert next_day > 0.5 * soon


@pytest.mark.parametrize("of_the_day", [0, 12 * 60])
def test_a_date_alone_is_any_hour_of_its_day(wire: Wire, of_the_day: int) -> None:
    at = of_the_day - 12 * 60  # the fixtures' stories are told in minutes after noon
    assert likeness_after(wire, 8 * 60, at=at) == likeness_after(wire, 0, at=at)
    assert likeness_after(wire, 8 * 60, at=at) > likeness_after(wire, 8 * 60, at=at + 1)
    assert likeness_after(wire, 24 * 60, at=at) == pytest.approx(likeness_after(wire, 24 * 60, at=at + 1))


def test_what_is_older_than_the_window_is_forgotten(wire: Wire) -> None:
    grouper = Grouper(1, window=timedelta(hours=1))
    place(grouper, stream(wire))
    placed = place(grouper, [wire("late", NEWS[0][1], minutes=120)])
    assert placed["late"].group == group_id(1, "late")
    with pytest.raises(NotAtHand, match="last days"):
        grouper.explain("arrive-en")


def test_three_likest_stories_are_shown_with_what_makes_them_alike(wire: Wire) -> None:
    grouper = Grouper(1)
    place(grouper, stream(wire))
    found = grouper.explain("arrive-fr")
    assert [alike.story.id for alike in found[:2]] == ["arrive-en", "arrive-ru"] or len(found) == 3
    assert found[0].features.named()["across"] == 1


# --------------------------------------------------------------------------------------- editors


def test_an_editors_merge_holds_for_what_comes_later(wire: Wire) -> None:
    grouper = Grouper(1)
    placed = place(grouper, stream(wire))
    edited = grouper.merge(placed["tax-en"].group, placed["storm-en"].group)
    assert {one.group for one in edited.placements} == {placed["storm-en"].group}
    assert {one.kind for one in edited.edits} == {"merge"}
    place(grouper, [wire("later", "Fuel tax to rise in May, parliament decides", minutes=30)])
    groups = {grouper.placement(id_).group for id_ in ("tax-en", "tax-de", "storm-en", "storm-pl")}
    assert groups == {placed["storm-en"].group}


def test_an_editors_split_is_never_undone(wire: Wire) -> None:
    grouper = Grouper(1)
    placed = place(grouper, stream(wire))
    edited = grouper.split("arrive-fr")
    assert grouper.placement("arrive-fr").group != placed["arrive-en"].group
    assert {(one.kind, one.a) for one in edited.edits} == {("split", "arrive-fr")}
    place(grouper, [wire(f"more{i}", f"{NEWS[0][1]}, day {i}", minutes=20 + i) for i in range(4)])
    assert grouper.placement("arrive-fr").group != grouper.placement("arrive-en").group


def test_the_founder_of_a_group_can_be_split_from_it(wire: Wire) -> None:
    grouper = Grouper(1)
    placed = place(grouper, stream(wire))
    grouper.split("arrive-en")
    assert grouper.placement("arrive-fr").group == placed["arrive-en"].group
    assert grouper.placement("arrive-en").group not in {one.group for one in placed.values()}


def test_a_copy_can_be_split_from_its_telling(wire: Wire) -> None:
    title = "Bridge over the Vistula collapses in Warsaw, three injured"
    grouper = Grouper(1)
    place(grouper, [wire(f"copy{i}", title, minutes=i) for i in range(3)])
    grouper.split("copy1")
    alone, first, third = (grouper.placement(f"copy{i}") for i in (1, 0, 2))
    assert alone.telling == "copy1"
    assert alone.group != first.group == third.group


def test_the_last_word_of_editors_counts(wire: Wire) -> None:
    grouper = Grouper(1)
    place(grouper, stream(wire))
    grouper.split("arrive-fr")
    grouper.merge("arrive-fr", "arrive-en")
    assert grouper.placement("arrive-fr").group == grouper.placement("arrive-en").group


def test_editing_what_is_not_at_hand_is_refused_in_words_for_people() -> None:
    with pytest.raises(NotAtHand, match="not among those of the last days"):
        Grouper(1).merge("nowhere", "never")


# --------------------------------------------------------------------------------------- restarts


def test_after_a_restart_everything_goes_on_as_if_there_had_been_none(wire: Wire) -> None:
    title = "Bridge over the Vistula collapses in Warsaw, three injured"
    wires = stream(wire) + [wire(f"copy{i}", title, minutes=10 + i) for i in range(3)]
    later = [
        wire("storm-de", "Sturm überflutet Hafen von Danzig, Fähren gestrichen", language="de", minutes=40),
        wire("copy3", title, minutes=41),
        wire("bridge", "Three hurt as Warsaw bridge collapses into Vistula", minutes=42),
        wire("more-fr", "Poutine et Kim Jong-un réunis en Russie", language="fr", minutes=43),
    ]
    one = Grouper(1)
    placed = place(one, wires)
    edits = one.split("arrive-fr").edits
    placed = {id_: one.placement(id_) for id_ in placed}
    stories, vectors = {s.id: s for s, _ in wires}, {s.id: v.astype(np.float16) for s, v in wires}
    other = Grouper(1)
    shuffled = list(placed.values())
    random.Random(1).shuffle(shuffled)
    other.restore(stories, {id_: v.astype(np.float32) for id_, v in vectors.items()}, shuffled, edits)
    assert place(other, later) == place(one, later)
    assert other.explain("storm-en") == one.explain("storm-en")
    assert other.placement("arrive-fr").group == one.placement("arrive-fr").group


def test_a_restart_without_anything_stored_begins_afresh(wire: Wire) -> None:
    grouper = Grouper(1)
    grouper.restore({}, {}, [], [Edit("split", "gone", "gone too")])
    assert len(events(place(grouper, stream(wire)))) == 3


# ------------------------------------------------------------------------------------- bad input


def test_ten_thousand_identical_titles_in_a_minute_are_one_telling(wire: Wire) -> None:
    for title in ("Bridge over the Vistula collapses in Warsaw", "Earthquake", ""):
        story, vector = wire("s", title)
        grouper = Grouper(1, window=timedelta(minutes=30))
        at = [NOON + timedelta(milliseconds=6 * i) for i in range(10_000)]
        placed = place(
            grouper, ((replace(story, id=f"s{i}", seen=t, published=t), vector) for i, t in enumerate(at))
        )
        assert {one.telling for one in placed.values()} == {"s0"}
        an_hour_later = replace(story, id="later", seen=NOON + timedelta(hours=1), published=NOON)
        grouper.add(an_hour_later, vector)
        with pytest.raises(NotAtHand):
            grouper.placement("s5000")


@pytest.mark.parametrize("title", ["\x00", "😀😀", "— | …", "x" * 10_000, "\u202eeno", "a"])
def test_strange_titles_have_a_group_of_their_own(title: str, wire: Wire) -> None:
    placed = place(Grouper(1), [*stream(wire), wire("strange", title, minutes=9)])
    assert placed["strange"].group == group_id(1, "strange")


def test_stories_without_vectors_are_grouped_by_their_words() -> None:
    blank = np.zeros(512, np.float32)
    titles = {
        "a": "Storm floods Gdansk harbour",
        "b": "Gdansk harbour flooded by storm",
        "c": "Fuel tax passed",
    }
    placed = place(Grouper(1), [(make_story(id_, t), blank) for id_, t in titles.items()])
    assert placed["a"].group == placed["b"].group != placed["c"].group


@pytest.mark.slow
def test_groups_keep_their_books_through_thousands_of_changes() -> None:
    """Stories come, change, are split and merged and age; what is said of each adds up throughout."""
    draw, chance = random.Random(3), np.random.default_rng(3)
    words = [
        f"{a}{b}"
        for a in ("ba", "ki", "lo", "mu", "ra", "si")
        for b in ("den", "gor", "lix", "mat", "pol", "tun")
    ]
    centres = chance.normal(size=(40, 512)).astype(np.float32)
    grouper = Grouper(1, window=timedelta(minutes=300))
    placed: dict[str, Placement] = {}
    for n in range(3000):
        event = draw.randrange(40)
        title = " ".join([words[event % 36], words[event * 7 % 36], *draw.choices(words, k=4)])
        vector = centres[event] + chance.normal(size=512).astype(np.float32)
        id_ = f"s{n}" if draw.random() < 0.9 else f"s{max(0, n - draw.randrange(1, 200))}"
        made = grouper.add(
            make_story(id_, title, minutes=n), (vector / np.linalg.norm(vector)).astype(np.float32)
        )
        placed.update((one.story_id, one) for one in made)
        if n % 50 == 49:
            one, other = draw.sample([f"s{i}" for i in range(n - 40, n)], 2)
            try:
                edited = grouper.merge(one, other) if draw.random() < 0.5 else grouper.split(one)
            except NotAtHand:
                continue
            placed.update((moved.story_id, moved) for moved in edited.placements)
    for n in range(2750, 3000):
        try:
            said = grouper.placement(f"s{n}")
        except NotAtHand:
            continue
        assert said == placed[f"s{n}"]
        assert said.telling == said.story_id or grouper.placement(said.telling).group == said.group


def test_a_topic_takes_little_memory_of_its_own() -> None:
    Grouper(1)  # what all topics share
    tracemalloc.start()
    Grouper(2)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 700_000
