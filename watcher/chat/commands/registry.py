"""What a command is: a typed function, and what its signature says to people and to platforms.

    @command("watch topic add", manager=True, examples=("/watch topic add kim-putin kim jong un putin",))
    async def topic_add(
        newsroom: Newsroom,
        ask: Ask,
        name: Annotated[str, Arg("a short word for it")],
        query: Annotated[str, Rest("what to look for, as in a search box")],
        sensitivity: Annotated[Sensitivity, Arg("how much may pass")] = "normal",
    ) -> Card:
        \"\"\"Watch something new.\"\"\"

From it the console has words and completion, Slack has words, and Discord has application commands:
`Command.arguments` gives each argument's kind, description, choices and what completes it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin, get_type_hints

from watcher.models import Attachment, Card

Kind = Literal["word", "text", "choice", "number", "flag", "list", "file"]


@dataclass(frozen=True, slots=True)
class Arg:
    """What a signature says of an argument beside its type.

    `source` names what completes it (see completing.py). `shape` is a pattern: a word that fits it is
    taken for this argument wherever it stands, so that `/digest 24h` needs no topic. `named` arguments
    are never taken from words without a name; `dashed` ones are named only as `--title`, since `title:`
    belongs to the query beside them. `rest` takes all that is left of the line.
    """

    description: str
    source: str = ""
    shape: str = ""
    dashed: bool = False
    named: bool = False
    rest: bool = False


def Rest(description: str, *, source: str = "", shape: str = "") -> Arg:
    """An argument that takes the rest of the line as it was typed."""
    return Arg(description, source=source, shape=shape, rest=True)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command, as the platforms read it."""

    name: str
    kind: Kind
    description: str
    optional: bool = False
    default: object = None
    choices: tuple[str, ...] = ()
    source: str = ""
    shape: re.Pattern[str] | None = None
    named: bool = False
    dashed: bool = False
    rest: bool = False

    @property
    def word(self) -> str:
        """Its name as people type it."""
        return self.name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Command:
    """A typed function that answers with a card, and how it is called."""

    path: tuple[str, ...]
    description: str
    run: Callable[..., Awaitable[Card]]
    arguments: tuple[Argument, ...] = ()
    manager: bool = False
    examples: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """Its words as people type them: /watch topic add."""
        return "/" + " ".join(self.path)

    @property
    def usage(self) -> str:
        """Its words and arguments: /digest [topic] [window]."""
        return " ".join([self.line, *(_usage(argument) for argument in self.arguments)])

    def argument(self, name: str) -> Argument | None:
        """The argument of a name, however its dashes and case are typed."""
        wanted = name.casefold().replace("-", "_")
        return next((argument for argument in self.arguments if argument.name == wanted), None)


def _usage(argument: Argument) -> str:
    if argument.kind == "flag":
        return f"[--{argument.word}]"
    dots = "…" if argument.rest else ""
    if argument.named:
        return f"[--{argument.word} {'|'.join(argument.choices) or '…'}]"
    if argument.optional:
        return f"[{argument.word}{dots}]"
    return f"{argument.word.upper()}{dots}"


def command(
    path: str, *, manager: bool = False, examples: tuple[str, ...] = ()
) -> Callable[[Callable[..., Awaitable[Card]]], Command]:
    """Make a command of a typed async function; its first docstring line is the description.

    `manager` commands change what the whole desk sees, and are for those who may manage it.
    """

    def made(function: Callable[..., Awaitable[Card]]) -> Command:
        return Command(
            path=tuple(path.split()),
            description=(inspect.getdoc(function) or "").split("\n")[0],
            run=function,
            arguments=tuple(_arguments(function)),
            manager=manager,
            examples=examples,
        )

    return made


def _arguments(function: Callable[..., Awaitable[Card]]) -> Iterator[Argument]:
    hints = get_type_hints(function, include_extras=True)
    parameters = list(inspect.signature(function).parameters.values())
    for parameter in parameters[2:]:  # the first two are the newsroom and who asks
        yield _argument(parameter, hints[parameter.name])


def _argument(parameter: inspect.Parameter, hint: object) -> Argument:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"The argument {parameter.name!r} of a command needs Annotated[…, Arg('…')].")
    of, arg = get_args(hint)[:2]
    kind, choices = _kind(of, arg)
    optional = parameter.default is not inspect.Parameter.empty
    return Argument(
        name=parameter.name,
        kind=kind,
        description=arg.description,
        optional=optional,
        default=parameter.default if optional else None,
        choices=choices,
        source=arg.source,
        shape=re.compile(arg.shape, re.IGNORECASE) if arg.shape else None,
        named=arg.named or arg.dashed,
        dashed=arg.dashed,
        rest=arg.rest,
    )


def _kind(hint: object, arg: Arg) -> tuple[Kind, tuple[str, ...]]:
    if get_origin(hint) in (Union, UnionType):  # X | None: nothing said is told from something said
        hint = next(one for one in get_args(hint) if one is not NoneType)
    if get_origin(hint) is Literal:
        return "choice", tuple(get_args(hint))
    if get_origin(hint) is tuple:
        return "list", ()
    plain: dict[object, Kind] = {str: "word", int: "number", bool: "flag", Attachment: "file"}
    if hint not in plain:
        raise TypeError(f"A command cannot take {hint!r} as an argument.")
    return ("text" if arg.rest else plain[hint]), ()


@dataclass(frozen=True, slots=True)
class Registry:
    """Every command there is, by its words."""

    commands: tuple[Command, ...]
    _by_path: dict[tuple[str, ...], Command] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_path", {one.path: one for one in self.commands})

    @classmethod
    def of(cls, rooms: Iterable[object]) -> Registry:
        """The commands that some modules define, in the order in which they define them."""
        return cls(tuple(v for room in rooms for v in vars(room).values() if isinstance(v, Command)))

    def get(self, path: Iterable[str]) -> Command | None:
        """The command of exactly these words."""
        return self._by_path.get(tuple(path))

    def below(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """The words that may follow some words: topic, feed, subscribe … after watch."""
        depth = len(path)
        return tuple(
            dict.fromkeys(
                one.path[depth] for one in self.commands if len(one.path) > depth and one.path[:depth] == path
            )
        )

    def under(self, path: tuple[str, ...]) -> tuple[Command, ...]:
        """The commands whose words begin with some words."""
        return tuple(one for one in self.commands if one.path[: len(path)] == path)
