"""Whatever an alert does later, every incident that it fired in goes on showing it."""

import asyncio
from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from events.alert.events import AlertMoved, AlertResolved
from events.ids import IncidentId, alert_stream
from events.log.recorded import Metadata, Recorded
from events.routing.decision import AppliedRule
from projections.incidents import alerts
from projections.incidents.alerts import ALERT, EARLIER, AlertRow
from projections.incidents.facets.alerts import evolve_alert
from projections.past import Folding
from tests.projections.stories import at, story

TOLD = story(1)
INCIDENTS = [story(number).incident_id for number in range(2, 5)]
ACTS = st.lists(
    st.tuples(st.sampled_from(["fires", "resolves", "moves"]), st.sampled_from(INCIDENTS)),
    max_size=12,
)


def events_of(acts: list[tuple[str, IncidentId]]) -> list[object]:
    """Return what an alert can do, in this order: what cannot be is left out."""
    told: list[object] = []
    here: IncidentId | None = None  # where its open occurrence is
    for act, incident in acts:
        match act:
            case "fires" if here is None:
                told.append(replace(TOLD.triggered(), incident_id=incident))
                here = incident
            case "resolves" if here is not None:
                told.append(replace(TOLD.alert_resolved(), incident_id=here))
                here = None
            case "moves" if here is not None and here != incident:
                told.append(moved(here, incident))
                here = incident
    return told


def moved(here: IncidentId, there: IncidentId) -> AlertMoved:
    return AlertMoved(
        alert_id=TOLD.alert_id,
        incident_id=there,
        from_incident_id=here,
        title="",
        started_at=at(0),
        moved_at=at(1),
    )


def recorded(position: int, event: object) -> Recorded[object]:
    return Recorded(
        position=position,
        stream=alert_stream(TOLD.alert_id),
        version=position,
        event_id=UUID(int=position),
        command_id=UUID(int=position),
        event=event,
        metadata=Metadata(principal="integration:prometheus"),
        recorded_at=at(position),
        hash=bytes(32),
    )


def shown(folding: Folding) -> dict[UUID, list[AlertRow]]:
    """Return the rows that each incident's list shows."""
    rows: list[AlertRow] = folding.all_of(ALERT)
    rows += [one for one in folding.all_of(EARLIER) if not one.fires_here_again]
    return {one: [row for row in rows if row.incident_id == one] for one in INCIDENTS}


def folded(batches: list[list[Recorded[object]]]) -> Folding:
    async def fold() -> Folding:
        folding = Folding()
        for batch in batches:
            await alerts.project(batch, folding)
        return folding

    return asyncio.run(fold())


@given(ACTS)
def test_an_incident_shows_each_alert_that_fired_in_it_once_and_as_it_was_there(
    acts: list[tuple[str, IncidentId]],
) -> None:
    told = events_of(acts)
    history = [recorded(number, event) for number, event in enumerate(told, 1)]
    at_once = shown(folded([history]))
    assert at_once == shown(folded([[one] for one in history])) == shown(folded([history, history]))
    for incident, rows in at_once.items():
        of_it = [one for one in told if getattr(one, "incident_id", None) == incident]
        assert len(rows) == bool(of_it)
        if isinstance(of_it[-1] if of_it else None, AlertResolved):
            [row] = rows
            assert row.ended_at == TOLD.alert_resolved().ended_at


def test_an_alert_shows_the_routing_rules_of_its_newest_occurrence() -> None:
    rule = AppliedRule(routing_rules_id="organisation", number=2, rule="Disks", said=("severity",))
    first = replace(TOLD.triggered(), incident_id=INCIDENTS[0], applied=(rule,))
    over = replace(TOLD.alert_resolved(), incident_id=INCIDENTS[0])
    again = replace(TOLD.triggered(), incident_id=INCIDENTS[1])
    history = [recorded(number, event) for number, event in enumerate((first, over, again), 1)]
    rows = shown(folded([history]))
    assert [row.applied for row in rows[INCIDENTS[0]]] == [(rule,)]
    assert [row.applied for row in rows[INCIDENTS[1]]] == [()]
    in_detail = evolve_alert(None, history[0], "key")
    assert in_detail is not None
    assert in_detail.applied == (rule,)
