"""Settings: config/watcher.toml and the environment, made into frozen values or into faults.

A fault says in which file and line, what is wrong and what to write instead; all of them are found at
once. Environment variables win over the file: `WATCHER_POLL_CONCURRENCY=8` is `concurrency` in `[poll]`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, get_type_hints

from watcher.desk.conditions import never_met
from watcher.desk.topic_names import TopicNameError, short_name
from watcher.feeds.addresses import outlet_named
from watcher.feeds.schedule import PollSettings
from watcher.limits import value_faults
from watcher.models import SENSITIVITIES, Sensitivity, Topic
from watcher.toml import ConfigError, Fault, line_of, one_of, parse_toml, read_text, read_value, unknown
from watcher.topics.query import QueryError, parse_query


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where state is kept, and how long."""

    url: str = "sqlite:///data/watcher.db"
    keep: timedelta = timedelta(days=90)
    backup: str = ""


@dataclass(frozen=True, slots=True)
class FeedsSettings:
    """Which feeds a new store starts with, and which addresses of one's own network are allowed."""

    file: str = "config/feeds.opml"
    allow: tuple[str, ...] = ()
    parse_workers: int = 2
    parse_time: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class TopicsSettings:
    """Which topics a new desk starts with, the catalogue of names, and where more names are asked for."""

    file: str = "config/topics.toml"
    names: str = "config/names.toml"
    wikidata: str = "https://www.wikidata.org"


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """How stories become events."""

    window: timedelta = timedelta(days=4)
    vectors: str = "use"
    closely: str = "auto"


