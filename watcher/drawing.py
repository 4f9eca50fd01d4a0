"""Draws a trend: a program of its own, which takes a trend as JSON and gives a PNG.

    python -m watcher.drawing < trend.json > trend.png

It is run in a process that ends with the picture, since matplotlib is large and never gives memory back.
Made to be read on a phone at night: dark, wide strokes, few words, and no letter that its fonts lack.
"""

from __future__ import annotations

import io
import sys
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import matplotlib as mpl
import msgspec

from watcher.desk.headline import cut
from watcher.desk.trend import Trend

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from watcher.lettering import FONT, is_wide, lettered

PAPER, INK, FAINT = "#1b1d22", "#e6e8ec", "#8b919c"
STORIES, OWN, EVENTS, USUAL, ALERT = "#4c9be8", "#f0a13c", "#e6e8ec", "#5d6470", "#ff5c5c"
WIDE, HIGH, DOTS = 7.2, 4.6, 150
"""Inches and dots an inch: 1,080 × 690 pixels, in which 13 points are legible on a phone."""
LINE = 58
"""Letters that a line of the title holds; Chinese ones are as wide as two."""


def draw(trend: Trend) -> bytes:
    """A trend as a PNG."""
    plt.rcParams.update({"font.size": 13, "font.family": FONT, "text.color": INK})
    figure, axes = plt.subplots(figsize=(WIDE, HIGH), dpi=DOTS, facecolor=PAPER, layout="constrained")
    places = range(len(trend.columns))
    step = timedelta(hours=1) if trend.hourly else timedelta(days=1)
    _usual(axes, trend)
    axes.bar(places, [c.stories for c in trend.columns], 0.82, color=STORIES, label="stories", zorder=2)
    if trend.event:
        axes.bar(
            places, [c.own for c in trend.columns], 0.82, color=OWN, label="of them this event", zorder=3
        )
    else:
        dots = [(at, c.events) for at, c in enumerate(trend.columns) if c.events]
        axes.plot(
            *zip(*dots, strict=True), "o", color=EVENTS, ms=5, label="new events", zorder=4
        ) if dots else None
    _alerts(axes, trend, step)
    _furnish(axes, trend)
    written = io.BytesIO()
    figure.savefig(written, format="png", facecolor=PAPER)
    plt.close(figure)
    return written.getvalue()


def _usual(axes: Axes, trend: Trend) -> None:
    """The band of what is usual, where enough is known."""
    known = [(at, c.low or 0.0, c.high) for at, c in enumerate(trend.columns) if c.high is not None]
    if not known:
        return
    at, low, high = zip(*known, strict=True)
    left, right = [at[0] - 0.5, *at, at[-1] + 0.5], [low[0], *low, low[-1]]
    top = [max(one, 0.15) for one in (high[0], *high, high[-1])]
    style: dict[str, Any] = {"color": USUAL, "alpha": 0.55, "lw": 0, "zorder": 1, "label": "usual"}
    axes.fill_between(left, right, top, step="mid", **style)


def _alerts(axes: Axes, trend: Trend, step: timedelta) -> None:
    """A mark above what broke: the number of its alert, or how many there were in that hour or day."""
    at_column: dict[int, list[int]] = {}
    for id_, at in trend.alerts:
        place = next(
            (n for n, column in enumerate(trend.columns) if column.at <= at < column.at + step), None
        )
        if place is not None:
            at_column.setdefault(place, []).append(id_)
    across = axes.get_xaxis_transform()
    marked = sorted(at_column)
    if marked:
        marks: dict[str, Any] = {"color": ALERT, "ms": 9, "zorder": 5, "clip_on": False}
        axes.plot(marked, [0.93] * len(marked), "v", transform=across, label="alert", **marks)
    room, last = 0.045 * len(trend.columns), -9.0
    for place in marked:
        if place - last < room:
            continue  # two numbers on one another say neither
        ids, last = at_column[place], place
        words: dict[str, Any] = {"color": ALERT, "ha": "center", "va": "bottom", "fontsize": 11}
        axes.text(place, 0.96, f"{ids[0]}" if len(ids) == 1 else f"×{len(ids)}", transform=across, **words)


def _furnish(axes: Axes, trend: Trend) -> None:
    """Title, scales and legend."""
    title, family = lettered(trend.title)
    letters = (LINE - len(trend.window.words)) // (2 if any(map(is_wide, title)) else 1)
    words: dict[str, Any] = {"fontsize": 15, "fontweight": "bold", "fontfamily": family, "pad": 34}
    axes.set_title(f"{cut(title, max(8, letters))}: {trend.window.words}", loc="left", **words)
    axes.set_facecolor(PAPER)
    axes.tick_params(colors=FAINT, length=0)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    most = max([1.0, *(c.stories for c in trend.columns), *(c.high or 0.0 for c in trend.columns)])
    axes.set_ylim(0, most * 1.2)
    axes.set_xlim(-0.6, len(trend.columns) - 0.4)
    axes.grid(axis="y", color="#30343c", lw=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    ticks = _ticks(trend)
    axes.set_xticks(ticks, [_label(trend.columns[at].at, trend, first=at == ticks[0]) for at in ticks])
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=4, frameon=False, fontsize=12, labelcolor=INK,
        handlelength=1.1, columnspacing=1.3, handletextpad=0.5, borderaxespad=0.1,
    )  # fmt: skip


def _ticks(trend: Trend) -> list[int]:
    """The columns with words under them: seven or so, of hours at round hours of the reader's day."""
    number = len(trend.columns)
    if not trend.hourly:
        return list(range(0, number, max(1, -(-number // 7))))
    every = next((hours for hours in (1, 2, 3, 4, 6) if number / hours <= 8), 12)
    hours = [column.at.astimezone(ZoneInfo(trend.zone)).hour for column in trend.columns]
    return [at for at, hour in enumerate(hours) if hour % every == 0] or [0]


def _label(at: datetime, trend: Trend, *, first: bool) -> str:
    local = at.astimezone(ZoneInfo(trend.zone))
    if not trend.hourly:
        return f"{local.day} {local:%b}"
    return f"{local:%H:%M}" + (f"\n{local:%a}" if local.hour == 0 or first else "")


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(msgspec.json.decode(sys.stdin.buffer.read(), type=Trend)))
