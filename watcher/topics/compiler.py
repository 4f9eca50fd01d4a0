"""Queries → plans: what a story is weighed against, over signs that all topics share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from watcher.models import Sensitivity, Topic
from watcher.topics import query as asked
from watcher.topics.forms import (
    Form,
    is_initials,
    kin_forms,
    meaning_forms,
    name_forms,
    namesakes_of,
    shadows_of,
    word_forms,
)
from watcher.topics.index import Index
from watcher.topics.kinds import by_words_alone, spoken_for
from watcher.topics.lexicon import Lexicon
from watcher.topics.names import Name, Names
from watcher.topics.plan import (
    AllOf,
    AnyOf,
    EveryStory,
    From,
    Leaf,
    Needed,
    Part,
    Without,
)
from watcher.topics.query import Query, Term, parse_query
from watcher.topics.seen import Sign
from watcher.topics.text import tokens

THRESHOLDS: Mapping[Sensitivity, float] = {"strict": 75.0, "normal": 57.0, "wide": 40.0}
"""What a score of 0–100 has to reach."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A topic's query, ready to be weighed; `names` are signs that it wants, `threshold` is of 0–100."""

    topic: Topic
    query: Query
    root: Part
    terms: tuple[Term, ...]
    names: tuple[int, ...]
    threshold: float
    asked: str


def leaves(part: Part) -> Iterator[Leaf]:
    """Every term within a part of a query."""
    if isinstance(part, Leaf):
        yield part
    elif isinstance(part, AllOf | AnyOf):
        for inner in part.parts:
            yield from leaves(inner)
    elif isinstance(part, Needed | Without):
        yield from leaves(part.part)


def _asks(part: Part) -> bool:
    """Whether a part asks for a word, and is not only a condition on what has one."""
    match part:
        case AllOf() | AnyOf():
            return any(map(_asks, part.parts))
        case Needed():
            return _asks(part.part)
    return isinstance(part, Leaf)


