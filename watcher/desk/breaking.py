"""Whether an event breaks: decided from evidence that is shown with the alert.

Independent origins in the last minutes, against what an event of this topic usually gathers at this hour;
outlets that the desk trusts; outlets' own words for urgent; and the topic's own rule where it has one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from watcher.desk.origins import Chain, trace
from watcher.desk.pace import Pace, counted, often
from watcher.desk.sources import Sources
from watcher.desk.triage import newsworthy
from watcher.desk.urgency import urgent_label
from watcher.desk.withdrawn import takes_back
from watcher.models import Group, WatcherError

Level = Literal["developing", "urgent", "breaking"]
LEVELS: tuple[Level, ...] = ("developing", "urgent", "breaking")

FRESH = timedelta(hours=3)
"""An event whose newest telling is older than this does not break: it was missed, or caught up with."""
WINDOW = timedelta(hours=3)
"""The last hours whose outlets are named and have to be several: older ones count towards the pace only."""
AGAIN = timedelta(hours=12)
"""Whoever told an event longer ago than this and tells it again, in other words, tells it anew."""
UNUSUAL = 0.25
"""An event breaks when its like comes less often a day than this, times the topic's patience."""
RARE = 0.06
"""The same for the highest level, given three independent origins: about one origin more."""
EAGER = 1.0
"""The same below which two outlets are told of in a quiet topic, as developing: it wakes nobody."""
WEIGHT = 4.0
"""How much rarer a trusted outlet, or a word for urgent, makes an event."""


class RuleError(WatcherError):
    """A rule that cannot be read."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A topic's own rule. `count` alerts when `outlets` independent ones have it within `minutes`."""

    kind: Literal["auto", "always", "never", "count"] = "auto"
    outlets: int = 0
    minutes: int = 0

    def __str__(self) -> str:
        return f"{self.outlets} outlets in {self.minutes} min" if self.kind == "count" else self.kind


AUTO = Rule()
_COUNT = re.compile(
    r"(?:alert\s+)?(?:when\s+|at\s+)?(\d{1,3})\s*(?:outlets?|origins?|sources?)?\s*(?:in|within|/)\s*"
    r"(\d{1,4})\s*(m|min|mins|minutes?|h|hours?)"
)


