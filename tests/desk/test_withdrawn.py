"""What an outlet did to a headline after it was out."""

from __future__ import annotations

import pytest

from tests.desk.making import NOON
from watcher.desk.withdrawn import says_otherwise, withdraws
from watcher.models import Revision

BRIDGE = "Bridge over the Vistula falls into the river"


def changed(old: str, new: str) -> Revision:
    return Revision("a", NOON, old, new)


@pytest.mark.parametrize(
    "new",
    [
        f"WITHDRAWN: {BRIDGE}",
        f"[Retracted] {BRIDGE}",
        f"{BRIDGE} – correction",
        f"Zurückgezogen: {BRIDGE}",
        f"Sprostowanie: {BRIDGE}",
        f"Исправление: {BRIDGE}",
        f"【更正】{BRIDGE}",
        f"(정정) {BRIDGE}",
    ],
)
def test_a_label_says_that_a_story_no_longer_stands(new: str) -> None:
    assert withdraws(changed(BRIDGE, new))
    assert says_otherwise(changed(BRIDGE, new))


@pytest.mark.parametrize(
    "new",
    ["Troops withdrawn from the bridge over the Vistula", "Mayor deleted messages on the fallen bridge"],
)
def test_the_same_word_in_a_sentence_is_no_label(new: str) -> None:
    assert not withdraws(changed(BRIDGE, new))


@pytest.mark.parametrize(
    ("old", "new", "otherwise"),
    [
        (BRIDGE, BRIDGE.replace("falls", "fals"), False),
        (BRIDGE, f"{BRIDGE}, twelve missing", False),
        (BRIDGE, "Bridge stands, says the mayor of Warsaw", True),
        ("维斯瓦河大桥坍塌坠入河中", "维斯瓦河大桥坍蹋坠入河中", False),
        ("维斯瓦河大桥坍塌坠入河中", "市长否认大桥坍塌的消息", True),
    ],
)
def test_a_mended_letter_is_nothing_and_another_headline_is_something(
    old: str, new: str, *, otherwise: bool
) -> None:
    assert says_otherwise(changed(old, new)) is otherwise
