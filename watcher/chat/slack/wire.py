"""Calls to Slack's Web API by slack_sdk, and Slack's errors in words."""

from __future__ import annotations

import asyncio
import logging
import math
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from watcher.chat.port import ChatRefused, ChatUnavailable, in_a_line
from watcher.models import Attachment

log = logging.getLogger(__name__)

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "dnd:read",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "reactions:read",
    "usergroups:read",
    "users:read",
)
"""What the bot's token has to allow; config/slack-manifest.yaml asks for the same."""

OF_GROUP_MESSAGES = "mpim:read"
"""What Slack wants before it says anything of a message among several people, where one can post without."""

TOKEN_ERRORS = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
    }
)
MENDABLE = TOKEN_ERRORS | {"missing_scope", "org_login_required", "team_access_not_granted", "access_denied"}
"""What keeps Watcher from a whole workspace until somebody mends its app: nothing is given up for that."""
LOOKED_AGAIN = timedelta(minutes=2)
"""How soon it is tried whether the app was mended."""
PATIENCE = timedelta(seconds=30)
"""How long to wait where Slack asks for patience and does not say how long."""
TRIES, LONGEST_WAIT = 4, 30.0
"""How often an answer to somebody is tried again, and how many seconds it waits for that at most."""
_AT = "api.slack.com/apps"
_TOKEN = f"Copy the bot token anew from {_AT}, under OAuth & Permissions, into SLACK_BOT_TOKEN, and restart."
_OURS = "Please report this: it is Watcher's doing, not yours."
_WORDS = {
    "not_in_channel": "Watcher is not in that channel. Invite it there: /invite @Watcher",
    "channel_not_found": "Watcher can see no such channel: it was deleted, or is private and Watcher is not "
    "in it. Invite it there with /invite @Watcher, or subscribe another channel with /watch subscribe.",
    "is_archived": "That channel is archived. Unarchive it, or subscribe another one with /watch subscribe.",
    "invalid_auth": f"Slack does not know Watcher's token. {_TOKEN}",
    "not_authed": f"Watcher has no token for Slack. {_TOKEN}",
    "account_inactive": f"Watcher's app was removed from this workspace, or its account deactivated. "
    f"Install it again at {_AT}, put the new token into SLACK_BOT_TOKEN, and restart.",
    "token_revoked": f"Watcher's token was revoked. Install the app again at {_AT}, put the new token into "
    "SLACK_BOT_TOKEN, and restart.",
    "token_expired": "Watcher's token has expired: token rotation is turned on for its app. Make the app "
    "anew from config/slack-manifest.yaml, which leaves it off.",
    "not_allowed_token_type": "That is the wrong kind of token: SLACK_BOT_TOKEN begins with xoxb-, "
    "SLACK_APP_TOKEN with xapp-.",
    "message_not_found": "The message that this belongs to was deleted.",
    "thread_not_found": "The message whose thread this belongs to was deleted.",
    "cant_update_message": "That message is not Watcher's own, so it cannot change it.",
    "edit_window_closed": "This workspace lets nobody edit a message as old as that.",
    "restricted_action": "This workspace does not let Watcher post there. An administrator can allow it in "
    "the settings of that channel, under posting permissions.",
    "restricted_action_read_only_channel": "Only some may post in that channel. An administrator can allow "
    "Watcher in its settings, under posting permissions.",
    "restricted_action_thread_locked": "That thread is locked. Unlock it, or let digests open new ones.",
    "user_not_found": "There is no such person in this workspace any more.",
    "user_disabled": "That person's account was deactivated; their subscription can be ended.",
    "cannot_dm_bot": "A bot takes no direct messages.",
    "messages_tab_disabled": "Watcher's app has no window of messages. Turn on the Messages Tab at "
    f"{_AT}, under App Home.",
    "invalid_blocks": f"Slack found a fault in the message. {_OURS}",
    "msg_blocks_too_long": f"Slack found the message too long. {_OURS}",
    "msg_too_long": f"Slack found the message too long. {_OURS}",
    "too_many_attachments": f"Slack found too much in the message. {_OURS}",
    "metadata_too_large": f"Slack found too much in the message. {_OURS}",
    "expired_trigger_id": "That took too long for Slack to open a form. Try once more.",
    "trigger_expired": "That took too long for Slack to open a form. Try once more.",
    "not_installed": "Watcher is not installed in that workspace any more. Whoever manages it can install it "
    "again, at /slack/install of Watcher's own address.",
    "user_not_visible": "That person is of another workspace, and cannot be seen from this one.",
    "org_login_required": "This workspace is being moved to another Slack organisation, and takes nothing "
    "until that is done.",
    "team_access_not_granted": f"Watcher's app may not enter this workspace. Allow it at {_AT}.",
    "access_denied": f"Watcher's app may not do that in this workspace. Allow it at {_AT}.",
    "ekm_access_denied": "This workspace's administrators have suspended the keys of that channel; they can "
    "give them back.",
}
# Slack says of these that part of what was asked may have been done all the same.
_UNCERTAIN = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
_PATIENCE = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})


