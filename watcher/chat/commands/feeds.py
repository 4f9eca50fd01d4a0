"""`/watch feed …`: where the stories come from, and how those feeds are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

from watcher.chat.commands import cards
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import Arg, Rest, command
from watcher.chat.commands.words import Misspoken, NotDone, nearest, unquoted
from watcher.desk.bulletin import CUT_OFF
from watcher.desk.compose import clean, count, feed_name
from watcher.desk.headline import cut
from watcher.feeds import opml
from watcher.feeds.addresses import outlet_of, split_address
from watcher.feeds.discover import Found, NoFeed, whole_address
from watcher.feeds.reasons import said_once
from watcher.feeds.rhythm import SILENT
from watcher.models import (
    Attachment,
    Button,
    Card,
    Feed,
    FetchFailed,
    Line,
    Parsed,
    ParseFailed,
    Section,
    Tone,
)
from watcher.store import feeds, imports

_Which = Annotated[str, Rest("its address, or a part of its name, of however many words", source="feed")]


@command(
    "watch feed add",
    manager=True,
    examples=("/watch feed add lemonde.fr", "/watch feed add https://example.org/rss"),
)
async def feed_add(
    newsroom: Newsroom,
    ask: Ask,
    address: Annotated[str, Rest("the address of a feed, or of a site that has one")],
    tags: Annotated[tuple[str, ...], Arg("words to find it by: france, agency", named=True)] = (),
    anyway: Annotated[bool, Arg("add it even if it cannot be read now")] = False,
) -> Card:
    """Poll a new feed; a site's address finds the feeds it has."""
    typed = url = _whole(address)
    known = await _known(newsroom, url)
    if known and not known.retired_at:
        return cards.card(
            f"{feed_name(known)} is polled already.", cards.section(_feed_line(known, newsroom.now()))
        )
    if not anyway:
        found = await _found(newsroom, url)
        if not found:
            raise _not_added(
                newsroom,
                f"I find no feed at {_shown(url)}. Look on the site for a link called RSS or Feed.",
                url,
            )
        if len(found) > 1:
            return _choice_card(url, found)
        url = found[0].url
    read = await newsroom.probe.read(Feed(0, url))
    if not isinstance(read, Parsed) and not anyway:
        named = "" if url == typed else f"{_shown(typed)} names {_shown(url)} as its feed. "
        raise _not_added(newsroom, named + read.reason, url)
    return await _add(newsroom, url, tags, read)


async def _found(newsroom: Newsroom, url: str) -> Sequence[Found]:
    try:
        return await newsroom.probe.find(url)
    except NoFeed as failed:
        raise _not_added(newsroom, str(failed), url) from failed


def _not_added(newsroom: Newsroom, reason: str, url: str) -> NotDone:
    said = said_once(reason, "Nothing was added.")
    return NotDone(_with_network(newsroom, said), (f"/watch feed add {url} --anyway",))


def _with_network(newsroom: Newsroom, said: str) -> str:
    """Why a feed cannot be read, and that it may be this machine where it reaches nearly none."""
    return f"{said} {CUT_OFF}" if newsroom.is_cut_off() else said


async def _add(
    newsroom: Newsroom, url: str, tags: Sequence[str], read: Parsed | ParseFailed | FetchFailed
) -> Card:
    title = read.title if isinstance(read, Parsed) else ""
    new = Feed(0, url, title=title, outlet=outlet_of(url), tags=tuple(tag.casefold() for tag in tags))
    async with newsroom.store.writing() as db:
        added = await feeds.take_up(db, [new])
    if not added:
        return cards.card(f"{feed_name(new)} is polled already.")
    await newsroom.refresh()
    return cards.card(
        f"Polling {feed_name(new)} from now on",
        *_contents(read, newsroom.now()),
        tone="good",
        buttons=(Button("Undo", f"/watch feed remove {url}", "danger"),),
        private=False,
    )


def _contents(read: Parsed | ParseFailed | FetchFailed, now: datetime) -> tuple[Section, ...]:
    """What a new feed has to say."""
    if not isinstance(read, Parsed):
        return (cards.section(f"For now it cannot be read: {read.reason}"),)
    newest = sorted(read.stories, key=lambda story: story.published, reverse=True)[:3]
    if not newest:
        return (cards.section("It has no story now; what comes from now on is posted.", *read.notes[:3]),)
    number = count(len(read.stories), "story", "stories")
    has = f"It has {number}. These are kept; only what is new from now on is posted."
    notes = [cards.line(cards.quiet(note)) for note in read.notes[:3]]
    if now - newest[0].published > SILENT:
        days = (now - newest[0].published).days
        old = f"The newest of them is {days} days old: look whether the outlet has another feed by now."
        notes.insert(0, cards.line(cards.strong(old)))
    lines = [cards.story_line(story) for story in newest]
    return cards.section(has, *notes), Section(tuple(lines), "The newest of them", True)


