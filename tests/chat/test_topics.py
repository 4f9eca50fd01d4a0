"""`/watch topic …`: an editor sees what a topic would have caught before trusting it."""

from __future__ import annotations

import pytest

from tests.chat.desks import READER, Room, catch, marked, record, story, text_of, undo_of, watch
from watcher.models import Card
from watcher.store import subscriptions, topics

SUMMIT = [
    story("Putin meets Kim Jong Un in Vladivostok", hours=2),
    story("Poutine reçoit Kim Jong Un à Vladivostok", hours=30, language="fr"),
    story("Путин встретился с Ким Чен Ыном", hours=50, language="ru", outlet="tass.ru"),
    story("Old talks of Putin and Kim Jong Un remembered", hours=24 * 9),
    story("Volcano erupts in Chile", hours=3),
]


async def known(room: Room) -> list[str]:
    async with room.store.reading() as db:
        return [topic.name for topic in await topics.topics(db, "d1")]


async def titles(room: Room) -> list[str]:
    async with room.store.reading() as db:
        return [topic.title for topic in await topics.topics(db, "d1")]


def bars(card: Card) -> list[str]:
    lines = [line[0].text for section in card.sections for line in section.lines if len(line) == 1]
    return [text for text in lines if "█" in text]


async def test_adding_a_topic_saves_it_and_shows_what_it_would_have_caught(room: Room) -> None:
    await record(room.store, SUMMIT)
    card = await room.run("/watch topic add kim-putin kim jong un putin")
    assert await known(room) == ["kim-putin"]
    assert room.refreshed.times == 1
    said = text_of(card)
    assert "Of 4 stories of the last 7 days it would have caught 3 stories" in said
    assert "Путин встретился" in said
    assert "Volcano" not in said
    assert "Old talks" not in said


async def test_its_bars_are_as_long_as_its_days_were_full(room: Room) -> None:
    stories = [story(f"Putin says thing number {n}", hours=26 + n / 10) for n in range(8)]
    await record(room.store, [*stories, story("Putin again", hours=1)])
    one, eight = sorted(bars(await room.run("/watch topic test putin")), key=lambda bar: bar.count("█"))
    assert eight.count("█") == 8 * one.count("█")


async def test_the_words_that_met_are_marked_in_the_storys_own_text(room: Room) -> None:
    await record(room.store, SUMMIT)
    met = marked(await room.run("/watch topic test kim jong un putin"))
    assert {"Putin", "Poutine", "Путин"} <= set(met)


async def test_the_answer_says_how_to_undo_and_undoing_undoes(room: Room) -> None:
    card = await room.run("/watch topic add kim-putin kim putin --sensitivity wide --without rt.com")
    again = undo_of(await room.run(undo_of(card)))
    assert await known(room) == []
    await room.run(again)
    async with room.store.reading() as db:
        topic = await topics.get(db, "d1", "kim-putin")
    assert topic
    assert (topic.query, topic.sensitivity, topic.excluded_outlets) == ("kim putin", "wide", ("rt.com",))


async def test_testing_saves_nothing_and_says_how_to(room: Room) -> None:
    card = await room.run("/watch topic test kim putin --sensitivity strict")
    assert await known(room) == []
    assert room.refreshed.times == 0
    assert "/watch topic add NAME kim putin --sensitivity strict" in text_of(card)


async def test_a_topic_is_tried_by_its_name_and_with_other_settings_than_its_own(room: Room) -> None:
    await watch(room.store, "kim", "kim putin", sensitivity="strict")
    assert "kim putin · strict" in await room.say("/watch topic test kim")
    said = await room.say("/watch topic test kim --sensitivity wide --without rt.com")
    assert "kim putin · wide · without rt.com" in said
    assert "/watch topic edit kim --sensitivity wide --without rt.com" in said


async def test_a_topic_that_catches_nothing_is_warned_of(room: Room) -> None:
    await record(room.store, SUMMIT)
    said = await room.say("/watch topic add owls snowy owl migration")
    assert "caught nothing" in said
    assert "--sensitivity wide" in said


async def test_events_are_offered_of_a_topic_that_has_some(room: Room) -> None:
    await record(room.store, SUMMIT)
    assert "/digest kim 7d" in await room.say("/watch topic add kim kim putin")
    assert "/digest" not in await room.say("/watch topic add owls snowy owl migration")
    assert "/digest" not in await room.say("/watch topic show owls")


async def test_a_topic_that_catches_hundreds_a_day_is_warned_of(room: Room) -> None:
    await record(room.store, [story(f"Putin story {n}", hours=n / 100) for n in range(220)])
    assert "more than anyone reads" in await room.say("/watch topic test putin")


