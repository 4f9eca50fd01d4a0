"""Subscriptions none of whose topics is watched any more: each place is told once, and gets nothing after."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.desk.deliveries import notice
from watcher.models import Button, Card, Place, Subscription
from watcher.store import deliveries, notes, subscriptions, topics

_TOLD = "subscriptions without a topic"


async def tell_bereft(
    db: AsyncConnection, desk: str, now: datetime, here: Place | None = None
) -> list[Subscription]:
    """Tell the places of a desk's subscriptions that have no topic left, each once until it has one again.

    Returns those of which it is news. `here` is told by the answer to who asked, and not once more.
    """
    names = {topic.name for topic in await topics.topics(db, desk)}
    mine = await subscriptions.subscriptions(db, desk)
    bereft = [one for one in mine if not names.intersection(one.topics or names)]
    told = set(await notes.get(db, _TOLD, []))
    new = [one for one in bereft if one.id not in told]
    left = told.difference(one.id for one in mine).union(one.id for one in bereft)
    if left != told:
        await notes.put(db, _TOLD, sorted(left))
    at = int(now.timestamp())
    made = [
        notice(f"bereft:{one.id}:{at}", desk, one.place, _card(one), now) for one in new if one.place != here
    ]
    await deliveries.add(db, made)
    return new


def _card(of: Subscription) -> Card:
    to = " --to me" if of.place.person else ""
    if of.topics:
        why = f"{' and '.join(of.topics)} {'are' if len(of.topics) > 1 else 'is'} watched no more."
    else:
        why = "No topic is watched any more."
    return cards.card(
        f"Subscription #{of.id} has no topic left",
        cards.section(
            f"{why} Nothing comes of this subscription until "
            f"{'a topic of that name' if of.topics else 'one'} is added."
        ),
        cards.section(
            cards.line("To end it: ", cards.code(f"/watch unsubscribe {of.id}")),
            cards.line("To hear of other topics: ", cards.code(f"/watch subscribe all{to}")),
        ),
        buttons=(Button("End it", f"/watch unsubscribe {of.id}"),),
    )
