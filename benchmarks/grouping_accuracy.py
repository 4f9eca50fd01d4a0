"""How well stories are grouped and compared, on labelled data, without the command line around it.

    python -m benchmarks.grouping_accuracy DATA_DIRECTORY SCORE_PY [part ...]

Writes the same lines as `replay` and `compare` and hands them to the scorer.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from watcher.models import Story
from watcher.stories.group import Grouper
from watcher.stories.language import settle_language
from watcher.stories.likeness import embed_all, same_all
from watcher.stories.vectors import Vector, Vectors, is_unread, load_vectors

STREAMS = {
    "stream_dev": ("events", "stream_dev_labels.csv"),
    "uci_dev": ("groups", "uci_dev_clusters.csv"),
    "wmt21": ("groups", "wmt21_clusters.csv"),
}
PAIRS = ("semeval_text", "semeval_slugs", "ru_slugs", "telegram", "headlinecause")


class Kept:
    """Sentence vectors kept in a file between runs, so that trying something does not cost minutes."""

    def __init__(self, path: Path | None) -> None:
        import numpy as np

        self._np, self._path, self._model = np, path, None
        self._known: dict[str, Vector] = {}
        if path and path.exists():
            with np.load(path, allow_pickle=False) as kept:
                self._known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))

    size = 512

    def embed(self, texts: Any, languages: Any = ()) -> Vector:
        asked = list(zip(texts, languages or [""] * len(texts), strict=True))
        missing = sorted({one for one in asked if is_unread(one[1]) or one[0] not in self._known})
        found = dict(zip(missing, self._embedded(missing), strict=True))
        self._known.update((text, found[text, code]) for text, code in missing if not is_unread(code))
        return self._np.stack([found.get(one, self._known.get(one[0])) for one in asked])

    def _embedded(self, missing: list[tuple[str, str]]) -> Any:
        if not missing:
            return ()
        self._model = self._model or load_vectors()
        return self._model.embed([text for text, _ in missing], [code for _, code in missing])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("score", type=Path)
    parser.add_argument("parts", nargs="*", default=[*STREAMS, *PAIRS])
    parser.add_argument("--cache", type=Path)
    asked = parser.parse_args()
    vectors = Kept(asked.cache)
    for part in asked.parts:
        print(f"== {part}", flush=True)
        started = time.process_time()
        if part in STREAMS:
            what, labels = STREAMS[part]
            answers = grouped(asked.data / f"{part}.jsonl.gz", vectors)
        else:
            what, labels = "pairs", f"pairs_{part}.jsonl.gz"
            answers = compared(asked.data / labels, vectors)
        text = "\n".join(json.dumps(answer) for answer in answers)
        more = ["--stream", str(asked.data / f"{part}.jsonl.gz")] if what == "groups" else []
        spent = time.process_time() - started
        command = [sys.executable, str(asked.score), what, "--labels", str(asked.data / labels), *more]
        subprocess.run(command, input=text, text=True, check=True)
        print(f"   {spent:.1f} s of processor time", flush=True)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def story(row: dict[str, Any], id_: str, at: datetime) -> Story:
    found = Story(
        id_, row["title"], row.get("url", ""), row.get("source", ""), at, at, row.get("summary") or ""
    )
    return replace(found, language=row["lang"]) if row.get("lang") else settle_language(found)


def grouped(path: Path, vectors: Vectors) -> Iterator[dict[str, Any]]:
    stories = [story(row, row["id"], datetime.fromisoformat(row["published"])) for row in rows(path)]
    stories.sort(key=lambda one: (one.published, one.id))
    embedded = embed_all(stories, vectors)
    grouper = Grouper(1)
    groups: dict[str, str] = {}
    for one, vector in zip(stories, embedded, strict=True):
        groups.update((placed.story_id, placed.group) for placed in grouper.add(one, vector))
    for id_, group in groups.items():
        yield {"id": id_, "matches": [{"topic": "everything", "score": 100, "group": group or None}]}


def compared(path: Path, vectors: Vectors) -> Iterator[dict[str, Any]]:
    found = list(rows(path))
    at = datetime.fromisoformat("2024-01-01T00:00:00+00:00")
    pairs = [(story(row["a"], "a", at), story(row["b"], "b", at)) for row in found]
    for row, (score, same) in zip(found, same_all(pairs, vectors), strict=True):
        yield {"id": row["id"], "score": round(score, 4), "same": same}


if __name__ == "__main__":
    main()
