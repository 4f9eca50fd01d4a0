"""Leaning: how readily a topic's stories join, since editors merged and split its events.

An editor merges what the machine kept apart and splits what it put together. Where one happens much more
often than the other, the machine is too shy or too bold for that newsroom, and the likeness from which a
story joins moves a little. It is worked out from the words that hold, whenever they are read: a word taken
back has no part in it. It cannot run away: the step is bounded, a few words move nothing, and a threshold
that has gone too far makes editors do the opposite, which brings it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

FEWEST = 4
"""Words of editors below which nothing is learned: one angry evening is no lesson."""
DOUBT = 8
"""So many words, half of them merges and half splits, are taken as said before anybody says anything."""
MOST = 0.8
"""How far the logarithm of the odds from which stories join can move: a likeness of 0.33 becomes 0.18 or 0.52
at the utmost, between which every stream that was measured has its best (docs/decisions.md)."""


@dataclass(frozen=True, slots=True)
class Said:
    """How often editors said of a topic's events that two are one, and that one is two."""

    merges: int = 0
    splits: int = 0


def lean(said: Said) -> float:
    """By how much stories join more readily, as a logarithm of odds; negative for less readily."""
    words = said.merges + said.splits
    return MOST * (said.merges - said.splits) / (words + DOUBT) if words >= FEWEST else 0.0


def leaning(threshold: float, said: Said) -> float:
    """The likeness (0-1) from which a story joins, where it would be `threshold` if nothing had been said."""
    odds = log(threshold / (1 - threshold)) - lean(said)
    return 1 / (1 + exp(-odds))
