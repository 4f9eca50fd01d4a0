"""What a topic's words look like in stories: every form of a name, a meaning or a plain word.

A sign is something a query wants: a name of the catalogue, or words. Its forms are what stands for it
in a text, each with how far it is trusted and when it counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from watcher.models import How
from watcher.topics.endings import COMPOUNDERS
from watcher.topics.korean import korean
from watcher.topics.lexicon import OFFICES, TAKEN_FOR, Lexicon, Wording
from watcher.topics.names import Name, Names
from watcher.topics.query import Term
from watcher.topics.sounds import unvowelled
from watcher.topics.text import UNSPACED, capitals_of, tokens
from watcher.topics.words import DOUBTFUL, EXACT, FUZZY, HEARD, INFLECTED

# How far a hit is trusted, by how it was met.
TRUST: dict[How, float] = {
    "exact": 1.0,
    "inflected": 0.97,
    "transliterated": 0.93,
    "meaning": 0.9,
    "role": 0.85,
    "fuzzy": 0.8,
    "adjective": 0.6,
    "akin": 0.6,
}
LEVELS: tuple[How, ...] = ("exact", "inflected", "transliterated", "fuzzy", "fuzzy")
_CAMEL = re.compile("[A-Z]+[a-z]+|[A-Z]+")
_FOREIGN = 0.8
_SHORT = 5
_BRIEF = 3
_SAFE_WITH_A_SLIP = 8
_SAFE_UNVOWELLED = 7
# Languages that a story of either may be taken to be in, and whose words are much the same.
_TAKEN_FOR_EACH_OTHER = tuple(frozenset(near.split()) for near in ("bs hr sl sr", "cs sk", "da nb nn no sv"))
# Within them, states do not tell a city from its namesake; nor does Georgia, the country.
_AMERICAN = frozenset(("united-states", "canada", "georgia"))
Standing = Literal["good", "weak", "hint", "shadow", "rival"]


@dataclass(frozen=True, slots=True)
class Form:
    """Words that stand for a sign.

    `standing` says what a hit is worth: good on its own, weak (beside something else), a hint of the
    weak ones, a shadow that shuts out what it covers, or a rival that makes good ones weak. `languages` are
    those in which it counts (empty: all); `home` those to which it belongs, while in a story of `others` it
    is a foreigner. `loosest` bounds how a story may meet it. `capital` wants a capital letter, `caps` nothing
    but. `open` tells which words take any ending, `spelt` how else each word may
    be spelt. `capitals` tells which words of a shadow begin with one, where nothing else sets it off from a
    form: US open, beside US Open. A `city` has others of its name in American states. A `plain` one counts in
    any language and with any capitals, as words do that somebody typed.
    """

    sign: int
    words: tuple[str, ...]
    alias: str
    how: How = "exact"
    standing: Standing = "good"
    trust: float = 1.0
    loosest: int = EXACT
    languages: frozenset[str] = frozenset()
    home: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    capital: bool = False
    caps: bool = False
    open: tuple[bool, ...] = ()
    spelt: tuple[tuple[str, ...], ...] = ()
    capitals: tuple[bool, ...] = ()
    city: bool = False
    plain: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        told = self.languages or self.home or self.others or self.capital or self.caps or self.capitals
        object.__setattr__(self, "plain", not told)

    @property
    def unspaced(self) -> bool:
        """Whether it is in a script without spaces, and is looked for inside runs of letters."""
        return any(UNSPACED.search(word) for word in self.words)

    @property
    def ends_compounds(self) -> bool:
        """Whether it is a common word of a language that writes compounds as one word."""
        return not self.capital and not self.home.isdisjoint(COMPOUNDERS)

    def may_differ(self, language: str, level: int, length: int) -> bool:
        """Whether a story of this language may have it by its sound (or with a slip) in so many letters.

        A name that the language's press writes in its own way is not heard in other words; a slip is one
        in that own way; and the short words of scripts without vowels are all like each other.
        """
        if len(self.words) > 1:
            return level == HEARD or sum(map(len, self.words)) - max(map(len, self.words)) > 1
        if level == HEARD:
            return language not in self.home and language not in self.others
        least = _SAFE_UNVOWELLED if unvowelled(self.words[0]) else _SHORT - 1
        return length >= least and not self.is_foreign(language)

    def trust_in(self, language: str) -> float:
        """How far it is trusted in a story of this language (0: not at all); "" is not known."""
        if self.languages and language and language not in self.languages:
            return 0.0
        return self.trust * _FOREIGN if self.others and self.is_foreign(language) else self.trust

    def standing_in(self, language: str, level: int) -> Standing:
        """What it is worth in a story of this language, met in this way.

        A short form that the language's press does not use, and a short name with a slip, may well be
        another word: they count only beside something else.
        """
        if self.standing != "good" or len(self.words) > 1:
            return self.standing
        strange = self.is_foreign(language) and not _is_telling(self.words)
        slipped = level >= FUZZY and self.capital and len(self.words[0]) < _SAFE_WITH_A_SLIP
        return "weak" if strange or slipped else "good"

    def is_foreign(self, language: str) -> bool:
        """Whether the press of this language has forms of its own, and this is none of them."""
        return language in self.others and language not in self.home

    def is_another_word(self, language: str) -> bool:
        """Whether a word of a meaning is most likely another one in a story of this language.

        So it is where the language has words of its own for that: police is not political (Romanian
        politi*), and who reports does not postpone (French report*). Languages taken for each other have
        much the same words.
        """
        if self.how != "meaning" or not self.is_foreign(language) or len(self.words) > 1 or self.unspaced:
            return False
        return not any({language, home} <= kin for home in self.home for kin in _TAKEN_FOR_EACH_OTHER)


def name_forms(sign: int, name: Name, lexicon: Lexicon, *, adjectival: bool) -> Iterator[Form]:
    """Every form of a name of the catalogue; `adjectival` says that the query has its adjective."""
    spoken = frozenset(name.forms)
    shared = {tokens(form) for form in name.weak}
    for (key, caps), (alias, home) in _by_words(name).items():
        for words in (key, *_run_together(key), *_taken_apart(alias, key)):
            yield Form(
                sign,
                words,
                alias,
                loosest=_loosest(words),
                languages=home if key in shared or _is_brief(key, caps) else frozenset(),
                home=home,
                others=spoken - home,
                capital=len(words) == 1,
                caps=caps,
                city=name.kind == "place" and bool(name.within) and _AMERICAN.isdisjoint(name.within),
            )
    role, adjective = TRUST["role"], 0.95 if adjectival else TRUST["adjective"]
    yield from (
        Form(sign, words, alias, "role", trust=role, loosest=INFLECTED) for words, alias in _split(name.role)
    )
    for words, alias in _split(name.adjective):
        yield Form(
            sign, words, alias, "adjective", trust=adjective, loosest=INFLECTED, caps=is_initials(alias)
        )
    for words, alias in _split(name.weak):
        caps = is_initials(alias)
        yield Form(
            sign, words, alias, standing="weak", trust=0.85, loosest=INFLECTED, capital=True, caps=caps
        )
    for words, alias in _split(name.hints):
        yield Form(sign, words, alias, standing="hint", loosest=INFLECTED, caps=is_initials(alias))
    mine = {tokens(form) for form in (*name.aliases(), *name.weak)}
    for words, alias in _split(name.shadow):
        written = capitals_of(alias) if words in mine else ()
        yield Form(
            sign, words, alias, standing="shadow", loosest=EXACT if written else INFLECTED, capitals=written
        )
    for words, alias in _split(name.rivals):
        yield Form(sign, words, alias, standing="rival", loosest=INFLECTED)


def kin_forms(sign: int, name: Name, lexicon: Lexicon) -> Iterator[Form]:
    """The forms of a name that is wanted as one of a kind: as it is written, with endings and no more.

    A slip or a likeness in sound is worth looking for where somebody asked for the name itself.
    """
    for form in name_forms(sign, name, lexicon, adjectival=False):
        if form.how == "exact":
            yield replace(form, loosest=min(form.loosest, INFLECTED))


def shadows_of(sign: int, name: Name, names: Names) -> Iterator[Form]:
    """Longer forms of other names that have a form of this one in them: New York in York's way."""
    mine = {tokens(form) for form in (*name.aliases(), *name.weak)}
    for words in mine:
        for other, longer, alias in names.longer(words):
            if other != name.id and longer not in mine:
                yield Form(sign, longer, alias, standing="shadow", loosest=INFLECTED)


