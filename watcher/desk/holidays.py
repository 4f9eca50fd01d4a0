"""Public holidays, by the code of a country or of a part of one: PL, DE-BY, US-CA."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from watcher.desk.oncall import Holiday, Rota
from watcher.models import WatcherError

YEARS = 3
"""How many years of holidays a rota holds; they are looked up anew each week."""


class HolidayError(WatcherError):
    """A country, or a part of one, whose holidays nobody knows."""


def public_holidays(code: str, first: date) -> tuple[Holiday, ...]:
    """The public holidays of a country from the year of a day on, with their names; raises HolidayError.

    It takes a second, since it reads the law of that country: never on an event loop.
    """
    import holidays  # large, and needed by this function only

    country, _, part = code.strip().upper().replace("_", "-").partition("-")
    years = range(first.year, first.year + YEARS)
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=years, language="en_US")
    except NotImplementedError as error:
        known = holidays.list_supported_countries(include_aliases=False)
        raise HolidayError(_unknown(code, country, known.get(country))) from error
    return tuple(sorted((day, name) for day, name in found.items()))


def _unknown(code: str, country: str, parts: Sequence[str] | None) -> str:
    if parts is None:
        return f"I know no holidays of {code!r}. Write a country's code of two letters: PL, DE, US."
    if not parts:
        return f"I know no holidays of {code!r}: {country} has the same everywhere. Write {country}."
    known = ", ".join(f"{country}-{one}" for one in parts[:20])
    return f"I know no holidays of {code!r}. Of {country} I know these parts: {known}."


def renewed(rota: Rota, today: date) -> Rota:
    """A rota with the holidays of the years to come; those of a country that is no longer known stay."""
    shifts = []
    for shift in rota.holidays:
        try:
            shifts.append(replace(shift, days=public_holidays(shift.country, today)))
        except HolidayError:
            shifts.append(shift)
    return replace(rota, holidays=tuple(shifts))
