"""From a line somebody typed to a command and its arguments, and a kind answer to a slip of the finger."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from watcher.chat.commands.registry import Argument, Command, Registry
from watcher.models import Button, Line, WatcherError

# Quotes may be curly (phones make them so) and may hold spaces; a quote that is never closed is a letter.
_TOKEN = re.compile(r"""(?:"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|\S)+""")
# Phones and word processors turn two hyphens into one dash.
_DASHED = re.compile(r"(?:--|—|–)([A-Za-z][\w-]*)(?:[=:](.+))?", re.DOTALL)
_NAMED = re.compile(r"([A-Za-z][\w-]*):(.+)", re.DOTALL)
_QUOTED = re.compile(r"""(?:"([^"]*)"|“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»)""")
_NO = frozenset({"no", "off", "false", "0"})
LONGEST_LINE = 12_000
_ALSO_SAID = {
    "delete": ("remove",), "del": ("remove",), "rm": ("remove",), "new": ("add",), "create": ("add",),
    "ls": ("list",), "all": ("list",), "change": ("edit",), "rename": ("edit",), "update": ("edit",),
    "info": ("show", "status"), "view": ("show",), "get": ("show",), "stop": ("unsubscribe",),
    "end": ("unsubscribe",),
    "find": ("search",), "start": ("help",), "?": ("help",), "hi": ("help",), "hello": ("help",),
}  # fmt: skip
"""Words that other programs have for what ours are called."""
_BETWEEN = frozenset({"from", "to", "and", "with", "please"})
"""What people say between arguments."""
_MANY = {"topics": "topic", "feeds": "feed", "names": "name"}


class Misspoken(WatcherError):
    """A line that is no command, or asks for what there is not.

    `hints` are lines that would do; `shown` is what was typed, with the place marked that is wrong.
    `choices` are what may have been meant, each with the button that says so.
    """

    def __init__(
        self,
        sentence: str,
        hints: Sequence[str] = (),
        command: Command | None = None,
        shown: Line = (),
        choices: Sequence[tuple[Line, Button]] = (),
    ) -> None:
        super().__init__(sentence)
        self.hints = tuple(hints)
        self.command = command
        self.shown = shown
        self.choices = tuple(choices)


class NotDone(Misspoken):
    """Something said well that could not be done: a feed that does not answer, say."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a line and where it stands."""

    raw: str
    start: int
    end: int

    @property
    def text(self) -> str:
        """The word without the quotes around it."""
        return unquoted(self.raw)


def unquoted(text: str) -> str:
    """A text without the quotes that enclose it, if they do."""
    match = _QUOTED.fullmatch(text)
    return next((part for part in match.groups() if part is not None), "") if match else text


def quoted(text: str) -> str:
    """A text in quotes that it does not have itself, so that `unquoted` gives it back."""
    for opening, closing in ('""', "“”", "«»"):
        if opening not in text and closing not in text:
            return f"{opening}{text}{closing}"
    return quoted(text.replace('"', "'"))


def tokens(line: str) -> list[Token]:
    """The words of a line."""
    return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(line)]


def nearest(word: str, known: Iterable[str], *, most: int = 1, least: float = 60) -> list[str]:
    """The known words most like a mistyped one, likest first."""
    hits = process.extract(word.casefold(), list(known), scorer=fuzz.ratio, limit=most, score_cutoff=least)
    return [hit[0] for hit in hits]


def split_path(registry: Registry, words: Sequence[Token]) -> tuple[tuple[str, ...], list[Token]]:
    """The words of a line that name a command, and the rest. `/watch` may be left out, or too many."""
    path: tuple[str, ...] = ()
    rest = list(words)
    while rest and registry.below(path):
        word = rest[0].raw.casefold().lstrip("/") if not path else rest[0].raw.casefold()
        if word not in registry.below(path):
            if path == ("watch",) and word in registry.below(()):
                path = ()  # as in `/watch digest`
            elif path or word not in registry.below(("watch",)):
                break
            else:
                path = ("watch",)
        path, rest = (*path, word), rest[1:]
    return path, rest


