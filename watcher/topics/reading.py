"""What of a query is names: words side by side that the catalogue knows, or that capitals tell.

Words side by side are read as the longest name that they are; words with capitals that nobody listed as one
name, as far as a name goes; and small words between others (war in ukraine) are passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from watcher.topics.apart import take_apart
from watcher.topics.passing import pass_over
from watcher.topics.reader import Marked, Reader, is_small, side_by_side, spoken_in, unnamed
from watcher.topics.scan import Mark
from watcher.topics.text import fold, tokens

_LONGEST_NAME = 6
_LONGEST_BENT = 3
_BETWEEN = frozenset("al bin da das de del della der di dos du el ibn la le ten van von y".split())


def join_names(marks: Sequence[Mark], names: Reader) -> list[Marked]:
    """The marks, where words side by side that are a name became one; the longest name first."""
    joined: list[Marked] = []
    marks, index = take_apart(marks, names), 0
    while index < len(marks):
        length, found = _longest_name(marks, index, names)
        run = marks[index : index + length]
        text = _text(run)
        if found and not names.find(tokens(text)):
            text = _whole(run)
        joined.append((_said(run[0], text), found))
        index += length
    named = _with_called(list(_with_bent(joined, names)), names)
    return pass_over(named, names)


def _text(run: Sequence[Mark]) -> str:
    """Marks as one text, as they were typed."""
    return run[0].text + "".join(mark.glue + mark.text for mark in run[1:])


def _said(mark: Mark, text: str) -> Mark:
    """A mark with this text."""
    return mark if mark.text == text else replace(mark, text=text)


def _with_bent(marks: Sequence[Marked], names: Reader) -> Iterator[Marked]:
    """Marks, where those that are a name in some other case became that name: wojna w ukrainie."""
    languages = spoken_in(marks, names) | names.hinted(unnamed(marks))
    at = 0
    while at < len(marks):
        length, found = next(_bent_runs(marks[at : at + _LONGEST_BENT], names, languages), (1, marks[at][1]))
        text = _text([mark for mark, _ in marks[at : at + length]])
        yield _said(marks[at][0], text), found
        at += length


def _bent_runs(
    marks: Sequence[Marked], names: Reader, languages: Collection[str]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    for length in range(len(marks), 0, -1):
        run = marks[:length]
        if any(mark.kind != "word" for mark, _ in run) or all(found for _, found in run):
            continue
        if run[0][1] and any(is_small(one, names) for one in run[1:]):
            continue
        words = [word for mark, _ in run for word in tokens(mark.text)]
        common = names.find(words) or (length == 1 and _stands_as_it_is(words[0], names))
        apart = not all(side_by_side(mark) for mark, _ in run[1:])
        bent = () if common or apart else names.bent(words, languages)
        # A part may be a weak form of that name: ким, of ким чен ына. The US of `us opens` is none.
        if bent and all(found in ((), bent) for _, found in run):
            yield length, bent


def _with_called(marks: list[Marked], names: Reader) -> list[Marked]:
    """Marks, where what others are called as well became a name, beside another: встреча кима и путина."""
    if not any(found for _, found in marks):
        return marks
    languages = spoken_in(marks, names)

    def of(mark: Mark, found: tuple[str, ...]) -> tuple[str, ...]:
        words = tokens(mark.text)
        if (
            found
            or mark.kind != "word"
            or len(words) > 1
            or names.find(words)
            or _stands_as_it_is(words[0], names)
        ):
            return found
        return names.called(words[0], languages)

    return [(mark, of(mark, found)) for mark, found in marks]


def _stands_as_it_is(word: str, names: Reader) -> bool:
    """Whether a word is rather itself than a name in some case: a common one, or a given name (Roman)."""
    return names.is_word(word) or names.is_given(word)


def _longest_name(marks: Sequence[Mark], index: int, names: Reader) -> tuple[int, tuple[str, ...]]:
    for length in _spans_of_name(marks, index):
        run = marks[index : index + length]
        if found := names.find(tokens(_whole(run))):
            return length, found
    return _longest_run(marks, index, names)


def _whole(run: Sequence[Mark]) -> str:
    """Marks as they were typed, with the 's of names."""
    return " ".join(mark.whole or mark.text for mark in run)


def _spans_of_name(marks: Sequence[Mark], index: int) -> Iterator[int]:
    """How many marks may be one name with an `and` or an 's, the most first: Belt and Road, McDonald's."""
    end = index
    while end < len(marks) and end - index < _LONGEST_NAME and (end == index or _goes_along(marks, end)):
        end += 1
    for length in range(end - index, 0, -1):
        run = marks[index : index + length]
        has_more = any(mark.kind == "and" or mark.whole != mark.text for mark in run)
        if has_more and run[0].kind == run[-1].kind == "word":
            yield length


