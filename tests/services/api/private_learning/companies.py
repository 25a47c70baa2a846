"""A company's log told twice: with some of its incidents private, and as if those had never been.

The logs are simulated, so everything in them was decided by the rules. Where one has an event of a
private incident, the other has one that no figure is made of: positions are the same in both, and
what differs between two answers was told by something else.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from events.action_item.events import (
    ActionItemLinked,
    ActionItemLinkRequested,
    ActionItemTrackerReported,
)
from events.action_item.issue import IssueReport, IssueStatus
from events.alert.events import AlertResolved, AlertTriggered
from events.configuration.incident_type import IncidentTypeDefined
from events.configuration.tracker import TrackerDefined, TrackerId, TrackerVendor
from events.handle import known
from events.ids import (
    ActionItemId,
    AlertId,
    IncidentId,
    IncidentTypeId,
    IntegrationId,
    ResponderId,
    alert_stream,
    incident_stream,
)
from events.incident.privacy.events import IncidentPrivacyChanged
from events.log.codec import codec_for
from events.log.recorded import Append, Metadata
from events.postmortem.document.sections import Section
from events.postmortem.events import PostmortemCommented
from events.postmortem.meeting.agenda import DEFAULT_AGENDA
from events.postmortem.meeting.events import MeetingAttended, MeetingScheduled
from events.registry import ALL_EVENTS
from events.repeat.judgement import RepeatJudged, repeat_of
from services.simulation.clockwork.world import World

CODEC: Final = codec_for(ALL_EVENTS)
OURS: Final = Metadata(principal="tests")
TRACKER: Final = TrackerId("github")
NOTHING: Final = IncidentTypeId("nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What one incident of the company had."""

    incident_id: IncidentId
    reference: str
    title: str
    declared_at: datetime
    people: tuple[ResponderId, ...]  # who had to do with it
    items: tuple[ActionItemId, ...]
    paged: bool
    written: bool

    @property
    def whole(self) -> bool:
        """Say whether it had all that an incident can have."""
        return bool(self.items) and self.paged and self.written


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of a log."""

    stream: str
    event: Any
    at: datetime
    metadata: Metadata = OURS

    def is_of(self, incidents: Collection[IncidentId]) -> bool:
        """Say whether it is about one of these incidents."""
        names = ("incident_id", "earlier_incident_id")
        return any(getattr(self.event, name, None) in incidents for name in names)


async def events_of(world: World) -> list[Told]:
    """Return the log of a company."""
    stored = known(CODEC, await world.log.read_all(0, await world.log.head()))
    return [
        Told(stream=one.stream, event=one.event, at=one.recorded_at, metadata=one.metadata)
        for one in stored
    ]


def lives_in(events: Sequence[Told], people: Collection[ResponderId]) -> list[Life]:
    """Return the incidents of a log, in their order."""
    declared = [one.event for one in events if one.event.type == "incident.declared"]
    return [_life(one, events, people) for one in declared]


def likest(lives: Sequence[Life], private: Sequence[Life]) -> Life:
    """Return the incident that is most like an earlier private one, by its title."""
    pairs = [
        (len({*one.title.split()} & {*other.title.split()}), one.reference)
        for one in lives
        for other in private
        if other.declared_at < one.declared_at
    ]
    best = max(pairs, default=(0, lives[-1].reference))
    return next(one for one in lives if one.reference == best[1])


def _life(declared: Any, events: Sequence[Told], people: Collection[ResponderId]) -> Life:
    own = [one.event for one in events if one.is_of({declared.incident_id})]
    text = str(own)
    return Life(
        incident_id=declared.incident_id,
        reference=declared.reference,
        title=declared.title,
        declared_at=declared.declared_at,
        people=tuple(sorted(one for one in people if f"{one}'" in text)),
        items=tuple(one.action_item_id for one in own if one.type == "action_item.opened"),
        paged=any(one.type == "page.level_reached" for one in own),
        written=any(one.type == "postmortem.section_written" for one in own),
    )


def kept_private(
    events: Sequence[Told], private: Sequence[Life], public: Life, now: datetime
) -> list[Told]:
    """Return the log in which some incidents were private from their first moment on."""
    mine = {one.incident_id: one for one in private}
    found: list[Told] = []
    for one in events:
        found.append(one)
        if one.event.type == "incident.declared" and one.is_of(mine):
            found.append(_made_private(mine[one.event.incident_id], one.at))
    for life in private:
        found += more_of(life, public, now)
    return found


def without(events: Sequence[Told], private: Sequence[Life]) -> list[Told]:
    """Return the same log as if those incidents had never been."""
    mine = {one.incident_id for one in private}
    return [_nothing(one.at) if one.is_of(mine) else one for one in events]


def opened_up(events: Sequence[Told]) -> list[Told]:
    """Return the same log in which nothing is private."""
    hides = "incident.privacy_changed"
    return [_nothing(one.at) if one.event.type == hides else one for one in events]


def tracker(at: datetime) -> Told:
    """Return where the company keeps its issues."""
    defined = TrackerDefined(
        tracker_id=TRACKER,
        vendor=TrackerVendor.GITHUB,
        site="https://api.github.com",
        project="acme/checkout",
        issue_type=None,
        account=None,
        token="a token of the tests",
        signing_secret=None,
        is_signed=False,
        defined_by="tests",
        defined_at=at,
    )
    return Told(stream=f"tracker-{TRACKER}", event=defined, at=at)


def _made_private(life: Life, at: datetime) -> Told:
    hidden = IncidentPrivacyChanged(
        incident_id=life.incident_id,
        private=True,
        members=life.people,
        reason=None,
        changed_by="tests",
        changed_at=at,
    )
    return Told(stream=incident_stream(life.incident_id), event=hidden, at=at)


def _nothing(at: datetime) -> Told:
    event = IncidentTypeDefined(
        incident_type_id=NOTHING, name="Nothing", fields=(), defined_by="tests", defined_at=at
    )
    return Told(stream=f"incident_type-{NOTHING}", event=event, at=at)


def more_of(life: Life, public: Life, now: datetime) -> Iterator[Told]:
    """Yield what a simulated incident has not: issues, a meeting, remarks, and what it repeats.

    And an alert that flaps.
    """
    own, who = life.incident_id, life.people[0]
    alert_id = AlertId(uuid5(own, "flapping"))
    for event in _flapped(own, alert_id, now):
        yield Told(stream=alert_stream(alert_id), event=event, at=now)
    for number, item in enumerate(life.items, start=1):
        for event in _issue(own, item, str(number), now):
            yield Told(stream=f"action_item-{item}", event=event, at=now)
    if life.written:
        for event in _talked(own, who, now):
            yield Told(stream=f"postmortem-{own}", event=event, at=now)
    pair = (public, life) if public.declared_at < life.declared_at else (life, public)
    earlier, later = pair
    again = RepeatJudged(
        repeat_id=repeat_of(later.incident_id, earlier.incident_id),
        incident_id=later.incident_id,
        earlier_incident_id=earlier.incident_id,
        earlier_reference=earlier.reference,
        confirmed=True,
        judged_by=f"responder:{who}",
        judged_at=now,
    )
    yield Told(stream=f"repeat-{again.repeat_id}", event=again, at=now)


def _flapped(own: IncidentId, alert_id: AlertId, now: datetime) -> Iterator[Any]:
    for minutes in (40, 30, 20, 10):
        at = now - timedelta(minutes=minutes)
        yield AlertTriggered(
            alert_id=alert_id,
            integration_id=IntegrationId("payroll"),
            dedup_key="payroll",
            incident_id=own,
            title="PayrollCopied",
            labels={},
            annotations={},
            source_url=None,
            started_at=at,
            triggered_at=at,
        )
        over = at + timedelta(minutes=2)
        yield AlertResolved(alert_id=alert_id, incident_id=own, ended_at=over, resolved_at=over)


def _issue(own: IncidentId, item: ActionItemId, key: str, now: datetime) -> Iterator[Any]:
    yield ActionItemLinkRequested(
        action_item_id=item,
        incident_id=own,
        tracker_id=TRACKER,
        link_requested_by="tests",
        link_requested_at=now,
    )
    yield ActionItemLinked(
        action_item_id=item,
        incident_id=own,
        tracker_id=TRACKER,
        key=key,
        url=f"https://github.com/acme/checkout/issues/{key}",
        linked_by="tests",
        linked_at=now,
    )
    said = IssueReport(key=key, status=IssueStatus.CLOSED, text="Payroll copied", changed_at=now)
    yield ActionItemTrackerReported(
        action_item_id=item,
        incident_id=own,
        tracker_id=TRACKER,
        report=said,
        tracker_reported_at=now,
    )


def _talked(own: IncidentId, who: ResponderId, now: datetime) -> Iterator[Any]:
    yield PostmortemCommented(
        incident_id=own,
        comment_id=uuid5(own, "remark"),
        section=Section.SUMMARY,
        revision=1,
        text="It was the payroll.",
        commented_by=f"responder:{who}",
        commented_at=now,
    )
    yield MeetingScheduled(
        incident_id=own,
        starts_at=now + timedelta(days=2),
        agenda=DEFAULT_AGENDA,
        place="Room 4",
        facilitator_id=who,
        invited_ids=(who,),
        scheduled_by=f"responder:{who}",
        scheduled_at=now,
    )
    yield MeetingAttended(incident_id=own, attendee_id=who, present=True, attended_at=now)


async def world_of(events: Sequence[Told], like: World) -> World:
    """Return a world whose log is this one."""
    found = World(like.draws.seed, events[0].at, like.ends)
    for number, one in enumerate(events):
        found.agenda.now = one.at
        command_id = uuid5(UUID(int=0), f"told {number}")
        request = Append(
            stream=one.stream,
            command_id=command_id,
            request_digest=command_id.bytes * 2,
            expected_version=None,
            events=(CODEC.encode(one.event),),
            metadata=one.metadata,
        )
        await found.log.append(request)
    found.agenda.now = like.now
    return found
