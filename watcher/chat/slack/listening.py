"""slack-bolt's app: what Slack tells is acknowledged at once, handed on, and each thing handed on once."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from watcher.chat.slack import forms
from watcher.chat.slack.answering import FIND_COVERAGE, Answering
from watcher.chat.slack.desks import Workspace
from watcher.chat.slack.following import Following
from watcher.chat.slack.rooms import Rooms
from watcher.chat.slack.wire import sdk_log
from watcher.config import SlackSettings
from watcher.models import WatcherError

log = logging.getLogger(__name__)

REMEMBERED = 5_000
"""What was handed on and may be told again; Slack tells again for at most an hour."""

GRACE_SECONDS = 1.5
"""How long answers may still take when Watcher is told to stop, which is to be done within two seconds."""

Ack = Callable[..., Awaitable[Any]]
Body = Mapping[str, Any]


class Listening:
    """Hands on what Slack tells; `close` ends what is still being answered."""

    def __init__(
        self,
        settings: SlackSettings,
        workspace: Workspace,
        answering: Answering,
        rooms: Rooms,
        following: Following,
    ) -> None:
        self._settings = settings
        self._workspace = workspace
        self._answering = answering
        self._rooms = rooms
        self._following = following
        self._handed: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self.app = self._app()

    def _app(self) -> AsyncApp:
        app = AsyncApp(
            name="slack_bolt.watcher",  # slack-bolt sets the level of the log of that name
            logger=sdk_log(),
            signing_secret=self._settings.signing_secret,
            client=AsyncWebClient(base_url=f"{self._settings.api_base.rstrip('/')}/", retry_handlers=[]),
            # Slack's own question who we are would take time, of which there are three seconds.
            authorize=self._authorizing(),
        )
        anything = re.compile("")
        app.command(anything)(self._command)
        app.action(anything)(self._action)
        app.view(anything)(self._view)
        app.shortcut(FIND_COVERAGE)(self._shortcut)
        app.event("message")(self._message)
        app.event("app_mention")(self._mention)
        app.event("app_home_opened")(self._home)
        app.event("reaction_added")(self._reaction_added)
        app.event("reaction_removed")(self._reaction_removed)
        app.event(re.compile("tokens_revoked|app_uninstalled"))(self._gone)
        # What we have not asked to hear of is acknowledged, too: else Slack would tell it again and again.
        app.event(anything)(self._nothing)
        app.shortcut(anything)(self._nothing)
        app.view_closed(anything)(self._nothing)
        return app

    async def _nothing(self, ack: Ack) -> None:
        await ack()

    def _authorizing(self) -> Callable[..., Awaitable[AuthorizeResult]]:
        who = AuthorizeResult(
            enterprise_id=None,
            team_id=self._workspace.team,
            bot_token=self._settings.bot_token,
            bot_id=self._workspace.bot,
            bot_user_id=self._workspace.user,
        )

        async def authorize() -> AuthorizeResult:  # slack-bolt looks at its arguments: no method will do
            return who

        return authorize

    # ------------------------------------------------------------------------------- what is told

    async def _command(self, ack: Ack, body: Body) -> None:
        await ack()
        self._hand_on(body, self._answering.command)

    async def _action(self, ack: Ack, body: Body) -> None:
        await ack()
        if not body.get("actions"):
            return
        in_view = bool(body.get("view"))
        self._hand_on(body, self._rooms.pressed if in_view else self._answering.pressed)

    async def _view(self, ack: Ack, body: Body) -> None:
        await ack(response_action="update", view=forms.waiting())
        self._hand_on(body, self._submitted)

    async def _submitted(self, body: Body) -> None:
        await self._rooms.submitted(body["view"], str(body["user"]["id"]))

    async def _shortcut(self, ack: Ack, body: Body) -> None:
        await ack()
        self._hand_on(body, self._answering.shortcut)

    async def _message(self, body: Body) -> None:
        if body["event"].get("channel_type") == "im":
            self._hand_on(body, self._told(self._answering.message))

    async def _mention(self, body: Body) -> None:
        self._hand_on(body, self._told(self._answering.message))

    async def _home(self, body: Body) -> None:
        if body["event"].get("tab") == "home":
            self._hand_on(body, self._opened_home)

    async def _opened_home(self, body: Body) -> None:
        await self._rooms.publish_home(str(body["event"]["user"]))

    async def _reaction_added(self, body: Body) -> None:
        self._hand_on(body, self._reacted(added=True))

    async def _reaction_removed(self, body: Body) -> None:
        self._hand_on(body, self._reacted(added=False))

    async def _gone(self, body: Body) -> None:
        log.error("Watcher's app was removed from the Slack workspace %s.", self._workspace.name)

    def _told(self, take: Callable[[Body], Coroutine[Any, Any, None]]) -> Callable[[Body], Any]:
        async def taken(body: Body) -> None:
            await take(body["event"])

        return taken

    def _reacted(self, *, added: bool) -> Callable[[Body], Coroutine[Any, Any, None]]:
        async def taken(body: Body) -> None:
            await self._following.reacted(body["event"], added=added)

        return taken

    # ------------------------------------------------------------------------------- handing on

    def _hand_on(self, body: Body, take: Callable[[Body], Coroutine[Any, Any, None]]) -> None:
        """Do what somebody asked for, once, beside everything else."""
        name = _name_of(body)
        if name and name in self._handed:
            return
        self._handed[name] = None
        if len(self._handed) > REMEMBERED:
            self._handed.popitem(last=False)
        task = asyncio.create_task(self._outlive(take, body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _outlive(self, take: Callable[[Body], Coroutine[Any, Any, None]], body: Body) -> None:
        try:
            await take(body)
        except WatcherError as error:
            log.warning("Slack did not take an answer: %s", error)
        except Exception:
            # One answer that breaks must not take the room down.
            log.exception("an answer on Slack failed in a way it should not")

    async def close(self) -> None:
        """Finish the answers that are being given, as far as that can be done soon, and end the others."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE_SECONDS)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _name_of(body: Body) -> str:
    """What Slack calls this one thing, the same when it is told again; empty where it has no name."""
    for name in ("event_id", "trigger_id"):
        if body.get(name):
            return f"{body.get('type') or body.get('command') or ''} {body[name]}"
    return ""
