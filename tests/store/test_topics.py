"""Topics, matches, and groups in the store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.making import HOUR, NOW, a_feed, a_topic, group_together, match, numbered, record, story
from watcher.desk.events import Ruling
from watcher.models import Placement, Topic
from watcher.store import Store, StoreError, events, retention, stories, topics
from watcher.stories.edits import Edit

LATER = NOW + HOUR


def word(topic: Topic) -> Ruling:
    """What an editor said of a topic's events."""
    return Ruling(0, topic.id, "merge", ("a",), ("b",), "a is b", NOW, "ada", "Ada")


async def test_a_topic_comes_back_as_it_went_in(store: Store) -> None:
    full = Topic(0, "desk", "kim", "kim putin", "The summit", "wide", ("a.example", "b.example"), NOW)
    async with store.writing() as db:
        added = await topics.add(db, full)
        assert await topics.get(db, "desk", "kim") == added == replace(full, id=added.id)
        assert await topics.get(db, "another", "kim") is None


async def test_a_desk_has_one_topic_of_a_name_and_others_may_have_it_too(store: Store) -> None:
    first = await a_topic(store)
    await a_topic(store, desk="another")
    with pytest.raises(StoreError, match="There is a topic bridges already"):
        await a_topic(store)
    other = await a_topic(store, "tunnels")
    with pytest.raises(StoreError, match="There is a topic bridges already"):
        async with store.writing() as db:
            await topics.edit(db, replace(other, name="bridges"))
    async with store.reading() as db:
        assert await topics.topics(db, "desk") == [first, other]
        assert len(await topics.topics(db)) == 3


async def test_each_change_of_topics_gives_another_version(store: Store) -> None:
    async def version() -> int:
        async with store.reading() as db:
            return await topics.version(db)

    versions = [await version()]
    topic = await a_topic(store)
    versions.append(await version())
    async with store.writing() as db:
        await topics.edit(db, replace(topic, title="Bridges"))
    versions.append(await version())
    async with store.writing() as db:
        await topics.remove(db, topic.desk, topic.name, NOW)
    versions.append(await version())
    async with store.writing() as db:
        assert await topics.remove(db, topic.desk, topic.name, NOW) is None
    assert len(set(versions)) == 4
    assert await version() == versions[-1]


async def test_an_edit_of_a_topic_that_is_gone_says_so(store: Store) -> None:
    with pytest.raises(StoreError, match="The topic bridges is gone"):
        async with store.writing() as db:
            await topics.edit(db, Topic(7, "desk", "bridges", "bridge*"))


async def test_a_topic_is_fresh_until_it_is_taken_up_and_again_when_it_watches_something_else(
    store: Store,
) -> None:
    topic, one = await a_topic(store), story("a")
    await record(store, [one], await a_feed(store))
    async with store.writing() as db:
        assert await topics.is_fresh(db, topic.id)
        await topics.mark_taken_up(db, topic)
        await topics.save_matches(db, [match(one, topic)])
        await topics.edit(db, replace(topic, title="Bridges"))
        assert not await topics.is_fresh(db, topic.id)
        assert len(await topics.matches_of(db, one.id)) == 1
        await topics.edit(db, replace(topic, query="tunnel*"))
        assert await topics.is_fresh(db, topic.id)
        assert await topics.matches_of(db, one.id) == []


async def test_removing_a_topic_removes_what_it_caught_and_nothing_else(store: Store) -> None:
    gone, stays, one = await a_topic(store), await a_topic(store, "tunnels"), story("a")
    await record(store, [one], await a_feed(store))
    async with store.writing() as db:
        await topics.save_matches(db, [match(one, gone), match(one, stays)])
        await group_together(db, gone, "g1", one)
        await group_together(db, stays, "g2", one)
        await events.rule(db, word(gone), [Edit("split", "a", "b")])
        await topics.remove(db, gone.desk, gone.name, NOW)
        await retention.sweep(db, NOW)
        assert [m.topic_id for m in await topics.matches_of(db, one.id)] == [stays.id]
        assert [g.id for g in await topics.groups_by_id(db, ["g1", "g2"])] == ["g2"]
        assert await topics.edits(db, gone.id) != []
        await topics.bury(db, NOW + topics.SLEEP)
        assert [m.topic_id for m in await topics.matches_of(db, one.id)] == [stays.id]
        assert [p.group for p in await topics.placements_of(db, one.id)] == ["g2"]
        assert await topics.edits(db, gone.id) == []
        assert await events.rulings(db, gone.id, 9) == []
        assert await stories.get(db, one.id)


