"""`replay` and `compare` on the command line: what is printed, and what is said of bad lines."""

from __future__ import annotations

import gzip
import json
from hashlib import sha512
from pathlib import Path
from typing import Any

import pytest

from tests import terminal
from tests.terminal import Done
from watcher.replay import Numbered, read_lines, read_stories
from watcher.stories.vectors import NoCloserReading, look_for_closer

TOPICS = """
[[topic]]
name = "summit"
query = "kim jong un putin"
[[topic]]
name = "everything"
query = "*"
"""
STORIES: list[dict[str, Any]] = [
    {
        "id": "b",
        "title": "Kim Jong-un et Poutine se rencontrent à Vladivostok",
        "published": "2026-09-02T10:00:00+00:00",
        "source": "quai.example",
        "lang": "fr",
    },
    {
        "id": "a",
        "title": "Kim Jong Un and Putin meet in Vladivostok",
        "summary": "The two leaders met on Tuesday.",
        "published": "2026-09-02T09:00:00+00:00",
        "source": "post.example",
    },
    {"id": "c", "title": "Volcano erupts near Reykjavik", "published": "2026-09-02T11:00:00Z", "url": ""},
]


def bot(*words: str | Path, closely: str = "none") -> Done:
    return terminal.bot(terminal.ROOT, *words, WATCHER_GROUP_CLOSELY=closely)


def written(path: Path, rows: list[Any]) -> Path:
    text = "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def replayed(
    tmp_path: Path, rows: list[Any], name: str = "stories.jsonl", *flags: str, closely: str = "none"
) -> tuple[list[dict[str, Any]], Done]:
    topics = written(tmp_path / "topics.toml", [TOPICS])
    done = bot("replay", written(tmp_path / name, rows), "--topics", topics, *flags, closely=closely)
    return [json.loads(line) for line in done.stdout.splitlines()], done


def said_of_closer_reading() -> str:
    """What a replay says on stderr where the bigger model has no wheel for the machine; nothing elsewhere."""
    try:
        look_for_closer()
    except NoCloserReading as error:
        return f"Nothing is read closely, so events are told apart less well: {error}"
    return ""


@pytest.mark.parametrize("name", ["stories.jsonl", pytest.param("stories.jsonl.gz", marks=pytest.mark.slow)])
def test_every_story_is_printed_in_order_of_publication_with_what_it_met_and_why(
    tmp_path: Path, name: str
) -> None:
    rows, done = replayed(tmp_path, STORIES, name, closely="auto")
    assert done.returncode == 0
    assert " ".join(done.stderr.split()[2:]) == said_of_closer_reading(), "after the time and the level"
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    met = {row["id"]: {match["topic"]: match for match in row["matches"]} for row in rows}
    assert set(met["a"]) == set(met["b"]) == {"summit", "everything"}
    assert set(met["c"]) == {"everything"}
    why = met["b"]["summit"]["why"]
    assert {reason["text"] for reason in why} == {"Kim Jong-un", "Poutine"}
    title = STORIES[0]["title"]
    assert all(title[reason["start"] : reason["end"]] == reason["text"] for reason in why)


def test_a_story_has_the_outlet_that_its_source_or_else_its_address_says() -> None:
    said = {
        "https://www.lemonde.fr/rss": "lemonde.fr",
        "www.lemonde.fr": "lemonde.fr",
        "news.bbc.co.uk": "bbc.co.uk",
        "The Example Herald": "paper.example",
        "": "paper.example",
    }
    rows = [{"id": str(n), "title": "x", "source": one} for n, one in enumerate(said)]
    lines = [Numbered(n, {**row, "url": "https://www.paper.example/1"}) for n, row in enumerate(rows)]
    assert [one.outlet for one in read_stories(lines, print)] == list(said.values())
    named = Numbered(1, {"id": "1", "title": "x", "source": "Example Herald"})
    assert [one.outlet for one in read_stories([named], print)] == ["Example Herald"]


def test_tellings_of_one_event_share_a_group_across_languages_and_others_do_not(tmp_path: Path) -> None:
    near = {**STORIES[1], "id": "n", "title": "Putin speaks of the weather"}
    late = {**STORIES[2], "id": "late", "published": "2026-11-02T10:00:00Z"}
    copy = {**STORIES[1], "id": "copy", "published": "2026-09-02T12:00:00Z", "source": "echo.example"}
    rows, _ = replayed(tmp_path, [*STORIES, copy, near, late], "stories.jsonl", "--json")
    groups = {row["id"]: row["matches"][-1]["group"] for row in rows}
    assert groups["a"] == groups["b"] != groups["c"]
    _explained({row["id"]: row for row in rows})


