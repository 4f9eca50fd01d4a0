"""What was typed into the search box → what is wanted, or a sentence about what is wrong with it.

    kim jong un putin (summit OR meet* OR arms) -kardashian

Words side by side are all wanted, and words side by side that are a name of the catalogue are that
name; quotes are exact; AND, OR, NOT, - and + and brackets mean what they mean in a search box (OR
binds its two neighbours: `gaza truce OR ceasefire` wants gaza and one of the others); `title:`,
`outlet:` and `lang:` look in one place only; `*` ends a word anywhere, and alone it is every story.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from luqum.exceptions import ParseError
from luqum.thread import parse as parse_lucene
from luqum.tree import AndOperation, Item, OrOperation, Plus, Prohibit, SearchField, UnknownOperation
from luqum.tree import Not as LuceneNot
from luqum.tree import Word as LuceneWord

from watcher.topics.reader import Marked, Reader
from watcher.topics.reading import join_names
from watcher.topics.scan import Mark, QueryError, scan

__all__ = [
    "All",
    "Any",
    "Every",
    "Must",
    "Node",
    "Not",
    "Place",
    "Query",
    "QueryError",
    "Reader",
    "Term",
    "parse_query",
]


@dataclass(frozen=True, slots=True)
class Term:
    """Words that are wanted. `names` are catalogue ids where the words were read as a name."""

    text: str
    at: int
    kind: Literal["word", "phrase", "prefix", "name"] = "word"
    names: tuple[str, ...] = ()
    title_only: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A condition on where a story comes from: its outlet's domain or its language."""

    field: Literal["outlet", "lang"]
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Every:
    """Every story."""


@dataclass(frozen=True, slots=True)
class All:
    """All of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """None of this."""

    part: Node


@dataclass(frozen=True, slots=True)
class Must:
    """This, whatever else the story has: what a plus asks for."""

    part: Node


Node = Term | Place | Every | All | Any | Not | Must


@dataclass(frozen=True, slots=True)
class Query:
    """A query that can be matched: what was typed, and what it was read as."""

    text: str
    root: Node

    def terms(self) -> tuple[Term, ...]:
        """Its terms in the order in which they were typed, those that are not wanted too."""
        return tuple(node for node in walk(self.root) if isinstance(node, Term))

    def words(self) -> tuple[str, ...]:
        """The words that a story should have, as they were typed."""
        unwanted = {id(node) for outer in walk(self.root) if isinstance(outer, Not) for node in walk(outer)}
        return tuple(term.text for term in self.terms() if id(term) not in unwanted)

    def reading(self) -> str:
        """How it was read, with every bracket and AND that was left out."""
        return read_out(self.root)


def walk(node: Node) -> Iterator[Node]:
    """A node and all that is under it, in the order in which it was typed."""
    yield node
    if isinstance(node, All | Any):
        for part in node.parts:
            yield from walk(part)
    elif isinstance(node, Not | Must):
        yield from walk(node.part)


def read_out(node: Node, *, inside: bool = False) -> str:
    """A node as words; `inside` says that it stands within another and wants its brackets."""
    match node:
        case Term():
            return _show_term(node)
        case Place():
            return f"{node.field}:{node.text}"
        case Every():
            return "every story"
        case Not():
            return f"NOT {read_out(node.part, inside=True)}"
        case Must():
            return read_out(node.part, inside=inside)
    joined = (" AND " if isinstance(node, All) else " OR ").join(
        read_out(part, inside=True) for part in node.parts
    )
    return f"({joined})" if inside else joined


def _show_term(term: Term) -> str:
    shown = {"phrase": f'"{term.text}"', "prefix": f"{term.text}*", "name": f"[{term.text}]"}
    return ("title:" if term.title_only else "") + shown.get(term.kind, term.text)


def parse_query(text: str, names: Reader | None = None) -> Query:
    """Read a query; with `names`, words side by side that are a name are read as that name.

    Raises QueryError with the place (counted from 1) and a sentence.
    """
    marks = join_names(scan(text), names) if names is not None else [(mark, ()) for mark in scan(text)]
    root = _node(_lucene(marks), marks, "")
    if not _asks(root):
        raise QueryError(
            "The query only says what it does not want: give it a word that stories should have."
        )
    return Query(text, root)


def _lucene(marks: Sequence[Marked]) -> Item:
    """The grammar's own reading, over the marks' numbers instead of what people typed."""
    written = {"open": "(", "close": ")", "and": "AND", "or": "OR", "not": "-", "must": "+"}
    parts = []
    for number, (mark, _) in enumerate(marks):
        word = f"{mark.text}:" if mark.kind == "field" else written.get(mark.kind, f"w{number}")
        parts.append(word if mark.kind in ("not", "must", "field") else f"{word} ")
    try:
        return parse_lucene("".join(parts))
    except ParseError as error:
        raise QueryError("The query cannot be read: put brackets around what belongs together.") from error


def _node(item: Item, marks: Sequence[Marked], scope: str) -> Node:
    if isinstance(item, LuceneWord):
        return _leaf(*marks[int(item.value[1:])], scope)
    if isinstance(item, SearchField):
        return _node(item.expr, marks, item.name)
    if isinstance(item, UnknownOperation | AndOperation):
        return All(tuple(_node(child, marks, scope) for child in item.children))
    if isinstance(item, OrOperation):
        return Any(tuple(_node(child, marks, scope) for child in item.children))
    inner = _node(item.children[0], marks, scope)
    if isinstance(item, Prohibit | LuceneNot):
        return inner.part if isinstance(inner, Not) else Not(inner)
    return Must(inner) if isinstance(item, Plus) else inner


def _leaf(mark: Mark, names: tuple[str, ...], scope: str) -> Node:
    if scope in ("outlet", "lang"):
        return Place("outlet" if scope == "outlet" else "lang", mark.text.lower(), mark.at)
    if mark.kind == "every":
        return Every()
    if names:
        return Term(mark.text, mark.at, "name", names, title_only=scope == "title")
    kind = mark.kind if mark.kind == "phrase" or mark.kind == "prefix" else "word"
    return Term(mark.text, mark.at, kind, title_only=scope == "title")


def takes_all(text: str) -> bool:
    """Whether a query takes stories that have none of its words, as `*` and `lang:en` do."""
    try:
        return not _needs_word(parse_query(text).root)
    except QueryError:
        return False


def _needs_word(node: Node) -> bool:
    if isinstance(node, All):
        return any(map(_needs_word, node.parts))
    if isinstance(node, Any):
        return all(map(_needs_word, node.parts))
    return _needs_word(node.part) if isinstance(node, Must) else isinstance(node, Term)


def _asks(node: Node) -> bool:
    """Whether a story has to have something for this to be met."""
    if isinstance(node, All):
        return any(map(_asks, node.parts))
    if isinstance(node, Any):
        return all(map(_asks, node.parts))
    return not isinstance(node, Not)
