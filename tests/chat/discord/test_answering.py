"""Commands, buttons, menus and forms, as people use them."""

from __future__ import annotations

import pytest

from tests.chat.desks import catch
from tests.chat.discord.scenes import Scene, record, story, texts, until
from tests.fake_discord.people import NoSuchThing
from tests.fake_discord.world import EMBED, MAKE_THREADS
from watcher.chat.discord import tree
from watcher.models import Feed, Place, Subscription, Topic
from watcher.store import StoreError, feeds, subscriptions, topics

QUERY = "kim putin"
SOMEBODY = {"id": "1", "username": "x", "discriminator": "0"}


async def with_stories(scene: Scene) -> None:
    await record(
        scene.store,
        [
            story("Kim Jong Un meets Putin in Vladivostok", hours=3),
            story("Putin greets Kim Jong Un at the bridge", hours=5, outlet="bbc.co.uk"),
            story("Rain expected in Oslo on Sunday", hours=6, outlet="nrk.no"),
        ],
    )


async def test_every_command_can_be_given_and_answers_the_one_who_asked_alone(there: Scene) -> None:
    for one in there.room.commands.registry.commands:
        if any(not argument.optional for argument in one.arguments):
            continue
        answer = await there.ada.command(there.news, " ".join(tree.typed(one.path)))
        assert answer.ephemeral, one.line
        assert answer.text
    assert there.news.shown == []


async def test_an_answer_is_shown_to_everyone_on_asking(there: Scene) -> None:
    await with_stories(there)
    answer = await there.bo.command(there.news, "watch search", words="putin")
    shown = await there.bo.press(answer, "Show everyone")
    assert not shown.ephemeral
    assert texts(there.news) == [answer.text]
    assert shown.labels == []


async def test_an_answer_is_shown_to_everyone_once_though_the_button_is_pressed_twice(there: Scene) -> None:
    answer = await there.bo.command(there.news, "watch help")
    await there.bo.press(answer, "Show everyone")
    again = await there.bo.press(answer, "Show everyone")
    assert again.ephemeral
    assert "already" in again.text
    assert len(there.news.shown) == 1


async def test_a_slip_is_answered_kindly_and_cannot_be_shown_around(there: Scene) -> None:
    answer = await there.bo.command(there.news, "digest", topic="kimputin")
    assert "There is no topic 'kimputin'" in answer.text
    assert "Show everyone" not in answer.labels


async def test_a_slip_is_mended_by_one_press(there: Scene) -> None:
    await with_stories(there)
    await there.ada.command(there.news, "watch topic add", name="summit", query=QUERY)
    slip = await there.bo.command(there.news, "digest", topic="sumit", window="7d")
    assert "/digest topic:summit window:7d" in slip.text
    mended = await there.bo.press(slip, "/digest topic:summit window:7d")
    assert "summit" in mended.text
    assert "There is no topic" not in mended.text


async def test_what_breaks_inside_is_answered_with_a_reference(there: Scene) -> None:
    async def broken() -> None:
        raise RuntimeError("a bug")

    object.__setattr__(there.room.commands.newsroom, "refresh", broken)
    answer = await there.ada.command(there.news, "watch topic add", name="summit", query=QUERY)
    assert "not your doing" in answer.text


async def test_a_store_that_fails_is_told_to_who_pressed_a_button(there: Scene) -> None:
    gone = {"type": 2, "style": 2, "label": "Gone", "custom_id": "kept:0123456789abcdef"}
    message = there.fake.world.message(there.news, {}, SOMEBODY)
    message["components"] = [{"type": 1, "components": [gone]}]

    async def fails(word: str) -> object:
        raise StoreError("The disk is full: make room on it.")

    there.chat._answering._keeper.find = fails  # type: ignore[union-attr,method-assign]
    assert "The disk is full" in (await there.bo.press(message, "Gone")).text


async def test_who_may_not_manage_the_server_may_ask_but_not_change(there: Scene) -> None:
    refused = await there.bo.command(there.news, "watch topic add", name="summit", query=QUERY)
    assert "for those who manage it" in refused.text
    added = await there.ada.command(there.news, "watch topic add", name="summit", query=QUERY)
    assert "Watching summit" in added.text
    assert "summit" in (await there.bo.command(there.news, "watch topic list")).text


