"""Words set into texts of a length, for platforms that bound their messages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def length(text: str) -> int:
    """How long a platform may hold a text to be: an emoji counts twice, to be on the safe side."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pack(lines: Iterable[list[str]], most: int) -> list[str]:
    """Lines of words as texts of at most `most` characters, cut between lines, else between words.

    A line without words is a blank one, unless a text begins or ends with it.
    """
    texts = [""]
    for line in lines:
        for row in _fitting(line, most):
            if texts[-1] and length(texts[-1]) + 1 + length(row) > most:
                texts.append("")
            texts[-1] = f"{texts[-1]}\n{row}" if texts[-1] else row
    return [text.strip("\n") for text in texts if text.strip()]


def _fitting(line: list[str], most: int) -> Iterator[str]:
    """A line as rows that fit, cut between words."""
    row = ""
    for word in line:
        if row and length(row) + length(word) > most:
            yield row.rstrip(" ")
            row = ""
        row += word if row or word != " " else ""
    if row.strip() or not line:
        yield row.rstrip(" ")
