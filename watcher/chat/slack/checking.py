"""What is wrong with an installation on Slack, and how to mend it: tokens, scopes, managers, channels."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.chat.slack.connecting import app_token_fault
from watcher.chat.slack.desks import Workspace, group_id, who_am_i
from watcher.chat.slack.installing import INSTALL, keys_of
from watcher.chat.slack.posting import bare_channel
from watcher.chat.slack.tokens import faults_of, way_fault
from watcher.chat.slack.wire import SCOPES, Unmended, Wire, lacking
from watcher.config import SlackSettings

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at: what was found, and whether it is wrong."""

    what: str
    wrong: bool = False


async def check_slack(
    settings: SlackSettings, channels: Iterable[str] = (), seconds: float = SECONDS
) -> list[Checked]:
    """Look at tokens, scopes, managers and the channels that something is to be posted in.

    Nothing is posted. An answer of Slack's that takes longer than `seconds` counts as none.
    """
    return [one async for one in _look(settings, channels, seconds)]


async def _look(settings: SlackSettings, channels: Iterable[str], seconds: float) -> AsyncIterator[Checked]:
    faults = faults_of(settings)
    for fault in faults:
        yield Checked(fault, wrong=True)
    if faults:
        return  # whatever Slack says of such tokens is no news
    if not settings.bot_token and not settings.client_id:
        yield Checked(way_fault(settings), wrong=True)
        return
    if settings.client_id:
        yield _for_others(settings)
    if not settings.bot_token:
        yield await _way_in(settings, seconds)
        return
    wire = Wire(settings.api_base, settings.bot_token, seconds)
    try:
        workspace = await who_am_i(wire)
    except (ChatRefused, ChatUnavailable) as error:
        yield Checked(str(error), wrong=True)
        if fault := way_fault(settings):
            yield Checked(fault, wrong=True)
        return
    yield Checked(f"The bot token is for the workspace {workspace.name or workspace.team}.")
    yield _scopes(workspace)
    yield await _way_in(settings, seconds)
    if settings.managers:
        yield await _managers(wire, settings.managers)
    for channel in dict.fromkeys(channels):
        yield await _channel(wire, channel)


def _scopes(workspace: Workspace) -> Checked:
    if not workspace.scopes:
        return Checked("Slack does not say which scopes the token has, so they were not looked at.")
    if missing := workspace.missing_scopes:
        return Checked(lacking(", ".join(missing)), wrong=True)
    return Checked(f"All {len(SCOPES)} scopes are there.")


def _for_others(settings: SlackSettings) -> Checked:
    try:
        keys_of(settings)
    except ChatRefused as error:
        return Checked(str(error), wrong=True)
    return Checked(f"Other workspaces can install Watcher on port {settings.port}, at {INSTALL}.")


async def _way_in(settings: SlackSettings, seconds: float) -> Checked:
    if settings.app_token:
        try:
            wire = Wire(settings.api_base, settings.app_token, seconds)
            await wire.call("apps_connections_open", app_token=settings.app_token)
        except (ChatRefused, Unmended) as error:
            return Checked(app_token_fault(error), wrong=True)
        except ChatUnavailable as error:
            return Checked(str(error), wrong=True)
        return Checked("Socket Mode works.")
    if settings.signing_secret:
        return Checked(f"Signed requests are taken on port {settings.port}, at /slack/events.")
    return Checked(
        "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set, so no command can arrive. Set the first; "
        "docs/slack.md says how.",
        wrong=True,
    )


async def _managers(wire: Wire, group: str) -> Checked:
    try:
        found = await group_id(wire, group)
    except (ChatRefused, ChatUnavailable) as error:
        return Checked(f"The user group {group} could not be looked up. {error}", wrong=True)
    if found is None:
        return Checked(
            f"There is no user group {group}. Set slack.managers to the handle of one.", wrong=True
        )
    return Checked(f"The members of {group} may manage topics and feeds.")


async def _channel(wire: Wire, channel: str) -> Checked:
    """Whether something can be posted in a channel."""
    try:
        answer = await wire.call("conversations_info", channel=bare_channel(channel))
    except (ChatRefused, ChatUnavailable) as error:
        return Checked(f"{channel}: {error}", wrong=True)
    found = answer.get("channel") or {}
    name = f"#{found.get('name') or channel}"
    if found.get("is_archived"):
        return Checked(f"{name} is archived. Unarchive it, or subscribe another channel.", wrong=True)
    if not found.get("is_member") and found.get("is_private"):
        return Checked(f"Watcher is not in {name}. Invite it there: /invite @Watcher", wrong=True)
    return Checked(f"{name} can be posted in.")
