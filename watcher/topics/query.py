"""What was typed into the search box → what is wanted, or a sentence about what is wrong with it.

    kim jong un putin (summit OR meet* OR arms) -kardashian

Words side by side are all wanted, and words side by side that are a name of the catalogue are that
name; quotes are exact; AND, OR, NOT, - and + and brackets mean what they mean in a search box (OR
binds its two neighbours: `gaza truce OR ceasefire` wants gaza and one of the others); `title:`,
`outlet:` and `lang:` look in one place only; `*` ends a word anywhere, and alone it is every story.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from luqum.exceptions import ParseError
from luqum.thread import parse as parse_lucene
from luqum.tree import AndOperation, Item, OrOperation, Plus, Prohibit, SearchField, UnknownOperation
from luqum.tree import Not as LuceneNot
from luqum.tree import Word as LuceneWord

from watcher.topics.scan import Mark, QueryError, scan
from watcher.topics.text import fold, tokens

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
    "Term",
    "parse_query",
]


class Reader(Protocol):
    """What knows whether words belong together; the catalogue of names is one."""

    def find(self, words: Sequence[str]) -> tuple[str, ...]:
        """The ids of the names that these folded words are a form of."""

    def is_phrase(self, words: Sequence[str]) -> bool:
        """Whether these folded words, more than one, have a meaning together."""

    def is_word(self, word: str) -> bool:
        """Whether this folded word alone is a common one."""

    def goes_on(self, word: str) -> bool:
        """Whether a folded word may go on a name that nobody listed."""

    def christens(self, before: str, ids: Sequence[str]) -> bool:
        """Whether a folded word makes people's names after it those of something else: Hurricane Lee."""

    def is_sure(self, words: Sequence[str]) -> bool:
        """Whether these folded words are a name by themselves, with nothing beside them."""

    def is_given(self, word: str) -> bool:
        """Whether a folded word is a common given name."""

    def closes(self, word: str) -> bool:
        """Whether a folded word is one with which names of bodies and places end."""


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
    marks = _join_names(scan(text), names) if names is not None else [(mark, ()) for mark in scan(text)]
    root = _node(_lucene(marks), marks, "")
    if not _asks(root):
        raise QueryError(
            "The query only says what it does not want: give it a word that stories should have."
        )
    return Query(text, root)


Marked = tuple[Mark, tuple[str, ...]]
_LONGEST_NAME = 6
_BETWEEN = frozenset("al bin da das de del della der di dos du el ibn la le ten van von y".split())


def _join_names(marks: Sequence[Mark], names: Reader) -> list[Marked]:
    """The marks, where words side by side that are a name became one; the longest name first."""
    joined: list[Marked] = []
    index = 0
    while index < len(marks):
        length, found = _longest_name(marks, index, names)
        run = marks[index : index + length]
        text = " ".join(mark.text for mark in run)
        if found and not names.find(tokens(text)):
            text = _whole(run)
        joined.append((replace(run[0], text=text), found))
        index += length
    return joined


def _longest_name(marks: Sequence[Mark], index: int, names: Reader) -> tuple[int, tuple[str, ...]]:
    for length in _spans_of_name(marks, index):
        run = marks[index : index + length]
        if found := names.find(tokens(_whole(run))):
            return length, found
    return _longest_run(marks, index, names)


def _whole(run: Sequence[Mark]) -> str:
    """Marks as they were typed, with the 's of names."""
    return " ".join(mark.whole or mark.text for mark in run)


def _spans_of_name(marks: Sequence[Mark], index: int) -> Iterator[int]:
    """How many marks may be one name with an `and` or an 's, the most first: Belt and Road, McDonald's."""
    end = index
    while end < len(marks) and end - index < _LONGEST_NAME and (end == index or _goes_along(marks, end)):
        end += 1
    for length in range(end - index, 0, -1):
        run = marks[index : index + length]
        has_more = any(mark.kind == "and" or mark.whole != mark.text for mark in run)
        if has_more and run[0].kind == run[-1].kind == "word":
            yield length


def _goes_along(marks: Sequence[Mark], at: int) -> bool:
    """Whether a mark may be within a name that the one before it is of; a capital AND never is."""
    if marks[at].kind == "and":
        return marks[at].text in ("and", "&") and marks[at - 1].kind == "word"
    return _side_by_side(marks[at]) or (marks[at].kind == "word" and marks[at - 1].kind == "and")


def _longest_run(marks: Sequence[Mark], index: int, names: Reader) -> tuple[int, tuple[str, ...]]:
    run = 1
    while run < _LONGEST_NAME and index + run < len(marks) and _side_by_side(marks[index + run]):
        run += 1
    if marks[index].kind != "word":
        run = 0
    for length in range(run, 0, -1):
        words = tokens(" ".join(mark.text for mark in marks[index : index + length]))
        found = names.find(words)
        if length == 1 and found and index and _side_by_side(marks[index]):
            found = () if names.christens(fold(marks[index - 1].text).strip(), found) else found
        if found or (length > 1 and names.is_phrase(words)):
            return length, found
    first = tokens(marks[index].text)
    if run > 1 and len(first) == 1 and names.is_word(first[0]):
        return 1, ()
    if index and _side_by_side(marks[index]) and names.christens(fold(marks[index - 1].text).strip(), ()):
        return 1, ()
    return (_capital_run(marks[index : index + run], names) or 1), ()


def _side_by_side(mark: Mark) -> bool:
    return mark.kind == "word" and mark.joined


def _capital_run(run: Sequence[Mark], names: Reader) -> int:
    """How many words are written as a name nobody listed: Xavier Brontel, but not Boeing Strike.

    It is of two words, beside given names before the last and what stands between names (Juan Pablo Brontel,
    Ludwig van Brontel); only what ends the names of bodies makes it longer (First Brontel Bank). So who
    types Xavier Brontel Ostrava Steel is read as asking for him and for it.
    """
    words = [tokens(mark.text) for mark in run]
    length = full = 0
    while length < len(run) and _is_named(run, length) and _goes_on(words, length, full, names):
        full += not _is_between(run[length].text) and not (full == 1 and _is_given(words[length], names))
        length += 1
    return length if length > 1 else 0


def _is_named(run: Sequence[Mark], at: int) -> bool:
    """Whether a word is written as names are: with a capital, or between two that have one."""
    on = at
    while at and on + 1 < len(run) and _is_between(run[on].text):
        on += 1
    return _is_capital(run[on].text)


def _is_capital(text: str) -> bool:
    return text[:1].isupper() and text != text.upper()


def _is_between(text: str) -> bool:
    """Whether a word stands between those of a name (Robert De Niro)."""
    return fold(text).strip() in _BETWEEN


def _is_given(words: tuple[str, ...], names: Reader) -> bool:
    return bool(words) and names.is_given(words[0])


def _goes_on(words: Sequence[tuple[str, ...]], at: int, full: int, names: Reader) -> bool:
    """Whether a name of so many `full` words may go on with this one: it is no common word, and begins none.

    World Cup is a word, and Florida a name by itself, but for Jack London's.
    """
    if not at:
        return True
    rest = [word for some in words[at:] for word in some]
    if any(names.is_phrase(rest[:length]) for length in range(2, len(rest) + 1)):
        return False
    is_person = _is_given(words[0], names)
    if not is_person and _is_given(words[at], names):
        return False
    if not (at == 1 and is_person) and any(names.is_sure(rest[:end]) for end in range(1, len(rest) + 1)):
        return False
    if full > 1:
        return not is_person and len(words[at]) == 1 and names.closes(words[at][0])
    return is_person or all(names.goes_on(word) for word in words[at])


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
