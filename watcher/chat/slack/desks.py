"""The workspace as a desk, and who may manage it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.chat.slack.wire import Wire
from watcher.models import Desk
from watcher.store import Store, desks

log = logging.getLogger(__name__)

PLATFORM = "slack"
FRESH_SECONDS = 120.0
"""How long it is remembered who may manage: so long a change at Slack may take to be felt."""
Furnish = Callable[[Desk], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Workspace:
    """Who Watcher is in which workspace."""

    team: str
    name: str
    bot: str
    user: str
    scopes: frozenset[str]

    @property
    def desk(self) -> Desk:
        """The desk of this workspace."""
        return Desk(f"{PLATFORM}:{self.team}", PLATFORM, self.name)


async def who_am_i(wire: Wire) -> Workspace:
    """Whose token this is; raises ChatUnavailable or ChatRefused."""
    answer = await wire.answer("auth_test")
    said = answer.data
    listed = str(answer.headers.get("X-OAuth-Scopes") or "")
    return Workspace(
        team=str(said["team_id"]),
        name=str(said.get("team") or ""),
        bot=str(said.get("bot_id") or ""),
        user=str(said.get("user_id") or ""),
        scopes=frozenset(scope.strip() for scope in listed.split(",") if scope.strip()),
    )


async def furnish_desk(store: Store, desk: Desk, furnish: Furnish | None) -> None:
    """Know this desk from now on; a new one gets by `furnish` what it starts with."""
    async with store.reading() as db:
        known = await desks.get(db, desk.id)
    if known is None and furnish is not None:
        await furnish(desk)
    async with store.writing() as db:
        await desks.ensure(db, desk)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody may manage the desk, what keeps us from knowing it, and what they are called."""

    may_manage: bool
    trouble: str = ""
    name: str = ""


class Managers:
    """Knows who may manage: the members of a user group, or admins and owners where none is named.

    Somebody of another workspace, in a channel shared with it, never may.
    """

    def __init__(self, wire: Wire, group: str, team: str) -> None:
        self._wire = wire
        self._team = team
        self._group = group.strip().removeprefix("@")
        self._known: dict[str, tuple[float, Standing]] = {}

    async def standing(self, person: str) -> Standing:
        """Whether a person may manage."""
        now = asyncio.get_running_loop().time()
        known = self._known.get(person)
        if known and now - known[0] < FRESH_SECONDS:
            return known[1]
        try:
            found = await self._ask(person)
        except (ChatRefused, ChatUnavailable) as error:
            log.warning("who may manage could not be learned: %s", error)
            return Standing(False, f"I could not find out whether you may do that. {error}")
        self._known[person] = (now, found)
        return found

    async def _ask(self, person: str) -> Standing:
        if not self._group:
            user = await self._user(person)
            return Standing(self._is_admin(user), name=_name_of(user))
        group = await group_id(self._wire, self._group)
        if group is None:
            user = await self._user(person)
            trouble = (
                f"There is no user group {self._group!r} in this workspace, so only its admins may do that. "
                "Set slack.managers to the handle of one."
            )
            return Standing(self._is_admin(user), trouble, _name_of(user))
        members = await self._wire.call("usergroups_users_list", usergroup=group)
        return Standing(person in (members.get("users") or []))

    async def _user(self, person: str) -> dict[str, Any]:
        return (await self._wire.call("users_info", user=person)).get("user") or {}

    def _is_admin(self, user: dict[str, Any]) -> bool:
        at_home = user.get("team_id", self._team) == self._team and not user.get("is_stranger")
        return at_home and any(user.get(rank) for rank in ("is_admin", "is_owner", "is_primary_owner"))


def _name_of(user: dict[str, Any]) -> str:
    """What people call somebody."""
    profile = user.get("profile") or {}
    return str(profile.get("display_name") or profile.get("real_name") or user.get("real_name") or "")


async def group_id(wire: Wire, wanted: str) -> str | None:
    """The id of a user group by its handle, name or id; raises ChatUnavailable or ChatRefused."""
    name = wanted.strip().removeprefix("@").casefold()
    for one in (await wire.call("usergroups_list")).get("usergroups") or []:
        names = {str(one.get(key, "")).casefold() for key in ("id", "handle", "name")}
        if name in names and not one.get("date_delete"):
            return str(one["id"])
    return None
