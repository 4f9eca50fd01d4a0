"""A topic's usual pace, and how unusual it is that one event is told so often so soon.

An event gathers outlets as its topic allows: in a topic of three stories a day, three outlets within an
hour are an alarm; in one that takes every story of sixty feeds they are not. So the count is held against
what one event of this topic usually gathers at this hour of the day, with a tail that is heavier than
Poisson's, since outlets do follow one another: a negative binomial of shape 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

USUAL = 2
"""Tellings of an event that are usual; those beyond are what pace is to be told from."""
QUIET = 24.0
"""Tellings a day up to which a topic is a quiet one."""
PRIOR_DAYS = 2.0
"""For how many days of its own a topic is taken to be partly like any other."""
PRIOR_TELLINGS = 4.0
"""Tellings a day of a topic of which nothing is known."""
PRIOR_EVENTS = 4.0
_HOUR = timedelta(hours=1)


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
        mean = self.tellings_a_day / 24
        told = sum(self.by_hour.get(one, 0.0) for one in near)
        return (told + 3 * PRIOR_DAYS * mean) / (3 * (self.days + PRIOR_DAYS))

    def expected(self, at: datetime, span: timedelta) -> float:
        """How many more outlets one event usually gathers in a span that ends at a time."""
        return self.rate(at.hour) * (span / _HOUR) / max(1.0, self.events_a_day)

    def chance(self, outlets: int, at: datetime, span: timedelta) -> float:
        """How often a day an event would be told by so many outlets within a span, were all as usual."""
        return self.tellings_a_day * tail(outlets - 1, self.expected(at, span))

    @property
    def quiet(self) -> bool:
        """Whether little is told in this topic, as far as a day can tell: two outlets may be news there."""
        return self.days >= 1 and self.tellings_a_day <= QUIET

    @property
    def patience(self) -> float:
        """How many alerts a topic is granted against others: one a hundred times as busy, ten times."""
        return sqrt(self.tellings_a_day)


def tail(count: int, mean: float) -> float:
    """The probability that a negative binomial of shape 1 and this mean is `count` or more."""
    return float((mean / (1.0 + mean)) ** max(0, count))


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