def read_line(registry: Registry, line: str) -> tuple[Command, dict[str, object]]:
    """The command of a line and its arguments; raises Misspoken."""
    if len(line) > LONGEST_LINE:
        raise Misspoken(f"That line has {len(line):,} characters; {LONGEST_LINE:,} are the most.")
    path, rest = split_path(registry, tokens(line))
    command = registry.get(path)
    if path == ("watch",) and not rest:
        command = registry.get(("watch", "help"))
    if command is None:
        raise _unknown(registry, path, rest)
    return command, bind(command, line, rest)


def _unknown(registry: Registry, path: tuple[str, ...], rest: Sequence[Token]) -> Misspoken:
    """What to say of words that name no command."""
    known = registry.below(path)
    if path in ((), ("watch",)):
        known = tuple(dict.fromkeys((*registry.below(("watch",)), *registry.below(()))))
    before = "/" + " ".join(path) if path else ""
    if not rest:
        listed = ", ".join(registry.below(path) or known)
        return Misspoken(f"After {before or '/'} comes one of: {listed}.", _examples(registry, path))
    word = rest[0].text.lstrip("/")
    joined = f"{word}-{rest[1].text}".casefold() if len(rest) > 1 else ""
    if joined in known:
        return _unknown(registry, path, [replace(rest[1], raw=joined), *rest[2:]])
    also = [one for one in _ALSO_SAID.get(word.casefold(), ()) if one in known]
    guesses = also or nearest(word, known, most=2)
    tails = " ".join(token.raw for token in rest[1:])
    deeper = [" ".join(one.path) for one in registry.commands if one.path[2:] == (word.casefold(),)]
    if word not in known and deeper and path in ((), ("watch",)):
        meant = " or ".join(f"/{line}" for line in deeper)
        return Misspoken(f"Did you mean {meant}?", [f"/{line} {tails}".strip() for line in deeper])
    if group := _MANY.get(word.casefold()):
        line = f"/watch {group} list"
        return Misspoken(f"Did you mean {line}?", [f"{line} {tails}".strip()])
    if not guesses and "show" in known:
        line = f"{before} show {rest[0].raw} {tails}".strip()
        return Misspoken(f"Did you mean {line}? After {before} comes one of: {', '.join(known)}.", [line])
    if not guesses:
        where = f"after {before}" if before else "here"
        return Misspoken(f"I know no {word!r} {where}. There is: {', '.join(known)}.", ("/watch help",))
    lines = [_mended(registry, f"{_full(registry, path, guess)} {tails}".strip()) for guess in guesses]
    return Misspoken(f"I know no {word!r}. Did you mean {' or '.join(guesses)}?", lines)


def _mended(registry: Registry, line: str) -> str:
    """A line with the nearest right word wherever one that names a command is mistyped."""
    path, rest = split_path(registry, tokens(line))
    if registry.get(path) or not rest:
        return line
    guesses = nearest(rest[0].text, registry.below(path))
    if not guesses:
        return line
    return _mended(registry, " ".join(["/" + " ".join(path), guesses[0], *(one.raw for one in rest[1:])]))


def _full(registry: Registry, path: tuple[str, ...], word: str) -> str:
    if word in registry.below(path):
        return "/" + " ".join((*path, word))
    return f"/{word}" if word in registry.below(()) else f"/watch {word}"


def _examples(registry: Registry, path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one.examples[0] if one.examples else one.line for one in registry.under(path))[:6]


# ------------------------------------------------------------------------------------- arguments


def bind(command: Command, line: str, words: Sequence[Token]) -> dict[str, object]:
    """The arguments that some words of a line give to a command; raises Misspoken."""
    try:
        return _bound(_Binding(command, line), words)
    except Misspoken as slip:
        for whole, otherwise in _readings(command, words):
            with suppress(Misspoken):
                return _bound(_Binding(command, line, whole=whole), otherwise)
        raise slip from slip.__cause__


