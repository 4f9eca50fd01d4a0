"""The workspace as a desk, and who may manage it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watcher.chat.leaving import wake
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.chat.slack.wire import SCOPES, Refused, Wire
from watcher.models import Desk
from watcher.store import Store, desks

log = logging.getLogger(__name__)

PLATFORM = "slack"
FRESH_SECONDS = 120.0
"""How long it is remembered who may manage: so long a change at Slack may take to be felt."""
REMEMBERED = 5_000
_NOT_OF_HERE = frozenset({"user_not_found", "user_not_visible"})
Furnish = Callable[[Desk], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Workspace:
    """Who Watcher is in which workspace."""

    team: str
    name: str
    bot: str
    user: str
    scopes: frozenset[str]
    enterprise: str = ""

    @property
    def missing_scopes(self) -> list[str]:
        """The scopes that Watcher still needs here; none where Slack does not say which it has."""
        return [scope for scope in SCOPES if self.scopes and scope not in self.scopes]

    @property
    def desk(self) -> Desk:
        """The desk of this workspace."""
        return Desk(f"{PLATFORM}:{self.team}", PLATFORM, self.name)


async def who_am_i(wire: Wire) -> Workspace:
    """Whose token this is; raises ChatUnavailable or ChatRefused."""
    answer = await wire.answer("auth_test")
    said = answer.data
    if not said.get("team_id"):
        raise ChatUnavailable("Slack's answer cannot be read.")
    if said.get("is_enterprise_install"):
        raise ChatRefused(
            "SLACK_BOT_TOKEN is of a whole organisation (Enterprise Grid). Watcher is installed to a "
            "workspace: make its app in one of the organisation's, and take the token from there."
        )
    listed = str(answer.headers.get("X-OAuth-Scopes") or "")
    return Workspace(
        team=str(said["team_id"]),
        name=str(said.get("team") or ""),
        bot=str(said.get("bot_id") or ""),
        user=str(said.get("user_id") or ""),
        scopes=frozenset(scope.strip() for scope in listed.split(",") if scope.strip()),
        enterprise=str(said.get("enterprise_id") or ""),
    )


async def furnish_desk(store: Store, desk: Desk, furnish: Furnish | None, now: datetime) -> None:
    """Know this desk from now on; a new one gets by `furnish` what it starts with."""
    async with store.reading() as db:
        known = await desks.get(db, desk.id)
    if known is None and furnish is not None:
        await furnish(desk)
    async with store.writing() as db:
        await desks.ensure(db, desk)
        await wake(db, desk.id, now)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody may manage the desk, what keeps us from knowing it, and what they are called.

    `foreign` is who is of another workspace, in a channel that is shared with it.
    """

    may_manage: bool
    trouble: str = ""
    name: str = ""
    foreign: bool = False


class Managers:
    """Knows who may manage: admins and owners, or the members of the user group that settings name; and
    beside them the members of the groups that the desk itself has named.

    Somebody of another workspace, in a channel shared with it, never may.
    """

    def __init__(self, wire: Wire, store: Store, group: str, workspace: Workspace) -> None:
        self._wire = wire
        self._store = store
        self._workspace = workspace
        self._group = group.strip().removeprefix("@")
        self._known: dict[tuple[str, tuple[str, ...]], tuple[float, Standing]] = {}

    async def standing(self, person: str) -> Standing:
        """Whether a person may manage."""
        now = asyncio.get_running_loop().time()
        async with self._store.reading() as db:
            groups = (await desks.settings(db, self._workspace.desk.id)).managers
        known = self._known.get((person, groups))
        if known and now - known[0] < FRESH_SECONDS:
            return known[1]
        try:
            found = await self._ask(person, groups)
        except (ChatRefused, ChatUnavailable) as error:
            log.warning("who may manage could not be learned: %s", error)
            foreign = getattr(error, "error", "") in _NOT_OF_HERE
            return Standing(False, f"I could not find out whether you may do that. {error}", foreign=foreign)
        if len(self._known) > REMEMBERED:
            self._known.clear()
        self._known[person, groups] = (now, found)
        return found

    async def _ask(self, person: str, groups: Sequence[str]) -> Standing:
        user = await self._user(person)
        if self._is_foreign(user):
            return Standing(False, name=_name_of(user), foreign=True)
        named = await group_id(self._wire, self._group) if self._group else ""
        trouble = (
            f"There is no user group {self._group!r} in this workspace, so only its admins may do that. "
            "Set slack.managers to the handle of one."
            if named is None
            else ""
        )
        may = self._is_admin(user) if not named else await self._is_in(named, person)
        for group in groups:
            may = may or await self._is_in(group, person)
        return Standing(may, "" if may else trouble, _name_of(user))

    async def _is_in(self, group: str, person: str) -> bool:
        """Whether a person is a member of a user group; of one that is gone, nobody is."""
        try:
            members = await self._wire.call("usergroups_users_list", usergroup=group)
        except Refused as error:
            log.warning("the members of the user group %s could not be learned: %s", group, error)
            return False
        return person in (members.get("users") or [])

    async def name_of(self, person: str) -> str:
        """What people call somebody; nothing where that cannot be learned."""
        try:
            return _name_of(await self._user(person))
        except (ChatRefused, ChatUnavailable):
            return ""

    async def _user(self, person: str) -> dict[str, Any]:
        return (await self._wire.call("users_info", user=person)).get("user") or {}

    def _is_foreign(self, user: dict[str, Any]) -> bool:
        """Whether somebody is of another workspace, and not of the same organisation."""
        home, org = self._workspace.team, self._workspace.enterprise
        if org and (user.get("enterprise_user") or {}).get("enterprise_id") == org:
            return False
        return (user.get("team_id") or home) != home or bool(user.get("is_stranger"))

    def _is_admin(self, user: dict[str, Any]) -> bool:
        at_home = (user.get("team_id") or self._workspace.team) == self._workspace.team
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
