"""What is left out of hearing a word must never be a word that would have been heard."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from watcher.topics.sounds import gist, gists, sounds

LETTERS = st.text("aceghijkoqrstuwyzbdfmpv5", min_size=4, max_size=9)


@given(LETTERS, st.integers(0, 3))
@settings(max_examples=400, deadline=None)
@example("chnicht", 2)
@example("quuxtcho", 1)
def test_every_sound_of_a_word_and_of_what_it_begins_with_has_the_gist_of_it(word: str, less: int) -> None:
    stem = word[: len(word) - less]
    told = gists(word)
    for sound in sounds(stem) if told else ():
        assert any(each.startswith(gist(sound)) for each in told)
        if not less:
            assert gist(sound) in told


def test_most_words_have_a_gist_so_that_they_need_not_be_heard() -> None:
    words = "minister police earthquake after election market storm hospital reform strike".split()
    assert all(map(gists, words))