async def test_with_no_stories_yet_it_says_so(room: Room) -> None:
    assert "no stories of the last 7 days yet" in await room.say("/watch topic add kim kim jong un")


async def test_a_mistaken_query_is_answered_with_where_and_what_and_nothing_is_saved(room: Room) -> None:
    card = await room.run("/watch topic add arms putin (summit OR arms")
    assert card.tone == "bad"
    assert "bracket" in card.title
    assert marked(card) == ["("]
    assert await known(room) == []


@pytest.mark.parametrize(
    ("condition", "said", "at"),
    [
        ("lang:French", "Write lang:fr.", "F"),
        ("lang:zh-CN", "Write lang:zh.", "z"),
        ("-lang:ua", "Write lang:uk.", "u"),
        ("lang:klingon", "no language that is known", "k"),
        ("outlet:www.rt.com", "Write outlet:rt.com.", "w"),
        ("(kim OR outlet:news.bbc.co.uk)", "Write outlet:bbc.co.uk.", "n"),
    ],
)
async def test_a_condition_that_no_story_can_meet_is_refused_with_the_one_that_was_meant(
    room: Room, condition: str, said: str, at: str
) -> None:
    card = await room.run(f"/watch topic test putin {condition}")
    assert said in text_of(card)
    assert marked(card) == [at]


@pytest.mark.parametrize(
    "condition", ["lang:fr", "outlet:reuters", "outlet:rt.com", "outlet:co.uk", "-outlet:rt"]
)
async def test_conditions_that_stories_can_meet_are_taken(room: Room, condition: str) -> None:
    assert (await room.run(f"/watch topic test putin {condition}")).tone != "bad"


async def test_names_of_a_query_are_told_with_what_else_they_are_called(room: Room) -> None:
    said = await room.say("/watch topic test putin")
    assert "Vladimir Putin is also" in said
    assert "Путин" in said


async def test_what_is_within_a_name_is_said_with_it(room: Room) -> None:
    assert "It is met by Ostvik, too" in await room.say("/watch topic test norland flood")


async def test_what_stands_for_a_common_word_beside_two_names_is_said(room: Room) -> None:
    said = await room.say("/watch topic test putin norland summit")
    assert "In a title of two of these names summit is met by meeting, talks" in said
    assert "is met by meeting" not in await room.say("/watch topic test putin summit")


async def test_a_name_with_spaces_becomes_a_word_and_is_kept_as_the_title(room: Room) -> None:
    await room.run('/watch topic add "Kim & Putin" kim putin')
    async with room.store.reading() as db:
        topic = await topics.get(db, "d1", "kim-putin")
    assert topic
    assert topic.title == "Kim & Putin"


@pytest.mark.parametrize("name", ["24h", "all", "…", "x" * 41])
async def test_a_name_that_could_not_be_typed_later_is_refused(room: Room, name: str) -> None:
    assert (await room.run(f"/watch topic add {name} kim putin")).tone == "bad"
    assert await known(room) == []


async def test_a_second_topic_of_a_name_is_refused_with_the_way_to_change_the_first(room: Room) -> None:
    await room.run("/watch topic add kim kim putin")
    assert "/watch topic edit kim putin" in await room.say("/watch topic add kim putin")


async def test_editing_shows_what_is_gained_and_lost_and_can_be_undone(room: Room) -> None:
    await record(room.store, SUMMIT)
    await room.run("/watch topic add kim kim jong un putin")
    card = await room.run("/watch topic edit kim putin OR chile --without tass.ru")
    assert "1 more and 1 fewer than before" in text_of(card)
    await room.run(undo_of(card))
    async with room.store.reading() as db:
        topic = await topics.get(db, "d1", "kim")
    assert topic
    assert (topic.query, topic.excluded_outlets) == ("kim jong un putin", ())


@pytest.mark.parametrize("title", ['The "big" summit', "«Саммит»", 'Kim, “the” "real" one', ""])
async def test_a_title_that_was_changed_or_went_with_its_topic_comes_back_by_undo(
    room: Room, title: str
) -> None:
    await watch(room.store, "kim", "kim putin", title=title)
    for line in ("/watch topic edit kim --title Another", "/watch topic remove kim"):
        await room.run(undo_of(await room.run(line)))
        assert await titles(room) == [title]


