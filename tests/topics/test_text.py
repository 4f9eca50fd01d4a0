"""Folding makes comparable what writers write differently, and every part leads back to the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.topics.text import Folded, fold, tokens


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Zełenski’s", "zelenski s"),
        ("Kim Jong‑un", "kim jong un"),
        ("Ｐｕｔｉｎ", "putin"),
        ("𝐏𝐮𝐭𝐢𝐧", "putin"),
        ("ﬁne Straße", "fine strasse"),
        ("Pu\u200btin", "putin"),
        ("e\u0301te\u0301", "ete"),
        ("İstanbul'da ılık", "istanbul da ilik"),
        ("Ёлка, Київ", "елка киів"),
        ("أحمد بوتين", "احمد بوتين"),
        ("کیم", "كيم"),
        ("گفت‌وگو", "گفتوگو"),
        ("プーチン", "プーチン"),
        ("ﾌﾟｰﾁﾝ", "プーチン"),
        ("ปูติน", "ปูติน"),
        ("पुतिन", "पुतिन"),
        ("U.S.", "u s"),
    ],
)
def test_letters_that_differ_without_meaning_fold_to_the_same(written: str, folded: str) -> None:
    assert " ".join(fold(written).split()) == folded


def test_a_name_in_decomposed_korean_is_the_same_name() -> None:
    assert tokens("\u1100\u1175\u11b7") == tokens("김")


@pytest.mark.parametrize(
    "text", ["Ｋｉｍ ﬁne Straße", "e\u0301te\u0301 Putin", "ﾌﾟｰﾁﾝ 会談", "Pu\u200btin won"]
)
def test_every_folded_word_leads_back_to_the_words_that_were_written(text: str) -> None:
    folded = fold(text)
    whole, at = Folded(text, folded), 0
    for word in folded.split():
        at = folded.index(word, at)
        start, end = whole.span(at, at + len(word))
        assert fold(text[start:end]).strip() == word
        at += len(word)


@given(st.text())
def test_any_text_folds_and_folding_again_changes_no_word(text: str) -> None:
    once = fold(text).split()
    assert fold(" ".join(once)).split() == once


@given(st.text(min_size=1))
def test_a_span_never_leaves_the_text(text: str) -> None:
    folded = fold(text)
    if folded.strip():
        start = len(folded) - len(folded.lstrip())
        first, last = Folded(text, folded).span(start, start + 1)
        assert 0 <= first < last <= len(text)
