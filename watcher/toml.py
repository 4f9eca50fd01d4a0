"""Reading TOML that people wrote: values of a type, and faults with file, line and remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from rapidfuzz import process

from watcher.models import WatcherError


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file of config/: where, what, and the remedy."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class ConfigError(WatcherError):
    """Settings that cannot be used; `faults` are all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def unknown(what: str, word: str, known: Mapping[str, Any], form: str) -> str:
    """A sentence about a word that is not known, with the nearest right one."""
    near = process.extractOne(word, list(known), score_cutoff=50)
    hint = f" Did you mean {form.format(near[0])}?" if near else f" There are: {', '.join(known)}."
    return f"There is no {what} {form.format(word)}.{hint}"


def line_of(text: str, section: str, key: str | None) -> int:
    """The line (from 1) of a section, or of a key in it; 0 where it cannot be told."""
    inside = False
    assigned = re.compile(rf"\s*['\"]?{re.escape(key or section)}['\"]?\s*[.=]")
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*([\w\-]+)", line)
        if header:
            inside = header[1] == section
            if inside and key is None:
                return number
        elif inside == (key is not None) and assigned.match(line):
            return number
    return 0


def read_text(path: Path, faults: list[Fault], remedy: str) -> str:
    """A file's text; a fault and nothing where it cannot be read. `remedy` is what to do if it is missing."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        faults.append(Fault(str(path), 0, f"There is no such file. {remedy}"))
    except UnicodeDecodeError as error:
        faults.append(Fault(str(path), 0, f"It is not UTF-8 (byte {error.start}). Save it as UTF-8."))
    except IsADirectoryError:
        faults.append(Fault(str(path), 0, f"It is a folder, not a file. {remedy}"))
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        faults.append(Fault(str(path), 0, f"It cannot be read ({words}). {remedy}"))
    return ""


def parse_toml(text: str, file: str, faults: list[Fault]) -> dict[str, Any]:
    """A TOML document; a fault and nothing where it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        words = re.sub(r" ?\(at .*\)", "", str(error))
        if words == "Cannot overwrite a value":
            words += ", so what is set here is set above already: keep one of the two"
        # Where a line number is missing, it is the end of the document that is wrong.
        faults.append(
            Fault(file, int(line[1]) if line else len(text.splitlines()), f"It is not valid TOML: {words}.")
        )
    except ValueError as error:  # a number of thousands of digits
        faults.append(Fault(file, 0, f"It cannot be read: {error}."))
    except RecursionError:
        faults.append(Fault(file, 0, "It is nested too deeply to be read."))
    return {}


_SPAN = re.compile(
    r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)(?:ecs?|econds?|ins?|inutes?|rs?|ours?|ays?|eeks?)?\b", re.IGNORECASE
)
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)i?b?", re.IGNORECASE)
_BYTES = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}
LARGEST = 10**15
"""Beyond any number that a setting could mean."""
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def read_value(value: Any, kind: Any, key: str) -> Any:
    """A value as its type; raises ValueError with the rest of a sentence that began with its name."""
    if get_origin(kind) is Literal:
        return one_of(value, get_args(kind))
    if get_origin(kind) is tuple:
        return _several(value)
    readers = {bool: _yes_or_no, timedelta: _span, str: _words}
    if kind in readers:
        return readers[kind](value)
    return _size(value) if key.endswith("_bytes") else _number(value, kind)


def one_of(value: Any, choices: tuple[Any, ...]) -> Any:
    """A value that has to be one of some; raises ValueError as `read_value` does."""
    if value not in choices:
        raise ValueError(f"is one of {', '.join(map(str, choices))}, not {_brief(value)}.")
    return value


def _several(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise ValueError(f'is a list of texts such as ["a", "b"], not {_brief(value)}.')
    return tuple(value)


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"is a text in quotes, not {_brief(value)}.")
    return value


def _yes_or_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _YES + _NO:
        return value.lower() in _YES
    raise ValueError(f"is true or false, not {_brief(value)}.")


def _span(value: Any) -> timedelta:
    if isinstance(value, str):
        parts = _SPAN.findall(value)
        if parts and not _SPAN.sub("", value).strip():
            try:
                return timedelta(
                    seconds=sum(float(number) * _SECONDS[unit.lower()] for number, unit in parts)
                )
            except OverflowError:
                raise ValueError(f"is too long: {_brief(value)}. Ten years are the most.") from None
    raise ValueError(f'is a time such as "90s", "15m", "6h" or "4d", not {_brief(value)}.')


def _size(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if isinstance(value, str) and (match := _SIZE.fullmatch(value.strip())):
        size = float(match[1]) * _BYTES[match[2].lower()]
        if isfinite(size):
            return int(size)
    raise ValueError(f'is a size such as "15 MiB", not {_brief(value)}.')


def _number(value: Any, kind: type) -> int | float:
    try:
        number = kind(value) if isinstance(value, str) else value
    except ValueError:
        number = None
    if isinstance(number, bool) or not isinstance(number, (int, float) if kind is float else int):
        raise ValueError(f"is a {'whole ' if kind is int else ''}number, not {_brief(value)}.")
    if number < 0:
        raise ValueError(f"cannot be less than nothing, and {_brief(number)} is.")
    if not number <= LARGEST:  # so that nan, which is neither more nor less, is none of ours
        raise ValueError(f"is a number that can be counted to, not {_brief(value)}.")
    return float(number) if kind is float else int(number)


def _brief(value: Any) -> str:
    """A value as it was written, cut where nobody would read on."""
    if isinstance(value, int) and abs(value) > LARGEST:
        return "so large a number"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
