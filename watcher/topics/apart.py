"""Words of a query that were typed as one and are several: Kim-Putin, #KimPutin, 金正恩普京会晤.

They are taken apart where one of them at least is a name that the catalogue knows, and the others are names
or common words. What is left between those of a script without spaces is a word of its own (访俄), but
for the letters that only join (与, の, 과); where it may be part of a name that nobody listed, all stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from watcher.topics.reader import Reader
from watcher.topics.scan import BINDING, Mark
from watcher.topics.text import UNSPACED, fold, tokens

_JOINTS = re.compile(r"[-/·・•&+;_]|(?<=[a-zà-ÿа-я])(?=[A-ZÀ-ÞА-Я])")
# Letters by which Japanese and Korean spell the words of others, of which a name may be but a part.
_SPELT = re.compile("[\u30a1-\u30ff]{2}|[\uac00-\ud7a3]{2}")
_BRIEFEST = 2
_LONGEST_RUN = 16
_MOST_PARTS = 6
_PARTICLES = "的氏のとがにはをへもや과와의이가은는을를에도"
_SURE_PARTICLES = "의을를과와에"
_JOINING = _PARTICLES + "与與和及跟同对對在再将將访訪见見会會前元"

_Kind = Literal["name", "body", "word", "other", ""]
_Piece = tuple[str, _Kind]
# Of the best cut of the letters up to one: how many are over, of how many pieces, and the last of these.
_Way = tuple[int, int, int, _Kind]


def take_apart(marks: Sequence[Mark], known: Reader) -> list[Mark]:
    """The marks, where those that are several words became these.

    Beside an operator they have brackets, as what is typed as one is one.
    """
    apart: list[Mark] = []
    for at, mark in enumerate(marks):
        around = [one.kind for one in (*marks[max(at - 1, 0) : at], *marks[at + 1 : at + 2])]
        is_alone = any(kind in BINDING for kind in around)
        beside = ((), ()) if is_alone else (_words_before(marks, at), _words_behind(marks, at))
        parts = _parts(mark, known, *beside) if mark.kind == "word" and not _is_place(marks, at) else []
        if not parts:
            apart.append(mark)
        elif is_alone:
            apart += [Mark("open", "(", mark.at), *_side_by_side(parts, mark, joined=False)]
            apart.append(Mark("close", ")", mark.at))
        else:
            apart += _side_by_side(parts, mark, joined=mark.joined)
    return apart


def _words_before(marks: Sequence[Mark], at: int) -> list[str]:
    """The words that stand before a mark side by side, as many as a name may have."""
    start = at
    while start and at - start < _MOST_PARTS and marks[start].joined and marks[start - 1].kind == "word":
        start -= 1
    return [mark.text for mark in marks[start:at]]


def _words_behind(marks: Sequence[Mark], at: int) -> list[str]:
    end = at + 1
    while end < len(marks) and end - at <= _MOST_PARTS and marks[end].joined and marks[end].kind == "word":
        end += 1
    return [mark.text for mark in marks[at + 1 : end]]


def _is_place(marks: Sequence[Mark], at: int) -> bool:
    return at > 0 and marks[at - 1].kind == "field" and marks[at - 1].text != "title"


def _side_by_side(parts: Sequence[str], mark: Mark, *, joined: bool) -> Iterator[Mark]:
    end = 0
    for number, part in enumerate(parts):
        start = mark.text.index(part, end)
        glue = mark.text[end:start] if number else mark.glue
        end = start + len(part)
        yield replace(mark, text=part, whole=part, at=mark.at + start, joined=joined or number > 0, glue=glue)


def _parts(mark: Mark, known: Reader, before: Sequence[str], behind: Sequence[str]) -> list[str]:
    """The words that one mark is, if it is several of which one is a name; beside others (US-South Korea)."""
    typed = [part for part in _JOINTS.split(mark.text) if fold(part).strip()]
    words = tokens(mark.text)
    if known.find(words) or known.is_phrase(words):
        return []
    if len(typed) == 1:
        return _cut(mark.text, known) if _is_run(mark.text) else []
    cut = [(_is_run(part) and _cut(part, known)) or [part] for part in typed]
    found = [word for some in cut for word in some]
    return found if _are_names_and_words(found, known, before, behind) else []


def _is_run(text: str) -> bool:
    """Whether all of it is letters of scripts without spaces."""
    return UNSPACED.fullmatch(fold(text).strip()) is not None


def _are_names_and_words(
    parts: Sequence[str], known: Reader, before: Sequence[str], behind: Sequence[str]
) -> bool:
    """Whether parts are common words and names, of one or several of them each: Kim-Jong-un-Putin.

    The first name may have begun before them, and the last go on behind: Saudi Arabia-Iran, US-South Korea.
    """
    words, first, end = [*before, *parts, *behind], len(before), len(before) + len(parts)

    def is_name(start: int, stop: int) -> bool:
        said = " ".join(words[start:stop])
        return len(said) >= _BRIEFEST and bool(known.find(tokens(said)))

    stops = (
        (start, stop)
        for start in range(first)
        for stop in range(first + 1, min(end, start + _MOST_PARTS + 1))
    )
    at = max((stop for start, stop in stops if is_name(start, stop)), default=first)
    names = int(at > first)
    while at < end:
        for length in range(min(len(words) - at, _MOST_PARTS), 0, -1):
            if is_name(at, at + length):
                names += 1
                break
        else:
            length = 1
            if not known.is_word(fold(words[at]).strip()):
                return False
        at += length
    return names > 0


def _cut(run: str, known: Reader) -> list[str]:
    """A run of letters without spaces, cut where names and common words end; none, if it has no name."""
    pieces = _with_bodies(_pieces(run, known), known)
    if all(kind not in ("name", "body") for _, kind in pieces) or _is_one_word(pieces):
        return []
    kept = [text for text, kind in pieces if kind != "other" or text.strip(_JOINING)]
    return kept if len(kept) > 1 or len(pieces) > 1 else []


def _with_bodies(pieces: Sequence[_Piece], known: Reader) -> list[_Piece]:
    """Pieces, where a name and what ends those of bodies are rather one nobody listed: 中国银行, 東京電力."""
    joined: list[_Piece] = []
    for text, kind in pieces:
        if joined and joined[-1][1] == "name" and known.closes(fold(text).strip()):
            joined[-1] = joined[-1][0] + text, "body"
        else:
            joined.append((text, kind))
    return joined


def _is_one_word(pieces: Sequence[_Piece]) -> bool:
    """Whether what is left over is rather a part of a longer word: in スタンフォード is no Ford."""
    for (before, kind), (after, next_kind) in pairwise(pieces):
        if "other" not in (kind, next_kind):
            continue
        rest, known = (before, after) if kind == "other" else (after, before)
        if next_kind == "other" and rest in (_PARTICLES if len(known) > _BRIEFEST else _SURE_PARTICLES):
            continue
        if _SPELT.fullmatch(before[-1] + after[0]) and (
            len(rest) == 1 or len(known) <= _BRIEFEST or rest < "가"
        ):
            return True
        if len(rest) == 1 and rest not in _JOINING:
            return True
    return False


def _pieces(run: str, known: Reader) -> list[_Piece]:
    """The cut of a run that leaves the fewest letters over, and of such the one of the fewest pieces."""
    ways: list[_Way] = [(0, 0, 0, "")]
    for end in range(1, len(run) + 1):
        over, many, start, kind = ways[end - 1]
        goes_on = kind == "other"
        found: list[_Way] = [(over + 1, many + (not goes_on), start if goes_on else end - 1, "other")]
        found += [
            (ways[start][0], ways[start][1] + 1, start, kind)
            for start in range(max(0, end - _LONGEST_RUN), end - _BRIEFEST + 1)
            if (kind := _kind(run[start:end], known))
        ]
        ways.append(min(found, key=lambda way: way[:2]))
    pieces: list[_Piece] = []
    end = len(run)
    while end:
        _, _, start, kind = ways[end]
        pieces.append((run[start:end], kind))
        end = start
    return pieces[::-1]


def _kind(text: str, known: Reader) -> _Kind:
    words = tokens(text)
    if known.find(words):
        return "name"
    return "word" if len(words) == 1 and known.is_word(words[0]) else ""
