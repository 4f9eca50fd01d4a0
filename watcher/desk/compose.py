"""Cards: what a digest, an event and a notice say, before any platform has its way with them.

Feed text is hostile. Whatever a feed wrote passes through `clean`, and its links through `safe_link`,
before it stands in a card; what would be markup on a platform is escaped by that platform's room.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from watcher.desk.digest import Digest, Item
from watcher.desk.events import buttons_of, handle
from watcher.desk.headline import cut
from watcher.desk.novelty import Novelty, is_other
from watcher.models import Button, Card, Delivery, Feed, Group, Line, Piece, Section, Story, Topic

LEADS = 5
"""How many lead events of a topic the parent of a digest names."""
REPLIES = 25
"""How many events get a message of their own in the thread; the rest share one list."""
LISTED = 325
"""Events that a digest tells or lists by name; what is beyond them counts as not shown."""
OUTLETS = 12
"""How many outlets an event lists before it says how many more there are."""
TITLE_CHARACTERS = 250
NAMED, NAME_CHARACTERS = 4, 55
"""Topics that a digest's title names, and how much of each of their names."""

_JOINERS = {"\u200c", "\u200d"}  # Persian spelling and emoji need them between other characters
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """A feed's text without control, bidirectional-override and invisible characters, on one line."""
    return _SPACES.sub(" ", literal(text)).strip()


def literal(text: str) -> str:
    """As `clean`, with its spaces kept: bars and columns are made with them."""
    return "".join(letter if _shown(letter) else " " * (letter in "\n\t\r") for letter in text)


