"""Rota: everything that says who is on call in a schedule, now and at any other instant."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from events.ids import ResponderId
from events.on_call.layer import Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayCalendar:
    """Holidays of a country or a part of it, and those that the team has besides."""

    country: str | None = None  # ISO 3166-1: DE
    region: str | None = None  # ISO 3166-2 without the country: BY
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Schedule as it was defined at one time: it holds until the next edition."""

    holds_from: datetime  # the first one holds for all time before it, too
    zone: str  # IANA
    layers: tuple[Layer, ...]
    holidays: HolidayCalendar = HolidayCalendar()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Change of who is on call between two instants, whatever the clocks do meanwhile.

    `off` alone takes somebody off, `on` alone adds somebody; both replace the one by the other,
    as far as the one is on call at all. Of several the one that was made later sees the others.
    """

    override_id: UUID
    starts_at: datetime
    ends_at: datetime  # exclusive
    off: ResponderId | None = None
    on: ResponderId | None = None
    made_at: datetime
    withdrawn_at: datetime | None = None  # it held until then


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """Editions in the order they came, overrides in the order they were made."""

    editions: tuple[Edition, ...] = ()
    overrides: tuple[Override, ...] = ()
    gone: tuple[tuple[ResponderId, datetime], ...] = ()  # who can be paged no more, since when


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One person on call, and why."""

    responder_id: ResponderId
    layer_id: str | None = None  # None: by an override that adds
    override_id: UUID | None = None  # the override that put them there


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Stretch of time in which the same people are on call. Nobody: a gap."""

    starts_at: datetime
    ends_at: datetime  # exclusive
    duties: tuple[Duty, ...]  # each person once
    shadows: tuple[Duty, ...] = ()

    @property
    def responder_ids(self) -> tuple[ResponderId, ...]:
        """Return who is on call."""
        return tuple(duty.responder_id for duty in self.duties)
