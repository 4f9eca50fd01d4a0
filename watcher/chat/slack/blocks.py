"""Cards as Slack's blocks, in messages that keep to its limits. Pure.

A message is at most 50 blocks. A card that is longer has several, and its replies, where they cannot
stand in a thread, follow on pages of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from watcher.chat.galley import length, pack
from watcher.chat.hosts import host_of
from watcher.chat.slack.wording import address, rows, words
from watcher.desk.compose import literal
from watcher.desk.headline import cut
from watcher.models import Button, Card, Line, Piece, Section, Tone

BLOCKS = 50
SECTION = 2_900  # Slack takes 3,000
HEADER = 150
BUTTON = 75
VALUE = 2_000
A_ROW = 5
MESSAGE = 12_000
"""Characters of all blocks of a message together: a little over 13,000 is msg_blocks_too_long."""
PLAIN = 3_500
"""Characters of the plain text beside the blocks; Slack asks for less than 4,000."""
TOOLS = 4
"""Blocks that are left free on each page of an answer, for what turns it and shows it to everyone."""
CARDS_A_PAGE = 5
"""Cards (an answer itself, and its replies) on one page: more than that is a wall."""

Block = dict[str, Any]

_SIGNS: dict[Tone, str] = {"plain": "", "news": "", "alert": "▲ ", "good": "✓ ", "bad": "✗ "}


@dataclass(frozen=True, slots=True)
class Message:
    """What one message holds: its blocks, and all of it as plain text for who cannot see them."""

    text: str
    blocks: tuple[Block, ...]


# ---------------------------------------------------------------------------------------- cards


def messages_of(card: Card, kept: Mapping[str, str] | None = None, keep: int = 0) -> tuple[Message, ...]:
    """The messages of a card without its replies: one, unless it is very long.

    `kept` are the words by which lines of buttons are kept that are too long for one; room is left on
    each message for `keep` blocks more.
    """
    called = calls(card)
    waking = [{"type": "section", "text": mrkdwn(called)}] if called else []
    first, *rest = _filled([*waking, *blocks_of(card, kept)], keep)
    lines = list(_plain_lines(card))
    return (
        Message(f"{called} {_plain(lines)}".strip(), first),
        *(Message(_plain(lines[:1]), blocks) for blocks in rest),
    )


def calls(card: Card) -> str:
    """The people and user groups whom a card is to wake, as Slack calls them: no other mention ever is."""
    called = [
        f"<!subteam^{one[1:]}>" if one.startswith("&") else f"<@{one}>"
        for one in dict.fromkeys(card.pings)
        if re.fullmatch(r"[UW][A-Z0-9]+|&S[A-Z0-9]+", one)
    ]
    return " ".join(called)


def pages_of(card: Card, kept: Mapping[str, str] | None = None) -> tuple[Message, ...]:
    """The pages of a card and its replies, a few of them on each."""
    own = messages_of(card, kept, TOOLS)
    pages, batch = (list(own), []) if len(own) > 1 else ([], [replace(card, replies=())])
    for reply in card.replies:
        together = [*batch, reply]
        if batch and (len(together) > CARDS_A_PAGE or len(list(_page(together, kept))) > 1):
            pages += _page(batch, kept)
            together = [reply]
        batch = together
    return (*pages, *_page(batch, kept))


def _page(cards: Sequence[Card], kept: Mapping[str, str] | None) -> Iterator[Message]:
    lines = [line for card in cards for line in _plain_lines(card)]
    for blocks in _filled(_separated(cards, kept), keep=TOOLS):
        yield Message(_plain(lines), blocks)


def _separated(cards: Sequence[Card], kept: Mapping[str, str] | None) -> list[Block]:
    found: list[Block] = []
    for card in cards:
        found += [{"type": "divider"}] if found else []
        found += blocks_of(card, kept)
    return found


def _filled(blocks: Iterable[Block], keep: int = 0) -> Iterator[tuple[Block, ...]]:
    """Blocks as messages that keep to the limits; `keep` blocks are left for what comes below."""
    taken: list[Block] = []
    for block in blocks:
        if taken and (len(taken) >= BLOCKS - keep or _size([*taken, block]) > MESSAGE):
            yield tuple(taken)
            taken = []
        taken.append(block)
    if taken:
        yield tuple(taken)


def _size(blocks: Iterable[Block]) -> int:
    return sum(length(text) for block in blocks for text in texts_of(block))


def texts_of(block: Block) -> Iterator[str]:
    """The texts of a block."""
    if isinstance(block.get("text"), dict):
        yield block["text"]["text"]
    for element in block.get("elements", ()):
        if isinstance(element.get("text"), dict):
            yield element["text"]["text"]
        elif isinstance(element.get("text"), str):
            yield element["text"]


def blocks_of(card: Card, kept: Mapping[str, str] | None = None) -> list[Block]:
    """A card's own blocks: its title, its sections, its small print and its buttons."""
    found = list(title_blocks(card))
    for section in card.sections:
        found += sections_of(section)
    found += context(card.footer)
    for start in range(0, len(card.buttons), A_ROW):
        row = card.buttons[start : start + A_ROW]
        found.append(actions([button_of(one, start + n, kept or {}) for n, one in enumerate(row)]))
    return found


