"""One desk in two places: a Discord server and a Slack workspace see and change the same things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.chat.desks import EDITOR, match_of, record, room_on, story
from tests.chat.discord.scenes import HASTE, Scene, texts, until
from tests.chat.slack.planet import ADA, Planet, chat_on, furnish
from tests.fake_discord import FakeDiscord
from tests.fake_slack import FakeSlack
from tests.fake_slack.judging import buttons, shown
from watcher.calling import raise_alert
from watcher.chat.commands import Commands
from watcher.chat.discord import DiscordChat
from watcher.chat.port import ChatRefused
from watcher.config import DiscordSettings
from watcher.deliver import Deliverer
from watcher.desk.alerts import Alert
from watcher.desk.breaking import Evidence
from watcher.desk.joint import faults_of, joint_desks
from watcher.models import Card, Desk, Place, Placement, Subscription
from watcher.rounds import Rounds
from watcher.store import Store, alerts, desks, subscriptions, topics
from watcher.store.joint import join


@dataclass
class Both:
    """One desk on Discord and on Slack, one process, one store."""

    scene: Scene
    planet: Planet
    joint: Desk
    deliverer: Deliverer


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(await Store.open(tmp_path / "watcher.db"))
        room = room_on(store)
        fake = await stack.enter_async_context(FakeDiscord(room.clock))
        slack = await stack.enter_async_context(FakeSlack(room.clock))
        furnish(slack)
        guild = fake.world.guild("Foreign desk")
        same = joint_desks([f"discord:{guild.id} slack:T1"])
        async with store.writing() as db:
            await desks.ensure(db, Desk(f"discord:{guild.id}", "discord", guild.name))
            await desks.ensure(db, Desk("slack:T1", "slack", "The Daily Planet"))
            await join(db, same)
        room = replace(room, commands=Commands(replace(room.commands.newsroom, joint=same)))
        discord = DiscordChat(
            DiscordSettings(fake.api_base, fake.gateway_url, fake.token), store, room.clock, patience=HASTE
        )
        ada, bo = fake.person("ada", manager=True), fake.person("bo")
        scene = Scene(fake, store, room, room.clock, guild, guild.channel("news"), ada, bo, discord)
        chat = chat_on(slack, store, room)
        deliverer = Deliverer(store, {"discord": discord, "slack": chat}, room.clock, timedelta(hours=12))
        await scene.listen()
        task = asyncio.create_task(chat.listen(room.commands))
        await asyncio.wait_for(chat.ready.wait(), 10)
        yield Both(scene, Planet(slack, store, room, chat, deliverer), same["slack:T1"], deliverer)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await scene.leave()


async def on_discord(both: Both, line: str, **said: str) -> str:
    return (await both.scene.ada.command(both.scene.news, line, **said)).text


async def test_what_is_watched_on_one_is_watched_and_changed_on_the_other(both: Both) -> None:
    assert "Watching summit" in await both.planet.say("/watch topic add summit kim")
    assert "summit" in await on_discord(both, "watch topic list")
    await on_discord(both, "watch topic edit", name="summit", query="kim putin")
    assert "kim putin" in await both.planet.say("/watch topic list")


async def test_the_channels_of_both_get_the_digests_of_the_one_desk(both: Both) -> None:
    await both.planet.say("/watch topic add summit kim OR putin")
    await both.planet.say("/watch subscribe summit 18:00")
    await on_discord(both, "watch subscribe", topics="summit", times="18:00")
    async with both.planet.store.reading() as db:
        (topic,) = await topics.topics(db, both.joint.id)
        assert len(await subscriptions.subscriptions(db, both.joint.id)) == 2
    one = story("Kim arrives in Russia")
    await record(both.planet.store, [one])
    async with both.planet.store.writing() as db:
        await topics.save_matches(db, [match_of(one, topic)])
        await topics.place(db, [Placement(one.id, topic.id, "000000000001", one.id, 1.0)])
    both.scene.clock.at = both.scene.clock.at.replace(hour=18, minute=0)
    await Rounds(both.planet.store, both.scene.clock, timedelta(seconds=45)).digests()
    assert await both.deliverer.deliver() == 4
    assert len(both.planet.slack.posts()) == len(both.scene.news.shown) == 1


async def test_an_alert_acknowledged_on_one_shows_as_acknowledged_on_the_other(both: Both) -> None:
    await both.planet.say("/watch settings notices here")
    await on_discord(both, "watch settings", name="notices", value=f"<#{both.scene.news.id}>")
    now = both.scene.clock()
    alert = Alert(
        id=0,
        desk=both.joint.id,
        topic_id=1,
        group_id="000000000001",
        level="urgent",
        told=Card("Bridge falls", tone="alert"),
        evidence=Evidence(2, 2, 5, 0.1, 0.1, 1.0, True, "2 outlets"),
        known=(),
        published=now,
        seen=now,
        made_at=now,
        at=now,
    )
    async with both.planet.store.writing() as db:
        kept = await alerts.add(db, alert)
        assert kept
        await raise_alert(db, kept, now, timedelta(minutes=5))
    await both.deliverer.deliver()
    (there,) = both.planet.slack.posts()
    assert "Nobody has it yet" in shown(there)
    assert "Nobody has it yet" in texts(both.scene.news)[0]
    await (await both.planet.slack.press(buttons(there)["I have it"], by=ADA)).answer()
    await both.deliverer.deliver()
    assert "has it since" in shown(both.planet.slack.posts()[0]).replace("*", "")
    await until(lambda: "has it since" in texts(both.scene.news)[0].replace("*", ""))
    assert "Nobody has it yet" not in texts(both.scene.news)[0]


async def test_which_channel_hears_of_notices_is_each_places_own(both: Both) -> None:
    await both.planet.say("/watch settings notices here")
    assert "CNEWS" in await both.planet.say("/watch settings notices") or "#news" in await both.planet.say(
        "/watch settings notices"
    )
    assert "nowhere" in await on_discord(both, "watch settings", name="notices")
    await on_discord(both, "watch settings", name="language", value="fr")
    assert "fr" in await both.planet.say("/watch settings language")


async def test_desks_that_become_one_keep_all_they_had_and_part_again_without_loss(tmp_path: Path) -> None:
    one, two = Desk("discord:1", "discord", "One"), Desk("slack:T1", "slack", "Two")
    same = joint_desks(["discord:1 slack:T1"])
    async with await Store.open(tmp_path / "watcher.db") as store:
        room = room_on(store)
        async with store.writing() as db:
            for desk in (one, two):
                await desks.ensure(db, desk)
        for desk, query in ((one, "kim"), (two, "putin")):
            ask = replace(EDITOR, desk=desk, place=Place(desk.platform, "C1"))
            await room.run(f"/watch topic add summit {query}", ask)
            await room.run("/watch subscribe summit 8:00", ask)
        for _ in range(2):  # twice is as once
            async with store.writing() as db:
                await join(db, same)
        joint = same["slack:T1"].id
        async with store.reading() as db:
            assert {t.name: t.query for t in await topics.topics(db, joint)} == {
                "summit": "kim",
                "summit-2": "putin",
            }
            told = await subscriptions.subscriptions(db, joint)
            assert {(s.place.platform, s.topics) for s in told} == {
                ("discord", ("summit",)),
                ("slack", ("summit-2",)),
            }
        async with store.writing() as db:
            await join(db, {})
        async with store.reading() as db:
            assert len(await topics.topics(db, one.id)) == 2
            assert {desk.id for desk in await desks.desks(db)} == {one.id, two.id}


async def test_who_takes_no_messages_from_a_desk_in_two_places_is_told_of_in_its_server(both: Both) -> None:
    scene = both.scene
    window = Place("discord", person=scene.bo.id)
    scene.fake.world.closed_windows.add(scene.bo.id)
    async with scene.store.writing() as db:
        await subscriptions.add(db, Subscription(0, both.joint.id, window))
    with pytest.raises(ChatRefused, match="no direct messages"):
        await scene.chat.send(window, Card("Two events"), "k")
    assert "I cannot write to somebody" in "".join(texts(scene.news))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("discord:1", "one place only"),
        ("discord:1 teams:2", "no desk"),
        ("slack:T1 slack:T2", "of Slack workspaces"),
        ("discord:1 discord:1", "twice"),
    ],
)
def test_a_setting_that_makes_no_desk_is_explained(line: str, fault: str) -> None:
    assert fault in next(faults_of([line]))
