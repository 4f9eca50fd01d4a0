"""What a setting may be, beyond its type: times that exist, spans that are not nothing, zones there are.

Each rule says of a value the rest of a sentence that began with the setting's name, or nothing where the
value will do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from os.path import abspath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from watcher.desk.clock import ClockError, parse_time, zone_of
from watcher.desk.joint import faults_of
from watcher.desk.languages import language_named, unknown_language
from watcher.feeds.addresses import outlet_named
from watcher.feeds.allowed import Allowed
from watcher.feeds.schedule import PollSettings
from watcher.models import WatcherError
from watcher.stories import CLOSELY, KNOWN_VECTORS

if TYPE_CHECKING:
    from watcher.config import Settings

Rule = Callable[[Any], str]
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=s) for s in (1, 60, 3600, 86400))


def value_faults(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the values of settings: section, setting, and what to say after its name."""
    for section, rules in _RULES.items():
        for key, rule in rules.items():
            if said := rule(getattr(getattr(settings, section), key)):
                yield section, key, said
    poll = settings.poll
    if poll.floor > poll.ceiling:
        key = "floor" if poll.floor != PollSettings().floor else "ceiling"
        said = f"does not go with the other: the floor, {_shown(poll.floor)}, is above the ceiling, "
        yield "poll", key, f"{said}{_shown(poll.ceiling)}. Feeds are polled between the two; set both."
    store = settings.store
    if store.backup and abspath(store.backup) == abspath(store.url.removeprefix("sqlite:///")):
        yield "store", "backup", "is the database itself; name another file."


def _span(least: timedelta, most: timedelta) -> Rule:
    def rule(value: timedelta) -> str:
        if least <= value <= most:
            return ""
        return f"is between {_shown(least)} and {_shown(most)}, not {_shown(value)}."

    return rule


def _shown(span: timedelta) -> str:
    """A span as one writes it in watcher.toml: 90s, 6h, 4d."""
    for unit, length in (("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND)):
        if span and not span % length:
            return f"{span // length}{unit}"
    return f"{span.total_seconds():g}s"


def _number(least: float, most: float) -> Rule:
    def rule(value: float) -> str:
        return "" if least <= value <= most else f"is between {least:,} and {most:,}, not {value:,}."

    return rule


def _bytes(least: int, most: int) -> Rule:
    def rule(value: int) -> str:
        if least <= value <= most:
            return ""
        return f"is between {least // 2**10} KiB and {most // 2**20} MiB, not {value:,} bytes."

    return rule


def _times(value: tuple[str, ...]) -> str:
    if not value:
        return 'needs a time of day at the least: write ["08:00"].'
    return next((said for text in value if (said := _refusal(parse_time, text))), "")


def _zone(value: str) -> str:
    return _refusal(zone_of, value)


def _refusal(reader: Callable[[str], object], text: str) -> str:
    try:
        reader(text)
    except ClockError as error:
        return f"is wrong: {error}"
    return ""


def _language(value: str) -> str:
    return "" if language_named(value) == value else f"is wrong: {unknown_language(value)}"


def _allowed(value: tuple[str, ...]) -> str:
    for entry in value:
        try:
            Allowed((entry,))
        except WatcherError as error:
            return f"is wrong: {error}"
    return ""


def _outlets(value: tuple[str, ...]) -> str:
    for said in value:
        if not outlet_named(said):
            return f"has {said!r}, by which no story is known: write a domain, as in reuters.com."
    return ""


def _one_of(*known: str) -> Rule:
    return lambda value: "" if value in known else f"is one of {', '.join(known)}, not {value!r}."


def _address(*schemes: str, empty: bool = False) -> Rule:
    def rule(value: str) -> str:
        if empty and not value:
            return ""
        try:
            parts = urlsplit(value)
            well = parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            well = False
        return "" if well else f"is an address that begins with {' or '.join(schemes)}://, not {value!r}."

    return rule


def _something(value: str) -> str:
    return "" if value.strip() else "cannot be empty; remove the line for its default."


def _database(value: str) -> str:
    scheme, there_is_one, _ = value.partition("://")
    known = "sqlite", "postgresql", "postgres"
    if there_is_one and scheme not in known:  # the rest may have a password
        return f"is {_DATABASES}; {scheme} is not supported."
    if not there_is_one and re.match(rf"({'|'.join(known)})[:/]", value):
        return f"is {_DATABASES}: mind the :// between the kind and the rest."
    if re.match(r"sqlite://[^/]", value):
        return f"has three slashes for SQLite: write sqlite:///{value.removeprefix('sqlite://')}."
    return _something(value)


_DATABASES = (
    "the path of an SQLite file, as in data/watcher.db, or the address of a PostgreSQL database, as in "
    "postgresql://watcher@localhost/watcher"
)


_FOR_EVER = 3650 * DAY


def _places(value: tuple[str, ...]) -> str:
    return next(faults_of(value), "")


_RULES: Mapping[str, Mapping[str, Rule]] = {
    "store": {"url": _database, "keep": _span(DAY, _FOR_EVER)},
    "feeds": {
        "file": _something,
        "allow": _allowed,
        "parse_workers": _number(1, 64),
        "parse_time": _span(SECOND, HOUR),
    },
    "poll": {
        "concurrency": _number(1, 5_000),
        "total_seconds": _number(0.1, 3_600),
        "read_seconds": _number(0.1, 3_600),
        "connect_seconds": _number(0.1, 3_600),
        "host_pause_seconds": _number(0, 3_600),
        "max_bytes": _bytes(2**10, 2**30),
        "max_ratio": _number(1, 100_000),
        "max_redirects": _number(0, 50),
        "floor": _span(10 * SECOND, 30 * DAY),
        "ceiling": _span(10 * SECOND, 30 * DAY),
        "user_agent": _something,
    },
    "topics": {
        "file": _something,
        "names": _something,
        "wikidata": _address("http", "https", empty=True),
    },
    "group": {
        "window": _span(HOUR, 90 * DAY),
        "vectors": _one_of(*KNOWN_VECTORS),
        "closely": _one_of(*CLOSELY),
    },
    "desk": {"time_zone": _zone, "language": _language, "times": _times, "same": _places},
    "deliver": {
        "give_up": _span(MINUTE, 30 * DAY),
        "edit_pause": _span(SECOND, DAY),
        "follow_pause": _span(SECOND, DAY),
    },
    "alerts": {
        "owners": _something,
        "trusted": _outlets,
        "again": _span(10 * SECOND, DAY),
        "an_hour": _number(1, 1_000),
        "silence": _span(MINUTE, 30 * DAY),
        "ping_url": _address("http", "https", empty=True),
    },
    "discord": {"api_base": _address("http", "https"), "gateway_url": _address("ws", "wss")},
    "slack": {"api_base": _address("http", "https"), "port": _number(1, 65_535)},
}
