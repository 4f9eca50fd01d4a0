"""The common words of the news, by meaning, in the languages of the news.

`lexicon.toml` has one table a meaning and one line a language: forms between commas, where `*` ends a
stem that takes any ending; its line `names` has what of the catalogue is one of the kind. `everyday.toml`
has the words that mean nothing to a search (who, with, the) and common given names, by which a name is
told from its namesakes; words that begin sentences and are names as well (Mali, small in half of Europe);
and places that people are called by.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import chain
from sys import intern

from watcher.topics import endings
from watcher.topics.text import UNSPACED, fold, tokens

# A shorter word of another language is its whole stem, not the beginning of a name.
_FEWEST_BUT_ENGLISH = 6
_FLUENT = 100
_MARKS = ("-", "~")
_OPEN, _WHOLE = (True,), (False,)
_KIN = ("hr sr sl mk bg", "sk cs sl", "lt lv", "et fi", "az tr", "ur fa ar ps", "vi", "bn")
TAKEN_FOR: Mapping[str, frozenset[str]] = {
    language: frozenset(kin for group in _KIN if language in group.split() for kin in group.split())
    for language in "hr sr bg sk sl lt lv et az ur bn vi".split()
}
"""Languages of which a long word counts in these alone: those that a story of theirs may be taken to be in.

Slavic words in Latin letters and two folded syllables of Vietnamese are something else in half of the others
(hr zaprijetio, he threatened; a Russian zapretil forbade).
"""
OFFICES = frozenset(
    "ambassador chief-executive coach defence-minister doctor foreign-minister governor judge leader "
    "minister pope president prime-minister religion royal".split()
)
"""Meanings whose words stand before the names of those who are that: King Charles, el papa Francisco."""
_CALLED = OFFICES - {"ambassador", "doctor", "judge", "religion"}
"""Those of them by which people in the news are called; a church or a doctor beside Putin is not him."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One form of a meaning: folded words, and which of them are stems that take any ending."""

    words: tuple[str, ...]
    language: str
    open: tuple[bool, ...]

    @property
    def unspaced(self) -> bool:
        """Whether it is in a script without spaces, which no other language has."""
        return any(UNSPACED.search(word) for word in self.words)


@dataclass(frozen=True, slots=True)
class Kin:
    """A name of the catalogue that is one of a kind, and the place, if any, that it is meant to be of."""

    name: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Titles:
    """What people are `called` before their name, and what is `leading` such a word (former, vice).

    By words of offices that are `never` there, or are `begun` so, nobody is called: ministers, presidency.
    """

    called: frozenset[str] = frozenset()
    leading: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    begun: tuple[str, ...] = ()

    def may_call(self, word: str) -> bool:
        """Whether somebody may be called by this folded word of an office."""
        return word not in self.never and not word.startswith(self.begun)


_LONGEST_DOUBTFUL = 5
_COMPOUNDING = endings.COMPOUNDERS | {"en"}
_LONGEST_PHRASE = 4
_KEPT = 10_000
_SHORT_ENDING = 2
"""Letters more than the beginning that a meaning has: storms, and not Stormont."""


