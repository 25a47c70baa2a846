"""When somebody was first asked to take an incident."""

from datetime import datetime
from functools import reduce
from uuid import UUID

import pytest

from events.ids import EscalationPolicyId, IncidentId
from events.incident.events import (
    IncidentAcknowledged,
    IncidentDeclared,
    IncidentResolved,
)
from events.incident.pages.events import (
    IncidentPageCancelled,
    IncidentPageRequested,
    IncidentPageSentNow,
)
from events.incident.snooze.events import IncidentSnoozed, SnoozedPage
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from events.response_policy.policy import DEFAULT, CapturedPolicy
from events.values.severity import Severity
from projections.metrics.calls import Calls, called_at, calls_after
from tests.projections.stories import at

INCIDENT = IncidentId(UUID(int=1))
ON_CALL = EscalationPolicyId("checkout")
TARGET = PageTarget(escalation_policy_id=ON_CALL)


def declared(
    severity: Severity | None, policy_id: EscalationPolicyId | None = ON_CALL
) -> IncidentDeclared:
    return IncidentDeclared(
        incident_id=INCIDENT,
        reference="INC-1001",
        title="Checkout fails",
        summary="",
        service_id=None,
        severity=severity,
        escalation_policy_id=policy_id,
        deadlines=(),
        declared_by="responder:ana",
        declared_at=at(0),
        policy=CapturedPolicy(number=0, policy=DEFAULT),
    )


def requested(
    minute: float,
    not_before: float | None = None,
    purpose: Purpose = Purpose.RESPONSE,
    number: int = 2,
) -> IncidentPageRequested:
    return IncidentPageRequested(
        incident_id=INCIDENT,
        number=number,
        purpose=purpose,
        about="declared:1",
        ask="",
        target=TARGET,
        not_before=None if not_before is None else at(not_before),
        requested_by="tocsin",
        requested_at=at(minute),
    )


def cancelled(minute: float, number: int = 2) -> IncidentPageCancelled:
    return IncidentPageCancelled(
        incident_id=INCIDENT,
        number=number,
        reason="its severity asks for something else",
        cancelled_by="tocsin",
        cancelled_at=at(minute),
    )


def sent_now(minute: float) -> IncidentPageSentNow:
    return IncidentPageSentNow(
        incident_id=INCIDENT, number=2, reason="", sent_now_by="tocsin", sent_now_at=at(minute)
    )


def acknowledged(minute: float) -> IncidentAcknowledged:
    return IncidentAcknowledged(
        incident_id=INCIDENT, acknowledged_by="responder:ana", acknowledged_at=at(minute)
    )


def resolved(minute: float) -> IncidentResolved:
    return IncidentResolved(
        incident_id=INCIDENT, summary="", resolved_by="responder:ana", resolved_at=at(minute)
    )


def snoozed(minute: float, until: float) -> IncidentSnoozed:
    return IncidentSnoozed(
        incident_id=INCIDENT,
        until=at(until),
        page=SnoozedPage(number=2, target=TARGET, not_before=at(until)),
        reason=None,
        snoozed_by="responder:ana",
        snoozed_at=at(minute),
    )


SEV2, SEV3, SEV4 = Severity.SEV2, Severity.SEV3, Severity.SEV4


@pytest.mark.parametrize(
    ("events", "called"),
    [
        pytest.param([declared(SEV2)], 0, id="at once"),
        pytest.param([declared(None)], 0, id="not judged pages at once"),
        pytest.param([declared(SEV2, None)], None, id="nobody to page"),
        pytest.param([declared(SEV4)], None, id="a work item calls nobody"),
        pytest.param([declared(SEV3), requested(0, 60)], 60, id="waits for business hours"),
        pytest.param([declared(SEV3), requested(0, 60), sent_now(20)], 20, id="sent earlier"),
        pytest.param([declared(SEV3), requested(0, 60), sent_now(70)], 60, id="its time had come"),
        pytest.param([declared(SEV3), requested(0, 60), cancelled(20)], None, id="called off"),
        pytest.param([declared(SEV3), requested(0, 60), cancelled(70)], 60, id="too late for that"),
        pytest.param(
            [declared(SEV3), requested(0, 60), cancelled(20), requested(20, number=3)],
            20,
            id="raised meanwhile",
        ),
        pytest.param(
            [declared(SEV3), requested(0, 60), cancelled(9, number=3)], 60, id="another called off"
        ),
        pytest.param([declared(SEV3), requested(0, 60), acknowledged(5)], None, id="taken before"),
        pytest.param([declared(SEV3), requested(0, 60), acknowledged(65)], 60, id="taken after"),
        pytest.param([declared(SEV3), requested(0, 60), resolved(30)], None, id="over before"),
        pytest.param(
            [declared(SEV4), requested(5, purpose=Purpose.REMINDER)], None, id="a nudge is no call"
        ),
        pytest.param([declared(SEV4), requested(30)], 30, id="raised later"),
        pytest.param([declared(SEV2), acknowledged(-3)], 0, id="an answer that came from before"),
        pytest.param([declared(SEV2), requested(9, number=3)], 0, id="the first one counts"),
        pytest.param([declared(SEV4), acknowledged(5), snoozed(5, 90)], 90, id="after a snooze"),
    ],
)
def test_somebody_is_called_when_a_page_for_them_goes_out(
    events: list[object], called: float | None
) -> None:
    none: Calls = ()
    calls = reduce(calls_after, events, none)
    expected: datetime | None = None if called is None else at(called)
    assert called_at(calls, at(0)) == expected


def test_the_first_call_moves_with_the_declaration() -> None:
    calls = calls_after((), declared(SEV2))
    assert called_at(calls, at(-4)) == at(-4)