def _choice_card(url: str, found: Sequence[Found], verb: str = "add") -> Card:
    host = urlsplit(url).hostname or url
    lines = [
        cards.line(
            cards.code(f"/watch feed {verb} {one.url}"),
            cards.quiet(f" — {clean(one.title)}" if one.title else ""),
        )
        for one in found[:12]
    ]
    title = f"{host} has {count(len(found), 'feed')}: which one?"
    buttons = tuple(
        Button(cut(clean(one.title) or one.url, 40), f"/watch feed {verb} {one.url}") for one in found[:5]
    )
    return replace(cards.card(title, cards.section(*lines), tone="news"), buttons=buttons)


@command("watch feed test", examples=("/watch feed test lemonde.fr/rss/une.xml", "/watch feed test Le Monde"))
async def feed_test(
    newsroom: Newsroom,
    ask: Ask,
    address: Annotated[
        str, Rest("the address of a feed or a site, or the name of a feed that is polled", source="feed")
    ],
) -> Card:
    """What a feed has to say at this moment; nothing is saved."""
    named = _plain(address)
    url = _whole(named) if _is_address(named) else (await _existing(newsroom, named, "test")).url
    try:
        found = await newsroom.probe.find(url)
    except NoFeed as failed:
        raise NotDone(_with_network(newsroom, said_once(str(failed)))) from failed
    if len(found) > 1:
        return _choice_card(url, found, "test")
    read = await newsroom.probe.read(Feed(0, found[0].url if found else url))
    if not isinstance(read, Parsed):
        raise NotDone(_with_network(newsroom, said_once(read.reason)))
    title = clean(read.title) or _shown(url)
    return cards.card(
        title,
        *_contents(read, newsroom.now()),
        tone="news",
        buttons=(Button("Add it", f"/watch feed add {url}"),),
    )


@command(
    "watch feed remove",
    manager=True,
    examples=("/watch feed remove lemonde.fr/rss/une.xml", "/watch feed remove Le Monde"),
)
async def feed_remove(newsroom: Newsroom, ask: Ask, which: _Which) -> Card:
    """Poll a feed no more; its stories stay."""
    feed = await _existing(newsroom, which)
    async with newsroom.store.writing() as db:
        await feeds.remove(db, feed.url)
    await newsroom.refresh()
    again = f"/watch feed add {feed.url} --anyway" + (f" --tags {','.join(feed.tags)}" if feed.tags else "")
    buttons = () if "@" in urlsplit(feed.url).netloc else (Button("Undo", again),)
    return cards.card(
        f"{feed_name(feed)} is polled no more",
        cards.section("Its stories stay."),
        tone="good",
        buttons=buttons,
        private=False,
    )


@command("watch feed list", examples=("/watch feed list", "/watch feed list france"))
async def feed_list(
    newsroom: Newsroom,
    ask: Ask,
    word: Annotated[str, Rest("only those with these words in name, address, tags or language")] = "",
) -> Card:
    """The feeds that are polled."""
    known, word = await _all(newsroom), _plain(word)
    wanted = [feed for feed in known if _has(feed, word)]
    if word and any(feed.language == word.casefold() for feed in known):
        wanted = [feed for feed in known if feed.language == word.casefold()]
    if not wanted:
        title = f"None of {count(len(known), 'feed')} has {word!r}." if known else "No feed is polled yet."
        return cards.card(
            title,
            cards.commands_list(("/watch feed add lemonde.fr", *(("/watch feed list",) if known else ()))),
        )
    lines = [_feed_line(feed, newsroom.now()) for feed in wanted[: cards.LISTED]]
    more = len(wanted) - len(lines)
    footer = (
        cards.line(
            cards.quiet(f"and {more} more: "),
            cards.code("/watch feed list WORD"),
            cards.quiet(" shows fewer"),
        )
        if more > 0
        else ()
    )
    return cards.card(count(len(wanted), "feed"), cards.section(*lines, bullets=True), footer=footer)


@command("watch feed import", manager=True, examples=("/watch feed import feeds.opml",))
async def feed_import(
    newsroom: Newsroom, ask: Ask, file: Annotated[Attachment, Arg("an OPML file, as feed readers export it")]
) -> Card:
    """Add the feeds of an OPML file; its folders become tags."""
    document = opml.read(file.content)
    new = [
        Feed(0, one.url, one.title, outlet_of(one.url), one.language, tuple(one.tags))
        for one in document.feeds
    ]
    async with newsroom.store.writing() as db:
        added = await feeds.take_up(db, new)
        number = await imports.keep(db, ask.desk.id, [feed.url for feed in added]) if added else 0
    await newsroom.refresh()
    known = len(new) - len(added)
    lines = (
        [f"{count(known, 'feed')} of it {'was' if known == 1 else 'were'} there already."] if known else []
    )
    left_out = cards.listed("Left out", [cards.line(str(fault)) for fault in document.faults])
    tone: Tone = "good" if added else "bad" if document.faults and not new else "plain"
    title = f"Added {count(len(added), 'feed')} from {cut(clean(file.name), 60)}"
    undo = (Button("Undo", f"/watch feed undo {number}"),) if added else ()
    return cards.card(title, cards.section(*lines), left_out, tone=tone, buttons=undo, private=False)


