"""What an outlet did to a headline after it was out."""

from __future__ import annotations

import pytest

from tests.desk.making import NOON, story
from watcher.desk.withdrawn import says_otherwise, takes_back, withdraws
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
    "summary",
    [
        "RETRACTION: The bridge did not fall.",
        "EDITORS' NOTE: This story has been withdrawn.",
        "Correction: two missing, not twelve.",
        "Cette dépêche est annulée.",
        "撤稿：大桥没有坍塌。",
        "【訂正】橋は落ちていません。",
    ],
)
def test_the_head_of_a_text_says_it_as_well(summary: str) -> None:
    one = Revision("a", NOON, BRIDGE, BRIDGE, "Twelve are missing.", summary)
    assert withdraws(one)
    assert not withdraws(Revision("a", NOON, BRIDGE, BRIDGE, summary, summary))


def test_a_feed_that_shortens_a_text_withdraws_nothing() -> None:
    assert not withdraws(Revision("a", NOON, BRIDGE, BRIDGE, "Twelve are missing.", ""))
    moved = "The correction officers crossed the bridge. Troops have withdrawn."
    assert not withdraws(Revision("a", NOON, BRIDGE, BRIDGE, "", moved))


@pytest.mark.parametrize(
    ("title", "summary", "taken"),
    [
        (f"BULLETIN KILL: {BRIDGE}", "", True),
        (BRIDGE, "This story has been withdrawn. The bridge stands.", True),
        (f"撤稿：{BRIDGE}", "", True),
        (f"Rétractation: {BRIDGE}", "", True),
        (f"CORRECTION: {BRIDGE}", "", False),
        ("Killed by a falling bridge: the story of a ferryman", "", False),
    ],
)
def test_a_notice_that_a_story_is_gone_is_no_telling_of_it(title: str, summary: str, *, taken: bool) -> None:
    assert takes_back(story("a", title, summary=summary)) is taken


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
