"""What the commands of the command line have in common: their options, the settings, the loop they run in."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from watcher.config import Settings, load
from watcher.streams import log_from

DEFAULT_CONFIG = Path("config/watcher.toml")

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The settings file.", show_default=str(DEFAULT_CONFIG)),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for a program to read.")]


def settings_from(path: Path | None) -> Settings:
    """The settings of a file; without one given, of the usual one if it is there."""
    if path is None:
        path = DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None
    settings = load(path, os.environ)
    log_from(settings.log.level)
    return settings


T = TypeVar("T")


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end."""
    return asyncio.run(work)