@command("watch feed undo", manager=True, examples=("/watch feed undo",))
async def feed_undo(
    newsroom: Newsroom,
    ask: Ask,
    number: Annotated[int, Arg("which import; the last one if left out")] = 0,
) -> Card:
    """Take back the last import of a list: the feeds that it added are polled no more."""
    async with newsroom.store.writing() as db:
        last = await imports.last(db, ask.desk.id)
        if last is None:
            raise Misspoken("No import is known that could be taken back.", ("/watch feed list",))
        if number not in (0, last.number):
            raise Misspoken(
                "Another list was imported since, so only that can be taken back.",
                ("/watch feed list", "/watch feed undo"),
            )
        gone = [feed for url in last.urls if (feed := await feeds.remove(db, url))]
        await imports.forget(db, ask.desk.id)
    await newsroom.refresh()
    title = f"{count(len(gone), 'feed')} of that import {'is' if len(gone) == 1 else 'are'} polled no more"
    return cards.card(title, cards.section("Their stories stay."), tone="good", private=False)


@command("watch feed export", examples=("/watch feed export",))
async def feed_export(newsroom: Newsroom, ask: Ask) -> Card:
    """All feeds as an OPML file, which every feed reader can import."""
    known = await _all(newsroom)
    title = f"Feeds of {ask.desk.name}" if ask.desk.name else "Feeds of Watcher"
    file = Attachment("feeds.opml", opml.write(known, title))
    return replace(cards.card(f"{count(len(known), 'feed')} as OPML", tone="good"), files=(file,))


# --------------------------------------------------------------------------------- what they share


async def _all(newsroom: Newsroom) -> list[Feed]:
    async with newsroom.store.reading() as db:
        return await feeds.all_feeds(db)


async def _known(newsroom: Newsroom, url: str) -> Feed | None:
    async with newsroom.store.reading() as db:
        return await feeds.get(db, url)


async def _existing(newsroom: Newsroom, which: str, verb: str = "remove") -> Feed:
    """The feed that was meant; raises Misspoken with those that could be."""
    wanted = _plain(which)
    async with newsroom.store.reading() as db:
        exact = await feeds.get(db, wanted) or await feeds.get(db, f"https://{wanted}")
        known = await feeds.all_feeds(db)
    if exact:
        return exact
    likely = [feed for feed in known if wanted.casefold() in f"{feed.url} {feed.title}".casefold()]
    if len(likely) == 1:
        return likely[0]
    lines = [f"/watch feed {verb} {feed.url}" for feed in likely[:6]]
    if likely:
        raise Misspoken(f"{count(len(likely), 'feed')} have {wanted!r} in them. Which one?", lines)
    guesses = nearest(wanted, [feed.url for feed in known], most=2)
    lines = [f"/watch feed {verb} {guess}" for guess in guesses]
    raise Misspoken(f"There is no feed {wanted!r}.", lines or ("/watch feed list",))


def _plain(typed: str) -> str:
    """What was typed for a feed, without the quotes or brackets around it."""
    return unquoted(typed.strip()).strip().strip("<>")


def _is_address(typed: str) -> bool:
    """Whether it is an address rather than the name of a feed."""
    return " " not in typed and any(sign in typed for sign in ".:/")


def _whole(address: str) -> str:
    """An address as typed, made whole; raises Misspoken."""
    url = whole_address(_plain(address))
    if " " in url or split_address(url) is None:
        raise Misspoken(f"{address!r} is no web address.", ("/watch feed add lemonde.fr",))
    return url


def _shown(url: str) -> str:
    """An address without the name and password that may stand in it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])).split("://")[-1].rstrip("/")


def _has(feed: Feed, word: str) -> bool:
    wanted = word.strip().casefold()
    texts = (feed.url, feed.title, feed.outlet, *feed.tags)
    return any(wanted in text.casefold() for text in texts)


def _feed_line(feed: Feed, now: datetime) -> Line:
    details = [_shown(feed.url), feed.language, *(f"#{tag}" for tag in feed.tags)]
    tail = " · ".join(clean(detail) for detail in details if detail)
    trouble = cards.line(cards.strong("in trouble: ")) if feed.ill_since else ()
    return (*trouble, cards.feed_piece(feed), cards.quiet(f" — {tail}"))
