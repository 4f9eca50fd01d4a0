"""Our own Discord is as strict as the real one: what it lets pass is worth something."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.chat.desks import NOW
from tests.fake_discord import FakeDiscord, spec
from tests.fake_discord.people import Interaction
from tests.fakes import StillClock


class Wire:
    """Raw requests to the fake."""

    def __init__(self, fake: FakeDiscord, clock: StillClock, web: aiohttp.ClientSession) -> None:
        self.fake, self.clock, self._web = fake, clock, web
        self.channel = fake.world.guild("Foreign desk").channel("news")

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        """The status and the answer, or the error's code."""
        async with self._web.post(self.fake.api_base + path, json=body) as answer:
            said = await answer.json()
            return answer.status, said if answer.status < 300 else said["code"]

    async def say(self, **body: Any) -> tuple[int, Any]:
        return await self.post(f"/channels/{self.channel.id}/messages", body)


@pytest_asyncio.fixture
async def wire() -> AsyncIterator[Wire]:
    clock = StillClock(NOW)
    async with FakeDiscord(clock) as fake:
        headers = {"Authorization": f"Bot {fake.token}"}
        async with aiohttp.ClientSession(headers=headers) as web:
            yield Wire(fake, clock, web)


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"embeds": [{"title": "x" * 257}]},
        {"embeds": [{"description": "x" * 4000}, {"description": "y" * 2001}]},
        {"embeds": [{"title": "x"}] * 11},
        {"embeds": [{"title": "x", "url": "not a url"}]},
        {"content": "x", "components": [{"type": 1, "components": []}]},
        {
            "content": "x",
            "components": [
                {"type": 1, "components": [{"type": 2, "style": 1, "label": "a", "custom_id": "same"}] * 2}
            ],
        },
    ],
)
async def test_a_message_beyond_the_limits_is_refused(wire: Wire, body: dict[str, Any]) -> None:
    assert await wire.say(**body) == (400, 50035)
    assert wire.fake.faults


async def test_an_empty_message_is_refused(wire: Wire) -> None:
    assert await wire.say(content="") == (400, 50006)


async def test_a_body_against_the_specification_is_refused(wire: Wire) -> None:
    if spec.load() is None:
        pytest.skip(f"The specification is not at {spec.WHERE}; set DISCORD_OPENAPI.")
    assert await wire.say(content=5) == (400, 50035)
    assert await wire.say(content="x", embed={"title": "old"}) == (400, 50035)
    assert await wire.say(content="x", nonce="n" * 26) == (400, 50035)
    assert (await wire.say(content="x", nonce="n" * 25))[0] == 200


async def test_a_nonce_that_is_enforced_posts_once_for_some_minutes(wire: Wire) -> None:
    _, first = await wire.say(content="x", nonce="1", enforce_nonce=True)
    _, again = await wire.say(content="x", nonce="1", enforce_nonce=True)
    assert again["id"] == first["id"]
    wire.clock.at += timedelta(minutes=10)
    _, later = await wire.say(content="x", nonce="1", enforce_nonce=True)
    assert later["id"] != first["id"]


async def test_without_a_token_nothing_is_answered(wire: Wire) -> None:
    async with (
        aiohttp.ClientSession() as stranger,
        stranger.get(f"{wire.fake.api_base}/users/@me") as answer,
    ):
        assert answer.status == 401


async def test_an_interaction_is_answered_once_and_within_three_seconds(wire: Wire) -> None:
    def ask(token: str) -> str:
        made = Interaction(token, 2, wire.clock(), wire.fake, wire.channel, wire.fake.person("bo").id)
        wire.fake.interactions[token] = made
        return f"/interactions/{token}/{token}/callback"

    first, late = ask("1"), ask("2")
    assert (await wire.post(first, {"type": 5, "data": {"flags": 64}}))[0] == 200
    assert await wire.post(first, {"type": 5, "data": {"flags": 64}}) == (400, 40060)
    wire.clock.at += timedelta(seconds=4)
    assert await wire.post(late, {"type": 5, "data": {"flags": 64}}) == (404, 10062)


async def test_a_thread_is_opened_once_on_a_message_and_not_in_a_thread(wire: Wire) -> None:
    _, message = await wire.say(content="x")
    path = f"/channels/{wire.channel.id}/messages/{message['id']}/threads"
    assert (await wire.post(path, {"name": "a"}))[0] == 200
    assert await wire.post(path, {"name": "a"}) == (400, 160004)
    _, inside = await wire.post(f"/channels/{message['id']}/messages", {"content": "y"})
    nested = f"/channels/{message['id']}/messages/{inside['id']}/threads"
    assert await wire.post(nested, {"name": "b"}) == (400, 50024)
