"""Names that are one of a kind: the ECB for a central bank, the Bundestag for a parliament.

Which names are of which kind, and of which place, stands in `lexicon.toml`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from watcher.topics.plan import AllOf, AnyOf, Leaf, Needed, Part, Without
from watcher.topics.seen import Sign


def spoken_for(part: Part, kin: Collection[Sign], place: Mapping[int, str]) -> Part:
    """A part that stands beside words with these `kin`: those that are of its own place stand for it too.

    `germany parliament` is then met by the Bundestag alone, which its own press never calls German.
    """
    if isinstance(part, Leaf) and part.sign.kind == "name":
        own = [one for one in kin if place[one.number] == part.sign.name and one not in part.kin]
        return replace(part, kin=(*part.kin, *own))
    if isinstance(part, AnyOf):
        return AnyOf.of(tuple(spoken_for(inner, kin, place) for inner in part.parts))
    return part


def by_words_alone(part: Part) -> Part:
    """A part that is not wanted, without its kin: a minus shuts out what it says, and not all of the kind."""
    if isinstance(part, Leaf):
        return replace(part, kin=())
    if isinstance(part, AllOf | AnyOf):
        return type(part).of(tuple(map(by_words_alone, part.parts)))
    return replace(part, part=by_words_alone(part.part)) if isinstance(part, Needed | Without) else part
