"""How people, weekdays and hours are written in rotas: mentions, names, mon-fri, 9:00-17:00."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import available_timezones

from watcher.chat.commands.newsroom import Ask
from watcher.chat.commands.words import Misspoken
from watcher.desk.clock import parse_time
from watcher.desk.oncall import Person, Rota
from watcher.models import Place

_MENTION = re.compile(r"(?:(?P<name>[^=<>@|]+)=)?<@!?(?P<id>\w+)(?:\|(?P<shown>[^>]+))?>")
_BETWEEN = re.compile(r"(?<=>)\s+(?:(?:and|&)\s+)?|\s+(?=<@)")
"""What stands between mentions as platforms write them, one after the other."""
_EVERYONE = frozenset({"everyone", "here", "channel"})
DAY_GROUPS = {"daily": "mon-sun", "all": "mon-sun", "weekdays": "mon-fri", "weekends": "sat-sun"}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_people(said: Iterable[str], rota: Rota, ask: Ask) -> tuple[Person, ...]:
    """People as they were typed: a mention, `Ada=<@1234>`, `me`, or the name of somebody of the rota.

    A name that nobody has yet is somebody new, who cannot be woken until they are mentioned.
    """
    parts = [part.strip() for word in said for part in _BETWEEN.split(word)]
    words = [part for part in parts if part and part.casefold() not in ("and", "&", "then")]
    for word in words:
        if _is_many(word):
            raise Misspoken(
                f"{word} is nobody in particular, and nobody would be woken. Mention people one by one.",
                ("/watch oncall set @ada,@bo,@cy",),
            )
        if _is_no_name(word, words, rota):
            raise Misspoken(
                f"{word!r} is nobody's name. A time of day is written as 8:00, a time zone as Europe/Warsaw.",
                ("/watch oncall set @ada,@bo daily 8:00 Europe/Warsaw",),
            )
    found = tuple(_person(word, rota, ask) for word in words)
    if not found:
        raise Misspoken("Say who: mention people, with commas between them.", ("/watch oncall set @ada,@bo",))
    return tuple({person.name: person for person in found}.values())


def _is_many(word: str) -> bool:
    """Whether a word among people means a role, a user group or everyone."""
    group = word.startswith(("<@&", "<!"))
    return group or word.casefold().lstrip("@") in _EVERYONE


def _is_no_name(word: str, words: Sequence[str], rota: Rota) -> bool:
    """Whether a word among people is something else: a time or, beside mentions, the city of a time zone."""
    if word[0].isdigit():
        return True
    if rota.person(word) or not any(one.startswith("@") or _MENTION.fullmatch(one) for one in words):
        return False
    cities = (zone.rsplit("/", 1)[-1].casefold() for zone in available_timezones())
    return word.casefold().replace(" ", "_") in cities


def _person(word: str, rota: Rota, ask: Ask) -> Person:
    platform = ask.place.platform or ask.desk.platform
    if word.casefold() in ("me", "i"):
        known = rota.person(ask.person) if ask.person else None
        return known or Person(ask.name or ask.person or "me", Place(platform, person=ask.person))
    match = _MENTION.fullmatch(word)
    if match:
        known = rota.person(match["id"])
        mine = ask.name if match["id"] == ask.person else ""
        name = match["name"] or match["shown"] or (known.name if known else mine) or match["id"]
        return Person(name.strip(), Place(platform, person=match["id"]))
    return rota.person(word) or Person(word.lstrip("@"), Place(platform))


async def called(people: Iterable[Person], ask: Ask) -> tuple[Person, ...]:
    """People by what others call them, where so far there is only their platform's id of them."""
    found = []
    for person in people:
        unnamed = person.name == person.place.person
        name = await ask.name_of(person.name) if unnamed and person.name and ask.name_of else ""
        found.append(replace(person, name=name or person.name))
    return tuple(found)


