"""Pictures of Watcher on Slack, made of the very payloads that it sends.

    python -m docs.pictures.of_slack docs/pictures --browser chromium

Runs the bot against the Slack of the tests, writes what arrived there as HTML in the look of Slack, and takes
a screenshot of each page with a headless Chromium; without --browser it leaves the pages. What happens is
what happens in the pictures of Discord.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from pathlib import Path

from docs.pictures.of_discord import EVENTS, TOPIC, shoot
from tests.chat.alarms import Alarm
from tests.chat.desks import story
from tests.chat.slack.planet import ADA, PLANET, Planet, eventually, listening, planet_at
from tests.fake_slack.judging import buttons, shown
from tests.fake_slack.people import filled
from tests.fake_slack.state import Json
from watcher.desk.breaking import Rule
from watcher.models import Story
from watcher.rounds import Rounds
from watcher.store import alerts, topics

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
_DATE = re.compile(r"<!date\^(\d+)\^([^|>]+)\|[^>]*>")


def as_html(mrkdwn: str) -> str:
    """The little of Slack's mrkdwn that Watcher writes."""
    text = _DATE.sub(lambda found: _time(int(found[1]), found[2]), mrkdwn)
    text = re.sub(r"<@U(\w)(\w*)>", lambda found: f"<u>@{found[1]}{found[2].lower()}</u>", text)
    text = re.sub(r"<(https?://[^|>]+)\|([^>]*)>", r"<a href='\1'>\2</a>", text)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"(?<!\w)\*(\S(?:.*?\S)?)\*(?!\w)", r"<b>\1</b>", text)
    return text.replace("\n", "<br>")


def _time(at: int, shape: str) -> str:
    when = datetime.fromtimestamp(at, UTC)
    day = "today" if when.date() == datetime(2026, 9, 14, tzinfo=UTC).date() else f"{when:%b} {when.day}"
    return shape.replace("{date_short_pretty}", day).replace("{time}", f"{when:%H:%M}").replace("{ago}", day)


def block_html(block: Json) -> str:
    """A block as Slack shows it."""
    kind = block["type"]
    if kind == "header":
        return f"<h3>{_plain(block['text'])}</h3>"
    if kind == "section":
        side = _element(block["accessory"]) if block.get("accessory") else ""
        return f"<div class=section><div>{as_html(block['text']['text'])}</div>{side}</div>"
    if kind == "context":
        return f"<small>{''.join(as_html(one['text']) for one in block['elements'])}</small>"
    if kind == "actions":
        return f"<div>{''.join(map(_element, block['elements']))}</div>"
    if kind == "input":
        return f"<label>{_plain(block['label'])}{_optional(block)}</label>{_element(block['element'])}"
    return "<hr>"


def _plain(text: Json) -> str:
    return escape(unescape(str(text["text"])))


def _optional(block: Json) -> str:
    return " <i>(optional)</i>" if block.get("optional") else ""


def _element(one: Json) -> str:
    if one["type"] == "button":
        return f"<button class='{one.get('style', '')}'>{_plain(one['text'])}</button>"
    if one["type"] == "static_select":
        return f"<div class=field>{_plain(one['initial_option']['text'])}<span>▾</span></div>"
    value = escape(one.get("initial_value", "")) or f"<i>{_plain(one.get('placeholder', {'text': ''}))}</i>"
    return f"<div class='field {'tall' if one.get('multiline') else ''}'>{value}</div>"


def message_html(message: Json) -> str:
    """A message as Slack shows it."""
    head = "<span class=name>Watcher</span><span class=app>APP</span><span class=at>18:00</span>"
    body = "".join(map(block_html, message["blocks"]))
    return f"<div class=message><div class=face>W</div><div>{head}{body}</div></div>"


def modal_html(view: Json) -> str:
    """A form as Slack shows it."""
    body = "".join(map(block_html, view["blocks"]))
    submit = f"<button class=primary>{_plain(view['submit'])}</button>" if view.get("submit") else ""
    foot = f"<p><button>{_plain(view['close'])}</button>{submit}</p>"
    return f"<div class=modal><h2>{_plain(view['title'])}</h2>{body}{foot}</div>"


