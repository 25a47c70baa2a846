"""Writing of a postmortem: how far it is, and by when it is to be done, as the log has it now."""

from dataclasses import dataclass

from activities.follow_up.matter import Matter
from events.ids import IncidentId, incident_stream
from events.incident.decide import incident_decider
from events.incident.state import Incident
from events.learning_policy.policy import Reminding
from events.loading import load
from events.log.store import Log
from events.postmortem.decide import AGGREGATE, postmortem_decider
from events.postmortem.due import Deadline, due_at
from events.postmortem.state import Postmortem


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """The postmortem of an incident, and its deadline."""

    incident_id: IncidentId
    stream: str
    known: Postmortem
    deadline: Deadline | None  # None: it is not due, since the incident is not over


async def writing_of(log: Log, matter: Matter) -> Writing | None:
    """Return how far the postmortem of an incident is; None: nobody has begun one.

    Raises: EventTooNew, LogUnavailable.
    """
    incident_id = matter.incident_id
    stream = AGGREGATE.stream(incident_id)
    known, _ = await load(log, postmortem_decider, stream)
    if known.incident_id is None:
        return None
    incident, _ = await load(log, incident_decider, incident_stream(incident_id))
    deadline = _deadline(known, incident, matter.reminding)
    return Writing(incident_id=incident_id, stream=stream, known=known, deadline=deadline)


def _deadline(known: Postmortem, incident: Incident, reminding: Reminding) -> Deadline | None:
    """Return by when it is to be done; a duplicate's is written in the one that goes on."""
    resolved_at = incident.over_since if incident.resolved else None
    calendar = incident.policy.policy.calendar if incident.policy else None
    due = due_at(known.terms.of(incident.severity), resolved_at, calendar)
    if due is None or resolved_at is None or incident.relations.merged_into is not None:
        return None
    return Deadline(
        resolved_at=resolved_at,
        due_at=due,
        calendar=calendar,
        reminding=reminding,
    )
