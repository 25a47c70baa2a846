"""Schedule views: the same members as a body and as an answer."""

from datetime import date, datetime
from typing import Annotated, Final

from pydantic import ConfigDict, Field

from events.ids import ResponderId
from events.on_call.layer import Frequency, Holidays, Layer, Rotation, Turns, Window
from events.on_call.rota import HolidayCalendar
from projections.on_call.schedules import ScheduleRow
from services.api.http.formats import Choice, Instant, Line, Name, Strict, View
from services.api.views.response_policies import WallTime
from services.api.views.rows import shows

LONGEST_ZONE: Final = 64
SAME: Final = ConfigDict(frozen=True, extra="forbid", strict=True, from_attributes=True)

type Zone = Annotated[
    str, Field(min_length=1, max_length=LONGEST_ZONE, description="IANA name: Europe/Berlin.")
]
type Day = Annotated[date, Field(strict=False)]
type Slot = Annotated[tuple[Name, ...], Field(max_length=20, strict=False)]

WEEKLY: Final = {
    "name": "Payments",
    "team_id": "payments",
    "zone": "Europe/Berlin",
    "layers": [
        {
            "layer_id": "weekly",
            "name": "Weekly",
            "rotation": {
                "slots": [["grace"], ["ben"]],
                "first_hand_off": "2026-11-23",
                "hand_off_at": "10:00:00",
            },
        }
    ],
}


class RotationBody(Strict):
    """People taking turns; hand-offs are counted from the first one, by the clock on the wall."""

    model_config = SAME

    slots: Annotated[
        tuple[Slot, ...],
        Field(
            min_length=1,
            max_length=200,
            strict=False,
            description="Who has one turn together, in order; an empty one is nobody's turn.",
        ),
    ]
    first_hand_off: Day
    hand_off_at: WallTime
    frequency: Choice[Frequency] = Frequency.WEEKLY
    every: Annotated[
        int, Field(ge=1, le=9_000, description="Hours, days, weeks or months of a turn.")
    ] = 1
    rrule: Annotated[
        str | None, Field(max_length=400, description="FREQ=WEEKLY;BYDAY=MO,TH, for `rrule` only.")
    ] = None
    turns: Choice[Turns] = Turns.CALENDAR


class WindowBody(Strict):
    """Part of the week in which a layer counts."""

    model_config = SAME

    weekdays: Annotated[
        tuple[Annotated[int, Field(ge=1, le=7)], ...],
        Field(
            min_length=1,
            max_length=7,
            strict=False,
            description="On which it starts: 1 is Monday, 7 is Sunday.",
        ),
    ]
    starts: WallTime
    ends: Annotated[
        WallTime,
        Field(description="Not after `starts`: on the next day. The same: it lasts 24 hours."),
    ]


class LayerBody(Strict):
    """One rotation of the schedule, when it counts, and what it gives way to."""

    model_config = SAME

    layer_id: Name
    name: Line
    rotation: RotationBody
    priority: Annotated[
        int,
        Field(ge=0, le=9, description="The highest one with anybody in it is on call; ties all."),
    ] = 0
    windows: Annotated[
        tuple[WindowBody, ...], Field(max_length=50, strict=False, description="None: always.")
    ] = ()
    holidays: Choice[Holidays] = Holidays.ALIKE
    zone: Annotated[Zone | None, Field(description="Null: the schedule's.")] = None
    shadow: Annotated[bool, Field(description="Learns beside those on call: never paged.")] = False
    begins_at: Instant | None = None
    ends_at: Annotated[Instant | None, Field(description="Not included.")] = None


class HolidaysBody(Strict):
    """Holidays of a country or a part of it, and those that the team has besides."""

    model_config = SAME

    country: Annotated[str | None, Field(max_length=8, description="ISO 3166-1: DE.")] = None
    region: Annotated[str | None, Field(max_length=16, description="ISO 3166-2: BY.")] = None
    dates: Annotated[tuple[Day, ...], Field(max_length=1_000, strict=False)] = ()


class ScheduleBody(Strict, json_schema_extra={"examples": [WEEKLY]}):
    """Schedule as it shall be from now on; who was on call until now stays as it was."""

    name: Line
    team_id: Annotated[Name | None, Field(description="Whose schedule it is.")] = None
    zone: Zone
    layers: Annotated[tuple[LayerBody, ...], Field(max_length=20, strict=False)]
    holidays: HolidaysBody = HolidaysBody()


@shows(ScheduleRow)
class ScheduleView(View):
    """Schedule: who takes turns in it, and when."""

    layers: tuple[LayerBody, ...]
    holidays: HolidaysBody


class ScheduleList(View):
    """Every schedule, the ended ones too, by id."""

    schedules: list[ScheduleView]


def layers_in(body: ScheduleBody) -> tuple[Layer, ...]:
    """Return the layers that a body says."""
    return tuple(_layer_in(one) for one in body.layers)


def holidays_in(body: ScheduleBody) -> HolidayCalendar:
    """Return the holidays that a body says."""
    said = body.holidays
    return HolidayCalendar(
        country=said.country, region=said.region, dates=tuple(sorted(set(said.dates)))
    )


def _layer_in(body: LayerBody) -> Layer:
    return Layer(
        layer_id=body.layer_id,
        name=body.name,
        rotation=_rotation_in(body.rotation),
        priority=body.priority,
        windows=tuple(
            Window(
                weekdays=tuple(sorted(set(one.weekdays))),
                starts=one.starts.replace(tzinfo=None),
                ends=one.ends.replace(tzinfo=None),
            )
            for one in body.windows
        ),
        holidays=body.holidays,
        zone=body.zone,
        shadow=body.shadow,
        begins_at=body.begins_at,
        ends_at=body.ends_at,
    )


def _rotation_in(body: RotationBody) -> Rotation:
    return Rotation(
        slots=tuple(tuple(map(ResponderId, slot)) for slot in body.slots),
        first_hand_off=body.first_hand_off,
        hand_off_at=body.hand_off_at.replace(tzinfo=None),
        frequency=body.frequency,
        every=body.every,
        rrule=body.rrule,
        turns=body.turns,
    )


class OverrideView(View):
    """Override: who is on call for whom, from when until when."""

    override_id: str
    schedule_id: str
    starts_at: Instant
    ends_at: Annotated[Instant, Field(description="Not included.")]
    off: str | None
    on: str | None
    reason: str | None
    made_by: str
    made_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None


class OverrideList(View):
    """Overrides of a schedule, by when they begin."""

    schedule_id: str
    zone: str
    overrides: list[OverrideView]