@pytest.mark.parametrize(
    "line",
    [
        "/watch topic edit kim --sensitivity wide",
        "/watch topic edit kim putin --without rt.com --title Him",
        "/watch topic remove kim",
    ],
)
async def test_undo_brings_back_a_topic_that_was_stored_before_its_conditions_were_judged(
    room: Room, line: str
) -> None:
    query, outlets = "putin lang:french", ("RT", "news.bbc.co.uk")
    await watch(room.store, "kim", query, excluded_outlets=outlets, title="The summit")
    await room.run(undo_of(await room.run(line)))
    async with room.store.reading() as db:
        topic = await topics.get(db, "d1", "kim")
    assert topic
    assert (topic.query, topic.excluded_outlets, topic.sensitivity) == (query, outlets, "normal")


async def test_what_no_story_can_meet_of_a_stored_topic_is_told_with_what_to_write(room: Room) -> None:
    await watch(room.store, "kim", "putin lang:french", excluded_outlets=("RT", "News.bbc.co.uk", "RT.com"))
    said = await room.say("/watch topic show kim")
    assert "Write lang:fr." in said
    assert "'RT' is no domain" in said
    assert "Write bbc.co.uk." in said
    assert "known by RT.com" not in said


async def test_a_title_is_taken_off(room: Room) -> None:
    await watch(room.store, "kim", "kim putin", title="The summit")
    await room.run("/watch topic edit kim --title none")
    assert await titles(room) == [""]


async def test_a_name_that_was_perhaps_meant_as_a_word_of_the_query_is_said_to_be_none(room: Room) -> None:
    said = await room.say("/watch topic add storm insurance")
    assert "“storm” is only what it is called, and is not looked for." in said
    assert "/watch topic edit storm storm insurance" in said
    for line in ("kim kim putin", "storms hurricane OR typhoon", "kim-putin summit", "leaders kim putin"):
        assert "only what it is called" not in await room.say(f"/watch topic add {line}")


async def test_outlets_are_left_out_by_any_address_of_theirs_and_by_nothing_that_is_none(room: Room) -> None:
    await record(
        room.store, [story("Kim in Moscow", outlet="rt.com"), story("Kim in Oslo", outlet="bbc.co.uk")]
    )
    said = await room.say("/watch topic test kim --without https://www.rt.com/news,news.bbc.co.uk")
    assert "without rt.com, bbc.co.uk" in said
    assert "caught nothing" in said
    assert "give its domain, as in rt.com" in await room.say("/watch topic test kim --without RT")


async def test_removing_a_topic_tells_who_listened_to_it(room: Room) -> None:
    await room.run("/watch topic add kim kim putin")
    await room.run("/watch subscribe kim")
    assert "1 subscription named it" in await room.say("/watch topic remove kim")
    async with room.store.reading() as db:
        assert [one.topics for one in await subscriptions.subscriptions(db)] == [("kim",)]


async def test_the_list_counts_events_and_stories(room: Room) -> None:
    topic = await watch(room.store, "kim", "kim putin")
    await watch(room.store, "chile", "chile")
    await record(room.store, SUMMIT)
    await catch(room.store, topic, SUMMIT[:2], SUMMIT[2:3])
    said = await room.say("/watch topic list")
    assert "kim — 2 events, 3 stories in 7 days" in said
    assert "chile — 0 events, 0 stories" in said


async def test_a_mistyped_topic_is_answered_with_the_nearest(room: Room) -> None:
    await watch(room.store, "kim-putin", "kim putin")
    assert "Did you mean kim-putin?" in await room.say("/watch topic show kim-puttin")


async def test_topics_belong_to_their_desk(room: Room) -> None:
    await watch(room.store, "kim", "kim", desk="another")
    assert "No topic is watched yet" in await room.say("/watch topic list")


async def test_who_may_not_manage_the_desk_may_try_but_not_change(room: Room) -> None:
    refused = await room.run("/watch topic add kim kim putin", READER)
    assert refused.tone == "bad"
    assert "those who manage" in refused.title
    assert await known(room) == []
    assert (await room.run("/watch topic test kim putin", READER)).tone != "bad"


async def test_show_says_what_the_sensitivity_asks_and_what_the_others_would_catch(room: Room) -> None:
    await watch(room.store, "arms", "kim jong un putin (summit OR arms OR talks)")
    told = [story("Kim Jong Un and Putin hold talks"), story("Putin waves at Kim Jong Un")]
    await record(room.store, told)
    said = await room.say("/watch topic show arms")
    assert "Sensitivity normal: a story needs 57 of 100 points. It catches 1 story of the last 7 days" in said
    assert "strict (75) would have caught 1, wide (40) would have caught 2" in said
    assert "of 100 stories strict misses some 34" in said
