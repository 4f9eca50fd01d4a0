"""What holds for every answer: no traceback, no lost slip, and help that helps; settings and status."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

import pytest

from tests.chat.desks import EDITOR, NOW, READER, Room, text_of, undo_of, watch
from watcher.chat.commands import Arg, Ask, Commands, Newsroom, Registry, command
from watcher.chat.commands.help import EVERY
from watcher.models import Card, Desk, Feed, Place, WatcherError
from watcher.store import feeds, subscriptions


@command("break", examples=("/break",))
async def _break(newsroom: Newsroom, ask: Ask, how: Annotated[str, Arg("how")] = "badly") -> Card:
    """Go wrong."""
    raise WatcherError("The disk is full: make room.") if how == "politely" else RuntimeError("secret detail")


class _Rooms:
    breaking = _break


@pytest.fixture
def breaking(room: Room) -> Commands:
    return Commands(room.commands.newsroom, Registry.of([_Rooms]))


async def test_an_expected_failure_is_its_own_sentence(breaking: Commands) -> None:
    card = await breaking.run(EDITOR, "/break politely")
    assert (card.title, card.tone) == ("The disk is full: make room.", "bad")


async def test_an_unexpected_one_is_logged_under_a_reference_and_answered_kindly(
    breaking: Commands, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        card = await breaking.run(EDITOR, "/break")
    said = text_of(card)
    assert "secret detail" not in said
    reference = caplog.records[0].args
    assert reference
    assert str(reference[1]) in said
    assert caplog.records[0].exc_info


async def test_a_platform_may_call_with_arguments_that_it_took_apart(room: Room) -> None:
    await watch(room.store, "kim", "kim")
    named = await room.commands.call(EDITOR, ("watch", "topic", "test"), query="putin", sensitivity="wide")
    assert "putin · wide" in text_of(named)
    listed = await room.commands.call(EDITOR, "watch subscribe", topics="kim", times="8:00, 18:00", zone=None)
    assert "digest at 08:00 and 18:00" in text_of(listed)
    assert (
        await room.commands.call(EDITOR, "watch topic test", query="kim", sensitivity="wyde")
    ).tone == "bad"
    assert (await room.commands.call(EDITOR, "watch topic test")).tone == "bad"
    assert (await room.commands.call(EDITOR, "watch nonsense")).tone == "bad"
    assert (await room.commands.call(EDITOR, "watch status", colour="red")).tone == "bad"


async def test_help_lists_every_command_once_in_its_group(room: Room) -> None:
    card = await room.run("/help")
    listed = [line[0].text for section in card.sections[1:] for line in section.lines]
    assert sorted(listed) == sorted(one.line for one in EVERY.commands)


@pytest.mark.parametrize(
    "line", ["/help topic add", "/watch help watch topic add", "/watch help /watch topic add"]
)
async def test_help_explains_one_command_with_its_arguments_and_examples(room: Room, line: str) -> None:
    said = await room.say(line)
    assert "/watch topic add NAME QUERY… [--sensitivity strict|normal|wide]" in said
    assert "of 100 stories strict misses" in said
    assert "/watch topic add kim-putin kim jong un putin (summit OR meet* OR arms)" in said


async def test_help_on_a_group_and_on_a_mistyped_word(room: Room) -> None:
    assert "/watch feed health" in await room.say("/help feed")
    assert "/watch help watch topic add" in await room.say("/help topc add")


async def test_a_setting_is_shown_set_and_set_back(room: Room) -> None:
    assert "time-zone UTC" in await room.say("/watch settings")
    card = await room.run("/watch settings time-zone europe/warsaw")
    assert card.title == "time-zone is Europe/Warsaw from now on"
    assert "Europe/Warsaw" in await room.say("/watch settings time_zone")
    await room.run(undo_of(card))
    assert "UTC" in await room.say("/watch settings time-zone")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/watch settings timezoen UTC", "Did you mean time-zone?"),
        ("/watch settings time-zone Warsow", "Europe/Warsaw"),
        ("/watch settings language klingon", "two letters"),
        ("/watch settings window fortnight", "stretch of time"),
        ("/watch settings say-nothing-new maybe", "yes or no"),
    ],
)
async def test_a_setting_that_cannot_be_is_refused_with_what_can(room: Room, line: str, said: str) -> None:
    card = await room.run(line)
    assert card.tone == "bad"
    assert said in text_of(card)


async def test_a_setting_is_known_however_its_words_are_joined(room: Room) -> None:
    for said in ("timezone Europe/Warsaw", "time zone Asia/Tokyo", "Time_Zone UTC"):
        card = await room.run(f"/watch settings {said}")
        assert card.title == f"time-zone is {said.split()[-1]} from now on"


async def test_notices_go_to_no_channel_that_was_typed_wrong(room: Room) -> None:
    assert "I know no channel #nwes" in await room.say("/watch settings notices #nwes")
    assert "notices is" in await room.say("/watch settings notices <#C12345>")


async def test_notices_can_be_heard_here_or_nowhere(room: Room) -> None:
    assert "notices is foreign" in await room.say("/watch settings notices here")
    assert "notices is here" in await room.say("/watch settings notices none"), "a terminal hears them always"
    elsewhere = Ask(Desk("slack:T1", "slack"), Place("slack", "C1"), person="ada", may_manage=True)
    assert "notices is nowhere" in await room.say("/watch settings notices none", elsewhere)


async def test_everyone_may_look_at_settings_and_managers_set_them(room: Room) -> None:
    assert (await room.run("/watch settings", READER)).tone != "bad"
    assert (await room.run("/watch settings language pl", READER)).tone == "bad"
    assert "language en" in await room.say("/watch settings")


async def test_status_says_in_figures_how_things_stand(room: Room) -> None:
    await watch(room.store, "kim", "kim")
    await room.run("/watch subscribe kim 18:00")
    async with room.store.writing() as db:
        await feeds.add(db, [Feed(0, f"https://example.org/{n}") for n in range(8)])
        ill = replace(
            (await feeds.all_feeds(db))[0], ill_since=NOW, last_polled_at=NOW - timedelta(minutes=3)
        )
        await feeds.save(db, [ill])
    card = await room.run("/watch status")
    assert (card.title, card.tone) == ("All is well but for 1 feed", "good")
    said = text_of(card)
    assert "Feeds: 8 · 1 in trouble" in said
    assert "Last poll: 2026-09-14 11:57 UTC" in said
    assert "Next digest: 2026-09-14 18:00 UTC" in said
    assert "/watch feed health" in said


async def test_status_does_not_say_well_while_a_platform_is_away(room: Room) -> None:
    newsroom = replace(room.commands.newsroom, notes=lambda: ("Discord cannot be reached.",))
    card = await Commands(newsroom).run(EDITOR, "/watch status")
    assert card.tone == "bad"
    assert "Discord cannot be reached." in text_of(card)


async def test_a_glance_is_cheap_and_says_the_same(room: Room) -> None:
    await watch(room.store, "kim", "kim")
    await room.run("/watch subscribe kim 18:00")
    glance = await room.commands.glance(EDITOR)
    async with room.store.reading() as db:
        assert glance.next_digest == await subscriptions.next_due(db)
    assert (glance.topics, glance.feeds, glance.time_zone) == (1, 0, "UTC")


# ------------------------------------------------------------------------------------- completion


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", ["/digest", "/watch"]),
        ("/dig", ["/digest"]),
        ("/watch to", ["topic"]),
        ("/watch topic e", ["edit"]),
        ("/topic sh", ["show"]),
        ("/watch topic show ", ["kim-putin", "chile"]),
        ("/watch topic edit kim", ["kim-putin"]),
        ("/digest kim-putin y", ["yesterday"]),
        ("/watch topic add a b --", ["--sensitivity", "--without", "--title"]),
        ("/watch topic add a b --sensitivity w", ["wide"]),
        ("/watch subscribe kim-putin,c", ["kim-putin,chile"]),
        ("/watch subscribe chile at", ["at once"]),
        ("/watch feed remove lem", ["https://lemonde.fr/rss"]),
        ("/watch help topic a", ["add"]),
        ("/watch settings lang", ["language"]),
        ("/nonsense x", []),
    ],
)
async def test_a_half_typed_line_is_completed(room: Room, text: str, first: list[str]) -> None:
    await watch(room.store, "kim-putin", "kim putin")
    await watch(room.store, "chile", "chile")
    async with room.store.writing() as db:
        await feeds.add(db, [Feed(0, "https://lemonde.fr/rss", "Le Monde")])
    assert (await room.commands.complete(EDITOR, text))[: len(first) or None] == first


async def test_a_platform_gets_at_most_25_values_for_an_argument(room: Room) -> None:
    zones = await room.commands.suggest(EDITOR, ("watch", "subscribe"), "zone", "europe/w")
    assert zones == ["Europe/Warsaw"]
    assert len(await room.commands.suggest(EDITOR, ("watch", "subscribe"), "zone", "")) == 25
    assert await room.commands.suggest(EDITOR, ("watch", "subscribe"), "nothing", "") == []


async def test_an_undo_is_offered_only_where_there_is_something_to_undo(room: Room) -> None:
    at_terminal = replace(EDITOR, place=Place("console"))
    card = await room.run("/watch settings notices here", at_terminal)
    assert (card.title, card.buttons) == ("notices is here from now on", ())
    set_to = await room.run("/watch settings time-zone Europe/Warsaw")
    assert [button.command for button in set_to.buttons] == ["/watch settings time-zone UTC"]
    assert (await room.run("/watch settings time-zone Europe/Warsaw")).buttons == ()


async def test_what_goes_on_by_another_clock_is_said_where_the_zone_is_changed(room: Room) -> None:
    await watch(room.store, "kim-putin", "kim putin")
    for line in ("subscribe 8:00", "subscribe at once", "oncall set @ada"):
        await room.say(f"/watch {line}")
    said = await room.say("/watch settings time-zone Europe/Warsaw")
    assert "Digests keep the clock of UTC: /watch subscriptions" in said
    assert "The rota keeps the clock of UTC: /watch oncall rota" in said
    assert "keep" not in await room.say("/watch settings time-zone UTC")


async def test_half_a_letter_that_a_program_sends_is_answered_like_any_other(room: Room) -> None:
    said = await room.say("/watch topic test \ud83dputin")
    assert "What this would have caught" in said
    assert said.encode()


async def test_what_was_typed_is_given_back_no_longer_than_is_read(room: Room) -> None:
    said = await room.say(f"/watch why {'harbour ' * 300}")
    assert said.startswith("No story has 'harbour harbour")
    assert "…' in it. Give its link" in said
    assert len(said.splitlines()[0]) < 200


async def test_a_control_character_that_a_program_sends_is_a_space(room: Room) -> None:
    assert "No story has" in await room.say("/watch search pu\0tin")
    assert "[putin] AND [kim]" in await room.say("/watch topic add both putin\0kim")
