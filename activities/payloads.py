"""Activity inputs and answers: ids only, so that no address crosses Temporal.

The name of an activity's argument ends in `Input`.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from events.configuration.heartbeat import HeartbeatId
from events.delivery.commands import RecordSent, RecordSuppressed
from events.delivery.events import IntendedDelivery
from events.follow_up.reminders import Reminder
from events.hand_off.notices import Notice
from events.ids import ActionItemId, DeliveryId, IncidentId, PageId, ResponderId, ScheduleId, TeamId
from events.log.recorded import Metadata, OutboxEntry
from events.page.commands import ReachLevel
from events.page.paged import Paged
from events.page.plan import PlannedLevel, Step

LOAD_STATE: Final = "load_state"
APPEND_EVENTS: Final = "append_events"
PLAN_PAGE: Final = "plan_page"
INTEND_DELIVERIES: Final = "intend_deliveries"
PLAN_ANNOUNCEMENT: Final = "plan_announcement"
PLAN_NOTICES: Final = "plan_notices"
PLAN_QUESTIONS: Final = "plan_questions"
PLAN_REMINDERS: Final = "plan_reminders"
PLAN_INVITATIONS: Final = "plan_invitations"
CREATE_ISSUE: Final = "create_issue"
LOOK_AT_ISSUE: Final = "look_at_issue"
CLOSE_ISSUE: Final = "close_issue"
LOOK_AT_HEARTBEAT: Final = "look_at_heartbeat"
DELIVER: Final = "deliver"
ANNOUNCE: Final = "announce_status_update"  # outbox kind; body: Published
INVITE: Final = "invite_to_meeting"  # outbox kind; body: MeetingChanged
PUBLISHED: Final = "status_update.published"
BEGIN_POSTMORTEM: Final = "begin_postmortem"  # outbox kind; body: Judged
# After which a postmortem may have to begin; whoever takes the entry looks at the incident.
JUDGED: Final = ("incident.resolved", "incident.severity_changed", "incident.triaged")


class Payload(BaseModel):
    """Frozen, and tolerant of fields a newer sender adds."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Snapshot[State](Payload):
    """An aggregate folded from its whole stream, and the version that is true at."""

    state: State
    version: int


def snapshot_of[State](state: State) -> type[Snapshot[State]]:
    """Return the type of a snapshot that holds states such as this one."""
    known_only_now = type(state)
    return Snapshot[known_only_now]  # type: ignore[valid-type]


class DeliveryInput(Payload):
    """One message to send: the activity finds text, person and address in the log."""

    kind: str  # page, status_update
    about: str  # which of its kind
    incident_id: IncidentId | None
    delivery_id: DeliveryId
    possible_repeat: bool = False  # an earlier run of the workflow may have sent it already
    attempts_before: int = 0  # of activities before this one
    word_after_seconds: float | None = None  # in vain; None: word only at the end


class DeliveryState(StrEnum):
    """How an activity that sends a message ended."""

    SENT = "sent"
    SUPPRESSED = "suppressed"  # no longer wanted when its turn came


class DeliveryOutcome(Payload):
    """What became of the message. A failure is an exception, never an outcome."""

    state: DeliveryState
    attempts: int
    provider_id: str | None = None
    reason: str | None = None  # why it was suppressed
    bundled_with: DeliveryId | None = None  # the message that told it, where it was another one

    def command(self, delivery_id: DeliveryId, at: datetime) -> RecordSent | RecordSuppressed:
        """Return what the ledger is to record."""
        if self.state is DeliveryState.SUPPRESSED:
            reason = self.reason or "no longer wanted"
            return RecordSuppressed(delivery_id=delivery_id, reason=reason, at=at)
        return RecordSent(
            delivery_id=delivery_id,
            attempts=self.attempts,
            provider_id=self.provider_id,
            at=at,
            bundled_with=self.bundled_with,
        )


class EncodedEvent(Payload):
    """One event as the codec wrote it."""

    type: str
    schema_version: int
    payload: str  # canonical JSON


class AppendInput(Payload):
    """Facts to store, decided at this version of the stream."""

    stream: str
    command_id: UUID
    request_digest: str  # hex
    expected_version: int
    events: tuple[EncodedEvent, ...]
    metadata: Metadata


class AppendState(StrEnum):
    """How the log answered."""

    APPENDED = "appended"
    DUPLICATE = "duplicate"  # an earlier attempt stored it: load again, the log may be further on
    CONFLICT = "conflict"  # the stream has moved on: load again, decide again


class AppendReceipt(Payload):
    """The log's answer, kept in the workflow's history: a second record of position and hash."""

    state: AppendState
    version: int
    position: int
    hash: str | None  # hex
    event_types: tuple[str, ...]  # what the command led to, when it was stored first


class IntendInput(Payload):
    """Which messages to intend for one step of a page."""

    incident_id: IncidentId
    page_id: PageId
    step: Step
    level: PlannedLevel
    at: datetime  # when the level is reached: everybody's turn begins
    but: tuple[ResponderId, ...] = ()  # never paged by this page
    alarm: bool = True  # whoever answers for the level is told when it reaches nobody


