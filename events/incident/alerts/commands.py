"""Alert commands: what firing alerts ask of the incident that they are in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import EscalationPolicyId
from events.values.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinAlerts:
    """See to it that somebody looks at alerts that fire in the incident."""

    words: str  # the alerts as people call them: "Alert DiskFull and 3 more"
    severity: Severity | None  # the worst that they name; None: none of them names any
    news: bool  # they began to fire just now; False: they fire still
    unanswered: tuple[int, ...]  # pages that stayed silent to the end, as the asker's side saw them
    actor: Actor
    at: datetime
    title: str | None = None  # of the worst of them
    summary: str | None = None  # of all that fires in their group
    began_at: datetime | None = None  # when the first of them began, by the monitor's clock
    escalation_policy_id: EscalationPolicyId | None = None  # as the service names it now
    kind: Literal["join_alerts"] = "join_alerts"
