"""Relations: a simulated incident that is declared twice and merged, or has a part elsewhere."""

from dataclasses import replace
from typing import Final

from events.errors import CommandRejected
from events.ids import IncidentId, ResponderId
from events.incident.decide import AGGREGATE as INCIDENT
from events.incident.relations.commands import ConcludeRequest, LinkParent, MergeIncident
from events.incident.relations.requests import requests
from events.incident.state import Incident
from events.values.severity import Severity
from services.simulation.clockwork.world import Itself, World, person
from services.simulation.response.case import Case
from services.simulation.trouble.failures import Failure, Noticed
from workflows.ids import incident_workflow_id

TWICE: Final = 0.06  # of what a monitor sees, people declare once more
ELSEWHERE: Final = 0.3  # of what is worst, another service of the team fails as well
AGAIN: Final = 40_000  # numbers of the failures that are others once more
IN_PARTS: Final = 60_000  # and of those that are parts of others


def again(case: Case) -> Failure | None:
    """Return the failure as somebody declares it who has not seen that it is known; if any does."""
    if case.failure.noticed is not Noticed.MONITOR or not case.happens(TWICE, "twice"):
        return None
    return _other(case.failure, AGAIN)


def part_of(case: Case) -> Failure | None:
    """Return what fails of another service of the team because of this, if anything does."""
    failure = case.failure
    worst = failure.severity is Severity.SEV1 and failure.number < AGAIN
    if failure.beside is None or not worst or not case.happens(ELSEWHERE, "elsewhere"):
        return None
    return replace(_other(failure, IN_PARTS), service=failure.beside)


def _other(failure: Failure, number: int) -> Failure:
    return replace(
        failure,
        number=number + failure.number,
        severity=Severity.SEV3,
        noticed=Noticed.PERSON,
        comes_back=False,
    )


async def merge(case: Case, duplicate: IncidentId, by: ResponderId) -> None:
    """Have somebody merge what they declared into the incident that was known already."""
    world, known = case.world, await case.state()
    command = MergeIncident(
        into_incident_id=case.incident_id,
        into_reference=known.reference,
        reason="The same errors, since the same minute",
        actor=person(by),
        at=world.now,
    )
    await world.give(INCIDENT, duplicate, command)
    await _settled(world, duplicate)


async def link(case: Case, part: IncidentId) -> None:
    """Have the lead make an incident a part of this one."""
    world, whole = case.world, await case.state()
    command = LinkParent(
        parent_incident_id=case.incident_id,
        parent_reference=whole.reference,
        actor=person(case.lead),
        at=world.now,
    )
    await world.give(INCIDENT, part, command)
    await _settled(world, part)


async def parts_left(case: Case) -> tuple[str, ...]:
    """Return the parts of an incident that are not resolved yet, by reference."""
    children = (await case.state()).relations.children
    states = [await _incident(case.world, one.incident_id) for one in children]
    return tuple(one.reference for one in states if not (one.resolved or one.ended))


async def _settled(world: World, asker: IncidentId) -> None:
    """Carry out what an incident asks of others, and give it the answers, as its workflow does."""
    for request in list(requests(await _incident(world, asker))):
        refusal = None
        try:
            asked = _itself(asker, f"request:{request.number}")
            await world.give(INCIDENT, request.to, request.command, asked)
        except CommandRejected as refused:
            refusal = refused.detail
        answer = ConcludeRequest(
            number=request.number, refusal=refusal, actor=request.command.actor, at=world.now
        )
        await world.give(INCIDENT, asker, answer, _itself(asker, f"concluded:{request.number}"))


def _itself(asker: IncidentId, why: str) -> Itself:
    return Itself.workflow(incident_workflow_id(asker), asker, why)


async def _incident(world: World, incident_id: IncidentId) -> Incident:
    found: Incident = await world.state(INCIDENT, incident_id)
    return found
