"""OPML, the format in which feed lists travel: folders are tags. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree
from xml.parsers import expat

from watcher.feeds.addresses import split_address
from watcher.feeds.languages import language_code
from watcher.feeds.wording import cut, visible
from watcher.models import Feed, WatcherError

_DEEPEST_FOLDER = 8
_LONGEST_NAME = 200
_MOST_FAULTS = 100
_LONGEST_ADDRESS = 2_000

_Folders = dict[tuple[str, ...], ElementTree.Element]


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """A feed of an OPML list; `tags` are its folders from the outside in, then its categories."""

    url: str
    title: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class OpmlDocument:
    """A feed list as it was read. `faults` are sentences with the line, for what could not be taken."""

    title: str
    feeds: tuple[OpmlFeed, ...]
    faults: tuple[str, ...]


class _Trap(WatcherError):
    """A document that defines entities."""


@dataclass(slots=True)
class _Reading:
    """What has been met so far of a document that is being read."""

    feeds: dict[str, OpmlFeed] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    outlines: int = 0


def read(data: bytes) -> OpmlDocument:
    """Read an OPML list; what is broken in it is a fault, and what came before the break is kept."""
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, given: _start(reading, name, given, parser.CurrentLineNumber)
    parser.EndElementHandler = lambda name: _end(reading, name)
    parser.CharacterDataHandler = lambda text: _characters(reading, text)
    parser.EntityDeclHandler = _refuse_entities
    try:
        parser.Parse(data.lstrip(), True)
    except expat.ExpatError as error:
        reading.faults.append(_break(error, len(reading.feeds)))
    except _Trap as trap:
        reading.faults.append(str(trap))
    except (LookupError, ValueError):
        reading.faults.append("The list is written in an unknown encoding; save it as UTF-8.")
    if not reading.feeds and not reading.faults:
        reading.faults.append("The list has no feeds; export it again from the reader it came from.")
    return OpmlDocument(
        title=cut(visible("".join(reading.title)), _LONGEST_NAME),
        feeds=tuple(reading.feeds.values()),
        faults=_few(reading.faults),
    )


def feeds_of(document: OpmlDocument) -> list[Feed]:
    """The feeds of a list, ready to be added to a store."""
    return [
        Feed(0, listed.url, title=listed.title, language=listed.language, tags=listed.tags)
        for listed in document.feeds
    ]


def write(feeds: Iterable[Feed | OpmlFeed], title: str = "Watcher") -> bytes:
    """An OPML 2.0 document of the feeds, in folders by their tags, that `read` gives back."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = visible(title)
    body = ElementTree.SubElement(root, "body")
    folders: _Folders = {(): body}
    for feed in feeds:
        folder = _folder(folders, tuple(visible(tag) for tag in feed.tags))
        ElementTree.SubElement(folder, "outline", _attributes(feed))
    ElementTree.indent(root)
    document = ElementTree.tostring(root, encoding="unicode")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{document}\n".encode()


def _start(reading: _Reading, name: str, given: dict[str, str], line: int) -> None:
    reading.open.append(name.lower())
    if name.lower() != "outline":
        return
    reading.outlines += 1
    named = {key.lower(): value for key, value in given.items()}
    title = cut(visible(named.get("title") or named.get("text") or ""), _LONGEST_NAME)
    url = (named.get("xmlurl") or named.get("url") or "").strip()
    reading.folders.append("" if url else title)
    if url:
        _take(reading, named, url, title, line)
    elif named.get("type", "").lower() in ("rss", "atom"):
        reading.faults.append(
            f"Line {line}: {title or 'a feed'!r} has no xmlUrl; add its address or leave it out."
        )


def _take(reading: _Reading, named: dict[str, str], url: str, title: str, line: int) -> None:
    if split_address(url) is None or len(url) > _LONGEST_ADDRESS or re.search(r"\s", url):
        reading.faults.append(
            f"Line {line}: {url[:100]!r} is no http or https address; mend it or leave it out."
        )
        return
    folders = [folder for folder in reading.folders if folder][:_DEEPEST_FOLDER]
    feed = OpmlFeed(
        url=url,
        title="" if title == url else title,
        tags=tuple(dict.fromkeys([*folders, *_categories(named.get("category", ""))])),
        language=language_code(named.get("language", "")),
        site=named.get("htmlurl", "").strip(),
    )
    known = reading.feeds.get(url)
    if known is not None:
        feed = replace(known, tags=tuple(dict.fromkeys([*known.tags, *feed.tags])))
    reading.feeds[url] = feed


def _end(reading: _Reading, name: str) -> None:
    reading.open.pop()
    if name.lower() == "outline":
        reading.folders.pop()


def _characters(reading: _Reading, text: str) -> None:
    if reading.open[-2:] == ["head", "title"] and len(reading.title) < _MOST_FAULTS:
        reading.title.append(text)


def _categories(given: str) -> list[str]:
    """The last parts of "/World/Asia,/Politics"; a folder's name says more than its path."""
    parts = [visible(part.rsplit("/", 1)[-1]) for part in given.split(",")]
    return [cut(part, _LONGEST_NAME) for part in parts if part]


def _refuse_entities(*declaration: object) -> None:
    raise _Trap("The list defines entities, a known trap; export it again from the reader it came from.")


def _break(error: expat.ExpatError, taken: int) -> str:
    what = expat.ErrorString(error.code) or "not XML"
    kept = f"the {taken} feeds before it were taken" if taken else "no feed was found before it"
    remedy = "" if taken else " An OPML file is wanted: feed readers export one."
    return f"Line {error.lineno}: the list breaks off here ({what}); {kept}.{remedy}"


def _few(faults: list[str]) -> tuple[str, ...]:
    more = len(faults) - _MOST_FAULTS
    return tuple(faults) if more <= 0 else (*faults[:_MOST_FAULTS], f"… and {more} faults more.")


def _folder(
    folders: dict[tuple[str, ...], ElementTree.Element], path: tuple[str, ...]
) -> ElementTree.Element:
    """The element of a folder, made with those around it where it is new."""
    for depth in range(1, len(path) + 1):
        if path[:depth] not in folders:
            name = path[depth - 1]
            folders[path[:depth]] = ElementTree.SubElement(
                folders[path[: depth - 1]], "outline", text=name, title=name
            )
    return folders[path]


def _attributes(feed: Feed | OpmlFeed) -> dict[str, str]:
    title = visible(feed.title) or feed.url
    attributes = {"type": "rss", "text": title, "title": title, "xmlUrl": feed.url}
    site = feed.site if isinstance(feed, OpmlFeed) else ""
    optional = {"htmlUrl": site, "language": feed.language}
    return attributes | {name: value for name, value in optional.items() if value}
