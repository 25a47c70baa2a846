"""Amending an alert: another message, description or priority, and more tags or details."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid4

from pydantic import ConfigDict, field_validator

from events.alert.commands import AmendAlert
from events.alert.decide import alert_decider
from events.alert.events import AlertHeld
from events.errors import LogOverloaded, StreamConflict
from events.handle import handle
from events.ids import IncidentId, alert_stream
from events.values.plain_text import cut, one_line
from events.values.severity import Severity, is_worse
from services.api.intake.alert_source import take_alerts
from services.api.intake.sources.opsgenie import outcomes
from services.api.intake.sources.opsgenie.acting import act
from services.api.intake.sources.opsgenie.answers import Stopwatch
from services.api.intake.sources.opsgenie.asking import ActionBody, Asked, in_query, operation
from services.api.intake.sources.opsgenie.creation import (
    SEVERITIES,
    Details,
    Texts,
    Words,
    joined,
    listed,
)
from services.api.intake.sources.opsgenie.finding import FoundAlert, alert_at
from services.api.intake.sources.opsgenie.outcomes import Outcome
from services.attending import Firing
from services.intake.alerts.held import batch_of_held
from services.intake.arrival import Intake
from services.intake.batch.cleaning import storable
from services.intake.batch.signal import TITLE_LENGTH

ATTEMPTS: Final = 5  # while others amend the same alert


class MessageBody(ActionBody):
    """Another message."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=True)

    message: Words = ""

    @field_validator("message")
    @classmethod
    def _says_something(cls, message: str) -> str:
        if not one_line(message):
            raise ValueError("Message can not be empty.")
        return message


class DescriptionBody(ActionBody):
    """Another description; an empty one takes it away."""

    description: Words = ""


class PriorityBody(ActionBody):
    """Another priority."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=True)

    priority: Words = ""

    @field_validator("priority")
    @classmethod
    def _is_one(cls, priority: str) -> str:
        if priority.strip().upper() not in SEVERITIES:
            raise ValueError("Priority must be one of P1, P2, P3, P4 and P5.")
        return priority.strip().upper()


class TagsBody(ActionBody):
    """More tags."""

    tags: Texts = []  # noqa: RUF012 - pydantic copies it


class KeysBody(ActionBody):
    """Which details are too many."""

    keys: Texts = []  # noqa: RUF012 - pydantic copies it


class DetailsBody(ActionBody):
    """More details, which have to be flat."""

    details: Details = {}  # noqa: RUF012 - pydantic copies it


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an alert is to say from now on; an empty text takes a label or an annotation away."""

    title: str | None = None
    labels: dict[str, str]
    annotations: dict[str, str]
    severity: Severity | None = None


def change(
    *,
    title: str | None = None,
    annotations: dict[str, str] | None = None,
    **labels: str,
) -> Change:
    """Return a change of some of what an alert says."""
    return Change(title=title, labels=labels, annotations=annotations or {})


def amends[Body: ActionBody](
    wanted: Outcome, changed: Callable[[Body, FoundAlert], Change]
) -> Callable[[Asked[Body], Intake], Any]:
    """Return how a request of this kind is taken."""

    async def take(asked: Asked[Body], intake: Intake) -> Stopwatch:
        async def amended(found: FoundAlert, home: IncidentId) -> Outcome:
            for _ in range(ATTEMPTS):
                try:
                    await _amend(found, changed(asked.body, found), home, intake)
                except StreamConflict:
                    again = await alert_at(intake.log, intake.sender, alert_stream(found.alert_id))
                    found = again or found
                else:
                    return wanted
            raise LogOverloaded("Too many changes of the same alert at once.")

        async def decided_anew(found: FoundAlert) -> Outcome:
            if found.alert.held is not None:
                now = _amended(found.alert.held, changed(asked.body, found))
                await take_alerts(batch_of_held([now], released=False), intake)
            return wanted

        return await act(asked, intake, wanted, amended, held=decided_anew)

    return take


def _amended(held: AlertHeld, change: Change) -> AlertHeld:
    labels, annotations = dict(held.labels) | change.labels, held.annotations | change.annotations
    return replace(
        held,
        title=cut(one_line(change.title), TITLE_LENGTH) if change.title else held.title,
        severity=change.severity or held.severity,
        labels=storable({name: text for name, text in labels.items() if text}),
        annotations=storable({name: text for name, text in annotations.items() if text}),
    )


async def _amend(found: FoundAlert, change: Change, home: IncidentId, intake: Intake) -> None:
    labels = dict(found.says.labels) | change.labels
    texts = dict(found.says.annotations) | change.annotations
    title = cut(one_line(change.title), TITLE_LENGTH) if change.title else found.says.title
    command = AmendAlert(
        title=title,
        labels=storable({name: text for name, text in labels.items() if text}),
        annotations=storable({name: text for name, text in texts.items() if text}),
        at=intake.at,
    )
    seen = await intake.attending.expected(home)
    if change.severity and is_worse(change.severity, seen.incident.severity):
        firing = Firing(name=title, count=1, severity=change.severity, news=True)
        await intake.attending.see_to(home, firing, intake.metadata, intake.at)
    await handle(
        intake.log,
        alert_decider,
        alert_stream(found.alert_id),
        command,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=intake.metadata,
        expected_version=found.version,
    )


def _tagged(body: TagsBody, found: FoundAlert) -> Change:
    tags = [*listed(found.says.labels.get("tags", "")), *body.tags]
    return change(tags=joined(list(dict.fromkeys(tags))))


def _untagged(body: TagsBody, found: FoundAlert) -> Change:
    left = [one for one in listed(found.says.labels.get("tags", "")) if one not in body.tags]
    return change(tags=joined(left))


def _undetailed(body: KeysBody, _: FoundAlert) -> Change:
    return change(annotations=dict.fromkeys(body.keys, ""))


def _ranked(body: PriorityBody, _: FoundAlert) -> Change:
    severity = SEVERITIES[body.priority]
    labels = {"severity": severity.value, "priority": body.priority}
    return Change(labels=labels, annotations={}, severity=severity)


CHANGES: Final = (
    operation(
        "message",
        "Give the alert another message.",
        MessageBody,
        {"message": "Disk of db-1 is nearly full"},
        amends(outcomes.RENAMED, lambda body, _: change(title=body.message)),
        methods=("PUT",),
    ),
    operation(
        "description",
        "Give the alert another description.",
        DescriptionBody,
        {"description": "92 % of /var are used."},
        amends(
            outcomes.DESCRIBED,
            lambda body, _: change(annotations={"description": body.description}),
        ),
        methods=("PUT",),
    ),
    operation(
        "priority",
        "Give the alert another priority; a worse one makes its incident worse.",
        PriorityBody,
        {"priority": "P1"},
        amends(outcomes.RANKED, _ranked),
        methods=("PUT",),
    ),
    operation("tags", "Add tags.", TagsBody, {"tags": ["disk"]}, amends(outcomes.TAGGED, _tagged)),
    operation(
        "details",
        "Add details.",
        DetailsBody,
        {"details": {"host": "db-1"}},
        amends(outcomes.DETAILED, lambda body, _: change(annotations=dict(body.details))),
    ),
    in_query(
        "tags",
        "Take tags away, which are named in the query.",
        TagsBody,
        amends(outcomes.UNTAGGED, _untagged),
    ),
    in_query(
        "details",
        "Take details away, whose keys are named in the query.",
        KeysBody,
        amends(outcomes.UNDETAILED, _undetailed),
    ),
)
