"""`/watch feed …`: where stories come from, and how those feeds are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from tests.chat.desks import EDITOR, NOW, READER, Room, story, text_of, undo_of
from tests.store.making import numbered
from watcher.chat.commands import Commands
from watcher.feeds import opml
from watcher.feeds.discover import Found
from watcher.models import Attachment, Feed, FetchFailed, Parsed, ParseFailed
from watcher.store import feeds, stories

URL = "https://lemonde.fr/rss"


def parsed(url: str = URL, title: str = "Le Monde") -> Parsed:
    found = (story("Poutine arrive", hours=2, language="fr"), story("Kim repart", hours=1, language="fr"))
    return Parsed(Feed(0, url), NOW, title, "fr", found)


async def known(room: Room) -> list[Feed]:
    async with room.store.reading() as db:
        return await feeds.all_feeds(db)


async def add(room: Room, *new: Feed) -> None:
    async with room.store.writing() as db:
        await feeds.add(db, new)


async def test_a_feed_is_added_and_what_it_has_is_shown_but_not_stored(room: Room) -> None:
    room.probe.feeds[URL] = parsed()
    card = await room.run("/watch feed add lemonde.fr/rss --tags france,agency")
    (feed,) = await known(room)
    assert (feed.url, feed.title, feed.tags) == (URL, "Le Monde", ("france", "agency"))
    assert room.refreshed.times == 1
    said = text_of(card)
    assert "2 stories" in said
    assert said.index("Kim repart") < said.index("Poutine arrive")
    async with room.store.reading() as db:
        assert await stories.recent(db, NOW - timedelta(days=9)) == []


async def test_adding_is_undone_and_the_undoing_too(room: Room) -> None:
    room.probe.feeds[URL] = parsed()
    removed = await room.run(undo_of(await room.run(f"/watch feed add {URL} --tags france")))
    assert await known(room) == []
    await room.run(undo_of(removed))
    assert [(feed.url, feed.tags) for feed in await known(room)] == [(URL, ("france",))]


async def test_a_site_with_one_feed_is_as_good_as_its_address(room: Room) -> None:
    room.probe.sites["https://lemonde.fr"] = (Found(URL, "Le Monde"),)
    room.probe.feeds[URL] = parsed()
    await room.run("/watch feed add lemonde.fr")
    assert [feed.url for feed in await known(room)] == [URL]


async def test_a_site_with_several_asks_which(room: Room) -> None:
    room.probe.sites["https://lemonde.fr"] = (Found(URL, "À la une"), Found(f"{URL}/sport", "Sport"))
    card = await room.run("/watch feed add lemonde.fr")
    assert await known(room) == []
    assert f"/watch feed add {URL}/sport — Sport" in text_of(card)
    assert [button.command for button in card.buttons] == [
        f"/watch feed add {URL}",
        f"/watch feed add {URL}/sport",
    ]


async def test_what_cannot_be_read_is_not_added_unless_told_to(room: Room) -> None:
    reason = "The server refuses Watcher (403); ask the outlet to let it in."
    room.probe.feeds[URL] = FetchFailed(Feed(0, URL), NOW, reason)
    card = await room.run(f"/watch feed add {URL}")
    assert card.title == f"{reason} Nothing was added."
    assert await known(room) == []
    said = await room.say(f"/watch feed add {URL} --anyway")
    assert reason in said
    assert len(await known(room)) == 1


@pytest.mark.parametrize("address", ["ftp://example.org/x", "http://", "::::"])
async def test_what_is_no_address_is_said_to_be_none(room: Room, address: str) -> None:
    assert "no web address" in (await room.run(f"/watch feed add {address}")).title


async def test_a_known_feed_is_not_added_twice(room: Room) -> None:
    await add(room, Feed(0, URL, "Le Monde"))
    assert "is polled already" in (await room.run(f"/watch feed add {URL}")).title


async def test_a_feed_that_was_gone_for_good_is_polled_again_when_it_is_added_again(room: Room) -> None:
    gone = Feed(
        0, URL, "Le Monde", last_error="Gone (410).", ill_since=NOW, failures=1, told=True, retired_at=NOW
    )
    await add(room, gone)
    assert (await room.run("/watch feed health")).title == "No feed is polled."
    status = await room.run("/watch status")
    assert status.title == "Not all is well"
    assert "nothing can be heard" in text_of(status)
    room.probe.feeds[URL] = parsed()
    assert "Polling Le Monde from now on" in (await room.run(f"/watch feed add {URL}")).title
    (feed,) = await known(room)
    assert (feed.last_error, feed.ill_since, feed.retired_at) == ("", None, None)


async def test_a_new_feed_says_that_it_is_empty_or_has_grown_old(room: Room) -> None:
    room.probe.feeds[URL] = replace(parsed(), stories=())
    assert "It has no story now" in await room.say(f"/watch feed test {URL}")
    old = [replace(one, published=NOW - timedelta(days=40)) for one in parsed().stories]
    room.probe.feeds[URL] = replace(parsed(), stories=tuple(old))
    assert "The newest of them is 40 days old" in await room.say(f"/watch feed test {URL}")


async def test_a_site_whose_feed_cannot_be_read_says_which_that_is(room: Room) -> None:
    room.probe.sites["https://lemonde.fr"] = (Found(URL),)
    room.probe.feeds[URL] = FetchFailed(Feed(0, URL), NOW, "There is no feed at this address (404).")
    said = (await room.run("/watch feed add lemonde.fr")).title
    assert said.startswith(f"lemonde.fr names {URL.removeprefix('https://')} as its feed. There is no feed")


async def test_a_feed_is_tried_without_being_added(room: Room) -> None:
    room.probe.feeds[URL] = parsed()
    assert "Kim repart" in await room.say(f"/watch feed test {URL}")
    room.probe.feeds[URL] = ParseFailed(Feed(0, URL), NOW, "This is a web page, not a feed.")
    assert (await room.run(f"/watch feed test {URL}")).title == "This is a web page, not a feed."
    assert await known(room) == []


async def test_a_feed_is_removed_by_a_part_of_its_name_unless_several_have_it(room: Room) -> None:
    await add(room, Feed(0, URL, "Le Monde"), Feed(0, "https://lefigaro.fr/rss", "Le Figaro"))
    assert "2 feeds have 'rss'" in await room.say("/watch feed remove rss")
    assert len(await known(room)) == 2
    await room.run("/watch feed remove figaro")
    assert [feed.title for feed in await known(room)] == ["Le Monde"]


async def test_a_feed_is_meant_by_a_title_of_several_words_quoted_or_not(room: Room) -> None:
    await add(room, Feed(0, URL, "Sealed Wells Gazette"), Feed(0, "https://lefigaro.fr/rss", "Le Figaro"))
    room.probe.feeds[URL] = parsed()
    for typed in ("Sealed Wells", '"Sealed Wells Gazette"', "“sealed wells gazette”", "Gazette"):
        assert "Kim repart" in await room.say(f"/watch feed test {typed}")
        assert (await room.run(f"/watch feed list {typed}")).title == "1 feed"
    assert "no web address" in await room.say("/watch feed add Sealed Wells Gazette")
    assert "/watch feed test https://l" in await room.say("/watch feed test Le")
    await room.run("/watch feed remove Sealed Wells Gazette")
    assert [feed.title for feed in await known(room)] == ["Le Figaro"]


async def test_adding_what_takes_no_connections_says_that_nothing_was_added(room: Room) -> None:
    reason = "lemonde.fr takes no connections; Watcher tries again later."
    room.probe.feeds[URL] = FetchFailed(Feed(0, URL), NOW, reason)
    card = await room.run(f"/watch feed add {URL}")
    assert card.title == "lemonde.fr takes no connections. Nothing was added. Try again later."
    assert f"/watch feed add {URL} --anyway" in text_of(card)
    tested = await room.run(f"/watch feed test {URL}")
    assert tested.title == "lemonde.fr takes no connections. Try again later."
    offline = Commands(replace(room.commands.newsroom, is_cut_off=lambda: True))
    for what in ("add", "test"):
        card = await offline.run(EDITOR, f"/watch feed {what} {URL}")
        assert "see whether this machine reaches the internet" in card.title
    assert reason in await room.say(f"/watch feed add {URL} --anyway")


async def test_a_password_in_an_address_is_never_shown(room: Room) -> None:
    await add(room, Feed(0, "https://ada:secret@wire.example/rss", "Wire"))
    for line in ("/watch feed list", "/watch feed health", "/watch feed remove wire.example"):
        assert "secret" not in await room.say(line)


async def test_the_list_is_narrowed_by_name_tag_and_language(room: Room) -> None:
    await add(
        room,
        Feed(0, URL, "Le Monde", language="fr", tags=("france",)),
        Feed(0, "https://bbc.co.uk/rss", "BBC", language="en"),
        *(Feed(0, f"https://example.org/{n}", f"Example {n}") for n in range(40)),
    )
    assert "and 12 more" in await room.say("/watch feed list")
    for word in ("france", "monde", "fr"):
        said = await room.say(f"/watch feed list {word}")
        assert "Le Monde" in said
        assert "BBC" not in said
    assert "None of 42 feeds has 'zebra'" in await room.say("/watch feed list zebra")


async def test_health_tells_who_is_ill_why_and_since_when(room: Room) -> None:
    await add(
        room,
        Feed(0, URL, "Le Monde"),
        Feed(0, "https://bbc.co.uk/rss", "BBC"),
        Feed(0, "https://a.b/c", "Old"),
    )
    well, ill, gone = await known(room)
    async with room.store.writing() as db:
        await feeds.save(
            db,
            [
                replace(well, first_polled_at=NOW, last_changed_at=NOW - timedelta(days=30)),
                replace(ill, ill_since=NOW, failures=4, last_error="The server is broken (500)."),
                replace(gone, retired_at=NOW, last_error="Gone (410)."),
            ],
        )
    card = await room.run("/watch feed health")
    assert card.title == "1 of 2 feeds is well"
    headings = [section.heading for section in card.sections]
    assert headings[0] == "In trouble (1)"
    said = text_of(card)
    assert "BBC — The server is broken (500)." in said
    assert "with nothing new for two weeks, or nothing ever (1)" in said
    assert "Old — Gone (410)." in said


async def test_health_names_feeds_that_never_had_a_story_and_those_whose_stories_are_dated_long_ago(
    room: Room,
) -> None:
    read = {"first_polled_at": NOW - timedelta(days=2), "last_polled_at": NOW}
    empty = Feed(0, "https://empty.example/rss", "Empty", **read)  # type: ignore[arg-type]
    await add(room, empty, Feed(0, URL, "Le Monde", last_changed_at=NOW, **read))  # type: ignore[arg-type]
    late = [replace(numbered(4)[n], published=NOW - timedelta(days=5), seen=NOW) for n in range(4)]
    async with room.store.writing() as db:
        await stories.record(db, late[:3], (await feeds.all_feeds(db))[1], NOW)
    card = await room.run("/watch feed health")
    assert card.title == "All 2 feeds are well"
    assert card.tone == "bad"
    assert "Empty — has never had a story" in text_of(card)
    assert "Whose new stories are all dated days ago" in "".join(section.heading for section in card.sections)
    fresh = replace(late[3], published=NOW)
    async with room.store.writing() as db:
        await stories.record(db, [fresh], (await feeds.all_feeds(db))[1], NOW)
    assert "dated days ago" not in await room.say("/watch feed health")


async def test_health_judges_a_silence_by_the_rhythm_of_each_feed(room: Room) -> None:
    """Of a feed that sleeps only at night 60 hours are too long; where weekends are silent they are not."""
    days_ago = {"Daily": (6, 5, 4, 3), "Weekdays": (9, 8, 4, 3), "Rare": (3,)}
    for number, (name, days) in enumerate(days_ago.items()):
        times = [NOW + timedelta(days=-day, hours=hour) for day in days for hour in (0, 4, 8, 12)]
        read = {"first_polled_at": times[0], "last_polled_at": NOW, "last_changed_at": times[-1]}
        async with room.store.writing() as db:
            (feed,) = await feeds.add(db, [Feed(0, f"https://{name}.example/", name, **read)])  # type: ignore[arg-type]
            for at, new in zip(times, numbered(len(times), 100 * number), strict=True):
                await stories.record(db, [replace(new, published=at, seen=at)], feed, at)
    card = await room.run("/watch feed health")
    (silent,) = (section for section in card.sections if "silent for far longer" in section.heading)
    last = NOW - timedelta(hours=60)
    words = f"Daily — last changed {last:%Y-%m-%d %H:%M} UTC; before, no pause was longer than 12 hours"
    assert ["".join(piece.text for piece in line) for line in silent.lines] == [words]
    assert (card.title, card.tone) == ("All 3 feeds are well", "plain")
    async with room.store.writing() as db:
        all_ = await feeds.all_feeds(db)
        await feeds.save(db, [replace(feed, last_polled_at=feed.last_changed_at) for feed in all_])
    assert "silent for far" not in await room.say("/watch feed health"), "nobody has looked since"


async def test_what_was_not_polled_yet_is_called_neither_well_nor_ill(room: Room) -> None:
    await add(room, Feed(0, URL, "Le Monde"))
    assert (await room.run("/watch feed health")).title == "1 feed, not polled yet"


async def test_all_well_is_said_in_a_line(room: Room) -> None:
    await add(room, Feed(0, URL, "Le Monde", first_polled_at=NOW, last_polled_at=NOW, last_changed_at=NOW))
    card = await room.run("/watch feed health")
    assert (card.title, card.tone, card.sections) == ("The one feed is well", "good", ())


@dataclass(frozen=True, slots=True)
class _Disk:
    """Files that somebody could name."""

    files: dict[str, bytes]

    async def __call__(self, name: str) -> Attachment:
        return Attachment(name, self.files[name])


async def test_a_list_is_imported_with_its_folders_as_tags_and_what_is_wrong_is_told(room: Room) -> None:
    gone = Feed(0, "https://gone.example/rss", tags=("old",), last_error="Gone (410).", retired_at=NOW)
    await add(room, Feed(0, URL, "Le Monde"), gone)
    document = (
        f'<opml version="2.0"><body><outline text="France"><outline type="rss" text="LM" xmlUrl="{URL}"/>'
        '<outline type="rss" text="LF" xmlUrl="https://lefigaro.fr/rss"/>'
        '<outline type="rss" text="Gone" xmlUrl="https://gone.example/rss"/></outline>'
        '<outline type="rss" text="Bad" xmlUrl="gopher://old.example"/></body></opml>'
    )
    ask = replace(EDITOR, open_file=_Disk({"mine.opml": document.encode()}))
    card = await room.run("/watch feed import mine.opml", ask)
    assert card.title == "Added 2 feeds from mine.opml"
    assert "1 feed of it was there already." in text_of(card)
    assert "Left out (1)" in text_of(card)
    assert [feed.tags for feed in await known(room)] == [(), ("old", "France"), ("France",)]


async def test_an_import_is_taken_back_by_a_press_with_all_that_it_added_and_nothing_else(room: Room) -> None:
    async def opened(name: str) -> Attachment:
        outlines = "".join(f'<outline xmlUrl="https://{name}{n}.example/rss"/>' for n in range(3))
        return Attachment(name, f"<opml><body>{outlines}</body></opml>".encode())

    asker = replace(EDITOR, open_file=opened)
    assert "No import is known" in await room.say("/watch feed undo")
    await add(room, Feed(0, "https://mine1.example/rss"))
    first = await room.run("/watch feed import mine", asker)
    assert first.title == "Added 2 feeds from mine"
    second = await room.run("/watch feed import other", asker)
    assert "Another list was imported since" in await room.say(undo_of(first))
    assert "3 feeds of that import are polled no more" in await room.say(undo_of(second))
    assert "No import is known" in await room.say(undo_of(second)), "a press twice does it once"
    assert sorted(feed.url for feed in await known(room)) == [
        f"https://mine{n}.example/rss" for n in range(3)
    ]
    assert "for those who manage it" in await room.say("/watch feed undo", READER)


async def test_a_file_is_taken_from_the_platform_and_never_from_the_bots_own_disk(room: Room) -> None:
    card = await room.run("/watch feed import /etc/passwd")
    assert card.tone == "bad"
    assert "Attach the file" in card.title
    given = await room.commands.call(EDITOR, "watch feed import", file=Attachment("x.opml", b"<opml/>"))
    assert given.title == "Added 0 feeds from x.opml"


async def test_the_export_is_a_file_that_the_import_takes(room: Room) -> None:
    await add(room, Feed(0, URL, "Le Monde", tags=("france",)))
    (file,) = (await room.run("/watch feed export")).files
    assert file.name == "feeds.opml"
    assert [one.url for one in opml.read(file.content).feeds] == [URL]


async def test_who_may_not_is_told_so_before_the_words_are_looked_at(room: Room) -> None:
    for line in ("/watch feed add", "/watch topic add kim", "/watch oncall set"):
        assert "for those who manage it" in await room.say(line, READER)
        assert "still needs" not in await room.say(line, READER)
    called = await room.commands.call(READER, "watch feed add")
    assert "for those who manage it" in called.title


async def test_only_managers_change_feeds(room: Room) -> None:
    for line in (f"/watch feed add {URL}", "/watch feed remove x"):
        assert (await room.run(line, READER)).tone == "bad"
