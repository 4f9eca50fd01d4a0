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
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from watcher.chat.slack import forms
from watcher.chat.slack.answering import FIND_COVERAGE, Answering
from watcher.chat.slack.bureau import Bureau
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
Take = Callable[[Body], Coroutine[Any, Any, None]]
Find = Callable[[str], Bureau | None]
Gone = Callable[..., Awaitable[None]]


class Listening:
    """Hands on what Slack tells; `close` ends what is still being answered.

    `find` knows the workspace that something comes from, by the id of its team; `gone` is told of one that
    Watcher was removed from; `double` is in how many seconds a button pressed again was pressed once.
    """

    def __init__(self, settings: SlackSettings, find: Find, gone: Gone, double: float) -> None:
        self._settings = settings
        self._find = find
        self._left = gone
        self._double = double
        self._pressed: OrderedDict[str, float] = OrderedDict()
        self._pressing: set[str] = set()
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
        app.event(re.compile("tokens_revoked|app_uninstalled"))(self._uninstalled)
        # What we have not asked to hear of is acknowledged, too: else Slack would tell it again and again.
        app.event(anything)(self._nothing)
        app.shortcut(anything)(self._nothing)
        app.view_closed(anything)(self._nothing)
        return app

    async def _nothing(self, ack: Ack) -> None:
        await ack()

    def _authorizing(self) -> Callable[..., Awaitable[Any]]:
        async def authorize(team_id: str | None) -> AuthorizeResult | None:
            # slack-bolt looks at the names of its arguments: no method will do
            bureau = self._find(team_id or "")
            here = bureau.workspace if bureau else None
            if bureau is None or here is None:
                return None
            return AuthorizeResult(
                enterprise_id=None,
                team_id=here.team,
                bot_token=bureau.token,
                bot_id=here.bot,
                bot_user_id=here.user,
            )

        return authorize

    # ------------------------------------------------------------------------------- what is told

    async def _command(self, ack: Ack, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        self._hand_on(body, self._answering(context).command)

    async def _action(self, ack: Ack, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        if not body.get("actions"):
            return
        take = self._rooms(context).pressed if body.get("view") else self._answering(context).pressed
        if not str(body["actions"][0].get("action_id")).startswith(("run", "kept")):
            self._hand_on(body, take)
        elif not self._is_double(press := _press_of(body)):
            self._hand_on(body, self._once(press, take))

    def _is_double(self, press: str) -> bool:
        """Whether a button that runs something was pressed twice in one go, or before it was answered."""
        now = asyncio.get_running_loop().time()
        last, self._pressed[press] = self._pressed.pop(press, None), now
        if len(self._pressed) > REMEMBERED:
            self._pressed.popitem(last=False)
        return press in self._pressing or (last is not None and now - last < self._double)

    def _once(self, press: str, take: Take) -> Take:
        """Take a press, and know until it is answered that it is being answered."""

        async def taken(body: Body) -> None:
            self._pressing.add(press)
            try:
                await take(body)
            finally:
                self._pressing.discard(press)

        return taken

    async def _view(self, ack: Ack, body: Body, context: AsyncBoltContext) -> None:
        await ack(response_action="update", view=forms.waiting())
        rooms = self._rooms(context)

        async def submitted(body: Body) -> None:
            await rooms.submitted(body["view"], str(body["user"]["id"]))

        self._hand_on(body, submitted)

    async def _shortcut(self, ack: Ack, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        self._hand_on(body, self._answering(context).shortcut)

    async def _message(self, body: Body, context: AsyncBoltContext) -> None:
        event = body["event"]
        if event.get("channel_type", "im" if str(event.get("channel")).startswith("D") else "") == "im":
            self._hand_on(body, _of_event(self._answering(context).message))

    async def _mention(self, body: Body, context: AsyncBoltContext) -> None:
        self._hand_on(body, _of_event(self._answering(context).message))

    async def _home(self, body: Body, context: AsyncBoltContext) -> None:
        rooms = self._rooms(context)

        async def opened(event: Body) -> None:
            await rooms.publish_home(str(event["user"]))

        if body["event"].get("tab", "home") == "home":
            self._hand_on(body, _of_event(opened))

    async def _reaction_added(self, body: Body, context: AsyncBoltContext) -> None:
        await self._reacted(body, context, added=True)

    async def _reaction_removed(self, body: Body, context: AsyncBoltContext) -> None:
        await self._reacted(body, context, added=False)

    async def _reacted(self, body: Body, context: AsyncBoltContext, *, added: bool) -> None:
        answering = self._answering(context)

        async def reacted(event: Body) -> None:
            await answering.reacted(event, added=added)

        self._hand_on(body, _of_event(reacted))

    async def _uninstalled(self, body: Body, context: AsyncBoltContext) -> None:
        bureau = self._bureau(context)

        async def gone(event: Body) -> None:
            await self._left(bureau, removed=event.get("type") == "app_uninstalled")

        # A token of some person's that was revoked is none of ours.
        if body["event"].get("type") == "app_uninstalled" or (body["event"].get("tokens") or {}).get("bot"):
            self._hand_on(body, _of_event(gone))

    def _bureau(self, context: AsyncBoltContext) -> Bureau:
        """The workspace that something comes from: slack-bolt lets nothing in that comes from none."""
        bureau = self._find(context.team_id or "")
        assert bureau is not None, "what is heard comes from somewhere"
        bureau.heard(context.channel_id)
        return bureau

    def _answering(self, context: AsyncBoltContext) -> Answering:
        answering = self._bureau(context).answering
        assert answering is not None, "a workspace is opened before it is heard"
        return answering

    def _rooms(self, context: AsyncBoltContext) -> Rooms:
        rooms = self._bureau(context).rooms
        assert rooms is not None, "a workspace is opened before it is heard"
        return rooms

    # ------------------------------------------------------------------------------- handing on

    def _hand_on(self, body: Body, take: Take) -> None:
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

    async def _outlive(self, take: Take, body: Body) -> None:
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


def _press_of(body: Body) -> str:
    """Who pressed which button of which message."""
    action, container = body["actions"][0], body.get("container") or {}
    where = [container.get(name) for name in ("channel_id", "message_ts", "view_id")]
    return repr((body["user"].get("id"), where, action.get("action_id"), action.get("value")))


def _of_event(take: Take) -> Take:
    async def taken(body: Body) -> None:
        await take(body["event"])

    return taken


def _name_of(body: Body) -> str:
    """What Slack calls this one thing, the same when it is told again; empty where it has no name."""
    team = body.get("team_id") or (body.get("team") or {}).get("id") or ""
    for name in ("event_id", "trigger_id", "response_url", "envelope_id"):
        if body.get(name):
            return f"{team} {body.get('type') or body.get('command') or ''} {body[name]}"
    return ""
