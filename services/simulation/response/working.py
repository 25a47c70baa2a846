"""Working: what people do in a simulated incident, from triage until it is resolved."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Final

from events.incident.checklist.commands import TickChecklistItem
from events.incident.commands import (
    AcknowledgeIncident,
    AdvancePhase,
    DeclineIncident,
    MitigateIncident,
    ReopenIncident,
    ResolveIncident,
)
from events.incident.mitigation.commands import EndMitigationAction, StartMitigationAction
from events.incident.mitigation.events import MitigationOutcome
from events.incident.noise import DeclineCategory
from events.incident.phases import Phase
from events.incident.roles.commands import AssignRole
from events.incident.roles.events import Role
from events.incident.severity.commands import TriageIncident
from events.incident.status_updates.commands import PublishStatusUpdate
from events.incident.work_item.commands import CompleteWorkItem
from events.values.severity import MATRIX, Severity
from services.simulation.clockwork.agenda import Wait
from services.simulation.company.hours import in_work_hours, who_is_on_call
from services.simulation.response.afterwards import afterwards
from services.simulation.response.case import Case
from services.simulation.response.relations import parts_left
from services.simulation.response.turns import corrected, handed_over, snoozed
from services.simulation.trouble.failure_kinds import FALSE_ALARMS
from services.simulation.trouble.failures import Noticed

MITIGATED: Final = {  # median minutes
    Severity.SEV1: 26,
    Severity.SEV2: 34,
    Severity.SEV3: 48,
    Severity.SEV4: 60,
}
RESOLVED: Final = 14  # median minutes, from the mitigation on
SPREAD: Final = 0.6
UPDATES: Final = {Severity.SEV1: (8.0, 9.5), Severity.SEV2: (18.0, 23.0)}  # minutes apart
JUDGED: Final = {severity: judged for judged, severity in MATRIX.items()}
LEFT: Final = "It holds nobody up, and is looked at by day"
TICKED: Final = ("alert_valid", "information_shared", "metrics_examined", "deployments_checked")


async def worked(case: Case) -> AsyncGenerator[Wait]:
    """See one incident through."""
    async for wait in taken(case):
        yield wait
    if (await case.state()).ended:
        return
    if case.failure.noticed is Noticed.FALSE_ALARM:
        async for wait in declined(case):
            yield wait
        return
    for step in (snoozed, triaged, handed_over, mitigated, resolved):
        async for wait in step(case):
            yield wait
    if case.failure.comes_back:
        async for wait in reopened(case):
            yield wait
    case.world.agenda.begin(afterwards(case))


async def taken(case: Case) -> AsyncGenerator[Wait]:
    """Have somebody take it: whoever is paged, or, where nobody is, when there is time."""
    incident = await case.state()
    if incident.work_item is not None:
        hours = case.draws.dice(case.failure.name, "taken").uniform(0.5, 30)
        yield Wait(until=in_work_hours(case.world, case.zone, hours))
        by = await who_is_on_call(case.world, case.failure.service.team.primary)
        if (await case.state()).acknowledged_by is None:
            await case.does(AcknowledgeIncident, by)
    async for wait in case.until_taken():
        yield wait


async def declined(case: Case) -> AsyncGenerator[Wait]:
    """Find that nothing has failed, and say so."""
    yield case.minutes(2, 9, "found")
    found = {kind.alert: kind.found for kind in FALSE_ALARMS}
    if case.seen is not None:
        await case.monitors.is_over(case.failure.service, case.seen)
        reason = found[case.seen.alert]
        await case.does(DeclineIncident, reason=reason, category=DeclineCategory.FALSE_ALARM)


async def triaged(case: Case) -> AsyncGenerator[Wait]:
    """Judge how bad it is, take the roles, and begin."""
    yield case.minutes(0.3, 0.9, "triage")
    severity = (await case.state()).severity or case.failure.severity
    impact, scope = JUDGED[severity]
    await case.does(TriageIncident, impact=impact, scope=scope)
    yield case.minutes(0.1, 0.4, "command")
    await case.does(AssignRole, role=Role.COMMANDER, responder_id=case.lead)
    if severity is Severity.SEV1:
        async for wait in staffed(case):
            yield wait
    await case.does(AdvancePhase, phase=Phase.RESPONSE)
    if severity in UPDATES:
        case.world.agenda.begin(updated(case, severity))
    for item in TICKED:
        if case.happens(0.7, "ticks", item):
            yield case.minutes(0.2, 2, "tick", item)
            await case.does(TickChecklistItem, item_id=item)


async def staffed(case: Case) -> AsyncGenerator[Wait]:
    """Have whoever else is on call come: a SEV1 needs more than one person."""
    team = case.failure.service.team
    on_call = [await who_is_on_call(case.world, one) for one in (team.primary, team.secondary)]
    other = next((one for one in on_call if one != case.lead), case.lead)
    for role, who in (
        (Role.OPERATIONS, other),
        (Role.COMMUNICATIONS, case.lead),
        (Role.SCRIBE, other),
    ):
        yield case.minutes(0.2, 0.8, "role", role)
        await case.does(AssignRole, who, role=role, responder_id=who)


async def updated(case: Case, severity: Severity) -> AsyncGenerator[Wait]:
    """Publish status updates until it is resolved, each before a reminder of it is due."""
    number = 0
    while True:
        yield case.minutes(*UPDATES[severity], "update", number)
        incident = await case.state()
        if incident.resolved or incident.ended or not incident.acknowledged_by:
            return
        impact = "The impact has stopped." if incident.mitigated else "It goes on."
        doing = "We watch it." if incident.mitigated else "We look for what changed."
        said = f"{case.failure.service.name} {case.failure.kind.title}. {impact}"
        await case.does(PublishStatusUpdate, impact=said, current_actions=doing)
        async for wait in corrected(case, said):
            yield wait
        number += 1


async def mitigated(case: Case) -> AsyncGenerator[Wait]:
    """Try what may stop the impact, until something does."""
    severity = (await case.state()).severity or case.failure.severity
    name = case.failure.service.service_id
    whole = case.draws.skewed(MITIGATED[severity], SPREAD, "mitigated", name, severity)
    kind, world = case.failure.kind, case.world
    tries = [(kind.action, kind.stopped_by, MitigationOutcome.WORKED)]
    if case.happens(0.2, "in vain"):
        tries.insert(0, (kind.action, "Restarted the instances", MitigationOutcome.FAILED))
    for action, description, outcome in tries:
        yield Wait(until=world.in_minutes(0.5 * whole / len(tries)))
        await case.does(StartMitigationAction, action=action, description=description)
        yield Wait(until=world.in_minutes(0.5 * whole / len(tries)))
        number = len((await case.state()).actions)
        await case.does(EndMitigationAction, number=number, outcome=outcome)
    await case.does(MitigateIncident, summary=kind.stopped_by)
    if case.seen is not None:
        yield case.minutes(0.5, 3, "over")
        await case.monitors.is_over(case.failure.service, case.seen)


async def resolved(case: Case) -> AsyncGenerator[Wait]:
    """Watch for a while, and say that it is over."""
    minutes = case.draws.skewed(RESOLVED, SPREAD, "resolved", case.failure.service.service_id)
    yield Wait(until=case.world.in_minutes(minutes))
    for item in ("service_restored", "recovery_confirmed"):
        await case.does(TickChecklistItem, item_id=item)
    incident = await case.state()
    if incident.work_item is not None and incident.work_item.open:
        await case.does(CompleteWorkItem, summary=case.failure.kind.stopped_by)
    left = await parts_left(case)
    await case.does(
        ResolveIncident,
        summary=case.failure.kind.cause,
        open_children=left,
        open_children_reason=LEFT if left else None,
    )


async def reopened(case: Case) -> AsyncGenerator[Wait]:
    """Find that it was not over, and go on with it; people are paged again."""
    yield Wait(until=case.world.now + timedelta(minutes=25))
    again = "It comes back under load"
    await case.does(ReopenIncident, phase=Phase.RESPONSE, reason=again)
    async for wait in taken(case):
        yield wait
    incident = await case.state()
    commander = incident.roles.get(Role.COMMANDER)
    case.lead = commander or case.lead
    async for wait in mitigated(case):
        yield wait
    async for wait in resolved(case):
        yield wait
