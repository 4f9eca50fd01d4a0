"""What the outlets at hand are called, where no table says it: by the names that their feeds give them.

A feed may call itself anything: "Metro", "World", "Latest news". A name is taken at its word where it has two
words and is the outlet's own, as its domain says; any other is `plain`, and needs a phrase that quotes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from watcher.desk.sources import Source, Sources

_ARTICLE = re.compile(r"(?:The|Le|La|Les|Der|Die|Das|El|Los|Il|Lo|O|A|De|Het)\s+|L['’]")
_SHORTEST = 3
"""Letters that a name has to have, Chinese ones count double."""


def polled(outlets: Iterable[tuple[str, str]], sources: Sources) -> Sources:
    """Outlets, by domain and name, as others name them; those that `sources` knows are left out.

    A name that two outlets have, or that is somebody's in `sources`, is nobody's here.
    """
    named = {(outlet, name.strip()) for outlet, name in outlets if _is_name(name) and not sources.of(outlet)}
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


def _is_name(name: str) -> bool:
    return sum(2 if ord(letter) > 0x2E7F else letter.isalnum() for letter in name) >= _SHORTEST


def _names(name: str) -> tuple[str, ...]:
    """A name as it is, and without its article where two words are left: "the Capital Ledger"."""
    short = _ARTICLE.sub("", name, count=1)
    return (name, short) if short != name and len(short.split()) > 1 else (name,)


def _is_own(name: str, outlet: str) -> bool:
    """Whether a name has two words and is that of the domain: "Capital Ledger" of capital-ledger.example."""
    short = _ARTICLE.sub("", name, count=1)
    letters, domain = _letters(short), _letters(outlet.partition(".")[0])
    return len(short.split()) > 1 and domain in (letters, _letters(name))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