def title_blocks(card: Card) -> Iterator[Block]:
    """A headline is a link in bold; what Watcher says of itself is a header where it is short."""
    title = literal(card.title).strip() or "(no headline)"
    if card.tone == "news" and not address(card.url) and len(title) <= HEADER and not set(title) & set("&<>"):
        yield {"type": "header", "text": plain_text(title)}
        return
    piece = Piece(title, "strong", url=card.url)
    yield from sections_of(Section(((Piece(_SIGNS[card.tone]), piece),)))


def sections_of(section: Section) -> list[Block]:
    """A section of a card as blocks."""
    return [{"type": "section", "text": mrkdwn(text)} for text in pack(rows(section), SECTION)]


def context(line: Line) -> list[Block]:
    """Small print."""
    return [
        {"type": "context", "elements": [mrkdwn(text)]}
        for text in pack([words(line)] if line else [], SECTION)
    ]


def mrkdwn(text: str) -> Block:
    # Verbatim: bare addresses and names of channels in a feed's text are not made into links.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


# -------------------------------------------------------------------------------------- buttons


def actions(elements: Sequence[Block]) -> Block:
    """A row of things to press."""
    return {"type": "actions", "elements": list(elements)}


def button(label: str, action: str, value: str, style: str = "plain") -> Block:
    """A button; its label is cut where Slack takes no more. `value` has at most 2,000 characters."""
    made: Block = {
        "type": "button",
        "text": plain_text(cut(literal(label), BUTTON // 2) or "…"),
        "action_id": action,
        "value": value,
    }
    return made | ({"style": style} if style in ("primary", "danger") else {})


def button_of(one: Button, number: int, kept: Mapping[str, str]) -> Block:
    """A card's button: pressing it runs its line, which is kept elsewhere where it is too long."""
    if length(one.command) <= VALUE:
        return button(one.label, f"run:{number}", one.command, one.style)
    return button(one.label, f"kept:{number}", kept.get(one.command, ""), one.style)


def too_long(card: Card) -> list[str]:
    """The lines of a card's buttons that have to be kept elsewhere."""
    return [one.command for one in card.buttons if length(one.command) > VALUE]


# ------------------------------------------------------------------------------------ plain text


def _plain_lines(card: Card) -> Iterator[Line]:
    """All that a card says without its replies, for notifications and screen readers."""
    yield (Piece(f"{_SIGNS[card.tone]}{card.title}", url=card.url),)
    for section in card.sections:
        if section.heading:
            yield (Piece(section.heading),)
        yield from section.lines
    if card.footer:
        yield card.footer


def _plain(lines: Sequence[Line]) -> str:
    """Lines of plain text, as many as are wanted; links are told by their hosts."""
    found = (words(tuple(_bare(piece) for piece in line)) for line in lines)
    texts = pack((line for line in found if line), PLAIN)
    return texts[0] if texts else "…"


def _bare(piece: Piece) -> Piece:
    url = address(piece.url)
    host = host_of(url) if url else ""
    text = f"{piece.text} ({host})" if host and host not in piece.text else piece.text
    return Piece(text)
