"""Forms, the App Home, and whether Watcher is in a channel."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from watcher.chat.commands import Ask, Commands
from watcher.chat.drafting import Draft
from watcher.chat.port import ChatUnavailable
from watcher.chat.slack import forms
from watcher.chat.slack.desks import Managers, Workspace
from watcher.chat.slack.forms import Household
from watcher.chat.slack.wire import OF_GROUP_MESSAGES, Refused, Unmended, Wire
from watcher.desk.compose import count
from watcher.models import Card, Line, Piece, Place, Subscription
from watcher.store import Store, status, subscriptions, topics

log = logging.getLogger(__name__)

_NOT_IN = frozenset(
    {"channel_not_found", "not_in_channel", "method_not_supported_for_channel_type", "is_private"}
)


class Rooms:
    """What Slack has beside messages: forms to fill in, and a page of one's own."""

    def __init__(
        self, store: Store, wire: Wire, commands: Commands, workspace: Workspace, managers: Managers
    ) -> None:
        self._store = store
        self._wire = wire
        self._commands = commands
        self._workspace = workspace
        self._desk = commands.newsroom.desk_of(workspace.desk).id
        self._managers = managers

    async def lacking(self, channel: str, *, is_here: bool = True) -> str:
        """What is still to be done before Watcher can post in a channel; empty where nothing is."""
        which, there = ("this channel", "here") if is_here else ("that channel", "there")
        try:
            found = (await self._wire.call("conversations_info", channel=channel)).get("channel") or {}
            if found.get("is_archived"):
                return str(Refused("is_archived"))
            if not found.get("is_member") and not found.get("is_mpim"):
                await self._wire.call("conversations_join", channel=channel)
        except (Refused, Unmended) as error:
            if error.error in _NOT_IN:
                do = "Invite me" if is_here else "Invite me in it"
                return f"I am not in {which} yet, so nothing can come {there}. {do}: /invite @Watcher"
            if error.error in ("missing_scope", "is_archived") and error.needed != OF_GROUP_MESSAGES:
                return str(error)
            log.info("whether I am in %s could not be learned: %s", channel, error)
        except ChatUnavailable as error:
            log.info("whether I am in %s could not be learned: %s", channel, error)
        return ""

    # ---------------------------------------------------------------------------------------- forms

    async def open_form(self, draft: Draft, trigger: str) -> bool:
        """Open the form of a topic, of the one that `draft.old` names as it is now; whether it was opened."""
        if draft.old:
            async with self._store.reading() as db:
                topic = await topics.get(db, self._desk, draft.old.casefold())
            if topic is None or len(topic.query) > forms.LONGEST_QUERY:
                return False
            draft = Draft.of(topic, draft.channel)
        await self._wire.call("views_open", trigger_id=trigger, view=forms.topic_form(draft))
        return True

    async def preview(self, view: Mapping[str, Any], person: str) -> None:
        """Show under the form what its topic would have caught."""
        draft = forms.filled_in(view)
        if not draft.query:
            shown = Card("Write first what to look for.", tone="bad")
        else:
            shown = await self._commands.call(
                await self._ask(draft, person),
                "watch topic test",
                **draft.tried(),
            )
        await self._wire.surely(
            "views_update", harmless=True, view_id=view["id"], view=forms.topic_form(draft, shown)
        )

    async def submitted(self, view: Mapping[str, Any], person: str) -> None:
        """Save a topic as it was filled in; where that cannot be, show the form again and say why."""
        draft = forms.filled_in(view)
        path, said = draft.saved()
        card = await self._commands.call(await self._ask(draft, person), path, **said)
        shown = forms.topic_form(draft, card) if card.tone == "bad" else forms.result(card)
        await self._wire.surely("views_update", harmless=True, view_id=view["id"], view=shown)
        await self.publish_home(person)

    async def _ask(self, draft: Draft, person: str) -> Ask:
        place = Place("slack", draft.channel) if draft.channel else Place("slack", person=person)
        standing = await self._managers.standing(person)
        return Ask(self._workspace.desk, place, person, standing.may_manage, name=standing.name)

    # ----------------------------------------------------------------------------------------- home

    async def publish_home(self, person: str) -> None:
        """Show somebody their App Home as things are now."""
        standing = await self._managers.standing(person)
        shown = await self._household(person, standing.may_manage)
        await self._wire.surely("views_publish", harmless=True, user_id=person, view=forms.home(shown))

    async def pressed(self, body: Mapping[str, Any]) -> None:
        """A button on the App Home or in a form."""
        action, view, person = body["actions"][0], body["view"], str(body["user"]["id"])
        word, _, name = str(action.get("action_id")).partition(":")
        trigger = str(body.get("trigger_id") or "")
        if word == "preview":
            await self.preview(view, person)
        elif word == "form":
            old = str(action.get("value")) if name.startswith("edit") else ""
            await self.open_form(Draft(old=old), trigger)
        elif word == "run":
            await self._run(str(action.get("value") or ""), person, trigger, view)

    async def _run(self, line: str, person: str, trigger: str, view: Mapping[str, Any]) -> None:
        """Run a line from where there is no channel to answer in: the answer comes as a form."""
        opened = await self._show("", forms.waiting(), trigger, view)
        card = await self._commands.run(await self._ask(Draft(), person), line)
        await self._show(opened, forms.result(card), trigger, view)
        if view.get("type") == "home":
            await self.publish_home(person)

    async def _show(self, opened: str, shown: forms.View, trigger: str, view: Mapping[str, Any]) -> str:
        if opened or view.get("type") == "modal":
            await self._wire.surely("views_update", harmless=True, view_id=opened or view["id"], view=shown)
            return opened or str(view["id"])
        answer = await self._wire.call("views_open", trigger_id=trigger, view=shown)
        return str(answer["view"]["id"])

    async def _household(self, person: str, may_manage: bool) -> Household:
        async with self._store.reading() as db:
            mine = [
                one for one in await subscriptions.subscriptions(db, self._desk) if one.place.person == person
            ]
            known = await topics.topics(db, self._desk)
            counts = await status.counts(db, self._desk)
        told = f"{count(counts.stories, 'story', 'stories')}, {count(counts.groups, 'event')}."
        if may_manage:
            told += f" {count(counts.feeds, 'feed')}, {counts.ill or 'none'} of them in trouble."
        listed = tuple((one.id, _subscription_line(one)) for one in mine)
        return Household(listed, tuple(known), (Piece(told),), may_manage)


def _subscription_line(one: Subscription) -> Line:
    what = Piece(", ".join(one.topics) or "every topic", "strong")
    if one.how == "at once":
        return (what, Piece(" each event at once"))
    times = ", ".join(f"{at:%H:%M}" for at in one.times)
    following = (Piece(" · next "), Piece("soon", "moment", at=one.next_at)) if one.next_at else ()
    return (what, Piece(f" digest at {times} ({one.time_zone})"), *following)
