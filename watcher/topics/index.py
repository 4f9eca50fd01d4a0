"""One index over all forms of all topics: a story goes in, hits come out, in one pass.

Words in scripts with spaces are looked up one by one and followed through a tree of forms; runs of
letters without spaces go through one Aho–Corasick automaton.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ahocorasick_rs import AhoCorasick

from watcher.models import How
from watcher.topics.forms import LEVELS, TRUST, Form, Standing
from watcher.topics.lexicon import Lexicon
from watcher.topics.names import Names
from watcher.topics.text import BOUND, UNSPACED, Folded, capitals_of, fold
from watcher.topics.tree import Found, Tree
from watcher.topics.words import EXACT, HEARD, Words

_RUN = re.compile(rf"[\u3041-\u309f]+|[\u30a0-\u30ff]+|[\uac00-\ud7a3]+|[^\s{UNSPACED.pattern[1:-2]}]+")
# In a title that is all capitals, three letters may be a word (US, ICE), and two are.
_FEWEST_INITIALS = 3
_SAFE_INITIALS = 4
_LEVEL_TRUST = tuple(TRUST[how] for how in LEVELS)


@dataclass(slots=True)
class Hit:
    """A form met in a story, from `start` to `end` of the folded text; `trust` counts how it was met.

    Nothing changes one; it is not frozen, as a frozen one takes four times as long to make.
    """

    form: Form
    start: int
    end: int
    how: How
    trust: float
    field: Literal["title", "summary"]
    standing: Standing


@dataclass(slots=True)
class Text:
    """A story's title and summary as one folded text."""

    title: str
    summary: str
    language: str
    folded: str
    whole: Folded
    bound: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the folded text stands in its own field."""
        first, last = self.whole.span(start, end)
        shift = len(self.title) + 3 if start > self.bound else 0
        return first - shift, last - shift

    def words(self, start: int, end: int) -> str:
        """A part of the folded text as its outlet wrote it."""
        first, last = self.whole.span(start, end)
        return self.whole.original[first:last]

    def has_capitals(self, start: int) -> bool:
        """Whether the field in which this stands tells names from words by capitals."""
        part = self.summary if start > self.bound else self.title
        return part != part.lower() and (part != part.upper() or _is_caseless(part))

    def stands_out(self, start: int, end: int) -> bool:
        """Whether this is marked as a name: a capital within a sentence, or a colon right after it."""
        if not self.has_capitals(start):
            return False
        if self.words(end, end + 1).startswith(":"):
            return True
        part = self.summary if start > self.bound else self.title
        before = self.words(max(0, start - 2), start).strip()
        if self.language == "de" or not before[-1:].isalnum():
            return False
        words = part.split()
        return sum(word[:1].isupper() for word in words) * 2 <= len(words) + 1

    def after(self, end: int) -> str:
        """The word right after this place, if nothing but a space is between."""
        rest = self.folded[end : end + 40].split(BOUND)[0]
        gap, word = self.words(end, end + 1), next(iter(rest.split()), "")
        at = end + 1
        return self.words(at, at + len(word)) if word and gap == " " and rest[1:2] != " " else ""


class Index:
    """All forms, ready to be met; `anchors` are the signs of which a story has to have one."""

    def __init__(
        self,
        forms: Iterable[Form],
        anchors: frozenset[int] | set[int],
        lexicon: Lexicon,
        names: Iterable[Names],
    ) -> None:
        self._lexicon = lexicon
        self._given = lexicon.given
        self._little = lexicon.little
        self._tree = Tree(Words(lexicon, tuple(names)), anchors)
        self._patterns: dict[str, list[Form]] = {}
        self._anchors = anchors
        spaced = []
        for form in forms:
            if form.unspaced:
                self._add_run(form)
            else:
                spaced.append(form)
        self._tree.add(spaced)
        self._listed = list(self._patterns.values())
        self._runs = AhoCorasick(list(self._patterns))

    def _add_run(self, form: Form) -> None:
        self._patterns.setdefault(" ".join(form.words), []).append(form)
        if len(form.words) > 1:
            self._patterns.setdefault("".join(form.words), []).append(form)

    def read(
        self, title: str, summary: str, language: str, *, every: bool = False
    ) -> tuple[Text | None, list[Hit]]:
        """The hits of a story, and its text; none where it has no anchor, unless `every` hit is wanted."""
        if BOUND in title or BOUND in summary:
            title, summary = title.replace(BOUND, " "), summary.replace(BOUND, " ")
        joined = f"{title} {BOUND} {summary}"
        folded = fold(joined)
        plain = folded.isascii() or not UNSPACED.search(folded)
        words = folded.split() if plain else _RUN.findall(folded)
        runs = [] if plain else list(self._found_in_runs(folded))
        every = every or bool(runs and self._has_anchor(runs))
        found = self._tree.find(words, language, every=every)
        if not (found or every):
            return None, []
        text = Text(title, summary, language, folded, Folded(joined, folded), folded.find(BOUND))
        hits = list(_spaced(text, words if plain else None, found))
        if runs:
            hits += self._unspaced(text, runs)
        return text, self._counting(text, hits)

    def _has_anchor(self, runs: Iterable[tuple[int, int, int]]) -> bool:
        """Whether runs of letters may be a form of a sign that some topic cannot do without."""
        return any(form.sign in self._anchors for number, _, _ in runs for form in self._listed[number])

    # ---------------------------------------------------------------------- runs without spaces

    def _found_in_runs(self, folded: str) -> Iterator[tuple[int, int, int]]:
        for number, start, end in self._runs.find_matches_as_indexes(folded, overlapping=True):
            if _stands_free(folded, start, end):
                yield number, start, end

    def _unspaced(self, text: Text, runs: list[tuple[int, int, int]]) -> Iterator[Hit]:
        for number, start, end in runs:
            for form in self._listed[number]:
                if hit := _hit(form, EXACT, start, end, text):
                    yield hit

    # ------------------------------------------------------------------------------ what counts

    def _counting(self, text: Text, hits: list[Hit]) -> list[Hit]:
        """The hits that no shadow covers and that are not somebody else's name or a little word."""
        if text.language not in self._lexicon.written and all(map(_is_plain, hits)):
            return hits
        shadows = [hit for hit in hits if hit.standing == "shadow"]
        rivalled = {hit.form.sign for hit in hits if hit.standing == "rival"}
        return [
            self._as_it_reads(hit, text, hit.form.sign in rivalled)
            for hit in hits
            if hit.standing not in ("shadow", "rival")
            and not (shadows and any(_covers(shadow, hit) for shadow in shadows))
            and not self._is_little(hit, text)
            and not self._is_namesake(hit, text)
            and not (hit.form.city and self._is_elsewhere(hit, text))
        ]

    def _as_it_reads(self, hit: Hit, text: Text, rivalled: bool) -> Hit:
        """The hit, weak where the word may be a common one, a given name, or another's of that name."""
        if hit.standing != "good" or not hit.form.capital:
            return hit
        if rivalled:
            return replace(hit, standing="weak")
        word = text.folded[hit.start : hit.end]
        common = word in self._lexicon.homographs.get(text.language, ())
        if (common and not text.stands_out(hit.start, hit.end)) or self._is_given(hit, word, text):
            return replace(hit, standing="weak")
        return hit

    def _is_given(self, hit: Hit, word: str, text: Text) -> bool:
        """Whether a place is somebody's given name here: Jordan Pickford, but not Jordan Votes."""
        if word not in self._lexicon.also_given or hit.form.words != (word,):
            return False
        after = text.after(hit.end)
        return after[:1].isupper() and not after.isupper() and not self._lexicon.knows(fold(after))

    def _is_little(self, hit: Hit, text: Text) -> bool:
        """Whether a form is but a word of the story's language: Kim, who in Polish; Puțin, a little.

        A capital within a sentence says that it is a name after all (Putin i Kim).
        """
        said = self._lexicon.written.get(text.language)
        if said and text.words(hit.start, hit.end).casefold() in said:
            return True
        little = text.folded[hit.start : hit.end] in self._little.get(text.language, ())
        return hit.standing == "weak" and little and not text.stands_out(hit.start, hit.end)

    def _is_namesake(self, hit: Hit, text: Text) -> bool:
        """Whether a single word that is a name stands after a given name that is not its own."""
        if not hit.form.capital or len(hit.form.words) > 1 or hit.standing not in ("good", "weak"):
            return False
        before = text.folded[max(0, hit.start - 30) : hit.start].split()
        gap = text.words(max(0, hit.start - 1), hit.start)
        return bool(before) and before[-1] in self._given and gap.isspace()

    def _is_elsewhere(self, hit: Hit, text: Text) -> bool:
        """Whether a city is another of its name: Moscow, Idaho; but not in London, Virginia Woolf."""
        if text.words(hit.end, hit.end + 1) != ",":
            return False
        words = text.folded[hit.end : hit.end + 40].split(BOUND)[0].split()[:2]
        if " ".join(words) in self._lexicon.states:
            return True
        at = text.folded.find(words[0], hit.end) if words else -1
        if at < 0 or words[0] not in self._lexicon.states or not text.words(at, at + 1).isupper():
            return False
        after = text.after(at + len(words[0]))
        return words[0] not in self._lexicon.also_given or not after[:1].isupper()


