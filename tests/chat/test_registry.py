"""What every platform needs of the commands: the tightest of them is Discord."""

from __future__ import annotations

import re

import pytest

from watcher.chat.commands import Command
from watcher.chat.commands.completing import SOURCES
from watcher.chat.commands.help import EVERY

every = pytest.mark.parametrize("one", EVERY.commands, ids=lambda one: " ".join(one.path))


@every
def test_a_command_fits_into_discords_names_and_descriptions(one: Command) -> None:
    assert len(one.path) <= 3
    assert all(re.fullmatch(r"[a-z-]{1,32}", word) for word in one.path)
    assert 1 <= len(one.description) <= 100


@every
def test_its_options_do_too_and_what_is_needed_comes_first(one: Command) -> None:
    assert len(one.arguments) <= 25
    assert [a.optional for a in one.arguments] == sorted(a.optional for a in one.arguments)
    for argument in one.arguments:
        assert re.fullmatch(r"[a-z-]{1,32}", argument.word)
        assert 1 <= len(argument.description) <= 100
        assert len(argument.choices) <= 25


@every
def test_only_the_last_of_the_words_without_a_name_takes_the_rest(one: Command) -> None:
    positional = [a for a in one.arguments if not a.named and a.kind != "flag"]
    assert not any(argument.rest for argument in positional[:-1])


@every
def test_its_examples_are_its_own_and_can_be_read(one: Command) -> None:
    from watcher.chat.commands.words import read_line

    assert one.examples
    for example in one.examples:
        assert read_line(EVERY, example)[0] is one


@every
def test_what_completes_its_arguments_exists(one: Command) -> None:
    assert {argument.source for argument in one.arguments if argument.source} <= SOURCES.keys()


def test_there_are_no_more_than_25_words_at_any_place() -> None:
    for path in {one.path[:depth] for one in EVERY.commands for depth in range(3)}:
        assert len(EVERY.below(path)) <= 25


def test_what_changes_the_desk_is_for_those_who_manage_it() -> None:
    managers = {" ".join(one.path) for one in EVERY.commands if one.manager}
    assert {"watch topic add", "watch topic edit", "watch topic remove"} <= managers
    assert {"watch feed add", "watch feed remove", "watch feed import"} <= managers
    assert not {"digest", "watch why", "watch topic test", "watch help"} & managers