def namesakes_of(sign: int, term: Term, lexicon: Lexicon, names: Names) -> Iterator[Form]:
    """Names of people that have a common word in them, which is then no such word: Moon Jae-in, Bill Gates.

    A word that has no meaning is not common (elon), and an office before a name is meant (King Charles).
    So it is where words have no spaces between them.
    """
    meanings = [id for id in lexicon.find(tokens(term.text)) if id not in OFFICES]
    wordings = {wording.words for id in meanings for wording in lexicon.meanings[id]}
    for said in sorted(words for words in wordings if len(words) == 1 and not UNSPACED.search(words[0])):
        for other, longer, alias in names.longer(said):
            if names.by_id[other].kind == "person":
                yield Form(sign, longer, alias, standing="shadow", loosest=INFLECTED)


def word_forms(sign: int, term: Term, lexicon: Lexicon, let_in: Collection[Wording] = ()) -> Iterator[Form]:
    """The forms of words that are no name: themselves, and those of a meaning that they have."""
    words = tokens(term.text)
    if term.kind == "phrase":
        yield Form(sign, words, term.text, loosest=EXACT)
        return
    open = term.kind == "prefix"
    meanings = lexicon.find(words, open=open)
    wordings = [wording for id in meanings for wording in lexicon.meanings[id]]
    spoken = frozenset(wording.language for wording in wordings)
    home = frozenset(wording.language for wording in wordings if _covers(wording, words))
    short = all(len(word) <= _SHORT - 1 for word in words)
    loosest = INFLECTED if meanings or short else DOUBTFUL if len(words) > 1 else FUZZY
    yield Form(
        sign,
        words,
        term.text,
        loosest=EXACT if open else loosest,
        languages=(home | {"en"}) if meanings and short else frozenset(),
        home=home,
        others=(spoken - home) if meanings else frozenset(),
        open=(*(False for _ in words[1:]), open),
    )
    yield from meaning_forms(sign, meanings, lexicon, let_in)
    if not meanings:
        yield from _korean_forms(sign, words)


