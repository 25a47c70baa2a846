"""Apprise services that messages may go to: those that are only ever called over HTTPS.

Written down one by one, in `services.txt`: a line is a module of Apprise, its class, and the URL
schemes that it serves with encryption and without. What runs programs, reads files or speaks
another protocol is not in it (docs/decisions/0043).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("services.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One scheme of Apprise, and where it is implemented."""

    scheme: str
    module: str  # in apprise.plugins
    class_name: str
    secure: bool


@cache
def services() -> dict[str, Service]:
    """Return every service there is, by scheme."""
    found: dict[str, Service] = {}
    for line in FILE.read_text(encoding="ascii").splitlines():
        module, class_name, secure, plain = line.split(" ")
        for names, encrypted in ((secure, True), (plain.removeprefix("-"), False)):
            for scheme in filter(None, names.split(",")):
                found[scheme] = Service(
                    scheme=scheme, module=module, class_name=class_name, secure=encrypted
                )
    return found


def service_of(url: str, *, plain: bool) -> Service | None:
    """Return the service of an Apprise URL; `plain` also takes one without encryption."""
    service = services().get(url.partition("://")[0].lower()) if "://" in url else None
    return service if service is not None and (service.secure or plain) else None
