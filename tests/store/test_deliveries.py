"""The queue of deliveries: each sent once, in order, and whatever waits for another waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.making import CHANNEL, DAY, HOUR, NOW, delivery, waiting
from watcher.models import Attachment, Button, Card, Delivery, Piece, Place, Ref, Section
from watcher.store import Store, deliveries

LATER = NOW + HOUR
REF = Ref(CHANNEL, "m1")


async def put_in(store: Store, *new: Delivery) -> None:
    async with store.writing() as db:
        await deliveries.add(db, new)


async def due(store: Store, at: datetime = NOW, limit: int = 99) -> list[str]:
    async with store.reading() as db:
        return [one.key for one in await deliveries.due(db, at, limit)]


async def get(store: Store, key: str) -> Delivery:
    async with store.reading() as db:
        found = await deliveries.get(db, key)
    assert found
    return found


async def sent(store: Store, key: str, ref: Ref = REF) -> None:
    tried = replace(await get(store, key), state="sent", ref=ref)
    async with store.writing() as db:
        await deliveries.save(db, tried)


async def failed(store: Store, key: str) -> None:
    tried = replace(await get(store, key), state="failed", error="Refused.")
    async with store.writing() as db:
        await deliveries.save(db, tried)


async def test_a_delivery_comes_back_with_its_card_as_it_went_in(store: Store) -> None:
    card = Card(
        "Kim & <Putin>",
        "https://example.org",
        (Section(((Piece("at ", at=NOW, style="time"), Piece("金", url="https://b")),), "Heading", True),),
        (Piece("foot", "quiet"),),
        "alert",
        (Button("Open", "/watch why x", "danger"),),
        True,
        (Card("Reply"),),
        (Attachment("feeds.opml", b"\x00\xff"),),
    )
    full = delivery("k", card=card, place=Place("discord", "c", "t", "p"), about="g", due_at=NOW, attempts=2)
    await put_in(store, full)
    assert await get(store, "k") == replace(full, id=1)


async def test_two_deliveries_with_one_key_are_one(store: Store) -> None:
    await put_in(store, delivery("k"), delivery("k", card=Card("Other")))
    await put_in(store, delivery("k", card=Card("Third")))
    assert await due(store) == ["k"]
    assert (await get(store, "k")).card.title == "The card of k"


async def test_the_urgent_come_first_then_the_earlier_added(store: Store) -> None:
    await put_in(store, *(delivery(f"{urgency}{n}", urgency=urgency) for n in "ab" for urgency in (5, 0, 1)))
    assert await due(store) == ["0a", "0b", "1a", "1b", "5a", "5b"]
    assert await due(store, limit=2) == ["0a", "0b"]


async def test_what_is_due_later_waits(store: Store) -> None:
    await put_in(store, delivery("later", due_at=LATER), delivery("now", due_at=NOW), delivery("at once"))
    assert await due(store) == ["now", "at once"]
    assert await due(store, LATER) == ["later", "now", "at once"]


async def test_only_what_can_be_sent_on_platforms_that_are_there_is_due(store: Store) -> None:
    await put_in(store, delivery("a", place=Place("slack", "c")), delivery("b", place=Place("discord", "c")))
    async with store.reading() as db:
        for platforms, keys in ((["slack"], ["a"]), (["slack", "discord"], ["a", "b"]), ([], [])):
            found = await deliveries.due(db, NOW, 9, platforms=platforms)
            assert [one.key for one in found] == keys


async def test_a_reply_waits_until_its_parent_has_arrived(store: Store) -> None:
    await put_in(store, delivery("p"), delivery("p/1", parent="p"), delivery("p/2", parent="p", urgency=0))
    assert await due(store) == ["p"]
    await sent(store, "p")
    assert await due(store) == ["p/2", "p/1"]


async def test_a_reply_to_nothing_waits(store: Store) -> None:
    await put_in(store, delivery("p/1", parent="p"))
    assert await due(store) == []


async def test_a_thread_keeps_its_order_when_one_reply_has_to_be_tried_again(store: Store) -> None:
    await put_in(store, delivery("p"), *(delivery(f"p/{n}", parent="p") for n in (1, 2, 3)), delivery("q"))
    await sent(store, "p")
    async with store.writing() as db:
        tried = replace(await get(store, "p/2"), attempts=1, due_at=LATER)
        await deliveries.save(db, tried)
    assert await due(store) == ["p/1", "q"]
    assert await due(store, LATER) == ["p/1", "p/2", "p/3", "q"]


async def test_what_waits_for_a_message_that_failed_fails_with_it(store: Store) -> None:
    await put_in(
        store,
        delivery("p"),
        delivery("p/1", parent="p"),
        delivery("edit:p/1", edits="p/1"),
        delivery("other"),
    )
    await failed(store, "p")
    assert [(await get(store, key)).state for key in ("p/1", "edit:p/1", "other")] == [
        "failed",
        "failed",
        "pending",
    ]
    assert (await get(store, "p")).error == "Refused."
    assert (await get(store, "p/1")).error == "The message that it belongs to could not be sent."


async def test_an_edit_waits_until_there_is_something_to_edit(store: Store) -> None:
    await put_in(store, delivery("k"), delivery("edit:k", edits="k", urgency=0))
    assert await due(store) == ["k"]
    await sent(store, "k")
    assert await due(store) == ["edit:k"]


async def test_an_edit_made_anew_takes_the_place_of_the_one_before_sent_or_not(store: Store) -> None:
    await put_in(store, delivery("k"))
    await sent(store, "k")
    for hours in (1, 2):
        at = NOW + hours * HOUR
        async with store.writing() as db:
            await deliveries.put(
                db, delivery("edit:k", edits="k", card=Card(f"{hours}"), made_at=at, due_at=at)
            )
        assert await due(store, at) == ["edit:k"]
        assert (await get(store, "edit:k")).card.title == f"{hours}"
        await sent(store, "edit:k")
        assert await due(store, at) == []


async def test_an_edit_made_anew_while_the_one_before_is_being_sent_is_sent_after(store: Store) -> None:
    await put_in(store, delivery("k"))
    await sent(store, "k")
    async with store.writing() as db:
        await deliveries.put(db, delivery("edit:k", edits="k", card=Card("old")))
    being_sent = await get(store, "edit:k")
    async with store.writing() as db:
        await deliveries.put(db, delivery("edit:k", edits="k", card=Card("new"), made_at=LATER))
        await deliveries.save(db, replace(being_sent, state="sent", ref=REF))
    assert await due(store, LATER) == ["edit:k"]
    assert (await get(store, "edit:k")).card.title == "new"


async def test_what_was_taken_back_is_not_sent_and_leaves_others_alone(store: Store) -> None:
    elsewhere = Place("console", "elsewhere")
    await put_in(
        store,
        delivery("digest:1:a"),
        delivery("digest:1:b"),
        delivery("digest:12:a"),
        delivery("digest_1:a"),
        delivery("digest:1:c", place=elsewhere),
    )
    await sent(store, "digest:1:a")
    async with store.writing() as db:
        found = await deliveries.pending(db, CHANNEL, "digest:1:")
        assert await deliveries.withdraw(db, CHANNEL, "digest:1:") == found
        assert await waiting(db) == 3
    assert [one.key for one in found] == ["digest:1:b"]
    assert await due(store) == ["digest:12:a", "digest_1:a", "digest:1:c"]


async def test_a_delivery_taken_back_while_it_is_being_sent_stays_away(store: Store) -> None:
    await put_in(store, delivery("k"))
    being_sent = await get(store, "k")
    async with store.writing() as db:
        await deliveries.withdraw(db, CHANNEL, "k")
        await deliveries.save(db, replace(being_sent, state="sent", ref=REF))
        assert await deliveries.get(db, "k") is None


async def test_messages_about_a_group_are_those_that_arrived(store: Store) -> None:
    await put_in(
        store,
        delivery("old", about="g", made_at=NOW - DAY),
        delivery("a", about="g"),
        delivery("b", about="h"),
        delivery("waits", about="g"),
        delivery("edit:a", about="g", edits="a"),
        delivery("c", about="other"),
        delivery("d"),
    )
    for key in ("old", "a", "b", "c", "d", "edit:a"):
        await sent(store, key)
    async with store.reading() as db:
        found = await deliveries.about(db, ["g", "h", ""], NOW - HOUR)
    assert [(one.key, one.ref) for one in found] == [("a", REF), ("b", REF)]


async def test_old_deliveries_go_and_what_others_wait_for_stays(store: Store) -> None:
    old = NOW - DAY
    await put_in(
        store,
        delivery("sent", made_at=old),
        delivery("failed", made_at=old),
        delivery("pending", made_at=old),
        delivery("parent", made_at=old),
        delivery("reply", parent="parent", made_at=old),
        delivery("edited", made_at=old),
        delivery("edit", edits="edited"),
        delivery("new"),
    )
    for key in ("sent", "parent", "edited", "new"):
        await sent(store, key)
    await failed(store, "failed")
    async with store.writing() as db:
        assert await deliveries.retain(db, NOW - HOUR) == 2
        kept = [key for key in ("sent", "failed") if await deliveries.get(db, key)]
    assert kept == []
    assert [(await get(store, key)).state for key in ("pending", "parent", "reply", "edited", "edit", "new")]


_step = st.tuples(st.sampled_from(["send", "fail", "retry"]), st.integers(0, 5))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    parents=st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=2, max_size=6),
    steps=st.lists(_step, max_size=12),
)
async def test_nothing_is_sent_before_its_parent_and_threads_stay_in_order(
    store: Store, parents: list[int | None], steps: list[tuple[str, int]]
) -> None:
    """Whatever happens to each: sent, refused, or to be tried again later."""
    async with store.writing() as db:
        for one in await deliveries.pending(db, CHANNEL):
            await deliveries.withdraw(db, CHANNEL, one.key)
        await deliveries.retain(db, NOW + DAY)
        tree = [
            delivery(f"{n}", parent=f"{parent}" if parent is not None and parent < n else "")
            for n, parent in enumerate(parents)
        ]
        await deliveries.add(db, tree)
    order: list[Delivery] = []
    for what, which in steps:
        async with store.writing() as db:
            ready = await deliveries.due(db, NOW, 99)
            # The deliverer takes a thread's replies from the first on, so only firsts are tried here.
            firsts = [one for n, one in enumerate(ready) if one.parent not in {r.parent for r in ready[:n]}]
            if not firsts:
                break
            one = firsts[which % len(firsts)]
            outcome = {
                "send": replace(one, state="sent", ref=REF),
                "fail": replace(one, state="failed"),
                "retry": replace(one, due_at=LATER),
            }[what]
            await deliveries.save(db, outcome)
            order += [one] if what == "send" else []
    keys = [one.key for one in order]
    assert len(set(keys)) == len(keys)
    assert all(one.parent in keys[: keys.index(one.key)] for one in order if one.parent)
    for parent in {one.parent for one in order} - {""}:
        thread = [int(one.key) for one in order if one.parent == parent]
        assert thread == sorted(thread)
