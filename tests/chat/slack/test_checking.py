"""Before anything runs, `check` says what is wrong with the installation and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.chat.slack.planet import BO, PLANET, Planet, chat_on, settings_of
from tests.fake_slack import Trouble
from tests.fake_slack.state import APP_TOKEN, BOT_TOKEN, CLIENT_ID, CLIENT_SECRET
from watcher.chat.port import ChatRefused
from watcher.chat.slack.checking import check_slack
from watcher.chat.slack.wire import SCOPES
from watcher.checking import check_all
from watcher.models import Place, Subscription
from watcher.store import desks, subscriptions

MANIFEST = Path(__file__).parents[3] / "config" / "slack-manifest.yaml"


async def wrongs(planet: Planet, *channels: str, **settings: object) -> list[str]:
    found = await check_slack(settings_of(planet.slack, **settings), channels, 5)
    return [one.what for one in found if one.wrong]


async def test_a_sound_installation_has_nothing_wrong(planet: Planet) -> None:
    planet.slack.here.groups["S1"] = ("editors", {BO})
    found = await check_slack(settings_of(planet.slack, managers="@editors"), ["CNEWS", "COPEN"], 5)
    assert [one.what for one in found if one.wrong] == []
    assert any("The Daily Planet" in one.what for one in found)
    assert any("Socket Mode works" in one.what for one in found)


async def test_missing_scopes_are_named_all_at_once(planet: Planet) -> None:
    planet.slack.here.scopes -= {"reactions:read", "im:write"}
    (wrong,) = await wrongs(planet)
    assert "im:write, reactions:read" in wrong


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"bot_token": "xoxb-wrong"}, "SLACK_BOT_TOKEN"),
        ({"app_token": "xapp-wrong"}, "connections:write"),
        ({"app_token": "", "signing_secret": ""}, "SLACK_APP_TOKEN"),
        ({"managers": "nobody"}, "slack.managers"),
    ],
)
async def test_what_is_not_set_right_is_said_with_its_remedy(
    planet: Planet, settings: dict[str, str], word: str
) -> None:
    (wrong,) = await wrongs(planet, **settings)
    assert word in wrong


async def test_tokens_that_were_swapped_are_recognised(planet: Planet) -> None:
    (wrong,) = await wrongs(planet, bot_token="xapp-right", app_token="xoxb-right")
    assert "swapped" in wrong
    assert planet.slack.calls == []


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"bot_token": "xoxp-1"}, "SLACK_BOT_TOKEN should begin with xoxb-; this is the token of a person"),
        ({"app_token": "xoxb-right"}, "SLACK_APP_TOKEN should begin with xapp-"),
        ({"bot_token": "xoxb-ri\nght"}, "SLACK_BOT_TOKEN has a space or a line break"),
        ({"bot_token": "xoxe.xoxb-1"}, "token rotation"),
        ({"bot_token": ""}, "SLACK_APP_TOKEN is set, and SLACK_BOT_TOKEN is not"),
        ({"bot_token": "", "app_token": ""}, "SLACK_SIGNING_SECRET is set, and SLACK_BOT_TOKEN is not"),
    ],
)
async def test_tokens_that_cannot_be_right_are_said_before_slack_is_asked(
    planet: Planet, settings: dict[str, str], word: str
) -> None:
    (wrong,) = await wrongs(planet, **settings)
    assert word in wrong
    with pytest.raises(ChatRefused, match=word):
        await chat_on(planet.slack, planet.store, planet.room, **settings).listen(planet.room.commands)
    assert planet.slack.calls == []


async def test_tokens_of_another_server_may_begin_as_they_like(planet: Planet) -> None:
    planet.slack.workspaces["bot-of-ours"] = planet.slack.here
    assert await wrongs(planet, bot_token="bot-of-ours") == []


async def test_an_app_token_without_its_scope_is_said_of_that_token_and_of_no_other(planet: Planet) -> None:
    planet.slack.troubles.append(Trouble("apps.connections.open", "error", error="missing_scope"))
    (wrong,) = await wrongs(planet)
    assert wrong.startswith("SLACK_APP_TOKEN lacks the scope connections:write. Make one at")
    assert "SLACK_BOT_TOKEN" not in wrong


async def test_channels_that_cannot_be_posted_in_are_said(planet: Planet) -> None:
    planet.slack.here.channels["COLD"].members.clear()
    wrong = await wrongs(planet, "CNEWS", "COLD", "CSECRET", "CGONE")
    assert len(wrong) == 3
    assert "archived" in wrong[0]
    assert "/invite @Watcher" in wrong[1]


async def test_bot_check_looks_at_the_channels_that_subscribed(planet: Planet, tmp_path: Path) -> None:
    planet.slack.here.scopes -= {"reactions:read"}
    for channel in ("CNEWS", "CSECRET"):
        async with planet.store.writing() as db:
            await subscriptions.add(db, Subscription(0, PLANET.id, Place("slack", channel)))
    async with planet.store.writing() as db:
        await desks.ensure(db, PLANET)
        await desks.set_setting(db, PLANET.id, "notices", "COLD")
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'watcher.db'}",
        "SLACK_API_BASE": planet.slack.api_base,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
    }
    found = [one for one in await check_all(None, environ, polls=False) if one.where == "slack"]
    assert any("#news can be posted in" in one.what for one in found)
    wrong = "\n".join(one.what for one in found if one.wrong)
    assert "lacks the scope reactions:read" in wrong
    assert "#old is archived" in wrong
    assert "CSECRET: Watcher can see no such channel" in wrong


async def test_what_lets_other_workspaces_install_it_is_looked_at(planet: Planet) -> None:
    more = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    (wrong,) = await wrongs(planet, bot_token="", **more)
    assert "WATCHER_SLACK_KEY" in wrong
    assert await wrongs(planet, bot_token="", key=Fernet.generate_key().decode(), **more) == []


async def test_slack_out_of_reach_is_said(planet: Planet) -> None:
    await planet.slack.go()
    (wrong,) = await wrongs(planet)
    assert wrong.startswith("Slack cannot be reached: Cannot connect to host 127.0.0.1:")
    (_, lacking) = await wrongs(planet, app_token="", signing_secret="")
    assert "set SLACK_APP_TOKEN" in lacking, "what needs no Slack to be seen is told all the same"
    await planet.slack.come()


def test_the_manifest_asks_for_the_scopes_that_are_needed_and_no_others() -> None:
    text = MANIFEST.read_text(encoding="utf-8")
    scopes = text.split("    bot:\n", 1)[1].split("settings:\n", 1)[0]
    assert tuple(line.strip(" -") for line in scopes.splitlines()) == SCOPES


def test_the_manifest_has_what_the_room_listens_to() -> None:
    text = MANIFEST.read_text(encoding="utf-8")
    for word in ("/digest", "/watch", "find_coverage", "app_home_opened", "reaction_added", "message.im"):
        assert word in text
    assert "socket_mode_enabled: true" in text
    assert max(map(len, text.splitlines())) <= 110
