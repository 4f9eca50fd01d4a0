"""An invented outlet's feed as bytes, as it stood at a time: the same time gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from watcher.demo.newswire import Newswire, Outlet, WireStory

CONTENT_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
}


def feed_document(newswire: Newswire, outlet: Outlet, section: str, now: datetime) -> bytes:
    """One feed's document: its newest stories at a time, in the outlet's format, charset and faults."""
    stories = newswire.in_feed(outlet, section, now)
    changed = last_change(newswire, outlet, section, now)
    entries = [_ENTRIES[outlet.format](outlet, section, story, now) for story in stories]
    text = _FRAMES[outlet.format](outlet, section, stories, changed, "".join(entries))
    if outlet.quirk == "unescaped":
        text = text.replace("&amp;", "&")
    if outlet.shows("truncated", now) and stories:
        text = _cut_off(text)
    return text.encode(outlet.charset, "xmlcharrefreplace")


def last_change(newswire: Newswire, outlet: Outlet, section: str, now: datetime) -> datetime:
    """When a feed last got a story or changed a headline, as of a time."""
    stories = newswire.in_feed(outlet, section, now)
    return max((story.wording(now).since for story in stories), default=newswire.start)


def front_page(outlet: Outlet) -> bytes:
    """The outlet's home page, which names its feeds, as a site's does."""
    links = "".join(
        f'<link rel="alternate" type="{CONTENT_TYPES[outlet.format]}"'
        f" title={quoteattr(outlet.feed_title(section))} href={quoteattr(outlet.feed_path(section))}>"
        for section in outlet.sections
    )
    page = (
        f'<!doctype html><html lang="{outlet.language}"><head><meta charset="utf-8">'
        f"<title>{escape(outlet.name)}</title>{links}</head>"
        f"<body><h1>{escape(outlet.name)}</h1><p>An invented outlet of Watcher's demo.</p></body></html>"
    )
    return page.encode()


def _cut_off(text: str) -> str:
    """Break off within the title of the last entry, as when a server's disk is full."""
    return text[: text.rindex("<title>") + len("<title>") + 8]


def _prolog(outlet: Outlet) -> str:
    return f'<?xml version="1.0" encoding="{outlet.declared_charset}"?>\n'


def _html(text: str) -> str:
    """A summary as it goes into an element of HTML: markup in CDATA, plain text escaped."""
    return f"<![CDATA[{text}]]>" if "<" in text else escape(text)


def _guid(outlet: Outlet, story: WireStory) -> str:
    if outlet.guid == "none":
        return ""
    if outlet.guid == "link":
        return f'<guid isPermaLink="true">{outlet.link(story)}</guid>\n'
    return f'<guid isPermaLink="false">{_tag(outlet, story)}</guid>\n'


def _tag(outlet: Outlet, story: WireStory) -> str:
    return f"tag:{outlet.domain},2026:{story.id}"


# -------------------------------------------------------------------------------------- RSS 2.0


def _rss_item(outlet: Outlet, section: str, story: WireStory, now: datetime) -> str:
    said = story.wording(now)
    creator = f"<dc:creator>{escape(story.agency)}</dc:creator>\n" if story.agency else ""
    description = f"<description>{_html(said.summary)}</description>\n" if said.summary else ""
    return (
        f"<item>\n<title>{escape(said.title)}</title>\n"
        f"<link>{escape(outlet.link(story, section))}</link>\n{description}{creator}"
        f"{_guid(outlet, story)}<pubDate>{format_datetime(story.claimed, usegmt=True)}</pubDate>\n</item>\n"
    )


def _rss(outlet: Outlet, section: str, stories: Iterable[WireStory], changed: datetime, items: str) -> str:
    return (
        f"{_prolog(outlet)}"
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>{escape(outlet.feed_title(section))}</title>\n<link>https://{outlet.domain}/</link>\n"
        f"<description>{escape(outlet.name)}</description>\n<language>{outlet.language}</language>\n"
        f"<lastBuildDate>{format_datetime(changed, usegmt=True)}</lastBuildDate>\n"
        f"{items}</channel>\n</rss>\n"
    )


# ----------------------------------------------------------------------------------------- Atom


def _atom_entry(outlet: Outlet, section: str, story: WireStory, now: datetime) -> str:
    said = story.wording(now)
    updated = story.dated or said.since
    author = f"<author><name>{escape(story.agency)}</name></author>\n" if story.agency else ""
    kind = "html" if "<" in said.summary else "text"
    summary = f'<summary type="{kind}">{escape(said.summary)}</summary>\n' if said.summary else ""
    return (
        f"<entry>\n<title>{escape(said.title)}</title>\n<id>{_tag(outlet, story)}</id>\n"
        f'<link rel="alternate" href={quoteattr(outlet.link(story, section))}/>\n{summary}{author}'
        f"<published>{story.claimed.isoformat()}</published>\n<updated>{updated.isoformat()}</updated>\n</entry>\n"
    )


def _atom(outlet: Outlet, section: str, stories: Iterable[WireStory], changed: datetime, entries: str) -> str:
    return (
        f'{_prolog(outlet)}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">\n'
        f"<title>{escape(outlet.feed_title(section))}</title>\n<id>tag:{outlet.domain},2026:{section}</id>\n"
        f'<link rel="alternate" href="https://{outlet.domain}/"/>\n<author><name>{escape(outlet.name)}</name></author>\n'
        f"<updated>{changed.isoformat()}</updated>\n{entries}</feed>\n"
    )


# -------------------------------------------------------------------------------- RSS 1.0 (RDF)


def _rdf_item(outlet: Outlet, section: str, story: WireStory, now: datetime) -> str:
    said = story.wording(now)
    link = outlet.link(story, section)
    creator = f"<dc:creator>{escape(story.agency)}</dc:creator>\n" if story.agency else ""
    description = f"<description>{_html(said.summary)}</description>\n" if said.summary else ""
    return (
        f"<item rdf:about={quoteattr(link)}>\n<title>{escape(said.title)}</title>\n"
        f"<link>{escape(link)}</link>\n{description}{creator}<dc:date>{story.claimed.isoformat()}</dc:date>\n</item>\n"
    )


def _rdf(outlet: Outlet, section: str, stories: Iterable[WireStory], changed: datetime, items: str) -> str:
    listed = "".join(f"<rdf:li rdf:resource={quoteattr(outlet.link(story, section))}/>" for story in stories)
    home = f"https://{outlet.domain}/"
    return (
        f'{_prolog(outlet)}<rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xml:lang="{outlet.language}">\n<channel rdf:about="{home}">\n'
        f"<title>{escape(outlet.feed_title(section))}</title>\n<link>{home}</link>\n"
        f"<description>{escape(outlet.name)}</description>\n<dc:language>{outlet.language}</dc:language>\n"
        f"<dc:date>{changed.isoformat()}</dc:date>\n<items><rdf:Seq>{listed}</rdf:Seq></items>\n</channel>\n"
        f"{items}</rdf:RDF>\n"
    )


_ENTRIES = {"rss": _rss_item, "atom": _atom_entry, "rdf": _rdf_item}
_FRAMES = {"rss": _rss, "atom": _atom, "rdf": _rdf}
