"""Severity commands: how people may judge it. Imperative, never stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.values.inputs import InPlace, Text
from events.values.severity import Impact, Scope, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageIncident:
    """Judge impact and scope; the severity follows from the matrix."""

    impact: Impact
    scope: Scope
    actor: Actor
    at: datetime
    reason: InPlace = None
    kind: Literal["triage_incident"] = "triage_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeverity:
    """Set the severity by hand."""

    severity: Severity
    reason: Text
    actor: Actor
    at: datetime
    kind: Literal["change_severity"] = "change_severity"


type SeverityCommand = TriageIncident | ChangeSeverity
