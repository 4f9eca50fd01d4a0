"""What the commands of a rota share: the rota itself, how it is kept, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from watcher.chat.commands import cards
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.words import Misspoken
from watcher.desk.oncall import Away, Duty, Person, Rota, gaps, roster, without_past
from watcher.models import Button, Card, Line, Section
from watcher.store import desks, rotas, subscriptions

AHEAD = timedelta(days=14)
"""How far ahead a rota is shown."""
_NAMED = 8
QUARTER = timedelta(days=92)
"""How far ahead it is exported, and looked for those who have no duty."""


async def rota_of(newsroom: Newsroom, ask: Ask) -> Rota:
    """The rota of the desk that is asked."""
    async with newsroom.store.reading() as db:
        return await rotas.get(db, ask.desk.id)


async def desk_zone(newsroom: Newsroom, ask: Ask) -> str:
    """By whose clocks the desk that is asked lives."""
    async with newsroom.store.reading() as db:
        return (await desks.settings(db, ask.desk.id)).time_zone


async def saved(
    newsroom: Newsroom, ask: Ask, before: Rota, rota: Rota, title: str, lines: Sequence[Line] = ()
) -> Card:
    """Keep a changed rota, and say at once when nobody will be there.

    Raises Misspoken where somebody changed it since it was `before`.
    """
    now = newsroom.now()
    undo = await kept(newsroom, ask, before, rota)
    if rota == rotas.NOBODY:
        told = "Alerts go to the channel that has the notices, and wake nobody."
        return cards.card(title, cards.section(told), tone="good", buttons=undo)
    duties = [duty_line(duty, now) for duty in coming(rota, now)[:3]]
    return cards.card(
        title,
        cards.section(*lines),
        cards.section(*duties, heading="On call"),
        gap_section(rota, now),
        await unheard_section(newsroom, ask),
        tone="good",
        buttons=(Button("The rota", "/watch oncall rota"), *undo),
    )


async def kept(newsroom: Newsroom, ask: Ask, before: Rota, rota: Rota) -> tuple[Button, ...]:
    """Keep a rota as somebody changed it; returns what takes the change back. Raises Misspoken."""
    async with newsroom.store.writing() as db:
        if await rotas.get(db, ask.desk.id) != before:
            raise Misspoken(
                "Somebody changed the rota at this moment. Look at it, and say it again.",
                ("/watch oncall rota",),
            )
        if rota == before:
            return ()
        number = await rotas.change(db, ask.desk.id, without_past(rota, newsroom.now()), ask.person)
    return (Button("Undo", f"/watch oncall undo {number}"),)


def coming(rota: Rota, now: datetime) -> tuple[Duty, ...]:
    """Who has it now and in the next two weeks; what begins in them is followed for as long again."""
    return tuple(duty for duty in roster(rota, now, now + 2 * AHEAD) if duty.start < now + AHEAD)


def away_words(away: Away) -> str:
    """Who is away when."""
    days = f"{away.first} – {away.last}" if away.first != away.last else f"on {away.first}"
    return f"{away.person} is away {days}"


def is_open(duty: Duty, now: datetime) -> bool:
    """Whether the end of one of the duties that are `coming` is only that of looking ahead."""
    return duty.end >= now + 2 * AHEAD


def duty_line(duty: Duty, now: datetime) -> Line:
    """Who is on call from when to when, and why if it is no turn of theirs."""
    name = cards.strong(duty.person) if duty.person else cards.quiet("nobody")
    why = cards.quiet(f" · {duty.why}" if duty.why and "turn" not in duty.why else "")
    end = (cards.quiet(" and on"),) if is_open(duty, now) else (cards.quiet(" – "), cards.when(duty.end))
    return cards.line(name, " ", cards.when(duty.start), *end, why)


def fallback_section(rota: Rota) -> Section:
    """Who is told where nobody answers."""
    names = ", ".join(rota.fallback) or "the channel is asked, and nobody more is woken"
    return cards.section(f"If nobody answers: {names}.")


def gap_section(rota: Rota, now: datetime) -> Section:
    """What is said at once when a rota is set that leaves somebody out in the rain."""
    empty = gaps(rota, now, now + AHEAD)
    mute = [p.name for p in _with_duties(rota) if not p.places and p.place.platform != desks.CONSOLE]
    lines: list[Line | str] = [
        cards.line("Nobody: ", cards.when(gap.start), cards.quiet(" – "), cards.when(gap.end))
        for gap in empty[:5]
    ]
    if len(empty) > 5:
        lines.append(f"and {len(empty) - 5} more such times")
    if empty:
        lines.append("Alerts go to the fallback then, or to the channel.")
    idle = _never_on_call(rota, now)
    if idle:
        lines.append(f"Other shifts leave nothing to {_names(idle)} in the next three months.")
    if mute:
        lines.append(f"I cannot wake {_names(mute)}: mention them (@name) so that I know who they are.")
    return cards.section(*lines, heading="Mind" if lines else "")


def _names(names: Sequence[str]) -> str:
    """Names, of very many the first ones."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _with_duties(rota: Rota) -> list[Person]:
    """The people whom a rota may call; others are in it since they once were."""
    called = {*rota.fallback, *(one.person for one in rota.overrides)}
    called.update(name for shift in rota.shifts for name in shift.people)
    called.update(name for holiday in rota.holidays for name in holiday.people)
    return [person for person in rota.people if person.name in called]


async def unheard_section(newsroom: Newsroom, ask: Ask) -> Section:
    """Says that alerts have no channel: somebody who takes no private messages would hear of nothing."""
    async with newsroom.store.reading() as db:
        heard = [place for desk, place in await desks.notice_places(db) if desk == ask.desk.id]
        heard = heard or await subscriptions.channels(db, ask.desk.id)
    if heard:
        return cards.section()
    said = "Alerts have no channel here, so they reach people in private only. In the channel to have them: "
    return cards.section(cards.line(said, cards.code("/watch settings notices here")))


def _never_on_call(rota: Rota, now: datetime) -> list[str]:
    """Those who stand in a shift and have no duty to come: other shifts have all their hours."""
    named = dict.fromkeys(name for shift in rota.shifts for name in shift.people)
    have = {duty.person for duty in roster(rota, now, now + QUARTER)}
    return [name for name in named if name not in have]
