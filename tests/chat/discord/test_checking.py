"""What `bot.py check` says of Discord."""

from __future__ import annotations

import pytest

from tests.chat.discord.scenes import HASTE, Scene
from tests.fake_discord.world import EMBED, HISTORY, USUAL
from watcher.chat.discord.checking import invitation, look, needed_permissions
from watcher.chat.discord.standing import allowed_in


async def test_all_is_well_and_the_invitation_asks_for_the_least(scene: Scene) -> None:
    found = await look(scene.settings(), HASTE)
    assert [one.wrong for one in found] == [False] * 4
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


async def test_the_channels_that_are_posted_in_are_looked_at_each(scene: Scene) -> None:
    other, gone = scene.guild.channel("wire"), scene.guild.channel("old")
    other.denied, gone.gone = EMBED | HISTORY, True
    thread = scene.fake.world.thread(scene.fake.world.snowflake(), "Day", other)
    channels = [scene.news.id, f"<#{other.id}>", gone.id, thread.id, "nowhere"]
    found = (await look(scene.settings(), HASTE, channels))[4:]
    assert [one.wrong for one in found] == [False, True, True, True, True]
    assert "Watcher may post in #news" in found[0].what
    assert "#wire yet" in found[1].what
    assert "Embed Links, Read Message History" in found[1].what
    assert "is gone" in found[2].what
    assert "Embed Links" in found[3].what, "a thread has its channel's permissions"


@pytest.mark.parametrize(
    ("overwrites", "allowed"),
    [
        ([], True),
        ([("everyone", 0, EMBED)], False),
        ([("everyone", 0, EMBED), ("role", EMBED, 0)], True),
        ([("role", EMBED, 0), ("me", 0, EMBED)], False),
        ([("stranger", 0, EMBED)], True),
    ],
)
def test_permissions_are_worked_out_as_discord_does(
    overwrites: list[tuple[str, int, int]], allowed: bool
) -> None:
    server = {
        "id": "everyone",
        "owner_id": "ada",
        "roles": [
            {"id": "everyone", "permissions": str(USUAL & ~EMBED)},
            {"id": "role", "permissions": str(EMBED)},
        ],
    }
    said = [{"id": id_, "allow": str(yes), "deny": str(no)} for id_, yes, no in overwrites]
    found = allowed_in(server, {"roles": ["role"]}, {"permission_overwrites": said}, "me")
    assert found.embed_links is allowed
    assert allowed_in(server | {"owner_id": "me"}, {}, {}, "me").administrator
    over_all = server | {"roles": [{"id": "role", "permissions": str(1 << 3)}]}
    assert allowed_in(over_all, {"roles": ["role"]}, {"permission_overwrites": said}, "me").embed_links
