"""People who use the fake Slack: they type, press, fill in and react."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from tests.fake_slack.state import BOT_USER, Json, Workspace


@dataclass(slots=True)
class Interaction:
    """Something that somebody did, and what came of it."""

    payload: Json
    acks: list[Json] = field(default_factory=list)
    seconds: float = 0.0
    answers: list[Json] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, number: int = 1) -> Json:
        """The nth answer at its response address, waited for."""
        async with asyncio.timeout(10):
            while len(self.answers) < number:
                self.came.clear()
                await self.came.wait()
        return self.answers[number - 1]


class People:
    """What people do, told to the app by whoever inherits this."""

    here: Workspace

    @property
    def base(self) -> str:
        """The address of the server, with a slash at its end."""
        raise NotImplementedError

    async def tell(self, kind: str, payload: Json, *, twice: bool = False) -> Interaction:
        """Tell the app something."""
        raise NotImplementedError

    def _trigger(self) -> str:
        trigger = f"trigger{self.here.number()}"
        self.here.triggers.add(trigger)
        return trigger

    def _address(self) -> str:
        return f"{self.base}respond/r{self.here.number()}"

    async def command(
        self, line: str, by: str = "UADA", channel: str = "CNEWS", *, twice: bool = False
    ) -> Interaction:
        """Somebody types a slash command."""
        word, _, text = line.partition(" ")
        payload = {
            "command": word,
            "text": text,
            "user_id": by,
            "channel_id": channel,
            "team_id": self.here.team,
            "trigger_id": self._trigger(),
            "response_url": self._address(),
        }
        return await self.tell("slash_commands", payload, twice=twice)

    async def press(
        self,
        button: Json,
        by: str = "UADA",
        channel: str = "CNEWS",
        *,
        view: Json | None = None,
        thread: str = "",
    ) -> Interaction:
        """Somebody presses a button, of a message (perhaps one in a thread) or of a view."""
        action = {"type": "button", "block_id": "b", "action_ts": "1.0", **button}
        payload: Json = {
            "type": "block_actions",
            "user": {"id": by, "team_id": self.here.team},
            "team": {"id": self.here.team},
            "trigger_id": self._trigger(),
            "actions": [action],
        }
        if view is not None:
            payload |= {"view": view, "container": {"type": "view", "view_id": view["id"]}}
        else:
            payload |= {
                "channel": {"id": channel},
                "container": {"type": "message", "channel_id": channel}
                | ({"thread_ts": thread} if thread else {}),
                "response_url": self._address(),
            }
        return await self.tell("interactive", payload)

    async def submit(self, view: Json, values: dict[str, str], by: str = "UADA") -> Interaction:
        """Somebody fills in a form and sends it off."""
        payload = {
            "type": "view_submission",
            "user": {"id": by, "team_id": self.here.team},
            "team": {"id": self.here.team},
            "trigger_id": self._trigger(),
            "view": filled(view, values),
        }
        return await self.tell("interactive", payload)

    async def shortcut(self, message: Json, by: str = "UADA", channel: str = "CNEWS") -> Interaction:
        """Somebody chooses Find coverage on a message."""
        payload = {
            "type": "message_action",
            "callback_id": "find_coverage",
            "user": {"id": by, "team_id": self.here.team},
            "team": {"id": self.here.team},
            "channel": {"id": channel},
            "trigger_id": self._trigger(),
            "response_url": self._address(),
            "message": message,
        }
        return await self.tell("interactive", payload)

    async def event(self, event: Json, *, twice: bool = False) -> Interaction:
        """Something happens that the app has asked to hear of."""
        payload = {
            "type": "event_callback",
            "team_id": self.here.team,
            "event_id": f"Ev{self.here.number()}",
            "authorizations": [{"team_id": self.here.team, "user_id": BOT_USER, "is_bot": True}],
            "event": event,
        }
        return await self.tell("events_api", payload, twice=twice)


def filled(view: Json, values: dict[str, str]) -> Json:
    """A view as it is sent, with what was filled in."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        name, element = block["block_id"], block["element"]
        given = values.get(name, element.get("initial_value"))
        if element["type"] == "static_select":
            chosen = values.get(name) or element["initial_option"]["value"]
            state[name] = {element["action_id"]: {"selected_option": {"value": chosen}}}
        else:
            state[name] = {element["action_id"]: {"value": given}}
    return view | {"state": {"values": state}}
