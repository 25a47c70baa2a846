"""Mitigation action events: what was tried. Names and fields are a storage format."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from events.ids import IncidentId


class MitigationKind(StrEnum):
    """Kind of a mitigation action: the practice's options, and anything else."""

    ROLLBACK = "rollback"
    FEATURE_FLAG = "feature_flag"
    SCALE_UP = "scale_up"
    FAILOVER = "failover"
    DEGRADED_MODE = "degraded_mode"
    OTHER = "other"


class MitigationOutcome(StrEnum):
    """Outcome of a mitigation action."""

    WORKED = "worked"
    FAILED = "failed"
    REVERTED = "reverted"  # taken back, whether it had worked or not


@dataclass(frozen=True, slots=True, kw_only=True)
class MitigationActionStarted:
    """Somebody began to do something against the impact."""

    incident_id: IncidentId
    number: int  # 1 for the incident's first action
    kind: MitigationKind
    description: str
    started_by: str
    started_at: datetime
    type: Literal["mitigation_action.started"] = "mitigation_action.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class MitigationActionEnded:
    """It is known what came of an action; one that worked or failed may be reverted later."""

    incident_id: IncidentId
    number: int
    kind: MitigationKind
    outcome: MitigationOutcome
    comment: str  # may be empty
    ended_by: str
    ended_at: datetime
    type: Literal["mitigation_action.ended"] = "mitigation_action.ended"


type MitigationEvent = MitigationActionStarted | MitigationActionEnded
