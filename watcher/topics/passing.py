"""What of a query is passed over: words that stand there for the sentence's sake and ask for nothing.

Small words (war in ukraine), what leads in to what is wanted (news about Gaza), and the offices of those who
are named (President Xi).
"""

from __future__ import annotations

from collections.abc import Sequence

from watcher.topics.reader import Marked, Reader, is_small, side_by_side, spoken_in, unnamed
from watcher.topics.scan import BINDING, TERMS
from watcher.topics.text import UNSPACED, tokens

_LEADS = frozenset(
    "all anything articles everything headlines info latest news reports stories story updates".split()
)
_TOWARDS = frozenset("about concerning from of on regarding".split())


def pass_over(marks: Sequence[Marked], names: Reader) -> list[Marked]:
    """The marks that ask for something."""
    asking = _without_lead_in(_without_idle(_without_lead_in(marks), names))
    return _without_offices(_without_between(asking, names), names)


def _without_lead_in(marks: Sequence[Marked]) -> Sequence[Marked]:
    """Marks without a beginning such as "news about" or "the latest on"."""
    said = [tokens(mark.text) if mark.kind == "word" else () for mark, _ in marks]
    at = int(said[:1] == [("the",)])
    if len(marks) < at + 3 or not (all(said[at : at + 2]) and side_by_side(marks[at + 2][0])):
        return marks
    leads = _LEADS.issuperset(said[at]) and _TOWARDS.issuperset(said[at + 1])
    return marks[at + 2 :] if leads else marks


def _without_between(marks: Sequence[Marked], names: Reader) -> list[Marked]:
    """Marks without the small words of any language between two names: kim et poutine, macron en chine."""
    return [
        one
        for before, one, after in zip((None, *marks), marks, (*marks[1:], None), strict=False)
        if not (
            before and after and before[1] and after[1] and side_by_side(one[0]) and side_by_side(after[0])
        )
        or not is_small(one, names)
    ]


def _without_offices(marks: Sequence[Marked], names: Reader) -> list[Marked]:
    """Marks without the offices of those who are named beside them: who types former President Xi wants him.

    An office stands before a name; in scripts without spaces, behind it as well (プーチン大統領).
    """
    kept: list[Marked] = []
    for this, after in zip(marks, (*marks[1:], None), strict=True):
        if kept and _is_office(this, kept[-1], names) and UNSPACED.search(this[0].text):
            continue
        if after and _is_office(this, after, names) and not _is_alone(kept):
            _drop_what_leads(kept, this, names)
            continue
        kept.append(this)
    return kept


def _drop_what_leads(kept: list[Marked], office: Marked, names: Reader) -> None:
    """Take from the marks kept so far what belongs to the office behind them: the former."""
    behind = office
    while kept and side_by_side(behind[0]) and not _is_alone(kept[:-1]):
        mark, found = kept[-1]
        leads = not found and mark.kind == "word" and names.leads_office(tokens(mark.text))
        if not leads and not is_small(kept[-1], names):
            return
        behind = kept.pop()


def _is_alone(kept: Sequence[Marked]) -> bool:
    """Whether what is typed next is all that an operator is about."""
    return bool(kept) and kept[-1][0].kind in BINDING


def _is_office(one: Marked, beside: Marked, names: Reader) -> bool:
    """Whether a word is an office of the person whose name is the mark beside it."""
    (mark, found), (other, ids) = one, beside
    joined = side_by_side(max(mark, other, key=lambda each: each.at))
    return (
        mark.kind == "word"
        and not found
        and bool(ids)
        and joined
        and names.is_office_of(tokens(mark.text), ids)
    )


def _without_idle(marks: Sequence[Marked], names: Reader) -> list[Marked]:
    """Marks without the small words that stand between others and say nothing: war in ukraine."""
    idle = names.idle(unnamed(marks), spoken_in(marks, names))
    joins = [mark.joined for mark, _ in marks[1:]] + [False]
    kept = [
        (mark, found)
        for (mark, found), joins_next in zip(marks, joins, strict=True)
        if found
        or mark.kind != "word"
        or not (mark.joined or joins_next)
        or not idle.issuperset(tokens(mark.text))
    ]
    return kept if any(mark.kind in TERMS for mark, _ in kept) else list(marks)
