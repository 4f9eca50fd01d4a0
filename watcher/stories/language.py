"""What language a text is in: by its script where that settles it, else by its letters' habits."""

from __future__ import annotations

import re
from collections import Counter
from copy import copy
from dataclasses import replace
from functools import cache
from typing import Any

from watcher.models import Story

NEWS_LANGUAGES = tuple(
    "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka "
    "kk km kn ko ku ky lo lt lv mk ml mn mr ms mt nb ne nl nn no pa pl ps pt ro ru si sk sl sq sr sv sw ta "
    "te th tl tr ug uk ur vi zh".split()
)
"""Languages that news comes in; the rest of what the identifier knows only draws short titles astray."""

SURE = 0.9
"""How sure the identifier must be before it is believed against the feed's own word."""
LONG, LONGER = 60, 160
"""Letters of a text from which the identifier is believed against the feed's own word: `en` is what feeds
say where nobody has set anything, any other word somebody chose."""
_SIBLINGS = tuple(map(frozenset, ("ca es gl pt", "bs hr sl sr", "cs sk", "da nb nn no sv", "id ms")))
"""Languages that the identifier takes for one another; among them a feed knows best."""

_ONE_LANGUAGE = (
    ("ko", "가-힣ᄀ-ᇿ"),
    ("ja", "ぁ-ゟァ-ヿ"),
    ("th", "ก-๛"),
    ("he", "א-ת"),
    ("el", "α-ωΑ-Ωά-ώ"),
    ("ka", "ა-ჿ"),
    ("hy", "Ա-ֆ"),
    ("am", "ሀ-፼"),
    ("km", "ក-៿"),
    ("lo", "ກ-ໟ"),
    ("my", "က-႟"),
    ("si", "අ-ෆ"),
    ("ta", "அ-ஹ"),
    ("te", "అ-హ"),
    ("kn", "ಅ-ಹ"),
    ("ml", "അ-ഹ"),
    ("gu", "અ-હ"),
    ("pa", "ਅ-ਹ"),
    ("bn", "অ-হ"),
)
"""Scripts that (nearly) only one of the languages of the news is written in."""
_SHARED = (
    ("zh", "㐀-䶿一-鿿", ("zh",)),
    ("ru", "а-яА-ЯёЁіїєґІЇЄҐўЎђћјљњџ", ("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn")),
    ("ar", "ء-يپچژکگی", ("ar", "fa", "ur", "ps", "ku", "ug")),
    ("hi", "ऄ-ह", ("hi", "mr", "ne")),
)
"""Scripts of several languages, with the one to fall back on."""
_TELLING = (("uk", "іїєґІЇЄҐ"), ("be", "ўЎ"), ("sr", "ђћ"), ("ur", "ٹڈڑےں"), ("fa", "پچژگ"))
"""Letters that tell a language from the others of its script."""


def settle_language(story: Story) -> Story:
    """The story with the language it is really in.

    A feed's own word is often a default nobody changed; it holds where the text is too short to tell.
    """
    declared = story.language.replace("_", "-").split("-")[0].lower()[:3]
    found, sureness, letters = _detect(f"{story.title} {story.summary[:300]}")
    if not found or (declared and _could_be(found, declared) and _holds(declared, found, sureness, letters)):
        return replace(story, language=declared)
    return replace(story, language=found)


def _holds(declared: str, found: str, sureness: float, letters: int) -> bool:
    """Whether a feed's word is better than what was found in a text of so many letters."""
    if any(declared in siblings and found in siblings for siblings in _SIBLINGS):
        return True
    return sureness < SURE or letters < (LONG if declared == "en" else LONGER)


def _could_be(found: str, declared: str) -> bool:
    """Whether the two are written in one script, so that one may be mistaken for the other."""
    return _script(found) == _script(declared)


@cache
def _script(language: str) -> str:
    if any(language == code for code, _ in _ONE_LANGUAGE):
        return language
    return next((code for code, _, codes in _SHARED if language in codes), "latin")


def _detect(text: str) -> tuple[str, float, int]:
    """The language, how sure that is (0–1), and how many letters there were to judge by."""
    scripts = Counter(_scripts(text))
    letters = sum(scripts.values())
    if not letters:
        return "", 0.0, 0
    script = _main_script(scripts)
    if script != "latin" and not any(script == code for code, _, _ in _SHARED):
        return script, 1.0, letters
    return (*_among(text, script), letters)


def _main_script(scripts: Counter[str]) -> str:
    """The script of most letters; kana tells Japanese from Chinese even where they are few."""
    if scripts["ja"] * 20 >= scripts["zh"] and scripts["ja"] + scripts["zh"] > scripts["latin"]:
        return "ja" if scripts["ja"] else "zh"
    return max(scripts, key=lambda code: (scripts[code], code))


def _among(text: str, script: str) -> tuple[str, float]:
    codes = next((codes for code, _, codes in _SHARED if code == script), None)
    if codes and len(codes) == 1:
        return codes[0], 1.0
    for code, letters in _TELLING:
        if codes and code in codes and any(letter in text for letter in letters):
            return code, 1.0
    latin = tuple(c for c in NEWS_LANGUAGES if _script(c) == "latin")
    plain = text.lower() if text.isupper() else text
    language, sureness = _identifier(codes or latin).classify(plain)
    return str(language), float(sureness)


@cache
def _identifier(languages: tuple[str, ...]) -> Any:
    """An identifier that chooses among some languages; all share one model."""
    identifier = copy(_model())
    known = set(identifier.labels)
    identifier.set_languages([code for code in languages if code in known] or None)
    return identifier


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


_SCRIPTS = re.compile(
    "|".join(
        [f"(?P<{code}>[{span}])" for code, span in _ONE_LANGUAGE]
        + [f"(?P<{code}>[{span}])" for code, span, _ in _SHARED]
        + [r"(?P<latin>[^\W\d_])"]
    )
)


def _scripts(text: str) -> list[str]:
    """The script of each letter of a text's beginning."""
    return [match.lastgroup or "latin" for match in _SCRIPTS.finditer(text[:400])]
