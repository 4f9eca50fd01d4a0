"""Stories → matches: which topics a story meets, how well, and by which of its own words."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock

from watcher.models import Match, Reason, Story, Topic
from watcher.topics import query as asked
from watcher.topics.compiler import THRESHOLDS, Compiler, Plan, leaves
from watcher.topics.index import Hit, Text
from watcher.topics.lexicon import Lexicon
from watcher.topics.names import Names
from watcher.topics.plan import From, Lack, Weighing
from watcher.topics.query import QueryError, Term
from watcher.topics.seen import Seen, Sign

__all__ = ["THRESHOLDS", "Matcher", "TermVerdict", "Verdict", "Weighed"]


@dataclass(frozen=True, slots=True)
class TermVerdict:
    """What became of one term: the reason it was met by, or none; its value 0–1."""

    term: str
    wanted: bool
    value: float
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a story stands to a topic: `score` against `threshold` (both 0–100), and every term.

    `lacking` is what the query wants and the story has not: of the words of each part any would do.
    """

    topic: Topic
    score: float
    threshold: float
    terms: tuple[TermVerdict, ...]
    note: str = ""
    lacking: tuple[tuple[str, ...], ...] = ()

    @property
    def matched(self) -> bool:
        """Whether the topic takes the story."""
        return 0 < self.score >= self.threshold


@dataclass(slots=True)
class Weighed:
    """How a story stands to one topic by its words: a score (0–100), and what is needed.

    As a Hit, it is not frozen for speed alone.
    """

    story: Story
    topic: Topic
    score: float
    threshold: float
    _plan: Plan
    _weighing: Weighing
    _text: Text | None
    _signs: list[Sign]

    @property
    def lacking(self) -> tuple[Lack, ...]:
        """The common words that the story lacks beside names that it has."""
        return tuple(dict.fromkeys(self._weighing.lacking))

    def given(self, meant: Mapping[Lack, float]) -> Weighed:
        """How the story stands where what it lacks counts for something by its meaning."""
        before = self._weighing
        weighing = Weighing(
            before.seen, before.names, lenient=before.lenient, meant=meant, asked=before.asked
        )
        return replace(self, score=_score(weighing.score(self._plan.root)), _weighing=weighing)

    @property
    def complete(self) -> bool:
        """Whether the story has all that the query wants, and not a part of it only."""
        return not self._weighing.lenient

    @property
    def meets(self) -> bool:
        """Whether the topic takes the story for its words alone."""
        return self.complete and self.score >= self.threshold

    @property
    def certain(self) -> bool:
        """Whether the story has every name of the query, each of them as it stands in the catalogue."""
        exact = {hit.form.sign for _, hit in self._weighing.met.values() if hit.how in ("exact", "inflected")}
        return bool(self._plan.names) and exact.issuperset(self._plan.names)

    def match(self, score: float | None = None, more: Iterable[Reason] = ()) -> Match:
        """The match that this is, or that it is with another score and further reasons."""
        reasons = _reasons(self._plan, self._weighing, self._text, self._signs)
        score = self.score if score is None else score
        return Match(self.story.id, self.topic.id, score, (*reasons, *more))


class Matcher:
    """All topics at once. Topics whose query cannot be read are left out, and told in `faults`.

    `own` are the catalogues of desks that have names of their own.
    """

    def __init__(self, topics: Iterable[Topic], names: Names, own: Mapping[str, Names] | None = None) -> None:
        self.faults: dict[int, QueryError] = {}
        self._plans: list[Plan] = []
        with _UNCOLLECTED:
            self._build(topics, Compiler(names, own or {}, Lexicon.shipped()))

    def _build(self, topics: Iterable[Topic], compiler: Compiler) -> None:
        for topic in topics:
            try:
                self._plans.append(compiler.plan(topic))
            except QueryError as error:
                self.faults[topic.id] = error
        self._signs = compiler.signs
        self._by_anchor: dict[int, list[int]] = defaultdict(list)
        self._always: list[int] = []
        for number, plan in enumerate(self._plans):
            for anchor in plan.root.anchors or ():
                self._by_anchor[anchor].append(number)
            if plan.root.anchors is None:
                self._always.append(number)
        unled = (leaf.sign.number for number in self._always for leaf in leaves(self._plans[number].root))
        self._index = compiler.index({*self._by_anchor, *unled})

    def match(self, story: Story) -> tuple[Match, ...]:
        """The topics that a story meets by its words, in the order of the topics, with scores and reasons."""
        text, hits = self._index.read(story.title, story.summary, story.language)
        if not hits and not self._always:  # As most stories are, which need not wait for what others do.
            return ()
        return tuple([one.match() for one in self._weighed(story, text, hits, ()) if one.meets])

    def weigh(self, story: Story, taught: Collection[int] = ()) -> Iterator[Weighed]:
        """How a story stands to each topic of which it has something, in the order of the topics.

        Topics that leave its outlet out are left out. A score of 0 is that of a story that has names of the
        query and lacks its common words. Of topics whose ids are `taught`, it need have but
        a part: what is missing then counts as nothing.
        """
        text, hits = self._index.read(story.title, story.summary, story.language)
        if hits or self._always:
            yield from self._weighed(story, text, hits, taught)

    def _weighed(
        self, story: Story, text: Text | None, hits: list[Hit], taught: Collection[int]
    ) -> Iterator[Weighed]:
        seen = Seen(story, _by_sign(hits), self._signs)
        numbers = set(self._always)
        for sign in seen.hits:
            if sign in self._by_anchor:
                numbers.update(self._by_anchor[sign])
        for number in sorted(numbers):
            plan = self._plans[number]
            weighing = Weighing(seen, plan.names, asked=plan.asked)
            score = _score(weighing.score(plan.root))
            if not score and plan.topic.id in taught:
                weighing = Weighing(seen, plan.names, lenient=True, asked=plan.asked)
                score = _score(weighing.score(plan.root))
            if (score > 0 or weighing.lacking) and not _is_excluded(story, plan.topic):
                yield Weighed(story, plan.topic, score, plan.threshold, plan, weighing, text, self._signs)

    def explain(self, story: Story, topic: Topic) -> Verdict:
        """Every term of a topic's query, met or missed; the score; the threshold. Raises QueryError."""
        plan = next((plan for plan in self._plans if plan.topic == topic), None)
        if plan is None:
            raise self.faults.get(topic.id) or QueryError(f"The topic {topic.name} is not being watched.")
        text, hits = self._index.read(story.title, story.summary, story.language, every=True)
        seen = Seen(story, _by_sign(hits), self._signs)
        weighing = Weighing(seen, plan.names)
        value = weighing.score(plan.root)
        excluded = _is_excluded(story, plan.topic)
        terms = tuple(_term_verdicts(plan, weighing, text))
        note = f"The topic leaves out {story.outlet}." if excluded else ""
        met = {term.at for term, one in zip(plan.terms, terms, strict=True) if one.reason}
        lacking = tuple(_lacking(plan.query.root, met, weighing))
        return Verdict(topic, 0.0 if excluded else _score(value), plan.threshold, terms, note, lacking)


