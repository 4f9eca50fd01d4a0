"""What outlets are called, where no table says it: by the names that their feeds give them.

A feed may call itself anything: "Metro", "World", "Latest news". A name is taken at its word where it has two
words and is the outlet's own, as its domain says; any other is `plain`, and needs a phrase that quotes. Of an
outlet that does not tell the event itself a name of one word counts only where it is the domain's, too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from anyascii import anyascii

from watcher.desk.sources import Source, Sources
from watcher.feeds.addresses import outlet_name, outlet_of

_ARTICLE = re.compile(r"(?:The|Le|La|Les|Der|Die|Das|El|Los|Il|Lo|O|A|De|Het)\s+|L['’]")
_UNSPACED = 0x2E7F
"""Chinese, Japanese and Korean letters lie behind it."""
_LONG_ENOUGH = 4
"""Letters by which such a name is no common word: 港湾日报 is an outlet, 警察 is the police."""
_SHORTEST = 3
"""Letters that a name has to have, Chinese ones count double."""


def polled(outlets: Iterable[tuple[str, str]], sources: Sources, *, at_hand: bool = True) -> Sources:
    """Outlets, by domain and name, as others name them; those that `sources` knows are left out.

    A name that two outlets have, or that is somebody's in `sources`, is nobody's here. `at_hand` says that
    these outlets tell the event which they are looked for in.
    """
    named = {(outlet, name.strip()) for outlet, name in outlets if _is_name(name) and not sources.of(outlet)}
    if not at_hand:
        named = {(outlet, name) for outlet, name in named if _is_telling(name, outlet)}
    held: defaultdict[str, set[str]] = defaultdict(set)
    for outlet, name in named:
        for one in _names(name):
            held[one].add(outlet)
    found = []
    for outlet, name in sorted(named):
        names = tuple(one for one in _names(name) if len(held[one]) == 1 and one not in sources.names)
        if names:
            found.append(Source(outlet, names, (outlet,), plain=not _is_own(name, outlet)))
    return Sources(tuple(found))


def with_feeds(table: Sources, feeds: Iterable[tuple[str, str, str]]) -> Sources:
    """The outlets of a table, and those of feeds, which come as address, outlet and title."""
    outlets = ((outlet or outlet_of(url), title) for url, outlet, title in feeds if title)
    named = ((outlet, outlet_name(title, outlet)) for outlet, title in outlets)
    return replace(table, feeds=polled(named, table, at_hand=False))


def _is_name(name: str) -> bool:
    return sum(2 if ord(letter) > _UNSPACED else letter.isalnum() for letter in name) >= _SHORTEST


def _names(name: str) -> tuple[str, ...]:
    """A name as it is, and without its article where two words are left: "the Capital Ledger"."""
    short = _ARTICLE.sub("", name, count=1)
    return (name, short) if short != name and len(short.split()) > 1 else (name,)


def _is_own(name: str, outlet: str) -> bool:
    """Whether a name has two words and is that of the domain: "Capital Ledger" of capital-ledger.example."""
    return len(_ARTICLE.sub("", name, count=1).split()) > 1 and _is_of_domain(name, outlet)


def _is_of_domain(name: str, outlet: str) -> bool:
    short = _ARTICLE.sub("", name, count=1)
    return _letters(outlet.partition(".")[0]) in (_letters(short), _letters(name))


def _is_telling(name: str, outlet: str) -> bool:
    """Whether a name says by itself that an outlet is meant: "World" and "Police" may be any feed's."""
    if any(ord(letter) > _UNSPACED for letter in name):
        return len(name) >= _LONG_ENOUGH
    short = _ARTICLE.sub("", name, count=1)
    return len(short.split()) > 1 or _is_of_domain(anyascii(name), outlet)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