@dataclass(slots=True)
class Lexicon:
    """Meanings and their wordings, and the words that are common in each language.

    `closing` are common words with which names end (Deutsche Bank).
    `fluent` are the languages in which so many meanings are known that a story without one of them says so;
    `kin` are the names that are one of a kind, by its meaning; `under` is a wider meaning by a narrower one;
    `akin` are the meanings that, said of the same two names, tell of the same thing (talks, by summit);
    `growing` is how the words of a language go on after their beginning, `passed_over` its small words that
    say nothing in a query; `english` are words of English that are others elsewhere; `titles` stand before
    people's names;
    `states` are those, folded, after which a city is another of its name (Moscow, Idaho); `apart` are longer
    wordings, by meaning, that have a word of it in them and mean something else (Premier League); `beside`
    are those that in a query are just their words (student union).
    """

    meanings: Mapping[str, tuple[Wording, ...]]
    little: Mapping[str, frozenset[str]]
    given: frozenset[str]
    homographs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    also_given: frozenset[str] = frozenset()
    written: Mapping[str, frozenset[str]] = field(default_factory=dict)
    closing: frozenset[str] = frozenset()
    fluent: frozenset[str] = frozenset()
    kin: Mapping[str, tuple[Kin, ...]] = field(default_factory=dict)
    akin: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    under: Mapping[str, str] = field(default_factory=dict)
    growing: Mapping[str, frozenset[str]] = field(default_factory=dict)
    passed_over: Mapping[str, frozenset[str]] = field(default_factory=dict)
    english: frozenset[str] = frozenset()
    titles: Titles = field(default_factory=Titles)
    states: frozenset[str] = frozenset()
    apart: Mapping[str, tuple[Wording, ...]] = field(default_factory=dict)
    beside: Mapping[str, tuple[Wording, ...]] = field(default_factory=dict)
    _first: dict[str, list[tuple[Wording, str]]] = field(default_factory=lambda: defaultdict(list))
    _typed: dict[tuple[str, ...], tuple[tuple[Wording, str], ...]] = field(default_factory=dict)
    _apart: dict[str, list[Wording]] = field(default_factory=lambda: defaultdict(list))
    _known: set[str] = field(default_factory=set)
    _starts: set[str] = field(default_factory=set)
    _first_four: set[str] = field(default_factory=set)

    @classmethod
    @cache
    def shipped(cls) -> Lexicon:
        """The lexicon that comes with the package, read when it is first asked for."""
        home = files("watcher.topics")
        return cls.load(
            home.joinpath("lexicon.toml").read_text("utf-8"),
            home.joinpath("everyday.toml").read_text("utf-8"),
        )

    @classmethod
    def load(cls, meanings: str, everyday: str) -> Lexicon:
        """A lexicon of these two TOML texts."""
        tables = tomllib.loads(everyday)
        little = {language: frozenset(_split(words)) for language, words in tables["little"].items()}
        given = frozenset(name for names in tables["given"].values() for name in _split(names))
        alike = {language: frozenset(_split(words)) for language, words in tables["homographs"].items()}
        also_given = frozenset(_split(tables["also-given"]["places"]))
        read = tomllib.loads(meanings)
        kin = {id: _kin(table.pop("names")) for id, table in read.items() if "names" in table}
        under = {id: table.pop("under") for id, table in read.items() if "under" in table}
        akin = {id: tuple(table.pop("akin").split(", ")) for id, table in read.items() if "akin" in table}
        known = {id: _wordings(table) for id, table in read.items()}
        apart, beside = ({id: _wordings(table, mark) for id, table in read.items()} for mark in "-~")
        for narrow, wide in under.items():
            known[wide] = tuple(dict.fromkeys((*known[wide], *known[narrow])))
        written = {language: frozenset(words.split()) for language, words in tables["written"].items()}
        closing = frozenset(word for words in tables["closing"].values() for word in _split(words))
        lexicon = cls(known, little, given, alike, also_given, written, closing, kin=kin, under=under)
        lexicon.akin = akin
        lexicon.growing = {language: frozenset(_split(ends)) for language, ends in tables["growing"].items()}
        lexicon.apart = {id: wordings for id, wordings in apart.items() if wordings}
        lexicon.beside = {id: wordings for id, wordings in beside.items() if wordings}
        lexicon.english = frozenset(_split(tables["english"]["words"]))
        lexicon.states = frozenset(fold(state).strip() for state in tables["states"]["names"].split(","))
        titles = {key: frozenset(_split(words)) for key, words in tables["titles"].items()}
        begun = tuple(titles["never-begun"])
        lexicon.titles = Titles(titles["called"], titles["leading"], titles["never"], begun)
        small = tables["passed-over"]
        lexicon.passed_over = {language: frozenset(_split(words)) for language, words in small.items()}
        lexicon._build()
        return lexicon

    def find(self, words: Sequence[str], *, open: bool = False) -> tuple[str, ...]:
        """The meanings of folded words that somebody typed: as English if it is, else in any language.

        With `open` the last word is the beginning of one. Of one thing and its kind (mpox, epidemics) it is
        the one thing.
        """
        met = list(self._beginning(words[0]) if open and len(words) == 1 else self._said(tuple(words)))
        if len(words) == 1 and words[0] in self.given:
            met = [one for one in met if one[0].language == "en"]
        wider = {self.under[id] for _, id in met if id in self.under}
        met = [one for one in met if one[1] not in wider]
        english = dict.fromkeys(id for wording, id in met if wording.language == "en")
        return tuple(english or dict.fromkeys(id for _, id in met))

    def near(self, words: Sequence[str], *, open: bool = False) -> tuple[str, ...]:
        """The meanings that are akin to those of folded words, and none of them."""
        meant = self.find(words, open=open)
        near = dict.fromkeys(other for id in meant for other in self.akin.get(id, ()))
        return tuple(id for id in near if id not in meant)

    def spoken(self, words: Sequence[str]) -> frozenset[str]:
        """The languages of a query: English, and those of which folded words are that are not English.

        A phrase tells a language as a word does: coupe du monde, of which no word by itself is known.
        """
        runs = (
            tuple(words[at : at + length])
            for length in range(1, _LONGEST_PHRASE + 1)
            for at in range(len(words) - length + 1)
        )
        each = ({wording.language for wording, _ in self._said(run)} for run in runs)
        return frozenset({"en"}.union(*(languages for languages in each if "en" not in languages)))

    def idle(self, words: Sequence[str], languages: Iterable[str]) -> frozenset[str]:
        """Of the folded words of a query in these languages, those that say nothing: in, of, the."""
        small = frozenset().union(*(self.passed_over.get(one, frozenset()) for one in languages))
        return small.intersection(words)

    def hinted(self, words: Sequence[str]) -> frozenset[str]:
        """The languages that small words of a query may be of, where English has no such word."""
        small = set(words) - self.passed_over["en"] - self.little["en"]
        return frozenset(one for one, words in self.passed_over.items() if not words.isdisjoint(small))

    def is_office(self, words: Sequence[str]) -> bool:
        """Whether people are called by these folded words before their name: president, ex-premier, Mr."""
        while len(words) > 1 and words[0] in self.titles.leading:
            words = words[1:]
        if self.titles.called.issuperset(words):
            return True
        meant = self.find(words)
        return bool(meant) and _CALLED.issuperset(meant) and all(map(self.titles.may_call, words))

    def leads_office(self, words: Sequence[str]) -> bool:
        """Whether these folded words stand before an office and belong to it: former, vice, secretary."""
        return (self.titles.leading | self.titles.called).issuperset(words)

    def is_passed_over(self, word: str) -> bool:
        """Whether this folded word is a small one that says nothing in a query of some language."""
        return any(word in some for some in self.passed_over.values())

    def is_little(self, words: Sequence[str]) -> bool:
        """Whether these folded words are one of two letters that says nothing in some language."""
        short = len(words) == 1 and len(words[0]) <= 2
        return short and any(words[0] in some for some in self.little.values())

    def is_common(self, words: Sequence[str], language: str) -> bool:
        """Whether these folded words are a common word of that language."""
        if len(words) == 1 and words[0] in self.little.get(language, ()):
            return True
        return any(
            wording.language == language and not any(wording.open)
            for wording, _ in self._first.get(words[0], ())
            if wording.words == tuple(words)
        )

    def is_word(self, word: str) -> bool:
        """Whether a folded word has a meaning, whole or with a short ending, and is no given name."""
        return word not in self.given and any(
            len(word) - len(wording.words[0]) <= _SHORT_ENDING
            for wording, _ in self._said((word,))
            if len(wording.words) == 1 and (len(word) >= _FEWEST_BUT_ENGLISH or not _is_small(wording))
        )

    def is_apart(self, words: Sequence[str]) -> bool:
        """Whether folded words are, together, something else than a word of them says: a fire sale."""
        begun = self._apart.get(words[0][:2], ()) if len(words) > 1 else ()
        return any(_says(wording, tuple(words)) for wording in begun)

    def asked_in(self, ids: Iterable[str], words: Collection[str]) -> tuple[Wording, ...]:
        """The longer wordings of meanings, of two common words, all of which are words of a query."""
        beside = dict.fromkeys(wording for id in ids for wording in self.beside.get(id, ()))
        return tuple(wording for wording in beside if _is_among(wording, words))

    def shut_out(self, ids: Iterable[str]) -> tuple[Wording, ...]:
        """The longer wordings that have a word of these meanings in them and mean something else."""
        each = ((*self.apart.get(id, ()), *self.beside.get(id, ())) for id in ids)
        return tuple(wording for wordings in each for wording in wordings)

    def knows(self, word: str) -> bool:
        """Whether a folded word is common in any language, so that it is no slip for another word."""
        if word in self._known:
            return True
        if word[:4] not in self._first_four:  # As most are; it takes a third of the time.
            return False
        return not self._starts.isdisjoint(
            [word[:length] for length in range(max(4, len(word) - 3), len(word) + 1)]
        )

    def _said(self, words: tuple[str, ...]) -> tuple[tuple[Wording, str], ...]:
        """The wordings that these words, as somebody typed them, are a form of, kept once asked."""
        if words not in self._typed:
            if len(self._typed) >= _KEPT:
                self._typed.clear()
            self._typed[words] = tuple(self._forms_of(words))
        return self._typed[words]

    def _forms_of(self, words: tuple[str, ...]) -> Iterator[tuple[Wording, str]]:
        english = len(words) == 1 and words[0] in self.english
        for length in range(1, len(words[0]) + 1):
            for wording, id in self._first.get(words[0][:length], ()):
                if english and wording.language != "en":
                    continue
                if _says(wording, words) and self._goes_on(wording, words):
                    yield wording, id

    def _goes_on(self, wording: Wording, words: tuple[str, ...]) -> bool:
        """Whether a word with a short beginning goes on as words of the language do, and is no name."""
        start, end = wording.words[-1], words[-1].removeprefix(wording.words[-1])
        ends = self.growing.get(wording.language, frozenset())
        longest = _SHORT_ENDING + (not ends)
        if len(start) > _LONGEST_DOUBTFUL or len(end) <= longest or end in ends:
            return True
        return wording.language in _COMPOUNDING and self.is_common((end,), wording.language)

    def _beginning(self, start: str) -> Iterator[tuple[Wording, str]]:
        """The wordings of one word that begins like this."""
        for first, wordings in self._first.items():
            if first.startswith(start) or start.startswith(first):
                yield from (
                    (wording, id)
                    for wording, id in wordings
                    if len(wording.words) == 1 and (wording.open[0] or first.startswith(start))
                )

    def _build(self) -> None:
        spoken = Counter(
            language
            for wordings in self.meanings.values()
            for language in {wording.language for wording in wordings}
        )
        self.fluent = frozenset(language for language, many in spoken.items() if many >= _FLUENT)
        for id, wordings in self.meanings.items():
            for wording in wordings:
                self._first[wording.words[0]].append((wording, id))
                if wording.open == (True,):
                    self._starts.add(wording.words[0])
                    self._first_four.add(wording.words[0][:4])
                self._known.update(wording.words)
        self._known.update(word for words in self.little.values() for word in words)
        for wording in chain.from_iterable(self.apart.values()):
            self._apart[wording.words[0][:2]].append(wording)


