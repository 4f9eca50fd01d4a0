"""`/watch name …`: names that the catalogue lacks, as a desk adds them, and what Wikidata offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b
from typing import Annotated

from watcher.chat.commands import cards
from watcher.chat.commands.newsroom import Ask, Newsroom, Proposer
from watcher.chat.commands.registry import Rest, command
from watcher.chat.commands.words import Misspoken, nearest, unquoted
from watcher.desk.compose import clean, count
from watcher.feeds.wikidata import ID, Proposal
from watcher.models import Button, Card, Line, Section, WatcherError
from watcher.store import own_names
from watcher.store.own_names import Added
from watcher.topics.lexicon import Lexicon
from watcher.topics.names import Name
from watcher.topics.query import Query, Term
from watcher.topics.text import tokens

MOST_FORMS = 20
MOST_NAMES = 500
_ADD = ("/watch name add Q7747", "/watch name add Jane Example, Джейн Экзампл")
_SHOWN = 6


@command("watch name add", manager=True, examples=_ADD)
async def name_add(
    newsroom: Newsroom,
    ask: Ask,
    name: Annotated[str, Rest("a Wikidata id such as Q7747, or the forms of a name between commas")],
) -> Card:
    """Add a person, place or body to the names that this desk's topics know."""
    said = unquoted(name.strip())
    made, note = await _from_wikidata(newsroom, said.upper()) if ID.fullmatch(said.upper()) else _typed(said)
    async with newsroom.store.writing() as db:
        if len(await own_names.of_desk(db, ask.desk.id)) >= MOST_NAMES:
            raise Misspoken(f"This desk has {MOST_NAMES} names of its own; remove some.", (_LIST,))
        who = ask.name or ask.person
        await own_names.add(db, ask.desk.id, Added(made, note, who, newsroom.now()))
    await newsroom.refresh()
    common = [form for form in made.aliases() if _is_common(form, made)]
    warning = (
        f"“{common[0]}” is also a common word: it will be met where only the word is meant." if common else ""
    )
    return cards.card(
        f"{clean(made.display())} is a name from now on",
        Section((_name_line(made, note),)),
        cards.section(warning),
        cards.section("A query that has one form of it finds the others as well."),
        tone="good",
        buttons=(Button("Undo", f"/watch name remove {made.id}"),),
        private=False,
    )


_LIST = "/watch name list"


@command("watch name list", examples=(_LIST,))
async def name_list(newsroom: Newsroom, ask: Ask) -> Card:
    """The names that this desk has added."""
    async with newsroom.store.reading() as db:
        known = await own_names.of_desk(db, ask.desk.id)
    if not known:
        return cards.card("This desk has added no name yet.", cards.commands_list(_ADD, "To add one"))
    lines: list[Line] = []
    for one in known:
        who = f", added by {clean(one.person)} " if one.person else ", added "
        lines.append((*_name_line(one.name, one.note), cards.quiet(who), cards.when(one.at)))
        lines.append(cards.line(cards.code(f"/watch name remove {one.name.id}")))
    return cards.card(f"{count(len(known), 'name')} of this desk's own", cards.section(*lines))


@command("watch name remove", manager=True, examples=("/watch name remove q7747",))
async def name_remove(
    newsroom: Newsroom, ask: Ask, name: Annotated[str, Rest("its id or a form of it, as in the list")]
) -> Card:
    """Take a name out that this desk has added."""
    said = unquoted(name.strip())
    async with newsroom.store.writing() as db:
        known = {one.name.id: one for one in await own_names.of_desk(db, ask.desk.id)}
        found = known.get(said.lower()) or next(
            (one for one in known.values() if tokens(said) in map(tokens, one.name.aliases())), None
        )
        if found is None:
            near = nearest(said, known)
            raise Misspoken(
                f"This desk has added no name {said!r}.",
                [f"/watch name remove {n}" for n in near] or [_LIST],
            )
        await own_names.remove(db, ask.desk.id, found.name.id)
    await newsroom.refresh()
    forms = ", ".join(found.name.aliases()[:MOST_FORMS])
    again = found.name.id.upper() if ID.fullmatch(found.name.id.upper()) else forms
    return cards.card(
        f"{clean(found.name.display())} is no name of this desk's own any more",
        tone="good",
        buttons=(Button("Undo", f"/watch name add {again}"),),
        private=False,
    )


