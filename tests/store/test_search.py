"""Searching stories by their words."""

from __future__ import annotations

import re

import pytest
import pytest_asyncio

from tests.store.making import HOUR, NOW, a_feed, record, story
from watcher.store import Store, stories

TITLES = (
    "Kim and Putin meet at a spaceport",
    "Путин встретился с Ким Чен Ыном",
    "Le président Macron reçoit les maires",
    "Erdoğan'ın İstanbul ziyareti",
    "金正恩访问俄罗斯",
    "कृषि मंत्री की बैठक",
    "Prezes mówi: kto, kim jest",
)


@pytest_asyncio.fixture
async def filled(store: Store) -> Store:
    body = [story(f"g{n}", f"l{n}", title, summary="The wire says so.") for n, title in enumerate(TITLES)]
    await record(store, body, await a_feed(store))
    return store


async def found(store: Store, words: str, limit: int = 10) -> list[str]:
    async with store.reading() as db:
        return [one.title for one in await stories.search(db, words, limit)]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("putin", [TITLES[0]]),
        ("PUTIN space", [TITLES[0]]),
        ("путин", [TITLES[1]]),
        ("recoit president", [TITLES[2]]),
        ("erdogan", [TITLES[3]]),
        ("erdoğan'ın", [TITLES[3]]),
        ("正恩", [TITLES[4]]),
        ("正恩 putin", []),
        ("मंत्री", [TITLES[5]]),
        ("kim", [TITLES[6], TITLES[0]]),
        ("unheard-of", []),
        ("", []),
        ('— ! "', []),
    ],
)
async def test_words_are_found_in_any_case_script_or_accent(
    filled: Store, words: str, titles: list[str]
) -> None:
    assert await found(filled, words) == titles


@pytest.mark.parametrize(
    "words", ['"kim', 'kim"', "kim*", "kim AND", "NOT kim", "title:kim", "(kim", "kim^2", "%", "_a", "a'b"]
)
async def test_what_would_be_syntax_elsewhere_is_just_a_word_here(filled: Store, words: str) -> None:
    assert await found(filled, words) == await found(filled, re.sub(r"[^\w']+", " ", words))


async def test_the_newest_come_first_and_no_more_than_asked_for(filled: Store) -> None:
    assert await found(filled, "wire", 2) == [TITLES[6], TITLES[5]]


async def test_a_changed_headline_is_found_by_its_new_words_alone(filled: Store) -> None:
    feed = await a_feed(filled)
    await record(filled, [story("g0", "l0", "Two leaders meet")], feed, NOW + HOUR)
    assert await found(filled, "putin") == []
    assert await found(filled, "leaders") == ["Two leaders meet"]


async def test_a_percent_sign_among_characters_is_no_wildcard(filled: Store) -> None:
    assert await found(filled, "金%恩") == []
