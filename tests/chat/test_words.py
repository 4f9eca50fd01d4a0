"""What people type, and how it is understood."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest

from watcher.chat.commands import Arg, Ask, Command, Misspoken, Newsroom, Registry, Rest, command
from watcher.chat.commands.help import EVERY
from watcher.chat.commands.words import read_line
from watcher.models import Card


def understood(line: str) -> tuple[str, dict[str, object]]:
    found, values = read_line(EVERY, line)
    return " ".join(found.path), values


def slip(line: str) -> Misspoken:
    with pytest.raises(Misspoken) as caught:
        read_line(EVERY, line)
    return caught.value


def test_words_fill_the_arguments_in_their_order_and_the_last_takes_the_rest() -> None:
    path, values = understood("/watch topic add kim-putin kim jong un putin (summit OR meet*) -kardashian")
    assert path == "watch topic add"
    assert values == {"name": "kim-putin", "query": "kim jong un putin (summit OR meet*) -kardashian"}


def test_a_query_keeps_its_quotes_fields_and_spaces() -> None:
    _, values = understood('/watch topic add arms "arms deal"  title:summit lang:en outlet:lemonde.fr')
    assert values["query"] == '"arms deal"  title:summit lang:en outlet:lemonde.fr'


@pytest.mark.parametrize(
    "line",
    [
        "/watch topic add kim kim putin --sensitivity wide",
        "/watch topic add kim --sensitivity=wide kim putin",
        "/watch topic add --sensitivity wide kim kim putin",
        "/watch topic add kim kim putin sensitivity:wide",
        "/watch topic add kim kim —sensitivity wide putin",
        "/watch topic add name:kim query:kim sensitivity:WIDE",
    ],
)
def test_a_setting_may_stand_anywhere_with_two_hyphens_a_dash_or_a_colon(line: str) -> None:
    _, values = understood(line)
    assert values["sensitivity"] == "wide"
    assert values["name"] == "kim"
    assert values["query"] in ("kim putin", "kim")


def test_the_title_of_a_topic_needs_hyphens_since_queries_have_a_title_field() -> None:
    _, values = understood('/watch topic add kim title:summit --title "Kim and Putin"')
    assert values == {"name": "kim", "query": "title:summit", "title": "Kim and Putin"}


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("/digest", {}),
        ("/digest 24h", {"window": "24h"}),
        ("/digest kim-putin", {"topic": "kim-putin"}),
        ("/digest kim-putin 24h", {"topic": "kim-putin", "window": "24h"}),
        ("/digest kim-putin since 08:00", {"topic": "kim-putin", "window": "since 08:00"}),
        ("/digest last 3 days", {"window": "last 3 days"}),
        ("/digest topic:kim window:today", {"topic": "kim", "window": "today"}),
        ('/digest kim --window "3 days"', {"topic": "kim", "window": "3 days"}),
    ],
)
def test_a_window_is_known_by_its_looks_wherever_it_stands(line: str, values: dict[str, str]) -> None:
    assert understood(line) == ("digest", values)


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("/watch subscribe kim at once", {"topics": ("kim",), "how": "at once"}),
        ("/watch subscribe kim at-once", {"topics": ("kim",), "how": "at once"}),
        ("/watch subscribe kim, arms 8:00,18:00", {"topics": ("kim", "arms"), "times": ("8:00", "18:00")}),
        ("/watch subscribe 8:00 18:00 kim", {"topics": ("kim",), "times": ("8:00", "18:00")}),
        ("/watch subscribe kim arms Europe/Warsaw", {"topics": ("kim", "arms"), "zone": "Europe/Warsaw"}),
        ("/watch subscribe kim 22:00-7:00 --to me", {"topics": ("kim",), "quiet": "22:00-7:00", "to": "me"}),
        ("/watch subscribe all --languages en,fr", {"topics": ("all",), "languages": ("en", "fr")}),
    ],
)
def test_a_subscription_is_said_in_the_words_that_come_to_mind(line: str, values: dict[str, object]) -> None:
    assert understood(line) == ("watch subscribe", values)


@pytest.mark.parametrize("line", ["/topic list", "topic list", "watch topic list", "/WATCH Topic LIST"])
def test_slash_watch_and_case_may_be_left_out(line: str) -> None:
    assert understood(line)[0] == "watch topic list"


@pytest.mark.parametrize("line", ["/watch digest kim 24h", "watch digest kim 24h"])
def test_a_digest_may_be_asked_for_under_watch_too(line: str) -> None:
    assert understood(line) == understood("/digest kim 24h")


def test_quotes_of_every_kind_hold_words_together_and_an_unclosed_one_is_a_letter() -> None:
    assert understood("/watch topic show “kim putin”")[1] == {"name": "kim putin"}
    assert understood('/watch search the "arms')[1] == {"words": 'the "arms'}


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("/digset kim 24h", "/digest kim 24h"),
        ("/watch digset kim 24h", "/digest kim 24h"),
        ("/watch tpoic list", "/watch topic list"),
        ("/watch topic ad kim putin", "/watch topic add kim putin"),
        ("/watch topik ad kim putin", "/watch topic add kim putin"),
        ("/wacth topik lst", "/watch topic list"),
        ("/stauts", "/watch status"),
        ("/watch subscrib kim", "/watch subscribe kim"),
    ],
)
def test_a_mistyped_word_is_answered_with_the_line_that_was_meant(line: str, meant: str) -> None:
    assert meant in slip(line).hints


def test_half_a_command_is_answered_with_what_may_follow_and_none_with_help() -> None:
    assert "add, test, edit" in str(slip("/watch topic"))
    assert read_line(EVERY, "/watch")[0].path == ("watch", "help")


@pytest.mark.parametrize("line", ["/watch follow 1f2e", "/follow 1f2e", "/watch FOLLOW 1f2e"])
def test_a_word_that_stands_one_room_further_in_is_found_there(line: str) -> None:
    known = slip(line)
    assert str(known) == "Did you mean /watch event follow?"
    assert list(known.hints) == ["/watch event follow 1f2e"]


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("/watch topic delete chile", "/watch topic remove chile"),
        ("/watch feed delete Le Monde", "/watch feed remove Le Monde"),
        ("/watch topic rename chile chili", "/watch topic edit chile chili"),
        ("/watch topics", "/watch topic list"),
        ("/watch feeds france", "/watch feed list france"),
        ("/watch alert 12", "/watch alert show 12"),
        ("/watch alert not news 12", "/watch alert not-news 12"),
        ("/watch event 3f9a2c", "/watch event show 3f9a2c"),
        ("/watch topic chile", "/watch topic show chile"),
        ("/watch stop kim-putin", "/watch unsubscribe kim-putin"),
        ("hello", "/watch help"),
    ],
)
def test_what_other_programs_call_it_is_understood_as_meant(line: str, meant: str) -> None:
    assert list(slip(line).hints) == [meant]


def test_a_title_of_several_words_is_a_title_and_leaves_the_query_alone() -> None:
    _, values = read_line(EVERY, "/watch topic edit grain --title Grain deal --sensitivity wide")
    assert values == {"name": "grain", "title": "Grain deal", "sensitivity": "wide"}
    _, values = read_line(EVERY, "/watch topic add grain wheat OR corn --title The grain deal")
    assert (values["query"], values["title"]) == ("wheat OR corn", "The grain deal")
    _, values = read_line(EVERY, "/watch topic add --title Grain grain wheat")
    assert (values["name"], values["query"], values["title"]) == ("grain", "wheat", "Grain")
    _, values = read_line(EVERY, "/watch topic add grain wheat --without rt.com, sputnik.com")
    assert (values["query"], values["without"]) == ("wheat", ("rt.com", "sputnik.com"))


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("/watch oncall away me from 2026-12-24 to 2027-01-02", ["me", "2026-12-24", "2027-01-02"]),
        ("/watch oncall swap ada and bo", ["ada", "bo"]),
        ("/watch oncall swap me with bo", ["me", "bo"]),
        ("/watch alert ack 12 please", [12]),
    ],
)
def test_words_between_arguments_are_no_arguments(line: str, values: list[object]) -> None:
    assert list(read_line(EVERY, line)[1].values()) == values


def test_a_missing_argument_is_named_with_what_it_is_for_and_an_example() -> None:
    missing = slip("/watch topic add kim-putin")
    assert "still needs: query" in str(missing)
    assert any("kim jong un" in hint for hint in missing.hints)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/watch topic add a b --sensitivty wide", "Did you mean --sensitivity?"),
        ("/watch topic add a b --sensitivity wyde", "Did you mean wide?"),
        ("/watch topic add a b --sensitivity", "wants a value"),
        ("/watch topic add a b --sensitivity wide --sensitivity strict", "said twice"),
        ("/watch feed health now", "I do not know what to do with 'now'"),
    ],
)
def test_a_slip_in_the_arguments_is_one_sentence_that_says_what_to_do(line: str, said: str) -> None:
    assert said in str(slip(line))


def test_a_line_of_a_novel_is_refused_and_not_chewed_on() -> None:
    assert "characters" in str(slip("/watch search " + "word " * 5000))


def test_a_typed_function_is_all_that_a_command_needs() -> None:
    @command("greet", examples=("/greet Ada",))
    async def greet(
        newsroom: Newsroom,
        ask: Ask,
        who: Annotated[str, Arg("whom to greet")],
        tone: Annotated[Literal["warm", "cold"], Arg("how")] = "warm",
        times: Annotated[int, Arg("how often", named=True)] = 1,
        loud: Annotated[bool, Arg("with capitals")] = False,
        more: Annotated[str, Rest("what else")] = "",
    ) -> Card:
        """Say hello."""
        return Card(f"{who}{tone}{times}{loud}{more}")

    registry = Registry.of([_Room(greet)])
    found, values = read_line(registry, "/greet Ada cold how are you --times 3 --loud")
    assert found.description == "Say hello."
    assert values == {"who": "Ada", "tone": "cold", "times": 3, "loud": True, "more": "how are you"}
    assert found.usage == "/greet WHO [tone] [--times …] [--loud] [more…]"


class _Room:
    """As a module that defines a command."""

    def __init__(self, greet: Command) -> None:
        self.greet = greet
