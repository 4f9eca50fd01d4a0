"""Workspaces that install Watcher by themselves: each a desk of its own, its token sealed."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from cryptography.fernet import Fernet

from tests.chat.slack.planet import QUICK, Planet, chat_on, eventually, listening, planet_at
from tests.fake_slack import Trouble
from tests.fake_slack.judging import shown
from tests.fake_slack.server import Kind
from tests.fake_slack.state import ALL_SCOPES, CLIENT_ID, CLIENT_SECRET, Workspace
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.chat.slack import SlackChat
from watcher.models import Card, Place, Subscription
from watcher.store import desks, subscriptions, topics

KEY, NEWER = Fernet.generate_key().decode(), Fernet.generate_key().decode()
OPEN = {"bot_token": "", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "key": KEY}


@asynccontextmanager
async def agency(path: Path, **settings: str) -> AsyncIterator[tuple[Planet, Workspace, Workspace]]:
    """Watcher for whoever installs it, and two workspaces whose people may."""
    async with planet_at(path, **(OPEN | settings)) as planet:
        made = []
        for team in ("TONE", "TTWO"):
            there = planet.slack.workspace(team, f"Newsroom {team}")
            there.person("UADA", is_admin=True)
            there.person(f"UCHIEF{team}", is_admin=True)
            there.channel(f"C{team}", name="news")
            there.window("UADA")
            made.append(there)
        yield planet, made[0], made[1]


def link_on(page: str) -> str:
    """Where the page leads whoever wants to install Watcher."""
    found = re.search(r'href="([^"]*/oauth/v2/authorize[^"]*)"', page)
    assert found, page
    return html.unescape(found[1])


async def install(planet: Planet, there: Workspace, chat: SlackChat | None = None) -> tuple[int, str]:
    """Somebody installs Watcher in their workspace with their browser; gives the last page."""
    house = f"http://127.0.0.1:{(chat or planet.chat).port}"
    planet.slack.redirect_to = f"{house}/slack/oauth_redirect"
    async with aiohttp.ClientSession() as browser:
        async with browser.get(f"{house}/slack/install?team={there.team}") as page:
            link = link_on(await page.text())
            cookie = page.headers["Set-Cookie"].split(";")[0]
        async with browser.get(link, allow_redirects=False) as allowed:
            back = allowed.headers["Location"]
        async with browser.get(back, headers={"Cookie": cookie}) as last:
            return last.status, await last.text()


async def test_two_workspaces_install_watcher_and_neither_sees_the_other(tmp_path: Path) -> None:
    async with agency(tmp_path) as (planet, one, two), listening(planet):
        for there in (one, two):
            status, page = await install(planet, there)
            assert (status, "Thank you" in page) == (200, True)
        with planet.slack.at(one):
            assert "Watching summit" in await planet.say("/watch topic add summit kim", channel="CTONE")
        with planet.slack.at(two):
            assert "No topic is watched yet" in await planet.say("/watch topic list", channel="CTTWO")
        async with planet.store.reading() as db:
            assert {one.id: one.name for one in await desks.desks(db)} == {
                "slack:TONE": "Newsroom TONE",
                "slack:TTWO": "Newsroom TTWO",
            }
            assert len(await topics.topics(db, "slack:TONE")) == 1
        await planet.chat.of("slack:TONE").send(Place("slack", "CTONE"), Card("For one"), "k1")
        await planet.chat.of("slack:TTWO").send(Place("slack", "CTTWO"), Card("For two"), "k2")
        assert ["For one" in shown(m) for m in one.parents("CTONE")] == [True]
        assert ["For two" in shown(m) for m in two.parents("CTTWO")] == [True]


async def test_what_waits_for_each_desk_goes_to_its_own_workspace(tmp_path: Path) -> None:
    async with agency(tmp_path) as (planet, one, two), listening(planet):
        for there in (one, two):
            await install(planet, there)
            async with planet.store.writing() as db:
                place = Place("slack", f"C{there.team}")
                due = planet.room.clock()
                await subscriptions.add(db, Subscription(0, f"slack:{there.team}", place, next_at=due))
        await planet.compose()
        assert await planet.deliverer.deliver() == 2
        assert len(one.parents("CTONE")) == len(two.parents("CTTWO")) == 1


async def test_installations_outlive_a_restart_and_are_sealed_in_the_store(tmp_path: Path) -> None:
    async with agency(tmp_path) as (planet, one, _):
        async with listening(planet):
            await install(planet, one)
        (sealed,) = sqlite3.connect(tmp_path / "watcher.db").execute("SELECT sealed FROM slack_installations")
        assert b"xoxb" not in sealed[0]
        assert b"xoxb" in Fernet(KEY).decrypt(sealed[0])
        assert b"xoxb" not in (tmp_path / "watcher.db").read_bytes()
        again = chat_on(planet.slack, planet.store, planet.room, **(OPEN | {"key": f"{NEWER},{KEY}"}))
        async with listening(planet, again):
            with planet.slack.at(one):
                assert "Feeds: 0" in await planet.say("/watch status", channel="CTONE")
        # The newest key seals from now on, and the old one may go.
        last = chat_on(planet.slack, planet.store, planet.room, **(OPEN | {"key": NEWER}))
        async with listening(planet, last):
            assert last.notes() == ()
        lost = chat_on(planet.slack, planet.store, planet.room, **OPEN)
        async with listening(planet, lost):
            assert "WATCHER_SLACK_KEY does not open" in lost.notes()[0]


async def test_an_installation_is_finished_once_and_only_by_the_browser_that_began_it(tmp_path: Path) -> None:
    async with agency(tmp_path) as (planet, _, _), listening(planet):
        house = f"http://127.0.0.1:{planet.chat.port}"
        planet.slack.redirect_to = f"{house}/slack/oauth_redirect"
        async with aiohttp.ClientSession() as browser:
            async with browser.get(f"{house}/slack/install?team=TONE") as page:
                link = link_on(await page.text())
                cookie = page.headers["Set-Cookie"].split(";")[0]
            async with browser.get(link, allow_redirects=False) as allowed:
                back = allowed.headers["Location"]
            for headers, status in (({}, 400), ({"Cookie": cookie}, 200), ({"Cookie": cookie}, 401)):
                async with browser.get(back, headers=headers) as last:
                    assert last.status == status
            async with browser.get(f"{house}/slack/install?team=TONE") as page:
                link = link_on(await page.text())
                cookie = page.headers["Set-Cookie"].split(";")[0]
            async with browser.get(link, allow_redirects=False) as allowed:
                back = allowed.headers["Location"]
            planet.move(minutes=11)
            async with browser.get(back, headers={"Cookie": cookie}) as late:
                assert late.status == 401


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}}],
)
async def test_a_workspace_that_removes_watcher_sleeps_until_it_is_back(
    tmp_path: Path, event: dict[str, object]
) -> None:
    async with agency(tmp_path) as (planet, one, two), listening(planet):
        await install(planet, one)
        await install(planet, two)
        with planet.slack.at(one):
            await planet.say("/watch topic add summit kim", channel="CTONE")
            await planet.slack.event(event)

        async def sleeps() -> bool:
            async with planet.store.reading() as db:
                return "slack:TONE" in await desks.asleep(db)

        await eventually(sleeps)
        with pytest.raises(ChatUnavailable, match="not installed"):
            await planet.chat.of("slack:TONE").send(Place("slack", "CTONE"), Card("x"), "k")
        await planet.chat.of("slack:TTWO").send(Place("slack", "CTTWO"), Card("x"), "k")
        await install(planet, one)
        assert not await sleeps()
        with planet.slack.at(one):
            assert "summit" in await planet.say("/watch topic list", channel="CTONE")


async def test_what_was_cut_short_in_two_workspaces_is_looked_for_in_each_after_a_restart(
    tmp_path: Path,
) -> None:
    async with agency(tmp_path) as (planet, one, two), listening(planet):
        for there in (one, two):
            await install(planet, there)
            planet.slack.troubles.append(Trouble("chat.postMessage", "lost"))
            place = Place("slack", f"C{there.team}")
            with pytest.raises(ChatUnavailable):
                await planet.chat.of(f"slack:{there.team}").send(place, Card("x"), f"k{there.team}")
        again = chat_on(planet.slack, planet.store, planet.room, **OPEN)
        await again.prepare()
        for there in (one, two):
            place = Place("slack", f"C{there.team}")
            await again.of(f"slack:{there.team}").send(place, Card("x"), f"k{there.team}")
            assert len(there.parents(f"C{there.team}")) == 1


async def test_a_persons_own_token_that_is_revoked_changes_nothing(tmp_path: Path) -> None:
    async with agency(tmp_path) as (planet, one, _), listening(planet):
        await install(planet, one)
        with planet.slack.at(one):
            await planet.slack.event({"type": "tokens_revoked", "tokens": {"oauth": ["UADA"], "bot": []}})
            assert "Feeds: 0" in await planet.say("/watch status", channel="CTONE")


async def test_one_workspace_whose_token_is_bad_keeps_no_other_waiting(tmp_path: Path) -> None:
    async with agency(tmp_path) as (planet, one, two), listening(planet):
        for there in (one, two):
            await install(planet, there)
        one.token_error = "account_inactive"
        for there in (one, two):
            async with planet.store.writing() as db:
                place = Place("slack", f"C{there.team}")
                due = planet.room.clock()
                await subscriptions.add(db, Subscription(0, f"slack:{there.team}", place, next_at=due))
        await planet.compose()
        assert await planet.deliverer.deliver() == 1
        assert len(two.parents("CTTWO")) == 1
        assert "Newsroom TONE" in planet.chat.notes()[0]
        assert planet.chat.notes("slack:TTWO") == ()
        with planet.slack.at(two):
            said = await planet.say("/watch status", channel="CTTWO")
        assert "TONE" not in said
        assert "Feeds: 0" in said, "what is wrong elsewhere is no matter here"
        await install(planet, one)
        planet.move(minutes=3)
        assert await planet.deliverer.deliver() == 1
        assert planet.chat.notes() == ()


async def test_a_request_from_a_workspace_that_never_installed_it_is_answered_and_does_nothing(
    tmp_path: Path,
) -> None:
    async with agency(tmp_path) as (planet, one, two), listening(planet):
        await install(planet, one)
        with planet.slack.at(two):
            done = await planet.slack.command("/watch topic add evil evil", channel="CTTWO")
        assert "install" in (await done.answer())["text"]
        async with planet.store.reading() as db:
            assert await topics.topics(db) == []


@pytest.mark.parametrize("runs", [True, False])
async def test_a_token_that_expires_is_renewed_before_it_does_and_after_a_long_rest(
    tmp_path: Path, *, runs: bool
) -> None:
    async with agency(tmp_path) as (planet, one, _):
        planet.slack.expire = 3_600
        chat = planet.restarted(replace(QUICK, renew=0.05 if runs else 600.0), **OPEN)
        async with listening(planet, chat):
            await install(planet, one, chat)
            if runs:
                await eventually(lambda: "oauth.v2.access" in [name for name, _ in planet.slack.calls[-9:]])
                await eventually(lambda: "xoxb-of-TONE" not in planet.slack.workspaces)
                await eventually(lambda: chat.of("slack:TONE").token != "xoxb-of-TONE")
                await chat.of("slack:TONE").send(Place("slack", "CTONE"), Card("Renewed"), "k")
        again = planet.restarted(**OPEN)
        await again.prepare()
        await again.of("slack:TONE").send(Place("slack", "CTONE"), Card("Renewed"), "k2")
        assert "xoxb-of-TONE" not in planet.slack.workspaces
        assert len(one.parents("CTONE")) == (2 if runs else 1)


async def test_a_token_that_is_being_renewed_when_watcher_is_stopped_is_kept(tmp_path: Path) -> None:
    async with agency(tmp_path) as (planet, one, _):
        planet.slack.expire = 3_600
        chat = planet.restarted(replace(QUICK, renew=0.05), **OPEN)
        async with listening(planet, chat):
            planet.slack.troubles.append(Trouble("oauth.v2.access", "slow", 2, seconds=0.1))
            await install(planet, one, chat)
            await eventually(lambda: planet.slack.troubles[0].times == 0)
        await eventually(lambda: "xoxb-of-TONE" not in planet.slack.workspaces)
        again = planet.restarted(**OPEN)
        await again.prepare()
        await again.of("slack:TONE").send(Place("slack", "CTONE"), Card("Still here"), "k")
        assert len(one.parents("CTONE")) == 1


@pytest.mark.parametrize("kind", ["text", "list"])
async def test_an_answer_that_cannot_be_read_keeps_no_token_from_being_renewed_later(
    tmp_path: Path, kind: Kind
) -> None:
    async with agency(tmp_path) as (planet, one, _):
        planet.slack.expire = 3_600
        chat = planet.restarted(replace(QUICK, renew=0.02), **OPEN)
        async with listening(planet, chat):
            planet.slack.troubles.append(Trouble("oauth.v2.access", kind, 0))
            await install(planet, one, chat)
            planet.slack.troubles[0].times = 1
            await eventually(lambda: chat.of("slack:TONE").token != "xoxb-of-TONE")


async def test_a_whole_organisation_is_told_to_choose_a_workspace(tmp_path: Path) -> None:
    async with agency(tmp_path) as (planet, one, _), listening(planet):
        planet.slack.organisation = True
        status, page = await install(planet, one)
        assert status == 500
        assert "choose one of its workspaces" in page
        async with planet.store.reading() as db:
            assert await desks.desks(db) == []


async def test_who_has_installed_it_is_told_to_do_so_again_where_the_token_is_good_no_more(
    tmp_path: Path,
) -> None:
    async with agency(tmp_path) as (planet, one, _), listening(planet):
        await install(planet, one)
        one.token_error = "token_revoked"
        with pytest.raises(ChatUnavailable, match="/slack/install") as waits:
            await planet.chat.of("slack:TONE").send(Place("slack", "CTONE"), Card("x"), "k")
        assert waits.value.until_mended
        assert "SLACK_BOT_TOKEN" not in " ".join(planet.chat.notes())


async def test_without_a_signing_secret_the_port_takes_no_commands(tmp_path: Path) -> None:
    async with agency(tmp_path, signing_secret="") as (planet, _, _), listening(planet):
        address = f"http://127.0.0.1:{planet.chat.port}/slack/events"
        async with aiohttp.ClientSession() as session, session.post(address, json={}) as answer:
            assert answer.status == 404


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [({"key": ""}, "WATCHER_SLACK_KEY"), ({"key": "abc"}, "is no key"), ({"client_secret": ""}, "SECRET")],
)
async def test_what_is_lacking_for_installing_is_said_at_the_start(
    tmp_path: Path, settings: dict[str, str], remedy: str
) -> None:
    async with agency(tmp_path, **settings) as (planet, _, _):
        with pytest.raises(ChatRefused, match=remedy):
            await planet.chat.listen(planet.room.commands)


async def test_the_page_asks_for_the_scopes_that_are_needed_and_no_others(tmp_path: Path) -> None:
    async with agency(tmp_path) as (planet, _, _), listening(planet):
        house = f"http://127.0.0.1:{planet.chat.port}"
        async with aiohttp.ClientSession() as browser, browser.get(f"{house}/slack/install") as page:
            link = link_on(await page.text())
        assert set(parse_qs(urlsplit(link).query)["scope"][0].split(",")) == ALL_SCOPES
