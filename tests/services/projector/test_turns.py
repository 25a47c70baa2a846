"""Where many incidents wait, the worst is paged first and no service waits for all of another."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from events.ids import IncidentId, ServiceId
from events.incident.state import INITIAL
from events.log.queues.outbox import OutboxWork
from events.values.severity import Severity
from services.projector.turns import DueStart, in_turn


def due(number: int, service: str, severity: Severity | None) -> DueStart:
    incident_id = IncidentId(UUID(int=number))
    return DueStart(
        work=OutboxWork(
            id=number, kind="", key="", body=b"", created_at=datetime.now(UTC), attempt=1
        ),
        incident_id=incident_id,
        incident=replace(INITIAL, service_id=ServiceId(service), severity=severity),
        version=1,
    )


def test_a_sev1_goes_before_three_hundred_of_another_service() -> None:
    crowd = [due(number, "shop", Severity.SEV2) for number in range(300)]
    assert in_turn([*crowd, due(300, "bank", Severity.SEV1)])[0].work.id == 300


def test_an_unknown_severity_waits_no_longer_than_a_sev1() -> None:
    waiting = [due(0, "shop", Severity.SEV3), due(1, "shop", None), due(2, "shop", Severity.SEV1)]
    assert [one.work.id for one in in_turn(waiting)] == [1, 2, 0]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([None, *Severity]))))
def test_services_take_turns_and_nobody_overtakes_within_one(
    told: list[tuple[str, Severity | None]],
) -> None:
    waiting = [due(number, *one) for number, one in enumerate(told)]
    order = in_turn(reversed(waiting))
    assert sorted(one.work.id for one in order) == list(range(len(told)))
    for severity in (None, *Severity):
        for service in "abc":
            line = [one.work.id for one in order if is_of(one, service, severity)]
            assert line == sorted(line)
    seconds = [one for one in order if one.incident.severity is Severity.SEV2]
    half = len({one.incident.service_id for one in seconds})
    assert len({one.incident.service_id for one in seconds[:half]}) == half


def is_of(one: DueStart, service: str, severity: Severity | None) -> bool:
    return (one.incident.service_id, one.incident.severity) == (service, severity)
