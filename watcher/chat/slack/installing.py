"""Workspaces that install Watcher by themselves, through Slack's OAuth; what they give is kept sealed."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from html import escape
from logging import Logger
from typing import Any

import aiohttp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from watcher.chat.port import ChatRefused
from watcher.chat.slack.wire import SCOPES, sdk_log
from watcher.config import SlackSettings
from watcher.store import Store, workspaces

log = logging.getLogger(__name__)

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
STATE_SECONDS = 600
RENEWED_MINUTES = 120
"""How long before a token expires it is renewed."""
ORGANISATION = (
    "Watcher is installed to a workspace, and not to a whole organisation (Enterprise Grid): choose one of "
    "its workspaces, and install it to each that wants it."
)
STOP_SECONDS = 8.0
"""How long a stop waits for a renewal that has begun: a container is given ten."""
_FAILURES = {
    "access_denied": "Nobody has allowed Watcher in. That is all right; nothing was kept.",
    "invalid_browser": "This installation was begun in another browser, or too long ago.",
    "invalid_state": "This installation was finished already, or begun too long ago.",
    "invalid_code": "Slack did not give Watcher its token.",
}
_A_KEY = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"


def keys_of(settings: SlackSettings) -> MultiFernet:
    """What seals and opens tokens: the first key seals, every one opens. Raises ChatRefused."""
    written = [key for key in re.split(r"[\s,]+", settings.key) if key]
    if not settings.client_secret or not written:
        raise ChatRefused(
            "For other workspaces to install Watcher, set SLACK_CLIENT_SECRET, and in WATCHER_SLACK_KEY a "
            f"key that their tokens are sealed with. To make one: {_A_KEY}"
        )
    try:
        return MultiFernet([Fernet(key) for key in written])
    except ValueError as error:
        raise ChatRefused(f"WATCHER_SLACK_KEY is no key. To make one: {_A_KEY}") from error


class Installations(AsyncInstallationStore):
    """Keeps installations in the store, sealed; `installed` is told of each new one."""

    def __init__(
        self,
        settings: SlackSettings,
        store: Store,
        now: Callable[[], datetime],
        installed: Callable[[Installation], Awaitable[None]],
    ) -> None:
        self._keys = keys_of(settings)
        self._rotator = AsyncTokenRotator(
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            client=AsyncWebClient(
                base_url=f"{settings.api_base.rstrip('/')}/", retry_handlers=[], logger=sdk_log("installing")
            ),
        )
        self._store = store
        self._now = now
        self._told = installed

    @property
    def logger(self) -> Logger:
        """Where slack_sdk writes what it does with installations."""
        return sdk_log("installing")

    async def all(self) -> tuple[list[Installation], int]:
        """Every installation, sealed anew by the newest key; and how many no key opens."""
        async with self._store.reading() as db:
            kept = await workspaces.sealed(db)
        found, unread = [], 0
        for team, sealed in kept.items():
            try:
                found.append(self._opened(sealed))
            except InvalidToken:
                unread += 1
                log.error("WATCHER_SLACK_KEY does not open what the Slack workspace %s gave.", team)
                continue
            await self._keep(found[-1])
        return found, unread

    async def renewed(self) -> list[Installation]:
        """The installations whose tokens would have expired soon, with new ones.

        Where an app has token rotation turned on, each token is good for twelve hours.
        """
        async with self._store.reading() as db:
            kept = await workspaces.sealed(db)
        renewals = (_to_its_end(self._renewed(team, sealed)) for team, sealed in kept.items())
        return [one for renewal in renewals if (one := await renewal)]

    async def _renewed(self, team: str, sealed: bytes) -> Installation | None:
        try:
            old = self._opened(sealed)
            new = await self._rotator.perform_token_rotation(
                installation=old, minutes_before_expiration=RENEWED_MINUTES
            )
        except InvalidToken:
            return None
        except (SlackTokenRotationError, SlackClientError, aiohttp.ClientError, OSError) as error:
            log.warning("The token of the Slack workspace %s could not be renewed: %s", team, error)
            return None
        except (AttributeError, KeyError, TypeError, ValueError):  # of slack_sdk's own, over what it was told
            log.warning(
                "The token of the Slack workspace %s could not be renewed: the answer cannot be read.", team
            )
            return None
        if new is not None:
            await self._keep(new)
            log.info("The token of the Slack workspace %s was renewed.", team)
        return new

    def _opened(self, sealed: bytes) -> Installation:
        return Installation(**json.loads(self._keys.decrypt(sealed)))

    async def _keep(self, one: Installation) -> None:
        given = json.dumps(_given(one)).encode()
        async with self._store.writing() as db:
            await workspaces.put(
                db, str(one.team_id), str(one.team_name or ""), self._keys.encrypt(given), self._now()
            )

    async def forget(self, team: str) -> None:
        """Forget what a workspace gave."""
        async with self._store.writing() as db:
            await workspaces.remove(db, team)

    # ------------------------------------------------------------------------- what slack_sdk asks

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation, and be there for its workspace from now on."""
        if not installation.team_id or not installation.bot_token:
            raise BoltError(ORGANISATION)
        await self._keep(installation)
        await self._told(installation)

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The installation of a workspace."""
        async with self._store.reading() as db:
            sealed = (await workspaces.sealed(db)).get(team_id or "")
        return self._opened(sealed) if sealed else None

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Watcher's own part of the installation of a workspace."""
        found = await self.async_find_installation(enterprise_id=enterprise_id, team_id=team_id)
        return found.to_bot() if found else None


