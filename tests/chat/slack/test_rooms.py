"""Forms, the App Home and reactions: what Slack has beside messages."""

from __future__ import annotations

from datetime import timedelta

from tests.chat.desks import story
from tests.chat.slack.planet import ADA, BO, PLANET, Planet, eventually, summit
from tests.fake_slack import Trouble
from tests.fake_slack.judging import buttons, shown
from tests.fake_slack.people import filled
from tests.fake_slack.state import Json
from watcher.models import Place, Subscription
from watcher.rounds import Rounds
from watcher.store import events, feedback, subscriptions, topics


async def opened(planet: Planet, line: str) -> Json:
    """The form that a command opens."""
    before = set(planet.slack.here.views)
    await planet.slack.command(line)
    await eventually(lambda: len(planet.slack.here.views) > len(before))
    (name,) = set(planet.slack.here.views) - before
    return planet.slack.here.views[name]


def now_shown(planet: Planet, view: Json) -> str:
    return shown(planet.slack.here.views[view["id"]])


# ---------------------------------------------------------------------------------------- forms


async def test_a_topic_is_added_in_a_form_with_its_preview(live: Planet) -> None:
    topic = await live.watch("old", "rifle")
    await live.catch(topic, summit())
    view = await opened(live, "/watch topic add")
    press = buttons(view)["See what it would catch"]
    await live.slack.press(press, view=filled(view, {"name": "kim-putin", "query": "kim putin"}))
    await eventually(lambda: "it would have caught" in now_shown(live, view))
    assert "2 stories" in now_shown(live, view)
    view = live.slack.here.views[view["id"]]
    done = await live.slack.submit(view, {"name": "kim-putin", "sensitivity": "wide"})
    assert done.acks[0]["response_action"] == "update"
    await eventually(lambda: "Watching kim-putin" in now_shown(live, view))
    async with live.store.reading() as db:
        added = await topics.get(db, PLANET.id, "kim-putin")
    assert added
    assert (added.query, added.sensitivity) == ("kim putin", "wide")


async def test_a_mistake_in_a_form_is_shown_in_it_with_all_that_was_written(live: Planet) -> None:
    view = await opened(live, "/watch topic add kim-putin")
    await live.slack.submit(view, {"query": "kim (putin"})
    await eventually(lambda: "bracket" in now_shown(live, view))
    again = live.slack.here.views[view["id"]]
    values = {
        b["block_id"]: b["element"].get("initial_value") for b in again["blocks"] if b["type"] == "input"
    }
    assert values["name"] == "kim-putin"
    assert values["query"] == "kim (putin"


async def test_a_topic_is_edited_in_a_form_that_has_what_it_is(live: Planet) -> None:
    outlets = ("rt.com",)
    await live.watch("kim-putin", "kim putin", excluded_outlets=outlets, sensitivity="strict", title="Kim")
    view = await opened(live, "/watch topic edit kim-putin")
    await live.slack.submit(view, {"query": "kim putin rifle", "without": "", "title": ""})
    await eventually(lambda: "Changed kim-putin" in now_shown(live, view))
    async with live.store.reading() as db:
        edited = await topics.get(db, PLANET.id, "kim-putin")
    assert edited
    assert (edited.query, edited.excluded_outlets, edited.sensitivity) == ("kim putin rifle", (), "strict")
    assert edited.title == ""


async def test_a_form_cuts_nothing_of_a_long_topic(live: Planet) -> None:
    outlets = tuple(f"outlet-{number}.example" for number in range(40))
    await live.watch("long", "kim putin", excluded_outlets=outlets, title="T" * 200)
    view = await opened(live, "/watch topic edit long")
    await live.slack.submit(view, {"query": "kim putin rifle"})
    await eventually(lambda: "Changed long" in now_shown(live, view))
    async with live.store.reading() as db:
        edited = await topics.get(db, PLANET.id, "long")
    assert edited
    assert (edited.excluded_outlets, edited.title) == (outlets, "T" * 200)


