"""Which addresses are of the public internet, or of the newsroom's own list. Pure.

Whoever only looks at settings needs no more: what connects by it, and its HTTP library, is `guard`.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from watcher.models import WatcherError

_IP = IPv4Address | IPv6Address
_NAT64 = IPv6Network("64:ff9b::/96")


class Allowed:
    """What may be connected to.

    `allow` names what is reachable besides the public internet: hosts ("wire.example"), hosts with all
    below them ("*.paper.example"), addresses ("10.1.2.3") and networks ("10.0.0.0/8").
    Raises WatcherError for an entry that is none of these.
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        self._hosts: set[str] = set()
        for entry in allow:
            self._allow(entry.strip().lower())

    def _allow(self, entry: str) -> None:
        try:
            self._networks.append(ip_network(entry, strict=False))
        except ValueError:
            if not entry.removeprefix("*.").replace(".", "").replace("-", "").isalnum():
                raise WatcherError(
                    f"{entry!r} is no host, address or network to allow; write one like 10.0.0.0/8."
                ) from None
            self._hosts.add(entry)

    def allows_host(self, host: str) -> bool:
        """Whether a host is on the newsroom's own list."""
        name = host.lower().rstrip(".")
        labels = name.split(".")
        parents = {"*." + ".".join(labels[start:]) for start in range(1, len(labels))}
        return name in self._hosts or not parents.isdisjoint(self._hosts)

    def allows_address(self, address: str) -> bool:
        """Whether an IP address may be connected to."""
        try:
            ip = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return is_public(ip) or any(ip in network for network in self._networks)


def is_public(ip: _IP) -> bool:
    """Whether an address is one of the public internet, also where it wraps another one."""
    inner = _wrapped(ip)
    if inner is not None:
        return is_public(inner)
    local = isinstance(ip, IPv6Address) and ip.is_site_local
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or local)


def _wrapped(ip: _IP) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one: mapped, 6to4, Teredo or NAT64."""
    if isinstance(ip, IPv4Address):
        return None
    if ip in _NAT64:
        return IPv4Address(ip.packed[-4:])
    teredo = ip.teredo[1] if ip.teredo else None
    return ip.ipv4_mapped or ip.sixtofour or teredo