def _shown(letter: str) -> bool:
    return letter in _JOINERS or unicodedata.category(letter) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def safe_link(url: str) -> str:
    """A story's address if it is a web address without credentials in it, else nothing."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return ""
    return url.strip() if all(_shown(letter) and not letter.isspace() for letter in url.strip()) else ""


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 story, 1,204 stories."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def tally(stories: int, events: int, outlets: int, languages: int) -> str:
    """The counts of a digest, in a line."""
    return ", ".join(
        (
            count(events, "event"),
            count(stories, "story", "stories"),
            count(outlets, "outlet"),
            count(languages, "language"),
        )
    )


def breadth(group: Group) -> str:
    """How widely an event is told: `5 outlets, 3 languages`, and how many tell it in their own words."""
    text = f"{count(len(group.outlets), 'outlet')}, {count(max(1, len(group.languages)), 'language')}"
    if group.independent < len(group.outlets):
        text += f" ({group.independent} in their own words)"
    return text


def told_by(group: Group) -> str:
    """Who tells an event: how widely it is told, or the one outlet that has it."""
    return breadth(group) if len(group.outlets) > 1 else outlet_of(group.first)


def outlet_of(story: Story) -> str:
    return clean(story.outlet_name or story.outlet) or "an unnamed outlet"


# -------------------------------------------------------------------------------------- digests


def digest_card(digest: Digest) -> Card:
    """A digest as its parent message, with one reply an event for its thread."""
    names = _named(digest.topics)
    if not digest.items and not digest.roundups:
        nothing = "Nothing was heard of" if digest.unheard and digest.unheard.all else "Nothing new on"
        title = f"{nothing} {names} {_window_words(digest)}."
        sections = [*_unheard_sections(digest), *_muted_sections(digest)]
        return Card(title, sections=tuple(sections), tone="plain", footer=_span(digest))
    totals = tally(len(digest.stories), len(digest.items), len(digest.outlets), max(1, len(digest.languages)))
    sections = [Section(((Piece(totals, "strong"),),)), *_unheard_sections(digest)]
    sections += [_topic_section(topic, digest) for topic in digest.topics if _items_of(topic, digest)]
    sections += _roundup_sections(digest)
    sections += _muted_sections(digest)
    return Card(
        cut(f"{names}: {digest.window.words}", TITLE_CHARACTERS),
        sections=tuple(sections),
        footer=_span(digest),
        tone="news",
        replies=(*map(event_card, digest.items[:REPLIES]), *_overflow(digest.items[REPLIES:])),
    )


def _named(topics: Sequence[Topic]) -> str:
    """The topics of a digest in words that leave room for its window: the first few, and how many more."""
    few = topics if len(topics) <= NAMED else topics[: NAMED - 1]
    shown = ", ".join(cut(topic.title or topic.name, NAME_CHARACTERS) for topic in few) or "no topics"
    return f"{shown} and {len(topics) - len(few)} more" if len(few) < len(topics) else shown


def _window_words(digest: Digest) -> str:
    words = digest.window.words
    return f"in {words}" if words.startswith("the ") else words


def _span(digest: Digest) -> Line:
    start, end = digest.window.start, digest.window.end
    return (_moment(start), Piece(" – ", "quiet"), _moment(end))


def _moment(at: datetime) -> Piece:
    return Piece(f"{at:%Y-%m-%d %H:%M} UTC", "moment", at=at)


def _items_of(topic: Topic, digest: Digest) -> list[Item]:
    return [item for item in digest.items if item.topic.id == topic.id]


def _topic_section(topic: Topic, digest: Digest) -> Section:
    items = _items_of(topic, digest)
    lines = [_lead_line(item) for item in items[:LEADS]]
    if len(items) > LEADS:
        lines.append((Piece(f"and {len(items) - LEADS} more below", "quiet"),))
    heading = topic.title or topic.name if len(digest.topics) > 1 else ""
    return Section(tuple(lines), heading=heading, bullets=True)


def _roundup_sections(digest: Digest) -> list[Section]:
    """Round-ups and live blogs, which belong to no one event, named so that nothing is left out silently."""
    if not digest.roundups:
        return []
    newest = digest.roundups[::-1][:LEADS]
    lines: list[Line] = [(headline_piece(s), Piece(f" — {outlet_of(s)}", "quiet")) for s in newest]
    if len(digest.roundups) > LEADS:
        lines.append((Piece(f"and {len(digest.roundups) - LEADS} more", "quiet"),))
    return [Section(tuple(lines), heading="Round-ups and live blogs", bullets=True)]


def _unheard_sections(digest: Digest) -> tuple[Section, ...]:
    """That many feeds could not be read, lest silence be taken for peace."""
    if digest.unheard is None:
        return ()
    return (Section(((Piece(digest.unheard.words, "strong"), Piece(digest.unheard.command, "code")),)),)


def _muted_sections(digest: Digest) -> tuple[Section, ...]:
    """How many events were left out since somebody muted them here, so that none is missed silently."""
    if not digest.muted:
        return ()
    left = f"{count(digest.muted, 'event')} muted here {'is' if digest.muted == 1 else 'are'} left out: "
    return (Section(((Piece(left, "quiet"), Piece("/watch event following", "code")),)),)


def _lead_line(item: Item) -> Line:
    told = Piece(f" — {told_by(item.group)}", "quiet")
    marks = (Piece("more: ", "strong"),) if item.news == "grown" else ()
    return (*marks, headline_piece(item.lead), told)


def headline_piece(story: Story) -> Piece:
    return Piece(cut(clean(story.title), TITLE_CHARACTERS), url=safe_link(story.url))


def event_card(item: Item) -> Card:
    """One event: its headline, what it says, what is new, and its outlets with link, time and language."""
    return _event_card(item, OUTLETS)


def whole_card(item: Item) -> Card:
    """One event with every outlet there is, for who asks for it."""
    return _event_card(item, len(item.group.outlets))


def _event_card(item: Item, outlets: int) -> Card:
    sections = []
    if item.said:
        sections.append(Section(((Piece(clean(item.said)),),)))
    if item.news in ("grown", "updated"):
        sections.append(_news_section(item))
    elif item.revised:
        sections.append(Section(_revised_lines(item)))
    quotes = dict(item.chain.quotes) if item.chain else {}
    sections.append(Section(_outlet_lines(item.group, quotes, outlets), bullets=True))
    return Card(
        cut(clean(item.lead.title), TITLE_CHARACTERS),
        url=safe_link(item.lead.url),
        sections=tuple(sections),
        footer=_sureness(item),
        tone="news",
        buttons=buttons_of(item.topic, item.group),
    )


def _news_section(item: Item) -> Section:
    """What came since the place saw the event: how much of it, what of that is new, and what was changed."""
    since = "Since you saw it: " if item.news == "grown" else "Since this was posted: "
    outlets = {story.outlet for story in item.fresh}
    more = f"{count(len(item.fresh), 'more story', 'more stories')} from {count(len(outlets), 'outlet')}"
    lines: list[Line] = []
    if item.fresh:
        nothing = (
            ""
            if item.whats_new
            else ", nothing new in it"
            if len(item.fresh) == 1
            else ", nothing new in them"
        )
        lines.append((Piece(since, "strong"), Piece(more + nothing)))
    lines += [(Piece("What is new: ", "strong"), *_news_line(one)) for one in item.whats_new]
    return Section((*lines, *_revised_lines(item)))


def _news_line(one: Novelty) -> Line:
    """Something new, and who says so."""
    return (
        Piece(clean(one.text)),
        Piece(" — ", "quiet"),
        Piece(outlet_of(one.story), url=safe_link(one.story.url)),
    )


def _revised_lines(item: Item) -> tuple[Line, ...]:
    """The headlines changed after publication, before and after."""
    outlets = {story.id: outlet_of(story) for story in item.group.stories}
    return tuple(
        (
            Piece(f"{outlets[one.story_id]} changed its headline: ", "quiet"),
            *revision_line(one.old_title, one.new_title),
        )
        for one in item.revised
        if one.story_id in outlets and is_other(one)
    )


def merged_card(before: Card, now: Item) -> Card:
    """What becomes of an event's message where another message there tells of the same event by now."""
    line: Line = (
        Piece("It is one event with "),
        Piece(cut(clean(now.lead.title), TITLE_CHARACTERS), url=safe_link(now.lead.url)),
        Piece(", and is told there from now on.", "quiet"),
    )
    more = Button("More", f"/watch event show {now.group.id}")
    return Card(before.title, before.url, (Section((line,)),), _handle_line(now), "news", (more,))


