"""Opsgenie's body of a new alert, as one of our alerts.

Source: Opsgenie, "Create Alert": `message` is needed, `details` are texts, an alert without an
`alias` is told apart by its own id, and without a `priority` it is P3.
"""

from dataclasses import replace
from typing import Annotated, Any, Final, Literal
from uuid import uuid4

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from events.ids import AlertId
from events.values.plain_text import one_line
from events.values.severity import Severity
from services.api.intake.sources.generic import GenericAlert, batch, text_of
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch

TITLE: Final = "Opsgenie"
SEVERITIES: Final = {
    "P1": Severity.SEV1,
    "P2": Severity.SEV2,
    "P3": Severity.SEV3,
    "P4": Severity.SEV4,
    "P5": Severity.SEV4,
}
PRIORITIES: Final = {severity: priority for priority, severity in reversed(SEVERITIES.items())}
NAMELESS: Final = "without an alias: "
_KEPT: Final = 50  # tags, recipients, actions
_SEPARATOR: Final = ", "


def _texts(value: Any) -> Any:
    """Return a list of texts, from whatever comes in its place."""
    if value is None:
        return []
    listed: list[Any] = value if isinstance(value, list) else [value]
    return [text for one in listed[:_KEPT] if (text := one_line(text_of(one)))]


def _recipients(value: Any) -> Any:
    """Return recipients as one text each: `team ops`, `user ada@example.com`."""
    if not isinstance(value, list):
        return _texts(value)
    listed: list[Any] = value
    return _texts([recipient_line(one) if isinstance(one, dict) else one for one in listed])


def recipient_line(recipient: dict[str, Any]) -> str:
    """Return who is meant in one line, by the first name that is given."""
    names = (recipient.get(one) for one in ("name", "username", "id", "type"))
    name = next((text_of(one) for one in names if one), "")
    kind = text_of(recipient.get("type", ""))
    return name if name == kind else f"{kind} {name}".strip()


def _details(value: Any) -> Any:
    """Return scalars as texts; what is nested stays as it is, and is refused."""
    if not isinstance(value, dict):
        return {} if value is None else value
    members: dict[Any, Any] = value
    return {
        name: one if isinstance(one, dict | list) else text_of(one) for name, one in members.items()
    }


type Words = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
type Texts = Annotated[list[str], BeforeValidator(_texts)]
type Details = Annotated[dict[str, str], BeforeValidator(_details)]
type Recipients = Annotated[list[str], BeforeValidator(_recipients)]


class CreateAlert(BaseModel):
    """A new alert. Texts that are too long are cut; a message and flat details are needed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    message: Annotated[Words, Field(description="What is wrong, in one line.")]
    alias: Annotated[
        Words, Field(description="The same alias is the same alert while that is open.")
    ] = ""
    description: Words = ""
    responders: Annotated[
        Recipients, Field(description="Kept as a label: our service says who is paged.")
    ] = []
    visibleTo: Recipients = []  # noqa: N815 - as Opsgenie writes it
    teams: Recipients = []  # of old clients
    actions: Texts = []
    tags: Texts = []
    details: Details = {}
    entity: Words = ""
    source: Words = ""
    priority: Annotated[Words, Field(description="P1 to P5; without one, P3.")] = "P3"
    user: Words = ""
    note: Words = ""

    @field_validator("message")
    @classmethod
    def _says_something(cls, message: str) -> str:
        if not one_line(message):
            raise ValueError("Message can not be empty.")
        return message


def severity_from(priority: str) -> Severity | None:
    """Return the severity of a priority; None for what is none: then triage says it."""
    return SEVERITIES.get(priority.strip().upper())


def batch_of(body: CreateAlert, arrival: Arrival) -> Batch:
    """Return the new alert as a batch of its own."""
    severity = severity_from(body.priority or "P3")
    key = body.alias or arrival.idempotency_key or ""
    alert = GenericAlert(
        title=body.message,
        dedup_key=key if one_line(key) else f"{NAMELESS}{uuid4()}",
        severity=severity.value if severity else "",
        description=body.description,
        labels=_named(
            tags=_SEPARATOR.join(body.tags),
            entity=body.entity,
            source=body.source,
            priority=body.priority.strip().upper() or "P3",
            responders=_SEPARATOR.join(body.responders or body.teams),
        ),
        details=body.details
        | _named(actions=_SEPARATOR.join(body.actions), visibleTo=_SEPARATOR.join(body.visibleTo)),
    )
    return replace(batch(alert, arrival, TITLE), comes_again=False)  # most clients say it once


def alias_of(dedup_key: str, alert_id: AlertId) -> str:
    """Return the alias of an alert: what its sender gave it, or its id."""
    return str(alert_id) if dedup_key.startswith(NAMELESS) else dedup_key


def end_of(dedup_key: str, arrival: Arrival) -> Batch:
    """Return the end of an alert as a batch of its own."""
    alert = GenericAlert(dedup_key=dedup_key, status="resolved")
    return batch(alert, arrival, TITLE)


def joined(texts: list[str]) -> str:
    """Return what a label lists, as it is kept."""
    return _SEPARATOR.join(texts)


def listed(text: str) -> list[str]:
    """Return what a label lists."""
    return [one for one in text.split(_SEPARATOR) if one]


def _named(**texts: str) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


type Identifier = Literal["id", "alias", "tiny"]
