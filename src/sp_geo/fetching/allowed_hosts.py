"""Which addresses may be asked at all: the publisher's own hosts, encrypted, and what the user named. No network."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from sp_geo.core.errors import UsageError


@dataclass(frozen=True)
class Reach:
    """Addresses that may be asked.

    Attributes:
        hosts: names of hosts; one that begins with a dot stands for all below it.
        places: scheme, host and port that the user named, such as ``http://127.0.0.1:8000``.
        allow_http: whether the publisher's hosts may be asked without encryption.
    """

    hosts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    allow_http: bool = False

    def why_not(self, address: str) -> str:
        """Why an address is not asked, in a few words; empty if it may be."""
        try:
            parts = urlsplit(address)
            port, host = parts.port, (parts.hostname or "").lower()
        except ValueError:
            return "it is no address of the web"
        if parts.scheme not in {"http", "https"} or not host:
            return "it is no address of the web"
        if parts.username is not None or parts.password is not None:
            return "it carries a name or password"
        return "" if place_of(address) in self.places else self._why_not_publisher(parts.scheme, host, port)

    def _why_not_publisher(self, scheme: str, host: str, port: int | None) -> str:
        if scheme == "http" and not self.allow_http:
            return "it is not encrypted (https)"
        if port not in {None, 80, 443}:
            return f"port {port} is not one of the web's"
        if any(host == known or (known.startswith(".") and host.endswith(known)) for known in self.hosts):
            return ""
        return f"{host} is not one of the publisher's hosts"


def place_of(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    port = "" if parts.port is None else f":{parts.port}"
    host = (parts.hostname or "").lower()
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def is_loopback(address: str) -> bool:
    """Whether an address is on this very machine."""
    host = (urlsplit(address).hostname or "").lower()
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def named_by_user(address: str, *, allow_http: bool) -> str:
    """The place of a page that the user named.

    Raises:
        UsageError: it is no address of the web, carries a password, or is not encrypted and not on this machine.
    """
    try:
        parts = urlsplit(address.strip())
        is_of_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        place = place_of(address.strip()) if is_of_web else ""
    except ValueError:
        is_of_web, place = False, ""
    if not is_of_web or parts.username is not None:
        raise UsageError("the address is not one of the web", found=address[:200], expected="https://...")
    if parts.scheme == "http" and not (allow_http or is_loopback(address.strip())):
        raise UsageError(
            "the address is not encrypted",
            found=address[:200],
            expected="https://...",
            advice="Add --allow-http if you trust every network between you and it",
        )
    return place
