"""Wikidata: what people, places and bodies are called in other languages. Asked only while a topic is made.

What it answers is as hostile as any feed: it is bounded in size and time, each value is checked for its
type, and nothing of it is believed to be more than text.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from watcher.feeds.bodies import ENCODINGS, read_body
from watcher.feeds.guard import Blocked, Guard
from watcher.feeds.reasons import NETWORK_ERRORS, Setback
from watcher.models import WatcherError
from watcher.topics.lexicon import Lexicon
from watcher.topics.names import Kind, Name
from watcher.topics.text import UNSPACED, tokens

LANGUAGES = tuple("en fr de es it pt pl ru uk ar fa tr zh ja ko nl sv cs hu ro el he hi th fi".split())
"""The languages whose forms are taken."""
ID = re.compile(r"Q[1-9]\d{0,11}")
TERMS = 3
"""Terms of a query that are looked up at the most."""
CANDIDATES = 2
"""Things of a name that are offered at the most: there are many of each."""
MOST_BYTES = 4 * 1024 * 1024
_MOST_FORMS = 6
_LONGEST = 60
_PERSON, _KIND, _PLACE = "Q5", "P31", "P625"
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class Unreachable(WatcherError):
    """Wikidata that does not answer, or not in time, or with what it should not; says so in one sentence."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that a term of a query may mean: its id there, what it is, and the name that it would be."""

    id: str
    term: str
    label: str
    what: str
    name: Name


class Wikidata:
    """Asks the Wikidata at `base` for names; everything it connects to is judged by the guard.

    `seconds` is all the time that one look-up has.
    """

    def __init__(self, base: str, guard: Guard, user_agent: str, seconds: float = 3.0) -> None:
        self._base = base.rstrip("/")
        self._guard = guard
        self._seconds = seconds
        self._user_agent = user_agent

    @property
    def is_on(self) -> bool:
        """Whether there is an address to ask."""
        return bool(self._base)

    async def look_up(self, terms: Sequence[str]) -> tuple[Proposal, ...]:
        """What these terms may mean, by other names than they were typed; raises Unreachable."""
        async with self._asking() as client:
            found = await asyncio.gather(*(self._search(client, term) for term in terms[:TERMS]))
            ids = {id_: term for term, ids in zip(terms, found, strict=False) for id_ in ids}
            return await self._entities(client, ids)

    async def get(self, id_: str) -> Proposal | None:
        """The thing of an id; None where there is none. Raises Unreachable."""
        async with self._asking() as client:
            return next(iter(await self._entities(client, {id_: ""})), None)

    def _asking(self) -> _Asking:
        return _Asking(self._guard, self._user_agent, self._seconds)

    async def _search(self, client: httpx.AsyncClient, term: str) -> list[str]:
        asked = {"action": "wbsearchentities", "search": term[:_LONGEST], "language": "en", "type": "item"}
        answer = await self._ask(client, {**asked, "limit": str(CANDIDATES)})
        listed = answer.get("search")
        found = [row.get("id") for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
        return [id_ for id_ in found if isinstance(id_, str) and ID.fullmatch(id_)][:CANDIDATES]

    async def _entities(self, client: httpx.AsyncClient, ids: Mapping[str, str]) -> tuple[Proposal, ...]:
        if not ids:
            return ()
        asked = {
            "action": "wbgetentities",
            "ids": "|".join(ids),
            "props": "labels|aliases|descriptions|claims",
        }
        answer = await self._ask(client, {**asked, "languages": "|".join(LANGUAGES)})
        entities = answer.get("entities")
        if not isinstance(entities, dict):
            return ()
        read = (_proposal(id_, term, entities.get(id_)) for id_, term in ids.items())
        return tuple(one for one in read if one is not None)

    async def _ask(self, client: httpx.AsyncClient, asked: Mapping[str, str]) -> dict[str, Any]:
        url = httpx.URL(f"{self._base}/w/api.php", params={**asked, "format": "json"})
        self._guard.judge(url)
        async with client.stream("GET", url) as response:
            if response.status_code != 200:
                raise Setback(f"it answers {response.status_code}")
            body = await read_body(response, MOST_BYTES, 100)
        answer = json.loads(body)
        return answer if isinstance(answer, dict) else {}


class _Asking:
    """A client for one look-up: its time is bounded as a whole, and whatever goes wrong is Unreachable."""

    def __init__(self, guard: Guard, user_agent: str, seconds: float) -> None:
        self._seconds = seconds
        self._client = guard.client(
            timeout=httpx.Timeout(seconds),
            headers={
                "User-Agent": user_agent,
                "Accept": "application/json",
                "Accept-Encoding": ENCODINGS,
            },
        )
        self._time = asyncio.timeout(seconds)

    async def __aenter__(self) -> httpx.AsyncClient:
        await self._time.__aenter__()
        return self._client

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: Any
    ) -> None:
        try:
            await self._time.__aexit__(kind, error, trace)
        except TimeoutError as late:
            raise Unreachable(f"Wikidata did not answer within {self._seconds:.0f} seconds.") from late
        finally:
            await self._client.aclose()
        if isinstance(error, (Setback, Blocked, RecursionError, *NETWORK_ERRORS)):
            raise Unreachable("Wikidata cannot be reached, or does not answer as it should.") from error


# --------------------------------------------------------------------------- what an answer says


def _proposal(id_: str, term: str, entity: object) -> Proposal | None:
    if not isinstance(entity, dict) or entity.get("missing") is not None:
        return None
    claims = entity.get("claims")
    kind = _kind(claims if isinstance(claims, dict) else {})
    forms = {language: found for language in LANGUAGES if (found := _forms(entity, language))}
    if not forms:
        return None
    name = Name(id_.lower(), kind, forms)
    what = _text(_value(_table(entity, "descriptions").get("en")))
    return Proposal(id_, term, name.display(), what, name)


def _kind(claims: dict[str, Any]) -> Kind:
    stated = json.dumps(claims.get(_KIND), default=str)[:10_000]
    if f'"{_PERSON}"' in stated:
        return "person"
    return "place" if claims.get(_PLACE) else "body"


def _forms(entity: dict[str, Any], language: str) -> tuple[str, ...]:
    """What it is called in a language: its label, and the aliases that mean nothing else."""
    label = _value(_table(entity, "labels").get(language))
    aliases = _table(entity, "aliases").get(language)
    listed = [_value(one) for one in aliases[:50]] if isinstance(aliases, list) else []
    found = [_text(one) for one in (label, *listed)]
    return tuple(dict.fromkeys(form for form in found if _is_telling(form, language)))[:_MOST_FORMS]


def _is_telling(form: str, language: str) -> bool:
    """Whether a form is a name that can be looked for: no initials, and no common word."""
    words = tokens(form)
    lexicon = Lexicon.shipped()
    if not words or lexicon.is_common(words, language) or (len(words) == 1 and lexicon.find(words)):
        return False
    return len(words) > 1 or len(words[0]) >= (2 if UNSPACED.search(words[0]) else 5)


def _table(entity: dict[str, Any], key: str) -> dict[str, Any]:
    found = entity.get(key)
    return found if isinstance(found, dict) else {}


def _value(found: object) -> object:
    return found.get("value") if isinstance(found, dict) else None


def _text(value: object) -> str:
    """A text of theirs as one short line; empty where it is none, or too long for a name."""
    if not isinstance(value, str) or len(value) > 4 * _LONGEST:
        return ""
    line = " ".join(_HIDDEN.sub(" ", value.encode(errors="replace").decode()).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