def _sureness(item: Item) -> Line:
    """How widely an event is told, on how many's own account, and by what it is called."""
    if len(item.group.outlets) < 2:
        return _handle_line(item)
    origins = f" · {clean(item.chain.origin_words)}" if item.chain else ""
    return (Piece(f"{breadth(item.group)}{origins} · ", "quiet"), *_handle_line(item))


def _handle_line(item: Item) -> Line:
    return (Piece(f"event {handle(item.group.id)}", "quiet"),)


def _outlet_lines(group: Group, quotes: Mapping[str, str], most: int) -> tuple[Line, ...]:
    """A line an outlet, in order of publication: the first to have it comes first, and is called so."""
    by_outlet: dict[str, list[Story]] = {}
    for story in sorted(group.stories, key=lambda story: (story.published, story.seen, story.id)):
        by_outlet.setdefault(story.outlet, []).append(story)
    several = len(by_outlet) > 1
    lines = [
        _outlet_line(stories, group, quotes, first=several and place == 0)
        for place, stories in enumerate(by_outlet.values())
    ]
    more = len(lines) - most
    return (*lines[:most], *([(Piece(f"and {count(more, 'more outlet')}", "quiet"),)] if more > 0 else []))


def _outlet_line(stories: Sequence[Story], group: Group, quotes: Mapping[str, str], *, first: bool) -> Line:
    story = stories[0]
    at = Piece(f"{story.published:%H:%M} UTC", "moment", at=story.published)
    line = [Piece(outlet_of(story), url=safe_link(story.url)), Piece(" · ", "quiet"), at]
    if story.language:
        line.append(Piece(f" · {story.language}", "quiet"))
    if first:
        line.append(Piece(" · first", "strong"))
    if group.tellings.get(story.id, story.id) != story.id:
        line.append(Piece(" · same text", "quiet"))
    quoted = quotes.get(story.outlet_name or story.outlet)
    if quoted:
        line.append(Piece(f" · quotes {clean(quoted)}", "quiet"))
    if len(stories) > 1:
        line.append(Piece(f" · {len(stories)} stories", "quiet"))
    return tuple(line)


