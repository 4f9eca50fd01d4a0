"""Which deliveries carry a digest or an event, with the keys that make each of them happen once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watcher.desk.compose import digest_card, flash_card, update_card
from watcher.desk.digest import Digest, Item
from watcher.models import Card, Delivery, Place, Subscription

ALERT, NOTICE, FLASH, EDIT, DIGEST = 0, 1, 2, 3, 5
"""Urgencies: the lower is sent first."""
MORE = "more"
"""What the reply of a digest is about that lists the events which have no reply of their own."""


def digest_deliveries(digest: Digest, to: Subscription, now: datetime) -> tuple[Delivery, ...]:
    """A digest's parent and one delivery for each reply in its thread."""
    card = digest_card(digest)
    if digest.items:
        card = replace(card, pings=to.pings)
    key = digest_key(to.id, digest.window.start, digest.window.end)
    parent = Delivery(
        key, to.desk, to.place, without_replies(card), "digest", DIGEST, made_at=now, due_at=now
    )
    about = [item.group.id for item in digest.items[: len(card.replies)]] + [MORE]
    replies = [
        Delivery(
            f"{key}/{group}",
            to.desk,
            to.place,
            reply,
            "event",
            DIGEST,
            key,
            about=group,
            made_at=now,
            due_at=now,
        )
        for group, reply in zip(about, card.replies, strict=False)
    ]
    return (parent, *replies)


def digest_key(subscription: int, start: datetime, end: datetime) -> str:
    """The key of a subscription's digest; the window stands in it (see `window_start`)."""
    return f"digest:{subscription}:{int(start.timestamp())}:{int(end.timestamp())}"


def window_start(key: str) -> int:
    """The start of the window of a digest with this key, in seconds since 1970."""
    return int(key.split(":")[2])


def flash_deliveries(items: Sequence[Item], to: Subscription, now: datetime) -> tuple[Delivery, ...]:
    """One message an event, for who asked to be told at once."""
    return tuple(
        Delivery(
            flash_key(to.id, item.group.id) + (f":{len(item.group.stories)}" if item.news == "grown" else ""),
            to.desk,
            to.place,
            replace(flash_card(item), pings=to.pings),
            "flash",
            FLASH,
            about=item.group.id,
            made_at=now,
            due_at=now,
        )
        for item in items
    )


def flash_key(subscription: int, group: str) -> str:
    """The key of the message by which a subscription was told of an event at once."""
    return f"flash:{subscription}:{group}"


def update_delivery(of: Delivery, item: Item, now: datetime) -> Delivery:
    """What is new in an event, in the thread of its message."""
    return replace(
        of,
        key=f"{of.key}:new:{item.whats_new[-1].story.id}",
        card=update_card(item),
        parent=of.key,
        state="pending",
        attempts=0,
        made_at=now,
        due_at=now,
        error="",
        ref=None,
        id=0,
    )


def is_update(sent: Delivery) -> bool:
    """Whether a message says what is new in an event; such are not edited as it grows further."""
    return sent.kind == "flash" and bool(sent.parent)


def edit_delivery(of: Delivery, card: Card, due_at: datetime, now: datetime) -> Delivery:
    """A new face for a message that was sent. Its key is one an edit, so that a waiting one is replaced."""
    return Delivery(
        f"edit:{of.key}",
        of.desk,
        of.place,
        card,
        of.kind,
        EDIT,
        edits=of.key,
        about=of.about,
        made_at=now,
        due_at=due_at,
    )


def subscription_of(delivery: Delivery) -> int | None:
    """The number of the subscription that a digest or a message at once is for; None for all else."""
    kind, number, *_ = (*delivery.key.split(":"), "")
    return int(number) if kind in ("digest", "flash") and not delivery.edits else None


def notice(key: str, desk: str, place: Place, card: Card, now: datetime) -> Delivery:
    """A word to the desk about Watcher itself."""
    return Delivery(key, desk, place, card, "notice", NOTICE, made_at=now, due_at=now)


def without_replies(card: Card) -> Card:
    """A card as the one message that it is, its thread left out."""
    return replace(card, replies=())