async def test_a_button_asks_in_the_name_of_who_presses_it(there: Scene) -> None:
    await with_stories(there)
    added = await there.ada.command(there.news, "watch topic add", name="summit", query=QUERY)
    shown = await there.ada.press(added, "See its events")
    assert shown.ephemeral
    refused = await there.bo.press(added, "Undo")
    assert "for those who manage it" in refused.text
    undone = await there.ada.press(added, "Undo")
    assert "watched no more" in undone.text


async def test_every_button_works_after_a_restart(there: Scene) -> None:
    added = await there.ada.command(there.news, "watch topic add", name="summit", query=QUERY)
    await there.restart()
    await there.ada.press(added, "Show everyone")
    assert (await there.ada.press(added, "Edit…")).form
    assert "watched no more" in (await there.ada.press(added, "Undo")).text


async def test_a_button_of_another_age_is_answered(there: Scene) -> None:
    odd = {"type": 2, "style": 2, "label": "Odd", "custom_id": "kept:0123456789abcdef"}
    older = {"type": 2, "style": 2, "label": "Older", "custom_id": "of another bot"}
    page = {"type": 2, "style": 2, "label": "Page", "custom_id": "page:0123456789abcdef:3"}
    message = there.fake.world.message(there.news, {}, SOMEBODY)
    message["components"] = [{"type": 1, "components": [odd, older, page]}]
    for label in ("Odd", "Older", "Page"):
        assert "too old" in (await there.bo.press(message, label)).text


async def test_the_events_of_a_long_digest_are_turned_to_by_name_after_a_restart(there: Scene) -> None:
    await there.ada.command(there.news, "watch topic add", name="summit", query=QUERY)
    events = [
        [story(f"Kim and Putin, part {n}", hours=2 + n / 10, outlet=f"o{n}.example")] for n in range(12)
    ]
    await record(there.store, [one for event in events for one in event])
    async with there.store.reading() as db:
        (topic,) = await topics.topics(db, there.desk)
    await catch(there.store, topic, *events)
    digest = await there.bo.command(there.news, "digest", topic="summit")
    await there.restart()
    last = await there.bo.choose(digest, "3")
    assert last.ephemeral
    assert last.message["id"] == digest.message["id"]
    assert last.text.count("Kim and Putin, part") == 4
    public = await there.bo.press(last, "Show everyone")
    mine = await there.ada.choose(public, "1")
    assert mine.ephemeral
    assert mine.message["id"] != public.message["id"], "a page for one reader is not turned for the others"


# ---------------------------------------------------------------------------------- completion


async def test_topics_windows_languages_and_feeds_are_offered(there: Scene) -> None:
    await there.ada.command(there.news, "watch topic add", name="summit", query=QUERY)
    async with there.store.writing() as db:
        await feeds.add(db, [Feed(0, "https://lemonde.fr/rss")])
    offered = there.bo.complete
    assert await offered(there.news, "digest", "topic", topic="su") == ["summit"]
    assert "24h" in await offered(there.news, "digest", "window", window="2")
    assert await offered(there.news, "watch subscribe", "languages", languages="en,f") == ["en,fr", "en,fa"]
    assert await offered(there.news, "watch feed remove", "which", which="lem") == ["https://lemonde.fr/rss"]
    assert len(await offered(there.news, "watch subscribe", "zone", zone="")) <= 25


async def test_choices_are_chosen_not_typed(there: Scene) -> None:
    with pytest.raises(NoSuchThing):
        await there.ada.command(there.news, "watch topic test", query=QUERY, sensitivity="loud")


# --------------------------------------------------------------------------------------- forms


async def test_a_topic_is_written_in_a_form_previewed_and_saved(there: Scene) -> None:
    await with_stories(there)
    form = await there.ada.command(there.news, "watch topic add")
    preview = await there.ada.submit(form, name="summit", query=QUERY, title="The summit")
    assert "it would have caught" in preview.text
    async with there.store.reading() as db:
        assert await topics.topics(db, there.desk) == []
    await there.restart()
    again = await there.ada.press(preview, "Change…")
    preview = await there.ada.submit(again, query="kim putin vladivostok", sensitivity="Strict")
    saved = await there.ada.press(preview, "Save")
    assert "Watching summit" in saved.text
    async with there.store.reading() as db:
        (topic,) = await topics.topics(db, there.desk)
    assert (topic.query, topic.title, topic.sensitivity) == ("kim putin vladivostok", "The summit", "strict")


