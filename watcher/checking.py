"""`check`: everything that is wrong with an installation, where, and how to mend it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watcher.config import Settings, look, look_at_topics, unread_tokens
from watcher.desk.compose import count
from watcher.feeds import opml
from watcher.feeds.guard import Guard
from watcher.feeds.poll import Poller
from watcher.house import FeedProbe, load_feeds, load_names, load_sources, parsers_for, utc_now
from watcher.models import Feed, Parsed
from watcher.store import Store, StoreError, desks, feeds, shown, subscriptions
from watcher.stories.vectors import BrokenModel, NoCloserReading, look_for_closer
from watcher.toml import ConfigError, Fault

Advance = Callable[[int, int], None]
NO_OUTLETS = "not there: every outlet counts as itself"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: where, what was found, and whether it is wrong."""

    where: str
    what: str
    wrong: bool = False

    def __str__(self) -> str:
        return f"{'✗' if self.wrong else '✓'} {self.where}: {self.what}"

    def as_row(self) -> dict[str, Any]:
        """The finding for a program to read."""
        return {"where": self.where, "what": self.what, "ok": not self.wrong}


async def check_all(
    path: Path | None, environ: Mapping[str, str], *, polls: bool, advance: Advance = lambda done, of: None
) -> list[Finding]:
    """Look at settings, names, outlets, topics, feeds, store and platforms; all of them whatever is found.

    Where a setting is wrong, the rest is looked at by its default.
    """
    settings, faults = look(path, environ)
    well = Finding(str(path) if path else "settings", "every setting is known, and has a value that will do")
    findings = _faults(faults) or [well]
    findings += _names(Path(settings.topics.names))
    findings += _sources(Path(settings.alerts.owners))
    findings += _topics(Path(settings.topics.file))
    findings += _written_feeds(Path(settings.feeds.file))
    findings += _closer(settings.group.closely)
    findings += await _store(settings)
    findings += _backup(settings.store.backup, settings.store.url)
    findings += await _platforms(settings)
    if polls:
        findings += await _feeds(settings, advance)
    return findings


def _faults(faults: Iterable[Fault]) -> list[Finding]:
    return [Finding(f"{f.file}:{f.line}" if f.line else f.file, f.message, wrong=True) for f in faults]


def _names(path: Path) -> list[Finding]:
    try:
        names = load_names(path)
    except ConfigError as error:
        return _faults(error.faults)
    return _faults(names.faults) or [Finding(str(path), f"{len(names)} names")]


_READ = {
    "auto": "what topics took for its words, and topics of every story on small wires of many languages",
    "all": "what any topic took",
}


def _closer(closely: str) -> list[Finding]:
    """Whether stories can be read closely; only a broken model is a fault, since not each machine has one."""
    if closely == "none":
        return []
    found, broken = f"at hand ({_READ[closely]})", False
    try:
        look_for_closer()
    except NoCloserReading as error:
        broken = isinstance(error, BrokenModel)
        found = f"none, so events are told apart less well. {error} group.closely = none says no more of it."
    return [Finding("closer reading", found, wrong=broken)]


def _sources(path: Path) -> list[Finding]:
    try:
        sources = load_sources(path)
    except ConfigError as error:
        return _faults(error.faults)
    there = f"{count(len(sources.known), 'outlet')} that others quote" if sources.known else NO_OUTLETS
    return _faults(sources.faults) or [Finding(str(path), there)]


def _topics(path: Path) -> list[Finding]:
    lines, faults = look_at_topics(path)
    return _faults(faults) or [Finding(str(path), f"{len(lines)} topics, each with a query that reads")]


def _written_feeds(path: Path) -> list[Finding]:
    try:
        document = load_feeds(path)
    except ConfigError as error:
        return _faults(error.faults)
    wrong = [Finding(str(path), fault, wrong=True) for fault in document.faults]
    return [*wrong, Finding(str(path), count(len(document.feeds), "feed"))]


