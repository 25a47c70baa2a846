"""Acts: what a person did about an incident, whether it was work, and since when it counts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from events.incident.acknowledgement.events import (
    IncidentAcknowledgementRenewed,
    IncidentUnacknowledged,
)
from events.incident.acknowledgement.state import PERSON
from events.incident.checklist.events import ChecklistItemsLeft
from events.incident.events import (
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeclared,
    IncidentDeclined,
    IncidentPhaseAdvanced,
    IncidentResolved,
)
from events.incident.pages.events import IncidentPageAnswered, IncidentPageCancelled
from events.incident.phases import Phase
from events.incident.privacy.events import IncidentPrivacyChanged
from events.incident.relations.events import (
    ChildrenLeftOpen,
    DuplicateAbsorbed,
    IncidentMergeBegun,
    IncidentMerged,
)
from events.incident.roles.events import ResponderJoined
from events.incident.snooze.events import IncidentSnoozed, IncidentSnoozeEnded
from events.page.events import PageAcknowledged
from projections.engine.authorship import author_of, occurred_at


class ActKind(StrEnum):
    """How far somebody went."""

    ACKNOWLEDGED = "acknowledged"  # they have it, put it off, or have it no more
    SETTLED = "settled"  # they ended it: work, unless the monitor had said so before
    WORKED = "worked"  # anything else: a phase, a note, an update, a mitigation, asking for help


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a person did about an incident."""

    incident_id: UUID
    kind: ActKind
    at: datetime


NO_ACTS: Final = (IncidentDeclared, IncidentPrivacyChanged)
ACKNOWLEDGING: Final = (
    IncidentAcknowledged,
    IncidentAcknowledgementRenewed,
    IncidentUnacknowledged,
    IncidentPageAnswered,
    IncidentSnoozed,
    IncidentSnoozeEnded,
    PageAcknowledged,
)
SETTLING: Final = (
    IncidentResolved,
    IncidentDeclined,
    IncidentClosed,
    IncidentMergeBegun,
    IncidentMerged,
    DuplicateAbsorbed,
    ChildrenLeftOpen,
    ChecklistItemsLeft,
    IncidentPageCancelled,
)
LAST_PHASES: Final = (Phase.RESOLUTION, Phase.POSTMORTEM)


def act_of(event: object) -> Act | None:
    """Return what a person did about an incident by the event; None of what programs did."""
    incident_id = getattr(event, "incident_id", None)
    author, at = author_of(event), occurred_at(event)
    by_a_person = author is not None and author.startswith(PERSON)
    if incident_id is None or at is None or not by_a_person or isinstance(event, NO_ACTS):
        return None
    return Act(incident_id=incident_id, kind=_kind(event), at=at)


def _kind(event: object) -> ActKind:
    match event:
        case ResponderJoined() if event.added_by == f"{PERSON}{event.responder_id}":
            return ActKind.ACKNOWLEDGED  # who acknowledges joins
        case IncidentPhaseAdvanced(phase=phase) if phase in LAST_PHASES:
            return ActKind.SETTLED
        case _ if isinstance(event, ACKNOWLEDGING):
            return ActKind.ACKNOWLEDGED
        case _ if isinstance(event, SETTLING):
            return ActKind.SETTLED
        case _:
            return ActKind.WORKED
