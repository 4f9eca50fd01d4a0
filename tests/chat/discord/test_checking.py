"""What `bot.py check` says of Discord."""

from __future__ import annotations

from tests.chat.discord.scenes import HASTE, Scene
from tests.fake_discord.world import EMBED, USUAL
from watcher.chat.discord.checking import invitation, look, needed_permissions


async def test_all_is_well_and_the_invitation_asks_for_the_least(scene: Scene) -> None:
    found = await look(scene.settings(), HASTE)
    assert [one.wrong for one in found] == [False, False, False]
    assert invitation(scene.fake.world.application) in found[1].what
    assert needed_permissions().value == USUAL
    assert not needed_permissions().administrator


async def test_a_permission_that_a_server_took_away_is_named(scene: Scene) -> None:
    scene.guild.permissions = USUAL & ~EMBED
    (*_, server) = await look(scene.settings(), HASTE)
    assert server.wrong
    assert "Embed Links" in server.what


async def test_a_bad_token_and_an_absent_discord_are_said(scene: Scene) -> None:
    settings = scene.settings()
    scene.fake.token = "another"
    (bad,) = await look(settings, HASTE)
    assert bad.wrong
    assert "DISCORD_TOKEN" in bad.what
    scene.fake.away = True
    (away,) = await look(settings, HASTE)
    assert "cannot be reached" in away.what
