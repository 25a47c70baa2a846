"""When things happened: told after the fact, corrected with a reason, in an order that can be."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from events.errors import (
    IncidentAlreadyDeclared,
    IncidentEnded,
    IncidentNotResolved,
    ReasonRequired,
    TimesOutOfOrder,
    TimestampNotSet,
)
from events.incident.backfill.commands import BackfillIncident
from events.incident.decide import incident_decider
from events.incident.events import (
    IncidentAcknowledged,
    IncidentDeclared,
    IncidentMitigated,
    IncidentResolved,
)
from events.incident.modes import Mode
from events.incident.phases import Phase
from events.incident.timestamps.commands import CorrectTimestamp
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import Timestamp, Timestamps, in_order
from tests.events.incident.story import (
    INC_7,
    NOW,
    acknowledged_by,
    after,
    ana,
    declared,
    declined,
    in_phase,
    mitigated,
    reopened,
    resolved,
)
from tests.given import given

LATER = after(60)


def correct(
    timestamp: Timestamp, at: datetime, reason: str = "The chat says so."
) -> CorrectTimestamp:
    return CorrectTimestamp(timestamp=timestamp, happened_at=at, reason=reason, actor=ana, at=LATER)


def corrected(
    timestamp: Timestamp, before: datetime | None, at: datetime
) -> IncidentTimestampCorrected:
    return IncidentTimestampCorrected(
        incident_id=INC_7,
        name=timestamp,
        previously_at=before,
        happened_at=at,
        reason="The chat says so.",
        corrected_by="responder:ana",
        corrected_at=LATER,
    )


def entered(**changes: Any) -> BackfillIncident:
    told: dict[str, Any] = {
        "incident_id": INC_7,
        "reference": "INC-7",
        "title": "Checkout was down",
        "summary": "",
        "service_id": None,
        "severity": None,
        "began_at": after(-40),
        "detected_at": after(-35),
        "declared_at": after(-30),
        "acknowledged_at": after(-29),
        "mitigated_at": after(-10),
        "mitigation_summary": "Rolled back.",
        "resolved_at": after(-5),
        "resolution_summary": "Index added.",
        "postmortem": True,
        "actor": ana,
        "at": NOW,
    }
    return BackfillIncident(**{**told, **changes})


def test_a_time_is_corrected_with_a_reason_and_both_values_are_kept() -> None:
    given(*in_phase(Phase.MITIGATION), mitigated).when(
        correct(Timestamp.MITIGATED, after(20))
    ).then(corrected(Timestamp.MITIGATED, NOW, after(20)))


def test_correcting_to_what_it_is_changes_nothing() -> None:
    once = corrected(Timestamp.ACKNOWLEDGED, NOW, after(2))
    taken = acknowledged_by("responder:ben")
    given(declared, taken, once).when(correct(Timestamp.ACKNOWLEDGED, after(2))).then_nothing()


def test_detection_is_the_declaration_until_somebody_knows_better() -> None:
    given(declared).when(correct(Timestamp.DETECTED, after(-3))).then(
        corrected(Timestamp.DETECTED, NOW, after(-3))
    )


def test_the_beginning_of_the_impact_can_be_told_though_nobody_knew_it() -> None:
    given(declared).when(correct(Timestamp.BEGAN, after(-9))).then(
        corrected(Timestamp.BEGAN, None, after(-9))
    )


def test_what_has_not_happened_has_no_time_to_correct() -> None:
    given(declared).when(correct(Timestamp.RESOLVED, after(5))).refused(
        TimestampNotSet, "INC-7 was not resolved yet"
    )


def test_a_resolution_that_was_taken_back_has_no_time_either() -> None:
    back = reopened(Phase.RESOLUTION, Phase.RESPONSE)
    given(*in_phase(Phase.RESOLUTION), mitigated, resolved, back).when(
        correct(Timestamp.MITIGATED, after(5))
    ).refused(TimestampNotSet, "was not mitigated yet")


def test_nothing_is_corrected_without_a_reason() -> None:
    given(declared).when(correct(Timestamp.DECLARED, after(1), " ")).refused(
        ReasonRequired, "Say why the time is corrected"
    )


@pytest.mark.parametrize(
    ("timestamp", "at", "saying"),
    [
        (Timestamp.DETECTED, after(1), "It cannot have been declared"),
        (Timestamp.MITIGATED, after(-1), "It cannot have been mitigated"),
        (Timestamp.RESOLVED, after(-1), "It cannot have been resolved"),
        (Timestamp.ACKNOWLEDGED, after(-1), "It cannot have been acknowledged"),
        (Timestamp.DECLARED, after(1), "before it was declared"),
        (Timestamp.BEGAN, after(1), "before it began"),
        (Timestamp.RESOLVED, after(61), "Resolved cannot be in the future"),
    ],
)
def test_an_order_that_cannot_be_is_refused(
    timestamp: Timestamp, at: datetime, saying: str
) -> None:
    taken = acknowledged_by("responder:ben")
    given(*in_phase(Phase.RESOLUTION), taken, mitigated, resolved).when(
        correct(timestamp, at)
    ).refused(TimesOutOfOrder, saying)


def test_times_that_were_wrong_before_hold_no_other_correction_up() -> None:
    late = corrected(Timestamp.RESOLVED, NOW, after(-3))  # a clock was off
    given(*in_phase(Phase.RESOLUTION), mitigated, resolved, late).when(
        correct(Timestamp.BEGAN, after(-9))
    ).then(corrected(Timestamp.BEGAN, None, after(-9)))


def test_a_declined_incident_keeps_its_times() -> None:
    given(declared, declined).when(correct(Timestamp.DECLARED, after(-1))).refused(
        IncidentEnded, "takes no more commands"
    )


def test_a_retrospective_stands_where_its_times_end_and_pages_nobody() -> None:
    events = incident_decider.decide(entered(), incident_decider.initial)
    incident = incident_decider.fold(events)
    assert (incident.mode, incident.phase) == (Mode.BACKFILLED, Phase.POSTMORTEM)
    assert (incident.escalation_policy_id, incident.running_deadlines) == (None, ())
    assert incident.timestamps == Timestamps(
        began=after(-40),
        detected=after(-35),
        declared=after(-30),
        acknowledged=after(-29),
        mitigated=after(-10),
        resolved=after(-5),
    )
    times = [
        event.declared_at
        if isinstance(event, IncidentDeclared)
        else event.acknowledged_at
        if isinstance(event, IncidentAcknowledged)
        else event.mitigated_at
        if isinstance(event, IncidentMitigated)
        else event.resolved_at
        for event in events
        if isinstance(
            event,
            IncidentDeclared | IncidentAcknowledged | IncidentMitigated | IncidentResolved,
        )
    ]
    assert times == [after(-30), after(-29), after(-10), after(-5)]


def test_a_retrospective_that_only_tells_its_end_was_mitigated_then() -> None:
    command = entered(mitigated_at=None, mitigation_summary="", postmortem=False)
    incident = incident_decider.fold(incident_decider.decide(command, incident_decider.initial))
    assert incident.phase is Phase.RESOLUTION
    assert incident.timestamps.mitigated == incident.timestamps.resolved == after(-5)


def test_a_retrospective_that_is_not_over_goes_on_as_any_incident() -> None:
    command = entered(mitigated_at=None, resolved_at=None, postmortem=False)
    incident = incident_decider.fold(incident_decider.decide(command, incident_decider.initial))
    assert (incident.phase, incident.mitigated, incident.resolved) == (
        Phase.DETECTION,
        False,
        False,
    )


def test_a_retrospective_is_refused_where_its_story_cannot_be() -> None:
    given().when(entered(resolved_at=after(-20))).refused(TimesOutOfOrder, "mitigated")
    given().when(entered(resolved_at=after(5))).refused(TimesOutOfOrder, "in the future")
    given().when(entered(resolved_at=None)).refused(IncidentNotResolved, "Say when")
    given().when(entered(mitigation_summary="")).refused(ReasonRequired, "stopped the impact")
    given().when(entered(resolution_summary="")).refused(ReasonRequired, "fixed the cause")
    given(declared).when(entered()).refused(IncidentAlreadyDeclared, allowed=["declare"])


@each(
    times=st.lists(st.integers(0, 4).map(after), min_size=6, max_size=6),
    changed=st.sampled_from(Timestamp),
)
def test_whatever_passes_is_in_order_around_what_was_changed(
    times: list[datetime], changed: Timestamp
) -> None:
    timestamps = Timestamps(
        **{timestamp.value: at for timestamp, at in zip(Timestamp, times, strict=True)}
    )
    try:
        in_order(timestamps, changed, LATER)
    except TimesOutOfOrder:
        return
    if changed is Timestamp.DECLARED:
        assert timestamps.began <= timestamps.declared  # type: ignore[operator]
        assert timestamps.declared <= timestamps.resolved  # type: ignore[operator]