def _overflow(items: Sequence[Item]) -> tuple[Card, ...]:
    if not items:
        return ()
    lines = tuple((*_lead_line(item), *_called(item)) for item in items[: LISTED - REPLIES])
    left = len(items) - len(lines)
    footer: Line = (
        (Piece(f"and {left} more: a shorter window has them, or the next digest", "quiet"),)
        if left > 0
        else ()
    )
    title = f"{count(len(items), 'more event')}"
    return (Card(title, sections=(Section(lines, bullets=True),), footer=footer, tone="news"),)


def _called(item: Item) -> Line:
    """The handle of an event that has no message of its own, by which it can be asked for."""
    return (Piece(" · ", "quiet"), Piece(handle(item.group.id), "code"))


# ------------------------------------------------------------------------------ events and notices


def flash_card(item: Item) -> Card:
    """An event as it is posted at once to who asked for that, and edited as it grows."""
    card = event_card(item)
    footer = card.footer if len(item.group.outlets) > 1 else (Piece("1 outlet · ", "quiet"), *card.footer)
    label: Line = (Piece(item.topic.title or item.topic.name, "strong"), Piece(" · ", "quiet"))
    return replace(card, footer=(*label, *footer))


def update_card(item: Item) -> Card:
    """What is new in an event, for its thread or for who follows it: nothing that was said before."""
    lines = (*map(_news_line, item.whats_new), *_revised_lines(item))
    return Card(
        cut(clean(item.lead.title), TITLE_CHARACTERS),
        url=safe_link(item.lead.url),
        sections=(Section(lines, heading="What is new", bullets=True),),
        footer=_sureness(item),
        tone="news",
        buttons=buttons_of(item.topic, item.group)[-1:],
    )


def feed_ill_card(feed: Feed) -> Card:
    """Told once when a feed falls ill."""
    line = (Piece(clean(feed.last_error)),)
    since = (Piece("since ", "quiet"), _moment(feed.ill_since)) if feed.ill_since else ()
    again = (Piece(" · next try ", "quiet"), _moment(feed.next_poll_at)) if feed.next_poll_at else ()
    title = f"Feed in trouble: {feed_name(feed)}"
    return Card(title, sections=(Section((line,)),), footer=(*since, *again), tone="bad")


def feed_well_card(feed: Feed) -> Card:
    """Told once when a feed that was told of is well again."""
    return Card(f"Feed well again: {feed_name(feed)}", tone="good")


def feed_retired_card(feed: Feed) -> Card:
    """Told once when a feed says that it is gone for good."""
    line = (Piece("It answered 410 Gone. It is polled no more; add its new address if it has one."),)
    return Card(f"Feed retired: {feed_name(feed)}", sections=(Section((line,)),), tone="bad")


def refused_card(delivery: Delivery, reason: str) -> Card:
    """Told once when a platform will not take a message."""
    where = delivery.place.channel or delivery.place.person or delivery.place.platform
    lines: tuple[Line, ...] = ((Piece(clean(reason)),), (Piece(f"It was: {delivery.card.title}", "quiet"),))
    return Card(f"A message to {where} was refused", sections=(Section(lines),), tone="bad")


def feed_name(feed: Feed) -> str:
    return cut(clean(feed.title), 80) or urlsplit(feed.url).netloc


def revision_line(old: str, new: str) -> Line:
    """A changed headline, before and after."""
    return (Piece(clean(old), "quiet"), Piece(" → ", "quiet"), Piece(clean(new), "strong"))


def join(lines: Iterable[Line], by: str = ", ") -> Line:
    """Lines put on one line."""
    pieces: list[Piece] = []
    for line in lines:
        if pieces:
            pieces.append(Piece(by, "quiet"))
        pieces += line
    return tuple(pieces)