def _readings(command: Command, words: Sequence[Token]) -> Iterator[tuple[bool, Sequence[Token]]]:
    """How else words may be meant that cannot be read as they stand."""
    if any(argument.dashed for argument in command.arguments):
        yield False, words  # a title of one word that stands before what it is the title of
    if not any(argument.rest for argument in command.arguments):
        said = [word for word in words if word.raw.casefold() not in _BETWEEN]
        if len(said) < len(words):
            yield True, said  # from one day to another, this with that


def _bound(binding: _Binding, words: Sequence[Token]) -> dict[str, object]:
    binding.take_named(words)
    binding.take_in_order()
    return binding.values()


class _Binding:
    """The words of one line on their way to the arguments of one command.

    A title is the `whole` of what stands up to the next name, or one word.
    """

    def __init__(self, command: Command, line: str, *, whole: bool = True) -> None:
        self._command = command
        self._line = line
        self._whole = whole
        self._left: list[Token] = []
        self._given: dict[str, list[str]] = {}

    def take_named(self, words: Sequence[Token]) -> None:
        """Take `--name value`, `--name=value` and `name:value`, and leave the other words."""
        rest = deque(words)
        while rest:
            token = rest.popleft()
            argument, value = self._named(token)
            if argument is None:
                self._left.append(token)
            elif value or argument.kind == "flag":
                self._give(argument, unquoted(value) or "yes")
            elif rest:
                self._give(argument, self._value_after(argument, rest))
            else:
                raise self._slip(f"--{argument.word} wants a value after it: {argument.description}.")

    def _value_after(self, argument: Argument, rest: deque[Token]) -> str:
        """The value of a name: a word, or what commas join; a title is all up to the next name.

        What was left of a title would be taken for a query: `--title Grain deal`.
        """
        said = [rest.popleft()]
        if argument.kind == "list":
            while rest and said[-1].text.endswith(","):
                said.append(rest.popleft())
        elif argument.dashed and self._whole and said[0].text == said[0].raw:
            while rest and self._named(rest[0])[0] is None:
                said.append(rest.popleft())
        return " ".join(token.text for token in said)

    def _named(self, token: Token) -> tuple[Argument | None, str]:
        if match := _DASHED.fullmatch(token.raw):
            argument = self._command.argument(match[1])
            if argument is None and token.raw.startswith("--"):
                raise self._unknown_name(match[1])
            return argument, match[2] or ""
        if match := _NAMED.fullmatch(token.raw):
            argument = self._command.argument(match[1])
            if argument is not None and not argument.dashed and not match[2].startswith("//"):
                return argument, match[2]
        return None, ""

    def take_in_order(self) -> None:
        """Give the words without a name to the arguments whose shape they have, or in their order."""
        while self._left:
            argument = self._shaped() or self._next()
            if argument is None:
                word = self._left[0].text
                raise self._slip(f"I do not know what to do with {word!r} there.", self._closest_choice(word))
            if argument.rest:
                self._give(argument, self._rest_of_line())
                return
            if argument.kind == "choice":
                self._give(argument, self._choice(argument))
                continue
            self._give(argument, self._left.pop(0).text)
            while argument.kind == "list" and self._left and self._given[argument.name][-1].endswith(","):
                self._give(argument, self._left.pop(0).text)

    def _shaped(self) -> Argument | None:
        """The argument whose shape the next word (or, where it takes it, the rest of the line) has."""
        for argument in self._command.arguments:
            if argument.named or (argument.name in self._given and argument.kind != "list"):
                continue
            if argument.shape is not None:
                text = self._peek_rest() if argument.rest else self._left[0].text
                if argument.shape.fullmatch(text):
                    return argument
            elif argument.kind == "choice" and argument.optional and self._said(argument) is not None:
                return argument
        return None

    def _next(self) -> Argument | None:
        """The first argument that waits for words without a name."""
        waiting = [argument for argument in self._command.arguments if _takes_any_word(argument)]
        fresh = [argument for argument in waiting if argument.name not in self._given]
        lists = [argument for argument in waiting if argument.kind == "list"]
        return next(iter(fresh + lists), None)

    def _said(self, argument: Argument) -> tuple[str, int] | None:
        """The choice that the next words say, and how many words it took."""
        for choice in sorted(argument.choices, key=len, reverse=True):
            count = len(choice.split())
            words = " ".join(token.text for token in self._left[:count])
            for said, taken in ((words, count), (self._left[0].text, 1)):
                if _same_word(said, choice):
                    return choice, taken
        return None

    def _choice(self, argument: Argument) -> str:
        said = self._said(argument)
        if said is None:
            return self._left.pop(0).text
        del self._left[: said[1]]
        return said[0]

    def _closest_choice(self, word: str) -> tuple[str, ...]:
        """Examples, the first of them with the choice that a mistyped word may have meant."""
        for argument in self._command.arguments:
            for guess in nearest(word, argument.choices):
                return (self._line.replace(word, guess, 1), *self._command.examples)
        return self._command.examples

    def _peek_rest(self) -> str:
        return " ".join(token.raw for token in self._left)

    def _rest_of_line(self) -> str:
        """The words that are left as they were typed, without the named ones between them."""
        parts = [self._left[0].raw]
        for before, token in zip(self._left, self._left[1:], strict=False):
            gap = self._line[before.end : token.start]
            parts.append((gap if not gap.strip() else " ") + token.raw)
        self._left.clear()
        return "".join(parts)

    def _give(self, argument: Argument, text: str) -> None:
        if argument.name in self._given and argument.kind != "list":
            raise self._slip(f"{argument.word} is said twice; say it once.")
        self._given.setdefault(argument.name, []).append(text)

    def values(self) -> dict[str, object]:
        """What was given, each as its own kind; raises Misspoken for what is missing."""
        missing = [a for a in self._command.arguments if not a.optional and a.name not in self._given]
        if missing:
            wanted = " and ".join(f"{a.word} ({a.description})" for a in missing)
            raise self._slip(f"{self._command.line} still needs: {wanted}.")
        return {
            argument.name: self._value(argument, self._given[argument.name])
            for argument in self._command.arguments
            if argument.name in self._given
        }

    def _value(self, argument: Argument, said: Sequence[str]) -> object:
        try:
            return value_of(argument, said)
        except Misspoken as slip:
            raise self._slip(str(slip), slip.hints) from slip

    def _unknown_name(self, name: str) -> Misspoken:
        words = [argument.word for argument in self._command.arguments]
        guesses = nearest(name, words)
        if guesses:
            return self._slip(f"There is no --{name} here. Did you mean --{guesses[0]}?")
        listed = ", ".join(f"--{word}" for word in words)
        return self._slip(f"There is no --{name} here. There is {listed}." if words else f"No --{name} here.")

    def _slip(self, sentence: str, hints: Sequence[str] = ()) -> Misspoken:
        return Misspoken(sentence, hints or self._command.examples, self._command)


