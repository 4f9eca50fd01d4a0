"""Who may manage a desk on Discord, where digests go and whom they wake, and how a desk ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.chat.discord.scenes import Scene, texts, until
from tests.chat.discord.test_journeys import EVENTS, a_topic, news, round_of_digests, threads
from tests.fake_discord.world import EMBED
from tests.store.making import waiting
from watcher.rounds import Rounds
from watcher.store import desks, subscriptions, topics


async def settled(scene: Scene) -> None:
    """Wait until Watcher knows the roles and channels that were made."""
    await scene.fake.gateway.tell("GUILD_CREATE", scene.guild.as_object())
    await scene.bo.command(scene.news, "watch status")


# ---------------------------------------------------------------------------------------- managers


async def test_members_of_a_role_that_was_named_manage_the_desk_and_others_do_not(there: Scene) -> None:
    editors = there.guild.role_named("Night editors")
    await settled(there)
    there.bo.roles = [editors]
    said = {"name": "summit", "query": "kim putin"}
    assert "for those who manage" in (await there.bo.command(there.news, "watch topic add", **said)).text
    answer = await there.ada.command(there.news, "watch settings", name="managers", value="@Night editors")
    assert f"<@&{editors}>" in answer.text
    await there.restart()
    await there.bo.command(there.news, "watch topic add", **said)
    assert "summit" in (await there.bo.command(there.news, "watch topic list")).text
    cyd = there.fake.person("cyd")
    assert "for those who manage" in (await cyd.command(there.news, "watch topic remove", name="summit")).text
    await there.ada.press(answer, "Undo")
    assert (
        "for those who manage"
        in (await there.bo.command(there.news, "watch topic remove", name="summit")).text
    )


@pytest.mark.parametrize("value", ["everyone", "@everyone", "<@&123456789012345678>", "@Nobody"])
async def test_a_role_that_the_server_does_not_have_manages_nothing(there: Scene, value: str) -> None:
    answer = await there.ada.command(there.news, "watch settings", name="managers", value=value)
    assert "role" in answer.text
    async with there.store.reading() as db:
        assert (await desks.settings(db, there.desk)).managers == ()


# ---------------------------------------------------------------------------- where, and who is woken


async def test_another_channel_is_subscribed_from_anywhere_once_watcher_may_post_there(there: Scene) -> None:
    wire = there.guild.channel("wire")
    await settled(there)
    await a_topic(there)
    await there.fake.change(wire, denied=EMBED)
    refused = await there.ada.command(there.news, "watch subscribe", topics="summit", to="#wire")
    assert "may not post in #wire" in refused.text
    assert "Embed Links" in refused.text
    await there.fake.change(wire, denied=0)
    answer = await there.ada.command(there.news, "watch subscribe", topics="summit", to=f"<#{wire.id}>")
    assert "in #wire" in answer.text
    assert "in #wire" in (await there.bo.command(there.news, "watch subscriptions")).text
    ended = await there.ada.command(there.news, "watch unsubscribe", to="#wire")
    again = await there.ada.press(ended, "Undo")
    assert "in #wire" in again.text, "and not where it was undone"


async def test_a_channel_of_another_server_cannot_be_named(there: Scene) -> None:
    other = there.fake.world.guild("Sports desk")
    pitch = other.channel("pitch")
    await there.fake.install(other)
    await a_topic(there)
    for line, said in (
        ("watch subscribe", {"topics": "summit", "to": f"<#{pitch.id}>"}),
        ("watch settings", {"name": "notices", "value": f"<#{pitch.id}>"}),
    ):
        assert "no such channel in this server" in (await there.ada.command(there.news, line, **said)).text
    async with there.store.reading() as db:
        assert [one.place for one in await subscriptions.subscriptions(db, there.desk)] == [there.place]
        assert (await desks.settings(db, there.desk)).notices == ""


async def test_a_digest_with_news_wakes_the_role_that_was_named_once_and_nobody_else(there: Scene) -> None:
    role = there.guild.role_named("Foreign")
    await settled(there)
    topic = await a_topic(there)
    answer = await there.ada.command(
        there.news, "watch subscribe", topics="summit", times="8:00,18:00", to="@Foreign"
    )
    assert f"<@&{role}>" in answer.text
    await news(there, topic, *EVENTS)
    await round_of_digests(there)
    await there.deliverer().deliver()
    (post,) = there.fake.requests("POST", f"/channels/{there.news.id}/messages")
    assert post.body["content"] == f"<@&{role}>"
    assert post.body["allowed_mentions"] == {"parse": [], "roles": [role]}
    (thread,) = threads(there.guild)
    assert {message["content"] for message in thread.shown} == {""}
    there.later(hours=14)
    await Rounds(there.store, there.clock, timedelta(seconds=45)).digests()
    await there.deliverer().deliver()
    assert texts(there.news)[-1].startswith("Nothing new"), "nobody is woken for that"


async def test_a_role_that_cannot_be_woken_is_not_promised(there: Scene) -> None:
    there.guild.role_named("Foreign", mentionable=False)
    await settled(there)
    await a_topic(there)
    answer = await there.ada.command(there.news, "watch subscribe", topics="summit", to="@Foreign")
    assert "I could not wake @Foreign" in answer.text
    answer = await there.ada.command(there.news, "watch subscribe", topics="summit", to="@everyone")
    assert "I never wake everyone" in answer.text


# ------------------------------------------------------------------------------------- how a desk ends


async def test_a_desk_is_forgotten_at_once_on_a_second_word_of_somebody_who_may(there: Scene) -> None:
    topic = await a_topic(there)
    await news(there, topic, *EVENTS)
    await there.ada.command(there.news, "watch settings", name="language", value="fr")
    await round_of_digests(there)
    assert (
        "for those who manage" in (await there.bo.command(there.news, "watch settings", name="forget")).text
    )
    asked = await there.ada.command(there.news, "watch settings", name="forget")
    assert "1 topic and 1 subscription" in asked.text
    await there.restart()
    assert "for those who manage" in (await there.bo.press(asked, "Forget everything")).text
    assert "forgotten" in (await there.ada.press(asked, "Forget everything")).text
    assert "forgotten" in (await there.ada.press(asked, "Forget everything")).text, "twice does no harm"
    await there.deliverer().deliver()
    assert there.news.shown == []
    async with there.store.reading() as db:
        assert await topics.topics(db, there.desk) == []
        assert await subscriptions.subscriptions(db, there.desk) == []
        assert (await desks.settings(db, there.desk)).language == "en"
        assert await waiting(db) == 0
    await there.restart()
    assert "No topic is watched yet" in (await there.bo.command(there.news, "watch topic list")).text


async def test_nothing_is_composed_for_a_desk_that_sleeps_and_its_absence_is_no_news(there: Scene) -> None:
    topic = await a_topic(there)
    await news(there, topic, *EVENTS)
    rounds = Rounds(there.store, there.clock, timedelta(seconds=45))
    await there.fake.remove(there.guild)
    await until(lambda: asleep(there))
    there.later(days=3)
    assert await rounds.digests() == 0
    await there.fake.install(there.guild)
    await until(lambda: awake(there))
    assert await rounds.digests() == 0, "the next one is due at its time, and not for what was missed"
    there.later(days=1)
    assert await rounds.digests() == 1
    await there.deliverer().deliver()
    assert texts(there.news)[0].startswith("Nothing new on The summit")


async def asleep(scene: Scene) -> bool:
    async with scene.store.reading() as db:
        return scene.desk in await desks.asleep(db)


async def awake(scene: Scene) -> bool:
    return not await asleep(scene)
