"""Pictures of Watcher on Discord, made of the very payloads that it sends.

    python -m docs.pictures.of_discord docs/pictures --browser chromium

Runs the bot against the Discord of the tests, writes what arrived there as HTML in the look of Discord, and
takes a screenshot of each page with a headless Chromium; without --browser it leaves the pages.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from tests.chat.desks import catch, record, story
from tests.chat.discord.scenes import Scene, scene_at
from watcher.rounds import Rounds
from watcher.store import topics

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
_TIME = re.compile(r"&lt;t:(\d+):(\w)&gt;")
_SHOWN = {"t": "%H:%M", "f": "%-d %B %Y %H:%M", "D": "%-d %B %Y", "R": "%-d %B %H:%M"}


def as_html(markdown: str) -> str:
    """The little of Discord's markdown that Watcher writes."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[1])
        return f"\0{len(kept) - 1}\0"

    text = escape(re.sub(r"\\([^\w\s])", keep, markdown), quote=False)
    text = re.sub(r"`` (.+?) ``|`([^`]+)`", lambda m: f"<code>{m[1] or m[2]}</code>", text)
    text = re.sub(r"\[([^\]]*)\]\((https?://[^)\s]+)\)", r'<a href="\2">\1</a>', text)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    text = re.sub(r"__(.+?)__", r"<u>\1</u>", text)
    text = _TIME.sub(
        lambda m: f"<time>{datetime.fromtimestamp(int(m[1]), UTC).strftime(_SHOWN[m[2]])}</time>", text
    )
    lines = [_line(line) for line in text.split("\n")]
    return re.sub(r"\0(\d+)\0", lambda m: escape(kept[int(m[1])]), "".join(lines))


def _line(line: str) -> str:
    if line.startswith("- "):
        return f"<ul><li>{line[2:]}</li></ul>"
    if line.startswith("-# "):
        return f"<small>{line[3:]}</small>"
    return f"{line}<br>" if line else "<div style='height:8px'></div>"


def message_html(message: dict[str, Any], *, only: bool = False) -> str:
    """A message as Discord shows it."""
    embeds = "".join(map(_embed, message["embeds"]))
    rows = "".join(
        f"<div>{''.join(map(_component, row['components']))}</div>" for row in message["components"]
    )
    note = "<div class=only>Only you can see this</div>" if only else ""
    head = "<span class=name>Watcher</span><span class=app>APP</span><span class=at>Today at 18:00</span>"
    return f"<div class=message><div class=face>W</div><div>{head}{embeds}{rows}{note}</div></div>"


def _embed(embed: dict[str, Any]) -> str:
    title = as_html(embed.get("title", "")).removesuffix("<br>")
    title = f'<a href="{embed["url"]}">{title}</a>' if embed.get("url") else title
    body = as_html(embed.get("description", ""))
    colour = f"#{embed['color']:06x}"
    head = f"<div class=title>{title}</div>" if title else ""
    return f'<div class=embed style="border-color:{colour}">{head}{body}</div>'


def _component(one: dict[str, Any]) -> str:
    if one["type"] != 2:
        return f"<button>{escape(one.get('placeholder', ''))} ▾</button>"
    off = " disabled" if one.get("disabled") else ""
    return f"<button class=s{one['style']}{off}>{escape(one['label'])}</button>"


def form_html(form: dict[str, Any]) -> str:
    """A form as Discord shows it."""
    fields = ""
    for row in form["components"]:
        one = row["components"][0]
        value, star = one.get("value", ""), " *" if one["required"] else ""
        kind = ("" if value else "empty ") + ("tall" if one["style"] == 2 else "")
        shown = escape(value or one["placeholder"])
        fields += f'<label>{escape(one["label"])}{star}</label><div class="{kind}">{shown}</div>'
    buttons = "<p><button>Cancel</button><button class=s1>Submit</button></p>"
    return f"<div class=form><h2>{escape(form['title'])}</h2>{fields}{buttons}</div>"


# ------------------------------------------------------------------------------------ what is shown

