"""What a body is, before anyone parses it: a feed, a web page, nothing at all, or a trap."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from watcher.feeds.addresses import absolute_link
from watcher.feeds.wording import plain_text

_FEED_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf)[\s>/]", re.I)
_PAGE_ROOT = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.I)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "text/rss+xml")
_LOOKS_LIKE_FEED = re.compile(r"(?:\b(?:rss|atom|feeds?)\b|\.rdf$|\.rss$)", re.I)
_BEFORE_PROLOG = re.compile(rb"[\xef\xbb\xbf\xff\xfe\s]*")
_PROLOG_PARTS = ((b"<?", b"?>"), (b"<!--", b"-->"))
_SNIFFED = 64 * 1024
_FEW = 30


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that a page speaks of. `declared` in its head, not merely linked from its text."""

    url: str
    title: str = ""
    declared: bool = True


def why_no_feed(body: bytes, url: str) -> str:
    """A sentence that says why a body cannot be a feed, or nothing where it may be one."""
    head = _ascii_head(body)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return "The feed is empty; open its address in a browser to see whether the outlet still keeps it."
    if _has_own_dtd(_ascii(body)):
        return (
            "The feed brings a DTD with definitions of its own, a known trap; ask the outlet for one without."
        )
    if is_page(body):
        return _page_sentence(body, url)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return "This is JSON, which Watcher does not read; look for the outlet's RSS or Atom feed."
    return ""


def is_page(body: bytes) -> bool:
    """Whether a body is a web page and not a feed."""
    head = _ascii_head(body)
    page = _PAGE_ROOT.search(head)
    feed = _FEED_ROOT.search(head)
    return page is not None and (feed is None or page.start() < feed.start())


def feeds_in(page: bytes, url: str) -> tuple[Found, ...]:
    """The feeds of a web page: those its head declares first, then links that look like feeds.

    Feeds of readers' comments are left out; they are no news.
    """
    tree = LexborHTMLParser(page[: 2 * 1024 * 1024])
    base_node = tree.css_first("base[href]")
    base = absolute_link(url, (base_node.attributes.get("href") or "") if base_node else "") or url
    found: dict[str, Found] = {}
    for node in tree.css("link[href]"):
        given = node.attributes
        if "alternate" in (given.get("rel") or "").lower() and _is_feed_type(given.get("type")):
            _note(found, base, given.get("href"), given.get("title"), declared=True)
    for node in tree.css("a[href]"):
        href = node.attributes.get("href") or ""
        if _LOOKS_LIKE_FEED.search(href):
            _note(found, base, href, node.text(strip=True), declared=False)
    return tuple(found.values())[:_FEW]


def _is_feed_type(given: str | None) -> bool:
    return (given or "").lower().partition(";")[0].strip() in _FEED_TYPES


def _note(found: dict[str, Found], base: str, href: str | None, title: str | None, *, declared: bool) -> None:
    url = absolute_link(base, href or "")
    if url and "comment" not in url.lower() and "comment" not in (title or "").lower():
        found.setdefault(url, Found(url, plain_text(title or "", 120), declared))


def _page_sentence(body: bytes, url: str) -> str:
    declared = [found.url for found in feeds_in(body, url) if found.declared][:3]
    if not declared:
        return "This is a web page, not a feed, and it names no feed; ask the outlet for its RSS address."
    return f"This is a web page, not a feed; its feeds are {', '.join(declared)}."


def _ascii(body: bytes) -> bytes:
    """A body readable as ASCII whatever the width of its characters."""
    return body.replace(b"\x00", b"") if b"\x00" in body[:64] else body


def _ascii_head(body: bytes) -> bytes:
    return _ascii(body[:_SNIFFED])


def _has_own_dtd(text: bytes) -> bool:
    """Whether the prolog has an internal DTD (never mind what articles further on say of such)."""
    at = _BEFORE_PROLOG.match(text).end()  # type: ignore[union-attr]  # it matches the empty string too
    while not text.startswith(b"<!DOCTYPE", at):  # XML knows it in capitals only
        closing = next((end for start, end in _PROLOG_PARTS if text.startswith(start, at)), None)
        ended = -1 if closing is None else text.find(closing, at)
        if closing is None or ended == -1:
            return False
        at = ended + len(closing)
        while text[at : at + 1].isspace():
            at += 1
    opened, closed = text.find(b"[", at), text.find(b">", at)
    return opened != -1 and (closed == -1 or opened < closed)