async def test_a_topic_is_edited_in_a_form_that_knows_it(there: Scene) -> None:
    await there.ada.command(
        there.news, "watch topic add", name="summit", query=QUERY, without="rt.com", title="Kim"
    )
    form = await there.ada.command(there.news, "watch topic edit", name="summit")
    assert form.form
    values = {
        row["components"][0]["custom_id"]: row["components"][0].get("value")
        for row in form.form["components"]
    }
    assert values == {"query": QUERY, "title": "Kim", "without": "rt.com", "sensitivity": "normal"}
    preview = await there.ada.submit(form, query="kim putin OR poutine", without="", title="")
    await there.ada.press(preview, "Save")
    async with there.store.reading() as db:
        (topic,) = await topics.topics(db, there.desk)
    assert (topic.query, topic.excluded_outlets, topic.title) == ("kim putin OR poutine", (), "")


async def test_a_form_cuts_nothing_of_a_long_topic(there: Scene) -> None:
    query = " OR ".join(f"word{number}" for number in range(192))
    outlets = tuple(f"outlet-{number}.example" for number in range(40))
    async with there.store.writing() as db:
        await topics.add(db, Topic(0, there.desk, "long", query, "T" * 150, excluded_outlets=outlets))
    form = await there.ada.command(there.news, "watch topic edit", name="long")
    preview = await there.ada.submit(form, sensitivity="strict")
    await there.ada.press(preview, "Save")
    async with there.store.reading() as db:
        (topic,) = await topics.topics(db, there.desk)
    assert (topic.query, topic.title, topic.excluded_outlets) == (query, "T" * 150, outlets)
    assert topic.sensitivity == "strict"


async def test_a_query_that_cannot_be_read_is_given_back_to_be_changed(there: Scene) -> None:
    form = await there.ada.command(there.news, "watch topic add")
    refused = await there.ada.submit(form, name="summit", query="(kim putin")
    assert refused.labels == ["Change…"]
    again = await there.ada.press(refused, "Change…")
    assert again.form
    assert again.form["components"][1]["components"][0]["value"] == "(kim putin"


async def test_who_may_not_change_topics_gets_no_form(there: Scene) -> None:
    assert (await there.bo.command(there.news, "watch topic add")).form is None
    shown = await there.ada.command(there.news, "watch topic list")
    assert (await there.bo.press(shown, "New topic…")).form is None


# ----------------------------------------------------------------------------- menus of messages


async def test_the_coverage_of_a_link_and_of_a_headline_is_found(there: Scene) -> None:
    await with_stories(there)
    found = story("Kim Jong Un meets Putin in Vladivostok", hours=3)
    by_link = {"id": "7", "content": f"look at this {found.url}!", "embeds": []}
    by_headline = {"id": "8", "content": "**Putin greets Kim Jong Un at the bridge**", "embeds": []}
    shown = {"id": "9", "content": "", "embeds": [{"title": "Rain expected in Oslo on Sunday", "url": ""}]}
    author = {"author": SOMEBODY, "channel_id": there.news.id}
    extra = {"timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": None, "type": 0, "attachments": []}
    extra |= {"mentions": [], "mention_roles": [], "mention_everyone": False, "pinned": False, "tts": False}
    for message, wanted in ((by_link, "Vladivostok"), (by_headline, "bridge"), (shown, "Oslo")):
        answer = await there.bo.menu(there.news, "Find coverage", message | author | extra)
        assert wanted in answer.text
    why = await there.bo.menu(there.news, "Why?", by_link | author | extra)
    assert "Vladivostok" in why.text


async def test_a_message_without_a_story_is_answered(there: Scene) -> None:
    nothing = there.fake.world.message(there.news, {"content": "ok"}, SOMEBODY)
    assert "no story" in (await there.bo.menu(there.news, "Why?", nothing)).text


