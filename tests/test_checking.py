"""`check` polls every feed, and says what is odd with those that can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeChat
from tests.feeds.wire import item, rss, serving
from tests.newsrooms import opened
from tests.newsstand import MORNING, Clock, Newsstand
from watcher.checking import check_all

OPML = '<opml version="2.0"><body><outline type="rss" xmlUrl="{}"/></body></opml>'


async def test_a_feed_that_is_written_in_something_else_than_it_says_is_told(tmp_path: Path) -> None:
    async with serving() as wire:
        feed = wire.gives(rss(item("Паромы остаются в порту из-за шторма")).encode("cp1251"))
        (tmp_path / "feeds.opml").write_text(OPML.format(feed.url))
        environ = {
            "DATABASE_URL": f"sqlite:///{tmp_path}/news.db",
            "WATCHER_FEEDS_FILE": str(tmp_path / "feeds.opml"),
            "WATCHER_FEEDS_ALLOW": "127.0.0.1",
            "WATCHER_STORE_BACKUP": f"{tmp_path}/nights/last.db",
        }
        findings = await check_all(None, environ, polls=True)
    (found,) = [str(finding) for finding in findings if finding.where == feed.url]
    assert found.startswith(f"✓ {feed.url}: 1 story. The feed says that it is written in UTF-8.")
    assert "read as windows-1251" in found
    assert f"✓ {tmp_path}/nights/last.db: the nightly copy, last written never" in map(str, findings)


async def test_tokens_that_stand_in_a_file_which_no_shell_reads_are_pointed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    alone = "✓ platforms: no token is set: `run` talks on its terminal."
    assert str((await check_all(None, {}, polls=False))[-1]) == alone
    (tmp_path / ".env").write_text("DISCORD_TOKEN=a.b.c")
    pointed = str((await check_all(None, {}, polls=False))[-1])
    assert pointed.startswith(alone)
    assert pointed.endswith("in a shell: set -a; . ./.env; set +a")


async def test_a_feed_that_has_nothing_new_is_told_by_all_that_it_has(tmp_path: Path) -> None:
    async with Newsstand("Morning Post") as stand:
        stand.papers[0].print("Ferries stay in port", MORNING)
        async with opened(tmp_path, stand, Clock(), FakeChat(platform="console")) as room:
            await room.round()
        environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/news.db", "WATCHER_FEEDS_ALLOW": "127.0.0.1"}
        environ["WATCHER_STORE_BACKUP"] = str(tmp_path)
        findings = await check_all(None, environ, polls=True)
    assert f"✓ {stand.url(0)}: 1 story" in [str(finding) for finding in findings]
    assert f"✗ {tmp_path}: is a folder. Set store.backup to a file in it." in map(str, findings)