def _spaced(text: Text, words: list[str] | None, found: Iterable[Found]) -> Iterator[Hit]:
    """The hits of what was found in words with spaces between; `words`, where nothing else parts them."""
    spans = [] if words else [one.span() for one in _RUN.finditer(text.folded)]
    for form, first, last, level in found:
        start, end = _span(text.folded, words, first, last) if words else (spans[first][0], spans[last][1])
        if hit := _hit(form, level, start, end, text):
            yield hit


def _span(folded: str, words: list[str], first: int, last: int) -> tuple[int, int]:
    """From where the first of some words begins to where the last ends."""
    start = len(folded) - len(folded.split(None, first)[-1])
    end = start + len(words[first])
    for word in words[first + 1 : last + 1]:
        end = folded.find(word, end) + len(word)
    return start, end


def _hit(form: Form, level: int, start: int, end: int, text: Text) -> Hit | None:
    """The hit, if the form counts in that language and is written as it has to be."""
    if level >= HEARD and not form.may_differ(text.language, level, end - start):
        return None
    how = form.how if level == EXACT or form.how != "exact" else LEVELS[level]
    field: Literal["title", "summary"] = "summary" if start > text.bound else "title"
    if form.plain:
        return Hit(form, start, end, how, form.trust * _LEVEL_TRUST[level], field, form.standing)
    trust = form.trust_in(text.language) * _LEVEL_TRUST[level]
    if not trust or not _is_as_written(form, text, start, end):
        return None
    shouted = form.caps and not text.has_capitals(start) and end - start < _SAFE_INITIALS
    standing = "weak" if shouted else form.standing_in(text.language, level)
    return Hit(form, start, end, how, trust, field, standing)


