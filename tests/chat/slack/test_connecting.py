"""Socket Mode and signed HTTP: reachable, and reachable again."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest

from tests.chat.slack.planet import ADA, QUICK, Planet, chat_on, eventually, listening, planet_at
from tests.fake_slack import Trouble
from tests.fake_slack.judging import shown
from watcher.chat.port import ChatRefused


async def test_slack_asks_for_a_new_connection_and_gets_it(live: Planet) -> None:
    await live.slack.disconnect("refresh_requested")
    await live.slack.connected()
    assert live.slack.opened == 2
    assert "Feeds: 0" in await live.say("/watch status")


async def test_a_warning_of_a_disconnect_loses_no_command(live: Planet) -> None:
    live.slack.ack_seconds = 0.5
    first = asyncio.create_task(live.say("/watch status"))
    await live.slack.disconnect("warning")
    assert "Feeds: 0" in await first
    assert "Feeds: 0" in await live.say("/watch status")


@pytest.mark.parametrize(
    ("reason", "word"),
    [("link_disabled", "Socket Mode is turned off"), ("too_many_websockets", "allows ten")],
)
async def test_slack_that_sends_us_away_is_not_stormed_and_said_to_until_it_has_us_back(
    live: Planet, reason: str, word: str
) -> None:
    live.slack.sends_away = reason
    await live.slack.disconnect("refresh_requested")
    await eventually(lambda: word in " ".join(live.chat.notes()))
    await asyncio.sleep(QUICK.again * 2)
    assert live.slack.opened < 6, "slack_sdk alone asks for a new socket at once, again and again"
    live.slack.sends_away = ""
    await live.slack.connected()
    assert "Feeds: 0" in await live.say("/watch status")


async def test_what_we_never_asked_to_hear_of_is_acknowledged_all_the_same(live: Planet) -> None:
    live.slack.ack_seconds = 1
    for event in (
        {"type": "team_join", "user": {}},
        {"type": "message", "subtype": "channel_join", "ts": "1.1"},
    ):
        assert (await live.slack.event(event)).acks == [{}]
    payload = {"type": "shortcut", "callback_id": "other", "user": {"id": ADA}, "team": {"id": "T1"}}
    assert (await live.slack.tell("interactive", payload)).acks == [{}]


async def test_a_connection_that_breaks_is_made_anew(live: Planet) -> None:
    await live.slack.go()
    await live.slack.come()
    await live.slack.connected()
    assert "Feeds: 0" in await live.say("/watch status")


async def test_an_address_for_the_socket_that_slack_has_forgotten_is_asked_for_anew(live: Planet) -> None:
    # slack_sdk goes back for ever to the address it was given; Slack forgets it meanwhile.
    await live.slack.go()
    await asyncio.sleep(QUICK.ping * 2)
    live.slack.troubles.append(Trouble("apps.connections.open", "500", times=2))
    await live.slack.come()
    await live.slack.connected()
    assert "Feeds: 0" in await live.say("/watch status")


async def test_an_outage_is_said_in_sentences_and_not_in_traces(
    live: Planet, caplog: pytest.LogCaptureFixture
) -> None:
    await live.slack.go()
    await eventually(lambda: any("Trying again in" in one.getMessage() for one in caplog.records))
    assert [record for record in caplog.records if record.exc_info] == []
    await live.slack.come()


async def test_slack_away_at_the_start_is_waited_for(planet: Planet) -> None:
    await planet.slack.go()
    task = asyncio.create_task(planet.chat.listen(planet.room.commands))
    await eventually(lambda: bool(planet.chat.trouble))
    assert planet.chat.notes()
    await planet.slack.come()
    await asyncio.wait_for(planet.chat.ready.wait(), 10)
    assert planet.chat.notes() == ()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        ({"bot_token": ""}, "SLACK_BOT_TOKEN"),
        ({"bot_token": "xoxb-wrong"}, "SLACK_BOT_TOKEN"),
        ({"app_token": "xapp-wrong"}, "SLACK_APP_TOKEN"),
        ({"app_token": "", "signing_secret": ""}, "SLACK_SIGNING_SECRET"),
    ],
)
async def test_a_token_that_is_none_ends_listening_with_what_to_do(
    tmp_path: Path, settings: dict[str, str], remedy: str
) -> None:
    async with planet_at(tmp_path, **settings) as planet:
        with pytest.raises(ChatRefused, match=remedy):
            await asyncio.wait_for(planet.chat.listen(planet.room.commands), 10)


async def test_scopes_that_are_missing_are_said_at_the_start(
    planet: Planet, caplog: pytest.LogCaptureFixture
) -> None:
    planet.slack.here.scopes -= {"dnd:read", "im:history"}
    async with listening(planet):
        said = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert any("lacks the scope dnd:read, im:history" in one for one in said), said


async def test_a_token_of_a_whole_organisation_ends_listening_with_what_to_do(planet: Planet) -> None:
    planet.slack.here.is_organisation = True
    with pytest.raises(ChatRefused, match="Enterprise Grid"):
        await planet.chat.listen(planet.room.commands)


async def test_a_token_revoked_while_watcher_runs_is_said_and_waited_for(
    live: Planet, caplog: pytest.LogCaptureFixture
) -> None:
    live.slack.here.token_error = "token_revoked"
    await live.slack.disconnect("refresh_requested")
    await eventually(lambda: "revoked" in " ".join(live.chat.notes()))
    assert any("revoked" in one.getMessage() for one in caplog.records)
    live.slack.here.token_error = ""
    await live.slack.connected()
    await asyncio.wait_for(live.chat.ready.wait(), 10)
    assert "Feeds: 0" in await live.say("/watch status")


# ------------------------------------------------------------------------------------ signed HTTP


async def by_http(planet: Planet) -> asyncio.Task[None]:
    chat = chat_on(planet.slack, planet.store, planet.room, app_token="")
    planet.chat = chat
    task = asyncio.create_task(chat.listen(planet.room.commands))
    await eventually(lambda: chat.port > 0)
    planet.slack.http_to = f"http://127.0.0.1:{chat.port}/slack/events"
    return task


async def test_signed_requests_are_the_other_way(planet: Planet) -> None:
    task = await by_http(planet)
    assert "Feeds: 0" in await planet.say("/watch status")
    answer = await planet.ask("/watch topic add kim-putin kim putin")
    assert "Watching kim-putin" in shown(answer)
    event = {"type": "app_home_opened", "tab": "home", "user": ADA}
    await planet.slack.event(event)
    await eventually(lambda: ADA in planet.slack.here.homes)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_request_signed_wrongly_or_long_ago_is_turned_away(planet: Planet) -> None:
    task = await by_http(planet)
    payload = {
        "command": "/watch",
        "text": "topic add evil evil",
        "user_id": ADA,
        "channel_id": "CNEWS",
        "response_url": f"{planet.slack.base}respond/x",
        "trigger_id": "t1",
    }
    wrong = await planet.slack.post_signed("slash_commands", payload, secret="guessed")
    old = await planet.slack.post_signed("slash_commands", payload, at=time.time() - 600)
    assert (wrong["status"], old["status"]) == (401, 401)
    assert "No topic" in await planet.say("/watch topic list")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_anybody_may_send_to_the_port_is_turned_away_and_fills_no_log(
    planet: Planet, caplog: pytest.LogCaptureFixture
) -> None:
    task = await by_http(planet)
    for stamp, body, status in (
        ("1", "{bad", 400),
        ("1", "payload=%7Bx", 400),
        ("1", "payload=%5B1%5D", 400),
        ("soon", "text=x", 401),
        ("²", "text=x", 401),
        ("", "text=x", 401),
    ):
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=0"}
        form = headers | {"Content-Type": "application/x-www-form-urlencoded"}
        async with (
            aiohttp.ClientSession() as person,
            person.post(planet.slack.http_to, data=body.encode(), headers=form) as answer,
        ):
            assert answer.status == status
    assert [record for record in caplog.records if record.exc_info] == []
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_signed_request_sent_again_is_done_once(planet: Planet) -> None:
    task = await by_http(planet)
    done = await planet.slack.command("/watch status")
    again = await planet.slack.post_signed("slash_commands", done.payload)
    assert again["status"] == 200
    await done.answer()
    await planet.say("/watch status")
    assert len(done.answers) == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_port_that_is_taken_is_said(planet: Planet) -> None:
    task = await by_http(planet)
    other = chat_on(planet.slack, planet.store, planet.room, app_token="", port=planet.chat.port)
    with pytest.raises(ChatRefused, match=r"slack\.port"):
        await asyncio.wait_for(other.listen(planet.room.commands), 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_listening_ends_when_it_is_told_to_and_lets_go_of_everything(planet: Planet) -> None:
    async with listening(planet):
        await planet.say("/watch status")
    await eventually(lambda: planet.slack.sockets == [])
    assert not planet.chat.ready.is_set()
