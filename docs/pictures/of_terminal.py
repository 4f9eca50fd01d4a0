"""The picture of a digest in the README, made of what the demo's newswire really gives.

python -m docs.pictures.of_terminal docs/pictures
"""

from __future__ import annotations

import argparse
import asyncio
import io
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.cells import cell_len
from rich.console import Console as Terminal

from watcher.app import Bot
from watcher.chat.commands import Ask
from watcher.chat.rendering import Reader, render
from watcher.demo.newswire import Newswire
from watcher.demo.show import STEP, Clock, demo_house
from watcher.house import CONSOLE_DESK
from watcher.launch import CONSOLE_PLACE
from watcher.models import Card

AT = timedelta(hours=110)
"""When on the wire the picture is taken: the day of the summit."""
WIDTH = 94
REPLIES = 2
_TEXT = re.compile(r'textLength="([\d.]+)"([^>]*)>([^<]*)<')


async def digest() -> Card:
    """The summit's digest as it stands on that day, with the first replies of its thread."""
    wire = Newswire.load()
    clock = Clock(wire.start)
    with TemporaryDirectory() as folder:
        async with demo_house(Path(folder), wire, clock) as (house, _):
            bot = Bot(house, {})
            while clock.at < wire.start + AT:
                clock.at += STEP
                await bot.once()
            ask = Ask(CONSOLE_DESK, CONSOLE_PLACE, person="terminal", may_manage=True)
            card = await house.commands.run(ask, "/digest kim-putin-summit 24h")
    return replace(card, replies=card.replies[:REPLIES])


def picture(card: Card) -> str:
    """The card as a terminal shows it, as SVG."""
    terminal = Terminal(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False)
    terminal.print("[dim]›[/] /digest kim-putin-summit 24h\n")
    terminal.print(render(card, Reader(Newswire.load().start + AT)))
    return _TEXT.sub(_as_wide, terminal.export_svg(title="Watcher"))


def _as_wide(text: re.Match[str]) -> str:
    """A text of the SVG as wide as its cells: Rich counts letters, and browsers would squeeze Korean."""
    letters = unescape(text[3])
    width = float(text[1]) / len(letters) * cell_len(letters)
    return f'textLength="{width:g}"{text[2]}>{text[3]}<'


def main() -> None:
    """Write digest.svg into a folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    (folder / "digest.svg").write_text(picture(asyncio.run(digest())), encoding="utf-8")


if __name__ == "__main__":
    main()
