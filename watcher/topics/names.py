"""The names catalogue: people, places and bodies in the news, as each language writes them.

One table a name (config/names.toml); a desk's own names are a second text of the same form, and one
that repeats an id adds to that name. What is wrong in a catalogue is told, never fatal.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, get_args

from rapidfuzz import process

from watcher.toml import Fault, line_of, parse_toml, unknown
from watcher.topics import endings
from watcher.topics.cases import Cases
from watcher.topics.conflicts import conflicts
from watcher.topics.korean import is_korean
from watcher.topics.lexicon import Lexicon
from watcher.topics.runs import Longer, Runs
from watcher.topics.text import UNSPACED, tokens

Kind = Literal["person", "place", "body"]
_LISTS = ("role", "weak", "hints", "shadow", "rivals", "adjective", "within")
_LANGUAGE = re.compile(r"[a-z]{2}")
_LONGEST_FORM = 6
_STORMS = frozenset(("storm", "hurricane"))


@dataclass(frozen=True, slots=True)
class Name:
    """One person, place or body.

    `forms` are good on their own, by language, the display name first. `weak` forms count only beside
    `hints` or another name that is met; what a `shadow` covers never counts. Beside one of the `rivals` a
    form of one word is weak: another bearer of the name is meant (ECB, beside cricket). Who wants one of the
    ids that it is `within` is given it as well: Tehran for Iran.
    """

    id: str
    kind: Kind
    forms: Mapping[str, tuple[str, ...]]
    role: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    shadow: tuple[str, ...] = ()
    adjective: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    within: tuple[str, ...] = ()

    def display(self, language: str = "en") -> str:
        """What readers of a language call it."""
        forms = self.forms.get(language) or self.forms.get("en") or next(iter(self.forms.values()), ())
        return forms[0] if forms else self.id

    def aliases(self) -> tuple[str, ...]:
        """Every form that is good on its own, each once."""
        return tuple(dict.fromkeys(form for forms in self.forms.values() for form in forms))


@dataclass(slots=True, repr=False)  # a megabyte and a half, which asyncio would write out of a task
class Names:
    """A catalogue that can be asked; `faults` are what is wrong in it, a sentence each.

    `words` are the folded words of all forms that are good on their own, `alone` those that are such a form.
    """

    by_id: dict[str, Name] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    words: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    _strong: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    _other: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    _cases: Cases = field(default_factory=Cases)
    _shadows: frozenset[tuple[str, ...]] = frozenset()
    _longer: dict[str, list[Longer]] = field(default_factory=dict)
    _runs: Runs = field(default_factory=Runs)
    _parts: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def load(cls, *texts: str | bytes, files: Sequence[str] = ("names.toml",)) -> Names:
        """The catalogue of one or more TOML texts; `files` are what faults call them."""
        faults: list[Fault] = []
        by_id: dict[str, Name] = {}
        for number, text in enumerate(texts):
            file = files[min(number, len(files) - 1)]
            for name in _read(text, file, faults):
                known = by_id.get(name.id)
                by_id[name.id] = _joined(known, name) if known else name
        names = cls(by_id)
        names._build()
        names.faults = (*faults, *conflicts(names, texts, files))
        return names

    def plus(self, own: Iterable[Name]) -> Names:
        """This catalogue and a desk's own names; one that repeats an id adds to that name."""
        by_id = dict(self.by_id)
        for name in own:
            by_id[name.id] = _joined(by_id[name.id], name) if name.id in by_id else name
        names = Names(by_id, self.faults)
        names._build()
        return names

    def __len__(self) -> int:
        return len(self.by_id)

    def __iter__(self) -> Iterator[Name]:
        return iter(self.by_id.values())

    def get(self, id: str) -> Name | None:
        """The name of this id."""
        return self.by_id.get(id)

    def find(self, words: Sequence[str]) -> tuple[str, ...]:
        """The ids of the names that these folded words are a form of: a good form before a weak one."""
        key = tuple(words)
        return self._strong.get(key) or self._other.get(key, ())

    def is_phrase(self, words: Sequence[str]) -> bool:
        """Whether these folded words belong together: by a meaning, as interest rate, or as a Korean name.

        So do words that together have another meaning than one of them has (fire sale).

        So do words that the catalogue knows to be no name of its own (apple pie, Harrison Ford).
        """
        lexicon = Lexicon.shipped()
        known = bool(lexicon.find(words)) or lexicon.is_apart(words) or is_korean(words)
        return known or self._is_somebody_else(tuple(words))

    def _is_somebody_else(self, words: tuple[str, ...]) -> bool:
        """Whether these are a shadow, or a given name and a word that alone is only a weak form of a name."""
        if words in self._shadows:
            return True
        lexicon = Lexicon.shipped()
        given = len(words) == 2 and words[0] in lexicon.given and not lexicon.knows(words[0])
        return given and words[1:] in self._other and words[1:] not in self._strong

    def is_word(self, word: str) -> bool:
        """Whether a folded word is a common one, as storm is in Storm Amelia."""
        return Lexicon.shipped().is_word(word)

    def goes_on(self, word: str) -> bool:
        """Whether a folded word may go on a name that nobody listed: Bank may, Strike may not."""
        lexicon = Lexicon.shipped()
        return word in lexicon.closing or not lexicon.is_word(word)

    def is_office_of(self, words: Sequence[str], ids: Sequence[str]) -> bool:
        """Whether folded words are an office, and these names somebody's who may have one: President Xi."""
        return all(self.by_id[id].kind == "person" for id in ids) and Lexicon.shipped().is_office(words)

    def leads_office(self, words: Sequence[str]) -> bool:
        """Whether folded words stand before an office and belong to it: former, vice."""
        return Lexicon.shipped().leads_office(words)

    def is_small(self, word: str) -> bool:
        """Whether a folded word says nothing in a query of some language: le, der."""
        return Lexicon.shipped().is_passed_over(word)

    def christens(self, before: str, ids: Sequence[str]) -> bool:
        """Whether a folded word makes people's names after it those of something else: Hurricane Lee."""
        is_storm = not _STORMS.isdisjoint(Lexicon.shipped().find((before,)))
        return is_storm and all(self.by_id[id].kind == "person" for id in ids)

    def is_sure(self, words: Sequence[str]) -> bool:
        """Whether these folded words are a form that is good on its own."""
        return tuple(words) in self._strong

    def is_rather_little(self, words: Sequence[str], ids: Sequence[str]) -> bool:
        """Whether these folded words, not in capitals, are rather a little word than initials of these names.

        So are el (Niño; in Estonian the EU) and is; us and who are names that English has.
        """
        if not Lexicon.shipped().is_little(words):
            return False
        forms = [form for id in ids for form in self.by_id[id].forms.get("en", ())]
        return all(tokens(form) != tuple(words) for form in forms)

    def is_given(self, word: str) -> bool:
        """Whether a folded word is a common given name, as Susan is."""
        return word in Lexicon.shipped().given

    def closes(self, word: str) -> bool:
        """Whether a folded word is one with which names of bodies and places end, as Bank is."""
        return word in Lexicon.shipped().closing

    def idle(self, words: Sequence[str], languages: Collection[str]) -> frozenset[str]:
        """Of the folded words of a query in these languages, those that say nothing: in, of, the."""
        return Lexicon.shipped().idle(words, languages)

    def hinted(self, words: Sequence[str]) -> frozenset[str]:
        """The languages with cases that the small words of a query may be of, and English ones may not: w."""
        return endings.DECLINING & Lexicon.shipped().hinted(words)

    def written_in(self, words: Sequence[str], ids: Sequence[str]) -> frozenset[str]:
        """The languages that write a name in these folded words, where English does not: Chine, Polen."""
        every = [
            language
            for id in ids
            for language, forms in self.by_id[id].forms.items()
            if any(tokens(form) == tuple(words) for form in forms)
        ]
        return frozenset() if "en" in every else frozenset(every)

    def spoken(self, words: Sequence[str]) -> frozenset[str]:
        """The languages that the folded words of a query are in."""
        return Lexicon.shipped().spoken(words)

    def within(self, text: str) -> tuple[str, ...]:
        """The ids of the names met in a short text, longest first, left to right, by base forms."""
        words, at = tokens(text), 0
        found: list[str] = []
        while at < len(words):
            for length in range(min(_LONGEST_FORM, len(words) - at), 0, -1):
                if ids := self.find(words[at : at + length]):
                    found.extend(ids)
                    break
            at += length
        return tuple(dict.fromkeys(found))

    def bent(self, words: Sequence[str], languages: Collection[str]) -> tuple[str, ...]:
        """The ids of the names that these folded words are a form of with the endings of a case (Путиным)."""
        return self._cases.bent(words, languages)

    def called(self, word: str, languages: Collection[str]) -> tuple[str, ...]:
        """The id of the person whom a folded word in some case calls by a name that others share: кима."""
        ids = self._cases.called(word, languages)
        return ids if len(ids) == 1 and self.by_id[ids[0]].kind == "person" else ()

    def is_described(self, words: Sequence[str], id: str) -> bool:
        """Whether these folded words, no form of a name as they stand, are its adjective in some case."""
        if len(words) != 1 or self.find(words):
            return False
        return any(id in ids for ids in self._cases.described(words[0]))

    def shared(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The folded forms that are good on their own of several names, with the ids of these."""
        yield from ((" ".join(key), ids) for key, ids in self._strong.items() if len(ids) > 1)

    def suggest(self, words: str, limit: int = 3) -> tuple[Name, ...]:
        """The names most like what was typed, for a question such as "did you mean"."""
        typed = " ".join(tokens(words))
        known = {" ".join(key): ids for key, ids in self._strong.items()}
        near = process.extract(typed, list(known), limit=limit * 3, score_cutoff=75)
        ids = dict.fromkeys(id for hit in near for id in known[hit[0]])
        return tuple(self.by_id[id] for id in list(ids)[:limit])

    def stand_ins(self, id: str) -> tuple[str, ...]:
        """The places and bodies that a person's name speaks for, as roles and hints tell them.

        "Russian president" and the hint Kremlin make Russia and the Kremlin stand-ins of that name.
        """
        name = self.by_id[id]
        met = (found for text in (*name.role, *name.hints) for found in self.within(text))
        others = dict.fromkeys(found for found in met if found != id and self.by_id[found].kind != "person")
        return tuple(others)

    def parts(self, id: str) -> tuple[str, ...]:
        """The names within a name, and those within them: what a country's news may name instead of it."""
        found: dict[str, None] = {}
        ahead = list(self._parts.get(id, ()))
        while ahead:
            part = ahead.pop(0)
            if part not in found and part != id:
                found[part] = None
                ahead += self._parts.get(part, ())
        return tuple(found)

    def longer(self, words: tuple[str, ...]) -> Iterator[Longer]:
        """The forms of people and places that have these folded words in them, and more."""
        if not self._longer:
            self._note_longer()
        if UNSPACED.search(words[0]):
            yield from (form for form in self._runs.having("".join(words)) if form[1] != words)
        for form in self._longer.get(words[0], ()):
            if len(form[1]) > len(words) and any(
                form[1][at : at + len(words)] == words for at in range(len(form[1]))
            ):
                yield form

    def _note_longer(self) -> None:
        noted: dict[str, list[Longer]] = defaultdict(list)
        unspaced: list[Longer] = []
        for name in self:
            for form in name.aliases() if name.kind != "body" else ():
                words = tokens(form)
                for word in set(words) if len(words) > 1 else ():
                    noted[word].append((name.id, words, form))
                if UNSPACED.search(words[0]):
                    unspaced.append((name.id, words, form))
        self._runs = Runs(unspaced)  # before what says, to other threads too, that all is noted
        self._longer = noted or {"": []}

    def _build(self) -> None:
        strong, other, parts = defaultdict(list), defaultdict(list), defaultdict(list)
        described = defaultdict(list)
        for name in self:
            for whole in name.within:
                parts[whole].append(name.id)
            for form in name.aliases():
                strong[tokens(form)].append(name.id)
            for form in (*name.weak, *name.adjective):
                other[tokens(form)].append(name.id)
            for form in name.adjective if name.kind == "place" else ():
                described[tokens(form)].append(name.id)
        self._strong = {key: tuple(dict.fromkeys(ids)) for key, ids in strong.items() if key}
        self._parts = dict(parts)
        self.words = frozenset(chain.from_iterable(self._strong))
        self.alone = frozenset(key[0] for key in self._strong if len(key) == 1)
        self._other = {key: tuple(dict.fromkeys(ids)) for key, ids in other.items() if key}
        adjectives = {key: tuple(dict.fromkeys(ids)) for key, ids in described.items()}
        self._cases = Cases(self._strong, self._other, adjectives)
        self._shadows = frozenset(
            words for name in self for words in map(tokens, name.shadow) if self._is_one(words, name.id)
        )

    def _is_one(self, shadow: tuple[str, ...], of: str) -> bool:
        """Whether a shadow is read as one: it has a form of its name in it, or begins with no other name.

        Israeli Supreme Court has neither: it is Israel, and a supreme court.
        """
        ends = range(1, len(shadow) + 1)
        if any(of in self.find(shadow[start:end]) for end in ends for start in range(end)):
            return True
        return not any(map(self.find, (shadow[:end] for end in ends)))


def _joined(known: Name, more: Name) -> Name:
    forms = {
        language: tuple(dict.fromkeys((*known.forms.get(language, ()), *more.forms.get(language, ()))))
        for language in (*known.forms, *more.forms)
    }
    return Name(
        known.id, known.kind, forms, **{key: (*getattr(known, key), *getattr(more, key)) for key in _LISTS}
    )


def _read(text: str | bytes, file: str, faults: list[Fault]) -> Iterator[Name]:
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig", "replace")
    for id, table in parse_toml(text, file, faults).items():
        if isinstance(table, dict):
            yield from _name(id, table, text, file, faults)
        else:
            faults.append(
                Fault(file, line_of(text, id, None), f"{id} is not a table: write [{id}] above it.")
            )


def _name(id: str, table: dict[str, Any], text: str, file: str, faults: list[Fault]) -> Iterator[Name]:
    def tell(key: str | None, message: str) -> None:
        faults.append(Fault(file, line_of(text, id, key), message))

    lists: dict[str, tuple[str, ...]] = {}
    for key, value in table.items():
        if key == "kind":
            continue
        if not _LANGUAGE.fullmatch(key) and key not in _LISTS:
            known = dict.fromkeys((*_LISTS, "kind"))
            tell(key, unknown("key", key, known, "{}") + " Languages are two letters, such as fr.")
        elif not isinstance(value, list) or not all(isinstance(form, str) for form in value):
            tell(key, f'{id}: {key} is a list of texts such as ["a", "b"].')
        else:
            lists[key] = _usable(value)
            if len(lists[key]) < len(value):
                tell(key, f"{id}: {key} has a form without letters or digits; leave it out.")
    kind = table.get("kind", "body")
    if kind not in get_args(Kind):
        tell("kind", f"{id}: kind is person, place or body, not {kind!r}.")
        kind = "body"
    forms = {key: value for key, value in lists.items() if key not in _LISTS and value}
    if not forms and not lists.get("weak"):
        tell(None, f"{id} has no form in any language, so nothing can meet it: give it one.")
    else:
        yield Name(id, kind, forms, **{key: lists.get(key, ()) for key in _LISTS})


def _usable(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(form.strip() for form in forms if tokens(form))