async def _to_its_end(renewal: Coroutine[Any, Any, Installation | None]) -> Installation | None:
    """A renewal that ends though a stop comes: the token of before is good no more once Slack was asked."""
    renewing = asyncio.create_task(renewal)
    try:
        return await asyncio.shield(renewing)
    except asyncio.CancelledError:
        await asyncio.wait({renewing}, timeout=STOP_SECONDS)
        raise


def _given(one: Installation) -> dict[str, Any]:
    """What is kept of an installation: Watcher's own, and who installed it; nothing of that person's."""
    return {
        "app_id": one.app_id,
        "enterprise_id": one.enterprise_id,
        "team_id": one.team_id,
        "team_name": one.team_name,
        "bot_token": one.bot_token,
        "bot_refresh_token": one.bot_refresh_token,
        "bot_token_expires_at": one.bot_token_expires_at,
        "bot_id": one.bot_id,
        "bot_user_id": one.bot_user_id,
        "bot_scopes": one.bot_scopes,
        "user_id": one.user_id,
        "installed_at": one.installed_at,
    }


class States(AsyncOAuthStateStore):
    """Remembers installations under way: each may be finished once, soon, by the browser that began it."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    @property
    def logger(self) -> Logger:
        """Where slack_sdk writes what it does with states."""
        return sdk_log("installing")

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """Begin an installation."""
        state = secrets.token_urlsafe(24)
        async with self._store.writing() as db:
            await workspaces.begin(db, state, self._now() + timedelta(seconds=STATE_SECONDS))
        return state

    async def async_consume(self, state: str) -> bool:
        """Finish one; returns whether there was such a one."""
        async with self._store.writing() as db:
            return await workspaces.finish(db, state, self._now())


async def _thanked(args: AsyncSuccessArgs) -> BoltResponse:
    """The page that slack-bolt has for who has installed it, which leads back to Slack."""
    return await args.default.success(args)


async def _explained(args: AsyncFailureArgs) -> BoltResponse:
    """A page that says why Watcher was not installed, and how to try again."""
    own = str(args.error) if args.error else ""
    why = own or _FAILURES.get(args.reason, f"Slack said: {args.reason}.")
    page = (
        "<!doctype html><meta charset=utf-8><title>Watcher</title>"
        f"<p>Watcher was not installed. {escape(why)}"
        f'<p><a href="{INSTALL}">Try once more</a>'
    )
    kind: dict[str, str | Sequence[str]] = {"Content-Type": "text/html; charset=utf-8"}
    return BoltResponse(status=args.suggested_status_code, headers=kind, body=page)


def flow_of(
    settings: SlackSettings, store: Store, now: Callable[[], datetime], installations: Installations
) -> AsyncOAuthFlow:
    """Slack's OAuth as slack-bolt leads through it."""
    api = f"{settings.api_base.rstrip('/')}/"
    return AsyncOAuthFlow(
        client=AsyncWebClient(base_url=api, retry_handlers=[], logger=sdk_log("installing")),
        logger=sdk_log("installing"),
        settings=AsyncOAuthSettings(
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            scopes=SCOPES,
            user_scopes=(),
            authorization_url=f"{api.removesuffix('api/')}oauth/v2/authorize",
            install_path=INSTALL,
            redirect_uri_path=REDIRECT,
            callback_options=AsyncCallbackOptions(success=_thanked, failure=_explained),
            installation_store=installations,
            state_store=States(store, now),
            state_expiration_seconds=STATE_SECONDS,
            logger=sdk_log("installing"),
        ),
    )
