"""The letters of a picture: a font of this machine that has them, or Latin letters where there is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from anyascii import anyascii
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

FONT = "DejaVu Sans"
"""Comes with matplotlib: Latin, Greek, Cyrillic, Georgian, Armenian, Hebrew and Arabic."""
_UNFIT = re.compile(
    r"bold|italic|oblique|emoji|mono|thin|light|black|medium|condensed|last.?resort", re.IGNORECASE
)
_NEVER_DRAWN = frozenset(map(ord, "\n\u200b\u200c\u200d\ufe0e\ufe0f"))


def lettered(text: str, fonts: Iterable[Path] | None = None) -> tuple[str, list[str]]:
    """A text as it can be drawn, and the families of fonts to draw it with; `fonts` are this machine's.

    It is asked which files there are each time: matplotlib's own list of them forgets what was installed
    since it was made.
    """
    lacking = _lacking(text, Path(font_manager.findfont(FONT)))
    if not lacking:
        return text, [FONT]
    for path in fonts_here() if fonts is None else fonts:
        if not _lacking(lacking, path):
            return text, [FONT, _taken(path)]
    return re.sub(r"\s+", " ", anyascii(text)).strip(), [FONT]


def is_wide(letter: str) -> bool:
    """Whether a letter takes the room of two, as Chinese, Japanese and Korean ones do."""
    return unicodedata.east_asian_width(letter) in "WF"


def fonts_here() -> list[Path]:
    """The upright fonts of this machine, those without serifs first."""
    found = (Path(path) for path in font_manager.findSystemFonts())
    fit = (path for path in found if not _UNFIT.search(path.stem))
    return sorted(fit, key=lambda path: ("sans" not in path.stem.lower(), path.name))


def _lacking(text: str, path: Path) -> str:
    """The letters that a font does not have: all of them, if it cannot be read."""
    try:
        has = FT2Font(str(path)).get_charmap()
    except (OSError, RuntimeError, ValueError):
        return text
    return "".join(letter for letter in text if ord(letter) not in has and ord(letter) not in _NEVER_DRAWN)


def _taken(path: Path) -> str:
    """Let matplotlib know a font, and the bold one beside it; returns the family."""
    for one in {path, path.with_stem(path.stem.replace("Regular", "Bold"))}:
        if one.exists():
            font_manager.fontManager.addfont(one)
    return FT2Font(str(path)).family_name