class Refused(ChatRefused):
    """Something that Slack will never take, with the word by which it says why."""

    def __init__(self, error: str, needed: str = "") -> None:
        super().__init__(lacking(needed) if error == "missing_scope" else _words(error))
        self.error = error
        self.needed = needed


class Unmended(ChatUnavailable):
    """Something that Slack takes again once somebody has mended Watcher's app or token."""

    def __init__(self, error: str, needed: str = "", again: timedelta = LOOKED_AGAIN) -> None:
        sentence = lacking(needed) if error == "missing_scope" else _words(error)
        super().__init__(sentence, again, until_mended=True)
        self.error = error
        self.needed = needed


def _words(error: str) -> str:
    return _WORDS.get(error) or f"Slack will not take it ({error})."


def lacking(scopes: str) -> str:
    """What to do about missing scopes, in a sentence."""
    return (
        f"Watcher's Slack app lacks the scope {scopes or 'that this needs'}. Add it at {_AT}, under OAuth & "
        "Permissions, and install the app to the workspace again."
    )


def as_chat_error(error: Exception) -> ChatUnavailable | ChatRefused:
    """An error of slack_sdk or of the network as one of the port's two."""
    if isinstance(error, SlackApiError):
        return _from_answer(error.response)
    if isinstance(error, aiohttp.ClientConnectorError):
        return ChatUnavailable(f"Slack cannot be reached: {in_a_line(error)}.")
    return ChatUnavailable("Slack has not answered.", uncertain=True)


def _from_answer(answer: Any) -> ChatUnavailable | ChatRefused:
    status = int(getattr(answer, "status_code", None) or getattr(answer, "status", None) or 0)
    body = getattr(answer, "data", None)
    body = body if isinstance(body, dict) else {}
    error = str(body.get("error") or "")
    if status == 429 or error in _PATIENCE:
        wait = _retry_after(getattr(answer, "headers", {}))
        return ChatUnavailable("Slack asks for patience.", PATIENCE if wait is None else wait)
    if status >= 500 or error in _UNCERTAIN:
        return ChatUnavailable(f"Slack has trouble of its own ({error or status}).", uncertain=True)
    if not error:
        return ChatUnavailable("Slack's answer cannot be read.", uncertain=True)
    needed = str(body.get("needed") or "")
    return Unmended(error, needed) if error in MENDABLE else Refused(error, needed)


def _retry_after(headers: Any) -> timedelta | None:
    try:
        return timedelta(seconds=min(max(float(headers.get("Retry-After", "")), 0.0), 3_600))
    except (TypeError, ValueError):
        return None


