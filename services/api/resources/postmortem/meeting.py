"""Postmortem meeting: scheduled, moved and called off; who came, and what was said."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID, uuid5

from fastapi import Query, Response
from pydantic import Field

from activities.calendars.writing import published
from activities.meeting_invitation.entry import MeetingEntry
from events.ids import ResponderId
from events.postmortem.meeting.agenda import (
    DEFAULT_AGENDA,
    LONGEST_ITEM,
    MOST_ITEMS,
    AgendaItem,
    length_of,
    timed,
)
from events.postmortem.meeting.commands import (
    CallMeetingOff,
    EndMeeting,
    NoteInMeeting,
    ScheduleMeeting,
    TickAttendance,
)
from events.postmortem.meeting.refusals import MeetingNotScheduled
from events.postmortem.meeting.state import Meeting
from projections.practice.postmortem_document import PostmortemDocument
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.formats import Instant, Line, Name, Strict, Text, View
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.incidents.commands import NoBody
from services.api.resources.postmortem.change import ThePostmortem
from services.api.resources.postmortem.invitees import default_invitees, hints_on
from services.api.resources.postmortem.meeting_ratings import MeetingRatingsView, ratings_view
from services.api.resources.postmortem.reading import document_of, workers
from services.api.writing.receipts import Receipt

router = api_router("postmortem")

MEETING: Final = "/v1/incidents/{incident_id}/postmortem/meeting"
READ: Final = [requires(Permission.INCIDENT_READ)]
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]
MOST_INVITED: Final = 200
RESPONDED: Final = (
    "{who} worked on the incident: somebody who did not asks more freely. It is your choice."
)


class AgendaItemBody(Strict):
    """What is talked about, and for how long."""

    topic: Line
    focus: Annotated[str, Field(max_length=200)] = ""
    minutes: Annotated[int, Field(ge=1, le=LONGEST_ITEM)]


EXAMPLE: Final[dict[str, Any]] = {
    "starts_at": "2026-12-02T14:00:00Z",
    "place": "https://meet.example.com/postmortems",
    "facilitator_id": "mary",
}


class MeetingBody(Strict, json_schema_extra={"examples": [EXAMPLE]}):
    """When the meeting is, where, who leads it, and who is invited."""

    starts_at: Instant
    place: Annotated[Line | None, Field(description="A room, or where to call.")] = None
    facilitator_id: Name | None = None
    invited_ids: Annotated[
        list[Name] | None,
        Field(
            max_length=MOST_INVITED,
            description=("Null: who is listed at `…/meeting/invitees`."),
        ),
    ] = None
    agenda: Annotated[
        list[AgendaItemBody] | None,
        Field(min_length=1, max_length=MOST_ITEMS, description="Null: the practice's, 55 minutes."),
    ] = None

    @property
    def items(self) -> tuple[AgendaItem, ...]:
        """Return the agenda as the rules know it."""
        if self.agenda is None:
            return DEFAULT_AGENDA
        return tuple(
            AgendaItem(topic=one.topic, focus=one.focus, minutes=one.minutes) for one in self.agenda
        )


class CallOffBody(Strict, json_schema_extra={"examples": [{"reason": "Half of us are ill"}]}):
    """Why it does not take place. The log keeps it: name nobody."""

    reason: Line


class AttendanceBody(Strict, json_schema_extra={"examples": [{"present": True}]}):
    """Whether somebody was there."""

    present: bool


class MeetingNoteBody(
    Strict, json_schema_extra={"examples": [{"item": 2, "text": "The index was dropped in March"}]}
):
    """What was said, and on which item of the agenda."""

    item: Annotated[int, Field(ge=1, le=MOST_ITEMS)]
    text: Text


class AgendaItemView(View):
    """Item of an agenda, with its clock times."""

    number: int
    topic: str
    focus: str
    minutes: int
    starts_at: datetime
    ends_at: datetime


class MeetingNoteView(View):
    """Note of a meeting."""

    text_id: Annotated[UUID, Field(description="By which it can be erased.")]
    item: int
    text: str
    by: str


class MeetingView(View):
    """Meeting about a postmortem."""

    starts_at: datetime
    ends_at: datetime
    place: str | None
    facilitator_id: str | None
    invited_ids: list[str]
    agenda: list[AgendaItemView]
    called_off: bool
    ended_at: datetime | None
    attendee_ids: list[str]
    notes: list[MeetingNoteView]
    sequence: Annotated[int, Field(description="Up with every change that calendars show.")]
    ratings: Annotated[
        MeetingRatingsView | None,
        Field(description="What it gave people; null while fewer than five have said."),
    ] = None


@router.get(MEETING, dependencies=READ)
async def show_postmortem_meeting(
    dependencies: Deps,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[ReadQuery, Query()],
) -> MeetingView:
    """Show the meeting about a postmortem, also one that was called off."""
    return meeting_view(meeting_in(await document_of(dependencies, reads, query, incident_id)))


@router.get(
    f"{MEETING}.ics",
    dependencies=READ,
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
async def show_postmortem_meeting_as_calendar(
    response: Response,
    dependencies: Deps,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[ReadQuery, Query()],
) -> Response:
    """Write the meeting as a calendar entry (RFC 5545).

    It has one UID for ever: a calendar moves it, or strikes it out, instead of showing it twice.
    """
    document = await document_of(dependencies, reads, query, incident_id)
    board = document.detail.board
    site = dependencies.settings.public_url.rstrip("/")
    shown = MeetingEntry(
        incident_id=incident_id,
        reference=board.reference,
        title=board.title,
        url=f"{site}/incidents/{board.reference}/postmortem",
        meeting=meeting_in(document),
        private=board.private,
    )
    headers = {
        **response.headers,
        "Content-Disposition": f'attachment; filename="postmortem-{board.reference}.ics"',
    }
    content = published([shown.entry], "Postmortem meetings")
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.put(MEETING, dependencies=WRITE, response_model=Receipt)
async def schedule_postmortem_meeting(postmortem: ThePostmortem, body: MeetingBody) -> Response:
    """Schedule the meeting about a postmortem; another time moves it, other people are invited.

    A facilitator who worked on the incident is a hint in the receipt, and no refusal.
    """
    change = postmortem.change
    document = await postmortem.document()
    invited: Collection[ResponderId] = [*map(ResponderId, body.invited_ids or ())]
    if body.invited_ids is None:
        invited = await default_invitees(change.dependencies, document)
    facilitator = None if body.facilitator_id is None else ResponderId(body.facilitator_id)
    board = document.detail.board
    command = ScheduleMeeting(
        starts_at=body.starts_at,
        agenda=body.items,
        place=body.place,
        facilitator_id=facilitator,
        invited_ids=tuple(sorted(set(invited))),
        incident_began_at=min(board.began_at or board.declared_at, board.declared_at),
        actor=change.actor,
        at=change.at,
    )
    hints = await hints_on(change.dependencies, document, invited)
    if facilitator in workers(document):
        hints.insert(0, RESPONDED.format(who=facilitator))
    return await postmortem.telling_invitees().receipt(command, *hints)


@router.delete(MEETING, dependencies=WRITE, response_model=Receipt)
async def call_postmortem_meeting_off(postmortem: ThePostmortem, body: CallOffBody) -> Response:
    """Call the meeting off, and say why; it can be scheduled anew."""
    change = postmortem.change
    command = CallMeetingOff(reason=body.reason, actor=change.actor, at=change.at)
    return await postmortem.telling_invitees().receipt(command)


@router.put(f"{MEETING}/attendance/{{responder_id}}", dependencies=WRITE, response_model=Receipt)
async def tick_attendance(
    postmortem: ThePostmortem, responder_id: Name, body: AttendanceBody
) -> Response:
    """Say who was there, also whoever was not invited."""
    change = postmortem.change
    command = TickAttendance(
        attendee_id=ResponderId(responder_id),
        present=body.present,
        actor=change.actor,
        at=change.at,
    )
    return await postmortem.receipt(command)


@router.post(f"{MEETING}/notes", dependencies=WRITE, response_model=Receipt)
async def note_in_meeting(postmortem: ThePostmortem, body: MeetingNoteBody) -> Response:
    """Keep what was said on an item of the agenda; it can be erased as the postmortem's texts."""
    change = postmortem.change
    command = NoteInMeeting(
        text_id=uuid5(change.identity.command_id, "meeting_note"),
        item=body.item,
        text=body.text,
        actor=change.actor,
        at=change.at,
    )
    return await postmortem.receipt(command)


