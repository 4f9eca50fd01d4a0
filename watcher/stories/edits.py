"""What editors said about which stories tell one event; the machine never undoes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from watcher.models import Placement


@dataclass(frozen=True, slots=True)
class Edit:
    """An editor's word on two stories, by id: `merge`, they tell one event; `split`, they do not."""

    kind: Literal["merge", "split"]
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of an editor's word: what to remember of it, and the stories that moved."""

    edits: tuple[Edit, ...]
    placements: tuple[Placement, ...]