def _goes_along(marks: Sequence[Mark], at: int) -> bool:
    """Whether a mark may be within a name that the one before it is of; a capital AND never is."""
    if marks[at].kind == "and":
        return marks[at].text in ("and", "&") and marks[at - 1].kind == "word"
    return side_by_side(marks[at]) or (marks[at].kind == "word" and marks[at - 1].kind == "and")


def _longest_run(marks: Sequence[Mark], index: int, names: Reader) -> tuple[int, tuple[str, ...]]:
    run = 1
    while run < _LONGEST_NAME and index + run < len(marks) and side_by_side(marks[index + run]):
        run += 1
    if marks[index].kind != "word":
        run = 0
    for length in range(run, 0, -1):
        words = tokens(" ".join(mark.text for mark in marks[index : index + length]))
        found = names.find(words)
        if length == 1 and found and index and side_by_side(marks[index]):
            found = () if names.christens(fold(marks[index - 1].text).strip(), found) else found
        if length == 1 and found and not marks[index].text.isupper():
            found = () if names.is_rather_little(words, found) or _christens(marks, index, names) else found
        if found or (
            length > 1 and names.is_phrase(words) and not _ends_in_bent(marks, index, length, names)
        ):
            return length, found
    first = tokens(marks[index].text)
    if run > 1 and len(first) == 1 and names.is_word(first[0]):
        return 1, ()
    if index and side_by_side(marks[index]) and names.christens(fold(marks[index - 1].text).strip(), ()):
        return 1, ()
    return (_capital_run(marks[index : index + run], names) or 1), ()


def _ends_in_bent(marks: Sequence[Mark], index: int, length: int, names: Reader) -> bool:
    """Whether what the last word of a phrase begins is a longer name in some case: z kim dzong unem."""
    last = index + length - 1
    end = last + 1
    while end < len(marks) and end - last < _LONGEST_BENT and side_by_side(marks[end]):
        end += 1
    words = [tokens(mark.text) for mark in marks[last:end]]
    typed = [word for mark in marks if mark.kind == "word" for word in tokens(mark.text)]
    runs = ([word for some in words[:size] for word in some] for size in range(2, len(words) + 1))
    return any(names.bent(run, names.spoken(typed)) for run in runs)


def _christens(marks: Sequence[Mark], index: int, names: Reader) -> bool:
    """Whether a word is rather somebody's given name than an adjective of a place: Frances Brontel."""
    words = tokens(marks[index].text)
    if not names.is_given(words[0]) or names.is_sure(words) or index + 1 == len(marks):
        return False
    after = marks[index + 1]
    return (
        side_by_side(after) and not names.find(tokens(after.text)) and not names.is_phrase(tokens(after.text))
    )


def _capital_run(run: Sequence[Mark], names: Reader) -> int:
    """How many words are written as a name nobody listed: Xavier Brontel, but not Boeing Strike.

    It is of two words, beside given names before the last and what stands between names (Juan Pablo Brontel,
    Ludwig van Brontel); only what ends the names of bodies makes it longer (First Brontel Bank). So who
    types Xavier Brontel Ostrava Steel is read as asking for him and for it.
    """
    words = [tokens(mark.text) for mark in run]
    length = full = 0
    while length < len(run) and _is_named(run, length) and _goes_on(words, length, full, names):
        full += not _is_between(run[length].text) and not (full == 1 and _is_given(words[length], names))
        length += 1
    return length if length > 1 else 0


def _is_named(run: Sequence[Mark], at: int) -> bool:
    """Whether a word is written as names are: with a capital, or between two that have one."""
    on = at
    while at and on + 1 < len(run) and _is_between(run[on].text):
        on += 1
    return _is_capital(run[on].text)


def _is_capital(text: str) -> bool:
    return text[:1].isupper() and text != text.upper()


def _is_between(text: str) -> bool:
    """Whether a word stands between those of a name (Robert De Niro)."""
    return fold(text).strip() in _BETWEEN


def _is_given(words: tuple[str, ...], names: Reader) -> bool:
    return bool(words) and names.is_given(words[0])


def _goes_on(words: Sequence[tuple[str, ...]], at: int, full: int, names: Reader) -> bool:
    """Whether a name of so many `full` words may go on with this one: it is no common word, and begins none.

    World Cup is a word, and Florida a name by itself, but for Jack London's.
    """
    if not at:
        return True
    rest = [word for some in words[at:] for word in some]
    if any(names.is_phrase(rest[:length]) for length in range(2, len(rest) + 1)):
        return False
    is_person = _is_given(words[0], names)
    if not is_person and _is_given(words[at], names):
        return False
    if not (at == 1 and is_person) and any(names.is_sure(rest[:end]) for end in range(1, len(rest) + 1)):
        return False
    if full > 1:
        return not is_person and len(words[at]) == 1 and names.closes(words[at][0])
    return is_person or all(names.goes_on(word) for word in words[at])