def _explained(rows: dict[str, dict[str, Any]]) -> None:
    """With --json a row says as much of a story as /watch why does, of one that is long past too."""
    summit = next(match for match in rows["a"]["matches"] if match["topic"] == "summit")
    assert (summit["needed"], summit["roundup"]) == (57, False)
    assert [(one["id"], one["same"]) for one in summit["alike"]] == [("b", True)]
    assert 0 < summit["alike"][0]["likeness"] < 1
    assert 0 < summit["joins"] <= summit["alike"][0]["likeness"], "they are one event"
    assert summit["alike"][0]["features"]["across"] == 1
    assert summit["alike"][0]["series"] is False
    assert "copy_of" not in summit
    assert {match["copy_of"] for match in rows["copy"]["matches"]} == {"a"}
    (missed,) = rows["n"]["missed"]
    assert (missed["topic"], missed["needed"]) == ("summit", 57)
    assert ["kim jong un"] in missed["lacking"]
    assert [reason["text"] for reason in missed["had"]] == ["Putin"]


@pytest.mark.slow
def test_the_same_stream_gives_the_same_output(tmp_path: Path) -> None:
    assert replayed(tmp_path, STORIES)[0] == replayed(tmp_path, STORIES[::-1])[0]


def test_lines_that_cannot_be_read_are_said_with_their_number_and_the_run_goes_on(tmp_path: Path) -> None:
    bad: list[Any] = [
        "\ufeff" + json.dumps(STORIES[1]) + "\n",
        "{broken\n",
        '["a list"]\n',
        {"id": "x"},
        {"title": "no id"},
        {**STORIES[1], "title": "again"},
        "\n",
        {"id": "t", "title": "Odd time", "published": "yesterday"},
        "[" * 100_000 + "\n",
    ]
    rows, done = replayed(tmp_path, bad)
    assert [row["id"] for row in rows] == ["a", "t"]
    assert done.returncode == 3
    said = [line.split(":")[0] for line in done.stderr.splitlines() if line.startswith("line ")]
    assert said == ["line 2", "line 3", "line 4", "line 5", "line 6", "line 8", "line 9"]
    assert "Traceback" not in done.stderr


def test_bytes_that_are_no_letters_are_said_with_their_line_and_read_with_a_mark(tmp_path: Path) -> None:
    file = tmp_path / "stories.jsonl"
    file.write_bytes('{"title": "Café"}\n'.encode() + '{"title": "Café"}\n'.encode("latin-1"))
    said: list[str] = []
    rows = read_lines(file, lambda message, *, weighty=False: said.append(message))
    assert [line.row["title"] for line in rows] == ["Café", "Caf\N{REPLACEMENT CHARACTER}"]
    assert said == ["line 2: not UTF-8 at letter 15; read with \N{REPLACEMENT CHARACTER} there"]


@pytest.mark.slow
def test_a_half_letter_is_printed_and_the_run_goes_on(tmp_path: Path) -> None:
    half = {
        "id": "\ud800",
        "title": "Kim Jong Un \ud83d meets Putin",
        "summary": "\udfff",
        "source": "a.example",
    }
    rows, done = replayed(tmp_path, [half, *STORIES])
    assert (done.returncode, done.stderr) == (0, "")
    assert {row["id"] for row in rows} == {"\ud800", "a", "b", "c"}
    pair = {"id": "p\ud800", "a": {"title": "Kim \ud800"}, "b": {"title": "Kim"}}
    compared = bot("compare", written(tmp_path / "pairs.jsonl", [pair]))
    assert (compared.returncode, compared.stderr) == (0, "")
    assert json.loads(compared.stdout)["id"] == "p\ud800"


