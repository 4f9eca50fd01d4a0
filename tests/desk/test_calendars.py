"""Rotas to calendars and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from watcher.desk.calendars import CalendarError, read_calendar, write_calendar
from watcher.desk.oncall import Override, Person, Rota, Shift, roster
from watcher.models import Place

NAMES = ("Ada", "Bo", "Ann", "Ann Lee")
ROTA = Rota(
    tuple(Person(name, Place("fake", person=name)) for name in NAMES),
    (Shift(("Ada", "Bo"), date(2026, 1, 5), time_zone="Europe/Warsaw"),),
)
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
END = START + timedelta(days=60)


def calendar(*events: str) -> bytes:
    body = "\r\n".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}\r\nEND:VCALENDAR\r\n".encode()


def test_a_rota_that_is_exported_and_imported_has_the_same_people_at_the_same_times() -> None:
    written = write_calendar(ROTA, START, END, "On call: the desk")
    found = read_calendar(written, ROTA, "UTC")
    expected = [(duty.person, duty.start, duty.end) for duty in roster(ROTA, START, END)]
    assert [(one.person, one.start, one.end) for one in found.overrides] == expected


def test_the_same_rota_makes_the_same_bytes() -> None:
    assert write_calendar(ROTA, START, END, "x") == write_calendar(ROTA, START, END, "x")


def test_events_in_zones_whole_days_and_lengths_are_read() -> None:
    found = read_calendar(
        calendar(
            "SUMMARY:On call: Ada\r\nDTSTART;TZID=Europe/Warsaw:20260329T010000\r\n"
            "DTEND;TZID=Europe/Warsaw:20260329T050000",
            "SUMMARY:Bo\r\nDTSTART;VALUE=DATE:20260401",
            "SUMMARY:Bo again\r\nDTSTART:20260402T100000Z\r\nDURATION:PT90M",
        ),
        ROTA,
        "America/New_York",
    )
    night, day, short = found.overrides
    assert night.end - night.start == timedelta(hours=3)
    assert day == Override(
        "Bo", datetime(2026, 4, 1, 4, tzinfo=UTC), datetime(2026, 4, 2, 4, tzinfo=UTC), day.why
    )
    assert short.end - short.start == timedelta(minutes=90)


def test_the_longest_name_that_stands_in_a_title_is_meant() -> None:
    found = read_calendar(calendar("SUMMARY:Ann Lee is on call\r\nDTSTART;VALUE=DATE:20260401"), ROTA, "UTC")
    assert [one.person for one in found.overrides] == ["Ann Lee"]


def test_who_is_invited_is_meant_where_the_title_names_nobody_and_what_was_called_off_is_nothing() -> None:
    found = read_calendar(
        calendar(
            "SUMMARY:Night shift\r\nDTSTART;VALUE=DATE:20260401\r\nATTENDEE;CN=Bo:mailto:b@paper.example",
            "SUMMARY:Handover\r\nDTSTART;VALUE=DATE:20260402\r\nATTENDEE;CN=Bo:mailto:b@paper.example\r\n"
            "ATTENDEE;CN=Ada:mailto:a@paper.example",
            "SUMMARY:Ada\r\nDTSTART;VALUE=DATE:20260403\r\nSTATUS:CANCELLED",
        ),
        ROTA,
        "UTC",
    )
    assert [one.person for one in found.overrides] == ["Bo"]
    assert found.unknown == ("Handover",)


def test_what_names_nobody_or_repeats_is_said_and_left_out() -> None:
    found = read_calendar(
        calendar(
            "SUMMARY:Annabel’s birthday\r\nDTSTART;VALUE=DATE:20260401",
            "SUMMARY:Ada every week\r\nDTSTART:20260402T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY",
            "SUMMARY:Bo without a time",
        ),
        ROTA,
        "UTC",
    )
    assert found.overrides == ()
    assert found.unknown == ("Annabel’s birthday",)
    assert found.left_out == ("Ada every week", "Bo without a time")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00\xff\xfe", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT"])
def test_a_file_that_is_no_calendar_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(CalendarError, match=r"Export it as \.ics"):
        read_calendar(content, ROTA, "UTC")
