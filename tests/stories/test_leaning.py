"""What merges and splits teach a topic."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.stories.conftest import make_story, pointing
from watcher.stories.group import JOIN, Grouper
from watcher.stories.leaning import FEWEST, Said, lean, leaning


def test_a_few_words_teach_nothing() -> None:
    assert leaning(JOIN, Said(FEWEST - 1, 0)) == pytest.approx(JOIN)


def test_merges_let_stories_join_more_readily_and_splits_less() -> None:
    assert leaning(JOIN, Said(12, 3)) < JOIN < leaning(JOIN, Said(3, 12))


def test_as_many_merges_as_splits_teach_nothing() -> None:
    assert leaning(JOIN, Said(50, 50)) == pytest.approx(JOIN)


def test_no_number_of_words_moves_it_beyond_its_bounds() -> None:
    assert 0.18 < leaning(JOIN, Said(10**6, 0)) < leaning(JOIN, Said(0, 10**6)) < 0.53


def test_each_further_word_moves_it_less() -> None:
    steps = [lean(Said(n + 1)) - lean(Said(n)) for n in range(FEWEST, 40)]
    assert all(0 < later < earlier for earlier, later in pairwise(steps))


def test_a_taught_topic_puts_stories_together_that_others_keep_apart() -> None:
    """The same two stories, between which likeness is near the threshold."""

    def together(said: Said) -> bool:
        grouper = Grouper(1)
        grouper.lean_to(said)
        grouper.add(make_story("a", "Harbour of Gdansk flooded"), pointing(1, 0))
        (placed, *_) = grouper.add(make_story("b", "Ferries cancelled after a storm"), pointing(1, 0.8))
        return placed.group == grouper.placement("a").group

    found = [together(said) for said in (Said(0, 500), Said(), Said(500, 0))]
    assert found == sorted(found)
    assert found[0] != found[2]


def test_a_word_taken_back_has_no_part_in_it() -> None:
    grouper, untaught = Grouper(1), Grouper(1)
    grouper.lean_to(Said(40, 0))
    grouper.lean_to(Said())
    for one in (grouper, untaught):
        one.add(make_story("a", "Harbour of Gdansk flooded"), pointing(1, 0))
        one.add(make_story("b", "Ferries cancelled after a storm"), pointing(1, 0.8))
    assert grouper.placement("b") == untaught.placement("b")
