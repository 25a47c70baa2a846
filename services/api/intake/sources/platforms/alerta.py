"""Alerta source: the call by which its command line and its plugins send an alert.

Source: Alerta, "API reference": `POST /alert`; "Severity and colors"; "De-duplication".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, field_validator

from events.values.plain_text import one_line
from events.values.severity import Severity
from services.api.intake.alert_source import take_alerts
from services.api.intake.key_place import key_in_any, key_in_header, key_in_query
from services.api.intake.question import Question
from services.api.intake.source import JsonReader, Source, any_json, json_body
from services.api.intake.sources.generic import GenericAlert, Members, Words, batch, text_of
from services.intake.alerts.storing import Taken
from services.intake.arrival import Arrival, Intake
from services.intake.batch.signal import Batch

TITLE: Final = "Alerta"
ENDED: Final = ("normal", "ok", "cleared")
SEVERITIES: Final = {
    "security": Severity.SEV1,
    "critical": Severity.SEV1,
    "major": Severity.SEV2,
    "minor": Severity.SEV3,
    "warning": Severity.SEV3,
    "informational": Severity.SEV4,
    "debug": Severity.SEV4,
    "trace": Severity.SEV4,
}
_UNKNOWN: Final = "indeterminate"  # as Alerta calls the severity of what it had not heard of


def _listed(value: Any) -> Any:
    if value is None:
        return []
    return [text_of(one) for one in value] if isinstance(value, list) else value


type Texts = Annotated[list[str], BeforeValidator(_listed)]


class AlertaAlert(BaseModel):
    """One alert. A `severity` of normal, ok or cleared ends it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    resource: Annotated[Words, Field(description="What is wrong, such as a host.")]
    event: Annotated[Words, Field(description="How it is wrong, such as NodeDown.")]
    environment: Words = ""
    severity: Words = ""
    correlate: Annotated[
        Texts, Field(description="Events of the same thing: all of them are one alert.")
    ] = []
    service: Texts = []
    group: Words = ""
    value: Words = ""
    text: Words = ""
    tags: Texts = []
    attributes: Members = {}
    origin: Words = ""
    type: Words = ""
    customer: Words = ""
    createTime: Any = None  # noqa: N815 - as Alerta writes it

    @field_validator("resource", "event")
    @classmethod
    def _says_something(cls, text: str) -> str:
        if not one_line(text):
            raise ValueError("must say something")
        return text

    @property
    def ended(self) -> bool:
        """Return whether it says that all is well."""
        return self.severity.lower() in ENDED

    @property
    def dedup_key(self) -> str:
        """Return what it is known by: what correlates with it is the same alert."""
        events = sorted({self.event, *self.correlate}) if self.correlate else [self.event]
        return " / ".join((self.environment, self.resource, ",".join(events)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An alert, as its sender wrote it and as ours."""

    body: AlertaAlert
    batch: Batch


class AlertaKept(BaseModel):
    """The alert as it stands: its clients show the change of severity, or count the duplicates."""

    id: str
    resource: str
    event: str
    environment: str
    severity: str
    previousSeverity: str  # noqa: N815 - as Alerta writes it
    status: str
    repeat: bool
    duplicateCount: int  # noqa: N815 - as Alerta writes it


class AlertaAnswer(BaseModel):
    """The alert is stored."""

    status: str = "ok"
    id: str
    alert: AlertaKept


def read_alert(body: AlertaAlert, arrival: Arrival) -> Heard:
    """Return the alert; where it is and who owns it are labels."""
    severity = SEVERITIES.get(body.severity.lower())
    labels = {
        "resource": body.resource,
        "event": body.event,
        "environment": body.environment,
        "service": ", ".join(body.service),
        "group": body.group,
        "tags": ", ".join(body.tags),
        "origin": body.origin,
        "customer": body.customer,
    }
    alert = GenericAlert(
        title=f"{body.event} on {body.resource}" + (f": {body.value}" if body.value else ""),
        status="resolved" if body.ended else "firing",
        dedup_key=body.dedup_key,
        severity=severity.value if severity else "",
        description=body.text,
        labels={name: text for name, text in labels.items() if text},
        details=body.attributes,
        started_at=body.createTime,
    )
    return Heard(body=body, batch=batch(alert, arrival, TITLE))


async def take(heard: Heard, intake: Intake) -> tuple[Heard, Taken]:
    """Store the alert.

    Raises: LogUnavailable, LogOverloaded, FiringInDoubt: it must come again.
    """
    return heard, await take_alerts(heard.batch, intake)


def answer(became: tuple[Heard, Taken]) -> AlertaAnswer:
    """Return the alert as Alerta shows it."""
    heard, taken = became
    body, new = heard.body, taken.placed is not None
    alert_id = next((str(one.alert_id) for one in taken.shown), "-")
    firing = any(one.alert.is_open for one in taken.shown)
    repeat = firing and not new
    severity = body.severity or _UNKNOWN
    return AlertaAnswer(
        id=alert_id,
        alert=AlertaKept(
            id=alert_id,
            resource=body.resource,
            event=body.event,
            environment=body.environment,
            severity=severity,
            previousSeverity=severity if repeat else _UNKNOWN,
            status="open" if firing else "closed",
            repeat=repeat,
            duplicateCount=1 if repeat else 0,
        ),
    )


def refused(problem: Mapping[str, Any]) -> tuple[HTTPStatus, Mapping[str, Any]]:
    """Return a problem as Alerta words it: its clients show the message."""
    message = problem.get("detail") or problem["title"]
    if wrong := problem.get("errors"):
        message = "; ".join(
            f"{one['field'].removeprefix('body.')} {one['reason']}" for one in wrong
        )
    return HTTPStatus(problem["status"]), {
        "status": "error",
        "message": message,
        "code": problem["status"],
        "requestId": problem["request_id"],
    }


class AlertaConfig(BaseModel):
    """What Alerta's command line asks before it sends anything."""

    auth_required: bool = True
    severity: Mapping[str, int]


async def tell_config(_question: None, _intake: Intake) -> AlertaConfig:
    """Return which severities there are, the worst first."""
    return AlertaConfig(severity={name: rank for rank, name in enumerate((*SEVERITIES, *ENDED))})


CONFIG: Final = Source(
    name="alerta-config",
    title="Alerta: its configuration",
    description="Say what Alerta's command line asks before it sends an alert.",
    parts=any_json,
    reader=Question,
    body={},
    keeps_unreadable=False,
    take=tell_config,
    answer=lambda config: config,
    answers=AlertaConfig,
    paths=("/v1/integrations/{key}/alerta/config",),
    methods=("GET",),
    wording=refused,
)
_BODY: Final = TypeAdapter(AlertaAlert)
SOURCE: Final = Source(
    name="alerta",
    title=TITLE,
    description="""\
Take in one alert as Alerta does, at the path that its clients add to their endpoint.

The same environment, resource and event are the same alert, and so are the events that it is
correlated with. A severity of `normal`, `ok` or `cleared` ends it.""",
    parts=any_json,
    reader=lambda arrival: JsonReader(_BODY, partial(read_alert, arrival=arrival)),
    body=json_body(
        _BODY,
        {
            "resource": "web-1",
            "event": "NodeDown",
            "environment": "Production",
            "severity": "major",
            "correlate": ["NodeDown", "NodeUp"],
            "service": ["Web"],
            "text": "No answer to 5 pings.",
            "createTime": "2026-11-23T03:25:08.606Z",
        },
    ),
    take=take,
    answer=answer,
    answers=AlertaAnswer,
    status=HTTPStatus.CREATED,
    paths=("/v1/integrations/{key}/alerta/alert", "/alerta/alert"),
    key=key_in_any(
        key_in_header("Authorization", "Key", "Bearer"),
        key_in_header("X-API-Key"),
        key_in_query("api-key"),
    ),
    wording=refused,
    operations=(CONFIG,),
)
