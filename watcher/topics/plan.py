"""A topic's query as something that is weighed against what a story has.

Each part of a query has a value of 0–1: how far what was met is trusted, less where it stands in the
summary only. A name or a plain word that is missing shuts the story out. Common words are the context
of names: where two names of the query are strongly there, a story without the context is worth less,
not nothing; and where we have no words for the context in the story's language, it gets the benefit
of the doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Literal, Protocol

from watcher.models import How
from watcher.topics.forms import TRUST
from watcher.topics.index import Hit
from watcher.topics.query import Term
from watcher.topics.seen import Seen, Sign, worth

WITHOUT_CONTEXT = 0.2
UNJUDGED_CONTEXT = 0.5
# A title without any of the names: they are met by the way. One name by the way and a common word
# somewhere are likely to have nothing to do with each other; nor has one of a kind by the way, and no more.
NOT_IN_TITLE = 0.85
COINCIDENCE = 0.65
STRONG = 0.6


@dataclass(frozen=True, slots=True)
class Lack:
    """Common words of a query that a story has not, any of which would do, beside names that it has.

    `names` are those of the query; `known` says that we know the words in other languages as well, and so
    looked for them there.
    """

    names: str
    words: tuple[str, ...]
    known: bool


@dataclass(slots=True)
class Weighing:
    """One query being weighed against one story: its names, and which hit met the term at which place.

    `lenient` lets what is missing count as nothing, instead of shutting the story out. `lacking` notes
    common words that are missing beside a name, `meant` is what they count for by the story's meaning.
    """

    seen: Seen
    names: Sequence[int]
    met: dict[int, tuple[float, Hit]] = field(default_factory=dict)
    lenient: bool = False
    lacking: tuple[Lack, ...] = ()
    meant: Mapping[Lack, float] | None = None
    asked: str = ""

    def strong(self, but: int = -1) -> int:
        """How many of the query's names are strongly there, one left out."""
        return sum(self.seen.value(name) >= STRONG for name in self.names if name != but)

    def instead(self, part: Part) -> float:
        """What a part that was not met counts for all the same, beside names that were."""
        if part.context and (value := self._nearly(part)):
            return value
        strong = self.strong()
        value = self._without(part) if part.context and strong > 1 else 0.0
        words = part.common if strong else ()
        if words:
            lack = Lack(self.asked, words, part.context)
            self.lacking += (lack,)
            value = max(value, self.meant.get(lack, 0.0)) if self.meant else value
        return value

    def _nearly(self, part: Part) -> float:
        """How far a title of two names, neither of which speaks for the other, has what is akin to a part."""
        met = {hit.form.sign for value, hit in self.met.values() if value >= STRONG}
        told = filter(self.seen.in_title, met.intersection(self.names))
        if all(self._go_together(one, other) for one, other in combinations(told, 2)):
            return 0.0
        each = part.parts if isinstance(part, AnyOf) else (part,)
        return max((one.nearly(self) for one in each if isinstance(one, Leaf)), default=0.0)

    def _go_together(self, one: int, other: int) -> bool:
        """Whether one of two names speaks for the other: Kim Jong Un, of North Korea."""
        signs, pair = self.seen.signs, (one, other)
        spoken_for = {signs[near].name for sign in pair for near in signs[sign].stand_ins}
        return not spoken_for.isdisjoint(signs[sign].name for sign in pair)

    def _without(self, part: Part) -> float:
        """What is left of a context that was not met."""
        language = self.seen.story.language
        return WITHOUT_CONTEXT if not language or language in part.languages else UNJUDGED_CONTEXT

    def score(self, root: Part) -> float:
        """How far the story has the query: 0–1, less where its title says nothing of it."""
        value = root.value(self)
        met = [hit for _, hit in self.met.values()]
        if not met or any(map(self._leads, met)):
            return value
        signs = self.names or [hit.form.sign for hit in met]
        if any(map(self.seen.in_title, signs)) or any(map(self._speaks, met)):
            return value
        if self.names:
            words = [hit.form.sign for hit in met if self._is_context(hit)]
            apart = bool(words) and self.strong() < 2
            coincidence = apart and not self.seen.says_together(self.names, words)
        else:
            coincidence = all(hit.how == "meaning" and self._is_name(hit) for hit in met)
        return value * (COINCIDENCE if coincidence else NOT_IN_TITLE)

    def _leads(self, hit: Hit) -> bool:
        """Whether this is in the title, and a name of the query, if it has names."""
        return hit.field == "title" and (not self.names or hit.form.sign in self.names)

    def _speaks(self, hit: Hit) -> bool:
        """Whether the title has a name that stands for its place, as the Bundestag for Germany."""
        return hit.how == "role" and hit.field == "title" and hit.form.sign not in self.names

    def _is_context(self, hit: Hit) -> bool:
        return hit.how in ("meaning", "akin") or self.seen.signs[hit.form.sign].kind == "context"

    def _is_name(self, hit: Hit) -> bool:
        return self.seen.signs[hit.form.sign].kind == "name"


