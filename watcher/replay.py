"""`replay` and `compare`: stories and pairs from a file through match and group, as accuracy is measured.

    replay   in   {"id","title","summary","url","source","published","lang"}   one story a line
             out  {"id","matches":[{"topic","score","group","why"}]}           in order of publication
             --json: each match also "needed", "joins" (the likeness, on average over an event's stories, from
             which one joins it), "roundup", "alike"; each story also "missed"
    compare  in   {"id","a":{"title","summary","lang"},"b":{...}}
             out  {"id","score","same"}

A line that cannot be read is said with its number, and the run goes on.
"""

from __future__ import annotations

import gzip
import json
import logging
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from watcher.config import load_topics
from watcher.feeds.addresses import outlet_of
from watcher.feeds.parse import LONGEST_SUMMARY, LONGEST_TITLE
from watcher.models import Match, Placement, Reason, Story, Topic, WatcherError
from watcher.stories.group import JOIN
from watcher.stories.language import settle_language
from watcher.stories.likeness import Alike, same_all
from watcher.stories.vectors import NoCloserReading, Vectors
from watcher.taster import CopyTaster, Read
from watcher.topics.match import THRESHOLDS, Matcher, Verdict

log = logging.getLogger(__name__)

BATCH = 512
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+")
_HALF_LETTER = re.compile("[\ud800-\udfff]")
_NO_LETTER = "\N{REPLACEMENT CHARACTER}"

Advance = Callable[[int, int], None]


class Say(Protocol):
    """Hears what is wrong with a file; what is `weighty` is about all of it and not one line of many."""

    def __call__(self, message: str, *, weighty: bool = False) -> None: ...


class InputError(WatcherError):
    """A file of lines that cannot be opened or read at all."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """One line of a file: its number from 1, and the object on it."""

    number: int
    row: dict[str, Any]


def read_lines(path: Path, say: Say) -> Iterator[Numbered]:
    """The objects of a JSON-lines file, plain or gzipped; `say` hears of each line that is none.

    Raises InputError where the file itself cannot be read.
    """
    number = 0
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    row = _row(line, number, say)
                    if row is not None:
                        yield Numbered(number, row)
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}: give the path of one.") from error
    except (OSError, EOFError, zlib.error) as error:
        words = getattr(error, "strerror", None) or str(error)
        if not number:
            raise InputError(
                f"{path} cannot be read ({words}): give another file, or fetch it again."
            ) from error
        end = f"{path} cannot be read beyond line {number} ({words}); the rest is left out. Fetch it again."
        say(end, weighty=True)


def _opened(path: Path) -> Any:
    opener = gzip.open if path.suffix == ".gz" else open
    return opener(path, "rt", encoding="utf-8-sig", errors="surrogateescape")


def _row(line: str, number: int, say: Say) -> dict[str, Any] | None:
    if broken := _HALF_LETTER.search(line):
        say(f"line {number}: not UTF-8 at letter {broken.start() + 1}; read with {_NO_LETTER} there")
        line = _HALF_LETTER.sub(_NO_LETTER, line)
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        say(f"line {number}: not JSON ({_where(error)}); left out")
        return None
    if not isinstance(row, dict):
        say(f"line {number}: not an object; left out")
        return None
    return row


def _where(error: Exception) -> str:
    """What is wrong with a line of JSON, and at which of its letters."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.removesuffix(' at')} at letter {error.pos + 1}"
    return str(error)[:80]


# --------------------------------------------------------------------------------------- replay


def topics_of(path: Path) -> tuple[Topic, ...]:
    """The topics of a file, numbered from 1.

    Raises ConfigError for a fault in it, a query's included, and InputError where there is none.
    """
    lines = load_topics(path, "Give the path of a file of [[topic]] tables with --topics.", typed=False)
    if not lines:
        raise InputError(f"{path} has no topic: give the path of a file of [[topic]] tables with --topics.")
    return tuple(line.as_topic("replay", number) for number, line in enumerate(lines, 1))


def read_stories(lines: Iterable[Numbered], say: Say) -> list[Story]:
    """Stories in order of publication; one without a time comes after the one above it in the file."""
    stories: dict[str, Story] = {}
    last = datetime(1970, 1, 1, tzinfo=UTC)
    for line in lines:
        story = _story(line, last, say)
        if story is None:
            continue
        if story.id in stories:
            say(f"line {line.number}: id {story.id!r} came before; left out")
            continue
        last = story.published
        stories[story.id] = story
    return sorted(stories.values(), key=lambda story: story.published)


