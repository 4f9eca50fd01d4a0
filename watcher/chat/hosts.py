"""The hosts of addresses: as one connects to them, and as people know them. Pure."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit


def ascii_host(parts: SplitResult) -> str:
    """The host that is really connected to, with its port: names in other scripts as xn--…, or nothing."""
    try:
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (UnicodeError, ValueError):
        return ""
    if not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", host):
        return ""
    return f"[{host}]{port}" if ":" in host else f"{host}{port}"


def host_of(url: str) -> str:
    """The host of an address as people know it."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
