"""The labelled pairs and the streams, as the weights of likeness are fitted on them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watcher.models import Story
from watcher.stories.likeness import close_text, embed_text

PACKAGE = Path(__file__).parent.parent / "watcher"
STREAMS = ("stream_dev", "uci_dev", "wmt21")
PAIRS = ("semeval_text", "semeval_slugs", "ru_slugs", "telegram", "headlinecause")
TRANSLATED = "wmt21"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two stories and whether people said that they tell the same event; `grade` where they graded it.

    `looked_up` says which of the two are taken as if the sentence model had not learned their language,
    `closely` whether both are taken as read closely.
    """

    source: str
    a: Story
    b: Story
    same: bool
    grade: float | None
    looked_up: tuple[bool, bool] = (False, False)
    closely: bool = False


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def story(id_: str, row: dict[str, Any]) -> Story:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    return Story(id_, row["title"], "", "", at, at, row.get("summary") or "", row["lang"])


def read_pairs(data: Path, name: str) -> Iterator[Pair]:
    for row in rows(data / f"pairs_{name}.jsonl.gz"):
        a, b = (story(f"{row['id']}:{side}", row[side]) for side in "ab")
        yield Pair(name, a, b, bool(row["same"]), row.get("grade"))


def read_streams(data: Path) -> Iterator[Story]:
    for name in STREAMS:
        for row in rows(data / f"{name}.jsonl.gz"):
            yield story(row["id"], row)


def read_newswire() -> Iterator[Story]:
    """The demo's own stories: the only texts of some languages there are."""
    with (PACKAGE / "demo" / "newswire.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield story(row["id"], row)


def text_of(one: Story) -> str:
    return embed_text(one.title, one.summary, one.language)


def close_text_of(one: Story) -> str:
    return close_text(one.title, one.summary, one.language)