def _takes_any_word(argument: Argument) -> bool:
    """Whether a word without a name may be for an argument whatever the word looks like."""
    if argument.named or argument.kind == "flag":
        return False
    if not argument.optional or argument.rest:
        return True
    return argument.shape is None and argument.kind != "choice"


def value_of(argument: Argument, said: Sequence[str]) -> object:
    """What somebody said for an argument, as its own kind; raises Misspoken."""
    text = said[-1]
    if argument.kind == "choice":
        return _chosen(argument, text)
    if argument.kind == "number":
        if not re.fullmatch(r"#?\d{1,9}", text):
            raise Misspoken(f"{argument.word} wants a number, not {text!r}: {argument.description}.")
        return int(text.removeprefix("#"))
    if argument.kind == "flag":
        return text.casefold() not in _NO
    if argument.kind == "list":
        return tuple(dict.fromkeys(part.strip() for part in ",".join(said).split(",") if part.strip()))
    return text


def _chosen(argument: Argument, text: str) -> str:
    for choice in argument.choices:
        if _same_word(text, choice):
            return choice
    listed = ", ".join(argument.choices)
    guesses = nearest(text, argument.choices)
    guess = f" Did you mean {guesses[0]}?" if guesses else ""
    raise Misspoken(f"{argument.word} is one of {listed}, not {text!r}.{guess}")


def _same_word(said: str, choice: str) -> bool:
    return said.casefold().replace("-", " ").replace("_", " ") == choice.casefold().replace("-", " ")
