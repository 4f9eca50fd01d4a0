"""Addresses as a newsroom reads them: whose they are, and when two of them are the same article."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from publicsuffixlist import PublicSuffixList

# What campaigns, newsletters and share buttons add to an address. None of them chooses the article.
_TRACKERS = frozenset({
    "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "igshid", "igsh",
    "twclid", "ttclid", "li_fat_id", "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "mkt_tok",
    "oly_anon_id", "oly_enc_id", "vero_id", "wickedid", "rb_clickid", "s_cid", "cid_source", "cmp",
    "cmpid", "cmp_id", "cmpid2", "icid", "xtor", "xtref", "smid", "smtyp", "partner", "ref_src",
    "ref_url", "referrer", "ocid", "guccounter", "guce_referrer", "guce_referrer_sig", "ito",
    "sr_share", "sref", "spm", "scm", "from_rss", "rss_source", "traffic_source", "campaign_id",
    "campaignid", "mbid", "ncid", "sh_kit", "soc_src", "soc_trk", "share_id", "shared", "si_source",
    "wt_zmc", "echobox", "feedtype", "syndication", "output_source", "srnd", "taid", "tpcc",
})  # fmt: skip
_TRACKER_PREFIXES = ("utm_", "utm-", "at_", "mtm_", "pk_", "hsa_", "wt_", "wt.", "ns_", "stm_", "__")
_AMP_PARAMETERS = frozenset({"amp", "outputtype"})
_MIRROR_LABELS = ("www.", "m.", "mobile.", "amp.")
_NO_HOST = re.compile(r"[\s\x00-\x20\x7f<>\"'\\^`{|}@/?#]")
_AMP_TAIL = re.compile(r"(?:/amp|\.amp|/amp\.html)/?$")


# Hosts whose addresses only lead on to an outlet's own: aggregators, apps and link shorteners.
_POINTERS = frozenset({
    "news.google.com", "share.google", "apple.news", "smartnews.link", "flip.it", "t.co", "bit.ly", "buff.ly",
    "dlvr.it", "fb.me", "goo.gl", "ift.tt", "is.gd", "lnkd.in", "msft.it", "ow.ly", "rb.gy", "shorturl.at",
    "tinyurl.com", "trib.al", "reut.rs", "nyti.ms", "wapo.st", "bbc.in", "on.ft.com",
})  # fmt: skip


def only_points(url: str) -> str:
    """The host of an address that only leads on to some outlet's, which it does not name; else empty."""
    parts = split_address(url)
    host = (parts.hostname or "").removeprefix("www.") if parts else ""
    return host if host in _POINTERS else ""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def split_address(url: str) -> SplitResult | None:
    """Take an http(s) address apart; None for anything else, however malformed."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".") if (parts.port or 1) > 0 else ""
    except ValueError:
        return None
    usable = parts.scheme in ("http", "https") and host and not _NO_HOST.search(host)
    return parts if usable else None


def is_literal(host: str) -> bool:
    """Whether a host is an address in digits, not a name."""
    try:
        ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    return True


def outlet_of(url: str) -> str:
    """The registrable domain an address belongs to ("lemonde.fr"), by the public-suffix list.

    A literal address, or a name with no dot, is host:port, since each port there is a server of its own.
    Empty for what is no http(s) address.
    """
    parts = split_address(url)
    if parts is None:
        return ""
    host = (parts.hostname or "").rstrip(".")
    if is_literal(host) or "." not in host:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return _registrable(host)


def outlet_named(said: str) -> str:
    """The outlet that somebody means by its domain, or by any address there; empty where it is neither."""
    address = said.strip().casefold()
    outlet = outlet_of(address if "://" in address else f"https://{address}")
    return outlet if "." in outlet else ""


def outlet_name(title: str, outlet: str) -> str:
    """What readers call an outlet: the part of a feed's title most like its domain, or the first part.

    "World news | The Guardian" of theguardian.com is "The Guardian".
    """
    parts = [part.strip() for part in re.split(r"\s+[-|–—>»·:/]+\s+|\s*[|»]\s*|:\s+", title) if part.strip()]
    domain = re.sub(r"[\W_]", "", outlet.partition(".")[0].lower())
    for part in parts:
        plain = re.sub(r"[\W_]", "", part.lower())
        if len(plain) > 2 and (plain in domain or domain in plain):
            return part
    return parts[0] if parts else outlet


@lru_cache(maxsize=8192)
def _registrable(host: str) -> str:
    readable = _unicode_host(host)
    return str(_suffixes().privatesuffix(readable) or readable)


def _unicode_host(host: str) -> str:
    if "xn--" not in host:
        return host.lower()
    try:
        return host.encode("ascii").decode("idna").lower()
    except UnicodeError:
        return host.lower()


def absolute_link(base: str, link: str) -> str:
    """A link as found in a document, made whole; empty where it leads to no http(s) address."""
    try:
        joined = urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:
        return ""
    return joined if split_address(joined) and not re.search(r"[\s<>\"\x00-\x1f]", joined) else ""


def clean_link(url: str) -> str:
    """An address for people to open: as it was, without what tracks who opens it."""
    parts = split_address(url)
    if parts is None:
        return ""
    fragment = "" if "=" in parts.fragment and _is_tracker(parts.fragment) else parts.fragment
    return urlunsplit(parts._replace(query="&".join(_kept(parts.query)), fragment=fragment))


def canonical_link(url: str) -> str:
    """The one form that all addresses of an article share; empty for what is no http(s) address.

    Scheme, www, mobile and AMP twins, default port, tracking parameters, their order, fragment, trailing
    slash and percent-encoding make no difference. It identifies and is not meant to be opened.
    """
    parts = split_address(url)
    if parts is None:
        return ""
    path = quote(unquote_to_bytes(_AMP_TAIL.sub("", parts.path)), safe="/:@!$&'()*+,;=~-._").rstrip("/")
    query = "&".join(sorted(part for part in _kept(parts.query) if not _is_amp(part)))
    return urlunsplit(("https", _canonical_host(parts), path, query, ""))


def _canonical_host(parts: SplitResult) -> str:
    host = _unicode_host((parts.hostname or "").rstrip("."))
    for label in _MIRROR_LABELS:
        if host.startswith(label) and "." in host[len(label) :]:
            host = host[len(label) :]
            break
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


def _kept(query: str) -> list[str]:
    return [part for raw in query.split("&") if (part := raw.strip()) and not _is_tracker(part)]


def _is_tracker(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKERS or name.startswith(_TRACKER_PREFIXES)


def _is_amp(parameter: str) -> bool:
    name, _, value = parameter.lower().partition("=")
    return name in _AMP_PARAMETERS and value in ("", "1", "true", "amp")
