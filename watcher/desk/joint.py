"""Desks that are one in several places, such as a Discord server and a Slack workspace. Pure.

Their topics, subscriptions, rota and alerts are those of a desk of its own, whose id names its places; what
belongs to a place (who may manage there, which channel hears of notices) stays with that place's own desk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from watcher.models import Desk

PLATFORM = "joint"
_PLACE = re.compile(r"(discord|slack):\w+")


def joint_id(places: Iterable[str]) -> str:
    """The id of the desk that some places' desks are."""
    return f"{PLATFORM}:{'+'.join(places)}"


def places_of(desk: str) -> tuple[str, ...]:
    """The desks of the places that a desk is in: itself, unless it is in several."""
    listed = desk.removeprefix(f"{PLATFORM}:")
    return (desk,) if listed == desk else tuple(listed.split("+"))


def joint_desks(same: Iterable[str]) -> dict[str, Desk]:
    """The joint desk of each place's, from the setting `desk.same`."""
    found: dict[str, Desk] = {}
    for line in same:
        places = line.split()
        found |= dict.fromkeys(places, Desk(joint_id(places), PLATFORM))
    return found


def by_place(desks: Iterable[Desk]) -> Mapping[str, str]:
    """The ids of joint desks, by those of the desks that they are in the place of."""
    return {place: desk.id for desk in desks if desk.platform == PLATFORM for place in places_of(desk.id)}


def faults_of(same: Iterable[str]) -> Iterator[str]:
    """What is wrong with the setting `desk.same`, as ends of sentences."""
    seen: set[str] = set()
    for line in same:
        places = line.split()
        odd = [place for place in places if not _PLACE.fullmatch(place)]
        if odd:
            yield f"has {odd[0]!r}, which is no desk: /watch status says what a desk is called here."
        elif len(places) < 2:
            yield f"has {line!r}, which is one place only: write two or more, with a space between."
        elif sum(place.startswith("slack:") for place in places) > 1:
            yield f"has {line!r}: of Slack workspaces, a desk can have one."
        elif again := [place for place in places if place in seen or places.count(place) > 1]:
            yield f"has {again[0]} twice: a place is of one desk."
        seen.update(places)
