"""Severity commands: how people may judge it. Imperative, never stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.severity import Impact, Scope, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageIncident:
    """Judge impact and scope; severity comes from the matrix."""

    impact: Impact
    scope: Scope
    actor: Actor
    at: datetime
    reason: str | None = None  # why it is not the incident commander who does
    kind: Literal["triage_incident"] = "triage_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeverity:
    """Set the severity by hand."""

    severity: Severity
    reason: str
    actor: Actor
    at: datetime
    kind: Literal["change_severity"] = "change_severity"


type SeverityCommand = TriageIncident | ChangeSeverity