def _is_as_written(form: Form, text: Text, start: int, end: int) -> bool:
    """Whether a form stands there with the capitals that it has to have."""
    if (form.caps or form.capital) and not _has_its_capitals(form, text, start, end):
        return False
    if not form.capitals:
        return True
    return text.has_capitals(start) and capitals_of(text.words(start, end)) == form.capitals


def _is_plain(hit: Hit) -> bool:
    """Whether there is nothing to be doubted in a hit: words of a query, which are no name."""
    return hit.form.plain and hit.standing == "good"


def _is_caseless(text: str) -> bool:
    """Whether most letters have no case, as in Japanese: then the capitals among them are no shouting."""
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(letter.lower() == letter.upper() for letter in letters) > len(letters)


def _has_its_capitals(form: Form, text: Text, start: int, end: int) -> bool:
    """Whether it has the capitals that it has to have, as far as its field tells names from words by them."""
    words = unicodedata.normalize("NFKC", text.words(start, end))
    base = words[: sum(map(len, form.words))]
    if not text.has_capitals(start):
        return not form.caps or (base.upper() == base and end - start >= _FEWEST_INITIALS)
    if form.caps:
        return base.upper() == base
    roman = len(words) <= _FEWEST_INITIALS and words.isupper() and len(words) > 1 and words.isascii()
    return not words[:1].islower() and not roman


def _stands_free(folded: str, start: int, end: int) -> bool:
    """Whether a run of Korean or Japanese letters is a word here rather than a part of another."""
    before = folded[start - 1 : start]
    after = folded[end : end + 1]
    first, last = folded[start], folded[end - 1]
    if "\u30a0" <= first <= "\u30ff" and end - start < 5:
        inside = "\u30a0" <= before <= "\u30ff" or (
            "\u30a0" <= last <= "\u30ff" and "\u30a0" <= after <= "\u30ff"
        )
        return not inside
    if "\uac00" <= first <= "\ud7a3" and end - start < 3:
        return not "\uac00" <= before <= "\ud7a3"
    return True


def _covers(shadow: Hit, hit: Hit) -> bool:
    """Whether a shadow shuts out a hit: it is longer, or nearer to what is written (US opens, of US Open).

    A word that stands there as it was typed is nearer than a shadow that has it in another form (banking
    unions, of banking union).
    """
    if shadow.form.sign != hit.form.sign or shadow.start > hit.start or hit.end > shadow.end:
        return False
    if shadow.how == "inflected" and _is_as_typed(hit) and hit.form.words[0] not in shadow.form.words:
        return False
    longer = shadow.end - shadow.start > hit.end - hit.start
    nearer = shadow.how == "exact" and hit.how in ("inflected", "meaning")
    return longer or bool(shadow.form.capitals) or nearer


def _is_as_typed(hit: Hit) -> bool:
    """Whether it is a word, no name, that stands there just as somebody typed it."""
    return hit.how == "exact" and not hit.form.capital and len(hit.form.words) == 1
