"""`/watch search` and `/watch why`: an editor understands them without a manual."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import numpy as np

from tests.chat.desks import EDITOR, HERE, NOW, Room, catch, marked, record, story, text_of, watch
from tests.chat.test_alerts import EVIDENCE
from watcher.desk.alerts import Alert
from watcher.models import Card, Delivery, Feed, Match, Placement, Reason, Shown, Story
from watcher.store import alerts, deliveries, feeds, stories, subscriptions, topics

TRAIN = story("Kim arrives in Russia by train", hours=5, summary="Putin is to receive him.")
TRAIN_FR = story("Kim est arrivé en Russie", hours=4, language="fr", outlet="lefigaro.fr")
RIFLE = story("Putin gives Kim a rifle", hours=3, outlet="bbc.co.uk")


async def furnished(room: Room) -> None:
    topic = await watch(room.store, "kim-putin", "kim jong un putin")
    await watch(room.store, "chile", "chile volcano")
    await record(room.store, [TRAIN, TRAIN_FR, RIFLE])
    await catch(room.store, topic, [TRAIN, TRAIN_FR], [RIFLE])
    reasons = (
        Reason("kim jong un", "exact", "Kim", "title", 0, 3, "kim-jong-un", "Kim"),
        Reason("putin", "exact", "Putin", "summary", 0, 5),
    )
    async with room.store.writing() as db:
        await topics.save_matches(db, [Match(TRAIN.id, topic.id, 91.0, reasons)])


async def test_a_story_is_found_by_link_by_id_and_by_words(room: Room) -> None:
    await furnished(room)
    for said in (TRAIN.url, f"<{TRAIN.url}?utm_source=x>", TRAIN.id, "arrives russia train"):
        assert (await room.run(f"/watch why {said}")).title == TRAIN.title


async def test_why_says_what_it_met_with_its_own_words_marked(room: Room) -> None:
    await furnished(room)
    card = await room.run(f"/watch why {TRAIN.id}")
    said = text_of(card)
    assert "It met kim-putin: 91 of 100 points" in said
    assert {"Kim", "Putin"} <= set(marked(card))
    assert "putin by Putin — word for word" in said
    assert "kim jong un by Kim — word for word (Kim Jong Un)" in said


async def test_why_says_what_other_topics_lacked(room: Room) -> None:
    await furnished(room)
    said = await room.say(f"/watch why {TRAIN.id}")
    assert "Why no other topic took it" in said
    assert "chile — it has no “chile” and no “volcano”." in said


async def test_why_says_once_what_a_story_had_of_a_topic(room: Room) -> None:
    await watch(room.store, "storms", "(hurricane OR typhoon) cuba")
    await record(room.store, [storm := story("Hurricane nears Florida")])
    assert "It does have Hurricane." in await room.say(f"/watch why {storm.id}")


async def test_why_says_how_near_a_topic_came_and_offers_to_take_the_story(room: Room) -> None:
    await watch(room.store, "summit", "kim jong un putin (summit OR arms OR talks)")
    await record(room.store, [WAVE := story("Putin waves at Kim Jong Un", summary="A train passed.")])
    said = await room.say(f"/watch why {WAVE.id}")
    assert "it has none of “summit”, “arms”, “talks”" in said
    assert "with --sensitivity wide it would be in" in said
    assert f"[summit wants this too] /watch topic also summit {WAVE.id}" in said


async def test_why_says_what_a_topic_left_out(room: Room) -> None:
    await watch(room.store, "kim", "kim -train")
    await watch(room.store, "putin", "putin", excluded_outlets=("lemonde.fr",))
    await record(room.store, [TRAIN])
    said = await room.say(f"/watch why {TRAIN.id}")
    assert "it has “train”, and the query leaves out train" in said
    assert "The topic leaves out lemonde.fr." in said


async def test_why_names_the_event_and_the_likest_stories(room: Room) -> None:
    await furnished(room)
    near, far = (v / np.linalg.norm(v) for v in np.random.default_rng(7).normal(size=(2, 512)))
    async with room.store.writing() as db:
        vectors = {TRAIN.id: near, TRAIN_FR.id: near, RIFLE.id: far}
        await stories.save_vectors(db, {id_: v.astype(np.float16).tobytes() for id_, v in vectors.items()})
    said = await room.say(f"/watch why {TRAIN.id}")
    assert re.search(r"\(what they say \d+%, their headlines' wording \d+%.*, 60 min apart\)", said)
    assert "A story joins an event from 33% alike on" in said
    assert "told by 2 outlets, 2 languages" in said
    assert said.index("same event: Kim est arrivé") < said.index("another event: Putin gives Kim a rifle")


async def test_why_says_how_like_an_event_is_on_average_whose_one_story_is_very_like(room: Room) -> None:
    topic = await watch(room.store, "kim", "kim")
    alone, twin, stranger = (
        story("Kim leaves for home by train"),
        story("Kim leaves by train for home", hours=2, outlet="bbc.co.uk"),
        story("Prices of rice rise in Pyongyang", hours=3, outlet="nhk.or.jp"),
    )
    await record(room.store, [alone, twin, stranger])
    await catch(room.store, topic, [alone], [twin, stranger])
    near, far = (v / np.linalg.norm(v) for v in np.random.default_rng(7).normal(size=(2, 512)))
    async with room.store.writing() as db:
        vectors = {alone.id: near, twin.id: near, stranger.id: far}
        await stories.save_vectors(db, {id_: v.astype(np.float16).tobytes() for id_, v in vectors.items()})
    said = await room.say(f"/watch why {alone.id}")
    found = re.findall(r"(\d+)% alike, another event, whose 2 tellings are (\d+)% alike on average", said)
    (high, mean), (low, same_mean) = [(int(one), int(average)) for one, average in found]
    assert mean == same_mean
    assert abs(mean - (high + low) / 2) <= 1


async def test_why_says_that_likest_stories_are_of_one_series_and_so_of_other_events(room: Room) -> None:
    topic = await watch(room.store, "fires", "fire")
    fires = [
        story(f"Fire in {town}: several hurt", hours=n + 1) for n, town in enumerate(("Lima", "Oslo", "Suva"))
    ]
    await record(room.store, fires)
    await catch(room.store, topic, *([fire] for fire in fires))
    vector = np.random.default_rng(7).normal(size=512).astype(np.float16).tobytes()
    async with room.store.writing() as db:
        await stories.save_vectors(db, {fire.id: vector for fire in fires})
    said = await room.say(f"/watch why {fires[0].id}")
    assert said.count("another event of one series (the same words around another name or number)") == 2


async def test_why_says_in_which_digest_it_was(room: Room) -> None:
    await furnished(room)
    sent = Delivery("digest:1/e", "d1", HERE, Card("x"), "event", about="event1", state="sent", made_at=NOW)
    async with room.store.writing() as db:
        await deliveries.add(db, [sent])
        assert (await deliveries.about(db, ["event1"], NOW - timedelta(days=1)))[0].about == "event1"
    assert "In a digest here at 2026-09-14 12:00 UTC." in await room.say(f"/watch why {TRAIN.id}")


async def test_why_says_in_which_alert_it_was(room: Room) -> None:
    await furnished(room)
    card, at = Card("Kim"), NOW - timedelta(hours=4)
    new = Alert(0, "d1", 1, "event1", "urgent", card, EVIDENCE, (TRAIN.id,), at, at, at, at)
    async with room.store.writing() as db:
        assert await alerts.add(db, new)
    said = await room.say(f"/watch why {TRAIN.id}")
    assert "In alert 1 at 2026-09-14 08:00 UTC (urgent, now open). /watch alert show 1" in said
    assert "Its event was in alert 1 at" in await room.say(f"/watch why {TRAIN_FR.id}")


async def test_a_link_may_lack_its_beginning_or_have_a_label(room: Room) -> None:
    await furnished(room)
    for said in (TRAIN.url.removeprefix("https://"), f"<{TRAIN.url}|a label>"):
        assert (await room.run(f"/watch why {said}")).title == TRAIN.title


async def test_a_search_says_that_it_is_no_query(room: Room) -> None:
    await furnished(room)
    for said in ("kim OR rifle", "kim -putin", "NOT kim"):
        assert f"/watch topic test {said}" in await room.say(f"/watch search {said}")
    assert (await room.run("/watch search kim train")).title == "1 story with kim train"


async def test_why_says_where_a_story_was_told_that_has_left_its_topic_since(room: Room) -> None:
    topic = await watch(room.store, "summit", "summit")
    await record(room.store, [TRAIN])
    assert "Where it was told" not in await room.say(f"/watch why {TRAIN.id}")
    await room.run("/watch subscribe summit 8:00")
    at = NOW - timedelta(hours=4)
    new = Alert(0, "d1", topic.id, "event1", "urgent", Card("Kim"), EVIDENCE, (TRAIN.id,), at, at, at, at)
    async with room.store.writing() as db:
        await alerts.add(db, new)
        await subscriptions.show(db, HERE, [Shown("event1", at, (RIFLE.id, TRAIN.id))])
    said = await room.say(f"/watch why {TRAIN.id}")
    assert "Where it was told, before it left" in said
    assert "In alert 1 at 2026-09-14 08:00 UTC" in said
    assert "Posted here at 2026-09-14 08:00 UTC." in said


async def test_why_says_that_its_event_was_told_before_it_came(room: Room) -> None:
    await furnished(room)
    early = NOW - timedelta(hours=4.5)
    sent = Delivery("digest:1/e", "d1", HERE, Card("x"), "event", about="event1", state="sent", made_at=early)
    async with room.store.writing() as db:
        await deliveries.add(db, [sent])
    said = await room.say(f"/watch why {TRAIN_FR.id}")
    assert "Its event was told here at 2026-09-14 07:30 UTC, before this story came." in said


async def test_what_came_before_its_topic_is_not_said_to_be_waiting(room: Room) -> None:
    topic = await watch(room.store, "kim", "kim", created_at=NOW)
    old = replace(TRAIN, seen=NOW - timedelta(days=3), published=NOW - timedelta(days=3))
    await record(room.store, [old])
    await catch(room.store, topic, [old])
    await room.run("/watch subscribe kim 18:00")
    async with room.store.writing() as db:
        (heard,) = await subscriptions.subscriptions(db, "d1")
        await subscriptions.save(db, replace(heard, last_at=NOW))
    said = await room.say(f"/watch why {old.id}")
    assert "it came before its topic was watched, and what is posted is new. It is in /digest kim 7d." in said
    assert "Not yet" not in said


async def test_a_copy_is_said_to_count_once_with_its_original(room: Room) -> None:
    topic = await watch(room.store, "kim", "kim")
    copy = replace(TRAIN, id="copy", url="https://bbc.co.uk/1", outlet="bbc.co.uk", keys=("link:1",))
    await record(room.store, [TRAIN, copy])
    async with room.store.writing() as db:
        await topics.save_matches(db, [Match(id_, topic.id, 90, ()) for id_ in (TRAIN.id, "copy")])
        await topics.place(db, [Placement(id_, topic.id, "g", TRAIN.id, 1.0) for id_ in (TRAIN.id, "copy")])
    said = await room.say("/watch why copy")
    assert "the two count as one telling: Kim arrives in Russia by train — lemonde.fr" in said
    assert "count as one telling" not in await room.say(f"/watch why {TRAIN.id}")
    async with room.store.writing() as db:
        vector = np.ones(512, np.float16).tobytes()
        await stories.save_vectors(db, dict.fromkeys((TRAIN.id, "copy"), vector))
    assert "alike" not in await room.say("/watch why copy")


async def test_a_withdrawn_story_is_said_to_be(room: Room) -> None:
    await record(room.store, [gone := story("WITHDRAWN: Kim arrives in Russia")])
    assert "Its outlet has withdrawn or corrected it." in await room.say(f"/watch why {gone.id}")


async def test_why_says_why_it_was_told_nowhere(room: Room) -> None:
    await furnished(room)
    assert "nobody has subscribed" in await room.say(f"/watch why {TRAIN.id}")
    await room.run("/watch subscribe kim-putin --languages pl")
    assert "want other languages than en" in await room.say(f"/watch why {TRAIN.id}")
    await room.run("/watch subscribe kim-putin 18:00 --languages all")
    assert "the next digest comes at 2026-09-14 18:00 UTC" in await room.say(f"/watch why {TRAIN.id}")


async def told_of(room: Room, one: Story, *, backlog: bool = False, group: str = "g") -> str:
    topic = await watch(room.store, "kim", "kim")
    await record(room.store, [one], backlog=backlog)
    async with room.store.writing() as db:
        await topics.save_matches(db, [Match(one.id, topic.id, 90, ())])
        await topics.place(db, [Placement(one.id, topic.id, group, one.id, 1.0)])
    return await room.say(f"/watch why {one.id}")


async def test_what_was_there_before_we_came_is_said_to_be_kept_but_not_posted(room: Room) -> None:
    assert "before we first looked there" in await told_of(room, TRAIN, backlog=True)


async def test_old_news_is_said_to_be_old(room: Room) -> None:
    old = replace(TRAIN, published=NOW - timedelta(days=400))
    assert "dated it 399 days before it came to us" in await told_of(room, old)


async def test_a_muted_event_is_said_to_be_muted_and_not_to_be_waiting(room: Room) -> None:
    await furnished(room)
    await room.run("/watch subscribe kim-putin 18:00")
    assert "Not yet: the next digest" in await room.say(f"/watch why {TRAIN.id}")
    await room.run(f"/watch event mute {TRAIN.id} for 24h")
    said = await room.say(f"/watch why {TRAIN.id}")
    assert "Muted here until 2026-09-15 12:00 UTC: left out of what is posted there." in said
    assert "Not yet" not in said


async def test_a_roundup_is_said_to_belong_to_no_event(room: Room) -> None:
    said = await told_of(room, TRAIN, group="")
    assert "roundup or a live blog" in said
    assert "belong to no single event" in said


async def test_a_changed_headline_is_told(room: Room) -> None:
    await record(room.store, [TRAIN])
    changed = replace(TRAIN, title="Kim arrives in Russia by armoured train")
    async with room.store.writing() as db:
        feed = await feeds.get(db, "https://lemonde.fr/rss")
        assert feed
        await stories.record(db, [changed], feed, NOW)
    said = await room.say(f"/watch why {TRAIN.id}")
    assert "Its headline was changed" in said
    assert "Kim arrives in Russia by train" in said


async def test_of_a_story_that_never_came_it_says_whether_its_outlet_is_polled(room: Room) -> None:
    said = await room.say("/watch why https://www.lefigaro.fr/an-article")
    assert "no feed of lefigaro.fr is polled" in said
    pointer = await room.say("/watch why https://news.google.com/rss/articles/CBMi?oc=5")
    assert "A link of news.google.com does not say whose story it is" in pointer
    assert "feed add" not in pointer
    assert "/watch feed add lefigaro.fr" in said
    async with room.store.writing() as db:
        await feeds.add(db, [Feed(0, "https://www.lefigaro.fr/rss")])
    assert "We poll 1 feed of lefigaro.fr" in await room.say("/watch why https://www.lefigaro.fr/an-article")


async def test_search_finds_stories_newest_first_and_says_when_there_are_more(room: Room) -> None:
    await record(room.store, [story(f"Kim and his train, part {n}", hours=n + 1) for n in range(12)])
    card = await room.run("/watch search kim train")
    (lines,) = [section.lines for section in card.sections]
    assert len(lines) == 10
    assert lines[0][0].text.endswith("part 0")
    assert "There are older ones" in text_of(card)


async def test_search_without_a_hit_says_how_to_get_one(room: Room) -> None:
    assert "Try fewer of them" in await room.say("/watch search zebra crossing")


async def test_hostile_headlines_stand_there_as_text(room: Room) -> None:
    await record(room.store, [story("Kim \x1b[31m\u202e<@everyone> `x` [y](http://z)", hours=1)])
    said = text_of(await room.run("/watch search kim", EDITOR))
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "<@everyone> `x` [y](http://z)" in said
