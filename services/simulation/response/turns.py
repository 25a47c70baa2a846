"""Turns of a simulated incident: it is snoozed, its command handed over, an update corrected."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Final

from events.ids import ResponderId
from events.incident.roles.commands import AcceptRole, OfferRole
from events.incident.roles.events import Role
from events.incident.snooze.commands import EndSnooze, SnoozeIncident
from events.incident.status_updates.commands import PublishStatusUpdate
from events.values.severity import Severity
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.patterns import Pattern
from services.simulation.company.hours import who_is_on_call
from services.simulation.response.case import Case

SNOOZED: Final = 0.06  # of what is not bad
ENDED_EARLY: Final = 0.6  # of the snoozes; after the others it is paged again
SNOOZE: Final = timedelta(minutes=40)
HANDED_OVER: Final = 0.25  # of what is bad and not the worst
CORRECTED: Final = 0.08


async def snoozed(case: Case) -> AsyncGenerator[Wait]:
    """Leave it alone for a while, and go on with it: before that is over, or paged again."""
    incident = await case.state()
    slight = incident.severity is Severity.SEV3 and incident.work_item is None
    if not slight or not case.happens(SNOOZED, "snoozed"):
        return
    until, reason = case.world.now + SNOOZE, "The provider says that it is back by then"
    await case.does(SnoozeIncident, until=until, reason=reason)
    if case.happens(ENDED_EARLY, "ended early"):
        yield case.minutes(15, 35, "goes on")
        await case.does(EndSnooze)
        return
    yield Wait(until=until + timedelta(seconds=5))
    async for wait in case.until_taken():
        yield wait


async def handed_over(case: Case) -> AsyncGenerator[Wait]:
    """Offer the command to a colleague who has more time, and have them accept it."""
    severity = (await case.state()).severity
    if severity is not Severity.SEV2 or not case.happens(HANDED_OVER, "handed over"):
        return
    other = await _colleague(case)
    if other is None or case.world.shows(Pattern.HERO_CULTURE):
        return
    yield case.minutes(2, 6, "offers")
    await case.does(OfferRole, role=Role.COMMANDER, to_responder_id=other)
    yield case.minutes(0.3, 1.5, "accepts")
    await case.does(AcceptRole, other, role=Role.COMMANDER)
    case.lead = other


async def corrected(case: Case, said: str) -> AsyncGenerator[Wait]:
    """Find that the newest status update was wrong in one thing, and publish it anew."""
    number = (await case.state()).updates
    if not case.happens(CORRECTED, "corrects", number):
        return
    yield case.minutes(0.5, 2, "reads", number)
    incident = await case.state()
    if incident.resolved or incident.ended or not incident.acknowledged_by:
        return
    await case.does(
        PublishStatusUpdate,
        impact=f"{said} Only the web is hit, not the apps.",
        current_actions="We look for what changed.",
        corrects=number,
    )


async def _colleague(case: Case) -> ResponderId | None:
    team = case.failure.service.team
    on_call = [await who_is_on_call(case.world, one) for one in (team.secondary, team.primary)]
    return next((one for one in on_call if one != case.lead), None)