@dataclass(frozen=True, slots=True)
class DeskDefaults:
    """What a new desk and a new subscription start with, and which desks are one.

    Each of `same` has the ids of desks that are one, with spaces between: `discord:123 slack:T1`.
    """

    time_zone: str = "UTC"
    language: str = "en"
    times: tuple[str, ...] = ("08:00", "18:00")
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliverSettings:
    """How long an unreachable platform is tried again, how often events are edited and followers told."""

    give_up: timedelta = timedelta(hours=12)
    edit_pause: timedelta = timedelta(seconds=45)
    follow_pause: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """What breaks, who is called, and who is told when Watcher itself falls silent."""

    owners: str = "config/owners.toml"
    trusted: tuple[str, ...] = ("reuters.com", "apnews.com", "afp.com")
    again: timedelta = timedelta(minutes=5)
    an_hour: int = 4
    silence: timedelta = timedelta(minutes=30)
    ping_url: str = ""


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """Discord. The token is never in the file: it is `DISCORD_TOKEN` in the environment."""

    api_base: str = "https://discord.com/api/v10"
    gateway_url: str = "wss://gateway.discord.gg/"
    token: str = ""


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """Slack. Tokens are never in the file: `SLACK_BOT_TOKEN`, `SLACK_APP_TOKEN`, `SLACK_SIGNING_SECRET`.

    With `SLACK_CLIENT_ID`, `SLACK_CLIENT_SECRET` and `WATCHER_SLACK_KEY` (the keys, newest first, that their
    tokens are sealed with), any number of workspaces can install Watcher by themselves.
    """

    api_base: str = "https://slack.com/api/"
    managers: str = ""
    port: int = 3000
    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    client_id: str = ""
    client_secret: str = ""
    key: str = ""

    @property
    def is_wanted(self) -> bool:
        """Whether anything is set that only somebody sets who wants Watcher on Slack."""
        return bool(self.bot_token or self.app_token or self.signing_secret or self.client_id)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is written to stderr."""

    level: Literal["debug", "info", "warning", "error"] = "info"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, by its section in watcher.toml."""

    store: StoreSettings = field(default_factory=StoreSettings)
    feeds: FeedsSettings = field(default_factory=FeedsSettings)
    poll: PollSettings = field(default_factory=PollSettings)
    topics: TopicsSettings = field(default_factory=TopicsSettings)
    group: GroupSettings = field(default_factory=GroupSettings)
    desk: DeskDefaults = field(default_factory=DeskDefaults)
    deliver: DeliverSettings = field(default_factory=DeliverSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    discord: DiscordSettings = field(default_factory=DiscordSettings)
    slack: SlackSettings = field(default_factory=SlackSettings)
    log: LogSettings = field(default_factory=LogSettings)


PLAIN_VARIABLES = {
    "DATABASE_URL": ("store", "url"),
    "DISCORD_TOKEN": ("discord", "token"),
    "DISCORD_API_BASE": ("discord", "api_base"),
    "DISCORD_GATEWAY_URL": ("discord", "gateway_url"),
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "SLACK_CLIENT_ID": ("slack", "client_id"),
    "SLACK_CLIENT_SECRET": ("slack", "client_secret"),
    "SLACK_API_BASE": ("slack", "api_base"),
}
SECRETS = {("discord", "token")} | {
    ("slack", name) for name in ("bot_token", "app_token", "signing_secret", "client_secret", "key")
}


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Settings from a file (None: defaults only) and the environment; raises ConfigError with every fault."""
    settings, faults = look(path, environ)
    if faults:
        raise ConfigError(faults)
    return settings


def look(path: Path | None, environ: Mapping[str, str]) -> tuple[Settings, list[Fault]]:
    """As `load`, with the default in the place of each value that will not do, and every fault."""
    faults: list[Fault] = []
    given = dict(_from_file(path, faults)) if path else {}
    given.update(_from_environment(environ, faults))
    sections = {}
    for section in dataclasses.fields(Settings):
        mine = {key: where for (name, key), where in given.items() if name == section.name}
        sections[section.name] = _section(_types(Settings)[section.name], mine, faults)
    return _within_limits(Settings(**sections), given, faults), faults


def _within_limits(
    settings: Settings, given: Mapping[tuple[str, str], _Given], faults: list[Fault]
) -> Settings:
    """The settings with defaults for values beyond their limits, each of which is a fault."""
    for section, key, said in value_faults(settings):
        where = given.get((section, key)) or _Given(None, "settings", 0, f"{section}.{key}")
        faults.append(where.fault(f"{where.name} {said}"))
        mine, usual = getattr(settings, section), getattr(Settings(), section)
        settings = replace(settings, **{section: replace(mine, **{key: getattr(usual, key)})})
    trusted = tuple(dict.fromkeys(map(outlet_named, settings.alerts.trusted)))  # as stories have them
    return replace(settings, alerts=replace(settings.alerts, trusted=trusted))


@dataclass(frozen=True, slots=True)
class _Given:
    """A value somebody wrote, and where."""

    value: Any
    file: str
    line: int
    name: str

    def fault(self, message: str) -> Fault:
        return Fault(self.file, self.line, message)


_Found = Iterator[tuple[tuple[str, str], _Given]]


def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _from_file(path: Path, faults: list[Fault]) -> _Found:
    text = read_text(path, faults, "Give its path with --config.")
    document = parse_toml(text, str(path), faults)
    for section, values in document.items():
        line = line_of(text, section, None)
        if section not in _types(Settings):
            faults.append(Fault(str(path), line, unknown("section", section, _types(Settings), "[{}]")))
        elif not isinstance(values, dict):
            faults.append(
                Fault(str(path), line, f"{section} is a section: write [{section}] on its own line.")
            )
        else:
            yield from _from_section(path, text, section, values, faults)


def _from_section(path: Path, text: str, section: str, values: dict[str, Any], faults: list[Fault]) -> _Found:
    for key, value in values.items():
        given = _Given(value, str(path), line_of(text, section, key), f"{section}.{key}")
        known = _types(_types(Settings)[section])
        if key not in known:
            faults.append(given.fault(unknown("setting", key, known, "{}")))
        elif (section, key) in SECRETS:
            faults.append(given.fault("Tokens belong in the environment, never in a file: remove this line."))
        else:
            yield (section, key), given


def _from_environment(environ: Mapping[str, str], faults: list[Fault]) -> _Found:
    names = dict(PLAIN_VARIABLES)
    for section, kind in _types(Settings).items():
        names |= {f"WATCHER_{section}_{key}".upper(): (section, key) for key in _types(kind)}
    for variable, value in environ.items():
        if variable in names and value:
            yield names[variable], _Given(value, "environment", 0, variable)
        elif variable.startswith("WATCHER_") and variable not in names:
            faults.append(Fault("environment", 0, unknown("variable", variable, names, "{}")))


def _section(kind: type, given: Mapping[str, _Given], faults: list[Fault]) -> Any:
    values = {}
    for key, where in given.items():
        try:
            values[key] = read_value(where.value, _types(kind)[key], key)
        except ValueError as fault:
            faults.append(where.fault(f"{where.name} {fault}"))
    return kind(**values)


def unread_tokens() -> str:
    """What to do where tokens may stand in a file that Docker and systemd read, and a shell does not."""
    said = " There is a file .env here, which Docker and systemd read; in a shell: set -a; . ./.env; set +a"
    return said if Path(".env").is_file() else ""


# --------------------------------------------------------------------------------------- topics

_TOPICS_REMEDY = "Set topics.file in watcher.toml to where it is."


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic as config/topics.toml has it, before it belongs to a desk."""

    name: str
    query: str
    title: str = ""
    sensitivity: Sensitivity = "normal"
    excluded_outlets: tuple[str, ...] = ()
    line: int = 0

    def as_topic(self, desk: str, number: int = 0) -> Topic:
        """The topic of a desk that this line asks for."""
        return Topic(number, desk, self.name, self.query, self.title, self.sensitivity, self.excluded_outlets)


def load_topics(path: Path, remedy: str = _TOPICS_REMEDY, *, typed: bool = True) -> tuple[TopicLine, ...]:
    """The topics of a file of [[topic]] tables; raises ConfigError with every fault, queries' included."""
    topics, faults = look_at_topics(path, remedy, typed=typed)
    if faults:
        raise ConfigError(faults)
    return topics


def look_at_topics(
    path: Path, remedy: str = _TOPICS_REMEDY, *, typed: bool = True
) -> tuple[tuple[TopicLine, ...], list[Fault]]:
    """The topics of a file that can be watched, and what is wrong with the others.

    `remedy` is what to do where there is no such file. Names that nobody will have to type in a command
    (`typed` false, as in a replay) may be any.
    """
    faults: list[Fault] = []
    text = read_text(path, faults, remedy)
    document = parse_toml(text, str(path), faults)
    header = re.compile(r"\s*\[\[\s*topic\s*\]\]")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if header.match(line)]
    tables = document.get("topic", [])
    faults += [
        Fault(str(path), line_of(text, key, None), f"Only [[topic]] is known here, not {key}.")
        for key in document.keys() - {"topic"}
    ]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.append(Fault(str(path), line_of(text, "topic", None), "Write [[topic]], in two brackets."))
        tables = []
    found = [
        _topic(table, str(path), line, faults, typed=typed)
        for table, line in zip(tables, (*lines, *[0] * len(tables)), strict=False)
    ]
    return tuple(_each_once([topic for topic in found if topic], str(path), faults)), faults


