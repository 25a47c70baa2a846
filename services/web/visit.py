"""Visit: one request of somebody who is signed in, and all that a page needs to answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from starlette.requests import Request

from services.access.callers import Session
from services.access.permissions import Permission, permissions_of
from services.web.calls import Calls, path_of
from services.web.forms import csrf_token
from services.web.words import Clock, Who

ZONE_COOKIE: Final = "tocsin_zone"  # of the device: where its owner is now
THEME_COOKIE: Final = "tocsin_theme"
KEYS_COOKIE: Final = "tocsin_keys"  # "off": single letters do nothing
THEMES: Final = ("light", "dark")
UTC_ZONE: Final = ZoneInfo("UTC")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Visit: who asks, when, from where, and the API as this person is answered."""

    request: Request
    session: Session
    token: bytes = field(repr=False)  # of the session
    wants_rotation: bool = False
    calls: Calls
    now: datetime
    written: int | None = None  # position of the command that this answer follows

    @cached_property
    def clock(self) -> Clock:
        """Return the clock in the zone that the device has chosen."""
        return Clock(now=self.now, zone=zone_named(self.request.cookies.get(ZONE_COOKIE)))

    @property
    def theme(self) -> str | None:
        """Return the theme that the device has chosen, None to follow the system's."""
        return theme_of(self.request)

    @property
    def csrf(self) -> str:
        """Return what a form of this session carries."""
        return csrf_token(self.token)

    @property
    def query(self) -> Mapping[str, str]:
        """Return what the address asks for."""
        return self.request.query_params

    @property
    def here(self) -> str:
        """Return the address of the page, as a print of it names it."""
        url = self.request.url
        return f"{url.scheme}://{url.netloc}{url.path}"

    @property
    def as_of(self) -> str | None:
        """Return the past moment that is looked at, None for now."""
        return self.request.query_params.get("as_of") or None

    @property
    def reading(self) -> dict[str, str | None]:
        """Return what every read of this page asks for: one's own writes, or the past."""
        after = self.written or self.request.query_params.get("after_position")
        return {
            "after_position": None if self.as_of or not after else str(after),
            "as_of": self.as_of,
        }

    def may(self, permission: Permission) -> bool:
        """Say whether a button is worth showing; the API decides once it is pressed."""
        return permission in permissions_of(self.session.roles)

    def named(self, name: str) -> str:
        """Return a part of the address."""
        return cast("str", self.request.path_params[name])

    async def who(self, *documents: Mapping[str, Any]) -> Who:
        """Return everybody's name, and those that the API gave beside its facts.

        Raises: Refused.
        """
        people: dict[str, str] = {}
        found = await self.calls.get(path_of("responders"))
        people |= {one["responder_id"]: one["name"] for one in found["responders"]}
        names: dict[str, str] = {}
        for document in documents:
            names |= cast("Mapping[str, str]", document.get("names", {}))
        return Who(people=people, names=names)


def theme_of(request: Request) -> str | None:
    """Return the theme that a device has chosen, None to follow the system's."""
    chosen = request.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else None


def zone_named(name: str | None) -> ZoneInfo:
    """Return a zone, UTC where there is none of the name."""
    if not name:
        return UTC_ZONE
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # unknown, or no name at all
        return UTC_ZONE