class Compiler:
    """Reads the queries of all topics; `signs` are what they want so far."""

    def __init__(self, names: Names, own: Mapping[str, Names], lexicon: Lexicon) -> None:
        self._shared = self._names = names
        self._own = own
        self._lexicon = lexicon
        self.signs: list[Sign] = []
        self._forms: list[Form] = []
        self._known: dict[tuple[str, ...], Sign] = {}
        self._place: dict[int, str] = {}
        self._typed: frozenset[str] = frozenset()

    def index(self, anchors: set[int]) -> Index:
        """The index of every form that the plans so far want."""
        return Index(self._forms, anchors, self._lexicon, (self._shared, *self._own.values()))

    def plan(self, topic: Topic) -> Plan:
        """What a topic's query asks for. Raises QueryError."""
        self._names = self._own.get(topic.desk, self._shared)
        query = parse_query(topic.query, self._names)
        wanted = set(query.words())
        self._typed = frozenset(word for text in wanted for word in tokens(text))
        root = self._part(query.root)
        names = dict.fromkeys(
            leaf.sign.number for leaf in leaves(root) if leaf.sign.kind == "name" and leaf.term.text in wanted
        )
        asked = " ".join(
            dict.fromkeys(term.text for term in query.terms() if term.names and term.text in wanted)
        )
        return Plan(topic, query, root, query.terms(), tuple(names), THRESHOLDS[topic.sensitivity], asked)

    def _part(self, node: asked.Node) -> Part:
        match node:
            case asked.Every():
                return EveryStory()
            case asked.Place():
                return From(node.field, node.text)
            case asked.Not():
                return Without(by_words_alone(self._part(node.part)))
            case asked.Must(asked.Term() as insisted):
                return Needed(self._term(insisted, plainly=True))
            case asked.Must():
                return Needed(self._part(node.part))
            case asked.All():
                parts = tuple(map(self._part, node.parts))
                if sum(map(_asks, parts)) > 1:
                    parts = tuple(map(self._as_initials, parts))
                return AllOf.of(self._spoken_for(parts))
            case asked.Any():
                return AnyOf.of(tuple(map(self._part, node.parts)))
            case asked.Term():
                return self._term(node)

    def _term(self, term: Term, *, plainly: bool = False) -> Part:
        if not term.names:
            sign = self._word(term, plainly=plainly)
            if sign.kind != "context":
                return Leaf(term, sign)
            akin = () if plainly else tuple(self._akin(term))
            return Leaf(term, sign, tuple(self._kin(term)), akin)
        found = tuple(
            Leaf(term, self._name(id, tokens(term.text)), tuple(map(self._one_of, self._names.parts(id))))
            for id in term.names
        )
        return found[0] if len(found) == 1 else AnyOf.of(found)

    def _as_initials(self, part: Part) -> Part:
        """A part beside what else is asked for, with initials that only this tells: gm, beside recall."""
        match part:
            case Needed():
                return Needed(self._as_initials(part.part))
            case AnyOf():
                return AnyOf.of(tuple(map(self._as_initials, part.parts)))
            case AllOf():
                return replace(part, parts=tuple(map(self._as_initials, part.parts)))
            case Leaf() if part.sign.kind == "name":
                typed, weak = tokens(part.term.text), self._names.by_id[part.sign.name].weak
                return replace(
                    part, initials=any(is_initials(form) and tokens(form) == typed for form in weak)
                )
        return part

    def _kin(self, term: Term) -> Iterator[Sign]:
        """The names of the catalogue that are one of what a common word means; those that it has."""
        kin = [kin for id in self._meant(term) for kin in self._lexicon.kin.get(id, ())]
        for one in dict.fromkeys(kin):
            if one.name in self._names.by_id:
                sign = self._one_of(one.name)
                self._place[sign.number] = one.place
                yield sign

    def _akin(self, term: Term) -> Iterator[Sign]:
        """What tells of the same thing as a common word, where it is said of the same two names."""
        for id in self._lexicon.near(tokens(term.text), open=term.kind == "prefix"):
            key = ("akin", id)
            if key not in self._known:
                self._forms.extend(meaning_forms(self._new(key, "context").number, [id], self._lexicon))
            yield self._known[key]

    def _spoken_for(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """Parts of which all are wanted, where a name that is one of a kind stands for its place too."""
        words = [leaf for part in parts for leaf in leaves(part) if leaf.sign.kind != "name"]
        kin = {sign.number: sign for leaf in words for sign in leaf.kin}
        return tuple(spoken_for(part, kin.values(), self._place) for part in parts) if kin else parts

    def _meant(self, term: Term) -> tuple[str, ...]:
        if term.kind == "phrase":
            return ()
        return self._lexicon.find(tokens(term.text), open=term.kind == "prefix")

    def _word(self, term: Term, *, plainly: bool) -> Sign:
        """The sign of a term that is no name; `plainly` says that the word counts in people's names too."""
        meant = self._meant(term)
        let_in = self._lexicon.asked_in(meant, self._typed)
        kind = "plainly" if plainly else term.kind
        key = (kind, *tokens(term.text), *(" ".join(wording.words) for wording in let_in))
        if key not in self._known:
            spoken = frozenset(wording.language for id in meant for wording in self._lexicon.meanings[id])
            spoken &= self._lexicon.fluent
            sign = self._new(key, "context" if meant else "word", languages=spoken)
            self._forms.extend(word_forms(sign.number, term, self._lexicon, let_in))
            if term.kind == "word" and not plainly:
                self._forms.extend(namesakes_of(sign.number, term, self._lexicon, self._names))
        return self._known[key]

    def _name(self, id: str, typed: tuple[str, ...]) -> Sign:
        name = self._names.by_id[id]
        bent = typed if self._names.is_described(typed, id) else ()
        adjectival = bool(bent) or any(tokens(form) == typed for form in name.adjective)
        key = ("name", self._owner(name), id, "adjective" if adjectival else "", *bent)
        if key not in self._known:
            stand_ins = self._names.stand_ins(id) if name.kind == "person" else ()
            others = tuple(self._name(other, ()).number for other in stand_ins)
            sign = self._new(key, "name", id, others)
            self._forms.extend(name_forms(sign.number, name, self._lexicon, adjectival=adjectival))
            self._forms.extend(shadows_of(sign.number, name, self._names))
            if bent:  # as it was typed, it is worth no less than any word
                self._forms.append(Form(sign.number, bent, " ".join(bent), "adjective"))
        return self._known[key]

    def _one_of(self, id: str) -> Sign:
        """A name that is wanted as one of a kind."""
        name = self._names.by_id[id]
        key = ("kin", self._owner(name), id)
        if key not in self._known:
            sign = self._new(key, "name", id)
            self._forms.extend(kin_forms(sign.number, name, self._lexicon))
            self._forms.extend(shadows_of(sign.number, name, self._names))
        return self._known[key]

    def _owner(self, name: Name) -> str:
        """The desk whose own form of a name this is; none, if it is as all have it."""
        if name is self._shared.by_id.get(name.id):
            return ""
        return next(desk for desk, names in self._own.items() if names is self._names)

    def _new(
        self,
        key: tuple[str, ...],
        kind: Literal["name", "word", "context"],
        name: str = "",
        others: tuple[int, ...] = (),
        languages: frozenset[str] = frozenset(),
    ) -> Sign:
        sign = Sign(len(self.signs), kind, name, others, languages)
        self.signs.append(sign)
        self._known[key] = sign
        return sign
