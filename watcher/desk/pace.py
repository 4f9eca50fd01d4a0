"""A topic's usual pace, and how unusual it is that one event is told so often so soon.

An event gathers outlets as its topic allows: in a topic of three stories a day, three outlets within an
hour are an alarm; in one that takes every story of sixty feeds they are not. So the count is held against
what one event of this topic usually gathers, with a tail that is heavier than Poisson's, since outlets do
follow one another (a negative binomial of shape 1), and against how much is told at this hour of the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log, sqrt

USUAL = 2
"""Tellings of an event that are usual; those beyond are what pace is to be told from."""
QUIET = 24.0
"""Tellings a day up to which a topic is a quiet one."""
HALF = timedelta(hours=3)
"""After this a telling counts half. A window with an edge made two of one event that outlets tell slowly."""
PRIOR_DAYS = 0.25
"""For how many days of its own a topic is taken to be partly like any other: a busy one shows soon."""
PRIOR_TELLINGS = 8.0
"""Tellings a day of a topic of which nothing is known."""
PRIOR_EVENTS = 8.0
ALIKE_DAYS = 7.0
"""For how many days a topic's hours are taken to be partly alike: the shape of its day is learned later than
how much is told in it."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """What a topic has been like. `by_hour` are tellings by the hour of the day in UTC, over `days`.

    Of each event the first `USUAL` tellings are counted.
    """

    by_hour: Mapping[int, float]
    events: float
    days: float

    @property
    def tellings_a_day(self) -> float:
        """How often some outlet tells some event of the topic, a day."""
        told = sum(self.by_hour.values())
        return (told + PRIOR_DAYS * PRIOR_TELLINGS) / (self.days + PRIOR_DAYS)

    @property
    def events_a_day(self) -> float:
        return (self.events + PRIOR_DAYS * PRIOR_EVENTS) / (self.days + PRIOR_DAYS)

    def rate(self, hour: int) -> float:
        """Tellings an hour at an hour of the day: its own and its neighbours', drawn to the day's mean."""
        near = [(hour - 1) % 24, hour, (hour + 1) % 24]
        told = sum(self.by_hour.get(one, 0.0) for one in near)
        return (told / 3 + ALIKE_DAYS * self.tellings_a_day / 24) / (self.days + ALIKE_DAYS)

    @property
    def expected(self) -> float:
        """How many more outlets one event usually gathers while a telling counts."""
        lasting = HALF / log(2) / _DAY
        return lasting * self.tellings_a_day / max(1.0, self.events_a_day)

    def chance(self, outlets: float, at: datetime) -> float:
        """How often a day an event would be told by so many outlets at once, were all as usual at this hour.

        `outlets` need not be whole: see `counted`.
        """
        return 24 * self.rate(at.hour) * tail(outlets - 1, self.expected)

    @property
    def quiet(self) -> bool:
        """Whether little is told in this topic, as far as a day can tell: two outlets may be news there."""
        return self.days >= 1 and self.tellings_a_day <= QUIET

    @property
    def patience(self) -> float:
        """How many alerts a topic is granted against others: one a hundred times as busy, ten times."""
        return sqrt(self.tellings_a_day)


def counted(times: Iterable[datetime]) -> float:
    """How many tellings there are at the newest of them, each that is older counting less."""
    told = list(times)
    newest = max(told)
    return sum(float(0.5 ** ((newest - at) / HALF)) for at in told)


def tail(count: float, mean: float) -> float:
    """The probability that a negative binomial of shape 1 and this mean is `count` or more."""
    return float((mean / (1.0 + mean)) ** max(0.0, count))


def often(chance: float) -> str:
    """A chance a day in words: `about once in 3 weeks`."""
    if chance >= 1:
        return f"about {chance:.0f} times a day" if chance >= 1.5 else "about once a day"
    days = 1 / max(chance, 1e-6)
    for unit, length in (("year", 365.0), ("month", 30.0), ("week", 7.0)):
        if days >= 2 * length:
            count = min(days / length, 100)
            return f"about once in {count:.0f} {unit}s" if count < 100 else "less than once in 100 years"
    return f"about once in {max(2, round(days))} days"