def home_html(view: Json) -> str:
    """An App Home as Slack shows it."""
    return f"<div class=home>{''.join(map(block_html, view['blocks']))}</div>"


# ------------------------------------------------------------------------------------ what is shown


def broken(now: datetime) -> list[Story]:
    """What breaks after the digest."""
    told = [
        ("Explosion at Rotterdam refinery, port closed to ships", "harbour-post.example", "en"),
        ("Explosie in raffinaderij Rotterdam, haven dicht", "de-kade.example", "nl"),
        ("Rotterdam: explosion dans une raffinerie, le port fermé", "le-quai.example", "fr"),
    ]
    made = [story(title, hours=0, outlet=outlet, language=language) for title, outlet, language in told]
    return [
        replace(one, published=now - timedelta(minutes=9 - 3 * n), seen=now) for n, one in enumerate(made)
    ]


async def pages(planet: Planet) -> dict[str, str]:
    """Each picture's name and its HTML."""
    slack = planet.slack
    topic = await planet.watch("tasting", "rotterdam")
    await planet.catch(topic, *EVENTS)
    async with planet.store.writing() as db:
        await topics.remove(db, PLANET.id, "tasting", planet.room.clock())
    await slack.command("/watch topic add")
    await eventually(lambda: bool(slack.here.views))
    (view,) = slack.here.views.values()
    await slack.press(buttons(view)["See what it would catch"], view=filled(view, TOPIC))
    await eventually(lambda: "would have caught" in shown(slack.here.views[view["id"]]))
    form = slack.here.views[view["id"]]
    await slack.submit(form, {})
    await eventually(lambda: "Watching" in shown(slack.here.views[view["id"]]))
    await planet.say("/watch subscribe rotterdam 18:00")
    await planet.say("/watch subscribe rotterdam 8:00 --to me")
    async with planet.store.reading() as db:
        (watched,) = await topics.topics(db, PLANET.id)
    await planet.catch(watched, *EVENTS)
    planet.room.clock.at = planet.room.clock.at.replace(hour=18)
    await Rounds(planet.store, planet.room.clock, timedelta(seconds=45)).digests()
    await planet.deliverer.deliver()
    slack.here.homes.clear()
    await slack.event({"type": "app_home_opened", "tab": "home", "user": ADA})
    await eventually(lambda: ADA in slack.here.homes)
    (parent,) = slack.posts()
    replies = "".join(map(message_html, slack.here.thread("CNEWS", parent["ts"])))
    await planet.say("/watch settings notices here")
    await planet.say(f"/watch oncall set Ada=<@{ADA}>")
    alarm = Alarm(planet.store, planet.room.clock, PLANET.id, lambda: planet.deliverer)
    async with planet.store.writing() as db:
        await alerts.set_rule(db, watched.id, Rule("always"))
    await alarm.catch(watched, broken(planet.room.clock()), "blast")
    await planet.deliverer.deliver()
    alert = slack.posts()[-1]
    return {
        "slack-alert": message_html(alert),
        "slack-digest": message_html(parent),
        "slack-thread": f"<div class=thread><h3>Thread</h3>{replies}</div>",
        "slack-form": modal_html(form),
        "slack-home": home_html(slack.here.homes[ADA]),
    }


def main() -> None:
    """Write the pages, and the pictures where there is a browser."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("folder", type=Path)
    reader.add_argument("--browser", default="", help="a headless Chromium; without it the pages are written")
    wanted = reader.parse_args()

    async def made() -> dict[str, str]:
        with tempfile.TemporaryDirectory() as folder:
            async with planet_at(Path(folder)) as planet, listening(planet):
                return await pages(planet)

    with tempfile.TemporaryDirectory() as folder:
        for name, body in asyncio.run(made()).items():
            html = Path(folder) / f"{name}.html" if wanted.browser else wanted.folder / f"{name}.html"
            html.write_text(f"<meta charset=utf-8><style>{STYLE}</style>{body}", encoding="utf-8")
            if wanted.browser:
                shoot(wanted.browser, html, wanted.folder / f"{name}.png")


if __name__ == "__main__":
    main()
