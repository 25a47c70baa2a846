"""Absences: when a person is away, entered by hand or taken over from a calendar of theirs."""

from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import Query, Response
from pydantic import Field

from events.absence.commands import EnterAbsence, ImportCalendar, RemoveAbsence
from events.absence.decide import absence_decider
from events.absence.events import Absence
from events.configuration.responder import ResponderNotFound
from events.ids import TOCSIN, AbsenceId, ResponderId, absence_stream
from events.on_call.zones import require_zone
from projections.on_call import absences
from projections.on_call.absences import absences_of
from services.access.people import is_known
from services.access.permissions import Permission
from services.api.calendars.apart import absences_apart
from services.api.http.formats import Instant, Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.writing.commands import HttpConfigurationChange, TheConfigurationChange
from services.api.writing.receipts import Receipt, done, receipt_of

router = api_router("on call")

ABSENCES: Final = "/v1/responders/{responder_id}/absences"
CALENDAR: Final = "/v1/responders/{responder_id}/absence-calendars/{calendar}"
READ: Final = [requires(Permission.CONFIGURATION_READ)]
WRITE: Final = [requires(Permission.ABSENCE_WRITE)]
BEHIND: Final = timedelta(days=31)
AHEAD: Final = timedelta(days=2 * 366)  # how far a calendar is taken over
LARGEST: Final = 400_000  # characters of a calendar


class AbsenceBody(
    Strict,
    json_schema_extra={
        "examples": [{"starts_at": "2026-12-24T08:00:00Z", "ends_at": "2026-12-28T08:00:00Z"}]
    },
):
    """Time in which a person is away; why is theirs to know."""

    starts_at: Instant
    ends_at: Instant


class CalendarFileBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "content": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\n"
                "BEGIN:VEVENT\r\nUID:1@example.org\r\nDTSTART;VALUE=DATE:20261224\r\n"
                "DTEND;VALUE=DATE:20261228\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                "zone": "Europe/Berlin",
            }
        ]
    },
):
    """Calendar of a person: every entry that is not free or cancelled is an absence."""

    content: Annotated[
        str, Field(max_length=LARGEST, description="An iCalendar file. Only its times are kept.")
    ]
    zone: Annotated[
        str,
        Field(
            max_length=64,
            description="Of times without one and of whole days, if it does not say.",
        ),
    ] = "UTC"


class AbsenceView(View):
    """Time in which a person is away."""

    absence_id: UUID
    calendar: Annotated[str | None, Field(description="Null: it was entered by hand.")]
    starts_at: Instant
    ends_at: Instant


class AbsenceList(View):
    """When a person is away, by when it begins."""

    responder_id: str
    absences: list[AbsenceView]


class AbsenceReceipt(Receipt):
    """The absence was entered."""

    absence_id: UUID


@router.get(ABSENCES, dependencies=READ)
async def list_absences(
    reads: TheReads, responder_id: Name, query: Annotated[ReadQuery, Query()]
) -> AbsenceList:
    """List when a person is away, by when it begins."""
    async with reads.of(query, absences.NAME) as connection:
        found = await absences_of(connection, responder_id)
    shown = [AbsenceView.model_validate(one) for one in found]
    return AbsenceList(responder_id=responder_id, absences=shown)


@router.post(ABSENCES, dependencies=WRITE, status_code=201, response_model=AbsenceReceipt)
async def enter_absence(
    responder_id: Name, body: AbsenceBody, change: TheConfigurationChange
) -> Response:
    """Say that a person will be away. Nobody is taken off a schedule by it: see its warnings."""
    named = await _person(change, responder_id)
    absence_id = AbsenceId(uuid5(change.identity.command_id, "absence"))
    command = EnterAbsence(
        responder_id=named,
        absence_id=absence_id,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        actor=change.actor,
        at=change.at,
    )
    if change.dry_run:
        return await change.receipt(absence_decider, absence_stream(named), command)
    outcome = change.done(await change.make(absence_decider, absence_stream(named), command))
    receipt = dict(receipt_of(outcome)) | {"absence_id": absence_id}
    answer = done(AbsenceReceipt.model_validate(receipt), replayed=outcome.replayed)
    answer.status_code = 201
    answer.headers["Location"] = ABSENCES.format(responder_id=responder_id)
    return answer


@router.delete(f"{ABSENCES}/{{absence_id}}", dependencies=WRITE, response_model=Receipt)
async def remove_absence(
    responder_id: Name, absence_id: UUID, change: TheConfigurationChange
) -> Response:
    """Say that a person will be there after all; one of a calendar is removed in the calendar."""
    named = await _person(change, responder_id)
    command = RemoveAbsence(
        responder_id=named, absence_id=AbsenceId(absence_id), actor=change.actor, at=change.at
    )
    return await change.receipt(absence_decider, absence_stream(named), command)


@router.put(CALENDAR, dependencies=WRITE, response_model=Receipt)
async def import_absence_calendar(
    responder_id: Name,
    calendar: Name,
    body: CalendarFileBody,
    change: TheConfigurationChange,
) -> Response:
    """Take over when a person is away from a calendar, for two years; again replaces all of it.

    An empty calendar takes back what it said before.
    """
    named = await _person(change, responder_id)
    require_zone("zone", body.zone)
    today = change.at.replace(hour=0, minute=0, second=0, microsecond=0)
    found = await absences_apart(body.content, today - BEHIND, today + AHEAD, body.zone)
    command = ImportCalendar(
        responder_id=named,
        calendar=calendar,
        absences=tuple(
            Absence(
                absence_id=imported_id(named, calendar, begins, ends),
                starts_at=begins,
                ends_at=ends,
            )
            for begins, ends in found
        ),
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(absence_decider, absence_stream(named), command)


def imported_id(
    responder_id: ResponderId, calendar: str, begins: datetime, ends: datetime
) -> AbsenceId:
    """Return the id of an absence of a calendar: the same in every import that has it."""
    name = f"absence:{responder_id}:{calendar}:{begins.isoformat()}:{ends.isoformat()}"
    return AbsenceId(uuid5(TOCSIN, name))


async def _person(change: HttpConfigurationChange, responder_id: str) -> ResponderId:
    """Return whose absence it is.

    Raises: ResponderNotFound.
    """
    named = ResponderId(responder_id)
    if not await is_known(change.dependencies.log, named):
        raise ResponderNotFound(f"No such responder: {responder_id}.")
    return named
