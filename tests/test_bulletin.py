"""How feeds are is told gathered: a network that is down is one message, and its return one more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.fakes import FakeChat
from tests.newsrooms import DESK, PLACE, Newsroom, opened
from tests.newsstand import Clock, Newsstand
from watcher.bulletin import Bulletin
from watcher.chat.commands import Ask
from watcher.models import Card, Feed, FetchFailed, Unchanged
from watcher.store import Store, feeds


def words(card: Card) -> str:
    """All that a card says, a line each."""
    lines = [card.title, *("".join(p.text for p in line) for s in card.sections for line in (*s.lines,))]
    return "\n".join(lines)


async def move(room: Newsroom, urls: list[str]) -> None:
    """Give the feeds other addresses, in their order, and have them polled soon."""
    async with room.house.store.writing() as db:
        known = await feeds.all_feeds(db)
        moved = [replace(feed, url=url) for feed, url in zip(known, urls, strict=True)]
        await feeds.save(db, moved)


async def answers(room: Newsroom) -> tuple[str, str]:
    """What is said of the feeds to somebody who asks."""
    ask = Ask(DESK, PLACE, person="editor", may_manage=True)
    status, health = [
        words(await room.house.commands.run(ask, f"/watch {asked}")) for asked in ("status", "feed health")
    ]
    return status, health


async def tick(room: Newsroom, **later: float) -> None:
    """What the running bot does: it polls, tells how the feeds are if it is time to, and delivers."""
    room.clock.forward(**later)
    await room.house.bulletin.ask_again()
    await room.house.pipeline.poll()
    await room.house.bulletin.tell()
    await room.bot.deliverer.deliver()


async def test_feeds_that_fall_ill_one_after_another_are_told_of_together(newsroom: Newsroom) -> None:
    await tick(newsroom)
    for paper in newsroom.stand.papers[:3]:
        paper.status = 500
    for _ in range(3):
        await tick(newsroom, hours=6)
    assert newsroom.said == [], "it is held for others to come with it"
    await tick(newsroom, minutes=4)
    (card,) = newsroom.chat.messages.values()
    assert card.title == "3 feeds fell ill"
    assert "Morning Post: The server has trouble of its own (500)" in words(card)
    assert [button.command for button in card.buttons] == ["/watch feed health"]
    for paper in newsroom.stand.papers:
        paper.status = 200
    await tick(newsroom, hours=12)
    await tick(newsroom, minutes=4)
    assert newsroom.said == ["3 feeds fell ill", "3 feeds are well again"]


async def test_there_is_an_hour_between_two_bulletins(newsroom: Newsroom) -> None:
    await tick(newsroom)
    newsroom.stand.papers[0].status = 410
    await tick(newsroom, hours=6)
    await tick(newsroom, minutes=4)
    assert newsroom.said == ["Feed retired: Morning Post"]
    newsroom.stand.papers[1].status = 410
    async with newsroom.house.store.writing() as db:
        await feeds.poll_soon(db, [2], newsroom.clock.at)
    for _ in range(5):
        await tick(newsroom, minutes=10)
    assert newsroom.said == ["Feed retired: Morning Post"]
    await tick(newsroom, minutes=11)
    assert newsroom.said == ["Feed retired: Morning Post", "Feed retired: Evening Star"]


async def test_an_illness_that_ends_before_it_was_told_of_is_no_news(newsroom: Newsroom) -> None:
    await tick(newsroom)
    newsroom.stand.papers[0].status = 500
    for _ in range(3):
        await tick(newsroom, hours=6)
    newsroom.stand.papers[0].status = 200
    async with newsroom.house.store.writing() as db:
        await feeds.poll_soon(db, [1], newsroom.clock.at)
    await tick(newsroom, minutes=1)
    await tick(newsroom, hours=2)
    assert newsroom.said == []


async def test_what_is_to_be_told_survives_a_restart(tmp_path: Path) -> None:
    clock, chat = Clock(), FakeChat()
    async with Newsstand("Morning Post", "Evening Star") as stand:
        async with opened(tmp_path, stand, clock, chat) as room:
            await tick(room)
            stand.papers[0].status = 410
            await tick(room, hours=6)
        async with opened(tmp_path, stand, clock, chat) as room:
            await tick(room, minutes=4)
            assert room.said == ["Feed retired: Morning Post"]
            await tick(room, hours=6)
            assert room.said == ["Feed retired: Morning Post"]


async def test_where_nothing_can_be_reached_it_is_this_machine_and_all_is_polled_when_it_is_back(
    tmp_path: Path,
) -> None:
    clock, chat = Clock(), FakeChat()
    stands = [Newsstand(f"Paper {n}", f"Second {n}") for n in range(4)]
    async with stands[0], stands[1], stands[2], stands[3], opened(tmp_path, stands[0], clock, chat) as room:
        urls = [stand.url(number) for stand in stands for number in range(2)]
        async with room.house.store.writing() as db:
            await feeds.add(db, [Feed(0, url, title=f"Feed {n}") for n, url in enumerate(urls)])
        await tick(room)
        await move(room, [f"https://www.{number // 2}.invalid/{number}" for number in range(8)])
        for _ in range(4):
            await tick(room, hours=7)
        await tick(room, minutes=4)
        (card,) = chat.messages.values()
        assert card.title == "8 feeds fell ill"
        assert "this machine's own network" in words(card)
        assert all("Nearly no feed can be reached" in said for said in await answers(room))
        await move(room, urls)
        async with room.house.store.reading() as db:
            pauses = [feed.next_poll_at - clock.at for feed in await feeds.all_feeds(db) if feed.next_poll_at]
        assert min(pauses) > timedelta(minutes=30), "by themselves they are asked ever more seldom"
        await tick(room, minutes=1)
        await tick(room, minutes=1)
        async with room.house.store.reading() as db:
            assert not [feed for feed in await feeds.all_feeds(db) if feed.ill_since]
        await tick(room, hours=1)
        assert room.said == ["8 feeds fell ill", "8 feeds are well again"]
        assert not any("Nearly no feed" in said for said in await answers(room))


async def test_a_restart_while_nothing_can_be_reached_does_not_put_off_its_end(tmp_path: Path) -> None:
    clock = Clock()
    later = clock.at + timedelta(hours=5)
    async with await Store.open(tmp_path / "watcher.db") as store:
        async with store.writing() as db:
            named = [Feed(0, f"https://{n}.example/", next_poll_at=later) for n in range(5)]
            known = await feeds.add(db, named)
            lost = [(FetchFailed(feed, clock.at, "There is no such host."), feed) for feed in known]
            (await Bulletin(store, clock.now, lambda place: True).hear(db, lost))()
        clock.forward(minutes=40)
        anew = Bulletin(store, clock.now, lambda place: True)
        await anew.ask_again()
        assert anew.is_cut_off()
        async with store.writing() as db:
            (asked,) = await feeds.due(db, clock.at)
            (await anew.hear(db, [(Unchanged(asked, clock.at, {}), asked)]))()
            assert len(await feeds.due(db, clock.at)) == 5
        assert not anew.is_cut_off()


async def test_the_network_is_back_when_most_feeds_answer_though_none_of_the_missed_was_asked(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with await Store.open(tmp_path / "watcher.db") as store, store.writing() as db:
        known = await feeds.add(db, [Feed(0, f"https://{n}.example/") for n in range(10)])
        bulletin = Bulletin(store, clock.now, lambda place: True)
        failed = "There is no such host."
        (await bulletin.hear(db, [(FetchFailed(feed, clock.at, failed), feed) for feed in known[:5]]))()
        clock.forward(minutes=1)
        (await bulletin.hear(db, [(Unchanged(known[5], clock.at, {}), known[5])]))()
        assert not bulletin.is_cut_off(), "one of six answers"
        (await bulletin.hear(db, [(FetchFailed(known[5], clock.at, failed), known[5])]))()
        assert bulletin.is_cut_off()


async def test_a_single_round_asks_whether_the_network_is_back_too(tmp_path: Path) -> None:
    clock = Clock()
    async with Newsstand("Morning Post") as stand, opened(tmp_path, stand, clock, FakeChat()) as room:
        later = clock.at + timedelta(hours=5)
        async with room.house.store.writing() as db:
            await feeds.remove(db, stand.url(0))
            named = [Feed(0, f"https://{n}.example/", next_poll_at=later) for n in range(5)]
            known = await feeds.add(db, named)
            lost = [(FetchFailed(feed, clock.at, "There is no such host."), feed) for feed in known]
            (await room.house.bulletin.hear(db, lost))()
        await move(room, [f"{stand.url(0)}?{n}" for n in range(5)])
        assert (await room.bot.once(), await room.bot.once()) == (1, 4)


async def test_that_the_network_is_back_is_not_forgotten_where_it_could_not_be_written_down(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with Newsstand("Morning Post") as stand, opened(tmp_path, stand, clock, FakeChat()) as room:
        later = clock.at + timedelta(hours=5)
        async with room.house.store.writing() as db:
            await feeds.remove(db, stand.url(0))
            known = await feeds.add(
                db, [Feed(0, f"https://{n}.example/", next_poll_at=later) for n in range(5)]
            )
            lost = [(FetchFailed(feed, clock.at, "There is no such host."), feed) for feed in known]
            (await room.house.bulletin.hear(db, lost))()
            full = "WHEN new.name = 'feeds out of reach' BEGIN SELECT RAISE(ABORT, 'no room'); END"
            await db.exec_driver_sql(f"CREATE TRIGGER full BEFORE INSERT ON notes {full}")
        await move(room, [f"{stand.url(0)}?{n}" for n in range(5)])
        assert await room.bot.once() == 1
        assert room.house.bulletin.is_cut_off()
        async with room.house.store.writing() as db:
            await db.exec_driver_sql("DROP TRIGGER full")
        clock.forward(minutes=6)
        assert (await room.bot.once(), await room.bot.once()) == (1, 4)


async def test_feeds_that_are_polled_no_more_say_nothing_of_the_network(tmp_path: Path) -> None:
    clock = Clock()
    async with await Store.open(tmp_path / "watcher.db") as store:
        async with store.writing() as db:
            lost = await feeds.add(db, [Feed(0, f"https://{n}.example/") for n in range(20)])
            failed = [(FetchFailed(feed, clock.at, "There is no such host."), feed) for feed in lost]
            bulletin = Bulletin(store, clock.now, lambda place: True)
            (await bulletin.hear(db, failed))()
            for feed in lost[1:]:
                await feeds.remove(db, feed.url)
            await feeds.save(db, [replace(lost[0], retired_at=clock.at)])
            (well,) = await feeds.add(db, [Feed(0, "https://well.example/")])
        await bulletin.ask_again()
        async with store.writing() as db:
            (await bulletin.hear(db, [(Unchanged(well, clock.at, {}), well)]))()
        assert not bulletin.is_cut_off()
        anew = Bulletin(store, clock.now, lambda place: True)
        await anew.ask_again()
        assert not anew.is_cut_off()


async def test_one_server_with_many_feeds_that_is_down_is_not_taken_for_the_network(
    tmp_path: Path,
) -> None:
    clock, chat = Clock(), FakeChat()
    async with (
        Newsstand(*(f"Paper {n}" for n in range(8))) as stand,
        opened(tmp_path, stand, clock, chat) as room,
    ):
        await tick(room)
        await move(room, [f"http://127.0.0.1.nowhere.invalid/{n}" for n in range(8)])
        for _ in range(4):
            await tick(room, hours=7)
        await tick(room, minutes=4)
        (card,) = chat.messages.values()
    assert card.title == "8 feeds fell ill"
    assert "With all of them, as with Paper 0: There is no host named" in words(card)
    assert "own network" not in words(card)


async def test_a_bulletin_names_some_and_counts_the_rest(newsroom: Newsroom) -> None:
    async with newsroom.house.store.writing() as db:
        new = [Feed(0, newsroom.stand.url(0) + f"?{n}", title=f"Feed {n}") for n in range(20)]
        await feeds.add(db, new)
    newsroom.stand.papers[0].status = 410
    await tick(newsroom)
    await tick(newsroom, minutes=4)
    (card,) = newsroom.chat.messages.values()
    assert card.title == "21 feeds are gone for good"
    assert "and 13 more" in words(card)
