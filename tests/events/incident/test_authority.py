"""Authority: reserved for the incident commander, and what others do the log says."""

from dataclasses import replace
from typing import Any

import pytest

from events.actor import Actor
from events.errors import NotTheCommander, ReasonRequired
from events.incident.commands import CloseIncident, ResolveIncident
from events.incident.events import IncidentClosed, IncidentResolved
from events.incident.phases import Phase
from events.incident.roles.commands import HandOverRole, UnassignRole
from events.incident.roles.events import IncidentCommanderOverridden, Role
from events.response_policy.policy import DEFAULT, Authority, CapturedPolicy
from events.values.severity import Impact, Scope, Severity
from tests.events.incident.story import (
    BEN,
    CEM,
    NOW,
    admin,
    advanced,
    ana,
    ana_commands,
    assign,
    ben,
    change_severity,
    declared,
    decline,
    joined,
    resolve,
    resolved,
    triage,
    triaged,
)
from tests.given import Given, given

strict = replace(declared, policy=CapturedPolicy(number=1, policy=DEFAULT))
advisory = replace(
    declared,
    policy=CapturedPolicy(number=1, policy=replace(DEFAULT, authority=Authority.ADVISORY)),
)
judged = (triaged, advanced(Phase.DETECTION, Phase.TRIAGE))


def story(beginning: object = strict, *more: object) -> Given:
    return given(beginning, *ana_commands, *judged, *more)


DUTIES: list[tuple[str, Any]] = [
    ("severity", replace(change_severity(Severity.SEV1), actor=ben)),
    ("severity", replace(triage(Impact.COMPLETE_LOSS, Scope.WIDESPREAD), actor=ben)),
    ("roles", assign(Role.SCRIBE, CEM, ben)),
    ("decline", replace(decline(), actor=ben)),
    ("resolution", resolve(ben)),
]


@pytest.mark.parametrize(("action", "command"), DUTIES)
def test_where_authority_is_strict_reserved_actions_are_the_incident_commanders(
    action: str, command: Any
) -> None:
    refusal = story().when(command).refused(NotTheCommander, allowed=["hand_over_role"])
    assert refusal.facts["commander"] == "ana"
    assert story().when(replace(command, actor=ana)).decide()


@pytest.mark.parametrize(("action", "command"), DUTIES)
def test_where_they_are_advisory_anybody_may_and_the_log_says_who_did(
    action: str, command: Any
) -> None:
    events = story(advisory).when(command).decide()
    [told] = [one for one in events if isinstance(one, IncidentCommanderOverridden)]
    assert (told.action, told.commander, told.overridden_by) == (action, "ana", "responder:ben")
    assert not [
        one
        for one in story(advisory).when(replace(command, actor=ana)).decide()
        if isinstance(one, IncidentCommanderOverridden)
    ]


def test_an_admin_needs_a_reason_to_do_it_in_the_commanders_place() -> None:
    story().when(resolve(admin)).refused(ReasonRequired, "ana is incident commander: say why")
    explained = ResolveIncident(summary="Fixed.", actor=admin, at=NOW, reason="Ana is asleep.")
    events = story().when(explained).decide()
    assert [type(one) for one in events][-2:] == [IncidentCommanderOverridden, IncidentResolved]


def test_without_an_incident_commander_only_the_resolution_is_reserved() -> None:
    nobody = given(strict, joined(BEN, "responder:ben"), *judged)
    assert nobody.when(replace(change_severity(Severity.SEV1), actor=ben)).decide()
    assert nobody.when(assign(Role.SCRIBE, CEM, ben)).decide()
    nobody.when(resolve(ben)).refused(NotTheCommander, "nobody is incident commander yet")


@pytest.mark.parametrize("judged_so_far", [(), judged], ids=["detection", "triage"])
def test_an_admin_who_resolves_what_nobody_commands_says_why_and_the_log_says_who_did(
    judged_so_far: tuple[Any, ...],
) -> None:
    nobody = given(strict, *judged_so_far)
    nobody.when(resolve(admin)).refused(ReasonRequired, "the incident commander's word: say why")
    explained = replace(resolve(admin), reason="The team is asleep.")
    [told] = [
        one
        for one in nobody.when(explained).decide()
        if isinstance(one, IncidentCommanderOverridden)
    ]
    assert (told.action, told.commander, told.reason) == ("resolution", None, "The team is asleep.")
    assert told.overridden_by == admin.name
    freely = given(advisory, *judged_so_far).when(resolve(admin)).decide()
    assert [one.commander for one in freely if isinstance(one, IncidentCommanderOverridden)] == [
        None
    ]


def test_everybody_may_judge_first_and_take_a_role_themselves() -> None:
    assert given(strict, *ana_commands).when(replace(triage(), actor=ben)).decide()
    assert story().when(assign(Role.SCRIBE, BEN, ben)).decide()


def test_an_incident_from_before_there_were_policies_keeps_its_rules() -> None:
    events = story(declared).when(replace(change_severity(Severity.SEV1), actor=ben)).decide()
    assert not [one for one in events if isinstance(one, IncidentCommanderOverridden)]
    assert story(declared).when(resolve(admin)).decide()


def close(actor: Actor, reason: str | None = None) -> CloseIncident:
    return CloseIncident(actor=actor, at=NOW, reason=reason)


def test_without_a_postmortem_closing_asks_why() -> None:
    over = (
        advanced(Phase.TRIAGE, Phase.RESOLUTION, "Fixed."),
        resolved,
    )
    story(strict, *over).when(close(ana)).refused(ReasonRequired, "There was no postmortem")
    [closed] = story(strict, *over).when(close(ana, "A typo.")).decide()
    assert isinstance(closed, IncidentClosed)
    assert closed.reason == "A typo."
    learned = advanced(Phase.RESOLUTION, Phase.POSTMORTEM)
    assert story(strict, *over, learned).when(close(ana)).decide()
    story(strict, *over, learned).when(close(ben)).refused(NotTheCommander, "closes the incident")


@pytest.mark.parametrize(
    "command",
    [
        HandOverRole(role=Role.COMMANDER, to_responder_id=BEN, actor=admin, at=NOW, force=True),
        UnassignRole(role=Role.COMMANDER, reason=None, actor=admin, at=NOW),
    ],
)
def test_an_admin_who_takes_a_role_from_its_holder_says_why_and_the_log_says_who_did(
    command: Any,
) -> None:
    story().when(command).refused(ReasonRequired, "ana is incident commander: say why")
    events = story().when(replace(command, reason="Ana lost power.")).decide()
    [told] = [one for one in events if isinstance(one, IncidentCommanderOverridden)]
    assert (told.action, told.commander, told.overridden_by) == ("roles", "ana", admin.name)
    assert told.reason == "Ana lost power."
    own = story().when(replace(command, actor=ana, reason="Off to bed.")).decide()
    assert not [one for one in own if isinstance(one, IncidentCommanderOverridden)]