def _story(line: Numbered, last: datetime, say: Say) -> Story | None:
    row = line.row
    wrong = [key for key in ("id", "title") if not isinstance(row.get(key), (str, int)) or row[key] == ""]
    if wrong:
        say(f"line {line.number}: no {' and no '.join(wrong)}; left out")
        return None
    at = _time(row.get("published"), line, say) or last
    url = _text(row, "url")
    story = Story(
        id=str(row["id"]),
        title=_cut(str(row["title"]), LONGEST_TITLE),
        summary=_cut(_text(row, "summary"), LONGEST_SUMMARY),
        url=url,
        outlet=_outlet(_text(row, "source"), url),
        published=at,
        seen=at,
        language=_text(row, "lang"),
    )
    return _in_its_language(story)


def _outlet(source: str, url: str) -> str:
    """Who published a story: `source` may be an address, a host, or a name that no address says."""
    host = f"https://{source}" if _HOST.fullmatch(source) else ""
    return outlet_of(source) or outlet_of(host) or outlet_of(url) or source.strip()


def _in_its_language(story: Story) -> Story:
    """The language that the file says is believed, unlike a feed's; where it says none it is worked out."""
    return story if story.language else settle_language(story)


def _cut(text: str, longest: int) -> str:
    """A text as long as that of a story from a feed may be, with a mark for each half of a broken letter."""
    return _HALF_LETTER.sub(_NO_LETTER, text[:longest])


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _time(value: Any, line: Numbered, say: Say) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        at = datetime.fromisoformat(str(value))
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        say(f"line {line.number}: {value!r} is no time; taken as that of the story before it")
        return None


def replay(
    stories: Sequence[Story],
    taster: CopyTaster,
    advance: Advance = lambda done, of: None,
    judge: Matcher | None = None,
) -> Iterator[dict[str, Any]]:
    """Every story with its matches and, once all are in, the group each stands in.

    With a `judge` of the topics each row says what `/watch why` would: how much was needed, the likest
    stories of the topic, and of the topics that missed a story with something of theirs, what it lacked.
    """
    names = {topic.id: topic for topic in taster.topics}
    matches: dict[str, list[Match]] = {}
    placements: dict[tuple[int, str], Placement] = {}
    likest = _Likest(taster)
    done = 0
    for read in _read_ahead(stories, taster):
        for part in [read] if judge is None else likest.before(read):
            tasted = taster.place(part)
            for match in tasted.matches:
                matches.setdefault(match.story_id, []).append(match)
            placements.update({(placed.topic_id, placed.story_id): placed for placed in tasted.placements})
        done = min(done + BATCH, len(stories))
        advance(done, len(stories))
    for story in stories:
        found = matches.get(story.id, ())
        rows = [_match_row(names[m.topic_id], m, placements) for m in found]
        if judge is None:
            yield {"id": story.id, "matches": rows}
            continue
        for row, match in zip(rows, found, strict=True):
            row |= _more_of(names[match.topic_id], story, likest, placements)
        took = {match.topic_id for match in found}
        missed = [one.topic for one in judge.weigh(story, names.keys()) if one.topic.id not in took]
        yield {
            "id": story.id,
            "matches": rows,
            "missed": [_missed_row(judge.explain(story, topic)) for topic in missed],
        }


def _read_ahead(stories: Sequence[Story], taster: CopyTaster) -> Iterator[Read]:
    """Batches matched and embedded, each while the one before it is being grouped."""
    ahead: Future[Read] | None = None
    with ThreadPoolExecutor(max_workers=1) as reader:
        for start in range(0, len(stories), BATCH):
            following = reader.submit(taster.read, stories[start : start + BATCH])
            if ahead is not None:
                yield ahead.result()
            ahead = following
        if ahead is not None:
            yield ahead.result()


class _Likest:
    """The stories most like each, found when those of the days after it are in, before it is forgotten."""

    def __init__(self, taster: CopyTaster) -> None:
        self._taster = taster
        self._waiting: deque[tuple[int, Story]] = deque()
        self._found: dict[tuple[int, str], tuple[Alike, ...]] = {}

    def before(self, read: Read) -> Iterator[Read]:
        """What was read, story by story; before each it is asked for those that would be forgotten by it."""
        for story, match in read.found:
            while self._waiting and self._waiting[0][1].seen < story.seen - self._taster.window:
                topic_id, old = self._waiting.popleft()
                self._found[topic_id, old.id] = self._ask(topic_id, old.id)
            yield Read(((story, match),), read.vectors)
            self._waiting.append((match.topic_id, story))

    def of(self, topic_id: int, story_id: str) -> tuple[Alike, ...]:
        """The three likest stories of a topic."""
        found = self._found.get((topic_id, story_id))
        return self._ask(topic_id, story_id) if found is None else found

    def _ask(self, topic_id: int, story_id: str) -> tuple[Alike, ...]:
        grouper = self._taster.grouper(topic_id)
        return grouper.explain(story_id) if grouper.knows(story_id) else ()


