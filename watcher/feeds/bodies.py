"""Reading the body of an answer within bounds: of bytes, and of what they swell to."""

from __future__ import annotations

import re
import zlib
from hashlib import blake2b

import httpx

from watcher.feeds.reasons import Setback

_PIECE = 256 * 1024
_RATIO_COUNTS_FROM = 1024 * 1024
_GZIP_BEGINS = b"\x1f\x8b"
_WHOLE = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf|html)\s*>\s*(?:<!--.*?-->\s*)?$", re.I | re.S)
_BUILD_DATE = re.compile(rb"<lastBuildDate>[^<]{0,80}</lastBuildDate>")
ENCODINGS = "gzip, deflate"


async def read_body(response: httpx.Response, max_bytes: int, max_ratio: int) -> bytes:
    """The decompressed body of a streamed answer; raises Setback where it breaks a bound.

    A body whose connection ended before its Content-Length is taken all the same where the document
    itself is whole.
    """
    _announced(response, max_bytes)
    inflater = _inflater(response.headers.get("content-encoding", ""), max_bytes, max_ratio)
    try:
        async for piece in response.aiter_raw():
            inflater.take(piece)
    except httpx.ReadError:
        if not _WHOLE.search(inflater.body[-2048:]):
            raise
    if inflater.body.startswith(_GZIP_BEGINS):  # a compressed file, served as if it were the feed itself
        came, inflater = bytes(inflater.body), _inflater("gzip", max_bytes, max_ratio)
        inflater.take(came)
    if not inflater.whole and not _WHOLE.search(inflater.body[-2048:]):
        raise Setback("The feed broke off in the middle; Watcher tries again later.")
    return bytes(inflater.body)


def body_hash(body: bytes) -> str:
    """What a body is known by. The time it was built, which some servers write anew each time, is no part."""
    return blake2b(_BUILD_DATE.sub(b"", body), digest_size=16).hexdigest()


def _announced(response: httpx.Response, max_bytes: int) -> None:
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:18]) > max_bytes:
        raise _too_big(max_bytes)


def _too_big(max_bytes: int) -> Setback:
    return Setback(
        f"The feed is larger than {max_bytes / 1024 / 1024:.0f} MiB, which no feed of news is;"
        " ask the outlet for a shorter one."
    )


class _Plain:
    """Collects bytes up to a bound."""

    def __init__(self, max_bytes: int) -> None:
        self.body = bytearray()
        self._max_bytes = max_bytes

    @property
    def whole(self) -> bool:
        """Whether all came, as far as the bytes can tell."""
        return True

    def take(self, piece: bytes) -> None:
        """Add a piece; raises Setback where a bound is broken."""
        self.body += piece
        if len(self.body) > self._max_bytes:
            raise _too_big(self._max_bytes)


class _Inflating(_Plain):
    """Decompresses as the bytes come, never more at once than `_PIECE`, and stops a bomb early."""

    def __init__(self, max_bytes: int, max_ratio: int, window: int) -> None:
        super().__init__(max_bytes)
        self._max_ratio = max_ratio
        self._window = window
        self._inflate = zlib.decompressobj(window)
        self._came = 0

    def take(self, piece: bytes) -> None:
        self._came += len(piece)
        rest = piece
        while rest and self._open(rest):
            grown = self._grow(rest)
            rest = self._inflate.unconsumed_tail or self._inflate.unused_data
            while grown == _PIECE and not rest:
                grown = self._grow(b"")

    @property
    def whole(self) -> bool:
        return self._inflate.eof or not self._came

    def _open(self, rest: bytes) -> bool:
        """Whether more is to be decompressed: gzip may be several members in a row, or end in padding."""
        if self._inflate.eof and self._window > zlib.MAX_WBITS and _GZIP_BEGINS.startswith(rest[:2]):
            self._inflate = zlib.decompressobj(self._window)
        return not self._inflate.eof

    def _grow(self, piece: bytes) -> int:
        """Decompress up to `_PIECE` bytes more, and say how many came."""
        grown = self._decompressed(piece)
        super().take(grown)
        self._judge()
        return len(grown)

    def _decompressed(self, piece: bytes) -> bytes:
        try:
            return self._inflate.decompress(piece, _PIECE)
        except zlib.error:
            if self._window != zlib.MAX_WBITS or self.body:
                raise Setback("The feed's compression is broken; tell the outlet.") from None
        # "deflate" means zlib by the standard and bare deflate by old habit.
        self._window = -zlib.MAX_WBITS
        self._inflate = zlib.decompressobj(self._window)
        return self._decompressed(piece)

    def _judge(self) -> None:
        swollen = len(self.body)
        if swollen > _RATIO_COUNTS_FROM and swollen > self._max_ratio * self._came:
            raise Setback(
                f"The feed swells to over {self._max_ratio} times its size when unpacked, as a trap does;"
                " remove it unless you know its outlet."
            )


def _inflater(encoding: str, max_bytes: int, max_ratio: int) -> _Plain:
    match encoding.strip().lower():
        case "" | "identity" | "none" | "utf-8":
            return _Plain(max_bytes)
        case "gzip" | "x-gzip":
            return _Inflating(max_bytes, max_ratio, 16 + zlib.MAX_WBITS)
        case "deflate":
            return _Inflating(max_bytes, max_ratio, zlib.MAX_WBITS)
        case other:
            raise Setback(
                f"The feed came compressed as {other[:40]!r}, which was not asked for; tell the outlet."
            )
