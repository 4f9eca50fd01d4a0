"""The whole bot, started as people start it, on our own Discord."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from tests.chat.discord.scenes import until
from tests.fake_discord import FakeDiscord

ROOT = Path(__file__).parents[3]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation that nobody has set anything in, and no feeds."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "config" / "feeds.opml").write_text('<opml version="2.0"><body/></opml>')
    return tmp_path


async def bot(home: Path, fake: FakeDiscord, *words: str, token: str) -> Process:
    """Start `bot.py`, which finds this Discord in its environment."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DISCORD", "SLACK"))}
    environ |= {
        "DISCORD_TOKEN": token,
        "DISCORD_API_BASE": fake.api_base,
        "DISCORD_GATEWAY_URL": fake.gateway_url,
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, ROOT / "bot.py", *words, cwd=home, env=environ, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )


@pytest.mark.slow
async def test_a_bad_token_is_said_in_one_line_and_the_bot_ends(home: Path) -> None:
    async with FakeDiscord() as fake:
        running = await bot(home, fake, "run", token="worn.out")
        said, wrong = await asyncio.wait_for(running.communicate(), 60)
        assert running.returncode == 1
        assert len(fake.asked) == 1, "and it is not tried again"
    lines = [line for line in (said + wrong).decode().splitlines() if "token" in line]
    assert len(lines) == 1
    assert "DISCORD_TOKEN" in lines[0]
    assert "Traceback" not in (said + wrong).decode()


@pytest.mark.slow  # a start takes seconds on a busy machine
async def test_check_says_how_it_stands_with_discord(home: Path) -> None:
    async with FakeDiscord() as fake:
        fake.world.guild("Foreign desk")
        running = await bot(home, fake, "check", token=fake.token)
        said, _ = await asyncio.wait_for(running.communicate(), 60)
    assert "discord: The token is that of watcher" in said.decode()
    assert "permissions=309237763072" in said.decode()
    assert "In Foreign desk its role has every permission" in said.decode()


@pytest.mark.slow
async def test_it_connects_answers_and_stops_when_told_to(home: Path) -> None:
    async with FakeDiscord() as fake:
        fake.patience = 30
        news = fake.world.guild("Foreign desk").channel("news")
        running = await bot(home, fake, "run", token=fake.token)
        await until(fake.gateway.ready.is_set, 60)
        await until(lambda: fake.world.commands, 30)
        assert "Stories" in (await fake.person("bo").command(news, "watch status")).text
        running.send_signal(signal.SIGTERM)
        await asyncio.wait_for(running.communicate(), 30)
        assert running.returncode == 0
        assert fake.faults == []
