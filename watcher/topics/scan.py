"""The characters of a query → its marks (words, quotes, brackets, operators), each with its place.

What is wrong with a query is found here, where the place is known, and said as a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import process

from watcher.models import WatcherError
from watcher.topics.text import UNSPACED, fold

LONGEST = 2000
DEEPEST = 20
FIELDS = ("title", "outlet", "lang")
_OTHER_FIELDS = {"headline": "title", "source": "outlet", "site": "outlet", "language": "lang"}

Kind = Literal["word", "phrase", "prefix", "every", "open", "close", "and", "or", "not", "must", "field"]


class QueryError(WatcherError):
    """A query that cannot be read; `at` is the place of the fault, counted from 1 (0: the whole query)."""

    def __init__(self, sentence: str, at: int = 0) -> None:
        super().__init__(sentence)
        self.at = at


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that was typed. `joined` says that it and the word before it stand side by side.

    `whole` is a word with the 's that the text leaves out, which may belong to a name (McDonald's), `glue`
    what stands between it and the word before.
    """

    kind: Kind
    text: str
    at: int
    joined: bool = False
    whole: str = ""
    glue: str = " "


_ALIKE = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»‹›「」『』﹁﹂﹃﹄〝〞〟❝❞＂", '"'),
        **dict.fromkeys("‘’‚‛＇", "'"),
        **dict.fromkeys("‐‑‒–—−﹘﹣－➖", "-"),
        **dict.fromkeys("\u00a0\u3000\t\n\r\f\v\0", " "),
        **dict.fromkeys("（﹙【〔［〖｛", "("),
        **dict.fromkeys("）﹚】〕］〗｝", ")"),
        **dict.fromkeys("،、，。।", ","),
        "：": ":",
        "＊": "*",
        "＋": "+",
        "｜": "|",
        "＆": "&",
        "！": "!",
        "＾": "^",
        "～": "~",
    }
)
_TOKEN = re.compile(r'\s+|,|[()"]|\|\|?|&&?|[-+!](?=[^\s)])|[-+!]|[^\s()",|]+')
# What search engines let be said of a word (kim~2, kim^4) says nothing here: slips are allowed for anyway.
_LOOSELY = re.compile(r"(?<=\w)[~^][\d.]*$")
_FIELD = re.compile(r"([^\W\d_]+):(?=[^\s/])")
_OPERATORS: dict[str, Kind] = {
    "AND": "and",
    "&&": "and",
    "&": "and",
    "OR": "or",
    "||": "or",
    "|": "or",
    "or": "or",
    "NOT": "not",
    "not": "not",
    "and": "and",
}
_SIGNS: dict[str, Kind] = {"-": "not", "!": "not", "+": "must"}
TERMS = ("word", "phrase", "prefix", "every")
BINDING = ("or", "not", "must", "field")
"""What is about the one thing beside it, which is then left as one, and never left out."""


def scan(text: str) -> tuple[Mark, ...]:
    """The marks of a query; raises QueryError with a sentence and a place."""
    if len(text) > LONGEST:
        most = f"{LONGEST:,} is the most it can have. Leave words out, or make two topics of it."
        raise QueryError(f"The query has {len(text):,} characters, and {most}")
    marks = _drop_idle(tuple(_marks(text.translate(_ALIKE))))
    if not marks:
        raise QueryError("The query is empty: type the words that the stories should have.")
    _check_brackets(marks)
    _check_operators(marks)
    return marks


def _marks(text: str) -> Iterator[Mark]:
    at, joined, loose = 0, False, True
    while at < len(text):
        found = _next_token(text, at)
        token, start = found[0], at
        at = found.end()
        if token.isspace() or token == ",":
            joined = joined and token != ","
            loose = True
            continue
        if token == '"':
            mark, at = _phrase(text, start)
        elif (field := _FIELD.match(text, start)) and field.end() <= at:
            mark, at = Mark("field", _field_name(field[1], start + 1), start + 1), field.end()
        else:
            mark = _mark(token, start + 1, loose)
        if mark is not None:
            yield replace(mark, joined=True) if joined and mark.kind in ("word", "prefix") else mark
            joined, loose = mark.kind == "word", mark.kind in ("open", "field", "not", "must")


def _next_token(text: str, at: int) -> re.Match[str]:
    found = _TOKEN.match(text, at)
    if found is None:
        raise QueryError(f"The query cannot be read at {at + 1}.", at + 1)
    return found


