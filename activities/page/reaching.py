"""Reaching of a level: whom it means now, their messages, and word to whoever can mend it."""

from datetime import datetime

from activities.page.intending import Intending
from activities.page.resolving import Resolving
from activities.payloads import Intended, IntendInput
from events.ids import incident_stream
from events.incident.decide import incident_decider
from events.loading import load
from events.log.store import Log
from events.page.resolving import About


async def reached(log: Log, task: IntendInput, at: datetime) -> Intended:
    """Return whom the level reaches at this moment, and their messages.

    Where it reaches nobody, whoever answers for the level is told, once for each plan.
    Raises: LogFault.
    """
    incident, _ = await load(log, incident_decider, incident_stream(task.incident_id))
    about = About(severity=incident.severity, service_id=incident.service_id, at=at)
    resolving = Resolving(log, about)
    found = await resolving.paged(task.level, task.but, task.page_id, task.step)
    recipients = [one.responder_id for one in found.people]
    if found.empty is not None and task.alarm:
        recipients += [
            one for one in await resolving.owners_of(task.level) if one not in recipients
        ]
    intending = await Intending.begin(log, task)
    for responder_id in recipients:
        await intending.add(responder_id)
    return Intended(
        deliveries=intending.deliveries,
        people=found.people,
        skipped=found.skipped,
        empty=found.empty,
    )