# ------------------------------------------------------------------------------- subscribing


async def places(scene: Scene) -> list[Place]:
    async with scene.store.reading() as db:
        return [one.place for one in await subscriptions.subscriptions(db)]


async def test_a_channel_in_which_watcher_may_not_post_is_not_promised_anything(there: Scene) -> None:
    await there.ada.command(there.news, "watch topic add", name="summit", query=QUERY)
    await there.fake.change(there.news, denied=MAKE_THREADS | EMBED)
    refused = await there.ada.command(there.news, "watch subscribe", topics="summit")
    assert "Embed Links, Create Public Threads" in refused.text
    assert await places(there) == []
    mine = await there.ada.command(there.news, "watch subscribe", topics="summit", to="me")
    assert "Subscribed" in mine.text


async def test_channels_threads_forums_and_persons_subscribe(there: Scene) -> None:
    await there.ada.command(there.news, "watch topic add", name="summit", query=QUERY)
    forum = there.guild.forum("events")
    await there.fake.change(forum)
    await there.fake.gateway.tell("CHANNEL_CREATE", forum.as_object())
    thread = there.fake.world.thread(there.fake.world.snowflake(), "aside", there.news)
    post = there.fake.world.thread(there.fake.world.snowflake(), "post", forum)
    for channel in (there.news, thread, post):
        await there.ada.command(channel, "watch subscribe", topics="summit")
    await there.bo.command(there.news, "watch subscribe", topics="summit", to="me")
    assert await places(there) == [
        Place("discord", there.news.id),
        Place("discord", thread.id),
        Place("discord", forum.id),
        Place("discord", person=there.bo.id),
    ]


async def test_in_ones_own_window_the_desk_that_writes_there_answers(there: Scene) -> None:
    window = there.fake.world.window(there.bo.id)
    run = {"type": 2, "style": 2, "label": "Topics", "custom_id": "run:/watch topic list"}
    message = there.fake.world.message(
        window,
        {"components": [{"type": 1, "components": [run]}]},
        SOMEBODY,
    )
    assert "do not know which newsroom you mean" in (await there.bo.press(message, "Topics")).text
    await there.ada.command(there.news, "watch topic add", name="summit", query=QUERY)
    async with there.store.writing() as db:
        await subscriptions.add(db, Subscription(0, there.desk, Place("discord", person=there.bo.id)))
    assert "summit" in (await there.bo.press(message, "Topics")).text


# ---------------------------------------------------------------------------------------- files


async def test_feeds_are_imported_from_a_file_and_exported_as_one(there: Scene) -> None:
    opml = b'<opml version="2.0"><body><outline type="rss" text="Le Monde" xmlUrl="https://lemonde.fr/rss"/></body></opml>'
    answer = await there.ada.command(there.news, "watch feed import", file=("mine.opml", opml))
    assert "Added 1 feed" in answer.text
    exported = await there.ada.command(there.news, "watch feed export")
    assert [one["filename"] for one in exported.message["attachments"]] == ["feeds.opml"]


# ---------------------------------------------------------------------------------- hostile text


async def test_what_a_feed_wrote_is_shown_as_text(there: Scene) -> None:
    title = "@everyone **Putin** [free](https://evil.example) <@1> discord.gg/abc \u202eevil"
    await record(there.store, [story(title, hours=1)])
    answer = await there.bo.command(there.news, "watch search", words="putin")
    raw = str(answer.message["embeds"])
    assert "](https://evil.example" not in raw
    assert "\u202e" not in raw
    assert "@everyone **Putin** [free](https://evil.example) <@1> discord.gg/abc evil" in answer.text


async def test_an_answer_that_discord_no_longer_wants_is_let_go(there: Scene) -> None:
    trouble = there.fake.trouble("denied", "/interactions/.*", "POST", code=10062, status=404)
    there.fake.patience = 0.3
    with pytest.raises(TimeoutError):
        await there.bo.command(there.news, "watch status")
    await until(lambda: trouble.met)
    there.fake.patience = 8
    assert "Feeds: 0" in (await there.bo.command(there.news, "watch status")).text