async def _store(settings: Settings) -> list[Finding]:
    address = shown(settings.store.url)
    try:
        async with await Store.open(settings.store.url) as store:
            async with store.writing() as db:
                known = len(await feeds.all_feeds(db))
            faults = await store.faults()
    except StoreError as error:
        return [Finding(address, str(error), wrong=True)]
    if faults:
        return [Finding(address, fault, wrong=True) for fault in faults]
    return [Finding(address, f"opens and can be written; {count(known, 'feed')} in it")]


def _backup(file: str, database: str) -> list[Finding]:
    """Whether the nightly copy can be written, and when it last was."""
    if not file:
        return []
    if database.startswith("postgres"):
        remedy = "Remove store.backup, and have pg_dump run each night (docs/operate.md)."
        return [Finding(file, f"is not written: the database is a server's. {remedy}", wrong=True)]
    path = Path(file)
    nearest = next(folder for folder in path.absolute().parents if folder.exists())
    if path.is_dir():
        return [Finding(file, "is a folder. Set store.backup to a file in it.", wrong=True)]
    if not os.access(nearest, os.W_OK) or not nearest.is_dir():
        remedy = "Set store.backup to a file elsewhere, or give Watcher's user the right to write there."
        return [Finding(file, f"{nearest} cannot be written, so there is no backup. {remedy}", wrong=True)]
    last = f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y-%m-%d %H:%M} UTC" if path.exists() else ""
    return [Finding(file, f"the nightly copy, last written {last or 'never'}")]


async def _platforms(settings: Settings) -> list[Finding]:
    """Whether the platforms that tokens are set for can be used as they are set up."""
    findings = []
    if settings.discord.token:
        from watcher.chat.discord.checking import look as look_at_discord  # it takes a second to read

        seen = await look_at_discord(settings.discord, channels=await _channels(settings, "discord"))
        findings += [Finding("discord", one.what, one.wrong) for one in seen]
    if settings.slack.is_wanted:
        from watcher.chat.slack.checking import check_slack

        seen_there = await check_slack(settings.slack, await _channels(settings, "slack"))
        findings += [Finding("slack", one.what, one.wrong) for one in seen_there]
    alone = f"no token is set: `run` talks on its terminal.{unread_tokens()}"
    return findings or [Finding("platforms", alone)]


async def _channels(settings: Settings, platform: str) -> list[str]:
    """The channels of a platform that something is to be posted in."""
    try:
        async with await Store.open(settings.store.url) as store, store.reading() as db:
            places = [one.place for one in await subscriptions.subscriptions(db)]
            places += [place for _, place in await desks.notice_places(db)]
    except StoreError:  # `_store` has said so
        return []
    return sorted({one.channel for one in places if one.platform == platform and one.channel})


async def _feeds(settings: Settings, advance: Advance) -> list[Finding]:
    """Poll every feed of the store, or of the OPML file where the store has none; nothing is kept."""
    wanted = await _feeds_to_poll(settings)
    findings: list[Finding] = []
    limit = asyncio.Semaphore(settings.poll.concurrency)
    async with Poller(settings.poll, Guard(settings.feeds.allow)) as poller, parsers_for(settings) as parsers:
        probe = FeedProbe(poller, parsers, utc_now)

        async def look(feed: Feed) -> None:
            async with limit:
                findings.append(_finding(feed, await probe.read(feed)))
            advance(len(findings), len(wanted))

        await asyncio.gather(*map(look, wanted))
    return sorted(findings, key=lambda finding: (not finding.wrong, finding.where))


def _finding(feed: Feed, result: Any) -> Finding:
    if isinstance(result, Parsed):
        number = count(len(result.stories), "story", "stories")
        return Finding(feed.url, ". ".join([number, *result.notes]))
    return Finding(feed.url, result.reason, wrong=True)


async def _feeds_to_poll(settings: Settings) -> list[Feed]:
    try:
        async with await Store.open(settings.store.url) as store, store.reading() as db:
            stored = await feeds.all_feeds(db)
    except StoreError:
        stored = []
    if stored:
        return stored
    try:
        return opml.feeds_of(await asyncio.to_thread(load_feeds, Path(settings.feeds.file)))
    except ConfigError:  # `_written_feeds` has said so
        return []