@router.post(f"{MEETING}/end", dependencies=WRITE, response_model=Receipt)
async def end_meeting(postmortem: ThePostmortem, _: NoBody = None) -> Response:
    """Say that the meeting is over."""
    change = postmortem.change
    return await postmortem.receipt(EndMeeting(actor=change.actor, at=change.at))


def meeting_in(document: PostmortemDocument) -> Meeting:
    """Return the meeting of a postmortem.

    Raises: MeetingNotScheduled.
    """
    if document.known.meeting is None:
        raise MeetingNotScheduled("No meeting was ever scheduled: schedule one first.")
    return document.known.meeting


def meeting_view(meeting: Meeting) -> MeetingView:
    """Return the meeting as answers show it."""
    return MeetingView(
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + length_of(meeting.agenda),
        place=meeting.place,
        facilitator_id=meeting.facilitator_id,
        invited_ids=list(meeting.invited_ids),
        agenda=[
            AgendaItemView(
                number=one.number,
                topic=one.item.topic,
                focus=one.item.focus,
                minutes=one.item.minutes,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
            )
            for one in timed(meeting.agenda, meeting.starts_at)
        ],
        called_off=meeting.called_off,
        ended_at=meeting.ended_at,
        attendee_ids=sorted(meeting.attendee_ids),
        notes=[MeetingNoteView.model_validate(one) for one in meeting.notes],
        sequence=meeting.sequence,
        ratings=ratings_view(meeting),
    )
