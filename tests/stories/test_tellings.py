"""Which stories are one text."""

from __future__ import annotations

import pytest

from tests.stories.conftest import make_story
from watcher.stories.tellings import Tellings

TITLE = "Bridge over the Vistula collapses in Warsaw"


def found(second: str, first: str = TITLE, *, leads: tuple[str, str] = ("", ""), hours: float = 1) -> bool:
    tellings = Tellings()
    tellings.put(make_story("first", first, leads[0]))
    return tellings.find(make_story("second", second, leads[1], minutes=60 * hours)) == "first"


@pytest.mark.parametrize(
    "title", [TITLE, TITLE.upper(), f"{TITLE}.", f"“{TITLE}”", "In Warsaw, bridge over the Vistula collapses"]
)
def test_agency_copy_with_small_changes_is_one_text(title: str) -> None:
    assert found(title)


def test_the_same_event_in_other_words_is_another_text() -> None:
    assert not found("Three hurt as Warsaw bridge falls into river")


def test_another_number_makes_another_text() -> None:
    assert not found("Bridge collapses in Warsaw, 5 dead", "Bridge collapses in Warsaw, 3 dead")


def test_a_column_of_the_same_name_with_another_lead_is_another_text() -> None:
    leads = ("The council sat late over the budget.", "A heron has been seen on the castle pond again.")
    assert not found("The view from the town hall", "The view from the town hall", leads=leads)
    assert found("The view from the town hall", "The view from the town hall", leads=(leads[0], leads[0]))


def test_the_same_title_days_later_is_another_text() -> None:
    assert not found(TITLE, hours=72)


def test_a_short_title_is_one_text_only_with_the_same_lead() -> None:
    assert found("Earthquake", "Earthquake")
    assert not found("Earthquake", "Earthquake", leads=("In Chile.", "In Japan."))


def test_headlines_without_a_word_are_one_text_only_where_they_or_their_leads_are_the_same() -> None:
    assert not found("...", "🎉🎉🎉")
    assert found("🎉🎉🎉", "🎉🎉🎉")
    assert found("...", "🎉🎉🎉", leads=("The bridge is open.", "The bridge is open."))


def test_a_forgotten_text_is_not_found_again() -> None:
    tellings = Tellings()
    tellings.put(make_story("first", TITLE))
    tellings.take("first")
    assert tellings.find(make_story("second", TITLE)) == ""