class Wire:
    """Slack's Web API. An answer that takes longer than `seconds` is given up as lost.

    `again` is the first pause, in seconds, before something is asked again where Slack does not say how long.
    """

    def __init__(self, api_base: str, token: str, seconds: float, again: float = 1.0) -> None:
        self._seconds = seconds
        self._again = again
        self._client = AsyncWebClient(
            token=token,
            base_url=f"{api_base.rstrip('/')}/",
            timeout=max(1, math.ceil(seconds)),
            # slack_sdk sends anew what was cut off, by default: a message would come twice.
            retry_handlers=[],
            logger=sdk_log(),
        )

    def renew(self, token: str) -> None:
        """Go on with another token."""
        self._client.token = token

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Ask Slack something (`chat_postMessage`); raises ChatUnavailable or ChatRefused."""
        answer = await self.answer(method, **arguments)
        return dict(answer.data)

    async def surely(self, method: str, *, harmless: bool = False, **arguments: Any) -> dict[str, Any]:
        """Ask Slack something, and again while it asks for patience, since nothing keeps it for later.

        `harmless` says that no harm comes of doing it twice: then what was unclear is asked again, too.
        """
        pause = self._again
        for _ in range(TRIES):
            try:
                return await self.call(method, **arguments)
            except ChatUnavailable as error:
                if error.until_mended or (error.uncertain and not harmless):
                    raise
                wait = error.retry_after.total_seconds() if error.retry_after else pause
                await asyncio.sleep(min(wait, LONGEST_WAIT))
                pause *= 2
        return await self.call(method, **arguments)

    async def answer(self, method: str, **arguments: Any) -> Any:
        """The same, with the answer's headers."""
        try:
            async with asyncio.timeout(self._seconds):
                return await getattr(self._client, method)(**arguments)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise as_chat_error(error) from error
        except (AttributeError, UnicodeError) as error:
            # slack_sdk takes for granted that what it was answered is a JSON object.
            raise ChatUnavailable("Slack's answer cannot be read.", uncertain=True) from error

    async def upload(self, file: Attachment, channel: str, thread: str = "") -> None:
        """Put a file into a channel or a thread; raises ChatUnavailable or ChatRefused."""
        more = {"thread_ts": thread} if thread else {}
        await self.call(
            "files_upload_v2",
            content=file.content,
            filename=file.name,
            title=file.name,
            channel=channel,
            **more,
        )

    async def download(self, url: str, most: int) -> bytes:
        """A file of Slack's, of at most `most` bytes; raises ChatUnavailable or ChatRefused."""
        headers = {"Authorization": f"Bearer {self._client.token}"}
        try:
            async with (
                asyncio.timeout(self._seconds),
                aiohttp.ClientSession() as session,
                session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                if response.status != 200:
                    raise ChatRefused(f"Slack did not give that file ({response.status}).")
                content = await response.content.read(most + 1)
                while len(content) <= most and (more := await response.content.read(most + 1)):
                    content += more
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise as_chat_error(error) from error
        if len(content) > most:
            raise ChatRefused(f"That file is larger than {most // 2**20} MB, which are the most.")
        return content


async def respond(url: str, seconds: float, **message: Any) -> None:
    """Answer at a response_url; raises ChatUnavailable or ChatRefused."""
    hook = AsyncWebhookClient(url, timeout=max(1, math.ceil(seconds)), retry_handlers=[], logger=sdk_log())
    try:
        async with asyncio.timeout(seconds):
            answer = await hook.send_dict(message)
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise as_chat_error(error) from error
    if answer.status_code == 429:
        raise ChatUnavailable("Slack asks for patience.", _retry_after(answer.headers))
    if answer.status_code >= 500:
        raise ChatUnavailable(f"Slack has trouble of its own ({answer.status_code}).")
    said = str(answer.body).strip()
    if answer.status_code != 200 or said.startswith("<") or '"ok":false' in said.replace(" ", ""):
        raise ChatRefused(f"Slack took no answer there ({answer.status_code}: {str(answer.body)[:80]}).")


def sdk_log(room: str = "api", level: int = logging.ERROR) -> logging.Logger:
    """A log for slack_sdk, which writes addresses that are secrets where it tells details."""
    quiet = logging.getLogger(f"watcher.chat.slack.sdk.{room}")
    quiet.setLevel(level)
    return quiet