def _match_row(topic: Topic, match: Match, placements: dict[tuple[int, str], Placement]) -> dict[str, Any]:
    placed = placements.get((match.topic_id, match.story_id))
    return {
        "topic": topic.name,
        "score": round(match.score, 1),
        "group": placed.group if placed and placed.group else None,
        "why": [_why(reason) for reason in match.reasons],
    }


def _more_of(
    topic: Topic, story: Story, likest: _Likest, placements: dict[tuple[int, str], Placement]
) -> dict[str, Any]:
    """What was needed of a story that a topic took, and which stories of the topic are most like it."""
    mine = placements.get((topic.id, story.id))
    alike = likest.of(topic.id, story.id) if mine and mine.group else ()
    copied = mine.telling if mine and mine.telling != story.id else ""
    return {
        "needed": THRESHOLDS[topic.sensitivity],
        "joins": JOIN,
        "roundup": bool(mine and not mine.group),
        **({"copy_of": copied} if copied else {}),
        "alike": [
            {
                "id": one.story.id,
                "likeness": round(one.likeness, 3),
                "same": bool(mine and placements[topic.id, one.story.id].group == mine.group),
                "series": one.series,
                "features": {name: round(value, 3) for name, value in one.features.named().items()},
            }
            for one in alike
        ],
    }


def _missed_row(verdict: Verdict) -> dict[str, Any]:
    """Why a topic did not take a story: of each part of `lacking` any of the words would have done."""
    return {
        "topic": verdict.topic.name,
        "score": verdict.score,
        "needed": verdict.threshold,
        "lacking": [list(words) for words in verdict.lacking],
        "had": [_why(one.reason) for one in verdict.terms if one.wanted and one.reason],
        "barred": [_why(one.reason) for one in verdict.terms if not one.wanted and one.reason],
        **({"note": verdict.note} if verdict.note else {}),
    }


def _why(reason: Reason) -> dict[str, Any]:
    return {
        "term": reason.term,
        "how": reason.how,
        "text": reason.text,
        "field": reason.field,
        "start": reason.start,
        "end": reason.end,
        **({"name": reason.name} if reason.name else {}),
        **({"alias": reason.alias} if reason.alias else {}),
    }


# -------------------------------------------------------------------------------------- compare

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def read_pairs(lines: Iterable[Numbered], say: Say) -> Iterator[tuple[str, Story, Story]]:
    """Pairs of stories by the pair's id."""
    for line in lines:
        a, b = line.row.get("a"), line.row.get("b")
        if line.row.get("id") in (None, "") or not isinstance(a, dict) or not isinstance(b, dict):
            say(f"line {line.number}: a pair needs an id, an a and a b; left out")
            continue
        yield str(line.row["id"]), _half(a), _half(b)


def _half(row: dict[str, Any]) -> Story:
    """One of a pair, of which neither outlet nor time is known."""
    title, summary = _cut(_text(row, "title"), LONGEST_TITLE), _cut(_text(row, "summary"), LONGEST_SUMMARY)
    language = _text(row, "lang")
    return _in_its_language(Story("", title, "", "", _NO_TIME, _NO_TIME, summary=summary, language=language))


def compare(
    pairs: Sequence[tuple[str, Story, Story]],
    vectors: Vectors,
    closer: Vectors | None = None,
    advance: Advance = lambda done, of: None,
) -> Iterator[dict[str, Any]]:
    """Each pair with the probability that its two tell the same event, and the yes or no of it."""
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        stories = [(a, b) for _, a, b in batch]
        try:
            told = same_all(stories, vectors, closer)
        except NoCloserReading as error:
            log.warning("Nothing is read closely: %s", error)
            closer = None
            told = same_all(stories, vectors)
        for (pair, _, _), (score, same) in zip(batch, told, strict=True):
            yield {"id": pair, "score": round(score, 4), "same": same}
        advance(start + len(batch), len(pairs))