def of_rota(name: str, rota: Rota, ask: Ask) -> Person:
    """Somebody who is in the rota; raises Misspoken with who there is."""
    match = _MENTION.fullmatch(name.strip())
    mine = name.strip().casefold() in ("me", "i")
    found = rota.person(match["id"] if match else ask.person if mine else name.strip())
    if found is None:
        listed = ", ".join(person.name for person in rota.people) or "nobody yet"
        raise Misspoken(f"{name.strip()} is not in the rota. There is {listed}.", ("/watch oncall rota",))
    return found


def joined(rota: Rota, people: Iterable[Person]) -> tuple[Person, ...]:
    """The people of a rota with some more, each name once.

    Somebody who is mentioned on a second platform can be told on both; on one platform the newest word holds.
    """
    found = {person.name: person for person in rota.people}
    for person in people:
        known = found.get(person.name)
        found[person.name] = _both(known, person) if known else person
    return tuple(found.values())


def _both(known: Person, said: Person) -> Person:
    if not said.places:
        return known
    places = {place.platform: place for place in (*known.places, *said.places)}
    first, *also = places.values()
    return Person(said.name, first, tuple(also))


def read_days(text: str) -> tuple[int, ...]:
    """Read `mon-fri`, `sat,sun`, `daily`, `weekdays` or `weekends`; 0 is Monday. Raises Misspoken."""
    said = text.strip().casefold()
    days: list[int] = []
    for part in DAY_GROUPS.get(said, said).split(","):
        ends = [_day(one) for one in part.split("-")]
        length = (ends[-1] - ends[0]) % 7
        days += [(ends[0] + step) % 7 for step in range(length + 1)]
    return tuple(sorted(set(days)))


def read_weekday(text: str) -> int:
    """Read one day of the week; raises Misspoken."""
    with suppress(Misspoken):
        return _day(text.casefold())
    raise Misspoken(
        f"I cannot read {text!r} as a day of the week. Say monday.",
        ("/watch oncall set @ada,@bo 9:00 --day monday",),
    )


def _day(word: str) -> int:
    said = word.strip()
    said = said[:-1] if said.endswith("days") else said  # on Mondays
    found = [at for at, day in enumerate(_DAYS) if len(said) >= 2 and day.startswith(said)]
    if len(found) != 1:
        raise Misspoken(
            f"I cannot read {word!r} as days. Say mon-fri, sat,sun, weekends or daily.",
            ("/watch oncall shift @ada,@bo mon-fri 9:00-17:00",),
        )
    return found[0]


def read_hours(text: str) -> tuple[time, time]:
    """Read `9:00-17:00` or `22-6`; raises ClockError or Misspoken."""
    parts = re.split(r"\s*(?:-|–|to)\s*", text.strip())
    if len(parts) != 2:
        raise Misspoken(f"I cannot read {text!r} as hours. Write 9:00-17:00, or 22:00-6:00.")
    return parse_time(parts[0]), parse_time(parts[1])


def read_date(text: str, today: date) -> date:
    """Read `2026-12-24`, `24.12.`, `24.12.2026`, `today`, `tomorrow` or a weekday; raises Misspoken."""
    said = text.strip().casefold()
    near = {"today": 0, "tomorrow": 1}
    if said in near:
        return today + timedelta(days=near[said])
    try:
        return date.fromisoformat(said)
    except ValueError:
        pass
    if match := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", said):
        with suppress(ValueError):
            return date(int(match[3]), int(match[2]), int(match[1]))
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.?", said)
    if match:
        return _coming(int(match[1]), int(match[2]), today)
    with suppress(Misspoken):
        return today + timedelta(days=(_day(said) - today.weekday()) % 7)
    raise Misspoken(f"I cannot read {text!r} as a day. Write 2026-12-24, tomorrow, or friday.")


def _coming(day: int, month: int, today: date) -> date:
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise Misspoken(f"There is no {day}.{month}. to come. Write the day as 2026-12-24.")


def last_weekday(day: int, now: datetime) -> date:
    """The newest date that was that weekday, today included."""
    return now.date() - timedelta(days=(now.weekday() - day) % 7)
