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
    found = read_calendar(written, ROTA, "UTC", START)
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
        START,
    )
    night, day, short = found.overrides
    assert night.end - night.start == timedelta(hours=3)
    assert day == Override(
        "Bo", datetime(2026, 4, 1, 4, tzinfo=UTC), datetime(2026, 4, 2, 4, tzinfo=UTC), day.why
    )
    assert short.end - short.start == timedelta(minutes=90)


def test_the_longest_name_that_stands_in_a_title_is_meant() -> None:
    found = read_calendar(
        calendar("SUMMARY:Ann Lee is on call\r\nDTSTART;VALUE=DATE:20260401"), ROTA, "UTC", START
    )
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
        START,
    )
    assert [one.person for one in found.overrides] == ["Bo"]
    assert found.unknown == ("Handover",)


def test_what_names_nobody_or_repeats_by_the_hour_is_said_and_left_out() -> None:
    found = read_calendar(
        calendar(
            "SUMMARY:Annabel’s birthday\r\nDTSTART;VALUE=DATE:20260401",
            "SUMMARY:Ada every hour\r\nDTSTART:20260402T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=HOURLY",
            "SUMMARY:Bo without a time",
            "SUMMARY:Bo in no step\r\nDTSTART:20260402T100000Z\r\nDURATION:PT1H\r\n"
            "RRULE:FREQ=WEEKLY;INTERVAL=0",
            "SUMMARY:Bo on no day\r\nDTSTART:20260402T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;BYDAY=XX",
            "SUMMARY:Bo never\r\nDTSTART:20260402T100000Z\r\nDURATION:PT1H\r\n"
            "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        ),
        ROTA,
        "UTC",
        START,
    )
    assert found.overrides == ()
    assert found.unknown == ("Annabel’s birthday",)
    assert found.left_out == (
        "Ada every hour (it repeats more often than daily)",
        "Bo without a time (it has no time, or one that cannot be read)",
        "Bo in no step (a date or a rule in it cannot be read)",
        "Bo on no day (the rule by which it repeats cannot be read)",
        "Bo never (the rule by which it repeats names a day that there never is)",
    )


def test_a_leap_day_and_a_fifth_friday_are_counted_as_they_are_in_our_century() -> None:
    leap = "SUMMARY:Bo\r\nDTSTART:19960229T080000Z\r\nDURATION:PT2H\r\nRRULE:FREQ=YEARLY;INTERVAL=4"
    assert times(leap) == []  # the next one is in 2028
    fifth = "SUMMARY:Bo\r\nDTSTART:20200131T080000Z\r\nDURATION:PT2H\r\nRRULE:FREQ=MONTHLY;BYDAY=5FR"
    assert times(fifth)[:2] == ["Bo 26-05-29 08-10", "Bo 26-07-31 08-10"]


def times(*events: str, zone: str = "UTC") -> list[str]:
    """When somebody is on call by a calendar: the day and the hours, in UTC."""
    found = read_calendar(calendar(*events), ROTA, zone, START)
    assert not found.left_out
    return [f"{one.person} {one.start:%y-%m-%d %H}-{one.end:%H}" for one in found.overrides]


NIGHTS = (
    "SUMMARY:Ada\r\n"
    "DTSTART;TZID=Europe/Warsaw:20260306T210000\r\nDTEND;TZID=Europe/Warsaw:20260307T090000\r\n"
)


def test_what_repeats_is_at_the_same_hour_by_its_own_clocks_until_its_end() -> None:
    found = times(f"{NIGHTS}RRULE:FREQ=WEEKLY;UNTIL=20260403T190000Z")
    assert found == [
        "Ada 26-03-06 20-08",
        "Ada 26-03-13 20-08",
        "Ada 26-03-20 20-08",
        "Ada 26-03-27 20-08",
        "Ada 26-04-03 19-07",
    ]


def test_of_what_repeats_the_called_off_the_moved_and_the_over_are_left_out() -> None:
    weekly = f"{NIGHTS}RRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE;TZID=Europe/Warsaw:20260313T210000"
    moved = (
        "SUMMARY:Bo\r\nDTSTART:20260321T100000Z\r\nDTEND:20260321T120000Z\r\n"
        "RECURRENCE-ID;TZID=Europe/Warsaw:20260320T210000"
    )
    written = calendar(weekly, moved).replace(b"UID:1", b"UID:0")
    found = read_calendar(written, ROTA, "UTC", START).overrides
    assert [(one.person, one.start.day) for one in found] == [("Ada", 6), ("Bo", 21), ("Ada", 27)]
    later = read_calendar(written, ROTA, "UTC", START + timedelta(days=90)).overrides
    assert [one.person for one in later] == ["Bo"]


def test_whole_days_repeat_and_extra_dates_count() -> None:
    days = "SUMMARY:Bo\r\nDTSTART;VALUE=DATE:20260403\r\nRRULE:FREQ=MONTHLY;BYDAY=1FR;UNTIL=20260501\r\n"
    dates = "RDATE;VALUE=DATE:20260410\r\nEXDATE;VALUE=DATE:20260403"
    assert times(days + dates, zone="Asia/Tokyo") == ["Bo 26-04-09 15-15", "Bo 26-04-30 15-15"]


def test_what_repeats_for_ever_does_so_for_a_year() -> None:
    found = times("SUMMARY:Bo\r\nDTSTART:20200101T080000Z\r\nDURATION:PT2H\r\nRRULE:FREQ=DAILY")
    assert len(found) == 367
    assert found[0] == "Bo 26-03-02 08-10"


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00\xff\xfe", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT"])
def test_a_file_that_is_no_calendar_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(CalendarError, match=r"^That is no iCalendar file\. Export it as \.ics\.$"):
        read_calendar(content, ROTA, "UTC", START)
