"""How fast stories are grouped, and in how much memory, with a hundred thousand of them at hand.

    python -m benchmarks.grouping_speed [--window 100000] [--stories 5000]

Near-duplicates: a stream of made-up headlines of which a third are copies with small changes (a word
swapped, added or left out, or the words in another order). Beside ours, in the same run: datasketch's
MinHash LSH, and rapidfuzz's cdist over the last five thousand, as brute force. Recall is the share of copies
for which the text they were made from, or another copy of it, was found.
With vectors: stories of a few thousand made-up events, with vectors that scatter around that of their event.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from rapidfuzz import fuzz, process

from watcher.models import Story
from watcher.stories.group import Grouper
from watcher.stories.tellings import Tellings, sort_words
from watcher.stories.weights import weights

START = datetime(2024, 1, 1, tzinfo=UTC)
LIKE = 80.0
SYLLABLES = "ba de ki lo mu ra si to ve na po che dri gan ster lin mar tov wen sha zu fre".split()


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up story, and the number of the text it is a copy of."""

    story: Story
    text: int


def vocabulary(draw: random.Random, size: int = 30_000) -> list[str]:
    return ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(size)]


def headlines(count: int, seed: int = 1) -> Iterator[Made]:
    """Headlines whose words are as unevenly common as those of a language."""
    draw = random.Random(seed)
    words = vocabulary(draw)
    odds = [1 / (rank + 10) for rank in range(len(words))]
    texts: list[list[str]] = []
    for n in range(count):
        if texts and draw.random() < 1 / 3:
            text = draw.randrange(max(0, len(texts) - 3000), len(texts))
            title = changed(texts[text], words, draw)
        else:
            text, title = len(texts), draw.choices(words, odds, k=draw.randint(7, 13))
            texts.append(title)
        yield Made(made_story(n, " ".join(title)), text)


def changed(title: list[str], words: list[str], draw: random.Random) -> list[str]:
    title = list(title)
    kind, place = draw.randrange(4), draw.randrange(len(title))
    if kind == 0:
        title[place] = draw.choice(words)
    elif kind == 1:
        title.insert(place, draw.choice(words))
    elif kind == 2:
        del title[place]
    else:
        title = title[place:] + title[:place]
    return title


def made_story(n: int, title: str) -> Story:
    at = START + timedelta(seconds=n)
    return Story(f"s{n}", title, "", f"outlet{n % 200}.example", at, at, "", "en")


def ours() -> Callable[[Story], str]:
    tellings = Tellings(LIKE)

    def take(story: Story) -> str:
        found = tellings.find(story)
        if not found:
            tellings.put(story)
        return found

    return take


def brute_force(window: int = 5000) -> Callable[[Story], str]:
    texts: list[str] = []
    ids: list[str] = []

    def take(story: Story) -> str:
        text = sort_words(story.title)
        scores = (
            process.cdist([text], texts[-window:], scorer=fuzz.ratio, score_cutoff=LIKE)[0] if texts else []
        )
        best = int(np.argmax(scores)) if len(scores) else -1
        if best >= 0 and scores[best] >= LIKE:
            return ids[-window:][best]
        texts.append(text)
        ids.append(story.id)
        return ""

    return take


def datasketch_lsh() -> Callable[[Story], str]:
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=0.5, num_perm=64)

    def take(story: Story) -> str:
        text = sort_words(story.title)
        sketch = MinHash(num_perm=64)
        sketch.update_batch([text[i : i + 4].encode() for i in range(len(text) - 3)])
        found = lsh.query(sketch)
        if found:
            return str(found[0])
        lsh.insert(story.id, sketch)
        return ""

    return take


def near_duplicates(name: str, take: Callable[[Story], str], made: list[Made], timed: int) -> None:
    text_of = {one.story.id: one.text for one in made}
    copies = found = 0
    seen: set[int] = set()
    spent = 0.0
    for n, one in enumerate(made):
        started = time.process_time()
        told = take(one.story)
        if n >= len(made) - timed:
            spent += time.process_time() - started
        if one.text in seen:
            copies += 1
            found += bool(told) and text_of[told] == one.text
        seen.add(one.text)
    print(
        f"{name:28} {timed / spent:8,.0f} stories/s at {len(made):,}  recall {found / copies:.3f}  "
        f"{memory()}",
        flush=True,
    )


def with_vectors(window: int, timed: int, events: int = 4000) -> None:
    chance = np.random.default_rng(1)
    grouper = Grouper(1, window=timedelta(seconds=window))
    centres = chance.normal(size=(events, 512)).astype(np.float32)
    made = [one.story for one in headlines(window + timed, seed=2)]
    learned = weights()
    spent = 0.0
    for n, story in enumerate(made):
        vector = centres[n * 7919 % events] + chance.normal(size=512).astype(np.float32) * 0.8
        vector = vector / np.linalg.norm(vector) + learned.means[learned.languages["en"]]
        started = time.process_time()
        grouper.add(story, vector.astype(np.float32))
        if n >= window:
            spent += time.process_time() - started
        if n and n % 20_000 == 0:
            print(f"  … {n:,} stories at hand, {memory()}", flush=True)
    print(f"{'grouping with vectors':28} {timed / spent:8,.0f} stories/s at {window:,}  {memory()}")


def memory() -> str:
    return f"most memory so far {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--window", type=int, default=100_000)
    parser.add_argument("--stories", type=int, default=5_000, help="how many are timed")
    parser.add_argument("--only", choices=["copies", "vectors", "others"])
    asked = parser.parse_args()
    if asked.only in (None, "copies"):
        near_duplicates("ours", ours(), list(headlines(asked.window)), asked.stories)
    if asked.only in (None, "vectors"):
        with_vectors(asked.window, asked.stories)
    if asked.only in (None, "others"):
        few = list(headlines(min(asked.window, 10_000)))
        near_duplicates("rapidfuzz cdist, last 5,000", brute_force(), few, 2_000)
        near_duplicates("datasketch LSH", datasketch_lsh(), list(headlines(asked.window // 5)), asked.stories)


if __name__ == "__main__":
    main()