class Intended(Payload):
    """The messages to each responder, by their rules; empty when nobody is reachable."""

    deliveries: tuple[IntendedDelivery, ...]
    answer_waits: bool = False  # somebody has answered, and the incident does not know it yet
    people: tuple[Paged, ...] = ()
    skipped: str | None = None  # why nobody was to be paged
    empty: str | None = None  # why nobody can be

    def reaching(self, step: Step, at: datetime) -> ReachLevel:
        """Return the command that takes the page to the step."""
        return ReachLevel(
            step=step,
            deliveries=self.deliveries,
            at=at,
            people=self.people,
            skipped=self.skipped,
            empty=self.empty,
        )


class AnnouncementPlanInput(Payload):
    """Whom to send the newest status update, if it is newer than this one."""

    incident_id: IncidentId
    after: int


class AnnouncementPlan(Payload):
    """The newest status update and one message for each way to each subscriber."""

    number: int | None  # None: there is none newer than what was planned before
    deliveries: tuple[IntendedDelivery, ...]


class NoticePlanInput(Payload):
    """What people are to be told of a schedule at this moment."""

    schedule_id: ScheduleId
    at: datetime


class PlannedNotice(Payload):
    """A notice, and one message for each way to each person it is for."""

    notice: Notice
    deliveries: tuple[IntendedDelivery, ...]


class NoticePlan(Payload):
    """The notices that are due, and when to look again. An ended schedule has neither."""

    notices: tuple[PlannedNotice, ...] = ()
    again_at: datetime | None = None  # None: the schedule has ended


class ReminderPlanInput(Payload):
    """What people are to be reminded of after an incident at this moment."""

    incident_id: IncidentId
    at: datetime
    position: int = 0  # of the newest change that is known of


class PlannedReminder(Payload):
    """A reminder, and one message for each way to each person it is for."""

    reminder: Reminder
    deliveries: tuple[IntendedDelivery, ...]


class ReminderPlan(Payload):
    """What is due, and when to look again. Where nothing is to be done there is neither."""

    reminders: tuple[PlannedReminder, ...] = ()
    again_at: datetime | None = None  # None: nothing is open
    # items that are to become issues in a tracker, or are, and these do not say when they are due
    wanted_issues: tuple[ActionItemId, ...] = ()
    watched_issues: tuple[ActionItemId, ...] = ()  # open items that are
    ended_issues: tuple[ActionItemId, ...] = ()  # items that are over, and their issues are not


class QuestionPlanInput(Payload):
    """Which questions a team is to be asked at this moment."""

    team_id: TeamId
    at: datetime


class QuestionPlan(Payload):
    """The week that is due, one message for each way to each person, and when to look again."""

    week: date | None = None  # its Monday; None: it needs none
    deliveries: tuple[IntendedDelivery, ...] = ()  # none: nothing is to be asked
    again_at: datetime | None = None  # None: nobody wants to be asked


class InvitationPlanInput(Payload):
    """Whose meeting's newest change is to be told, unless it was told already."""

    incident_id: IncidentId


class InvitationPlan(Payload):
    """Who is to be told of a meeting's newest change."""

    sequence: int | None  # of the meeting; None: nothing is new
    invitations: tuple[IntendedDelivery, ...] = ()
    cancellations: tuple[IntendedDelivery, ...] = ()


class MeetingChanged(Payload):
    """A meeting that people are to be told of."""

    incident_id: IncidentId


def invite(incident_id: IncidentId, command_id: UUID) -> OutboxEntry:
    """Return what makes the relay have people told of a meeting as it is after the command."""
    return OutboxEntry(
        kind=INVITE,
        key=f"{incident_id}:{command_id}",
        body=MeetingChanged(incident_id=incident_id).model_dump_json().encode(),
    )


class IssueInput(Payload):
    """The action item whose issue is to be there as it should be, or looked at."""

    action_item_id: ActionItemId


class Published(Payload):
    """A status update that waits for its announcement."""

    incident_id: IncidentId
    number: int


class Judged(Payload):
    """An incident that is resolved, or as bad as nobody thought."""

    incident_id: IncidentId


def begin_postmortem(incident_id: IncidentId, why: str) -> OutboxEntry:
    """Return what makes the relay begin the incident's postmortem, if it is to have one."""
    return OutboxEntry(
        kind=BEGIN_POSTMORTEM,
        key=f"{incident_id}:{why}",
        body=Judged(incident_id=incident_id).model_dump_json().encode(),
    )


def outbox_of(events: Iterable[EncodedEvent], command_id: UUID) -> tuple[OutboxEntry, ...]:
    """Return what the relay is to do after these events, in the transaction that stores them."""
    return tuple(_entries(events, command_id))


def _entries(events: Iterable[EncodedEvent], command_id: UUID) -> Iterator[OutboxEntry]:
    for event in events:
        if event.type in JUDGED:
            judged = Judged.model_validate_json(event.payload)
            yield begin_postmortem(judged.incident_id, str(command_id))
        if event.type == PUBLISHED:
            published = Published.model_validate_json(event.payload)
            yield OutboxEntry(
                kind=ANNOUNCE,
                key=f"{published.incident_id}:{published.number}",
                body=published.model_dump_json().encode(),
            )


class HeartbeatLookInput(Payload):
    """Which heartbeat to look at."""

    heartbeat_id: HeartbeatId


class HeartbeatLook(Payload):
    """What a look at a heartbeat leaves to be done: another one, by then at the latest."""

    again_after_seconds: float | None  # None: it has ended, and nobody listens to it
