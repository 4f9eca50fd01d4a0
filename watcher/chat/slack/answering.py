"""Commands, buttons and shortcuts: what somebody did, and the answer to it."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from watcher.chat.commands import Ask, Commands
from watcher.chat.commands.whom import channel_in
from watcher.chat.commands.words import split_path, tokens
from watcher.chat.drafting import Draft
from watcher.chat.keeping import Keeper
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.chat.slack.desks import Managers, Standing, Workspace
from watcher.chat.slack.following import Following
from watcher.chat.slack.pointing import story_in
from watcher.chat.slack.rooms import Rooms
from watcher.chat.slack.telling import Telling
from watcher.chat.slack.voice import Spot, Voice
from watcher.chat.slack.wire import Wire
from watcher.chat.slack.wording import typed
from watcher.models import Attachment, Card, Piece, Section

log = logging.getLogger(__name__)

FIND_COVERAGE = "find_coverage"
BIGGEST_FILE = 20 * 2**20
# What somebody may want to be told in a channel, so that Watcher has to be in it.
_WANTS_MEMBERSHIP = (("watch", "subscribe"), ("watch", "settings"))
# What people of another workspace may ask, in a channel that is shared with it.
_FOR_GUESTS = (("watch", "event", "show"),)
_FORMS = (("watch", "topic", "add"), ("watch", "topic", "edit"))


class Answering:
    """Answers people on Slack. Every answer is for the one who asked, until they show it to everyone."""

    def __init__(
        self,
        commands: Commands,
        wire: Wire,
        voice: Voice,
        rooms: Rooms,
        keeper: Keeper,
        workspace: Workspace,
        managers: Managers,
        telling: Telling,
        following: Following,
    ) -> None:
        self._commands = commands
        self._wire = wire
        self._voice = voice
        self._rooms = rooms
        self._keeper = keeper
        self._workspace = workspace
        self._managers = managers
        self._telling = telling
        self._following = following

    # ---------------------------------------------------------------------------------- what came

    async def command(self, body: Mapping[str, Any]) -> None:
        """A slash command: `/digest …` or `/watch …`, whatever the app calls them."""
        spot = Spot(
            str(body.get("user_id")),
            str(body.get("channel_id") or ""),
            str(body.get("response_url") or ""),
            name=str(body.get("user_name") or ""),
        )
        text = typed(str(body.get("text") or "")).strip()
        line = _line_of(str(body.get("command") or ""), text)
        if await self._opened_form(spot, line, str(body.get("trigger_id") or "")):
            return
        await self._voice.answer(spot, self.run(spot, line))

    async def pressed(self, body: Mapping[str, Any]) -> None:
        """A button under a message."""
        action = body["actions"][0]
        channel = str((body.get("channel") or {}).get("id") or "")
        container: Mapping[str, Any] = body.get("container") or {}
        spot = Spot(
            str(body["user"]["id"]),
            channel,
            str(body.get("response_url") or ""),
            str(container.get("thread_ts") or ""),
            str(body["user"].get("name") or body["user"].get("username") or ""),
        )
        word, _, _ = str(action.get("action_id")).partition(":")
        value = str(action.get("value") or "")
        if word == "run":
            await self._voice.answer(spot, self.run(spot, value))
        elif word == "kept":
            line = await self._keeper.find(value)
            if line:
                await self._voice.answer(spot, self.run(spot, line))
            else:
                await self._voice.say(spot, _forgotten())
        elif word == "page":
            await self._turn(spot, value)
        elif word == "show":
            await self._show(spot, value)

    async def _turn(self, spot: Spot, value: str) -> None:
        word, _, page = value.partition(":")
        card = await self._keeper.find_card(word)
        if card is None or not page.isdigit():
            await self._voice.say(spot, _forgotten())
            return
        await self._voice.turn(spot, card, int(page))

    async def _show(self, spot: Spot, value: str) -> None:
        card = await self._keeper.find_card(value.partition(":")[0])
        if card is None:
            await self._voice.say(spot, _forgotten())
            return
        if (await self._managers.standing(spot.person)).foreign:
            await self._voice.say(spot, self._for_guests())
            return
        try:
            await self._voice.everyone(spot, card, value)
        except (ChatRefused, ChatUnavailable) as error:
            await self._voice.say(spot, Card("That cannot be shown here.", sections=_said(error), tone="bad"))

    async def shortcut(self, body: Mapping[str, Any]) -> None:
        """`Find coverage` on a message: what we have of the story that it tells of."""
        spot = Spot(
            str(body["user"]["id"]),
            str((body.get("channel") or {}).get("id") or ""),
            str(body.get("response_url") or ""),
        )
        story = story_in(body.get("message") or {})
        if not story:
            card = Card("There is neither a link nor a headline in that message.", tone="bad")
        else:
            card = await self.run(spot, f"/watch why {story}")
            if card.tone == "bad" and "://" not in story:
                card = await self.run(spot, f"/watch search {story}")
        await self._voice.say(spot, card)

    async def message(self, event: Mapping[str, Any]) -> None:
        """Something written to Watcher: in its window, or by its name in a channel."""
        if event.get("subtype") or event.get("bot_id") or not event.get("user"):
            return
        said = re.sub(rf"<@{re.escape(self._workspace.user)}(?:\|[^>]*)?>", " ", str(event.get("text") or ""))
        line = typed(said).strip() or "/watch help"
        spot = Spot(
            str(event["user"]), str(event.get("channel") or ""), thread=str(event.get("thread_ts") or "")
        )
        await self._voice.say(spot, await self.run(spot, line))

    async def reacted(self, event: Mapping[str, Any], *, added: bool) -> None:
        """Somebody put a reaction to a message, or took it away."""
        told = await self._following.told(event)
        if told is None:
            return
        thread = told.ref.place.thread if told.ref else ""
        channel = str((event.get("item") or {}).get("channel") or "")
        spot = Spot(str(event.get("user")), channel, thread=thread)

        async def run(line: str) -> Card:
            return await self.run(spot, line)

        card = await self._following.done(event, told, run, added=added)
        if card is not None:
            await self._voice.say(spot, card)

    # -------------------------------------------------------------------------------- the answers

    async def run(self, spot: Spot, line: str) -> Card:
        """The answer to a line as typed by somebody."""
        standing = await self._managers.standing(spot.person)
        path, _ = split_path(self._commands.registry, tokens(line))
        command = self._commands.registry.get(path)
        if standing.foreign and path not in _FOR_GUESTS:
            return self._for_guests()
        if command and command.manager and not standing.may_manage and standing.trouble:
            return Card(standing.trouble, tone="bad", private=True)
        if command and command.manager and standing.may_manage:
            await self._telling.managed(spot.person)
        card = await self._commands.run(self.ask(spot, standing), line)
        if path in _WANTS_MEMBERSHIP and card.tone == "good" and "--to me" not in line:
            return await self._with_invitation(spot, channel_in(line), card)
        return card

    def _for_guests(self) -> Card:
        """What somebody of another workspace is told, in a channel that is shared with it."""
        own = self._workspace.name or "another workspace"
        says = "Who is of another workspace reads what is posted here, and changes nothing."
        section = Section(((Piece(says),),))
        return Card(f"This is the desk of {own}.", sections=(section,), tone="bad", private=True)

    def ask(self, spot: Spot, standing: Standing) -> Ask:
        """Who asks, and from where."""

        async def open_file(name: str) -> Attachment:
            return await self._open_file(spot, name)

        called = standing.name or spot.name
        return Ask(
            self._workspace.desk,
            spot.place,
            spot.person,
            standing.may_manage,
            open_file,
            name=called,
            name_of=self._managers.name_of,
        )

    async def _with_invitation(self, spot: Spot, named: str, card: Card) -> Card:
        """A card that says what Watcher still needs to post in the channel that was named, or here."""
        if spot.is_window and not named:
            return card
        lacking = await self._rooms.lacking(named or spot.channel, is_here=named in ("", spot.channel))
        if not lacking:
            return card
        return replace(card, sections=(*card.sections, Section(((Piece(lacking, "strong"),),))))

    async def _open_file(self, spot: Spot, name: str) -> Attachment:
        """A file of theirs that somebody names by its link at Slack; raises ChatRefused."""
        found = re.search(r"\bF[A-Z0-9]{6,}\b", name)
        if not found:
            raise ChatRefused(
                "Give the file's link: send it to me in a direct message, then copy its link (⋮, Copy link)."
            )
        file = (await self._wire.call("files_info", file=found[0])).get("file") or {}
        if file.get("user") != spot.person:
            raise ChatRefused("That file is somebody else's. Send it to me yourself, and give its link.")
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        return Attachment(str(file.get("name") or "file"), await self._wire.download(url, BIGGEST_FILE))

    async def _opened_form(self, spot: Spot, line: str, trigger: str) -> bool:
        """Open a topic's form for who names a command of topics and no more; whether one was opened."""
        path, rest = split_path(self._commands.registry, tokens(line))
        if path not in _FORMS or len(rest) > 1 or not trigger or (path[-1] == "edit" and not rest):
            return False
        if not (await self._managers.standing(spot.person)).may_manage:
            return False
        name = rest[0].text if rest else ""
        draft = Draft(old=name) if path[-1] == "edit" else Draft(name=name)
        try:
            return await self._rooms.open_form(replace(draft, channel=spot.place.channel), trigger)
        except (ChatRefused, ChatUnavailable) as error:
            log.info("a form could not be opened: %s", error)
            return False


def _line_of(command: str, text: str) -> str:
    """The line that a slash command stands for."""
    if command.casefold().endswith("digest"):
        return f"/digest {text}".strip()
    return f"/watch {text or 'help'}"


def _forgotten() -> Card:
    return Card("That is too long ago: ask anew, please.", tone="bad", private=True)


def _said(error: Exception) -> tuple[Section, ...]:
    return (Section(((Piece(str(error)),),)),)
