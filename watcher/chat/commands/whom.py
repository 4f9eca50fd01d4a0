"""To whom something goes, as it is typed: here, me, a channel, a role that is woken there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from watcher.chat.commands.newsroom import Ask
from watcher.chat.commands.words import Misspoken
from watcher.models import Place

_CHANNEL = re.compile(r"<#(?P<id>\w+)(?:\|[^>]*)?>|(?<!\S)(?P<bare>[CG][A-Z0-9]{4,})(?!\S)")
"""A channel as it is mentioned, or as Slack's commands come to us: its id alone."""
_GROUP = re.compile(r"<@&(?P<role>\w+)>|<!subteam\^(?P<group>\w+)(?:\|[^>]*)?>")
_EVERYONE = re.compile(r"(?i)@(?:everyone|here|channel)\b|<!(?:everyone|here|channel)>")
GROUP = "&"
"""What stands before the id of a role or user group in `Card.pings`."""


@dataclass(frozen=True, slots=True)
class Whom:
    """A place, and the roles or user groups that are woken there, as in `Card.pings`."""

    place: Place
    pings: tuple[str, ...] = ()

    @property
    def is_me(self) -> bool:
        return bool(self.place.person)


def channel_in(text: str) -> str:
    """The id of the channel that a text mentions; empty where it mentions none."""
    found = _CHANNEL.search(text)
    return (found["id"] or found["bare"] or "") if found else ""


def unknown_channel(said: str) -> Misspoken:
    """What to say of a channel that was typed and not chosen."""
    return Misspoken(
        f"I know no channel {said}. Take it from the list that opens as you type #, so that it "
        "becomes a link; if it is not in that list, ask in the channel itself."
    )


def read_groups(text: str) -> tuple[str, ...]:
    """The ids of the roles or user groups that a text mentions; none where it says anything else besides."""
    found = [match["role"] or match["group"] for match in _GROUP.finditer(text)]
    return tuple(dict.fromkeys(found)) if not _GROUP.sub("", text).strip(" ,") else ()


def groups_said(ids: tuple[str, ...]) -> str:
    """Roles or user groups as they are mentioned."""
    return " ".join(f"<@&{id_}>" for id_ in ids)


def read_whom(said: str, ask: Ask) -> Whom:
    """Read `here`, `me`, `#news`, `@desk` or `#news @desk`; raises Misspoken with what it may be."""
    if said.strip().casefold() == "me":
        return _me(ask)
    if _EVERYONE.search(said):
        raise Misspoken("I never wake everyone. Name the role that is to be woken: --to @desk.")
    pings = tuple(f"{GROUP}{match['role'] or match['group']}" for match in _GROUP.finditer(said))
    channels = [match["id"] or match["bare"] for match in _CHANNEL.finditer(said)]
    rest = _CHANNEL.sub("", _GROUP.sub("", said)).strip(" ,").casefold()
    if re.fullmatch(r"#[^\s,]+", rest):
        raise unknown_channel(said.strip())
    if rest not in ("", "here") or len(channels) > 1 or (channels and rest):
        raise Misspoken(f"I cannot write to {said!r}. Say here, me, or one #channel, and an @role to wake.")
    place = Place(ask.place.platform, channels[0]) if channels else replace(ask.place, thread="")
    if pings and place.person:
        raise Misspoken("Nobody but you is here to be woken. Ask in the channel where the role shall be.")
    return Whom(place, tuple(dict.fromkeys(pings)))


def _me(ask: Ask) -> Whom:
    if not ask.person:
        raise Misspoken("I do not know who you are here, so I cannot write to you; leave out --to me.")
    return Whom(Place(ask.place.platform, person=ask.person))


def said_of(place: Place, pings: tuple[str, ...], ask: Ask) -> str:
    """What one would type for a place and who is woken there; empty where that is here and nobody."""
    if place.person:
        return "me"
    here = (place.platform, place.channel) == (ask.place.platform, ask.place.channel)
    roles = tuple(ping.removeprefix(GROUP) for ping in pings)
    return ",".join([*([] if here else [f"<#{place.channel}>"]), *([groups_said(roles)] if roles else [])])
