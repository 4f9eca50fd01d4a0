"""The methods of the Web API, as far as Watcher and its tests go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fake_slack.judging import judge_blocks, judge_view
from tests.fake_slack.state import BOT_ID, BOT_USER, Channel, Json, SlackError, Workspace

_METHODS: dict[str, tuple[str, Callable[[Workspace, Json], Json]]] = {}


def method(name: str, scope: str = "") -> Callable[[Callable[[Workspace, Json], Json]], Any]:
    """Serve a method, to tokens that have a scope; several by | are for the kinds of channels."""

    def made(function: Callable[[Workspace, Json], Json]) -> Callable[[Workspace, Json], Json]:
        _METHODS[name] = (scope, function)
        return function

    return made


def serve(workspace: Workspace, name: str, arguments: Json) -> Json:
    """The answer of a method; raises SlackError."""
    if workspace.token_error:
        raise SlackError(workspace.token_error)
    if name not in _METHODS:
        raise SlackError("unknown_method", req_method=name)
    scope, function = _METHODS[name]
    if scope and scope not in workspace.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(workspace.scopes)))
    return {"ok": True, **function(workspace, arguments)}


@method("auth.test")
def _auth_test(here: Workspace, asked: Json) -> Json:
    return {
        "team_id": here.team,
        "team": here.name,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "url": "https://x/",
        "is_enterprise_install": here.is_organisation,
        **({"enterprise_id": here.enterprise} if here.enterprise else {}),
    }


# ------------------------------------------------------------------------------------- messages


@method("chat.postMessage", "chat:write")
def _post(here: Workspace, asked: Json) -> Json:
    channel = here.find(str(asked["channel"]))
    _may_post(here, channel)
    message = _made(here, asked)
    if asked.get("thread_ts"):
        here.message(channel, asked["thread_ts"])
        message["thread_ts"] = asked["thread_ts"]
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def _may_post(here: Workspace, channel: Channel) -> None:
    if channel.archived:
        raise SlackError("is_archived")
    public = "chat:write.public" in here.scopes and not channel.private
    if BOT_USER not in channel.members and not public:
        raise SlackError("not_in_channel")


def _made(here: Workspace, asked: Json) -> Json:
    if not asked.get("text") and not asked.get("blocks"):
        raise SlackError("no_text")
    if len(str(asked.get("text", ""))) > 40_000:
        raise SlackError("msg_too_long")
    judge_blocks(asked.get("blocks") or [])
    kept = {name: asked[name] for name in ("text", "blocks", "metadata") if name in asked}
    sent = {name: asked.get(name) for name in ("unfurl_links", "unfurl_media", "reply_broadcast")}
    return {"ts": here.next_ts(), "user": BOT_USER, "bot_id": BOT_ID, **kept, "asked": sent}


@method("chat.update", "chat:write")
def _update(here: Workspace, asked: Json) -> Json:
    channel = here.find(str(asked["channel"]))
    message = here.message(channel, str(asked["ts"]))
    if message.get("user") != BOT_USER:
        raise SlackError("cant_update_message")
    judge_blocks(asked.get("blocks") or [])
    message |= {"text": asked.get("text"), "blocks": asked.get("blocks"), "edited": {"ts": here.next_ts()}}
    return {"channel": channel.id, "ts": message["ts"]}


@method("chat.postEphemeral", "chat:write")
def _ephemeral(here: Workspace, asked: Json) -> Json:
    channel = here.find(str(asked["channel"]))
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    made = _made(here, asked) | {"channel": channel.id, "to": asked["user"]}
    here.ephemerals.append(made | {"thread_ts": asked.get("thread_ts", "")})
    return {"message_ts": made["ts"]}


# ------------------------------------------------------------------------------------- channels


def _history_scope(here: Workspace, channel: Channel) -> None:
    needed = "im:history" if channel.person else "groups:history" if channel.private else "channels:history"
    if needed not in here.scopes:
        raise SlackError("missing_scope", needed=needed, provided=",".join(sorted(here.scopes)))
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")


def _page(found: list[Json], asked: Json) -> Json:
    oldest = float(asked.get("oldest") or 0)
    kept = [one for one in found if float(one["ts"]) >= oldest]
    start, limit = int(asked.get("cursor") or 0), min(int(asked.get("limit") or 100), 999)
    page = kept[start : start + limit]
    following = str(start + limit) if start + limit < len(kept) else ""
    if not asked.get("include_all_metadata"):
        page = [{name: value for name, value in one.items() if name != "metadata"} for one in page]
    return {"messages": page, "response_metadata": {"next_cursor": following}, "has_more": bool(following)}


@method("conversations.history")
def _history(here: Workspace, asked: Json) -> Json:
    channel = here.find(str(asked["channel"]))
    _history_scope(here, channel)
    return _page(list(reversed(here.parents(channel.id))), asked)


@method("conversations.replies")
def _replies(here: Workspace, asked: Json) -> Json:
    channel = here.find(str(asked["channel"]))
    _history_scope(here, channel)
    message = here.message(channel, str(asked["ts"]))
    if message.get("thread_ts", message["ts"]) != message["ts"]:
        return _page([message], asked)
    return _page([message, *here.thread(channel.id, message["ts"])], asked)


@method("conversations.info", "channels:read")
def _info(here: Workspace, asked: Json) -> Json:
    channel = here.find(str(asked["channel"]))
    member = BOT_USER in channel.members
    return {
        "channel": {
            "id": channel.id,
            "name": channel.name,
            "is_member": member,
            "is_private": channel.private,
            "is_archived": channel.archived,
        }
    }


@method("conversations.join", "channels:join")
def _join(here: Workspace, asked: Json) -> Json:
    channel = here.find(str(asked["channel"]))
    if channel.private:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    channel.members.add(BOT_USER)
    return {"channel": {"id": channel.id}}


@method("conversations.open", "im:write")
def _open(here: Workspace, asked: Json) -> Json:
    person = str(asked["users"])
    if person not in here.people:
        raise SlackError("user_not_found")
    if here.people[person].get("deleted"):
        raise SlackError("user_disabled")
    return {"channel": {"id": here.window(person).id}}


# --------------------------------------------------------------------------------------- people


@method("users.info", "users:read")
def _user(here: Workspace, asked: Json) -> Json:
    if asked["user"] not in here.people:
        raise SlackError("user_not_found")
    return {"user": here.people[asked["user"]]}


@method("dnd.info", "dnd:read")
def _dnd(here: Workspace, asked: Json) -> Json:
    if asked["user"] not in here.people:
        raise SlackError("user_not_found")
    return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1} | here.quiet.get(
        asked["user"], {}
    )


@method("usergroups.list", "usergroups:read")
def _groups(here: Workspace, asked: Json) -> Json:
    listed = [{"id": id_, "handle": handle, "name": handle} for id_, (handle, _) in here.groups.items()]
    return {"usergroups": listed}


@method("usergroups.users.list", "usergroups:read")
def _group(here: Workspace, asked: Json) -> Json:
    if asked["usergroup"] not in here.groups:
        raise SlackError("no_such_subteam")
    return {"users": sorted(here.groups[asked["usergroup"]][1])}


# ---------------------------------------------------------------------------------------- views


@method("views.open")
def _view_open(here: Workspace, asked: Json) -> Json:
    if asked["trigger_id"] not in here.triggers:
        raise SlackError("expired_trigger_id")
    here.triggers.discard(asked["trigger_id"])
    return _keep_view(here, f"V{here.number()}", asked["view"])


@method("views.update")
def _view_update(here: Workspace, asked: Json) -> Json:
    if asked["view_id"] not in here.views:
        raise SlackError("not_found")
    return _keep_view(here, asked["view_id"], asked["view"])


def _keep_view(here: Workspace, id_: str, view: Json) -> Json:
    judge_view(view)
    here.views[id_] = view | {"id": id_}
    return {"view": here.views[id_]}


@method("views.publish")
def _publish(here: Workspace, asked: Json) -> Json:
    judge_view(asked["view"])
    here.homes[asked["user_id"]] = asked["view"] | {"id": f"H{asked['user_id']}"}
    return {"view": here.homes[asked["user_id"]]}


# ---------------------------------------------------------------------------------------- files


@method("files.getUploadURLExternal", "files:write")
def _upload_url(here: Workspace, asked: Json) -> Json:
    id_ = f"F{here.number():08d}"
    here.uploads[id_] = {"name": asked["filename"], "length": int(asked["length"])}
    return {"upload_url": f"{here.people['base']['url']}upload/{id_}", "file_id": id_}


@method("files.completeUploadExternal", "files:write")
def _uploaded(here: Workspace, asked: Json) -> Json:
    channel = here.find(str(asked["channel_id"]))
    for one in asked["files"]:
        upload = here.uploads[one["id"]]
        if len(upload.get("content", b"")) != upload["length"]:
            raise SlackError("file_upload_size_mismatch")
        message = {"ts": here.next_ts(), "user": BOT_USER, "text": "", "files": [upload]}
        message |= {"thread_ts": asked["thread_ts"]} if asked.get("thread_ts") else {}
        channel.messages.append(message)
    return {"files": [{"id": one["id"]} for one in asked["files"]]}


@method("files.info", "files:read")
def _file(here: Workspace, asked: Json) -> Json:
    if asked["file"] not in here.files:
        raise SlackError("file_not_found")
    return {"file": here.files[asked["file"]]}
