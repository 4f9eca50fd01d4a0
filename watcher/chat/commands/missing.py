"""Why a topic did not take a story: what it lacked, what it had, and how near it came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from watcher.chat.commands import cards
from watcher.desk.compose import clean, join
from watcher.models import Button, Line, Piece, Reason, Story
from watcher.topics.match import THRESHOLDS, Verdict

SHOWN = 6
"""Words of one part of a query that are shown as missing, and of a story as met."""
_BUTTONS = 2


def missed_lines(name: str, verdict: Verdict) -> Iterable[Line]:
    """Why one topic did not take a story, in a sentence, and what of it the story did have."""
    yield cards.line(cards.strong(name), f" — {_why_missed(verdict)}")
    met = list(dict.fromkeys(_had(t.reason) for t in verdict.terms if t.wanted and t.reason is not None))
    if met:
        said = join(met[:SHOWN], ", ")
        yield cards.line(cards.quiet("It does have "), *said, cards.quiet("."))


def nearly_buttons(verdicts: Iterable[Verdict], story: Story) -> Iterable[Button]:
    """A press by which a topic takes a story that it missed, for those that it came near to."""
    near = [one for one in verdicts if one.score > 0]
    for one in sorted(near, key=lambda one: -one.score)[:_BUTTONS]:
        name = one.topic.name
        yield Button(f"{name} wants this too", f"/watch topic also {name} {story.id}")


def _had(reason: Reason) -> Line:
    """A story's own words that met a term, and what is doubtful about them."""
    doubts = {"fuzzy": f"nearly {clean(reason.term)}", "adjective": "the adjective", "role": "the office"}
    notes = [doubts[reason.how]] if reason.how in doubts else []
    notes += ["in its summary only"] if reason.field == "summary" else []
    tail = (cards.quiet(f" ({', '.join(notes)})"),) if notes else ()
    return (Piece(clean(reason.text), "mark"), *tail)


def _why_missed(verdict: Verdict) -> str:
    barred = [term for term in verdict.terms if not term.wanted and term.reason is not None]
    if verdict.note:
        return verdict.note
    if barred and barred[0].reason:
        return f"it has “{clean(barred[0].reason.text)}”, and the query leaves out {barred[0].term}."
    points = f"{verdict.score:.0f} points, where {verdict.threshold:.0f} are needed"
    if verdict.matched:
        enough = f"{verdict.score:.0f} points, where {verdict.threshold:.0f} are enough"
        return f"by its words it would be taken now ({enough}); it came before the topic was as it is."
    if not verdict.lacking:
        return f"it comes to {points}{_wider(verdict)}."
    lacked = lacking_said(verdict.lacking)
    return f"{lacked}: {points}{_wider(verdict)}." if verdict.score else f"{lacked}."


def _wider(verdict: Verdict) -> str:
    """Whether the topic would take the story if it asked for less."""
    looser = {enough: how for how, enough in THRESHOLDS.items() if enough <= verdict.score}
    if not looser or verdict.matched:
        return ""
    return f" (with --sensitivity {looser[max(looser)]} it would be in)"


def lacking_said(lacking: Sequence[tuple[str, ...]]) -> str:
    """What a story has not, in words: it has no “a”, no “b” and none of “c”, “d”."""
    parts = [_part_said(words) for words in lacking[:SHOWN]]
    more = len(lacking) - len(parts)
    parts += [f"{more} more"] if more else []
    return f"it has {', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else f"it has {parts[0]}"


def _part_said(words: Sequence[str]) -> str:
    shown = [f"“{clean(word)}”" for word in words[:SHOWN]]
    if len(words) == 1:
        return f"no {shown[0]}"
    more = len(words) - len(shown)
    return f"none of {', '.join(shown)}" + (f" and {more} more" if more else "")