def _is_small(wording: Wording) -> bool:
    """Whether a short word of its language is, where somebody types it, rather a name (Luka, a port)."""
    return wording.language in TAKEN_FOR


def _is_short_form(word: str, wording: Wording) -> bool:
    """Whether a short Cyrillic or Greek word is a stem with an ending (зерно): few names are as short."""
    ending = word.removeprefix(wording.words[0])
    ours = endings.LANGUAGES.get(wording.language, 0)
    grows = endings.ADDED.get(ending, 0) | endings.CHANGED.get(ending, 0)
    return "\u0370" <= word[0] <= "\u04ff" and ending != word and bool(grows & ours)


def _says(wording: Wording, words: tuple[str, ...]) -> bool:
    if wording.language != "en" and len(words) == 1 and len(words[0]) < _FEWEST_BUT_ENGLISH:
        return wording.words == words or (wording.open == _OPEN and _is_short_form(words[0], wording))
    return len(words) == len(wording.words) and all(
        word.startswith(known) if open else word == known
        for word, known, open in zip(words, wording.words, wording.open, strict=True)
    )


def _is_among(wording: Wording, words: Collection[str]) -> bool:
    return all(
        known in words or (open and any(word.startswith(known) for word in words))
        for known, open in zip(wording.words, wording.open, strict=True)
    )


def _kin(names: str) -> tuple[Kin, ...]:
    return tuple(Kin(*each.split(" of ")) for each in names.replace(", ", ",").split(","))


def _wordings(table: Mapping[str, str], mark: str = "") -> tuple[Wording, ...]:
    return tuple(
        wording
        for language, forms in table.items()
        for form in map(str.strip, forms.split(","))
        if (form[:1] if form[:1] in _MARKS else "") == mark
        and (wording := _wording(form.removeprefix(mark), intern(language))).words
    )


def _wording(form: str, language: str) -> Wording:
    # Not by tokens(), which would keep every form in its cache for good.
    if " " not in (form := form.strip()) and len(words := fold(form).split()) == 1:
        return Wording((words[0],), language, _OPEN if form.endswith("*") else _WHOLE)
    parts = [(word, part.endswith("*")) for part in form.split() for word in fold(part).split()]
    return Wording(tuple(word for word, _ in parts), language, tuple(open for _, open in parts))


def _split(words: str) -> list[str]:
    return [" ".join(tokens(word)) for word in words.split()]