@pytest.mark.slow
@pytest.mark.parametrize("damage", [b"", b"\xff" * 64])
def test_what_comes_before_the_damage_of_a_file_is_replayed(tmp_path: Path, damage: bytes) -> None:
    # What cannot be packed well fills more than one of the blocks that a file is unpacked by.
    many = [{"id": str(n), "title": sha512(str(n).encode()).hexdigest() * 2} for n in range(300)]
    packed = gzip.compress("".join(json.dumps(row) + "\n" for row in many).encode())
    middle = len(packed) * 3 // 4
    (tmp_path / "stories.jsonl.gz").write_bytes(packed[:middle] + (damage and damage + packed[middle + 64 :]))
    topics = written(tmp_path / "topics.toml", [TOPICS])
    done = bot("replay", tmp_path / "stories.jsonl.gz", "--topics", topics)
    assert done.returncode == 3, done.stderr
    assert "cannot be read beyond line" in done.stderr
    assert "Traceback" not in done.stderr
    assert 0 < len(done.stdout.splitlines()) < 300


@pytest.mark.slow
def test_titles_and_summaries_are_cut_as_those_of_feeds_are(tmp_path: Path) -> None:
    title = "Volcano " * 37 + "Putin Kim Jong Un"
    rows, _ = replayed(tmp_path, [{"id": "1", "title": title + " x" * 300_000, "summary": "y " * 900_000}])
    assert {match["topic"] for match in rows[0]["matches"]} == {"everything"}


@pytest.mark.slow
def test_hostile_stories_are_stories_like_others(tmp_path: Path) -> None:
    odd = [
        {"id": "1", "title": "x" * 50_000},
        {"id": "2", "title": "\x00\u202e\ud83d\ude00 🎉🎉🎉", "published": "9999-12-31T23:59:59+14:00"},
        {"id": "3", "title": "الرئيس يصل إلى موسكو", "published": "0001-01-01T00:00:00+14:00"},
        {"id": "4", "title": 5, "summary": ["no text"], "source": {"a": 1}, "lang": 7},
        {"id": 5, "title": "A number for an id", "url": "http://[broken"},
    ]
    rows, done = replayed(tmp_path, odd)
    assert sorted(row["id"] for row in rows) == ["1", "2", "3", "4", "5"]
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_file_that_is_not_there_or_no_gzip_is_said_in_a_sentence(tmp_path: Path) -> None:
    topics = written(tmp_path / "topics.toml", [TOPICS])
    missing = bot("replay", tmp_path / "none.jsonl", "--topics", topics)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "There is no file" in missing.stderr
    torn = tmp_path / "torn.jsonl.gz"
    torn.write_bytes(gzip.compress(b'{"id":"a","title":"b"}\n' * 100)[:40])
    assert "cannot be read" in bot("replay", torn, "--topics", topics).stderr
    other = bot("replay", written(tmp_path / "a.csv", ["id,title\n", "1,Kim\n"]), "--topics", topics)
    assert other.returncode == 3
    assert "line 1: not JSON (Expecting value at letter 1); left out" in other.stderr
    assert "a.csv has no story that can be read" in other.stderr


def test_a_wrong_query_among_the_topics_is_said_with_where_and_what(tmp_path: Path) -> None:
    topics = written(tmp_path / "topics.toml", ['[[topic]]\nname = "a"\nquery = "kim (putin"\n'])
    done = bot("replay", written(tmp_path / "s.jsonl", STORIES), "--topics", topics)
    assert done.returncode == 1
    assert "bracket opened at 5 is never closed" in done.stderr
    none = bot("replay", tmp_path / "s.jsonl", "--topics", written(tmp_path / "topics.toml", []))
    assert (none.returncode, "topics.toml has no topic" in none.stderr) == (1, True)


def test_pairs_are_told_apart(tmp_path: Path) -> None:
    one = {"title": "Kim Jong Un and Putin meet in Vladivostok", "summary": "", "lang": "en"}
    two = {"title": "Putin and Kim Jong Un hold meeting in Vladivostok", "summary": "", "lang": "en"}
    other = {"title": "Volcano erupts near Reykjavik", "summary": "", "lang": "en"}
    pairs = written(
        tmp_path / "p.jsonl",
        [{"id": "same", "a": one, "b": two}, {"id": "not", "a": one, "b": other}, {"id": "bad", "a": one}],
    )
    done = bot("compare", pairs)
    rows = {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 3
    assert "line 3" in done.stderr
    assert set(rows) == {"same", "not"}
    assert rows["same"]["same"] is True
    assert rows["not"]["same"] is False
    assert 0 <= rows["not"]["score"] < rows["same"]["score"] <= 1
