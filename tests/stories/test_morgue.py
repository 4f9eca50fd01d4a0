"""What is found again among the stories at hand, and how common words are there."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stories.conftest import make_story
from watcher.stories import morgue
from watcher.stories.likeness import clip_all
from watcher.stories.measures import Clipping
from watcher.stories.morgue import Morgue


def clippings(count: int) -> list[Clipping]:
    """Stories of one word each, in any direction."""
    vectors = np.random.default_rng(1).normal(size=(count, 512)).astype(np.float32)
    return clip_all([make_story(f"s{n}", f"Zyx{n}") for n in range(count)], vectors)


@pytest.mark.parametrize("few", [0, 20_000])
def test_the_nearest_in_meaning_is_found_also_among_very_many_and_after_room_was_made(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(morgue, "FEW", few)
    monkeypatch.setattr(morgue, "SHORTLIST", 100)
    at_hand, many = Morgue(), clippings(300)
    for one in many[:200]:
        at_hand.put(one)
    for one in many[:50]:
        at_hand.take(one.story.id)
    for one in many[200:]:
        at_hand.put(one)
    for one in (many[60], many[199], many[299]):
        again = Clipping(make_story("again", "Entirely other words"), one.reading, one.point)
        assert at_hand.near(again)[0].story.id == one.story.id
    assert "s10" not in [one.story.id for one in at_hand.near(many[10])]


def test_a_word_is_as_rare_as_the_stories_at_hand_say_and_the_empty_one_says_nothing() -> None:
    at_hand, (one, *others) = Morgue(), clippings(40)
    words = one.reading.words
    at_hand.put(one)
    before = at_hand.rarity(words)
    assert before[words == 0].tolist() == [0]
    for other in others:
        at_hand.put(Clipping(other.story, one.reading, other.point))
    assert at_hand.rarity(words)[-1] < before[-1] - 1
    for other in others:
        at_hand.take(other.story.id)
    assert np.allclose(at_hand.rarity(words), before)