async def test_matches_come_back_with_their_reasons_best_first(store: Store) -> None:
    first, second, one = await a_topic(store), await a_topic(store, "tunnels"), story("a")
    low, high = match(one, first, 61.25), match(one, second, 99.0)
    async with store.writing() as db:
        await topics.save_matches(db, [low, high])
        assert await topics.matches_of(db, one.id) == [high, low]


async def test_a_story_matched_anew_has_its_new_score_alone(store: Store) -> None:
    topic, one = await a_topic(store), story("a")
    async with store.writing() as db:
        await topics.save_matches(db, [match(one, topic, 50)])
        await topics.save_matches(db, [match(one, topic, 70)])
        assert [m.score for m in await topics.matches_of(db, one.id)] == [70]


async def test_matches_of_a_window_are_those_of_stories_seen_since(store: Store) -> None:
    topic, other = await a_topic(store), await a_topic(store, "tunnels")
    old, new = story("a"), story("b", seen=LATER)
    await record(store, [old, new], await a_feed(store))
    async with store.writing() as db:
        await topics.save_matches(db, [match(one, each) for one in (new, old) for each in (topic, other)])
        found = await topics.matches(db, [topic.id], NOW)
        assert [(m.story_id, m.topic_id) for m in found] == [(old.id, topic.id), (new.id, topic.id)]
        assert [m.story_id for m in await topics.matches(db, [topic.id, other.id], LATER)] == [new.id] * 2
        assert await topics.matches(db, [], NOW) == []


async def test_what_a_revised_story_met_can_be_forgotten(store: Store) -> None:
    topic, one, other = await a_topic(store), story("a"), story("b")
    async with store.writing() as db:
        await topics.save_matches(db, [match(one, topic), match(other, topic)])
        await group_together(db, topic, "g", one, other)
        await topics.forget_matches(db, [one.id])
        assert await topics.matches_of(db, one.id) == []
        assert await topics.placements_of(db, one.id) == []
        assert len(await topics.matches_of(db, other.id)) == 1


async def test_a_group_is_whole_as_soon_as_one_of_its_stories_is_in_the_window(store: Store) -> None:
    topic = await a_topic(store)
    early, late, other = story("a"), story("b", seen=LATER), story("c", title="Other")
    await record(store, [late, early, other], await a_feed(store))
    async with store.writing() as db:
        await group_together(db, topic, "g", early, late)
        await group_together(db, topic, "h", other)
        await group_together(db, topic, "", story("roundup"))
        (found,) = await topics.groups(db, [topic.id], LATER)
        both = await topics.groups(db, [topic.id], NOW, NOW)
    assert [one.id for one in found.stories] == [early.id, late.id]
    assert found.tellings == {early.id: early.id, late.id: early.id}
    assert [(group.id, len(group.stories)) for group in both] == [("g", 2), ("h", 1)]


async def test_groups_of_other_topics_and_roundups_are_left_out(store: Store) -> None:
    topic, other, one = await a_topic(store), await a_topic(store, "tunnels"), story("a")
    await record(store, [one], await a_feed(store))
    async with store.writing() as db:
        await group_together(db, other, "g", one)
        await group_together(db, topic, "", one)
        assert await topics.groups(db, [topic.id], NOW) == []
        assert [g.id for g in await topics.groups(db, [topic.id, other.id], NOW)] == ["g"]
        assert await topics.groups_by_id(db, ["", "g", "none"]) == [await topics.group(db, "g")]
        assert await topics.group(db, "") is None


async def test_a_story_that_moved_stands_in_its_new_group_alone(store: Store) -> None:
    topic, first, second = await a_topic(store), *numbered(2)
    await record(store, [first, second], await a_feed(store))
    async with store.writing() as db:
        await group_together(db, topic, "g", first, second)
        moved = Placement(second.id, topic.id, "h", second.id, 1.0)
        await topics.place(db, [moved])
        assert await topics.placements(db, topic.id, NOW) == [
            Placement(first.id, topic.id, "g", first.id, 0.9),
            moved,
        ]
        assert await topics.placements(db, topic.id, LATER) == []


async def test_what_editors_said_comes_back_in_the_order_they_said_it(store: Store) -> None:
    topic = await a_topic(store)
    said = [Edit("merge", "a", "b"), Edit("split", "a", "b"), Edit("merge", "a", "b")]
    async with store.writing() as db:
        first = await events.rule(db, word(topic), said[:2])
        second = await events.rule(db, word(topic), said[2:])
        assert await topics.edits(db, topic.id) == said
        assert await events.rulings(db, topic.id, 9) == [second, first]
        await events.unrule(db, replace(second, undone_at=LATER, undone_by="Bo"))
        assert await topics.edits(db, topic.id) == said[:2]
        assert (await events.rulings(db, topic.id, 9))[0].undone_by == "Bo"
        assert await topics.edits(db, topic.id + 1) == []