async def test_a_form_sent_twice_is_saved_once(live: Planet) -> None:
    view = await opened(live, "/watch topic add")
    done = await live.slack.submit(view, {"name": "once", "query": "kim"})
    await eventually(lambda: "Watching once" in now_shown(live, view))
    await live.slack.tell("interactive", done.payload)
    await live.say("/watch status")
    assert "Watching once" in now_shown(live, view)


async def test_a_form_is_shown_again_though_slack_falters_and_does_not_say_whose_it_is(live: Planet) -> None:
    view = await opened(live, "/watch topic add")
    live.slack.troubles.append(Trouble("views.update", "500", times=2))
    nameless = {"type": "view_submission", "team": None, "user": {"id": ADA}}
    filled_in = filled(view, {"name": "once", "query": "kim"})
    await live.slack.tell("interactive", nameless | {"trigger_id": "t", "view": filled_in})
    await eventually(lambda: "Watching once" in now_shown(live, view))


async def test_a_form_is_for_those_who_manage(live: Planet) -> None:
    told = await live.say("/watch topic add", by=BO)
    assert "for those who manage it" in told
    assert live.slack.here.views == {}


async def test_a_form_that_slack_will_not_open_leaves_the_command_as_it_was(live: Planet) -> None:
    live.slack.here.triggers = _Expired()
    assert "still needs" in await live.say("/watch topic add")


class _Expired(set[str]):
    """Triggers that have expired before anybody could use them."""

    def __contains__(self, trigger: object) -> bool:
        return False


# ----------------------------------------------------------------------------------------- home


async def at_home(planet: Planet, person: str) -> Json:
    planet.slack.here.homes.pop(person, None)
    await planet.slack.event({"type": "app_home_opened", "tab": "home", "user": person})
    await eventually(lambda: person in planet.slack.here.homes)
    return planet.slack.here.homes[person]


async def test_the_home_has_ones_own_subscriptions_and_the_desks_topics(live: Planet) -> None:
    await live.watch("kim-putin", "kim putin", title="The summit")
    await live.say("/watch subscribe kim-putin 8:00 --to me", by=BO)
    mine, theirs = await at_home(live, BO), await at_home(live, ADA)
    assert "digest at 08:00 (UTC)" in shown(mine)
    assert "The summit" in shown(mine)
    assert "None yet" in shown(theirs)
    assert "Edit" in buttons(theirs)
    assert "Edit" not in buttons(mine)


async def test_a_subscription_is_ended_at_home(live: Planet) -> None:
    await live.watch("kim-putin", "kim putin")
    await live.say("/watch subscribe kim-putin 8:00 --to me", by=BO)
    home = await at_home(live, BO)
    await live.slack.press(buttons(home)["End it"], by=BO, view=home)
    await eventually(lambda: "None yet" in shown(live.slack.here.homes[BO]))
    async with live.store.reading() as db:
        assert await subscriptions.subscriptions(db, PLANET.id) == []


async def test_a_digest_is_subscribed_to_and_a_topic_edited_from_home(live: Planet) -> None:
    await live.watch("kim-putin", "kim putin")
    home = await at_home(live, ADA)
    await live.slack.press(buttons(home)["Bring me digests"], view=home)
    await eventually(lambda: "digest at 08:00, 18:00" in shown(live.slack.here.homes[ADA]))
    async with live.store.reading() as db:
        (mine,) = await subscriptions.subscriptions(db, PLANET.id)
    assert mine.place == Place("slack", person=ADA)
    await live.slack.press(buttons(home)["Edit"], view=home)
    await eventually(
        lambda: any(v["title"]["text"] == "Edit a topic" for v in live.slack.here.views.values())
    )
    form = next(v for v in live.slack.here.views.values() if v["title"]["text"] == "Edit a topic")
    (query,) = [b["element"]["initial_value"] for b in form["blocks"] if b.get("block_id") == "query"]
    assert query == "kim putin"


async def test_a_digest_that_is_asked_for_at_home_has_its_events(live: Planet) -> None:
    topic = await live.watch("kim-putin", "kim putin")
    events = [[story(f"Kim goes to town number {n}", hours=1 + n / 10)] for n in range(60)]
    await live.catch(topic, *events)
    home = await at_home(live, ADA)
    await live.slack.press(buttons(home)["Digest of the day"], view=home)

    def told() -> str:
        return "".join(map(shown, live.slack.here.views.values()))

    await eventually(lambda: "60 events" in told())
    assert "Kim goes to town number 9" in told(), "not its leads alone: a form has no thread"
    assert "more: ask for it in a channel" in told()