EVENTS = [
    [
        story(
            "Harbour strike leaves forty ships waiting off Rotterdam",
            hours=6,
            outlet="harbour-post.example",
            summary="Dockers walked out at dawn over pay; the port says the backlog will take a week.",
        ),
        story(
            "Hafenstreik: Vierzig Schiffe warten vor Rotterdam",
            hours=5,
            language="de",
            outlet="elbe-kurier.example",
        ),
        story(
            "Grève au port de Rotterdam, quarante navires bloqués",
            hours=4,
            language="fr",
            outlet="le-quai.example",
        ),
    ],
    [
        story(
            "Rotterdam dockers and port agree to talk on Monday",
            hours=2,
            outlet="harbour-post.example",
            summary="Both sides accepted a mediator after a night of calls.",
        )
    ],
    [
        story(
            "Roterdamski port odwołuje nocną zmianę", hours=3, language="pl", outlet="kurier-portowy.example"
        )
    ],
]
TOPIC = {
    "name": "rotterdam",
    "query": "rotterdam (harbour OR port OR strike)",
    "title": "The port of Rotterdam",
}


async def pages(scene: Scene) -> dict[str, str]:
    """Each picture's name and its HTML."""
    await scene.listen()
    await record(scene.store, [one for event in EVENTS for one in event])
    opened = await scene.ada.command(scene.news, "watch topic add")
    preview = await scene.ada.submit(opened, **TOPIC)
    again = await scene.ada.press(preview, "Change…")
    await scene.ada.press(preview, "Save")
    await scene.ada.command(scene.news, "watch subscribe", topics="rotterdam", times="18:00")
    async with scene.store.reading() as db:
        (topic,) = await topics.topics(db, scene.desk)
    await catch(scene.store, topic, *EVENTS, ids="{}c5e90000000")
    scene.clock.at = scene.clock.at.replace(hour=18)
    await Rounds(scene.store, scene.clock, timedelta(seconds=45)).digests()
    await scene.deliverer().deliver()
    thread = next(channel for channel in scene.guild.channels if channel.parent)
    replies = "".join(map(message_html, thread.shown))
    assert again.form
    return {
        "discord-digest": message_html(scene.news.shown[-1]),
        "discord-thread": f"<div class=thread><h3>{escape(thread.name)}</h3>{replies}</div>",
        "discord-preview": message_html(preview.message, only=True),
        "discord-form": form_html(again.form),
    }


WIDTH, TALLEST = 720, 1600
"""Of a page, in points; a page is cut off below what it shows."""
MARGIN = 32
"""Pixels left below that."""
QUIETLY = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""A browser with a profile of its own that asks nothing of any network: else it may wait for one."""


def shoot(browser: str, html: Path, picture: Path) -> None:
    """Take a screenshot of a page, without the empty space below it.

    SystemExit, which says what to do, where the browser takes none within two minutes.
    """
    size = ["--force-device-scale-factor=2", "--hide-scrollbars", f"--window-size={WIDTH},{TALLEST}"]
    shot = [f"--screenshot={picture.resolve()}", html.resolve().as_uri()]
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            own = f"--user-data-dir={profile}"
            command = [browser, *QUIETLY, own, *size, *shot]
            subprocess.run(command, check=True, timeout=120, capture_output=True)
    except (OSError, subprocess.SubprocessError) as fault:
        raise SystemExit(
            f"{browser} took no picture of {html.name}: {fault}. "
            "Leave --browser out, and take screenshots of the pages by hand."
        ) from fault
    trim(picture)


def trim(picture: Path) -> None:
    """Cut off the rows at the bottom that are like the very last, but for a margin."""
    image = Image.open(picture).convert("RGB")
    ground = Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))
    shown = ImageChops.difference(image, ground).getbbox()
    if shown:
        image.crop((0, 0, image.width, min(image.height, shown[3] + MARGIN))).save(picture, optimize=True)


def main() -> None:
    """Write the pages, and the pictures where there is a browser."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("folder", type=Path)
    reader.add_argument("--browser", default="", help="a headless Chromium; without it the pages are written")
    wanted = reader.parse_args()

    async def made() -> dict[str, str]:
        with tempfile.TemporaryDirectory() as folder:
            async with scene_at(Path(folder)) as scene:
                return await pages(scene)

    with tempfile.TemporaryDirectory() as folder:
        for name, body in asyncio.run(made()).items():
            html = Path(folder) / f"{name}.html" if wanted.browser else wanted.folder / f"{name}.html"
            html.write_text(f"<meta charset=utf-8><style>{STYLE}</style>{body}", encoding="utf-8")
            if wanted.browser:
                shoot(wanted.browser, html, wanted.folder / f"{name}.png")


if __name__ == "__main__":
    main()