async def with_own_names(newsroom: Newsroom, ask: Ask) -> Newsroom:
    """The newsroom as a desk sees it: with the names that it has added."""
    async with newsroom.store.reading() as db:
        own = await own_names.of_desk(db, ask.desk.id)
    return replace(newsroom, names=newsroom.names.plus(one.name for one in own)) if own else newsroom


# --------------------------------------------------------------------------------------- proposals


async def proposals(newsroom: Newsroom, query: Query) -> tuple[Section, tuple[Button, ...]]:
    """What Wikidata knows of the words of a query that the catalogue does not: and buttons to add it."""
    unknown = _unknown(query)
    proposer = newsroom.proposer
    if not unknown or proposer is None or not proposer.is_on:
        return Section(), ()
    try:
        found = await proposer.look_up(unknown)
    except WatcherError as away:
        return cards.section(
            cards.line(cards.quiet(f"{away} Nothing is proposed for {', '.join(unknown)}."))
        ), ()
    new = [one for one in found if newsroom.names.get(one.name.id) is None]
    lines = [_proposal_line(one) for one in new]
    buttons = tuple(Button(f"Also {one.label}"[:40], f"/watch name add {one.id}") for one in new[:3])
    return Section(tuple(lines), "Other names that it could look for"), buttons


def _unknown(query: Query) -> list[str]:
    """The words of a query that are no name and no common word that we know, names as written first."""
    wanted = set(query.words())
    lexicon = Lexicon.shipped()
    terms = [term for term in query.terms() if term.text in wanted and not term.names]
    named = [term.text for term in terms if term.kind in ("word", "phrase") and _may_be_name(term, lexicon)]
    return sorted(dict.fromkeys(named), key=lambda text: not text[:1].isupper())


def _may_be_name(term: Term, lexicon: Lexicon) -> bool:
    words = tokens(term.text)
    return bool(words) and not lexicon.find(words) and (len(words) > 1 or len(words[0]) > 3)


def _proposal_line(one: Proposal) -> Line:
    what = f", {clean(one.what)}" if one.what else ""
    forms = ", ".join(clean(form) for form in _others(one.name))
    return cards.line(
        cards.quiet(f"{clean(one.term)}: " if one.term else ""),
        "also look for ",
        cards.strong(forms or clean(one.label)),
        cards.quiet(f" ({one.id}{what})  "),
        cards.code(f"/watch name add {one.id}"),
    )


def _others(name: Name) -> list[str]:
    """Some forms of a name, each once: the first of each language before further ones."""
    firsts = (forms[0] for forms in name.forms.values())
    return list(dict.fromkeys((*firsts, *name.aliases())))[:_SHOWN]


def _name_line(name: Name, note: str) -> Line:
    more = len(name.aliases()) - len(_others(name))
    tail = f" and {more} more" if more > 0 else ""
    return cards.line(
        cards.strong(clean(name.display())),
        cards.quiet(f" ({name.id}{', ' + clean(note) if note else ''}): "),
        ", ".join(clean(form) for form in _others(name)) + tail,
    )


async def _from_wikidata(newsroom: Newsroom, id_: str) -> tuple[Name, str]:
    proposer: Proposer | None = newsroom.proposer
    if proposer is None or not proposer.is_on:
        raise Misspoken(
            "Wikidata is turned off here (topics.wikidata); type the forms of the name.", _ADD[1:]
        )
    found = await proposer.get(id_)
    if found is None:
        raise Misspoken(f"Wikidata has nothing under {id_} that could be looked for.", _ADD[1:])
    return found.name, found.what


def _typed(said: str) -> tuple[Name, str]:
    """A name of the forms that somebody typed."""
    forms = tuple(dict.fromkeys(form.strip() for form in said.split(",") if tokens(form)))[:MOST_FORMS]
    if not forms or any(len(form) > 60 for form in forms):
        raise Misspoken(
            "Give a name, or several forms of one between commas, each of 60 letters at most.", _ADD
        )
    id_ = "own-" + blake2b(" ".join(tokens(forms[0])).encode(), digest_size=4).hexdigest()
    return Name(id_, "person" if _looks_personal(forms) else "body", {"en": forms}), ""


def _looks_personal(forms: Iterable[str]) -> bool:
    return all(len(tokens(form)) == 2 for form in forms)


def _is_common(form: str, name: Name) -> bool:
    lexicon, words = Lexicon.shipped(), tokens(form)
    known = any(lexicon.is_common(words, language) for language in ("en", *name.forms))
    return known or (len(words) == 1 and bool(lexicon.find(words)))
