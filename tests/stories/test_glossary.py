"""Languages that the sentence model has not learned: their words are looked up."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stories.conftest import make_story
from watcher.stories import glossary as glossary_module
from watcher.stories.glossary import LEVELS, LONGEST, Glossary, load_glossary, packed, unpacked
from watcher.stories.group import Grouper
from watcher.stories.likeness import embed_all, same
from watcher.stories.vectors import LEARNED, Vectors, load_vectors
from watcher.stories.weights import to_points, to_vectors, weights

LANDSLIDE = make_story("en", "Landslide buries mountain village, twelve people killed")
TAX = make_story("tax", "Parliament votes on a new tax on fuel")
TOLD = {
    "cs": "Sesuv půdy zasypal horskou vesnici, zahynulo dvanáct lidí",
    "uk": "Зсув ґрунту накрив гірське село, загинули дванадцятеро людей",
    "sv": "Jordskred begravde bergsby, tolv människor dödades",
    "hu": "Földcsuszamlás egy hegyi faluban, tizenkét ember meghalt",
    "el": "Κατολίσθηση έθαψε ορεινό χωριό, δώδεκα άνθρωποι σκοτώθηκαν",
    "fi": "Maanvyöry hautasi vuoristokylän, kaksitoista ihmistä kuoli",
    "ro": "O alunecare de teren a îngropat un sat de munte, doisprezece oameni au murit",
    "id": "Tanah longsor mengubur desa di pegunungan, dua belas orang tewas",
    "vi": "Lở đất chôn vùi làng miền núi, mười hai người thiệt mạng",
    "fa": "رانش زمین روستای کوهستانی را مدفون کرد، دوازده نفر کشته شدند",
    "hi": "भूस्खलन में पहाड़ी गांव दबा, बारह लोगों की मौत",
    "he": "מפולת קרקע קברה כפר הררי, שנים עשר בני אדם נהרגו",
    "is": "Skriða féll á fjallaþorp, tólf manns létust",
}


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


@pytest.mark.parametrize("language", TOLD)
def test_the_same_event_is_likelier_than_another_in_a_language_that_the_model_has_not_learned(
    language: str, vectors: Vectors
) -> None:
    assert language not in LEARNED
    told = make_story(language, TOLD[language], language=language)
    assert same(LANDSLIDE, told, vectors)[0] > 2 * same(TAX, told, vectors)[0]


def test_an_event_told_in_such_languages_is_one_group_and_another_event_is_not_in_it(
    vectors: Vectors,
) -> None:
    told = [make_story(code, TOLD[code], language=code) for code in ("cs", "uk", "sv", "el", "hi")]
    others = [
        make_story("o1", "Parlament hlasuje o nové dani z benzinu", language="cs"),
        make_story("o2", "Riksdagen röstar om ny bensinskatt", language="sv"),
    ]
    stories = [LANDSLIDE, *told, *others]
    grouper = Grouper(1, window=timedelta(days=7))
    for one, vector in zip(stories, embed_all(stories, vectors), strict=True):
        grouper.add(one, vector)
    landslide = set(grouper.stories_of("en"))
    assert len(landslide & {one.id for one in told}) >= 4
    assert not landslide & {"o1", "o2"}


def test_what_the_model_has_learned_is_not_looked_up(vectors: Vectors) -> None:
    assert (vectors.embed(["Le maire démissionne"], ["fr"]) == vectors.embed(["Le maire démissionne"])).all()
    assert (vectors.embed(["Starosta rezignoval"], ["cs"]) != vectors.embed(["Starosta rezignoval"])).any()


def test_a_text_of_which_no_word_is_known_is_left_to_the_model_and_a_blank_one_has_no_meaning(
    vectors: Vectors, glossary: Glossary
) -> None:
    for text in ("2024-2025", "😀", "ᚠᚢᚦ"):
        assert not glossary.point(text, "cs").any()
        assert vectors.embed([text], ["cs"]).any()
    assert not vectors.embed(["", "  "], ["cs", "uk"]).any()


def test_a_looked_up_vector_is_at_its_point_again_after_it_was_stored(glossary: Glossary) -> None:
    for code in ("cs", "uk", "xx"):
        point = glossary.point("starosta rezignoval po volbách", code)
        vector = glossary.vector("starosta rezignoval po volbách", code)
        stored = vector.astype(np.float16).astype(np.float32)
        again = to_points(stored[None, :], [code], weights())[0]
        assert again @ point / np.linalg.norm(point) > 0.999
    assert not to_vectors(np.zeros((1, 128), np.float32), ["cs"]).any()


def test_a_word_is_cut_into_the_pieces_that_are_seen_most(glossary: Glossary) -> None:
    pieces = list(glossary.pieces)
    cut = [pieces[row] for row in glossary.cut("Nejneobhospodařovávatelnějšímu")]
    assert "".join(cut) == "Nejneobhospodařovávatelnějšímu"
    assert len(cut) < 15
    assert glossary.cut("ﬁnále") == glossary.cut("finále")
    assert glossary.cut("1 234 — …") == []


@pytest.mark.parametrize("text", ["x" * 100_000, "a " * 50_000, "\x00", "\ud800", "ا" * 5000])
def test_no_text_is_too_odd_or_too_long_to_be_looked_up(text: str, glossary: Glossary) -> None:
    assert np.isfinite(glossary.point(text, "cs")).all()


@given(st.lists(st.floats(-1, 1, width=32), min_size=8, max_size=8))
def test_packing_moves_no_number_by_more_than_half_a_step(numbers: list[float]) -> None:
    points, scale = np.array([numbers], np.float32), np.full(8, 2 / LEVELS, np.float32)
    assert np.abs(unpacked(packed(points, scale), scale) - points).max() <= 1 / LEVELS + 1e-6


def test_the_shipped_glossary_is_whole(glossary: Glossary) -> None:
    assert len(glossary.pieces) == len(glossary.scores) == len(glossary.table) > 190_000
    assert max(map(len, glossary.pieces)) <= LONGEST
    assert len(glossary.languages) == len(glossary.means)
    assert {"cs", "uk", "sv", "hu", "el", "he", "hi", "fa", "id", "vi", "no", "nb"} <= {*glossary.languages}


def test_a_glossary_may_be_asked_by_several_threads_at_once(glossary: Glossary) -> None:
    class Forgetting(dict[str, tuple[int, ...]]):
        """What was cut already, emptied by another thread as soon as anything is put there."""

        def __setitem__(self, word: str, rows: tuple[int, ...]) -> None:
            super().__setitem__(word, rows)
            self.clear()

    shared = replace(glossary, _cut=Forgetting())
    assert shared.cut("starosta rezignoval") == glossary.cut("starosta rezignoval")


def test_threads_that_want_the_glossary_at_once_read_it_once(
    glossary: Glossary, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, others_have_time = [], threading.Event()

    def reading() -> Glossary:
        read.append(glossary)
        others_have_time.wait(0.05)
        return glossary

    monkeypatch.setattr(glossary_module, "load_glossary", reading)
    model = load_vectors()
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda word: model.embed([word], ["cs"]), ["starosta", "ministr", "soud"]))
    assert len(read) == 1
