"""Being connected: logging in, losing the connection, and what only people can mend."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from tests.chat.contract import card
from tests.chat.discord.scenes import HASTE, Scene, until
from watcher.chat.discord import DiscordChat
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.models import Desk, Place, Subscription, Topic
from watcher.store import desks, subscriptions, topics


async def answers(scene: Scene) -> bool:
    """Whether somebody who asks has an answer."""
    return "help" in (await scene.bo.command(scene.news, "watch help")).text


async def test_a_bad_token_is_said_in_a_line_and_tried_once(scene: Scene) -> None:
    scene.fake.token = "another"
    with pytest.raises(ChatRefused, match="DISCORD_TOKEN"):
        await scene.chat.listen(scene.room.commands)
    assert len(scene.fake.requests("GET", "/users/@me")) == 1


async def test_no_token_is_said_in_a_line(scene: Scene) -> None:
    scene.fake.token = ""
    scene.chat._session._token = " "
    with pytest.raises(ChatRefused, match="no token"):
        await scene.chat.listen(scene.room.commands)


@pytest.mark.parametrize(("code", "says"), [(4004, "token"), (4014, "intent"), (4013, "intents")])
async def test_a_connection_that_discord_ends_for_good_ends_listening(
    scene: Scene, code: int, says: str
) -> None:
    scene.fake.gateway.refuses_with = code
    with pytest.raises(ChatRefused, match=says):
        await scene.chat.listen(scene.room.commands)
    assert scene.fake.gateway.identified == 1


async def test_discord_that_cannot_be_reached_at_first_is_tried_until_it_can(scene: Scene) -> None:
    scene.fake.away = True
    listening = asyncio.create_task(scene.chat.listen(scene.room.commands))
    await asyncio.sleep(0.2)
    assert not listening.done()
    scene.fake.away = False
    scene.listening = listening
    await asyncio.wait_for(scene.fake.gateway.ready.wait(), 5)
    assert await answers(scene)


async def test_asked_to_reconnect_it_resumes_and_hears_what_it_missed(there: Scene) -> None:
    await there.fake.gateway.ask_to_reconnect()
    await until(lambda: there.fake.gateway.resumed == 1)
    assert there.fake.gateway.identified == 1
    assert await answers(there)


@pytest.mark.slow  # discord.py waits five seconds there
async def test_a_session_that_is_no_more_is_begun_anew(there: Scene) -> None:
    await there.fake.gateway.invalidate()
    await until(lambda: there.fake.gateway.identified == 2, 12)
    await there.fake.gateway.ready.wait()
    assert await answers(there)


async def test_a_connection_that_breaks_is_made_again(there: Scene) -> None:
    await there.fake.gateway.close(1011)
    await until(lambda: there.fake.gateway.resumed == 1, 12)
    assert await answers(there)


@pytest.mark.slow  # discord.py waits five seconds there
async def test_shards_are_used_where_discord_asks_for_them(scene: Scene) -> None:
    scene.fake.gateway.needs_shards = 2
    scene.listening = asyncio.create_task(scene.chat.listen(scene.room.commands))
    await until(lambda: scene.fake.gateway.shards[-2:] == [[0, 2], [1, 2]], 20)
    await scene.chat.send(scene.place, card(), "k1")
    assert len(scene.news.shown) == 1


# ------------------------------------------------------------------------------------- commands


async def test_commands_are_told_to_discord_only_when_they_changed(there: Scene) -> None:
    assert len(there.fake.requests("PUT", "/commands")) == 1
    await there.restart()
    assert len(there.fake.requests("PUT", "/commands")) == 1
    assert {one["name"] for one in there.fake.world.commands} == {
        "digest",
        "watch",
        "event",
        "alert",
        "oncall",
        "Find coverage",
        "Why?",
    }


async def test_commands_that_discord_will_not_have_do_not_keep_it_from_connecting(scene: Scene) -> None:
    scene.fake.trouble("denied", ".*/commands", "PUT", code=30034)
    await scene.listen()
    await scene.restart()
    assert len(scene.fake.requests("PUT", "/commands")) == 2


# ---------------------------------------------------------------------------------------- desks


async def known(scene: Scene) -> dict[str, str]:
    async with scene.store.reading() as db:
        return {desk.id: desk.name for desk in await desks.desks(db) if desk.platform == "discord"}


async def subscribed(scene: Scene) -> list[str]:
    async with scene.store.reading() as db:
        return [one.desk for one in await subscriptions.subscriptions(db)]


async def nobody(scene: Scene) -> bool:
    return not await subscribed(scene)


async def test_every_server_is_a_desk_of_its_own(there: Scene) -> None:
    other = there.fake.world.guild("Sports desk")
    lobby = other.channel("lobby")
    await there.fake.install(other)
    await until(lambda: lobby.shown)
    assert await known(there) == {there.desk: "Foreign desk", f"discord:{other.id}": "Sports desk"}


async def test_a_new_server_is_greeted_once_and_furnished(scene: Scene) -> None:
    furnished: list[Desk] = []

    async def furnish(desk: Desk) -> None:
        async with scene.store.writing() as db:
            if await desks.ensure(db, desk):  # it is furnished before anything else knows of it
                furnished.append(desk)

    scene.chat._servers._furnish = furnish
    await scene.listen()
    other = scene.fake.world.guild("Sports desk")
    lobby = other.channel("lobby")
    await scene.fake.install(other)
    await until(lambda: lobby.shown)
    await scene.fake.remove(other)
    await scene.fake.install(other)
    await scene.bo.command(lobby, "watch status")
    assert len(lobby.shown) == 1
    assert [desk.name for desk in furnished] == ["Sports desk"]


async def test_a_server_that_removes_watcher_sleeps_and_wakes_as_it_was(there: Scene) -> None:
    async with there.store.writing() as db:
        await desks.ensure(db, Desk(there.desk, "discord", "Foreign desk"))
        await subscriptions.add(db, Subscription(0, there.desk, there.place, topics=("summit",)))
    await there.fake.remove(there.guild)
    await until(lambda: nobody(there))
    await there.fake.install(there.guild)
    await until(lambda: subscribed(there))
    assert await subscribed(there) == [there.desk]


async def test_a_server_that_removed_watcher_while_it_was_off_sleeps_too(there: Scene) -> None:
    await there.bo.command(there.news, "watch status")
    async with there.store.writing() as db:
        await subscriptions.add(db, Subscription(0, there.desk, Place("discord", there.news.id)))
    there.guild.installed = False
    await there.restart()
    await until(lambda: nobody(there))
    there.guild.installed = True
    await there.restart()
    await until(lambda: subscribed(there))
    assert await subscribed(there) == [there.desk]


async def test_an_outage_of_a_server_is_no_removal(there: Scene) -> None:
    await there.bo.command(there.news, "watch status")
    async with there.store.writing() as db:
        await subscriptions.add(db, Subscription(0, there.desk, there.place))
    await there.fake.gateway.tell("GUILD_DELETE", {"id": there.guild.id, "unavailable": True})
    await there.bo.command(there.news, "watch status")
    assert await subscribed(there) == [there.desk]


async def test_a_server_that_stays_away_is_forgotten_after_the_time_that_data_are_kept(there: Scene) -> None:
    await there.ada.command(there.news, "watch topic add", name="summit", query="kim putin")
    await there.ada.command(there.news, "watch settings", name="language", value="fr")
    there.guild.installed = False
    await there.restart()
    await until(lambda: asleep(there))
    there.later(days=89)
    await there.restart()
    assert len(await of_desk(there)) == 1
    there.later(days=2)
    await there.restart()
    await until(lambda: forgotten(there))
    async with there.store.reading() as db:
        assert (await desks.settings(db, there.desk)).language == "en"


async def of_desk(scene: Scene) -> list[Topic]:
    async with scene.store.reading() as db:
        return await topics.topics(db, scene.desk)


async def asleep(scene: Scene) -> bool:
    async with scene.store.reading() as db:
        return scene.desk in await desks.asleep(db)


def said_of(scene: Scene) -> str:
    """What `/watch status` says is wrong."""
    return " ".join(scene.room.commands.newsroom.notes_for(Desk(scene.desk, "discord", "")))


async def forgotten(scene: Scene) -> bool:
    return not await of_desk(scene)


# ------------------------------------------------------------------------- a Discord unlike the usual


async def test_a_gateway_that_is_away_at_the_start_is_tried_until_it_is_there(scene: Scene) -> None:
    scene.fake.gateway.shut = True
    scene.listening = asyncio.create_task(scene.chat.listen(scene.room.commands))
    await until(lambda: scene.fake.requests("GET", "/users/@me"))
    await until(lambda: "The connection to Discord broke" in said_of(scene))
    scene.fake.gateway.shut = False
    await asyncio.wait_for(scene.fake.gateway.ready.wait(), 10)
    assert await answers(scene)
    await until(lambda: not said_of(scene))


async def test_what_should_not_happen_while_connecting_is_told_as_a_bug_and_not_as_an_outage(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.fake.gateway.garbled = True
    scene.listening = asyncio.create_task(scene.chat.listen(scene.room.commands))
    await until(lambda: said_of(scene))
    assert "failed in a way it should not (KeyError: 'user')" in said_of(scene)
    assert any(record.exc_info for record in caplog.records if "in a way it should not" in record.message)
    scene.fake.gateway.garbled = False
    await until(lambda: scene.is_ready)
    await until(lambda: not said_of(scene))


async def test_a_connection_that_broke_is_said_until_it_is_made_again(there: Scene) -> None:
    there.fake.away = True
    await there.fake.gateway.close(1001)
    await until(lambda: "broke" in said_of(there))
    there.fake.away = False
    await until(lambda: not said_of(there))


async def test_commands_are_told_later_whatever_kept_them_from_being_told(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.fake.trouble("cut", ".*/commands", "PUT", undone=True, times=99)
    await scene.listen()
    await rename(scene, "notes", "lost")
    await until(lambda: "Telling Discord of the commands failed in a way it should not" in caplog.text)
    await rename(scene, "lost", "notes")
    scene.fake.troubles.clear()
    await until(lambda: scene.fake.world.commands)


async def rename(scene: Scene, table: str, to: str) -> None:
    async with scene.store.writing() as db:
        await db.execute(text(f"ALTER TABLE {table} RENAME TO {to}"))


@pytest.mark.parametrize("written", [" {}\n", "Bot {}"])
async def test_a_token_is_read_as_people_paste_it(scene: Scene, written: str) -> None:
    settings = replace(scene.settings(), token=written.format(scene.fake.token))
    scene.chat = DiscordChat(settings, scene.store, scene.clock, patience=HASTE)
    await scene.chat.send(scene.place, card(), "k1")
    assert len(scene.news.shown) == 1


async def test_what_can_be_no_token_is_said_without_asking(scene: Scene) -> None:
    settings = replace(scene.settings(), token="my token, I think")
    chat = DiscordChat(settings, scene.store, scene.clock, patience=HASTE)
    with pytest.raises(ChatRefused, match="DISCORD_TOKEN"):
        await chat.listen(scene.room.commands)
    assert scene.fake.asked == []


async def test_an_address_at_which_no_discord_answers_is_named(scene: Scene) -> None:
    scene.fake.trouble("denied", "/users/@me", status=404, code=0)
    with pytest.raises(ChatUnavailable, match="api_base") as said:
        await scene.chat.send(scene.place, card(), "k1")
    assert scene.fake.api_base in str(said.value)
    assert (await scene.chat.send(scene.place, card(), "k1")).message, "and what was to be sent is kept"


async def test_events_that_cannot_be_read_end_nothing(there: Scene) -> None:
    for name, told in (("GUILD_CREATE", {"id": "12"}), ("INTERACTION_CREATE", {"id": "?"}), ("WOBBLE", {})):
        await there.fake.gateway.tell(name, told)
    assert await answers(there)
    assert there.fake.gateway.identified == 1


async def test_a_server_that_a_session_does_not_begin_with_is_asked_for_before_it_sleeps(
    scene: Scene,
) -> None:
    scene.fake.world.laconic = scene.fake.gateway.late = True
    await scene.listen()
    await until(lambda: scene.fake.requests("GET", f"/guilds/{scene.guild.id}"))
    assert not await asleep(scene)


async def test_a_server_that_is_told_of_late_is_greeted_all_the_same(scene: Scene) -> None:
    other = scene.fake.world.guild("Sports desk")
    lobby = other.channel("lobby")
    scene.fake.gateway.late = True
    await scene.listen()
    await scene.fake.gateway.tell("GUILD_CREATE", other.as_object())
    await until(lambda: lobby.shown)
    assert await known(scene) == {scene.desk: "Foreign desk", f"discord:{other.id}": "Sports desk"}


async def test_commands_that_discord_has_lost_are_told_again(there: Scene) -> None:
    there.fake.world.commands = []
    await there.restart()
    assert len(there.fake.world.commands) == 7


async def test_commands_that_cannot_be_told_yet_are_told_later_and_keep_nothing_up(scene: Scene) -> None:
    scene.fake.trouble("cut", ".*/commands", "PUT", undone=True)
    await scene.listen()
    assert scene.fake.gateway.identified == 1
    await until(lambda: scene.fake.world.commands)
