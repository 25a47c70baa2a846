"""Alert as Opsgenie shows it: as it stands in the log, with the words that its clients know."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from events.alert.events import AlertHeld
from events.incident.snooze.ending import had_by
from events.incident.state import INITIAL
from events.values.severity import severity_named
from services.api.intake.sources.opsgenie.answers import Camel
from services.api.intake.sources.opsgenie.creation import PRIORITIES, alias_of, listed
from services.api.intake.sources.opsgenie.finding import FoundAlert
from services.intake.arrival import Intake


class AlertOfIntegration(Camel):
    """The integration that an alert came by."""

    id: str
    type: str = "API"


class ListedAlert(Camel):
    """An alert in a list."""

    id: str
    tiny_id: Annotated[str, Field(description="Another one for each time that the alert fires.")]
    alias: str
    message: str
    status: str
    acknowledged: bool
    is_seen: bool
    snoozed: bool
    snoozed_until: datetime | None = None
    tags: list[str]
    owner: str
    priority: str | None = None
    source: str
    created_at: datetime
    updated_at: datetime
    last_occurred_at: datetime
    integration: AlertOfIntegration


class OneAlert(ListedAlert):
    """An alert as Opsgenie shows it by itself."""

    entity: str
    description: str
    details: dict[str, str]
    actions: list[str]


async def as_shown(found: FoundAlert, intake: Intake) -> OneAlert:
    """Return an alert as Opsgenie shows it; who has a private incident is nobody's business."""
    alert, began = found.alert, found.began
    home = began.incident_id if alert.incident_id is None else alert.incident_id
    incident = INITIAL if home is None else (await intake.attending.expected(home)).incident
    had = had_by(incident, intake.at)
    snooze = incident.snooze if alert.is_open else None
    labels, notes = dict(found.says.labels), dict(found.says.annotations)
    severity = severity_named(labels.get("severity", ""))
    began_at = began.held_at if isinstance(began, AlertHeld) else began.triggered_at
    return OneAlert(
        id=str(found.alert_id),
        tiny_id=str(found.position),
        alias=alias_of(began.dedup_key, found.alert_id),
        message=found.says.title,
        status="open" if alert.fires else "closed",
        acknowledged=alert.is_open and had is not None,
        is_seen=had is not None,
        snoozed=snooze is not None and intake.at < snooze.until,
        snoozed_until=snooze.until if snooze else None,
        tags=listed(labels.get("tags", "")),
        owner="" if had is None or incident.privacy.private else had.removeprefix("responder:"),
        priority=labels.get("priority") or (PRIORITIES[severity] if severity else None),
        source=labels.get("source", ""),
        entity=labels.get("entity", ""),
        description=notes.pop("description", ""),
        actions=listed(notes.pop("actions", "")),
        details=notes,
        created_at=began_at,
        updated_at=alert.resolved_at or began_at,
        last_occurred_at=began_at,
        integration=AlertOfIntegration(id=began.integration_id),
    )
