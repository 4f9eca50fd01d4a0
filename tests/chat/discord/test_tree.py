"""Commands as Discord is told of them, and the lines of one's answers as they are typed there."""

from __future__ import annotations

import pytest

from tests.fake_discord import spec
from tests.fake_discord.limits import check_commands
from watcher.chat.commands.help import EVERY
from watcher.chat.discord import languages, speaking, tree
from watcher.models import Button, Card, Piece, Section

PAYLOAD = tree.commands_payload(EVERY)


def leaves(
    node: dict[str, object], path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], dict[str, object]]]:
    here = (*path, str(node["name"]))
    options = node.get("options") or []
    assert isinstance(options, list)
    below = [one for one in options if one["type"] in (tree.SUBCOMMAND, tree.GROUP)]
    return [leaf for one in below for leaf in leaves(one, here)] if below else [(here, node)]


def test_every_command_of_the_desk_is_one_of_discords() -> None:
    found = {path for node in PAYLOAD if node.get("type") == 1 for path, _ in leaves(node)}
    assert found == {tree.typed(command.path) for command in EVERY.commands}
    assert {tree.meant(path) for path in found} == {command.path for command in EVERY.commands}


def test_discord_takes_them_all() -> None:
    check_commands(PAYLOAD)
    assert all(node["contexts"] == [0] for node in PAYLOAD), "in servers only"


def test_they_are_as_the_official_specification_wants_them() -> None:
    official = spec.load()
    if official is None:
        pytest.skip(f"The specification is not at {spec.WHERE}; set DISCORD_OPENAPI.")
    assert official.fault("PUT", "/applications/1/commands", PAYLOAD) == ""
    assert official.fault("PUT", "/applications/1/commands", [{"name": "x" * 33}]) != ""


def test_commands_have_names_in_french_german_and_spanish() -> None:
    digest = next(node for node in PAYLOAD if node["name"] == "digest")
    assert digest["name_localizations"] == {
        "fr": "revue",
        "de": "überblick",
        "es-ES": "resumen",
        "es-419": "resumen",
    }
    assert set(digest["description_localizations"]) == set(languages.LOCALES)


def test_a_change_of_the_commands_changes_their_fingerprint() -> None:
    other = [dict(PAYLOAD[0], description="Something else"), *PAYLOAD[1:]]
    assert tree.fingerprint(PAYLOAD) == tree.fingerprint(tree.commands_payload(EVERY))
    assert tree.fingerprint(PAYLOAD) != tree.fingerprint(other)


def test_what_somebody_chose_is_read_back() -> None:
    option = {"type": 3, "name": "query", "value": "kim putin"}
    add = {
        "type": 1,
        "name": "add",
        "options": [{"type": 3, "name": "name", "value": "x", "focused": True}, option],
    }
    data = {"name": "watch", "options": [{"type": 2, "name": "topic", "options": [add]}]}
    assert tree.chosen(data) == tree.Chosen(
        ("watch", "topic", "add"), {"name": "x", "query": "kim putin"}, "name"
    )


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("/digest kim-putin 24h", "/digest topic:kim-putin window:24h"),
        (
            "/watch topic add x kim putin --without rt.com,tass.ru",
            "/watch topic add name:x query:kim putin without:rt.com,tass.ru",
        ),
        ("/watch topic list", "/watch topic list"),
        ("/watch feed add x.org --anyway", "/watch feed add address:x.org anyway:True"),
        ("/digest [topic] [window…]", "/digest [topic] [window…]"),
        ("kim putin", "kim putin"),
        ("/watch oncall who", "/oncall who"),
        ("--sensitivity wide", "sensitivity:wide"),
    ],
)
def test_lines_are_shown_as_they_are_typed_at_discord(line: str, typed: str) -> None:
    shown = speaking.in_discords_words(EVERY, Card("x", sections=(Section(((Piece(line, "code"),),)),)))
    ((piece,),) = shown.sections[0].lines
    assert piece.text.rstrip() == typed


def test_a_slip_is_mended_by_a_press_and_an_example_is_not_done() -> None:
    example = next(one.examples[0] for one in EVERY.commands if one.path == ("watch", "topic", "add"))
    rota = "/watch oncall set @somebody,@else daily"
    lines = ("/digest kim-putin 24h", example, "/watch topic add NAME kim", "/digest [topic]", rota)
    section = Section(tuple((Piece(line, "code"),) for line in lines))
    card = speaking.with_ways_out(EVERY, Card("No such topic", sections=(section,), tone="bad"))
    known = {example for command in EVERY.commands for example in command.examples}
    wanted = [] if lines[0] in known else [Button(lines[0], lines[0])]
    assert list(card.buttons) == wanted


def test_every_command_and_argument_is_translated() -> None:
    """Whoever adds a command says in languages.py and descriptions.py what it is called elsewhere."""
    words = {word for one in EVERY.commands for word in (*one.path, *(a.word for a in one.arguments))}
    assert sorted(word for word in words if not languages.names(word)) == []
    groups = {one.path[:depth] for one in EVERY.commands for depth in range(1, len(one.path) + 1)}
    assert sorted(" ".join(path) for path in groups if not languages.descriptions(path)) == []
