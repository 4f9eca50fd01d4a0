"""Why a poll brought nothing, in sentences for people that say what to do."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import httpx

from watcher.models import WatcherError

# InvalidURL and ValueError are what addresses raise that no parser foresaw.
NETWORK_ERRORS = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError)
_BY_STATUS = {
    204: "The server answers with nothing (204); look whether the outlet still keeps this feed.",
    400: "The server does not understand the address (400); look whether it was copied whole.",
    401: "The server wants a name and a password (401); write them into the address"
    " (https://name:password@…) or remove the feed.",
    402: "The feed is for paying readers (402); ask the outlet for an address that is yours, or remove it.",
    403: "The server refuses Watcher (403); ask the outlet to let its User-Agent in, or remove the feed.",
    404: "There is no feed at this address (404); give the outlet's front page to find the new one.",
    410: "The outlet has withdrawn this feed for good (410); look for its successor.",
    429: "The server asks us to come less often (429); Watcher waits longer.",
    451: "The feed is withheld for legal reasons (451); ask the outlet, or remove it.",
}


_BY_POLLS = ("; Watcher tries again later.", "; Watcher waits longer.")


def said_once(reason: str, outcome: str = "") -> str:
    """A reason for somebody who asked now, and for whom no later poll tries again; `outcome` follows it."""
    for promise in _BY_POLLS:
        if reason.endswith(promise):
            outcome = f"{outcome} Try again later.".strip()
            reason = reason.removesuffix(promise) + "."
    return f"{reason} {outcome}".strip()


class Setback(WatcherError):
    """A poll that goes no further; its text is the reason people are given."""

    def __init__(
        self,
        reason: str,
        status: int | None = None,
        retry_after: timedelta | None = None,
        *,
        gone: bool = False,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.retry_after = retry_after
        self.gone = gone


def refused(response: httpx.Response, now: datetime) -> Setback:
    """The setback that an answer's status means."""
    status = response.status_code
    return Setback(
        _BY_STATUS.get(status) or _of_kind(status),
        status,
        retry_after(response.headers.get("retry-after", ""), now),
        gone=status == 410,
    )


def _of_kind(status: int) -> str:
    if status >= 500:
        return f"The server has trouble of its own ({status}); Watcher tries again later."
    if status >= 400:
        return f"The server refuses the request ({status}); open the address in a browser to see why."
    return f"The server's answer ({status}) makes no sense for a feed; tell the outlet."


def retry_after(value: str, now: datetime) -> timedelta | None:
    """How long a server asks us to wait: seconds or a date; None where it says neither."""
    given = value.strip()
    if given.isascii() and given.isdigit():
        return timedelta(seconds=int(given[:9]))
    try:
        wait = parsedate_to_datetime(given) - now
    except (ValueError, TypeError):
        return None
    return max(wait, timedelta(0))


def why(error: BaseException, host: str) -> str:
    """What a network error means for somebody who reads feeds and not tracebacks."""
    sentences = (_sentence(cause, host) for cause in _causes(error))
    told = next((sentence for sentence in sentences if sentence), "")
    return told or f"{host} could not be read ({_words(error)}); Watcher tries again later."


def _causes(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and len(chain) < 8:
        chain.insert(0, current)
        current = current.__cause__ or current.__context__
    return chain


def _sentence(error: BaseException, host: str) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return f"The certificate of {host} is not valid ({error.verify_message}); tell the outlet."
        case ssl.SSLError():
            return f"No secure connection to {host} can be made ({_words(error)}); tell the outlet."
        case aiohttp.ClientConnectorDNSError():
            return f"There is no host named {host}; look whether the address is spelt right."
        case ConnectionRefusedError():
            return f"{host} takes no connections; Watcher tries again later."
        case aiohttp.ServerDisconnectedError() | ConnectionResetError():
            return f"{host} hung up before it answered; Watcher tries again later."
        case aiohttp.ClientPayloadError() | httpx.ReadError():
            return f"{host} ended the connection in the middle of the feed; Watcher tries again later."
        case aiohttp.InvalidURL() | httpx.InvalidURL():
            return f"{host} leads to an address that cannot be opened; tell the outlet."
        case aiohttp.ConnectionTimeoutError():
            return f"{host} did not answer the connection in time; Watcher tries again later."
        case aiohttp.ServerTimeoutError() | httpx.ReadTimeout():
            return f"{host} fell silent while it was read; Watcher tries again later."
        case aiohttp.ClientResponseError() | httpx.RemoteProtocolError():
            return f"{host} does not speak HTTP as it should; tell the outlet."
        case _:
            return ""


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