class _Uncollected:
    """A while without a look for garbage: what is built is kept, and a look takes a quarter of the time.

    The process has one such switch, and matchers may be built side by side in threads: the first turns it
    off, and the last turns it on again, if it was on before.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._builders = 0
        self._was = False

    def __enter__(self) -> None:
        with self._lock:
            if not self._builders:
                self._was = gc.isenabled()
                gc.disable()
            self._builders += 1

    def __exit__(self, *raised: object) -> None:
        with self._lock:
            self._builders -= 1
            if self._was and not self._builders:
                gc.enable()


_UNCOLLECTED = _Uncollected()


@lru_cache(maxsize=4096)  # Rounding takes as long as half of a weighing, and there are few values.
def _score(value: float) -> float:
    return round(100 * value, 1)


def _by_sign(hits: Iterable[Hit]) -> dict[int, list[Hit]]:
    grouped: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        grouped[hit.form.sign].append(hit)
    return grouped


def _is_excluded(story: Story, topic: Topic) -> bool:
    if not topic.excluded_outlets:
        return False
    outlet = story.outlet.lower()
    return any(
        outlet == domain.lower() or outlet.endswith(f".{domain.lower()}") for domain in topic.excluded_outlets
    )


def _reasons(plan: Plan, weighing: Weighing, text: Text | None, signs: list[Sign]) -> list[Reason]:
    if text is None:
        return []
    met = weighing.met
    return [_reason(term, met[term.at][1], text, signs) for term in plan.terms if term.at in met]


def _reason(term: Term, hit: Hit, text: Text, signs: list[Sign]) -> Reason:
    start, end = text.span(hit.start, hit.end)
    words = (text.title if hit.field == "title" else text.summary)[start:end]
    name = signs[hit.form.sign].name
    return Reason(term.text, hit.how, words, hit.field, start, end, name, hit.form.alias)


def _term_verdicts(plan: Plan, weighing: Weighing, text: Text | None) -> Iterator[TermVerdict]:
    wanted = set(plan.query.words())
    for term in plan.terms:
        value, hit = weighing.met.get(term.at) or _unwanted(term, plan, weighing)
        reason = _reason(term, hit, text, list(weighing.seen.signs)) if hit and text else None
        yield TermVerdict(term.text, term.text in wanted, value, reason)


def _lacking(node: asked.Node, met: Collection[int], weighing: Weighing) -> Iterator[tuple[str, ...]]:
    """What a story has not of what is asked for: a tuple for each part, with what would have done."""
    match node:
        case asked.Term() if node.at not in met:
            yield (node.text,)
        case asked.Place() if not From(node.field, node.text).value(weighing):
            yield (f"{node.field}:{node.text}",)
        case asked.Must():
            yield from _lacking(node.part, met, weighing)
        case asked.All():
            for part in node.parts:
                yield from _lacking(part, met, weighing)
        case asked.Any():
            each = [tuple(_lacking(part, met, weighing)) for part in node.parts]
            if all(each):
                yield tuple(" ".join(" or ".join(words) for words in parts) for parts in each)


def _unwanted(term: Term, plan: Plan, weighing: Weighing) -> tuple[float, Hit | None]:
    """What a term outside the weighing (behind a minus, or after the first miss) was met by."""
    apart = Weighing(weighing.seen, plan.names)
    for leaf in leaves(plan.root):
        if leaf.term == term:
            leaf.value(apart)
    return apart.met.get(term.at, (0.0, None))
