"""Who is who among outlets: how others name them, where they publish, and whose they are.

The table is `config/owners.toml`, which says in its head how it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick, MatchKind

from watcher.toml import Fault, line_of, parse_toml

_ATTACHED = "لوبفكבלהמושכ"
"""Arabic and Hebrew letters that are written together with the word they stand before: to, and, by, in."""
_UNSPACED = (("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"))
_FIELDS = {"names", "domains", "owner"}


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet that others quote. `owner` is whose it is; outlets of one owner have one voice.

    The names of a `plain` one may be any word: they are its names only where a text says that it quotes.
    """

    id: str
    names: tuple[str, ...]
    domains: tuple[str, ...] = ()
    owner: str = ""
    plain: bool = False

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def voice(self) -> str:
        """What it counts as: its owner, or itself."""
        return self.owner or self.id


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names a source, in characters."""

    source: Source
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sources:
    """The outlets that are known, found by domain or in a text; `faults` are what could not be read.

    `feeds` are those that no table knows, by the names of the feeds that are polled; others name them, too.
    """

    known: tuple[Source, ...] = ()
    faults: tuple[Fault, ...] = ()
    feeds: Sources | None = None
    _by_domain: Mapping[str, Source] = field(init=False, repr=False)
    _named: tuple[tuple[str, Source], ...] = field(init=False, repr=False)
    names: frozenset[str] = field(init=False, repr=False, compare=False)
    _finder: AhoCorasick = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named = tuple((name, source) for source in self.known for name in source.names)
        domains = {domain: source for source in self.known for domain in source.domains}
        finder = AhoCorasick([name for name, _ in named], matchkind=MatchKind.LeftmostLongest)
        object.__setattr__(self, "_by_domain", domains)
        object.__setattr__(self, "_named", named)
        object.__setattr__(self, "names", frozenset(name for name, _ in named))
        object.__setattr__(self, "_finder", finder)

    @classmethod
    def load(cls, text: str, file: str = "owners.toml") -> Sources:
        """The sources of a TOML text; tables that cannot be read are left out and stand in `faults`.

        `file` is what faults call it.
        """
        known: list[Source] = []
        faults: list[Fault] = []
        for id_, table in parse_toml(text, file, faults).items():
            if said := _fault(id_, table):
                faults.append(Fault(file, line_of(text, id_, None), said))
            else:
                known.append(_source(id_, table))
        return cls(tuple(known), tuple(faults))

    def of(self, outlet: str) -> Source | None:
        """The source that publishes at an outlet's domain."""
        return self._by_domain.get(outlet)

    def voice(self, outlet: str) -> str:
        """What an outlet counts as: the owner of it, or the outlet itself where none is known."""
        source = self.of(outlet)
        return source.voice if source else outlet

    def mentions(self, text: str) -> Iterator[Mention]:
        """Where a text names sources, as whole words, in order."""
        for index, start, end in self._finder.find_matches_as_indexes(text):
            if _stands_alone(text, start, end):
                yield Mention(self._named[index][1], start, end)


NO_SOURCES = Sources()
"""Every outlet counts as itself, and none is recognised where it is quoted."""


def _fault(id_: str, table: object) -> str:
    if not isinstance(table, dict):
        return f"{id_} has no table: write [{id_}] on a line of its own."
    unknown = sorted(table.keys() - _FIELDS)
    if unknown:
        return f"{id_}: there is no {unknown[0]}; an outlet has names, domains and an owner."
    if not isinstance(table.get("owner", ""), str):
        return f"{id_}: owner is one name in quotes."
    lists = [table.get("names"), table.get("domains", [])]
    if not table.get("names") or not all(map(_words, lists)):
        return f'{id_}: names and domains are lists such as ["Reuters"], and names has one at the least.'
    return ""


def _words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and word for word in value)


def _source(id_: str, table: Mapping[str, object]) -> Source:
    names, domains, owner = table["names"], table.get("domains", []), table.get("owner", "")
    assert isinstance(names, list)
    assert isinstance(domains, list)
    return Source(id_, tuple(names), tuple(domains), str(owner))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no letter that needs a space touches the name; Chinese, Japanese, Korean and Thai need none."""
    if ord(text[start]) > 0x2E7F or _is_unspaced(text[start]):
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_joins(before) and before not in _ATTACHED) and not _joins(after)


def _joins(letter: str) -> bool:
    return letter.isalnum() and ord(letter) <= 0x2E7F and not _is_unspaced(letter)


def _is_unspaced(letter: str) -> bool:
    """Whether a letter is of Thai, Lao, Burmese or Khmer, which have no spaces between words."""
    return any(first <= letter <= last for first, last in _UNSPACED)
