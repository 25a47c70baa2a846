"""How an incident ends: mitigated, resolved by its commander, closed; or declined."""

from dataclasses import replace

import pytest

from events.actor import Actor
from events.errors import (
    IncidentEnded,
    IncidentNotResolved,
    IncidentResolvedAlready,
    NotTheCommander,
    PhaseOutOfOrder,
    ReasonRequired,
)
from events.incident.commands import CloseIncident
from events.incident.events import IncidentResolved
from events.incident.noise import DeclineCategory
from events.incident.phases import Phase
from projections.sentences import sentence_for
from tests.events.incident.story import (
    ANA,
    INC_7,
    NOW,
    admin,
    advanced,
    ana,
    ana_commands,
    ben,
    closed,
    declared,
    decline,
    declined,
    in_phase,
    mitigate,
    mitigated,
    reopened,
    resolve,
    resolved,
    robot,
)
from tests.given import given

closing = CloseIncident(actor=ana, at=NOW)


def test_stopping_the_impact_is_mitigation_and_explains_the_phases_it_skipped() -> None:
    given(declared).when(mitigate()).then(
        advanced(Phase.DETECTION, Phase.MITIGATION, "Rolled back."), mitigated
    )


def test_mitigation_in_a_later_phase_leaves_the_phase_alone() -> None:
    given(*in_phase(Phase.RESOLUTION)).when(mitigate()).then(mitigated)


def test_the_impact_stops_once() -> None:
    given(*in_phase(Phase.MITIGATION), mitigated).when(mitigate()).then_nothing()


def test_after_reopening_to_mitigation_the_impact_can_stop_again() -> None:
    back = reopened(Phase.RESOLUTION, Phase.MITIGATION)
    given(*in_phase(Phase.RESOLUTION), mitigated, resolved, back).when(mitigate()).then(mitigated)


def test_a_mitigation_says_what_stopped_the_impact() -> None:
    given(declared).when(mitigate(" ")).refused(ReasonRequired, "Say what stopped the impact")


def test_a_resolved_incident_is_not_mitigated() -> None:
    given(*in_phase(Phase.RESOLUTION), resolved).when(mitigate()).refused(
        IncidentResolvedAlready, "reopen it first", allowed=["reopen", "close"]
    )


def test_the_commander_declares_the_incident_resolved() -> None:
    given(*in_phase(Phase.RESOLUTION)).when(resolve()).then(resolved)


def test_a_resolution_explains_the_phases_it_skipped() -> None:
    given(declared, *ana_commands).when(resolve()).then(
        advanced(Phase.DETECTION, Phase.RESOLUTION, "Index added."), resolved
    )


def test_an_admin_may_resolve_in_place_of_the_commander() -> None:
    given(*in_phase(Phase.RESOLUTION)).when(resolve(admin)).then(
        IncidentResolved(
            incident_id=INC_7, summary="Index added.", resolved_by="api_key:root", resolved_at=NOW
        )
    )


@pytest.mark.parametrize("actor", [ben, robot], ids=["a responder", "a monitor"])
def test_nobody_else_resolves(actor: Actor) -> None:
    refusal = (
        given(*in_phase(Phase.RESOLUTION))
        .when(resolve(actor))
        .refused(
            NotTheCommander,
            "Only the incident commander declares the incident resolved; ana is incident commander",
            allowed=["hand_over_role"],
        )
    )
    assert refusal.facts["commander"] == ANA


def test_without_a_commander_nobody_resolves() -> None:
    given(declared).when(resolve()).refused(
        NotTheCommander, "nobody is incident commander yet", allowed=["assign_role"]
    )


def test_a_resolution_says_what_fixed_the_cause() -> None:
    given(*in_phase(Phase.RESOLUTION)).when(resolve(summary="")).refused(
        ReasonRequired, "Say what fixed the cause"
    )


def test_resolving_again_changes_nothing_whoever_asks() -> None:
    given(*in_phase(Phase.RESOLUTION), resolved).when(resolve(ben)).then_nothing()


def test_a_reopened_incident_is_resolved_again() -> None:
    back = reopened(Phase.RESOLUTION, Phase.MITIGATION)
    given(*in_phase(Phase.RESOLUTION), resolved, back).when(resolve()).then(
        advanced(Phase.MITIGATION, Phase.RESOLUTION, "Index added."), resolved
    )


def test_a_false_alarm_is_declined() -> None:
    given(declared).when(decline()).then(declined)


@pytest.mark.parametrize("category", DeclineCategory)
def test_what_an_incident_was_instead_is_kept_so_that_noise_can_be_counted(
    category: DeclineCategory,
) -> None:
    asked = replace(decline(), category=category)
    given(declared).when(asked).then(replace(declined, category=category))


def test_declining_again_changes_nothing() -> None:
    given(declared, declined).when(decline()).then_nothing()


def test_nothing_is_declined_without_a_reason() -> None:
    given(declared).when(decline("")).refused(ReasonRequired, "Say why it is no incident")


def test_what_was_mitigated_was_no_false_alarm() -> None:
    given(*in_phase(Phase.MITIGATION), mitigated).when(decline()).refused(
        PhaseOutOfOrder, "was mitigated, so it was a real one", allowed=["resolve"]
    )


def test_what_was_resolved_was_no_false_alarm() -> None:
    given(*in_phase(Phase.RESOLUTION), resolved).when(decline()).refused(
        IncidentResolvedAlready, "INC-7 is resolved", allowed=["reopen", "close"]
    )


def test_a_closed_incident_is_not_declined() -> None:
    given(*in_phase(Phase.POSTMORTEM), closed).when(decline()).refused(
        IncidentEnded, "was closed", allowed=["declare"]
    )


def test_a_resolved_incident_is_closed() -> None:
    given(*in_phase(Phase.POSTMORTEM)).when(closing).then(closed)


def test_closing_again_changes_nothing() -> None:
    given(*in_phase(Phase.POSTMORTEM), closed).when(closing).then_nothing()


def test_an_incident_that_goes_on_is_not_closed() -> None:
    given(*in_phase(Phase.MITIGATION), mitigated).when(closing).refused(
        IncidentNotResolved, "resolve it, or decline it", allowed=["resolve", "decline"]
    )


@pytest.mark.parametrize(
    ("category", "told"),
    [
        (DeclineCategory.FALSE_ALARM, "INC-7 was declined as a false alarm and takes no more"),
        (DeclineCategory.TEST, "INC-7 was declined as a test and takes no more"),
        (DeclineCategory.DUPLICATE, "INC-7 was declined as a duplicate and takes no more"),
        (DeclineCategory.EXPECTED, "INC-7 was declined as expected and takes no more"),
        (DeclineCategory.NOT_ACTIONABLE, "INC-7 was declined as not actionable and takes no more"),
        (DeclineCategory.OTHER, "INC-7 was declined and takes no more"),
    ],
)
def test_a_declined_incident_says_what_it_was_declined_as(
    category: DeclineCategory, told: str
) -> None:
    given(declared, replace(declined, category=category)).when(mitigate()).refused(
        IncidentEnded, told
    )
    [sentence] = [sentence_for(replace(declined, category=category))]
    assert ("as a false alarm" in sentence) == (category is DeclineCategory.FALSE_ALARM)
