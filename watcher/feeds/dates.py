"""Dates as feeds write them in the languages of their readers, which the parser library does not know.

It reads `2026年11月26日` as the first of November, and a story so dated would be taken for an old one.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from time import struct_time

_MONTHS = {
    1: "jan janv january ene gen sty led янв січ oca",
    2: "feb febr févr fév fev lut úno unor фев лют şub sub",
    3: "mar mär mrz mrt maa bře бер мар",
    4: "apr avr abr kwi dub апр квіт nis",
    5: "may mai maj mei mag maio kvě kve май мая трав",
    6: "jun juin giu cze čer cer июн черв haz",
    7: "jul juil lug lip červenec července červenci čvc июл лип tem",
    8: "aug août aou ago sie srp авг серп ağu agu",
    9: "sep set wrz zář zar сен вер eyl",
    10: "oct okt ott out paź paz říj rij окт жовт eki",
    11: "nov lis ноя листоп kas",
    12: "dec déc dic dez gru pro дек груд ara",
}
_BY_BEGINNING = {beginning: month for month, listed in _MONTHS.items() for beginning in listed.split()}
_LONGEST = max(map(len, _BY_BEGINNING))
_CLOCK = r"(?P<hour>\d{1,2})[:h.時时시](?:\s*(?P<minute>\d{2}))?[分분]?(?::?(?P<second>\d{2}))?[秒]?"
_ZONE = r"(?P<zone>Z|GMT|UTC|[+-]\d{2}:?\d{2})"
_TIMED = rf"(?:[\s,]+(?:[^\W\d]{{1,4}}\s+)?{_CLOCK})?(?:\s*{_ZONE})?"
_NAMED = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{1,2})(?:\.|er|º|-го)?\s+(?:de\s+)?(?P<name>[^\W\d]{3,})\.?,?\s+(?:de\s+)?"
    rf"(?P<year>\d{{4}})(?:\s*г\.?|\s*р\.?)?{_TIMED}",
    re.IGNORECASE,
)
_EASTERN = re.compile(
    r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]"
    rf"(?:\s*[(（][^)）]{{1,3}}[)）])?(?:\s*{_CLOCK})?(?:\s*{_ZONE})?"
)
_EPOCH = re.compile(r"1\d{9}")


def local_date(text: str) -> struct_time | None:
    """A date in UTC, where it is of a form that is known here; without a zone it is taken for UTC."""
    text = " ".join(text.split())
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text), UTC).utctimetuple()
    found = _EASTERN.fullmatch(text) or _NAMED.fullmatch(text)
    try:
        return _moment(found.groupdict()).utctimetuple() if found else None
    except (KeyError, ValueError, OverflowError):
        return None


def _moment(given: dict[str, str | None]) -> datetime:
    month = int(given["month"] or 0) if "month" in given else _month(given["name"] or "")
    year, day, hour, minute, second = (
        int(given[part] or 0) for part in ("year", "day", "hour", "minute", "second")
    )
    return datetime(year, month, day, hour, minute, second, tzinfo=_zone(given["zone"] or ""))


def _month(name: str) -> int:
    """The month that a name begins like; raises KeyError."""
    folded = name.casefold()
    for length in range(min(len(folded), _LONGEST), 2, -1):
        if folded[:length] in _BY_BEGINNING:
            return _BY_BEGINNING[folded[:length]]
    raise KeyError(name)


def _zone(written: str) -> timezone:
    if len(written) < 5:
        return UTC
    away = timedelta(hours=int(written[1:3]), minutes=int(written[-2:]))
    return timezone(-away if written[0] == "-" else away)