def _topic(
    table: dict[str, Any], file: str, line: int, faults: list[Fault], *, typed: bool
) -> TopicLine | None:
    types = _types(TopicLine)
    types.pop("line")
    values: dict[str, Any] = {}
    before = len(faults)
    for key, value in table.items():
        if key not in types:
            faults.append(Fault(file, line, unknown("setting", key, types, "{}")))
            continue
        try:
            values[key] = (
                one_of(value, SENSITIVITIES) if key == "sensitivity" else read_value(value, types[key], key)
            )
        except ValueError as fault:
            faults.append(Fault(file, line, f"{key} {fault}"))
    faults += [
        Fault(file, line, f'A topic needs a {key}: add {key} = "…".')
        for key in ("name", "query")
        if not table.get(key)
    ]
    if len(faults) > before:
        return None
    topic = TopicLine(**values, line=line)
    faults += [Fault(file, line, said) for said in _unfit(topic, typed=typed)]
    outlets = tuple(outlet_named(said) or said for said in topic.excluded_outlets)
    return replace(topic, excluded_outlets=outlets) if len(faults) == before else None


def _unfit(topic: TopicLine, *, typed: bool) -> Iterator[str]:
    """What is wrong with a topic's name, where people have to type it, and with its query."""
    try:
        if typed and (short := short_name(topic.name)) != topic.name:
            yield f'{topic.name!r} cannot be typed as a topic\'s name: write name = "{short}".'
    except TopicNameError as error:
        yield str(error)
    for said in topic.excluded_outlets:
        if typed and not outlet_named(said):  # a replay's stories may name their outlets
            yield f"{topic.name} leaves out {said!r}, which is no outlet: write its domain, as in rt.com."
    try:
        read = parse_query(topic.query)
        if typed:
            yield from (f"The query of {topic.name}: {said}" for said, _ in never_met(read))
    except QueryError as error:
        yield f"The query of {topic.name}: {error}"


def _each_once(topics: list[TopicLine], file: str, faults: list[Fault]) -> Iterator[TopicLine]:
    """The topics without those whose name came before, which are faults."""
    seen: set[str] = set()
    for topic in topics:
        if topic.name in seen:
            faults.append(Fault(file, topic.line, f"There are two topics named {topic.name}: rename one."))
        else:
            yield topic
        seen.add(topic.name)
