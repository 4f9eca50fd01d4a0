"""The REST interface: what each endpoint does to the world. Errors are raised as Denied."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.fake_discord import limits
from tests.fake_discord.limits import Denied
from tests.fake_discord.world import (
    DM,
    EMBED,
    FORUM,
    HISTORY,
    MAKE_THREADS,
    MANAGE_THREADS,
    NEWS,
    SEND,
    SEND_IN_THREADS,
    TEXT,
    THREAD,
    THREADS,
    VIEW,
    Channel,
    Guild,
    Message,
    user,
)

if TYPE_CHECKING:
    from tests.fake_discord.server import Asked, FakeDiscord

NONCE_HOLDS = timedelta(minutes=5)
Endpoint = Callable[["FakeDiscord", "Asked"], Awaitable[Any]]
ENDPOINTS: list[tuple[str, str, Endpoint]] = []


def endpoint(method: str, path: str) -> Callable[[Endpoint], Endpoint]:
    """Serve an endpoint by a function."""

    def made(function: Endpoint) -> Endpoint:
        ENDPOINTS.append((method, path, function))
        return function

    return made


@endpoint("GET", "/users/@me")
async def me(fake: FakeDiscord, asked: Asked) -> Any:
    return user(fake.world.bot, "watcher", bot=True)


@endpoint("GET", "/oauth2/applications/@me")
async def application(fake: FakeDiscord, asked: Asked) -> Any:
    return {
        "id": fake.world.application,
        "name": "Watcher",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "",
        "flags": 0,
        "owner": user(fake.world.bot),
        "team": None,
    }


@endpoint("GET", "/gateway/bot")
async def gateway_bot(fake: FakeDiscord, asked: Asked) -> Any:
    limit = {"total": 1000, "remaining": 999, "reset_after": 1000, "max_concurrency": 1}
    return {"url": fake.gateway.url, "shards": fake.gateway.needs_shards, "session_start_limit": limit}


@endpoint("GET", "/users/@me/guilds")
async def my_guilds(fake: FakeDiscord, asked: Asked) -> Any:
    here = [guild for guild in fake.world.guilds.values() if guild.installed]
    return [{"id": one.id, "name": one.name, "permissions": str(one.permissions)} for one in here]


def _guild(fake: FakeDiscord, id_: str) -> Guild:
    found = fake.world.guilds.get(id_)
    if found is None or not found.installed:
        raise Denied(403, 50001, "Missing Access")
    return found


@endpoint("GET", "/guilds/{guild}")
async def get_guild(fake: FakeDiscord, asked: Asked) -> Any:
    return _guild(fake, asked.where["guild"]).as_object()


@endpoint("GET", "/guilds/{guild}/members/{user}")
async def get_member(fake: FakeDiscord, asked: Asked) -> Any:
    member = _guild(fake, asked.where["guild"]).member()
    wanted = asked.where["user"]
    if wanted == fake.world.bot:
        return member
    if wanted not in fake.world.people:
        raise Denied(404, 10007, "Unknown Member")
    return member | {"user": user(wanted, fake.world.people[wanted]), "roles": []}


@endpoint("GET", "/applications/{application}/commands")
async def get_commands(fake: FakeDiscord, asked: Asked) -> Any:
    return fake.world.commands


@endpoint("PUT", "/applications/{application}/commands")
async def put_commands(fake: FakeDiscord, asked: Asked) -> Any:
    limits.check_commands(asked.body)
    fake.world.commands = asked.body
    return asked.body


# ------------------------------------------------------------------------------------- channels


def _channel(fake: FakeDiscord, id_: str) -> Channel:
    found = fake.world.channels.get(id_)
    if found is None or found.gone:
        raise Denied(404, 10003, "Unknown Channel")
    if found.kind != DM and (not found.guild or not found.guild.installed or not found.permissions() & VIEW):
        raise Denied(403, 50001, "Missing Access")
    return found


def _need(channel: Channel, *permissions: int) -> None:
    if channel.kind != DM and any(not channel.permissions() & one for one in permissions):
        raise Denied(403, 50013, "Missing Permissions")


def _message(channel: Channel, id_: str) -> Message:
    if id_ not in channel.messages:
        raise Denied(404, 10008, "Unknown Message")
    return channel.messages[id_]


@endpoint("GET", "/channels/{channel}")
async def get_channel(fake: FakeDiscord, asked: Asked) -> Any:
    return _channel(fake, asked.where["channel"]).as_object()


@endpoint("PATCH", "/channels/{channel}")
async def patch_channel(fake: FakeDiscord, asked: Asked) -> Any:
    channel = _channel(fake, asked.where["channel"])
    if channel.locked:
        _need(channel, MANAGE_THREADS)
    channel.archived = asked.body.get("archived", channel.archived)
    return channel.as_object()


@endpoint("POST", "/channels/{channel}/messages")
async def post_message(fake: FakeDiscord, asked: Asked) -> Any:
    channel = _channel(fake, asked.where["channel"])
    if channel.kind == FORUM:
        raise Denied(400, 50024, "Cannot execute action on this channel type")
    if channel.kind == DM and channel.person in fake.world.closed_windows:
        raise Denied(403, 50007, "Cannot send messages to this user")
    _need(channel, SEND_IN_THREADS if channel.kind in THREADS else SEND)
    if channel.locked:
        raise Denied(403, 50083, "Thread is archived")
    body = dict(asked.body)
    if channel.kind != DM and not channel.permissions() & EMBED:
        body["embeds"] = []  # Discord leaves them out without a word
    limits.check_message(body, files=asked.files)
    again = _known(fake, channel, body)
    if again:
        return again
    channel.archived = False
    made = fake.world.message(channel, body, user(fake.world.bot, "watcher", bot=True))
    if body.get("nonce"):
        channel.nonces[str(body["nonce"])] = (fake.world.now(), made["id"])
    made["attachments"] = [{"id": str(n), "filename": name} for n, name in enumerate(asked.file_names)]
    return made | {"nonce": body.get("nonce")}


def _known(fake: FakeDiscord, channel: Channel, body: dict[str, Any]) -> Message | None:
    """The message that was posted with this nonce some minutes ago."""
    at, id_ = channel.nonces.get(str(body.get("nonce")), (None, ""))
    if at is None or not body.get("enforce_nonce") or fake.world.now() - at > NONCE_HOLDS:
        return None
    return channel.messages.get(id_)


@endpoint("GET", "/channels/{channel}/messages")
async def get_messages(fake: FakeDiscord, asked: Asked) -> Any:
    channel = _channel(fake, asked.where["channel"])
    _need(channel, HISTORY)
    after = int(asked.query.get("after", 0))
    found = [one for one in channel.shown if int(one["id"]) > after]
    return found[: int(asked.query.get("limit", 50))][::-1]


@endpoint("GET", "/channels/{channel}/messages/{message}")
async def get_message(fake: FakeDiscord, asked: Asked) -> Any:
    return _message(_channel(fake, asked.where["channel"]), asked.where["message"])


@endpoint("PATCH", "/channels/{channel}/messages/{message}")
async def patch_message(fake: FakeDiscord, asked: Asked) -> Any:
    channel = _channel(fake, asked.where["channel"])
    message = _message(channel, asked.where["message"])
    if channel.archived or channel.locked:
        raise Denied(403, 50083, "Tried to perform an operation on an archived thread")
    limits.check_message({**message, **asked.body})
    message |= {key: asked.body[key] for key in ("content", "embeds", "components") if key in asked.body}
    message["edited_timestamp"] = message["timestamp"]
    return message


@endpoint("POST", "/channels/{channel}/messages/{message}/threads")
async def thread_on_message(fake: FakeDiscord, asked: Asked) -> Any:
    channel = _channel(fake, asked.where["channel"])
    message = _message(channel, asked.where["message"])
    if channel.kind not in (TEXT, NEWS):
        raise Denied(400, 50024, "Cannot execute action on this channel type")
    _need(channel, MAKE_THREADS)
    if message["id"] in fake.world.channels:
        raise Denied(400, 160004, "A thread has already been created for this message")
    kind = 10 if channel.kind == NEWS else THREAD
    made = fake.world.thread(message["id"], asked.body["name"], channel, kind)
    await fake.gateway.tell("THREAD_CREATE", made.as_object())
    return made.as_object()


@endpoint("POST", "/channels/{channel}/threads")
async def post_in_forum(fake: FakeDiscord, asked: Asked) -> Any:
    channel = _channel(fake, asked.where["channel"])
    if channel.kind != FORUM:
        raise Denied(400, 50024, "Cannot execute action on this channel type")
    _need(channel, SEND)
    limits.check_message(asked.body["message"])
    applied = asked.body.get("applied_tags") or []
    if channel.wants_tag and not applied:
        raise Denied(400, 40067, "A tag is required to create a forum post in this channel")
    for tag in applied:
        _may_be_set(channel, tag)
    made = fake.world.thread(fake.world.snowflake(), asked.body["name"], channel)
    author = user(fake.world.bot, "watcher", bot=True)
    made.applied = applied
    message = fake.world.message(made, asked.body["message"], author, made.id)
    return made.as_object() | {"message": message}


def _may_be_set(forum: Channel, tag: str) -> None:
    known = [one for one in forum.tags if one["id"] == tag]
    if not known:
        raise Denied(400, 10087, "Unknown Tag")
    if known[0]["moderated"]:
        _need(forum, MANAGE_THREADS)


@endpoint("GET", "/guilds/{guild}/threads/active")
async def active_threads(fake: FakeDiscord, asked: Asked) -> Any:
    guild = fake.world.guilds[asked.where["guild"]]
    found = [one for one in guild.channels if one.kind in THREADS and not one.archived and not one.gone]
    return {"threads": [one.as_object() for one in found], "members": []}


@endpoint("POST", "/users/@me/channels")
async def open_window(fake: FakeDiscord, asked: Asked) -> Any:
    return fake.world.window(str(asked.body["recipient_id"])).as_object()


# --------------------------------------------------------------------------------- interactions


@endpoint("POST", "/interactions/{interaction}/{token}/callback")
async def call_back(fake: FakeDiscord, asked: Asked) -> Any:
    known = fake.interactions.get(asked.where["token"])
    if known is None or fake.world.now() - known.at > timedelta(seconds=3):
        raise Denied(404, 10062, "Unknown interaction")
    if known.acknowledged:
        raise Denied(400, 40060, "Interaction has already been acknowledged.")
    known.take(asked.body["type"], asked.body.get("data") or {})
    answer = {"interaction": {"id": known.id, "type": known.kind}}
    if known.message is not None:
        answer["resource"] = {"type": asked.body["type"], "message": known.message}
    return answer


@endpoint("PATCH", "/webhooks/{application}/{token}/messages/@original")
async def patch_original(fake: FakeDiscord, asked: Asked) -> Any:
    known = fake.interactions.get(asked.where["token"])
    if known is None or known.message is None:
        raise Denied(404, 10015, "Unknown Webhook")
    return known.change(asked.body, asked.file_names)