def parse_rule(text: str) -> Rule:
    """Read `auto`, `always`, `never` (or `off`) or `3 outlets in 20 min`; raises RuleError."""
    said = " ".join(text.casefold().split()).removeprefix("alert ").strip()
    plain = {"auto": "auto", "default": "auto", "always": "always", "never": "never", "off": "never"}
    if said in plain:
        return Rule(plain[said])  # type: ignore[arg-type]
    found = _COUNT.fullmatch(said)
    if found and int(found[1]) and int(found[2]):
        return Rule("count", int(found[1]), int(found[2]) * (60 if found[3][0] == "h" else 1))
    raise RuleError(
        f"I cannot read {text.strip()!r} as a rule. Say auto, always, never, or 3 outlets in 20 min."
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an alert.

    `tellers` are outlets of different owners with words of their own in the last minutes, `origins` those
    who have it on their own account; `chance_told` and `chance` say how often a day the like of that would
    come by itself in this topic, which is `quiet` or not. `confirmations` are the origins of all time
    beside the first.
    """

    origins: int
    tellers: int
    minutes: int
    chance: float
    chance_told: float
    patience: float
    quiet: bool
    chain: str
    trusted: tuple[str, ...] = ()
    label: str = ""
    rule: str = ""
    confirmations: int = 0

    @property
    def words(self) -> str:
        """The evidence in a sentence."""
        parts = [self._told()]
        if not self.rule:
            parts.append(f"in this topic {often(min(self.chance, self.chance_told))}")
        parts += [f"trusted: {', '.join(self.trusted)}"] if self.trusted else []
        parts += [f"called “{self.label}” by its outlet"] if self.label else []
        parts += [f"this topic's rule: {self.rule}"] if self.rule else []
        return "; ".join(parts)

    def _told(self) -> str:
        if self.tellers <= 1:
            return "told by one outlet"
        origins = f"{self.origins} independent origins" if self.origins > 1 else "one origin"
        return f"{origins}, {self.tellers} outlets of different owners within {self.minutes} min"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is made of an event: a level, or None and why not.

    What was told hours ago has its `news` all the same: where an alert told of it, what became of it is said.
    """

    level: Level | None
    why: str
    evidence: Evidence | None = None
    news: Group | None = None
    chain: Chain | None = None

    @property
    def wants_quiet(self) -> bool:
        """Whether it may be told only because its topic is a quiet one."""
        return self.level == "developing" and self.evidence is not None and self.evidence.quiet


def decide(
    group: Group,
    pace: Pace,
    now: datetime,
    sources: Sources,
    *,
    rule: Rule = AUTO,
    trusted: Sequence[str] = (),
    held: frozenset[str] = frozenset(),
    busy: bool = False,
) -> Verdict:
    """Decide about one event. `held` are stories that may not speak; `trusted` are outlets by domain.

    `busy` says that another event of the topic has alerted and is still being told: then its topic is not
    quiet, whatever it usually is, and two outlets may well tell a part of that.
    """
    if rule.kind == "never":
        return Verdict(None, "this topic never alerts")
    news = newsworthy(group, held)
    if news is None:
        return Verdict(None, "there is nothing in it that happened now")
    standing = tuple(story for story in news.stories if not takes_back(story))
    told = replace(news, stories=standing or news.stories)
    chain = trace(told, sources)
    anew = _anew(told)
    lately = chain if anew is told else trace(anew, sources)
    evidence = _weigh(anew, lately, pace, sources, trusted)
    evidence = replace(evidence, chain=chain.words, confirmations=chain.confirmations)
    evidence = replace(evidence, quiet=False) if busy else evidence
    if rule.kind != "auto":
        evidence = replace(evidence, rule=str(rule))
    if not standing:
        level, why = None, "all that came of it was taken back"
    elif not is_fresh(told, now):
        level, why = None, "nobody has told of it in the last hours"
    else:
        level, why = _by_rule(lately, rule) if rule.kind != "auto" else _by_pace(evidence)
    return Verdict(level, why, evidence, news, chain)


def _anew(news: Group) -> Group:
    """The part of an event that was told since half a day before its newest story; copies of older text not.

    An event that outlets come back to is news again, where nobody has been told of it yet.
    """
    newest = max(story.published for story in news.stories)
    old = {story.id for story in news.stories if newest - story.published > AGAIN}
    if not old:
        return news
    stories = tuple(
        story for story in news.stories if story.id not in old and news.tellings.get(story.id) not in old
    )
    return replace(news, stories=stories) if stories else news


def _weigh(news: Group, chain: Chain, pace: Pace, sources: Sources, trusted: Sequence[str]) -> Evidence:
    """Count the origins and tellers of the last minutes, and find what else speaks for the event."""
    first_told = [voice.first.published for voice in chain.voices]
    origins, tellers = _last(first_told), _last(chain.told_at)
    recent = [story for story in news.stories if tellers[-1] - story.published <= WINDOW]
    named = [sources.of(story.outlet) for story in recent if story.outlet in trusted]
    labels = [label for story in recent if (label := urgent_label(story.title))]
    return Evidence(
        origins=len(origins),
        tellers=len(tellers),
        minutes=max(1, round((tellers[-1] - tellers[0]).total_seconds() / 60)),
        chance=pace.chance(counted(first_told), origins[-1]),
        chance_told=pace.chance(counted(chain.told_at), tellers[-1]),
        patience=pace.patience,
        quiet=pace.quiet,
        chain=chain.words,
        trusted=tuple(dict.fromkeys(source.name for source in named if source)),
        label=labels[0] if labels else "",
        confirmations=chain.confirmations,
    )


def _last(times: Sequence[datetime]) -> list[datetime]:
    """The times within the window that ends with the newest of them, in order."""
    newest = max(times)
    return sorted(at for at in times if newest - at <= WINDOW)


def _by_pace(evidence: Evidence) -> tuple[Level | None, str]:
    weight = WEIGHT ** (bool(evidence.trusted) + bool(evidence.label)) * evidence.patience
    if evidence.origins >= 3 and evidence.chance <= RARE * weight:
        return "breaking", evidence.words
    if evidence.origins >= 2 and evidence.chance <= UNUSUAL * weight:
        return "urgent", evidence.words
    eager = evidence.quiet and evidence.tellers >= 2 and evidence.chance_told <= EAGER * weight
    if evidence.tellers >= 3 and evidence.chance_told <= UNUSUAL * weight:
        return "developing", evidence.words
    if eager or (evidence.trusted and evidence.label):
        return "developing", evidence.words
    return None, f"{evidence.words}: that is not unusual enough"


def _by_rule(chain: Chain, rule: Rule) -> tuple[Level | None, str]:
    why = f"this topic's rule: {rule}"
    if rule.kind == "always":
        return "developing" if len(chain.voices) == 1 else "urgent", why
    times = sorted(voice.first.published for voice in chain.voices)
    span, need = timedelta(minutes=rule.minutes), rule.outlets
    meets = any(times[at + need - 1] - times[at] <= span for at in range(len(times) - need + 1))
    return ("urgent", why) if meets else (None, f"{why}, which it does not meet")


def is_fresh(news: Group, now: datetime) -> bool:
    """Whether anybody has told of an event in the last hours."""
    return now - max(story.published for story in news.stories) <= FRESH


def higher(level: Level, than: Level) -> bool:
    """Whether one level is above another."""
    return LEVELS.index(level) > LEVELS.index(than)