def _phrase(text: str, start: int) -> tuple[Mark | None, int]:
    end = text.find('"', start + 1)
    if end < 0:
        raise QueryError(f"A quote opened at {start + 1} is never closed.", start + 1)
    words = text[start + 1 : end]
    if not fold(words).split():
        raise QueryError(f"The quotes at {start + 1} have no words between them.", start + 1)
    return Mark("phrase", words.strip(), start + 1), end + 1


def _field_name(word: str, at: int) -> str:
    name = _OTHER_FIELDS.get(word.lower(), word.lower())
    if name in FIELDS:
        return name
    near = process.extractOne(name, FIELDS, score_cutoff=40)
    hint = f"Did you mean {near[0]}:?" if near else "There are title:, outlet: and lang:."
    raise QueryError(f"There is no field {word}: (at {at}). {hint}", at)


def _mark(token: str, at: int, loose: bool) -> Mark | None:
    if token in _SIGNS and loose:
        return Mark(_SIGNS[token], token, at)
    if token in "()":
        return Mark("open" if token == "(" else "close", token, at)
    plain = unicodedata.normalize("NFKC", token)
    if plain in _OPERATORS:
        return Mark(_OPERATORS[plain], plain, at)
    return _word(_LOOSELY.sub("", token), at)


def _word(token: str, at: int) -> Mark | None:
    whole = token.strip(",.;:!?'/#@&=<>[]{}^~\\%$…")
    word = whole.removesuffix("'s")
    if set(word) == {"*"}:
        return Mark("every", "*", at)
    body = word.rstrip("*")
    if "*" in body:
        raise QueryError(f"{token} at {at} cannot be looked for: * can only end a word, as in meet*.", at)
    if not fold(body).split():
        _refuse_pictures(token, at)
        return None
    if body == word:
        return Mark("word", word, at, whole=whole)
    if len(fold(body).strip()) < 3 and not UNSPACED.search(body):
        raise QueryError(f"{word} at {at} is too short: give at least three letters before the *.", at)
    return Mark("prefix", body, at)


def _refuse_pictures(token: str, at: int) -> None:
    """Stray punctuation is passed over; a picture is something that somebody meant."""
    if any(unicodedata.category(character) in ("So", "Sk", "Co", "Cn") for character in token):
        raise QueryError(f"{token} at {at} has no letters or digits: a query is made of words.", at)


def _drop_idle(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Without the `and` and `or` in small letters that have nothing to join."""
    return tuple(
        mark
        for before, mark, after in zip((None, *marks), marks, (*marks[1:], None), strict=False)
        if mark.text not in ("and", "or", "&", "|") or (_ends(before) and _begins(after))
    )


def _ends(mark: Mark | None) -> bool:
    return mark is not None and mark.kind in (*TERMS, "close")


def _begins(mark: Mark | None) -> bool:
    return mark is not None and mark.kind in (*TERMS, "open", "not", "must", "field")


def _check_brackets(marks: Sequence[Mark]) -> None:
    opened: list[Mark] = []
    for before, mark in zip((None, *marks), marks, strict=False):
        if mark.kind == "open":
            opened.append(mark)
        elif mark.kind == "close":
            if not opened:
                raise QueryError(f"A bracket closed at {mark.at} was never opened.", mark.at)
            if before is not None and before.kind == "open":
                raise QueryError(f"The brackets at {before.at} have nothing between them.", before.at)
            opened.pop()
        if len(opened) > DEEPEST:
            deep = (
                f"Brackets are nested more than {DEEPEST} deep at {mark.at}: leave out those around others."
            )
            raise QueryError(deep, mark.at)
    if opened:
        raise QueryError(f"A bracket opened at {opened[-1].at} is never closed.", opened[-1].at)


def _check_operators(marks: Sequence[Mark]) -> None:
    for before, mark, after in zip((None, *marks), marks, (*marks[1:], None), strict=False):
        if mark.kind in ("and", "or") and not _ends(before):
            raise QueryError(f"{mark.text} at {mark.at} has nothing before it.", mark.at)
        if mark.kind in ("and", "or", "not", "must", "field") and not _begins(after):
            shown = f"{mark.text}:" if mark.kind == "field" else mark.text
            raise QueryError(f"{shown} at {mark.at} has nothing after it.", mark.at)