class Part(Protocol):
    """A part of a query. `anchors` are signs of which every story that has this has one (None: no such)."""

    @property
    def anchors(self) -> frozenset[int] | None:
        """Where to look for stories that may have this."""

    @property
    def context(self) -> bool:
        """Whether it is only the context of names."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which we have words for it, where it is context."""

    @property
    def common(self) -> tuple[str, ...]:
        """Its words, if all of it is common words of which any would do."""

    def value(self, weighing: Weighing) -> float:
        """How far a story has this: 0–1."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A term, as one sign; or by its `kin`, names that are one of what it says; `near` are the signs of both.

    The ECB is a central bank; and where that is what is wanted of Europe, it stands for Europe too. What is
    `akin` to a common word (talks, to a summit) stands for it in a title that is of two names of the query.
    Who typed `initials` that many share, beside another word (gm recall), is given stories that say no more
    than these.
    """

    term: Term
    sign: Sign
    kin: tuple[Sign, ...] = ()
    akin: tuple[Sign, ...] = ()
    initials: bool = False
    near: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        kin = (sign.number for sign in self.kin)
        object.__setattr__(self, "near", (self.sign.number, *self.sign.stand_ins, *kin))

    @property
    def anchors(self) -> frozenset[int]:
        return frozenset(sign.number for sign in (self.sign, *self.kin))

    @property
    def context(self) -> bool:
        return self.sign.kind == "context"

    @property
    def languages(self) -> frozenset[str]:
        return self.sign.languages

    @property
    def common(self) -> tuple[str, ...]:
        text = self.term.text
        is_name = self.sign.kind == "name" or self.term.kind == "phrase" or text != text.lower()
        return () if is_name or self.term.title_only else (text,)

    def value(self, weighing: Weighing) -> float:
        if weighing.seen.hits.keys().isdisjoint(self.near):
            return 0.0
        number, title_only = self.sign.number, self.term.title_only
        hit = weighing.seen.alone(number, title_only=title_only)
        if self.kin:
            how: How = "role" if self.sign.kind == "name" else "meaning"
            by_kind = self._by(self.kin, how, weighing.seen)
            hit = max((*filter(None, [hit]), *by_kind), key=worth, default=None)
        value = worth(hit) if hit else 0.0
        if hit is None and self.sign.kind == "name":
            if weighing.strong(but=number):
                value, hit = weighing.seen.beside(number, title_only=title_only)
            elif self.initials and (hit := weighing.seen.weakly(number, title_only=title_only)):
                value = worth(hit)
        if hit and weighing.met.get(self.term.at, (0.0,))[0] < value:
            weighing.met[self.term.at] = value, hit
        return value

    def nearly(self, weighing: Weighing) -> float:
        """How far the title has what is akin to the term, which it has not itself."""
        akin = self._by(self.akin, "akin", weighing.seen)
        hit = max((one for one in akin if one.field == "title"), key=worth, default=None)
        if hit is None:
            return 0.0
        weighing.met[self.term.at] = worth(hit), hit
        return worth(hit)

    def _by(self, signs: Iterable[Sign], how: How, seen: Seen) -> Iterator[Hit]:
        """The hits of signs that stand for the term in this way."""
        for sign in signs:
            if sign.number in seen.hits and (hit := seen.alone(sign.number, title_only=self.term.title_only)):
                yield replace(hit, how=how, trust=hit.trust * TRUST[how])


@dataclass(frozen=True, slots=True)
class From:
    """A condition on a story's outlet or language."""

    field: Literal["outlet", "lang"]
    text: str
    anchors: frozenset[int] | None = None
    context: bool = False
    languages: frozenset[str] = frozenset()
    common: tuple[str, ...] = ()

    def value(self, weighing: Weighing) -> float:
        story = weighing.seen.story
        if self.field == "lang":
            return float(story.language.lower() == self.text)
        outlet = story.outlet.lower()
        return float(
            outlet == self.text or outlet.endswith(f".{self.text}") or outlet.split(".")[0] == self.text
        )


