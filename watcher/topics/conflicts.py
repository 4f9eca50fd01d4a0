"""What is wrong between the names of a catalogue, as sentences with their places; none of it is fatal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from watcher.toml import Fault
from watcher.topics.lexicon import Lexicon
from watcher.topics.text import capitals_of, tokens

if TYPE_CHECKING:  # which names.py is, that asks this
    from watcher.topics.names import Name, Names

_HEADER = re.compile(r"\s*\[\s*['\"]?([\w\-]+)")


def conflicts(names: Names, texts: Sequence[str | bytes], files: Sequence[str]) -> Iterator[Fault]:
    """What is wrong between names: forms that two share, that shut themselves out, that are common words."""
    places = _places(texts, files)

    def fault(id: str, message: str) -> Fault:
        return Fault(*places.get(id, (files[0], 0)), message)

    for form, ids in names.shared():
        yield fault(ids[0], f'"{form}" is a form of {" and ".join(ids)}: make it weak in all but one.')
    lexicon = Lexicon.shipped()
    for name in names:
        yield from (fault(name.id, message) for message in _own_conflicts(name, lexicon))
        for whole in (one for one in name.within if one not in names.by_id):
            yield fault(name.id, f"{name.id} is within {whole}, which is no name: give the id of one.")
    yield from (fault(first, message) for first, message in _cycles(names))


def _places(texts: Sequence[str | bytes], files: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Where each name's table begins: file and line."""
    found: dict[str, tuple[str, int]] = {}
    for number, text in enumerate(texts):
        lines = (text if isinstance(text, str) else text.decode("utf-8-sig", "replace")).splitlines()
        for line, written in enumerate(lines, 1):
            if header := _HEADER.match(written):
                found.setdefault(header[1], (files[min(number, len(files) - 1)], line))
    return found


def _own_conflicts(name: Name, lexicon: Lexicon) -> Iterator[str]:
    shadows = {(tokens(form), capitals_of(form)) for form in name.shadow}
    for form in name.aliases():
        if (tokens(form), capitals_of(form)) in shadows:
            yield f'{name.id}: "{form}" is a form and a shadow of itself, so it never counts: take one out.'
    for language, forms in name.forms.items():
        for form in forms:
            told_apart = lexicon.homographs.get(language, frozenset()).issuperset(tokens(form))
            if not (form.isupper() or told_apart) and lexicon.is_common(tokens(form), language):
                said = f'{name.id}: "{form}" is also a common word of language {language}'
                yield f"{said}: make it weak, with hints."
    if name.weak and not name.hints and not name.forms:
        yield f"{name.id} has weak forms only and no hints, so nothing can meet it: give it hints."


def _cycles(names: Names) -> Iterator[tuple[str, str]]:
    """Names that are nothing but weak and lean on each other in a circle: none of them can ever count."""
    leans: dict[str, set[str]] = {}
    for name in names:
        if name.weak and not name.forms:
            hinted = {id for hint in name.hints for id in names.find(tokens(hint))}
            solid = any(not names.find(tokens(hint)) for hint in name.hints)
            leans[name.id] = set() if solid else hinted
    for id in sorted(leans):
        reached, ahead = set[str](), set(leans[id])
        while ahead:
            reached |= ahead
            ahead = {further for step in ahead for further in leans.get(step, ())} - reached
        if id in reached and reached <= leans.keys():
            yield (
                id,
                f"{id} leans on hints that lean back on it ({', '.join(sorted(reached))}): give one a form.",
            )
