"""How long the room waits for what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds.

    `answer` is for one answer of Slack's; `silence` how long whoever asked may hear nothing; `double` in
    which the same button pressed again was pressed once; `pace` the least time between two messages in
    one channel; `again` the first pause before trying to connect again, which doubles up to `longest`;
    `ping` how often the socket is asked whether it lives, and `lost` how long it may be away before it is
    made anew; `renew` how often it is looked whether tokens expire soon.
    """

    answer: float = 15.0
    silence: float = 3.0
    double: float = 1.0
    pace: float = 1.0
    again: float = 1.0
    longest: float = 300.0
    ping: float = 10.0
    lost: float = 60.0
    renew: float = 600.0
