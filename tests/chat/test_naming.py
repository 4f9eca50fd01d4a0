"""A name that the catalogue does not have: proposed by Wikidata, added by a desk, matched from then on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from tests.chat.desks import EDITOR, READER, Room, record, story, text_of
from watcher.chat.commands import Commands
from watcher.feeds.guard import Guard
from watcher.feeds.wikidata import Wikidata
from watcher.models import Desk

JANE: dict[str, Any] = {
    "labels": {"en": {"value": "Jane Example"}, "ru": {"value": "Джейн Экзампл"}, "xx": {"value": "Nobody"}},
    "aliases": {"en": [{"value": "J. Example"}, {"value": "Jane\u202e <b>E.</b> Example"}, {"value": "the"}]},
    "descriptions": {"en": {"value": "minister of <nowhere>"}},
    "claims": {"P31": [{"mainsnak": {"datavalue": {"value": {"id": "Q5"}}}}]},
}


class FakeWikidata:
    """A Wikidata on loopback that knows one minister; `answer` may be set to something worse."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.answer: Callable[[], Awaitable[web.Response]] | None = None
        self.base = ""

    async def serve(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        if self.answer:
            return await self.answer()
        if request.query["action"] == "wbsearchentities":
            known = "example" in request.query["search"].lower()
            return web.json_response({"search": [{"id": "Q42"}] if known else []})
        ids = request.query["ids"].split("|")
        return web.json_response(
            {"entities": {id_: JANE if id_ == "Q42" else {"missing": ""} for id_ in ids}}
        )


@pytest.fixture
async def wikidata() -> AsyncIterator[FakeWikidata]:
    fake, app = FakeWikidata(), web.Application()
    app.router.add_get("/w/api.php", fake.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.base = runner.addresses[0] and f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield fake
    await runner.cleanup()


def asking(room: Room, base: str, seconds: float = 3.0) -> Room:
    proposer = Wikidata(base, Guard(["127.0.0.1"]), "test", seconds)
    return replace(room, commands=Commands(replace(room.commands.newsroom, proposer=proposer)))


@pytest.fixture
def online(room: Room, wikidata: FakeWikidata) -> Room:
    return asking(room, wikidata.base)


async def test_a_name_nobody_listed_is_proposed_and_once_added_is_met_in_every_script(online: Room) -> None:
    await record(online.store, [story("Джейн Экзампл подала в отставку", language="ru")])
    card = await online.run("/watch topic test Jane Example resigns")
    said = text_of(card)
    assert "Джейн Экзампл" in said
    assert "(Q42, minister of <nowhere>)" in said
    (button,) = card.buttons
    assert button.command == "/watch name add Q42"
    assert "Jane Example is a name from now on" in await online.say(button.command)
    assert online.refreshed.times == 1
    assert "caught 1 story" in await online.say("/watch topic test Jane Example")
    assert "Q42" not in await online.say("/watch topic test Jane Example")


async def test_names_of_a_desk_are_listed_and_removed_and_are_nobody_elses(online: Room) -> None:
    card = await online.run("/watch name add Jane Example, Джейн Экзампл")
    listed = await online.say("/watch name list")
    assert "1 name of this desk's own" in listed
    assert "Джейн Экзампл" in listed
    assert "added by ada" in listed
    other = replace(EDITOR, desk=Desk("d2", "console"))
    assert "no name yet" in await online.say("/watch name list", other)
    undo = next(button.command for button in card.buttons)
    assert undo.startswith("/watch name remove own-")
    again = await online.run("/watch name remove джейн экзампл")
    assert "no name yet" in await online.say("/watch name list")
    assert again.buttons[0].command == "/watch name add Jane Example, Джейн Экзампл"
    assert "no name 'nobody'" in await online.say("/watch name remove nobody")


async def test_a_name_that_is_also_a_common_word_is_added_and_said(online: Room) -> None:
    assert "also a common word" in await online.say("/watch name add summit")


async def test_only_managers_change_names(online: Room) -> None:
    assert (await online.run("/watch name add Jane Example", READER)).tone == "bad"


async def test_known_names_and_common_words_are_not_asked_about(online: Room, wikidata: FakeWikidata) -> None:
    await online.run("/watch topic test putin (summit OR arms)")
    assert wikidata.asked == []


async def test_what_it_sends_is_the_name_alone_and_few_of_them(online: Room, wikidata: FakeWikidata) -> None:
    await online.run("/watch topic test Aaaa OR Bbbb OR Cccc OR Dddd OR Eeee")
    assert [asked["search"] for asked in wikidata.asked] == ["Aaaa", "Bbbb", "Cccc"]


async def _late() -> web.Response:
    await asyncio.sleep(2)
    return web.Response()


async def _huge() -> web.Response:
    return web.Response(body=b" " * 5 * 1024 * 1024)


async def _deep() -> web.Response:
    return web.Response(body=b"[" * 200_000)


async def _other() -> web.Response:
    return web.json_response({"search": [3, {"id": "../etc"}, {"id": ["Q1"]}], "entities": "no"})


async def _moved() -> web.Response:
    return web.Response(status=302, headers={"Location": "http://169.254.169.254/"})


@pytest.mark.parametrize("answer", [_late, _huge, _deep, _other, _moved])
async def test_whatever_it_answers_the_topic_is_tried_all_the_same(
    room: Room, wikidata: FakeWikidata, answer: Callable[[], Awaitable[web.Response]]
) -> None:
    wikidata.answer = answer
    said = await asking(room, wikidata.base, 0.5).say("/watch topic add jane Jane Example")
    assert "Watching jane from now on" in said
    assert ("Nothing is proposed for Jane Example" in said) is (answer is not _other)


async def test_values_of_wrong_types_are_left_out(online: Room, wikidata: FakeWikidata) -> None:
    async def odd() -> web.Response:
        bad = {"labels": [], "aliases": {"en": "x", "fr": [None, {"value": 5}]}, "claims": 7}
        return web.json_response({"search": [{"id": "Q42"}], "entities": {"Q42": bad}})

    wikidata.answer = odd
    assert "Q42" not in await online.say("/watch topic test Jane Example")
    assert "Wikidata has nothing under Q42" in await online.say("/watch name add Q42")


async def test_an_empty_setting_asks_nobody(room: Room) -> None:
    silent = asking(room, "")
    assert "Wikidata" not in await silent.say("/watch topic test Jane Example")
    assert "turned off" in await silent.say("/watch name add Q42")


async def test_an_inner_address_is_not_asked(room: Room) -> None:
    proposer = Wikidata("http://127.0.0.1:9", Guard(()), "test")
    inner = replace(room, commands=Commands(replace(room.commands.newsroom, proposer=proposer)))
    assert "Wikidata cannot be reached" in await inner.say("/watch topic test Jane Example")
