"""Lines of a card in Discord's markdown: whatever a feed wrote arrives as text. Pure.

A line becomes words that are never cut: a word of the text, a whole link, a whole time. What would be
markup, a mention, an invitation or a bare address is written with backslashes, which Discord removes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from watcher.chat.galley import length
from watcher.chat.hosts import ascii_host, host_of
from watcher.desk.compose import literal, safe_link
from watcher.models import Line, Piece, Section

LONGEST_LINK = 1_000
"""A longer address is left out, since it could not stand in a message beside anything else."""
LONGEST_WORD = 100
"""Characters in a row without a space, as in Chinese, that are kept together."""
LONGEST_RUN = 300
"""Characters of bold text or of a link's text that are kept together."""

_JOINERS = "\u200c\u200d"  # Persian and emoji are spelt with them
_BLANK = _JOINERS + "\u034f\u115f\u1160\u2800\u3164\uffa0"
"""Letters and joiners that show nothing: a text of these alone is none."""
_MARKUP = re.compile(r"([\\*_~`|<>\[\]@])")
_ADDRESS = re.compile(r":(?=//)")
_INVITATION = re.compile(r"(?i)\b(discord(?:app)?|dsc)\.(?=gg\b|com/invite|io\b|me\b|li\b)")
_LINE_START = re.compile(r"^(\s*)([#>+-]|\d{1,9}(?=[.)]))")
_MENTION = re.compile(r"<(?:#|@&?)\d{15,20}>")
_MENTIONS = re.compile(rf"{_MENTION.pattern}(?:[ ,]*{_MENTION.pattern})*")
_WELL_FORMED = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+(?::\d+)?(?:[/?#].*)?")
_TIME_STYLES = {"time": "t", "date": "D", "moment": "f", "ago": "R"}


def is_blank(text: str) -> bool:
    """Whether there is nothing to be seen in a text."""
    return all(letter in _BLANK or letter.isspace() for letter in literal(text))


def escaped(text: str) -> str:
    """A text that Discord shows as it was written."""
    shown = _MARKUP.sub(r"\\\1", literal(text))
    return _INVITATION.sub(r"\1\\.", _ADDRESS.sub(r"\\:", shown))


def not_a_list(line: str) -> str:
    """A line that is no heading, list or quotation, whatever it begins with."""
    return _LINE_START.sub(lambda match: f"{match[1]}{_as_written(match[2])}", line)


def _as_written(start: str) -> str:
    return f"{start}\\" if start.isdigit() else f"\\{start}"  # 1. becomes 1\.


# ------------------------------------------------------------------------------------------ links


def address(url: str) -> str:
    """A web address in plain ASCII that nothing in it can end early; empty where it is none."""
    safe = safe_link(url)
    parts = urlsplit(safe) if safe else None
    host = ascii_host(parts) if parts else ""
    if not parts or not host:
        return ""
    tail = quote(parts.path or "", safe="/%:@!$&,;=+~-._")
    tail += f"?{quote(parts.query, safe='/%:@!$&,;=+~-._?')}" if parts.query else ""
    tail += f"#{quote(parts.fragment, safe='/%:@!$&,;=+~-._?')}" if parts.fragment else ""
    whole = f"{parts.scheme}://{host}{tail}"
    return whole if len(whole) <= LONGEST_LINK else ""


def is_well_formed(url: str) -> bool:
    """Whether Discord takes an `address` for a title's link: it refuses hosts without a dot or with a _."""
    return bool(_WELL_FORMED.fullmatch(url))


def link(text: str, url: str, beside: str = "") -> str:
    """A link and the host to which it leads, unless its text or the one `beside` it says that already."""
    host = host_of(url)
    # A bracket in the text of a link would end it, with or without a backslash.
    label = escaped(literal(text).replace("[", "(").replace("]", ")")) or host
    if literal(text).casefold().removeprefix("www.") == host or host in beside.split():
        return f"[{label}]({url})"
    return f"[{label}]({url}) ({host})"


# ------------------------------------------------------------------------------------------ words


def words(line: Line) -> list[str]:
    """A line as words that are never cut; a space stands as a word of its own."""
    found: list[str] = []
    for part in _parts(line):
        if found and part != " " and found[-1] != " " and length(found[-1]) + length(part) <= LONGEST_LINK:
            found[-1] += part
        elif part != " " or (found and found[-1] != " "):
            found.append(part)
    while found and found[-1] == " ":
        found.pop()
    return found


def _parts(line: Line) -> Iterator[str]:
    beside = " ".join(piece.text.casefold() for piece in line if not piece.url)
    for piece in line:
        if piece.at is not None:
            yield f"<t:{int(piece.at.timestamp())}:{_TIME_STYLES.get(piece.style, 'f')}>"
        elif piece.style == "code":
            yield from _code(piece.text)
        elif piece.url and (url := address(piece.url)):
            yield from _link_parts(piece, url, beside)
        else:
            yield from _text_parts(piece)


def _link_parts(piece: Piece, url: str, beside: str) -> Iterator[str]:
    text = literal(piece.text)
    bold = piece.style == "strong"
    for place, run in enumerate(_runs(text.strip(), LONGEST_RUN)):
        if place:
            yield " "
        made = link(run, url, beside)
        yield f"**{made}**" if bold else made


def _text_parts(piece: Piece) -> Iterator[str]:
    text = literal(piece.text)
    if piece.style in ("strong", "mark") and text.strip():
        yield from _marked_parts(text, "**" if piece.style == "strong" else "__")
        return
    for bit in re.split(r"( )", text):
        if bit == " ":
            yield bit
        elif bit:
            yield from map(escaped, _bites(bit))


def _marked_parts(text: str, mark: str) -> Iterator[str]:
    """A run between marks, which have to touch its first and last letters."""
    if text[0] == " ":
        yield " "
    for place, run in enumerate(_runs(text.strip(), LONGEST_RUN)):
        if place:
            yield " "
        yield f"{mark}{escaped(run)}{mark}"
    if text[-1] == " ":
        yield " "


def _code(text: str) -> Iterator[str]:
    """A text as it is typed; one that mentions channels, roles or people and nothing else, by their names."""
    shown = literal(text)
    if _MENTIONS.fullmatch(shown):
        yield " ".join(_MENTION.findall(shown))
        return
    shown = shown.replace("``", "ˋˋ")  # two of them would end it, whatever it is begun with
    for run in _runs(shown, LONGEST_LINK - 10) if shown.strip() else ():
        yield f"`` {run} ``" if "`" in run else f"`{run}`"


def _runs(text: str, most: int) -> Iterator[str]:
    """A text in runs of at most `most` characters, cut between words where there are any."""
    while len(text) > most:
        space = text.rfind(" ", 1, most)
        end = space if space > 0 else most
        yield text[:end]
        text = text[end:].lstrip() if space > 0 else text[end:]
    if text:
        yield text


def _bites(word: str) -> Iterator[str]:
    for start in range(0, len(word), LONGEST_WORD):
        yield word[start : start + LONGEST_WORD]


# ------------------------------------------------------------------------------------------ lines


def rows(section: Section) -> Iterator[list[str]]:
    """A section's heading and lines, each as words."""
    if section.heading:
        yield words((Piece(section.heading, "strong"),))
    for line in section.lines:
        found = words(line)
        if not found:
            continue
        found[0] = not_a_list(found[0])
        yield ["- ", *found] if section.bullets else found