def meaning_forms(
    sign: int, meanings: Collection[str], lexicon: Lexicon, let_in: Collection[Wording] = ()
) -> Iterator[Form]:
    """The wordings of some meanings, and as shadows those that have a word of them and are something else.

    `let_in` are wordings that shut nothing out, as the query has all their words.
    """
    wordings = [wording for id in meanings for wording in lexicon.meanings[id]]
    spoken = frozenset(wording.language for wording in wordings)
    for wording in wordings:
        yield Form(
            sign,
            wording.words,
            " ".join(wording.words),
            "meaning",
            trust=TRUST["meaning"],
            loosest=INFLECTED,
            languages=_counts_in(wording),
            home=frozenset((wording.language,)),
            others=spoken,
            open=wording.open,
        )
    for wording in (wording for wording in lexicon.shut_out(meanings) if wording not in let_in):
        alias, languages = " ".join(wording.words), frozenset((wording.language,))
        yield Form(
            sign,
            wording.words,
            alias,
            standing="shadow",
            loosest=INFLECTED,
            languages=languages,
            open=wording.open,
        )


def _korean_forms(sign: int, words: tuple[str, ...]) -> Iterator[Form]:
    """A Korean name in Hangul and in all spellings of its syllables, where the words are one."""
    name = korean(words)
    if name is None:
        return
    trust = TRUST["transliterated"]
    for hangul in name.hangul():
        yield Form(sign, (hangul,), hangul, "transliterated", trust=trust)
    for spelt in name.latin():
        first = tuple(each[0] for each in spelt)
        alias = " ".join(first)
        yield Form(
            sign,
            first,
            alias,
            "transliterated",
            trust=trust,
            loosest=INFLECTED,
            capital=True,
            spelt=spelt,
        )


def _covers(wording: Wording, words: tuple[str, ...]) -> bool:
    if wording.open == (True,) and len(words) == 1:
        return words[0].startswith(wording.words[0])
    return wording.words == words


def _counts_in(wording: Wording) -> frozenset[str]:
    """The languages in which a common word counts (empty: all)."""
    if not _is_telling(wording.words):
        return frozenset((wording.language,))
    return frozenset() if wording.unspaced else TAKEN_FOR.get(wording.language, frozenset())


def _is_telling(words: tuple[str, ...]) -> bool:
    """Whether words can hardly be others in another language, so that a language misread does no harm."""
    return len(words) > 1 or len(words[0]) > _SHORT or UNSPACED.search(words[0]) is not None


def _by_words(name: Name) -> dict[tuple[tuple[str, ...], bool], tuple[str, frozenset[str]]]:
    """The good forms by their folded words and whether they are initials, with their languages."""
    found: dict[tuple[tuple[str, ...], bool], tuple[str, frozenset[str]]] = {}
    for language, forms in name.forms.items():
        for words, alias in _split(forms):
            key = words, is_initials(alias)
            known = found.get(key, (alias, frozenset()))
            found[key] = (known[0], known[1] | {language})
    return found


def _is_brief(words: tuple[str, ...], caps: bool) -> bool:
    """Whether a form is so short that in any other language it is another word: Xi, Uno, Ý."""
    return not caps and len(words) == 1 and len(words[0]) <= _BRIEF and words[0].isascii()


def _split(forms: Iterable[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    return ((tokens(form), form) for form in forms)


def _taken_apart(alias: str, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A name of one word with a capital in its middle as two words: OpenAI, Open AI."""
    parts = tokens(" ".join(_CAMEL.findall(alias))) if len(words) == 1 else ()
    if len(parts) > 1 and "".join(parts) == words[0] and min(map(len, parts)) > 1:
        yield parts


def _run_together(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A name of three parts with its last two as one: Kim Jongun."""
    if len(words) == 3 and all(word.isalpha() and len(word) <= 5 for word in words[1:]):
        yield (words[0], words[1] + words[2])


def _loosest(words: tuple[str, ...]) -> int:
    if len(words) > 1:
        return DOUBTFUL
    if len(words[0]) >= _SHORT:
        return FUZZY
    return HEARD if len(words[0]) == _SHORT - 1 else INFLECTED


def is_initials(alias: str) -> bool:
    """Whether a form is written in capitals only, as US and IS are."""
    letters = [letter for letter in alias if letter.isalpha()]
    return len(letters) <= _SHORT and alias.upper() == alias and alias.lower() != alias
