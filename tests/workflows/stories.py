"""Lives of incidents and pages that end: what the recorded histories tell."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from events.ids import EscalationPolicyId, IncidentId, ResponderId
from events.incident.commands import (
    AcknowledgeIncident,
    AdvancePhase,
    CloseIncident,
    DeclineIncident,
    MitigateIncident,
    ReopenIncident,
    ResolveIncident,
)
from events.incident.escalation.commands import EscalateIncident, LevelSeen
from events.incident.pages.commands import CancelPage, DeclinePage, RequestPage
from events.incident.phases import Phase, PhaseDeadline
from events.incident.reassignment.commands import ReassignIncident
from events.incident.relations.commands import LinkParent, MergeIncident, UnlinkParent
from events.incident.roles.commands import AssignRole, HandOverRole
from events.incident.roles.events import Role
from events.incident.severity.commands import TriageIncident
from events.incident.snooze.commands import SnoozeIncident
from events.incident.status_updates.commands import PublishStatusUpdate
from events.page.plan import PageTarget
from events.response_policy.policy import (
    DEFAULT,
    CapturedPolicy,
    MandatoryRole,
    SeverityResponse,
    When,
)
from events.values.severity import Impact, Scope, Severity
from tests.harness import ADA, ADMIN, GRACE, now
from tests.workflows.conftest import Harness

type Story = Callable[[Harness], Awaitable[IncidentId]]


async def whole_life(harness: Harness) -> IncidentId:
    """Nobody answers, the second level does; the incident is worked on, reopened and closed."""
    deadline = PhaseDeadline(phase=Phase.RESPONSE, within=timedelta(seconds=1))
    policy = await harness.policy("grace", "ada", escalation_timeout=0.5)
    incident_id = await harness.declare(policy, deadlines=(deadline,))
    await harness.incident_happens(incident_id, "incident.deadline_missed")
    await harness.answer(incident_id, ADA)
    ada, grace = ResponderId("ada"), ResponderId("grace")
    commands = (
        TriageIncident(impact=Impact.DEGRADED, scope=Scope.WIDESPREAD, actor=ADA, at=now()),
        AssignRole(role=Role.COMMANDER, responder_id=ada, actor=ADA, at=now()),
        AssignRole(role=Role.SCRIBE, responder_id=ada, actor=ADA, at=now()),
        HandOverRole(role=Role.SCRIBE, to_responder_id=grace, actor=ADA, at=now()),
        AdvancePhase(phase=Phase.RESPONSE, reason=None, actor=ADA, at=now()),
        PublishStatusUpdate(
            impact="Payments fail",
            current_actions="Rolling back",
            next_update_at=None,
            actor=ADA,
            at=now(),
        ),
        MitigateIncident(summary="Rolled back", actor=ADA, at=now()),
        ResolveIncident(summary="Query fixed", actor=ADA, at=now()),
        ReopenIncident(phase=Phase.RESPONSE, reason="It is back", actor=ADA, at=now()),
        MitigateIncident(summary="Rolled back further", actor=ADA, at=now()),
        ResolveIncident(summary="Index added", actor=ADA, at=now()),
        AdvancePhase(phase=Phase.POSTMORTEM, reason=None, actor=ADA, at=now()),
        CloseIncident(actor=ADA, at=now()),
    )
    for command in commands:
        await harness.give(incident_id, command)
    return incident_id


async def false_alarm(harness: Harness) -> IncidentId:
    """The page is stopped, because there was no incident."""
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.give(incident_id, DeclineIncident(reason="Test traffic", actor=ADMIN, at=now()))
    await harness.page_happens(incident_id, "page.stopped")
    return incident_id


async def nobody_reachable(harness: Harness) -> IncidentId:
    """Every message fails, the page is exhausted, somebody looks at the board and takes it."""
    harness.outbox.failing = True
    incident_id = await harness.declare(
        await harness.policy("ada", "grace", escalation_timeout=60, repeats=1)
    )
    await harness.page_happens(incident_id, "escalation.exhausted")
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.page_happens(incident_id, "page.acknowledged")
    await harness.give(incident_id, DeclineIncident(reason="Test traffic", actor=ADMIN, at=now()))
    return incident_id


async def second_lives(harness: Harness) -> IncidentId:
    """The workflow is terminated and started again from the log."""
    incident_id = await harness.declare(await harness.policy("ada", "grace", escalation_timeout=2))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.incident(incident_id).terminate("by hand")
    await harness.start(incident_id)
    await harness.page_happens(incident_id, "escalation.exhausted")
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.page_happens(incident_id, "page.acknowledged")
    await harness.give(incident_id, DeclineIncident(reason="Test traffic", actor=ADMIN, at=now()))
    return incident_id


async def long_life(harness: Harness) -> IncidentId:
    """So many updates that the incident continues as new."""
    incident_id = await harness.declare()
    for number in range(60):
        command = PublishStatusUpdate(
            impact=f"Update {number}",
            current_actions="Looking",
            next_update_at=None,
            actor=ADA,
            at=now(),
        )
        await harness.give(incident_id, command)
    await harness.give(incident_id, DeclineIncident(reason="Test traffic", actor=ADMIN, at=now()))
    async with asyncio.timeout(20):
        await harness.incident(incident_id).result()
    return incident_id


async def requested_pages(harness: Harness) -> IncidentId:
    """A page waits for its time, a reminder is answered, another cancelled; it is reopened."""
    await harness.responder("grace")
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.answer(incident_id, ADA)
    await harness.incident_happens(incident_id, "incident.acknowledged")
    grace = PageTarget(responder_ids=(ResponderId("grace"),))
    for ask in ("Look at the database", "Write to the customers"):
        await harness.give(incident_id, RequestPage(ask=ask, target=grace, actor=ADA, at=now()))
    await harness.page_happens(incident_id, "delivery.sent", number=2)
    await harness.page_happens(incident_id, "delivery.sent", number=3)
    await harness.answer(incident_id, GRACE, 2)
    await harness.incident_happens(incident_id, "incident.page_answered")
    await harness.give(incident_id, CancelPage(number=3, reason="Done", actor=ADA, at=now()))
    await harness.page_happens(incident_id, "page.stopped", number=3)
    await harness.give(incident_id, ResolveIncident(summary="Fixed", actor=ADMIN, at=now()))
    back = ReopenIncident(phase=Phase.TRIAGE, reason="It is back", actor=ADA, at=now())
    await harness.give(incident_id, back)
    await harness.page_happens(incident_id, "delivery.sent", number=4)
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.page_happens(incident_id, "page.acknowledged", number=4)
    await harness.give(incident_id, DeclineIncident(reason="Test traffic", actor=ADMIN, at=now()))
    return incident_id


async def among_others(harness: Harness) -> IncidentId:
    """It takes a duplicate over, is part of another for a while, and is a duplicate itself."""
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    duplicate, whole, over = [await harness.declare() for _ in range(3)]
    await harness.give(duplicate, _merged_into(incident_id))
    await harness.incident_happens(duplicate, "incident.merged")
    link = LinkParent(parent_incident_id=whole, parent_reference="INC-W", actor=ADA, at=now())
    await harness.give(incident_id, link)
    await harness.incident_happens(incident_id, "parent.linked")
    await harness.give(incident_id, UnlinkParent(actor=ADA, at=now()))
    await harness.incident_happens(whole, "child.unlinked")
    await harness.give(over, DeclineIncident(reason="Nothing", actor=ADMIN, at=now()))
    async with asyncio.timeout(20):
        await harness.incident(over).result()
    await harness.give(incident_id, _merged_into(over))
    await harness.incident_happens(incident_id, "incident.merge_refused")
    await harness.give(incident_id, _merged_into(whole))
    await harness.page_happens(incident_id, "page.stopped")
    async with asyncio.timeout(20):
        await harness.incident(incident_id).result()
    return incident_id


async def watched(harness: Harness) -> IncidentId:
    """Nobody commands, so whoever is there and then the policy is asked; an update is overdue."""
    urgent = SeverityResponse(
        severity=Severity.SEV2,
        when=When.IMMEDIATE,
        update_every=timedelta(seconds=3),
        mandatory_roles=(MandatoryRole(role=Role.COMMANDER, within=timedelta(seconds=2)),),
    )
    response = CapturedPolicy(number=1, policy=replace(DEFAULT, responses=(urgent,)))
    incident_id = await harness.declare(
        await harness.policy("ada", escalation_timeout=60),
        severity=Severity.SEV2,
        response=response,
    )
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.page_happens(incident_id, "delivery.sent", number=2)
    await harness.page_happens(incident_id, "delivery.sent", number=3)
    ada = ResponderId("ada")
    commander = AssignRole(role=Role.COMMANDER, responder_id=ada, actor=ADA, at=now())
    await harness.give(incident_id, commander)
    await harness.incident_happens(incident_id, "status_update.missed")
    update = PublishStatusUpdate(
        impact="Payments fail",
        current_actions="Rolling back",
        next_update_at=None,
        actor=ADA,
        at=now(),
    )
    await harness.give(incident_id, update)
    await harness.give(incident_id, ResolveIncident(summary="Fixed", actor=ADA, at=now()))
    await harness.give(incident_id, CloseIncident(reason="Nothing to learn", actor=ADA, at=now()))
    async with asyncio.timeout(20):
        await harness.incident(incident_id).result()
    return incident_id


async def put_off(harness: Harness) -> IncidentId:
    """It is snoozed and paged again, given away, escalated, and paged when its holder is silent."""
    await harness.responder("grace")
    short = SeverityResponse(
        severity=Severity.SEV2, when=When.IMMEDIATE, acknowledgement_lasts=timedelta(seconds=3)
    )
    response = CapturedPolicy(number=1, policy=replace(DEFAULT, responses=(short,)))
    policy_id = await harness.policy("ada", "grace", escalation_timeout=60)
    incident_id = await harness.declare(policy_id, severity=Severity.SEV2, response=response)
    await harness.page_happens(incident_id, "delivery.sent")
    until = now() + timedelta(seconds=2)
    snooze = SnoozeIncident(until=until, actor=ADA, at=until - timedelta(minutes=1))
    await harness.give(incident_id, snooze)
    await harness.page_happens(incident_id, "delivery.sent", number=2)
    grace = (ResponderId("grace"),)
    away = ReassignIncident(
        responder_ids=grace, escalation_policy_id=None, reason="Hers", actor=ADA, at=now()
    )
    await harness.give(incident_id, away)
    await harness.page_happens(incident_id, "delivery.sent", number=3)
    await harness.answer(incident_id, GRACE, number=3)
    await harness.page_happens(incident_id, "delivery.sent", number=4)  # she was silent
    seen = LevelSeen(
        page=4, round=1, level=1, next_policy_id=EscalationPolicyId(policy_id), next_level=2
    )
    up = EscalateIncident(page=4, round=1, level=1, now=seen, actor=ADMIN, at=now())
    await harness.give(incident_id, up)
    await harness.page_happens(incident_id, "delivery.sent", number=5)
    call = RequestPage(ask="Help", target=PageTarget(responder_ids=grace), actor=ADA, at=now())
    await harness.give(incident_id, call)
    await harness.page_happens(incident_id, "delivery.sent", number=6)
    await harness.give(incident_id, DeclinePage(number=6, actor=GRACE, at=now()))
    await harness.page_happens(incident_id, "delivery.sent", number=7)  # Ada is told
    await harness.give(incident_id, DeclineIncident(reason="Test traffic", actor=ADMIN, at=now()))
    async with asyncio.timeout(20):
        await harness.incident(incident_id).result()
    return incident_id


def _merged_into(other: IncidentId) -> MergeIncident:
    return MergeIncident(
        into_incident_id=other, into_reference="INC-O", reason="The same", actor=ADA, at=now()
    )


STORIES: dict[str, Story] = {
    "whole_life": whole_life,
    "false_alarm": false_alarm,
    "nobody_reachable": nobody_reachable,
    "second_lives": second_lives,
    "long_life": long_life,
    "requested_pages": requested_pages,
    "among_others": among_others,
    "watched": watched,
    "put_off": put_off,
}
