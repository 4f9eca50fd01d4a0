"""Discords unlike the usual: they say little, limit without headers, lose answers, or were brought along."""

from __future__ import annotations

import pytest

from tests.chat.discord.scenes import Scene
from tests.fake_discord.world import EMBED, MANAGE_GUILD
from watcher.models import Place
from watcher.store import desks, subscriptions

QUERY = "kim putin"


async def places(scene: Scene) -> list[Place]:
    async with scene.store.reading() as db:
        return [one.place for one in await subscriptions.subscriptions(db)]


async def test_a_discord_that_leaves_out_what_is_optional_is_understood(scene: Scene) -> None:
    scene.fake.world.laconic = True
    lobby = scene.guild.channel("lobby")
    scene.ada.roles = [scene.guild.role_named("Editors", permissions=MANAGE_GUILD)]
    await scene.listen()
    await scene.ada.command(scene.news, "watch topic add", name="summit", query=QUERY)
    assert (
        "for those who manage"
        in (await scene.bo.command(scene.news, "watch topic add", name="x", query="y")).text
    )
    await scene.ada.command(scene.news, "watch subscribe", topics="summit")
    await scene.ada.command(scene.news, "watch subscribe", topics="summit", to="#lobby")
    assert await places(scene) == [scene.place, Place("discord", lobby.id)]
    shown = await scene.bo.press(await scene.bo.command(lobby, "watch subscriptions"), "Show everyone")
    assert "in #lobby" in shown.text or "here" in shown.text
    await scene.fake.change(lobby, denied=EMBED)
    refused = await scene.ada.command(scene.news, "watch subscribe", topics="summit", to="#lobby")
    assert "Embed Links" in refused.text


@pytest.mark.parametrize("word", ["callback", "@original"])
@pytest.mark.parametrize("kind", ["cut", "limited"])
async def test_an_answer_that_is_lost_on_its_way_is_given_again(there: Scene, word: str, kind: str) -> None:
    there.fake.trouble(kind, f".*/{word}", bare=True)
    answer = await there.bo.command(there.news, "watch status")
    assert "Feeds: 0" in answer.text
    assert answer.ephemeral
    shown = await there.bo.press(answer, "Show everyone")
    assert len(there.news.shown) == 1
    assert not shown.ephemeral


async def test_who_brings_watcher_along_to_a_server_that_has_not_installed_it_makes_no_desk(
    there: Scene,
) -> None:
    elsewhere = there.fake.world.guild("Elsewhere").channel("lobby")
    there.bo.brings_it_along = True
    answer = await there.bo.command(elsewhere, "watch status")
    assert "do not know which newsroom you mean" in answer.text
    async with there.store.reading() as db:
        assert [desk.id for desk in await desks.desks(db)] == [there.desk]
