"""Lines of a card in Slack's mrkdwn: whatever a feed wrote arrives as text. Pure.

A line becomes words that are never cut: a word of the text, a whole link, a whole time. Slack reads
`&`, `<` and `>` as entities; for stars, underscores, tildes, backticks and emoji codes it has no escape, so
that those which would be markup are written with letters that look the same.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from watcher.chat.galley import length
from watcher.chat.hosts import ascii_host, host_of
from watcher.desk.compose import literal, safe_link
from watcher.models import Line, Piece, Section

LONGEST_ADDRESS = 1_000
"""A longer address is left out, since it could not stand in a block beside anything else."""
LONGEST_RUN = 200
"""Characters of bold text, of code, of a link's text, or in a row without a space, that are kept together."""
LONGEST_CODE = 500
"""Characters of code that are kept together, so that a line can be copied whole."""
LONGEST_WORD = 2_400
"""Characters, as Slack counts them, of things that touch and are kept together."""

_GAP = "\u200b"  # a space of no width: Slack takes a star for markup only where a word begins or ends
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LOOKALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_MARKUP = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])|`")
_EMOJI = re.compile(r":(?=(?:[\w+'-]*[A-Za-z+][\w+'-]*|100|1234):)")
_TIME_STYLES = {"time": "{time}", "date": "{date_short}", "ago": "{ago}"}
_KEPT = "/%:@!$&,;=+~-._?'()"  # what may stand in an address as it is
_MOMENT = "{date_short_pretty} {time}"


def escaped(text: str) -> str:
    """A text that Slack shows as it was written."""
    return disarmed(text).translate(_ENTITIES)


def disarmed(text: str) -> str:
    """A text without markup, its entities still to be written."""
    shown = _MARKUP.sub(lambda found: _LOOKALIKES[found[0]], literal(text))
    return _EMOJI.sub("꞉", shown)


def typed(text: str) -> str:
    """What somebody typed, as Slack passes it on: links, channels and entities as they were meant.

    People stay as they were mentioned: an id without its brackets is nobody who can be woken.
    """
    bare = re.sub(r"<(https?://[^|>]+)(?:\|[^>]*)?>", r"\1", text)
    bare = re.sub(r"<mailto:[^|>]+\|([^>]*)>", r"\1", bare)
    bare = re.sub(r"<[#!]([A-Z0-9]+)(?:\|[^>]*)?>", r"\1", bare)
    return html.unescape(bare) if "&" in bare else bare


# ------------------------------------------------------------------------------------------ links


def address(url: str) -> str:
    """A web address in plain ASCII that nothing in it can end early; empty where it is none."""
    safe = safe_link(url)
    parts = urlsplit(safe) if safe else None
    host = ascii_host(parts) if parts else ""
    if not parts or not host:
        return ""
    tail = quote(parts.path or "", safe=_KEPT.replace("?", ""))
    tail += f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    tail += f"#{quote(parts.fragment, safe=_KEPT)}" if parts.fragment else ""
    whole = f"{parts.scheme}://{host}{tail}".translate(_ENTITIES)
    return whole if len(whole) <= LONGEST_ADDRESS else ""


def link(text: str, url: str) -> str:
    """A link, where `url` is an `address`."""
    return f"<{url}|{escaped(text).strip() or host_of(url)}>"


# ------------------------------------------------------------------------------------------ words


def words(line: Line) -> list[str]:
    """A line as words that are never cut; a space stands as a word of its own."""
    found: list[str] = []
    for part in _parts(line):
        if part == " ":
            if found and found[-1] != " ":
                found.append(part)
        elif found and found[-1] != " " and length(found[-1]) + length(part) < LONGEST_WORD:
            found[-1] += _seam(found[-1], part) + part
        else:
            found.append(part)
    while found and found[-1] == " ":
        found.pop()
    return found


def _seam(before: str, after: str) -> str:
    """What stands between two parts that touch: nothing, unless a mark would be lost between letters."""
    left, right = before[-1], after[0]
    lost = (left in "*`" and _holds(right)) or (right in "*`" and _holds(left))
    return _GAP if lost else ""


def _holds(letter: str) -> bool:
    return letter.isalnum() or letter in "*`<>"


def _parts(line: Line) -> Iterator[str]:
    for place, piece in enumerate(line):
        if piece.at is not None:
            yield moment(piece)
        elif piece.style == "code":
            yield from _marked(piece.text, "`")
        elif piece.url and (url := address(piece.url)):
            others = "".join(one.text for one in (*line[:place], *line[place + 1 :]))
            yield from _link_parts(piece, url, told=host_of(url) in others)
        elif piece.style in ("strong", "mark"):
            yield from _marked(piece.text, "*")
        else:
            yield from _text_parts(piece.text)


def moment(piece: Piece) -> str:
    """A time that Slack shows by the reader's own clock, and its plain form for where it cannot."""
    if piece.at is None:
        return escaped(piece.text)
    shape = _TIME_STYLES.get(piece.style, _MOMENT)
    plain = escaped(piece.text)[:200].replace("|", " ") or f"{piece.at:%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(piece.at.timestamp())}^{shape}|{plain}>"


def _link_parts(piece: Piece, url: str, *, told: bool) -> Iterator[str]:
    """A link, in several of the same address where its text is long, and the host it leads to.

    `told` says that its host stands elsewhere on the line.
    """
    text = literal(piece.text).strip()
    mark = "*" if piece.style == "strong" else ""
    for place, run in enumerate(runs(text) or [""]):
        if place:
            yield " "
        yield f"{mark}{link(run, url)}{mark}"
    host = host_of(url)
    if not told and host != text.casefold().removeprefix("www."):
        yield " "
        yield f"({escaped(host)})"


def _text_parts(text: str) -> Iterator[str]:
    for bit in re.split(r"( )", disarmed(text)):
        if bit == " ":
            yield bit
        elif bit:
            yield from _bites(bit)


def _bites(word: str) -> Iterator[str]:
    """A word, or the bites of one that is so long that it is none, as in Chinese."""
    for start in range(0, len(word), LONGEST_RUN):
        yield word[start : start + LONGEST_RUN].translate(_ENTITIES)


def _marked(text: str, mark: str) -> Iterator[str]:
    """A run between marks, which have to touch its first and last letters."""
    shown = literal(text)
    if not shown.strip():
        yield from _text_parts(shown)
        return
    if shown[0] == " ":
        yield " "
    for place, run in enumerate(runs(shown.strip(), LONGEST_CODE if mark == "`" else LONGEST_RUN)):
        if place:
            yield " "
        inner = run.replace("`", "ˋ").translate(_ENTITIES) if mark == "`" else escaped(run)
        yield f"{mark}{inner}{mark}"
    if shown[-1] == " ":
        yield " "


def runs(text: str, most: int = LONGEST_RUN) -> list[str]:
    """A text in runs of at most `most` characters, cut between words where there are any."""
    found: list[str] = []
    while len(text) > most:
        space = text.rfind(" ", 1, most + 1)
        end = space if space > 0 else most
        found.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*found, text] if text else found


# ------------------------------------------------------------------------------------------ lines


def rows(section: Section) -> Iterator[list[str]]:
    """A section's heading and lines, each as words."""
    if section.heading:
        yield words((Piece(section.heading, "strong"),))
    for line in section.lines:
        found = words(line)
        if found:
            yield ["• ", *found] if section.bullets else [_not_a_quotation(found[0]), *found[1:]]


def _not_a_quotation(word: str) -> str:
    """The first word of a line: Slack takes one that begins with > for a quotation."""
    return "›" + word[4:] if word.startswith("&gt;") else word
