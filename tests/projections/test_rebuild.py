"""Any legal history, read in any portions, gives the rows that one reading of it gives (P6)."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.actor import Actor
from events.decider import Decider
from events.delivery.commands import RecordFailed, RecordSent
from events.delivery.events import IntendedDelivery
from events.errors import CommandRejected
from events.ids import DeliveryId, incident_stream, page_stream
from events.incident.checklist.commands import (
    AddChecklistItem,
    TickChecklistItem,
    UntickChecklistItem,
)
from events.incident.checklist.items import Section
from events.incident.commands import (
    AcknowledgeIncident,
    AdvancePhase,
    CloseIncident,
    DeclineIncident,
    IncidentCommand,
    MissDeadline,
    MitigateIncident,
    ReopenIncident,
    ResolveIncident,
)
from events.incident.decide import incident_decider
from events.incident.mitigation.commands import EndMitigationAction, StartMitigationAction
from events.incident.mitigation.events import MitigationKind, MitigationOutcome
from events.incident.phases import Phase
from events.incident.roles.commands import AssignRole, HandOverRole
from events.incident.roles.events import Role
from events.incident.severity.commands import ChangeSeverity, TriageIncident
from events.incident.status_updates.commands import PublishStatusUpdate
from events.log.recorded import Metadata, Recorded
from events.page.commands import (
    AcknowledgePage,
    ExhaustPage,
    PageCommand,
    ReachLevel,
    StartPage,
    StopPage,
    TimeOutLevel,
)
from events.page.decide import next_step, page_decider
from events.values.severity import Impact, Scope, Severity
from projections.engine.rows import StoredRows
from projections.registry import ALL_PROJECTIONS
from tests.projections.stories import ANA, BOB, NOON, rows_of, story
from tests.servers import Database

pytestmark = pytest.mark.stack

TOLD = story()
INCIDENT, PAGE = TOLD.incident_id, TOLD.page_id
PLAN = TOLD.page_started().plan
people = st.sampled_from([ANA, BOB])
phases = st.sampled_from(list(Phase))


def incident_commands(who: str, number: int) -> st.SearchStrategy[IncidentCommand]:
    actor = Actor(
        principal="api_key:desk", responder_id=ANA if who == "ana" else BOB, is_admin=True
    )
    at = NOON + timedelta(minutes=number)
    return st.one_of(
        st.just(AcknowledgeIncident(actor=actor, at=at)),
        st.builds(TriageIncident, impact=st.sampled_from(Impact), scope=st.sampled_from(Scope),
                  actor=st.just(actor), at=st.just(at)),
        st.builds(ChangeSeverity, severity=st.sampled_from(Severity), reason=st.just("so"),
                  actor=st.just(actor), at=st.just(at)),
        st.builds(AdvancePhase, phase=phases, reason=st.just("so"), actor=st.just(actor),
                  at=st.just(at)),
        st.builds(AssignRole, role=st.sampled_from(Role), responder_id=people,
                  actor=st.just(actor), at=st.just(at)),
        st.builds(HandOverRole, role=st.sampled_from(Role), to_responder_id=people,
                  actor=st.just(actor), at=st.just(at)),
        st.just(PublishStatusUpdate(impact="some", current_actions="looking\x00",
                                    next_update_at=None, actor=actor, at=at)),
        st.just(MitigateIncident(summary="rolled back", actor=actor, at=at)),
        st.just(ResolveIncident(summary="fixed", actor=actor, at=at)),
        st.builds(ReopenIncident, phase=phases, reason=st.just("not over"), actor=st.just(actor),
                  at=st.just(at)),
        st.just(DeclineIncident(reason="false alarm", actor=actor, at=at)),
        st.just(CloseIncident(actor=actor, at=at)),
        st.sampled_from(["alert_valid", "added_1"]).flatmap(
            lambda item: st.sampled_from(
                [TickChecklistItem(item_id=item, actor=actor, at=at),
                 UntickChecklistItem(item_id=item, actor=actor, at=at)]
            )
        ),
        st.builds(AddChecklistItem, section=st.sampled_from(Section), text=st.just("Call\x00"),
                  mandatory=st.booleans(), actor=st.just(actor), at=st.just(at)),
        st.builds(StartMitigationAction, action=st.sampled_from(MitigationKind),
                  description=st.just("back"), actor=st.just(actor), at=st.just(at)),
        st.builds(EndMitigationAction, number=st.integers(1, 2), comment=st.just(""),
                  outcome=st.sampled_from(MitigationOutcome), actor=st.just(actor), at=st.just(at)),
        st.just(MissDeadline(phase=Phase.RESPONSE, actor=actor, at=at)),
    )  # fmt: skip


class History:
    """Events of one incident and its page, as the rules let them happen."""

    def __init__(self) -> None:
        self.batch: list[Recorded[object]] = []
        self.versions: dict[str, int] = {}
        self.incident = incident_decider.initial
        self.page = page_decider.initial
        self.add(incident_stream(INCIDENT), [TOLD.declared()])

    def add(self, stream: str, events: Sequence[object]) -> None:
        for event in events:
            self.versions[stream] = self.versions.get(stream, 0) + 1
            position = len(self.batch) + 1
            self.batch.append(
                Recorded(
                    position=position,
                    stream=stream,
                    version=self.versions[stream],
                    event_id=UUID(int=position),
                    command_id=UUID(int=position),
                    event=event,
                    metadata=Metadata(principal="api_key:desk"),
                    recorded_at=NOON + timedelta(seconds=position),
                    hash=position.to_bytes(32),
                )
            )

    def ask_incident(self, command: IncidentCommand) -> None:
        self.incident = self._asked(incident_decider, incident_stream(INCIDENT), command)

    def ask_page(self, command: PageCommand) -> None:
        self.page = self._asked(page_decider, page_stream(PAGE), command)

    def _asked[C, S, E](self, decider: Decider[C, S, E], stream: str, command: C) -> S:
        events: list[Any] = [
            one.event
            for one in self.batch
            if one.stream == stream and isinstance(one.event, decider.event_types)
        ]
        state = decider.fold(events)
        try:
            decided = decider.decide(command, state)
        except CommandRejected:
            return state
        self.add(stream, decided)
        return decider.fold(decided, state)


def page_command(history: History, choice: int, number: int) -> PageCommand:
    at = NOON + timedelta(minutes=number)
    step = next_step(history.page)
    delivery = DeliveryId(UUID(int=100 + history.versions.get(page_stream(PAGE), 0)))
    pending = next(iter(history.page.ledger.pending), delivery)
    started = StartPage(page_id=PAGE, incident_id=INCIDENT, reference="INC-1001", plan=PLAN, at=at)
    intended = IntendedDelivery(delivery_id=delivery, responder_id=BOB, channel="push", address=0)
    if history.page.page_id is None or step is None:
        return started if history.page.page_id is None else ExhaustPage(at=at)
    actor = Actor(principal="link", responder_id=BOB)
    choices: list[PageCommand] = [
        ReachLevel(step=step, deliveries=(intended,), at=at),
        ReachLevel(step=step, deliveries=(), at=at),
        RecordSent(delivery_id=pending, attempts=1, provider_id=None, at=at),
        RecordFailed(delivery_id=pending, attempts=2, error="refused", at=at),
        TimeOutLevel(step=history.page.step or step, at=at),
        AcknowledgePage(actor=actor, via="link", at=at),
        StopPage(reason="resolved", at=at),
    ]
    return choices[choice % len(choices)]


@st.composite
def histories(draw: st.DrawFn) -> History:
    history = History()
    for number in range(1, draw(st.integers(5, 40))):
        if draw(st.booleans()):
            history.ask_incident(
                draw(incident_commands(draw(st.sampled_from(["ana", "bob"])), number))
            )
        else:
            history.ask_page(page_command(history, draw(st.integers(0, 20)), number))
    return history


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories(), cuts=st.sets(st.integers(1, 60)), again=st.integers(0, 5))
async def test_any_history_gives_the_same_rows_however_it_is_cut(
    database: Database, history: History, cuts: set[int], again: int
) -> None:
    once = await projected(database, [history.batch])
    places = [0, *sorted(cut for cut in cuts if cut < len(history.batch)), len(history.batch)]
    portions = [
        history.batch[max(begin - again, 0) : end]  # `again` events are delivered twice
        for begin, end in pairwise(places)
    ]
    assert await projected(database, portions) == once


async def projected(
    database: Database, portions: Sequence[Sequence[Recorded[object]]]
) -> dict[str, list[str]]:
    """Return all rows after the portions were projected into empty tables."""
    connection = await asyncpg.connect(database.projector_dsn)
    try:
        for projection in ALL_PROJECTIONS:
            tables = ", ".join(f"read.{table.name}" for table in projection.TABLES)
            await connection.execute(f"truncate {tables}")
            for portion in portions:
                await projection.project(portion, StoredRows(connection))
    finally:
        await connection.close()
    return await rows_of(database)
