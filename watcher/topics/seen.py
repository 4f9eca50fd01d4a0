"""What a story has of what queries want: its hits by sign, and what each is worth."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

from watcher.models import Story
from watcher.topics.forms import Form
from watcher.topics.index import Hit
from watcher.topics.text import BOUND, fold

IN_SUMMARY = 0.85
STAND_IN = 0.55
_CLAUSE = re.compile(r".*?(?:[.;:!?…](?=\s)|[。；！？]|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that queries want: a name of the catalogue (with its stand-ins), or words.

    A plain word is wanted itself; a context word has a meaning that we know in these `languages`.
    """

    number: int
    kind: Literal["name", "word", "context"]
    name: str = ""
    stand_ins: tuple[int, ...] = ()
    languages: frozenset[str] = frozenset()


@dataclass(slots=True)
class Seen:
    """What a story has: its hits by sign.

    Common words of another language are left out, unless names are written in the way of that language too:
    then the story is rather in that one.
    """

    story: Story
    hits: Mapping[int, Sequence[Hit]]
    signs: Sequence[Sign]
    _alone: dict[tuple[int, bool], Hit | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for hits in self.hits.values():
            for hit in hits:
                if hit.form.how == "meaning" and hit.form.is_another_word(self.story.language):
                    self.hits = self._believed()
                    return

    def _believed(self) -> Mapping[int, Sequence[Hit]]:
        """The hits without the common words of other languages than the story may be in."""
        language = self.story.language
        every = (hit for hits in self.hits.values() for hit in hits)
        names = [hit.form for hit in every if self.signs[hit.form.sign].kind == "name"]
        spoken = {home for form in names if form.is_foreign(language) for home in form.home}
        own = {
            sign: [hit for hit in hits if _is_believed(hit.form, language, spoken)]
            for sign, hits in self.hits.items()
        }
        return {sign: hits for sign, hits in own.items() if hits}

    def alone(self, sign: int, *, title_only: bool = False) -> Hit | None:
        """The best hit of a sign that needs nothing of the query beside it."""
        hits = self.hits.get(sign, ())
        if len(hits) == 1 and hits[0].standing == "good":  # As most are; then no other is to be asked for.
            return hits[0] if not title_only or hits[0].field == "title" else None
        key = sign, title_only
        if key not in self._alone:
            weak = self._stand_in(sign) is not None
            self._alone[key] = self._best(sign, weak=weak, title_only=title_only)
        return self._alone[key]

    def value(self, sign: int) -> float:
        """How strongly a sign is there by itself (0: it is not)."""
        hit = self.alone(sign)
        return worth(hit) if hit else 0.0

    def in_title(self, sign: int) -> bool:
        """Whether the title has a sign, or what stands for it."""
        for near in (sign, *self.signs[sign].stand_ins):
            for hit in self.hits.get(near, ()):
                if hit.field == "title":
                    return True
        return False

    def says_together(self, names: Iterable[int], words: Iterable[int]) -> bool:
        """Whether the summary has one of these names and, beside it, one of these words in one clause."""
        before = len(fold(f"{self.story.title} {BOUND} "))
        parts = _CLAUSE.findall(self.story.summary)
        ends = list(accumulate((len(fold(part)) for part in parts), initial=before))
        said = [(bisect_right(ends, hit.start), hit.start) for hit in self._in_summary(words)]
        return any(
            clause == bisect_right(ends, name.start) and at != name.start
            for name in self._in_summary(names)
            for clause, at in said
        )

    def _in_summary(self, signs: Iterable[int]) -> list[Hit]:
        hits = (hit for sign in signs for hit in self.hits.get(sign, ()))
        return [hit for hit in hits if hit.field == "summary" and hit.standing == "good"]

    def beside(self, sign: int, *, title_only: bool) -> tuple[float, Hit | None]:
        """The best of a sign's weak forms and stand-ins, where another name vouches for them."""
        weak = self._best(sign, weak=True, title_only=title_only)
        if weak:
            return worth(weak), weak
        hit = self._stand_in(sign)
        return (STAND_IN * worth(hit) / hit.trust, hit) if hit else (0.0, None)

    def weakly(self, sign: int, *, title_only: bool) -> Hit | None:
        """The best hit of a sign, be it by a weak form."""
        return self._best(sign, weak=True, title_only=title_only)

    def _best(self, sign: int, *, weak: bool, title_only: bool) -> Hit | None:
        standings = ("good", "weak") if weak else ("good",)
        return _worthiest(
            [
                hit
                for hit in self.hits.get(sign, ())
                if hit.standing in standings and (hit.field == "title" or not title_only)
            ]
        )

    def _stand_in(self, sign: int) -> Hit | None:
        """The best hit of a name's hints and of what it speaks for: Russia, where it is Putin's."""
        hints = [hit for hit in self.hits.get(sign, ()) if hit.standing == "hint"]
        for other in self.signs[sign].stand_ins:
            hints += [hit for hit in self.hits.get(other, ()) if hit.standing == "good"]
        return _worthiest(hints)


def _worthiest(hits: Sequence[Hit]) -> Hit | None:
    return max(hits, key=worth, default=None)


def _is_believed(form: Form, language: str, spoken: Collection[str]) -> bool:
    return not form.is_another_word(language) or not form.home.isdisjoint(spoken)


def worth(hit: Hit) -> float:
    """The value of a hit: its trust, less where it stands in the summary."""
    return hit.trust * (IN_SUMMARY if hit.field == "summary" else 1.0)