# ------------------------------------------------------------------------------------- reactions


async def flash(planet: Planet) -> Json:
    """An event that was posted at once."""
    topic = await planet.watch("kim-putin", "kim putin")
    await planet.catch(topic, summit())
    async with planet.store.writing() as db:
        await subscriptions.add(
            db, Subscription(0, PLANET.id, Place("slack", "CNEWS"), next_at=planet.room.clock())
        )
    await Rounds(planet.store, planet.room.clock, timedelta(seconds=45)).digests()
    await planet.deliverer.deliver()
    (parent,) = planet.slack.posts()
    return planet.slack.here.thread("CNEWS", parent["ts"])[0]


def reaction(kind: str, name: str, message: Json, by: str = BO) -> Json:
    item = {"type": "message", "channel": "CNEWS", "ts": message["ts"]}
    return {"type": kind, "reaction": name, "user": by, "item": item, "item_user": "U0BOT"}


async def followed(planet: Planet) -> list[str]:
    async with planet.store.reading() as db:
        return [one.group_id for one in await events.followed(db, Place("slack", person=BO))]


async def test_eyes_on_an_event_follow_it_until_they_are_taken_away(live: Planet) -> None:
    message = await flash(live)
    await live.slack.event(reaction("reaction_added", "eyes", message), twice=True)
    await eventually(lambda: len(live.slack.here.ephemerals) == 1)
    told = live.slack.here.ephemerals[0]
    assert (told["to"], told["thread_ts"]) == (BO, live.slack.posts()[0]["ts"])
    assert "You follow this event" in shown(told)
    assert await followed(live) == ["000001000000"]
    await live.slack.event(reaction("reaction_removed", "eyes", message))
    await eventually(lambda: len(live.slack.here.ephemerals) == 2)
    assert await followed(live) == []


async def said_no(planet: Planet) -> int:
    async with planet.store.reading() as db:
        topic = await topics.get(db, PLANET.id, "kim-putin")
        assert topic
        return len((await feedback.of_topic(db, topic.id)).taught)


async def test_a_cross_on_an_event_takes_it_out_of_its_topic_until_it_is_taken_away(live: Planet) -> None:
    message = await flash(live)
    await live.slack.event(reaction("reaction_added", "x", message), twice=True)
    await eventually(lambda: len(live.slack.here.ephemerals) == 1)
    told = live.slack.here.ephemerals[0]
    assert told["to"] == BO
    assert "kim-putin" in shown(told)
    assert await said_no(live) == 2, "each story of the event"
    await live.slack.event(reaction("reaction_removed", "x", message))
    await eventually(lambda: len(live.slack.here.ephemerals) == 2)
    assert await said_no(live) == 0


async def test_a_reaction_is_answered_in_ones_own_window_where_it_cannot_be_in_the_channel(
    live: Planet,
) -> None:
    message = await flash(live)
    live.slack.troubles.append(Trouble("chat.postEphemeral", "error", error="user_not_in_channel"))
    await live.slack.event(reaction("reaction_added", "eyes", message))
    await eventually(lambda: len(live.slack.posts("DUBO")) == 1)
    assert "You follow this event" in shown(live.slack.posts("DUBO")[0])


async def test_reactions_to_what_is_not_an_event_are_nothing_to_us(live: Planet) -> None:
    event = await flash(live)
    other = {"ts": live.slack.here.next_ts(), "user": BO, "text": "hello"}
    live.slack.here.channels["CNEWS"].messages.append(other)
    await live.slack.event(reaction("reaction_added", "eyes", other))
    await live.slack.event(reaction("reaction_added", "x", other))
    await live.slack.event(reaction("reaction_added", "tada", event))
    await live.say("/watch status")
    assert live.slack.posts("DUBO") == []
    assert live.slack.here.ephemerals == []
