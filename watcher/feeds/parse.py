"""From the bytes of a feed to its stories: the one room that knows the parser library.

Pure and picklable, so that it can run in a worker process. Whatever is wrong with a feed is either
mended here (and said in `notes`) or makes the whole body a `ParseFailed`; nothing is raised.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from io import BytesIO
from typing import Any
from xml.sax import SAXException

import feedparser

from watcher.feeds.addresses import (
    absolute_link,
    canonical_link,
    clean_link,
    outlet_name,
    outlet_of,
    split_address,
)
from watcher.feeds.dates import local_date
from watcher.feeds.documents import why_no_feed
from watcher.feeds.encodings import Readable, readable
from watcher.feeds.languages import language_code
from watcher.feeds.shortening import newest, shortened, without_half
from watcher.feeds.wording import beginning, plain_text
from watcher.models import Feed, Fetched, Parsed, ParseFailed, Story

LONGEST_TITLE = 300
LONGEST_SUMMARY = 1_500

feedparser.registerDateHandler(local_date)  # asked before the library's own

_TITLE_FROM_SUMMARY = 140
_LONGEST_GUID = 200
_CLOCKS_DIFFER = timedelta(minutes=10)
_BEFORE_FEEDS = datetime(1995, 1, 1, tzinfo=UTC)
# Addresses that pass readers on to somebody else's article: who published it, they do not say.
_GO_BETWEENS = frozenset({
    "google.com", "feedburner.com", "feedproxy.com", "bit.ly", "t.co", "dlvr.it", "ift.tt", "trib.al",
    "bing.com", "msn.com", "rss.app", "fetchrss.com", "inoreader.com", "feedly.com", "politepol.com",
    "rsshub.app", "kill-the-newsletter.com",
})  # fmt: skip
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


@dataclass(frozen=True, slots=True)
class Channel:
    """What a story inherits from its feed. `home` is the canonical link of the outlet's front page."""

    url: str
    outlet: str
    outlet_name: str
    language: str
    declared_language: str
    home: str


def parse(fetched: Fetched) -> Parsed | ParseFailed:
    """A feed's body as stories, oldest first, at most `shortening.MOST` of the newest."""
    feed, at = fetched.feed, fetched.at
    reason = why_no_feed(fetched.body, fetched.url)
    if reason:
        return ParseFailed(feed, at, reason)
    whole = readable(fetched.body, fetched.headers.get("content-type", ""))
    try:
        document, items = _document(whole, at)
    except Exception as error:  # noqa: BLE001  feedparser raises what it likes on hostile input
        return ParseFailed(feed, at, f"The feed breaks the parser ({type(error).__name__}); tell the outlet.")
    if not document.get("version") and not document.entries:
        return ParseFailed(feed, at, _no_feed_sentence(document))
    parsed = _parsed(document, items, fetched)
    return replace(parsed, notes=(whole.note, *parsed.notes)) if whole.note else parsed


