"""The wording of feeds as plain text: no markup, no control characters, no tricks of direction."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache

import nh3

# Controls, bidi marks, embeddings, overrides and isolates, soft hyphen, zero-width space, word joiner, BOM,
# Unicode tags and lone surrogates. ZWJ and ZWNJ stay: emoji and Persian are made with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_BLOCK = re.compile(r"<(?=/?(?:p|br|div|li|ul|ol|h[1-6]|t[rdh]|table|blockquote|fig|img|hr|dd|dt)\b)", re.I)
_STILL_MARKED = re.compile(
    r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);"
    r"|</?(?:p|br|b|i|u|em|strong|a|span|div|img|ul|ol|li|h[1-6]|figure|table|td|tr|blockquote|font)\b"
    r"[^<>]{0,2000}>",
    re.I,
)
_MARKUP_PER_CHARACTER = 20


@cache
def _stripper() -> nh3.Cleaner:
    return nh3.Cleaner(tags=set(), clean_content_tags={"script", "style"})


def plain_text(markup: str, limit: int) -> str:
    """What a reader would see of HTML or text, at most `limit` characters, cut at a word's end.

    HTML that was escaped twice or three times over is read as what it was meant to be.
    """
    text = markup[: limit * _MARKUP_PER_CHARACTER]
    for _ in range(3):
        if "<" not in text and "&" not in text:
            break
        text = html.unescape(_stripper().clean(_BLOCK.sub(" <", text)))
        if not _STILL_MARKED.search(text):
            break
    return cut(visible(text), limit)


def visible(text: str) -> str:
    """Text without characters that are not seen, composed (NFC), on one line with single spaces."""
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text)).split())


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the last of them an ellipsis where something was cut off."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:-–—\u200d") + "…"


def beginning(text: str, limit: int) -> str:
    """The first sentence of a text, or as much of it as fits."""
    match = re.match(r".{20,}?[.!?…。！？؟](?=\s|$)", text[: limit + 1])
    return match[0] if match and len(match[0]) <= limit else cut(text, limit)
