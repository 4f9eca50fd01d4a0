"""Slash commands on Slack: answered to the one who asked, whatever happens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.chat.desks import record, story
from tests.chat.slack.planet import ADA, BO, PLANET, QUICK, Planet, eventually, listening, planet_at, summit
from tests.fake_slack import Trouble
from tests.fake_slack.judging import buttons, shown
from watcher.models import Card, Place
from watcher.store import desks, subscriptions, topics


async def test_the_workspace_is_a_desk_once_watcher_listens(live: Planet) -> None:
    async with live.store.reading() as db:
        assert await desks.get(db, "slack:T1") == PLANET


async def test_a_topic_is_added_and_its_digest_asked_for(live: Planet) -> None:
    told = await live.say("/watch topic add kim-putin kim putin")
    assert "Watching kim-putin from now on" in told
    async with live.store.reading() as db:
        (topic,) = await topics.topics(db, PLANET.id)
    await live.catch(topic, summit())
    digest = await live.say("/digest kim-putin 24h")
    assert "Kim and Putin to meet in Vladivostok" in digest
    assert "(lemonde.fr)" in digest


async def test_answers_are_for_the_one_who_asked(live: Planet) -> None:
    answer = await live.ask("/watch status")
    assert answer["response_type"] == "ephemeral"
    assert live.slack.posts() == []


async def test_a_mistyped_word_is_answered_with_the_nearest_right_one(live: Planet) -> None:
    told = await live.say("/watch topik list")
    assert "Did you mean topic?" in told
    assert "`/watch topic list`" in told


async def test_an_answer_that_takes_long_is_announced(planet: Planet) -> None:
    planet.chat = planet.restarted(replace(QUICK, silence=0.0))
    async with listening(planet):
        done = await planet.slack.command("/watch status")
        await eventually(lambda: len(done.answers) == 2)
    assert shown(done.answers[0]) == "*One moment …*"
    assert "Feeds: 0" in shown(done.answers[1])


async def test_a_bare_watch_explains_itself(live: Planet) -> None:
    assert "What you can ask" in await live.say("/watch")


async def test_what_somebody_types_reaches_the_desk_as_they_meant_it(live: Planet) -> None:
    await live.say('/watch topic add arms "a &amp; b" <https://e.org/x|e.org>')
    async with live.store.reading() as db:
        (topic,) = await topics.topics(db, PLANET.id)
    assert topic.query == '"a & b" https://e.org/x'


async def test_a_command_is_acknowledged_before_anything_is_asked_of_slack(live: Planet) -> None:
    live.slack.troubles.append(Trouble("*", "slow", seconds=0.5))
    done = await live.slack.command("/watch status")
    assert done.acks == [{}]
    assert done.answers == []
    assert "Feeds: 0" in shown(await done.answer())


async def test_a_command_told_twice_is_answered_once(live: Planet) -> None:
    done = await live.slack.command("/watch topic add twice kim putin", twice=True)
    await done.answer()
    assert "1 topic" in await live.say("/watch topic list")
    assert len(done.answers) == 1


async def test_a_command_whose_acknowledgement_was_lost_is_answered_once(live: Planet) -> None:
    live.slack.ack_seconds = 0.3
    live.slack.dropped_acks = 2
    done = await live.slack.command("/watch status")
    await done.answer()
    await live.say("/watch status")
    assert len(done.answers) == 1


async def test_an_answer_whose_address_is_gone_comes_all_the_same(live: Planet) -> None:
    live.slack.troubles.append(Trouble("response_url", "html"))
    live.slack.troubles.append(Trouble("response_url", "500", times=9))
    await live.slack.command("/watch status")
    await live.slack.command("/watch status")
    await eventually(lambda: len(live.slack.here.ephemerals) == 2)
    assert live.slack.here.ephemerals[0]["to"] == ADA


async def test_a_command_without_a_trigger_that_is_told_again_is_answered_once(live: Planet) -> None:
    address = f"{live.slack.base}respond/r"
    payload = {"command": "/watch", "text": "status", "user_id": ADA, "channel_id": "CNEWS"}
    first = await live.slack.tell("slash_commands", payload | {"response_url": address})
    await first.answer()
    again = await live.slack.tell("slash_commands", payload | {"response_url": address})
    await live.say("/watch status")
    assert again.answers == []


# ----------------------------------------------------------------------------------- who may what


async def test_what_changes_the_desk_is_for_admins(live: Planet) -> None:
    assert "for those who manage it" in await live.say("/watch topic add x kim", by=BO)
    assert "Watching x" in await live.say("/watch topic add x kim", by=ADA)


async def test_a_user_group_may_manage_where_settings_name_one(tmp_path: Path) -> None:
    async with planet_at(tmp_path, managers="@editors") as planet, listening(planet):
        planet.slack.here.groups["S1"] = ("editors", {BO})
        assert "Watching x" in await planet.say("/watch topic add x kim", by=BO)
        assert "for those who manage it" in await planet.say("/watch topic add y kim", by=ADA)


async def test_a_user_group_that_is_not_there_leaves_it_to_admins_and_says_so(tmp_path: Path) -> None:
    async with planet_at(tmp_path, managers="editors") as planet, listening(planet):
        assert "no user group 'editors'" in await planet.say("/watch topic add x kim", by=BO)
        assert "Watching x" in await planet.say("/watch topic add x kim", by=ADA)


async def test_members_of_a_user_group_that_the_desk_names_may_manage_it_beside_admins(live: Planet) -> None:
    live.slack.here.groups["S1"] = ("editors", {BO})
    assert "for those who manage it" in await live.say("/watch topic add x kim", by=BO)
    await live.say("/watch settings managers <!subteam^S1|@editors>")
    assert "Watching x" in await live.say("/watch topic add x kim", by=BO)
    assert "Watching y" in await live.say("/watch topic add y kim", by=ADA)
    del live.slack.here.groups["S1"]
    await live.say("/watch settings managers none")
    assert "for those who manage it" in await live.say("/watch topic add z kim", by=BO)


async def test_channels_are_called_by_their_names(live: Planet) -> None:
    await live.watch("kim-putin", "kim putin")
    await live.say("/watch subscribe kim-putin 8:00")
    assert "#news" in await live.say("/watch subscriptions", channel="COPEN")
    live.slack.here.channel("C0ELSEWHERE", name="elsewhere")
    there = await live.say("/watch subscribe kim-putin 9:00 --to <#C0ELSEWHERE|elsewhere>")
    assert "in #elsewhere" in there


async def test_a_missing_scope_is_named_to_who_is_kept_from_something_by_it(live: Planet) -> None:
    live.slack.here.scopes.discard("users:read")
    told = await live.say("/watch topic add x kim")
    assert "users:read" in told
    assert "api.slack.com/apps" in told


@pytest.mark.parametrize("of", [{"team_id": "TOTHER"}, {"is_stranger": True}, None])
async def test_an_admin_of_another_workspace_reads_what_is_posted_and_changes_nothing_here(
    live: Planet, of: dict[str, object] | None
) -> None:
    topic = await live.watch("kim-putin", "kim putin")
    (event,) = await live.catch(topic, summit())
    if of:
        live.slack.here.person("UEXT", is_admin=True, **of)
    for line in ("/watch topic list", "/watch topic add x kim", f"/watch event mute {event}"):
        assert "This is the desk of The Daily Planet" in await live.say(line, by="UEXT")
    seen = await live.ask(f"/watch event show {event}", by="UEXT")
    assert "Kim and Putin to meet" in shown(seen)
    pressed = await live.slack.press(buttons(seen)["Show everyone"], by="UEXT")
    assert "This is the desk of The Daily Planet" in shown(await pressed.answer())
    assert live.slack.posts() == []


async def test_a_colleague_of_another_workspace_of_the_same_organisation_is_no_stranger(
    planet: Planet,
) -> None:
    planet.slack.here.enterprise = "E1"
    planet.slack.here.person("USISTER", team_id="TSISTER", enterprise_user={"enterprise_id": "E1"})
    async with listening(planet):
        assert "No topic is watched yet" in await planet.say("/watch topic list", by="USISTER")


# ---------------------------------------------------------------------------------- subscriptions


async def test_a_channel_subscribes_and_a_person_does(live: Planet) -> None:
    await live.watch("kim-putin", "kim putin")
    await live.say("/watch subscribe kim-putin 8:00,18:00")
    await live.say("/watch subscribe kim-putin 8:00 --to me", by=BO)
    await live.say("/watch subscribe kim-putin 9:00", by=BO, channel="DUBO")
    async with live.store.reading() as db:
        places = [one.place for one in await subscriptions.subscriptions(db, PLANET.id)]
    assert places == [Place("slack", "CNEWS"), Place("slack", person=BO)]


async def test_a_public_channel_that_subscribes_is_joined(live: Planet) -> None:
    await live.watch("kim-putin", "kim putin")
    told = await live.say("/watch subscribe kim-putin 8:00", channel="COPEN")
    assert "Subscribed" in told
    assert "/invite" not in told
    assert "U0BOT" in live.slack.here.channels["COPEN"].members


async def test_a_private_channel_that_subscribes_is_told_to_invite_watcher(live: Planet) -> None:
    await live.watch("kim-putin", "kim putin")
    told = await live.say("/watch subscribe kim-putin 8:00", channel="CSECRET")
    assert "Subscribed" in told
    assert "/invite @Watcher" in told
    elsewhere = await live.say("/watch subscribe kim-putin 9:00 --to <#CSECRET|secret>")
    assert "I am not in that channel yet" in elsewhere
    there = await live.say("/watch subscribe kim-putin 9:00 --to <#CNEWS|news>", channel="CSECRET")
    assert "/invite" not in there, "it is in the channel that is named"
    assert "becomes a link" in await live.say("/watch subscribe kim-putin 9:00 --to #secret")


async def test_an_archived_channel_that_subscribes_is_told_so(live: Planet) -> None:
    await live.watch("kim-putin", "kim putin")
    assert "Unarchive it" in await live.say("/watch subscribe kim-putin 8:00", channel="COLD")


async def test_a_message_among_several_people_that_subscribes_lacks_nothing(live: Planet) -> None:
    await live.watch("kim-putin", "kim putin")
    live.slack.troubles.append(
        Trouble("conversations.info", "error", error="missing_scope", more={"needed": "mpim:read"})
    )
    assert "scope" not in await live.say("/watch subscribe kim-putin 8:00")


# ------------------------------------------------------------------------------ leafing and showing


async def test_a_long_answer_is_leafed_through_in_place(live: Planet) -> None:
    topic = await live.watch("kim-putin", "kim putin")
    await live.catch(topic, *[[story(f"Kim event number {n}", hours=n + 1)] for n in range(12)])
    first = await live.ask("/digest kim-putin 3d")
    assert "Page 1 of 3" in shown(first)
    turned = await (await live.slack.press(buttons(first)["Next ▶"])).answer()
    assert turned["replace_original"] is True
    assert "Page 2 of 3" in shown(turned)
    assert "Kim event number" in shown(turned)
    back = await (await live.slack.press(buttons(turned)["◀ Back"])).answer()
    assert "Page 1 of 3" in shown(back)


async def test_an_answer_is_shown_to_everyone_with_its_thread(live: Planet) -> None:
    topic = await live.watch("kim-putin", "kim putin")
    await live.catch(topic, summit())
    answer = await live.ask("/digest kim-putin 24h")
    done = await live.slack.press(buttons(answer)["Show everyone"])
    assert (await done.answer())["delete_original"] is True
    (parent,) = live.slack.posts()
    (reply,) = live.slack.here.thread("CNEWS", parent["ts"])
    assert "1 event" in shown(parent)
    assert "lemonde.fr" in shown(reply)


async def test_an_answer_may_be_shown_again_another_day_and_not_twice_by_two_presses(live: Planet) -> None:
    first = buttons(await live.ask("/watch help"))["Show everyone"]
    done = await live.slack.press(first)
    await done.answer()
    await (await live.slack.press(first)).answer()
    assert len(live.slack.posts()) == 1
    again = buttons(await live.ask("/watch help"))["Show everyone"]
    await (await live.slack.press(again)).answer()
    assert len(live.slack.posts()) == 2


async def test_what_is_shown_to_everyone_arrives_whole_though_slack_asks_for_patience(live: Planet) -> None:
    topic = await live.watch("kim-putin", "kim putin")
    await live.catch(topic, summit(), [story("Kim gives Putin a rifle")])
    answer = await live.ask("/digest kim-putin 24h")
    live.slack.troubles += [Trouble("chat.postMessage", "429"), Trouble("chat.postMessage", "lost", times=2)]
    await (await live.slack.press(buttons(answer)["Show everyone"])).answer()
    (parent,) = live.slack.posts()
    assert len(live.slack.here.thread("CNEWS", parent["ts"])) == 2


async def test_an_answer_outlives_a_restart(planet: Planet) -> None:
    async with listening(planet):
        answer = await planet.ask("/watch help")
    async with listening(planet, planet.restarted()):
        await planet.slack.press(buttons(answer)["Show everyone"])
        await eventually(lambda: len(planet.slack.posts()) == 1)
    assert "What you can ask" in shown(planet.slack.posts()[0])


async def test_showing_where_watcher_is_not_says_what_to_do(live: Planet) -> None:
    answer = await live.ask("/watch help", channel="CSECRET")
    told = await (await live.slack.press(buttons(answer)["Show everyone"], channel="CSECRET")).answer()
    assert "/invite @Watcher" in shown(told)


async def test_a_button_runs_its_line_as_if_the_presser_had_typed_it(live: Planet) -> None:
    answer = await live.ask("/watch topic add kim-putin kim putin")
    refused = await (await live.slack.press(buttons(answer)["Undo"], by=BO)).answer()
    assert "for those who manage it" in shown(refused)
    done = await (await live.slack.press(buttons(answer)["Undo"], by=ADA)).answer()
    assert "watched no more" in shown(done)


async def test_a_button_in_a_thread_is_answered_there_and_not_beside_it(live: Planet) -> None:
    """Slack shows an answer at a response address in the channel itself, where nobody in a thread sees it."""
    answer = await live.ask("/watch topic add kim-putin kim putin")
    live.slack.here.channels["CNEWS"].messages.append({"ts": "5.5", "user": BO, "text": "a digest"})
    pressed = await live.slack.press(buttons(answer)["Undo"], thread="5.5")
    await eventually(lambda: len(live.slack.here.ephemerals) == 1)
    told = live.slack.here.ephemerals[0]
    assert (told["to"], told["thread_ts"]) == (ADA, "5.5")
    assert "watched no more" in shown(told)
    assert pressed.answers == [], "it is said once"


async def test_a_button_in_a_thread_where_watcher_is_no_member_is_answered_at_its_address(
    live: Planet,
) -> None:
    answer = await live.ask("/watch topic add kim-putin kim putin", channel="COPEN")
    pressed = await live.slack.press(buttons(answer)["Undo"], channel="COPEN", thread="5.5")
    told = await pressed.answer()
    assert "watched no more" in shown(told)
    assert told["thread_ts"] == "5.5"


async def test_a_button_whose_line_is_very_long_runs_it_too(live: Planet) -> None:
    query = " OR ".join(f"word{number}" for number in range(192))
    assert 1_980 < len(query) <= 2_000
    await live.watch("long", query)
    removed = await live.ask("/watch topic remove long")
    done = await (await live.slack.press(buttons(removed)["Undo"])).answer()
    assert "Watching long" in shown(done)


@pytest.mark.parametrize("value", ["", "nonsense", "0123456789abcdef:1", "0123456789abcdef"])
async def test_a_button_that_nobody_remembers_says_so(live: Planet, value: str) -> None:
    for action in ("page:on", "show", "kept:0"):
        done = await live.slack.press({"action_id": action, "value": value})
        assert "too long ago" in shown(await done.answer())


# ----------------------------------------------------------------------------- beside slash commands


async def test_a_message_of_ones_own_is_a_command(live: Planet) -> None:
    event = {
        "type": "message",
        "channel_type": "im",
        "user": BO,
        "channel": "DUBO",
        "text": "status",
        "ts": "1.1",
    }
    await live.slack.event(event, twice=True)
    await eventually(lambda: len(live.slack.posts("DUBO")) == 1)
    assert "Feeds: 0" in shown(live.slack.posts("DUBO")[0])


async def test_a_message_of_ones_own_is_answered_though_slack_asks_for_patience_and_falters(
    live: Planet,
) -> None:
    live.slack.troubles += [Trouble("chat.postMessage", "429"), Trouble("chat.postMessage", "500")]
    # Slack need not say what kind of channel it is: windows with a bot are called D…
    event = {"type": "message", "user": BO, "channel": "DUBO", "text": "status", "ts": "1.1"}
    await live.slack.event(event)
    await eventually(lambda: len(live.slack.posts("DUBO")) == 1)
    assert "Feeds: 0" in shown(live.slack.posts("DUBO")[0])


async def test_a_reply_in_a_thread_of_ones_own_messages_is_answered_there(live: Planet) -> None:
    event = {"type": "message", "channel_type": "im", "user": BO, "channel": "DUBO", "text": "status"}
    parent = await live.chat.send(Place("slack", person=BO), Card("A digest"), "k")
    await live.slack.event(event | {"ts": "9.9", "thread_ts": parent.message})
    await eventually(lambda: len(live.slack.here.thread("DUBO", parent.message)) == 1)
    assert "Feeds: 0" in shown(live.slack.here.thread("DUBO", parent.message)[0])
    assert len(live.slack.posts("DUBO")) == 1, "nothing beside the thread"


async def test_an_answer_that_is_being_given_is_finished_before_watcher_stops(planet: Planet) -> None:
    async with listening(planet):
        planet.slack.troubles.append(Trouble("users.info", "slow", seconds=0.3))
        done = await planet.slack.command("/watch status")
        assert done.answers == []
    assert "Feeds: 0" in shown(await done.answer())


async def test_a_mention_is_a_command_answered_to_its_writer(live: Planet) -> None:
    event = {"type": "app_mention", "user": BO, "channel": "CNEWS", "text": "<@U0BOT> help", "ts": "1.1"}
    await live.slack.event(event)
    await eventually(lambda: len(live.slack.here.ephemerals) == 1)
    assert live.slack.here.ephemerals[0]["to"] == BO


async def test_find_coverage_tells_of_the_story_a_message_links_to(live: Planet) -> None:
    topic = await live.watch("kim-putin", "kim putin")
    first, second = summit()
    await live.catch(topic, [first, second])
    done = await live.slack.shortcut({"text": f"look: <{first.url}|this>", "ts": "1.1"})
    assert "Kim and Putin to meet" in shown(await done.answer())
    done = await live.slack.shortcut({"text": "Kim arrives by train", "ts": "1.1"})
    assert "Kim arrives by train" in shown(await done.answer())
    done = await live.slack.shortcut({"text": ":eyes:", "ts": "1.1"})
    assert "neither a link nor a headline" in shown(await done.answer())


async def test_feeds_are_exported_into_ones_own_window(live: Planet) -> None:
    await record(live.store, [story("A story")])
    told = await live.say("/watch feed export")
    assert "in your own messages" in told
    (message,) = live.slack.posts("DUADA")
    assert b"<opml" in message["files"][0]["content"]


async def test_feeds_are_imported_from_a_file_of_ones_own(live: Planet) -> None:
    opml = b'<opml version="2.0"><body><outline xmlUrl="https://e.org/rss" text="E"/></body></opml>'
    link = live.slack.put_file(ADA, "feeds.opml", opml)
    assert "1 feed" in await live.say(f"/watch feed import {link}")
    link = live.slack.put_file(BO, "feeds.opml", opml)
    assert "somebody else's" in await live.say(f"/watch feed import {link}")


async def test_a_digest_can_be_brought_to_another_channel_that_is_mentioned(live: Planet) -> None:
    await live.say("/watch topic add bridges bridge")
    said = await live.say("/watch subscribe bridges 8:00 --to <#CNEWS|news>", channel="COPEN")
    assert "cannot write" not in said
    async with live.store.reading() as db:
        (made,) = await subscriptions.subscriptions(db)
    assert made.place.channel == "CNEWS"
