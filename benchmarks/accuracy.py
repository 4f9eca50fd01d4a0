"""Accuracy on labelled data, as one table: `replay` and `compare`, scored by the data's own scorer.

python -m benchmarks.accuracy --labelled DIR       DIR holds data/ and eval/score.py
python -m benchmarks.accuracy --labelled DIR --only uci
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.calibration import judge, lines

ROOT = Path(__file__).parent.parent
TOPICS = ROOT / "benchmarks" / "topics_eval.toml"


@dataclass(frozen=True, slots=True)
class Measure:
    """One run of the bot over a file, and how its output is scored."""

    name: str
    command: str
    file: str
    scorings: tuple[tuple[str, ...], ...]
    topics: Path = TOPICS


MEASURES = (
    Measure(
        "sensitivity",
        "replay",
        "stream_dev.jsonl.gz",
        tuple(
            ("topics", "--labels", "{data}/stream_dev_labels.csv", "--topic", level)
            for level in ("strict", "normal", "wide")
        ),
        ROOT / "benchmarks" / "topics_sensitivity.toml",
    ),
    Measure(
        "stream",
        "replay",
        "stream_dev.jsonl.gz",
        (
            ("topics", "--labels", "{data}/stream_dev_labels.csv", "--topic", "kim-putin-summit"),
            ("events", "--labels", "{data}/stream_dev_labels.csv"),
        ),
    ),
    Measure("uci", "replay", "uci_dev.jsonl.gz", (("groups", "--labels", "{data}/uci_dev_clusters.csv"),)),
    Measure(
        "wmt21",
        "replay",
        "wmt21.jsonl.gz",
        (("groups", "--labels", "{data}/wmt21_clusters.csv", "--stream", "{data}/wmt21.jsonl.gz"),),
    ),
    *(
        Measure(
            name,
            "compare",
            f"pairs_{name}.jsonl.gz",
            (("pairs", "--labels", f"{{data}}/pairs_{name}.jsonl.gz"),),
        )
        for name in ("semeval_text", "semeval_slugs", "ru_slugs", "telegram", "headlinecause")
    ),
)

CALIBRATION = "calibration"
"""Whether likeness means what it says, by weights that never saw the pairs: see benchmarks/calibration.py."""


def run(measure: Measure, data: Path, into: Path) -> float:
    """Run the bot over one file; returns the seconds it took."""
    command = [sys.executable, str(ROOT / "bot.py"), measure.command, str(data / measure.file)]
    if measure.command == "replay":
        command += ["--topics", str(measure.topics)]
    started = time.perf_counter()
    with into.open("wb") as out:
        subprocess.run(command, cwd=ROOT, stdout=out, check=True)
    return time.perf_counter() - started


def score(scoring: Sequence[str], output: Path, labelled: Path) -> list[str]:
    """The scorer's lines for one output."""
    words = [word.format(data=labelled / "data") for word in scoring]
    command = [sys.executable, str(labelled / "eval" / "score.py"), *words]
    with output.open("rb") as rows:
        done = subprocess.run(command, stdin=rows, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--labelled", type=Path, required=True)
    parser.add_argument("--only", choices=[*(measure.name for measure in MEASURES), CALIBRATION])
    arguments = parser.parse_args()
    if not (arguments.labelled / "data").is_dir():
        sys.exit(f"There is no labelled data in {arguments.labelled}: give its folder with --labelled.")
    print("| data | scored | result |\n|---|---|---|")
    for measure in MEASURES:
        if arguments.only not in (None, measure.name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "out.jsonl"
            seconds = run(measure, arguments.labelled / "data", output)
            for scoring in measure.scorings:
                for line in score(scoring, output, arguments.labelled):
                    what, _, result = line.strip().partition(": ")
                    print(f"| {measure.name} | {what} | {result or line.strip()} |", flush=True)
            print(f"| {measure.name} | took | {seconds:.0f} s |", flush=True)
    if arguments.only in (None, CALIBRATION):
        for name, result in lines(judge(arguments.labelled / "data")):
            print(f"| {CALIBRATION} | {name} | {result} |", flush=True)


if __name__ == "__main__":
    main()
