"""Digests and events on their way to Slack: each arrives once, whatever happens on the way."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.chat.desks import story, text_of
from tests.chat.slack.planet import (
    ADA,
    BO,
    PLANET,
    QUICK,
    Planet,
    deliverer_of,
    listening,
    summit,
)
from tests.fake_slack import Trouble
from tests.fake_slack.judging import mentions, shown
from tests.store.making import waiting
from watcher.chat.commands import Ask, Commands
from watcher.chat.port import ChatHeld, ChatRefused, ChatUnavailable
from watcher.models import Card, Delivery, Piece, Place, Ref, Section, Subscription
from watcher.rounds import Rounds
from watcher.store import alerts, deliveries, desks, subscriptions

NEWS = Place("slack", "CNEWS")
CARD = Card("A card", sections=(Section(((Piece("with a line"),),)),))


async def subscribe(planet: Planet, place: Place = NEWS, **more: object) -> Subscription:
    async with planet.store.writing() as db:
        await desks.ensure(db, PLANET)
        wanted = Subscription(0, PLANET.id, place, next_at=planet.room.clock(), **more)
        return await subscriptions.add(db, wanted)


async def digest_is_made(planet: Planet) -> None:
    """Let a topic catch two events, and let the digest of them be waiting."""
    topic = await planet.watch("kim-putin", "kim putin")
    await planet.catch(topic, summit(), [story("Kim gives Putin a rifle", hours=1, outlet="ria.ru")])
    await subscribe(planet)
    assert await Rounds(planet.store, planet.room.clock, timedelta(seconds=45)).digests() == 1


# ------------------------------------------------------------------------------------- journeys


async def test_a_digest_arrives_as_a_message_and_its_thread(planet: Planet) -> None:
    await digest_is_made(planet)
    assert await planet.deliverer.deliver() == 3
    (parent,) = planet.slack.posts()
    assert "2 events, 3 stories, 3 outlets" in shown(parent)
    first, second = planet.slack.here.thread("CNEWS", parent["ts"])
    assert "(lemonde.fr)" in shown(first)
    assert "en *· first*" in shown(first)
    assert "rifle" in shown(first) + shown(second)
    assert "<!date^" in shown(first)
    for message in (parent, first, second):
        assert message["asked"]["unfurl_links"] is False
        assert message["asked"]["unfurl_media"] is False
        assert message["asked"]["reply_broadcast"] is None
        assert message["text"]
        assert "<" not in message["text"]


async def test_a_restart_in_the_middle_of_a_digest_loses_nothing_and_posts_nothing_twice(
    planet: Planet,
) -> None:
    await digest_is_made(planet)
    # The parent arrives, its answer does not, and then the machine is switched off.
    planet.slack.troubles.append(Trouble("chat.postMessage", "lost"))
    assert await planet.deliverer.deliver() == 0
    planet.move(minutes=1)
    again = planet.restarted()
    await deliverer_of(planet.store, again, planet.room).deliver()
    (parent,) = planet.slack.posts()
    assert len(planet.slack.here.thread("CNEWS", parent["ts"])) == 2


async def test_a_restart_between_a_post_and_its_being_noted_posts_nothing_twice(planet: Planet) -> None:
    first = await planet.chat.send(NEWS, CARD, "digest:1")
    assert await planet.restarted().send(NEWS, CARD, "digest:1") == first
    assert len(planet.slack.posts()) == 1


@pytest.mark.parametrize("lost", [0, 1, 2])
async def test_a_lost_answer_anywhere_in_a_digest_posts_nothing_twice(planet: Planet, lost: int) -> None:
    await digest_is_made(planet)
    planet.slack.troubles += [
        Trouble("chat.postMessage", "slow", times=lost),
        Trouble("chat.postMessage", "lost"),
    ]
    for _ in range(4):
        await planet.deliverer.deliver()
        planet.move(minutes=1)
    (parent,) = planet.slack.posts()
    assert len(planet.slack.here.thread("CNEWS", parent["ts"])) == 2


async def test_slack_is_away_for_two_hours_and_what_waited_arrives(planet: Planet) -> None:
    async with listening(planet):
        await digest_is_made(planet)
        await planet.slack.go()
        for _ in range(12):
            await planet.deliverer.deliver()
            planet.move(minutes=10)
        await asyncio.sleep(QUICK.lost + 0.5)
        assert "Slack" in planet.chat.trouble
        await planet.slack.come()
        planet.move(minutes=10)
        assert await planet.deliverer.deliver() == 3
        assert len(planet.slack.posts()) == 1
        await planet.slack.connected()
        await asyncio.wait_for(planet.chat.ready.wait(), 10)
        assert "All is well" in await planet.say("/watch status")


async def test_a_missing_permission_is_told_in_words_to_the_desk(planet: Planet) -> None:
    topic = await planet.watch("kim-putin", "kim putin")
    await planet.catch(topic, summit())
    await subscribe(planet, Place("slack", "CSECRET"))
    async with planet.store.writing() as db:
        await desks.set_setting(db, PLANET.id, "notices", "CNEWS")
    await Rounds(planet.store, planet.room.clock, timedelta(seconds=45)).digests()
    await planet.deliverer.deliver()
    (notice,) = planet.slack.posts()
    assert "was refused" in shown(notice)
    assert "/invite @Watcher" in shown(notice)


# ------------------------------------------------------------------------------------ the port


async def test_the_same_key_twice_is_one_message(planet: Planet) -> None:
    first = await planet.chat.send(NEWS, CARD, "k")
    assert await planet.chat.send(NEWS, CARD, "k") == first
    both = await asyncio.gather(*(planet.chat.send(NEWS, CARD, "j") for _ in range(3)))
    assert len(set(both)) == 1
    assert len(planet.slack.posts()) == 2


async def test_a_message_to_a_person_comes_in_their_own_window(planet: Planet) -> None:
    ref = await planet.chat.send(Place("slack", person=BO), CARD, "k")
    thread = await planet.chat.open_thread(ref, "A card")
    await planet.chat.send(thread, Card("A reply"), "k2")
    (message,) = planet.slack.posts("DUBO")
    assert "A card" in shown(message)
    assert len(planet.slack.here.thread("DUBO", message["ts"])) == 1


async def test_a_channel_may_be_named_as_people_name_it(planet: Planet) -> None:
    ref = await planet.chat.send(Place("slack", "#news"), CARD, "k")
    assert ref.place.channel == "CNEWS"
    await planet.chat.send(Place("slack", "<#CNEWS|news>"), CARD, "k2")
    assert len(planet.slack.posts()) == 2


async def test_a_message_that_grows_is_edited_in_place_and_stays_findable(planet: Planet) -> None:
    ref = await planet.chat.send(NEWS, CARD, "k")
    await planet.chat.edit(ref, replace(CARD, title="Another card"))
    (message,) = planet.slack.posts()
    assert "Another card" in shown(message)
    assert message["metadata"]["event_payload"]["key"] == "k"


async def test_the_thread_of_a_reply_is_the_thread_it_is_in(planet: Planet) -> None:
    ref = await planet.chat.send(NEWS, CARD, "k")
    thread = await planet.chat.open_thread(ref, "x")
    reply = await planet.chat.send(thread, CARD, "k2")
    assert await planet.chat.open_thread(reply, "y") == thread


async def test_a_card_too_long_for_one_message_goes_on_in_its_thread(planet: Planet) -> None:
    long = Card("Long", sections=tuple(Section(((Piece(f"Part {n}"),),)) for n in range(120)))
    ref = await planet.chat.send(NEWS, long, "k")
    assert await planet.restarted().send(NEWS, long, "k") == ref
    (parent,) = planet.slack.posts()
    rest = planet.slack.here.thread("CNEWS", parent["ts"])
    assert [len(one["blocks"]) for one in (parent, *rest)] == [50, 50, 21]
    await planet.chat.edit(ref, long)
    assert "more than fits" in shown(planet.slack.posts()[0])


async def test_messages_of_one_channel_keep_their_distance_and_others_do_not_wait(planet: Planet) -> None:
    chat = planet.restarted(replace(QUICK, pace=0.3))
    planet.slack.pace = 0.25
    planet.slack.here.channel("CTWO")
    sent = [chat.send(NEWS, CARD, f"k{n}") for n in range(3)]
    sent += [chat.send(Place("slack", "CTWO"), CARD, f"j{n}") for n in range(3)]
    await asyncio.gather(*sent)
    assert len(planet.slack.posts()) == len(planet.slack.posts("CTWO")) == 3


# ------------------------------------------------------------------------------------- trouble


async def test_slack_asks_for_patience_and_says_how_much(planet: Planet) -> None:
    planet.slack.troubles.append(Trouble("chat.postMessage", "429", seconds=17))
    with pytest.raises(ChatUnavailable) as trouble:
        await planet.chat.send(NEWS, CARD, "k")
    assert trouble.value.retry_after == timedelta(seconds=17)
    await planet.chat.send(NEWS, CARD, "k")
    assert "conversations.history" not in planet.slack.count_calls()
    assert len(planet.slack.posts()) == 1


@pytest.mark.parametrize("kind", ["500", "html", "text", "list", "broken"])
async def test_slacks_own_trouble_is_unclear_and_looked_into_before_sending_again(
    planet: Planet, kind: str
) -> None:
    planet.slack.troubles.append(Trouble("chat.postMessage", kind))
    with pytest.raises(ChatUnavailable) as trouble:
        await planet.chat.send(NEWS, CARD, "k")
    assert trouble.value.uncertain
    await planet.chat.send(NEWS, CARD, "k")
    assert planet.slack.count_calls()["conversations.history"] == 1
    assert len(planet.slack.posts()) == 1


async def test_an_answer_that_takes_too_long_is_lost_and_the_message_found(planet: Planet) -> None:
    chat = planet.restarted(replace(QUICK, answer=0.3))
    planet.slack.troubles.append(Trouble("chat.postMessage", "lost"))
    with pytest.raises(ChatUnavailable):
        await chat.send(NEWS, CARD, "k")
    for number in range(450):
        planet.slack.here.channels["CNEWS"].messages.append(
            {"ts": planet.slack.here.next_ts(), "text": f"{number}"}
        )
    await chat.send(NEWS, CARD, "k")
    assert len([one for one in planet.slack.posts() if one.get("blocks")]) == 1


async def test_a_message_of_somebody_elses_with_such_metadata_is_not_taken_for_ours(planet: Planet) -> None:
    forged = {"event_type": "watcher_message", "event_payload": {"key": "k"}}
    planet.slack.troubles.append(Trouble("chat.postMessage", "500"))
    with pytest.raises(ChatUnavailable):
        await planet.chat.send(NEWS, CARD, "k")
    planet.slack.here.channels["CNEWS"].messages.append(
        {
            "ts": planet.slack.here.next_ts(),
            "text": "x",
            "bot_id": "BEVIL",
            "user": "UEVIL",
            "metadata": forged,
        }
    )
    ref = await planet.chat.send(NEWS, CARD, "k")
    assert "A card" in shown(planet.slack.here.message(planet.slack.here.channels["CNEWS"], ref.message))


async def test_where_slack_lets_nobody_look_an_alert_goes_out_again_and_all_else_waits_until_it_does(
    live: Planet,
) -> None:
    await live.say("/watch topic add kim-putin kim putin", by=ADA)
    live.slack.here.scopes.discard("channels:history")
    alarm = replace(CARD, tone="alert")
    for card, key in ((CARD, "calm"), (alarm, "urgent")):
        live.slack.troubles.append(Trouble("chat.postMessage", "500"))
        with pytest.raises(ChatUnavailable):
            await live.chat.send(NEWS, card, key)
    await live.chat.send(NEWS, alarm, "urgent")
    with pytest.raises(ChatUnavailable, match="channels:history") as waits:
        await live.chat.send(NEWS, CARD, "calm")
    assert waits.value.until_mended
    assert len(live.slack.posts()) == 1
    (told,) = live.slack.posts("DUADA")
    assert "channels:history" in shown(told)
    live.slack.here.scopes.add("channels:history")
    await live.chat.send(NEWS, CARD, "calm")
    assert len(live.slack.posts()) == 2


@pytest.mark.parametrize("whose", [None, ""])
async def test_a_message_of_which_slack_does_not_say_whose_it_is_is_found(
    planet: Planet, whose: str | None
) -> None:
    planet.slack.troubles.append(Trouble("chat.postMessage", "lost"))
    with pytest.raises(ChatUnavailable):
        await planet.chat.send(NEWS, CARD, "k")
    planet.slack.posts()[0]["user"] = whose
    await planet.chat.send(NEWS, CARD, "k")
    assert len(planet.slack.posts()) == 1


async def test_slack_out_of_reach_is_no_unclear_failure(planet: Planet) -> None:
    await planet.slack.go()
    with pytest.raises(ChatUnavailable) as trouble:
        await planet.chat.send(NEWS, CARD, "k")
    assert not trouble.value.uncertain
    await planet.slack.come()


REMEDIES = {
    "not_in_channel": "/invite @Watcher",
    "is_archived": "Unarchive it",
    "channel_not_found": "/invite @Watcher",
    "restricted_action": "posting permissions",
}


@pytest.mark.parametrize("error", list(REMEDIES))
async def test_what_slack_refuses_is_said_in_words_that_name_the_remedy(planet: Planet, error: str) -> None:
    planet.slack.troubles.append(Trouble("chat.postMessage", "error", times=2, error=error))
    with pytest.raises(ChatRefused, match=REMEDIES[error]):
        await planet.chat.send(NEWS, CARD, "k")


TOKENS = {
    "invalid_auth": "SLACK_BOT_TOKEN",
    "account_inactive": "Install it again",
    "token_revoked": "Install the app again",
    "missing_scope": "lacks the scope",
}


@pytest.mark.parametrize("error", list(TOKENS))
async def test_what_waits_while_the_token_is_bad_goes_out_once_it_is_mended(
    planet: Planet, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    await digest_is_made(planet)
    planet.slack.here.token_error = error
    for _ in range(8):
        assert await planet.deliverer.deliver() == 0
        planet.move(hours=3)
    newsroom = replace(planet.room.commands.newsroom, troubles={"slack": planet.chat.notes})
    status = text_of(await Commands(newsroom).run(Ask(PLANET, NEWS, person=ADA), "/watch status"))
    assert "Not all is well" in status
    assert TOKENS[error] in status
    assert any(TOKENS[error] in one.getMessage() for one in caplog.records)
    planet.slack.here.token_error = ""
    assert await planet.deliverer.deliver() == 3
    (parent,) = planet.slack.posts()
    assert len(planet.slack.here.thread("CNEWS", parent["ts"])) == 2
    assert planet.chat.notes() == ()


async def test_an_alert_that_waited_too_long_for_a_token_is_no_alert_any_more(planet: Planet) -> None:
    due = planet.room.clock()
    alert = replace(CARD, tone="alert")
    waiting = Delivery("alert:1", PLANET.id, NEWS, alert, "alert", 0, made_at=due, due_at=due)
    async with planet.store.writing() as db:
        await deliveries.add(db, [waiting])
    planet.slack.here.token_error = "token_revoked"
    planet.move(hours=13)
    await planet.deliverer.deliver()
    planet.slack.here.token_error = ""
    planet.move(hours=1)
    assert await planet.deliverer.deliver() == 0


async def test_a_missing_scope_is_named(planet: Planet) -> None:
    planet.slack.here.scopes.discard("chat:write")
    with pytest.raises(ChatUnavailable, match="chat:write") as trouble:
        await planet.chat.send(NEWS, CARD, "k")
    assert trouble.value.until_mended


# ---------------------------------------------------------------------------------- do not disturb


async def digest_for_bo(planet: Planet) -> None:
    topic = await planet.watch("kim-putin", "kim putin")
    await planet.catch(topic, summit())
    await subscribe(planet, Place("slack", person=BO))
    await planet.compose()


@pytest.mark.parametrize("way", ["hours of their own", "a pause"])
async def test_a_digest_waits_while_its_reader_has_paused_notifications(planet: Planet, way: str) -> None:
    await digest_for_bo(planet)
    now = planet.room.clock().timestamp()
    planet.slack.here.quiet[BO] = (
        {"dnd_enabled": True, "next_dnd_start_ts": now - 3_600, "next_dnd_end_ts": now + 50_000}
        if way == "hours of their own"
        else {"snooze_enabled": True, "snooze_endtime": now + 50_000}
    )
    for _ in range(13):
        assert await planet.deliverer.deliver() == 0
        planet.move(hours=1)
    assert planet.slack.posts("DUBO") == []
    async with planet.store.reading() as db:
        later = planet.room.clock()
        assert await alerts.unreachable(db, later, later) == [], "nothing is wrong with Slack"
    planet.move(hours=1)
    assert await planet.deliverer.deliver() == 2
    assert len(planet.slack.posts("DUBO")) == 1


async def test_a_pause_that_is_ended_early_is_noticed(planet: Planet) -> None:
    await digest_for_bo(planet)
    now = planet.room.clock().timestamp()
    planet.slack.here.quiet[BO] = {"snooze_enabled": True, "snooze_endtime": now + 50_000}
    assert await planet.deliverer.deliver() == 0
    planet.slack.here.quiet.clear()
    planet.move(minutes=31)
    assert await planet.deliverer.deliver() == 2


async def test_quiet_that_begins_later_holds_nothing_and_an_alert_is_never_held(planet: Planet) -> None:
    now = planet.room.clock().timestamp()
    planet.slack.here.quiet[ADA] = {
        "dnd_enabled": True,
        "next_dnd_start_ts": now + 60,
        "next_dnd_end_ts": now + 90,
    }
    planet.slack.here.quiet[BO] = {"snooze_enabled": True, "snooze_endtime": now + 50_000}
    await planet.chat.send(Place("slack", person=ADA), CARD, "k1")
    await planet.chat.send(Place("slack", person=BO), replace(CARD, tone="alert"), "k2")
    with pytest.raises(ChatHeld):
        await planet.chat.send(Place("slack", person=BO), CARD, "k3")
    assert len(planet.slack.posts("DUADA")) == len(planet.slack.posts("DUBO")) == 1


async def test_a_digest_comes_where_slack_does_not_say_who_wants_quiet(planet: Planet) -> None:
    planet.slack.here.scopes.discard("dnd:read")
    await digest_for_bo(planet)
    assert await planet.deliverer.deliver() == 2


async def test_an_archived_channel_refuses(planet: Planet) -> None:
    with pytest.raises(ChatRefused, match="archived"):
        await planet.chat.send(Place("slack", "COLD"), CARD, "k")


async def test_a_public_channel_is_joined_where_it_has_to_be(planet: Planet) -> None:
    planet.slack.here.scopes.discard("chat:write.public")
    await planet.chat.send(Place("slack", "COPEN"), CARD, "k")
    assert len(planet.slack.posts("COPEN")) == 1


async def test_a_message_that_people_deleted_stays_deleted_and_troubles_nobody(planet: Planet) -> None:
    await planet.chat.edit(Ref(NEWS, "1.000001"), CARD)
    assert planet.slack.posts() == []


async def test_who_has_left_is_told_of_in_words(planet: Planet) -> None:
    planet.slack.here.person("UGONE", deleted=True)
    with pytest.raises(ChatRefused, match="deactivated"):
        await planet.chat.send(Place("slack", person="UGONE"), CARD, "k")


# --------------------------------------------------------------------------------- hostile text


async def test_a_hostile_headline_calls_nobody_and_leads_nowhere(planet: Planet) -> None:
    hostile = "<!channel> <@UADA> <#CNEWS> <https://evil.example|lemonde.fr> *Kim* `x` :tada: \u202ekcab"
    topic = await planet.watch("kim", "kim")
    bad = story(hostile, outlet="lemonde.fr", summary=hostile, outlet_name=hostile)
    await planet.catch(topic, [bad])
    await subscribe(planet)
    await Rounds(planet.store, planet.room.clock, timedelta(seconds=45)).digests()
    await planet.deliverer.deliver()
    parent = planet.slack.posts()[0]
    for message in (parent, *planet.slack.here.thread("CNEWS", parent["ts"])):
        assert mentions(message) == []
        assert "<https://evil.example" not in shown(message)
        assert "*Kim*" not in shown(message)
        assert ":tada:" not in shown(message)
        assert "\u202e" not in shown(message) + message["text"]


async def test_what_was_delivered_is_known_to_the_store(planet: Planet) -> None:
    await digest_is_made(planet)
    await planet.deliverer.deliver()
    async with planet.store.reading() as db:
        assert await waiting(db) == 0


# ------------------------------------------------------------------------ alerts, and who is told


async def test_an_alert_wakes_those_it_names_and_nobody_else(planet: Planet) -> None:
    card = replace(CARD, title="Who has <@UBO> this? <!here>", tone="alert", pings=(ADA, "U1> <!channel"))
    await planet.chat.send(NEWS, card, "k")
    (message,) = planet.slack.posts()
    assert set(mentions(message)) == {f"@{ADA}"}
    assert message["text"].startswith(f"<@{ADA}> ")


async def test_only_what_is_new_of_an_alert_is_said_to_the_whole_channel(planet: Planet) -> None:
    ref = await planet.chat.send(NEWS, replace(CARD, tone="alert"), "k")
    thread = await planet.chat.open_thread(ref, "x")
    await planet.chat.send(thread, replace(CARD, tone="alert"), "k/new")
    await planet.chat.send(thread, replace(CARD, tone="alert", pings=(ADA,)), "k/step")
    await planet.chat.send(thread, replace(CARD, tone="news"), "k/event")
    said = planet.slack.here.thread("CNEWS", ref.message)
    assert [one["asked"]["reply_broadcast"] for one in said] == [True, None, None]
    assert planet.slack.posts()[0]["asked"]["reply_broadcast"] is None


async def test_what_is_refused_is_told_to_who_managed_the_desk_last_once_a_day(live: Planet) -> None:
    await live.say("/watch topic add kim-putin kim putin", by=ADA)
    for key in ("k1", "k2"):
        with pytest.raises(ChatRefused, match="#old: That channel is archived"):
            await live.chat.send(Place("slack", "COLD"), CARD, key)
    (told,) = live.slack.posts("DUADA")
    assert "#old" in shown(told)
    assert "Unarchive it" in shown(told)
    live.move(days=1)
    with pytest.raises(ChatRefused):
        await live.chat.send(Place("slack", "COLD"), CARD, "k3")
    assert len(live.slack.posts("DUADA")) == 2


async def test_a_desk_that_chose_a_channel_for_notices_is_told_there_and_nowhere_else(live: Planet) -> None:
    await live.say("/watch topic add kim-putin kim putin", by=ADA)
    await live.say("/watch settings notices here", by=ADA)
    with pytest.raises(ChatRefused):
        await live.chat.send(Place("slack", "COLD"), CARD, "k")
    assert live.slack.posts("DUADA") == []