def _document(whole: Readable, at: datetime) -> tuple[Any, int]:
    """The parser library's document, and how many items the body had where it was shortened, else 0."""
    body, items = shortened(without_half(whole.body), at)
    # Without the feed's address: the library would make guids whole with it as if they were links, and
    # a feed that moves would have no story that it had before.
    headers = {"content-type": f"application/xml{whole.charset}"}
    document = feedparser.parse(
        BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return document, items


def _no_feed_sentence(document: Any) -> str:
    fault = document.get("bozo_exception")
    line = getattr(fault, "getLineNumber", lambda: None)()
    where = f" (the XML breaks off at line {line})" if line else ""
    return f"What came is no RSS or Atom feed{where}; open the address in a browser to see what it is."


def _parsed(document: Any, items: int, fetched: Fetched) -> Parsed:
    feed, at = fetched.feed, fetched.at
    title = plain_text(_text(document.feed, "title"), 200)
    channel = _channel(document.feed, feed, fetched.url, title)
    dates = [_published(entry, at) for entry in document.entries]
    taken = newest(dates)
    notes = _notes(document, items or len(dates), [dates[number] for number in taken])
    drafts = [_draft(document.entries[number], channel, at, dates[number]) for number in taken]
    stories = _identified([draft for draft in drafts if draft is not None])
    stories.reverse()  # the newest stand first in a document; sorting keeps that order where times are equal
    if None in drafts:
        notes.append(f"{drafts.count(None)} items had neither a title nor a text and were left out.")
    return Parsed(
        feed=feed,
        at=at,
        title=title,
        language=channel.declared_language,
        stories=tuple(sorted(stories, key=lambda story: story.published)),
        ttl=_ttl(document.feed),
        notes=tuple(notes),
    )


def _channel(given: Mapping[str, Any], feed: Feed, url: str, title: str) -> Channel:
    site = absolute_link(url, _text(given, "link"))
    outlet = _publisher(site) or feed.outlet or outlet_of(feed.url)
    declared = language_code(_text(given, "language"))
    return Channel(
        url=url,
        outlet=outlet,
        outlet_name=outlet_name(feed.title or title, outlet),
        language=language_code(feed.language) or declared,
        declared_language=declared,
        home=canonical_link(site),
    )


def _notes(document: Any, given: int, taken: list[datetime | None]) -> list[str]:
    notes = []
    undated = taken.count(None)
    if given > len(taken):
        which = f"the newest {len(taken):,} were taken"
        if undated:
            which = (
                f"{len(taken):,} were taken, {undated:,} of them without a date from the top and the bottom"
            )
        notes.append(f"The feed has {given:,} items; {which}.")
    if document.get("bozo") and isinstance(document.get("bozo_exception"), SAXException):
        notes.append("The feed is not well-formed XML; what could be read was taken.")
    return notes


@dataclass(frozen=True, slots=True)
class _Draft:
    """A story whose identity is not settled yet: that takes a look at its neighbours."""

    story: Story
    guid: str
    link: str
    dated: bool


def _draft(
    entry: Mapping[str, Any], channel: Channel, at: datetime, published: datetime | None
) -> _Draft | None:
    summary = plain_text(_summary(entry), LONGEST_SUMMARY)
    title = plain_text(_text(entry, "title"), LONGEST_TITLE) or beginning(summary, _TITLE_FROM_SUMMARY)
    if not title:
        return None
    link = absolute_link(channel.url, _text(entry, "feedburner_origlink") or _link(entry))
    outlet, name = _outlet(entry, link, channel)
    story = Story(
        id="",
        title=title,
        url=clean_link(link),
        outlet=outlet,
        published=published or at,
        seen=at,
        summary="" if summary == title else summary,
        language=language_code(_entry_language(entry)) or channel.language,
        outlet_name=name,
    )
    return _Draft(story, _guid(entry), _identity_link(link, channel), published is not None)


def _identified(drafts: list[_Draft]) -> list[Story]:
    """The stories with their keys; an identity that differing titles share is none, and twins are one.

    Without a link, a guid has the wording beside it, since some feeds make new guids at each poll; but
    not where one wording has several guids at once, which tell alike articles apart.
    """
    no_guids = _shared((draft.story.outlet, draft.guid, draft.story.title) for draft in drafts)
    no_links = _shared(("", draft.link, draft.story.title) for draft in drafts)
    no_wordings = _shared(("", _wording_key(draft), draft.guid) for draft in drafts if draft.guid)
    stories: dict[str, Story] = {}
    for draft in drafts:
        keys = []
        if draft.guid and (draft.story.outlet, draft.guid) not in no_guids:
            keys.append(f"guid:{draft.story.outlet}|{draft.guid}")
        if draft.link and ("", draft.link) not in no_links:
            keys.append(f"link:{draft.link}")
        elif keys and ("", _wording_key(draft)) not in no_wordings:
            keys.append(_wording_key(draft))
        keys = keys or [_fallback_key(draft)]
        identity = blake2b(keys[0].encode(), digest_size=8).hexdigest()
        stories.setdefault(identity, replace(draft.story, id=identity, keys=tuple(keys)))
    return list(stories.values())


def _shared(named: Iterable[tuple[str, str, str]]) -> set[tuple[str, str]]:
    """The names of an outlet's that stand for more than one thing, by (outlet, name, thing)."""
    things: dict[tuple[str, str], set[str]] = defaultdict(set)
    for outlet, name, thing in named:
        things[outlet, name].add(thing.casefold())
    return {name for name, different in things.items() if len(different) > 1}


def _fallback_key(draft: _Draft) -> str:
    return f"title:{draft.story.outlet}|{draft.story.title.casefold()}|{_day(draft)}"


def _wording_key(draft: _Draft) -> str:
    """What an article says on its day: a "Morning briefing" comes again tomorrow."""
    story = draft.story
    return f"wording:{story.outlet}|{story.title.casefold()}|{_day(draft)}|{story.summary}"


def _day(draft: _Draft) -> str:
    return draft.story.published.date().isoformat() if draft.dated else ""


def _guid(entry: Mapping[str, Any]) -> str:
    guid = " ".join(_text(entry, "id").split()).encode("utf-8", "replace").decode()
    if len(guid) <= _LONGEST_GUID:
        return guid
    return blake2b(guid.encode(), digest_size=16).hexdigest()


def _link(entry: Mapping[str, Any]) -> str:
    """An entry's link; a guid that the library took for one must look like one."""
    link = _text(entry, "link")
    return "" if link == _text(entry, "id") and split_address(link) is None else link


def _identity_link(link: str, channel: Channel) -> str:
    """The canonical link, but for a front page: it shows another article every hour."""
    canonical = canonical_link(link)
    bare = canonical.count("/") == 2 and "?" not in canonical
    return "" if bare or canonical == channel.home else canonical


def _outlet(entry: Mapping[str, Any], link: str, channel: Channel) -> tuple[str, str]:
    """Who published an entry, and its readers' name: the source it names, its link's, or the feed's."""
    source = entry.get("source") or {}
    named = _publisher(_text(source, "href") or _text(source, "link"))
    linked = _publisher(link)
    own = {channel.outlet, outlet_of(channel.url)}
    if named and named not in own and linked in own | {"", named}:
        return named, plain_text(_text(source, "title"), 100) or named
    if linked and linked != channel.outlet:
        return linked, linked
    return channel.outlet, channel.outlet_name


def _publisher(url: str) -> str:
    outlet = outlet_of(url)
    return "" if outlet in _GO_BETWEENS else outlet


def _published(entry: Mapping[str, Any], at: datetime) -> datetime | None:
    """The first sane time an entry gives; None where each is missing, ahead of us or before feeds were."""
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        given = entry.get(name) if name in entry else None  # the library warns of its own substitutes
        try:
            moment = datetime.fromtimestamp(timegm(given), UTC) if given else None
        except (ValueError, OverflowError, OSError):
            continue
        if moment is not None and _BEFORE_FEEDS < moment < at + _CLOCKS_DIFFER:
            return min(moment, at)
    return None


def _summary(entry: Mapping[str, Any]) -> str:
    summary = _text(entry, "summary")
    if summary.strip():
        return summary
    return next((_text(content, "value") for content in entry.get("content") or ()), "")


def _entry_language(entry: Mapping[str, Any]) -> str:
    own = _text(entry, "language") or _text(entry, "dc_language")
    return own or _text(entry.get("title_detail") or {}, "language")


def _ttl(given: Mapping[str, Any]) -> timedelta | None:
    """The feed's own wish for its interval, by `ttl` in minutes or the syndication module.

    Hourly, once an hour, is what WordPress writes into every feed, asked or not: no wish.
    """
    minutes = _text(given, "ttl").strip()
    if re.fullmatch(r"\d{1,6}", minutes):
        return timedelta(minutes=int(minutes))
    period = _text(given, "sy_updateperiod").strip().lower()
    times = re.fullmatch(r"\d{1,4}", _text(given, "sy_updatefrequency").strip() or "1")
    if period not in _PERIODS or times is None or int(times[0]) < 1:
        return None
    wish = _PERIODS[period] / int(times[0])
    return None if wish == _PERIODS["hourly"] else wish


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""
