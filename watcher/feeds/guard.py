"""Which addresses Watcher may connect to: the public internet, and what the newsroom allows by name.

A feed's address comes from people and from other people's servers, and a bot inside a newsroom's
network must not be talked into reading what only that network can see. Judged are the address in the
URL, every address its name resolves to (only those judged safe are handed to the connector, so what
was judged is what is connected to), and once more the address of each socket before it is opened.
httpx-secure was looked at and refuses any transport but httpx's own; safehttpx connects by rewriting
the URL of one request and judges no redirect.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport

from watcher.feeds.allowed import Allowed
from watcher.models import WatcherError

_HEADER_BYTES = 64 * 1024


class Blocked(WatcherError):
    """An address that Watcher does not connect to; the text says why, and what would allow it."""


class Guard(Allowed):
    """Judges addresses, and makes HTTP clients that connect to none it has not judged."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        super().__init__(allow)
        self._admitted: set[str] = set()

    def judge(self, url: httpx.URL) -> None:
        """Raise Blocked for an address that is not http(s), or is a literal address we may not reach."""
        if url.scheme not in ("http", "https"):
            raise Blocked(f"{str(url)[:200]!r} is no http or https address; give the feed's web address.")
        if not url.host:
            raise Blocked("The address names no host; give the whole address of the feed.")
        try:
            ip_address(url.host.strip("[]").partition("%")[0])
        except ValueError:
            return
        if not self.allows_address(url.host.strip("[]")):
            raise _blocked(url.host)

    def open_socket(self, info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
        """A socket for an address about to be connected to, judged a last time; raises Blocked."""
        family, kind, protocol, _, address = info
        host = str(address[0])
        if host not in self._admitted and not self.allows_address(host):
            raise _blocked(host)
        return socket.socket(family, kind, protocol)

    def admit(self, host: str, addresses: Iterable[str]) -> list[str]:
        """Those of a name's addresses that may be connected to; raises Blocked where none is left."""
        found = list(dict.fromkeys(addresses))
        if self.allows_host(host):
            self._admitted.update(found)
            return found
        safe = [address for address in found if self.allows_address(address)]
        if found and not safe:
            raise _blocked(f"{host} ({found[0]})")
        return safe

    def client(
        self,
        *,
        connections: int = 64,
        timeout: httpx.Timeout | float = 15.0,
        headers: dict[str, str] | None = None,
    ) -> httpx.AsyncClient:
        """An HTTP client that connects only where this guard allows; close it when done.

        It follows no redirects, keeps no cookies and takes no proxy from the environment. Literal
        addresses in URLs are stopped as its socket opens; call `judge` first for the kinder sentence.
        """
        context = httpx.create_ssl_context()
        transport = AiohttpTransport(verify=context, client=lambda: self._session(context, connections))
        return httpx.AsyncClient(
            transport=transport,
            timeout=timeout,
            headers=headers,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
        )

    def _session(self, context: ssl.SSLContext, connections: int) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=connections,
            ssl=context,
            resolver=JudgingResolver(self),
            socket_factory=self.open_socket,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            # The Content-Security-Policy of some newspapers alone passes aiohttp's default of 8 KiB.
            max_line_size=_HEADER_BYTES,
            max_field_size=_HEADER_BYTES,
        )


class JudgingResolver(AbstractResolver):
    """Resolves names by the system's own resolver and hands out only addresses the guard allows."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The safe addresses of a host; raises Blocked where it has only others, OSError where none."""
        infos = await _look_up(host, port, family)
        families = {str(info[4][0]): info[0] for info in infos}
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=families[address],
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in self._guard.admit(host, families)
        ]

    async def close(self) -> None:
        """Nothing is held open."""


async def _look_up(host: str, port: int, family: int) -> list[tuple[Any, ...]]:
    """Ask the system where a host is, in a thread that nobody waits for when the bot ends.

    The event loop's own threads are waited for, and a name server that is down answers after half a minute.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[tuple[Any, ...]]] = loop.create_future()

    def settle(infos: list[tuple[Any, ...]], error: OSError | UnicodeError | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(infos)
        else:
            answer.set_exception(error)

    def ask() -> None:
        found: tuple[list[tuple[Any, ...]], OSError | UnicodeError | None]
        try:
            found = list(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)), None
        except (OSError, UnicodeError) as error:
            found = [], error
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(settle, *found)

    threading.Thread(target=ask, name=f"look up {host}", daemon=True).start()
    return await answer


def _blocked(where: str) -> Blocked:
    return Blocked(
        f"{where} is not on the public internet; if the feed is the newsroom's own, allow it in watcher.toml."
    )