@dataclass(frozen=True, slots=True)
class EveryStory:
    """What every story has."""

    anchors: frozenset[int] | None = None
    context: bool = False
    languages: frozenset[str] = frozenset()
    common: tuple[str, ...] = ()

    def value(self, weighing: Weighing) -> float:
        return 1.0


@dataclass(frozen=True, slots=True)
class Without:
    """What a story must not have; slips of the hand and what stands beside names do not count here."""

    part: Part
    anchors: frozenset[int] | None = None
    context: bool = False
    languages: frozenset[str] = frozenset()
    common: tuple[str, ...] = ()

    def value(self, weighing: Weighing) -> float:
        apart = Weighing(weighing.seen, ())
        found = self.part.value(apart)
        certain = all(hit.how != "fuzzy" for _, hit in apart.met.values())
        return float(not (found and certain))


@dataclass(frozen=True, slots=True)
class Needed:
    """What a plus asks for: never mere context."""

    part: Part
    context: bool = False
    languages: frozenset[str] = frozenset()
    common: tuple[str, ...] = ()

    @property
    def anchors(self) -> frozenset[int] | None:
        return self.part.anchors

    def value(self, weighing: Weighing) -> float:
        return self.part.value(weighing)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these; of many terms those alone are asked of which a story has a sign."""

    parts: tuple[Part, ...]
    anchors: frozenset[int] | None
    context: bool
    languages: frozenset[str]
    _by_sign: Mapping[int, Sequence[int]] = field(repr=False)
    _others: Sequence[int] = field(repr=False)

    @classmethod
    def of(cls, parts: tuple[Part, ...]) -> AnyOf:
        every = [part.anchors for part in parts]
        anchors = frozenset().union(*(found for found in every if found is not None))
        by_sign: dict[int, list[int]] = defaultdict(list)
        for at, part in enumerate(parts):
            for sign in part.near if isinstance(part, Leaf) else ():
                by_sign[sign].append(at)
        return cls(
            parts,
            None if None in every else anchors,
            any(part.context for part in parts),
            _languages(parts),
            dict(by_sign),
            [at for at, part in enumerate(parts) if not isinstance(part, Leaf)],
        )

    @property
    def common(self) -> tuple[str, ...]:
        every = [part.common for part in self.parts]
        return tuple(word for words in every for word in words) if all(every) else ()

    def value(self, weighing: Weighing) -> float:
        asked = set(self._others)
        for sign in weighing.seen.hits:
            if sign in self._by_sign:
                asked.update(self._by_sign[sign])
        best = 0.0
        for at in sorted(asked):
            best = max(best, self.parts[at].value(weighing))
        return best


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these: the mean of their values, drawn down by the least of them."""

    parts: tuple[Part, ...]
    anchors: frozenset[int] | None
    context: bool
    languages: frozenset[str]
    common: tuple[str, ...] = ()

    @classmethod
    def of(cls, parts: tuple[Part, ...]) -> AllOf:
        ordered = tuple(sorted(parts, key=lambda part: part.context))
        return cls(ordered, _fewest(parts), all(part.context for part in parts), _languages(parts))

    def value(self, weighing: Weighing) -> float:
        values = []
        for part in self.parts:
            value = part.value(weighing)
            if not value:
                value = weighing.instead(part)
            condition = isinstance(part, Without | From | EveryStory)
            if not value and (condition or not weighing.lenient):
                return 0.0
            if not condition:
                values.append(value)
        return (sum(values) / len(values) + min(values)) / 2 if values else 1.0


def _languages(parts: Sequence[Part]) -> frozenset[str]:
    return frozenset().union(*(part.languages for part in parts))


def _fewest(parts: Sequence[Part]) -> frozenset[int] | None:
    """The anchors of the part that fewest stories have, context only where there is nothing else.

    A name may be there by its stand-ins alone, if another name is there itself: so names go together.
    """
    names = [part for part in parts if isinstance(part, Leaf) and part.sign.kind == "name"]
    if names:
        return frozenset().union(*(part.anchors for part in names))
    known = [part for part in parts if part.anchors is not None]
    best = min(known, key=lambda part: (part.context, len(part.anchors or ())), default=None)
    return best.anchors if best else None
