"""The picture of a digest in the README, made of what the demo's newswire really gives.

python -m docs.pictures.of_terminal docs/pictures
"""

from __future__ import annotations

import argparse
import asyncio
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

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
    return terminal.export_svg(title="Watcher")


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
