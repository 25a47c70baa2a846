"""New Relic source: the webhook of a workflow, with New Relic's default template.

Source: New Relic, "Notification integrations", webhook, and "Workflow variables".
"""

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from events.values.plain_text import one_line
from events.values.severity import Severity
from services.api.intake.alert_source import AlertSource
from services.api.intake.source import JsonReader, json_body
from services.api.intake.sources.generic import GenericAlert, Words, batch, text_of
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch
from services.intake.batch.spool import packed

TITLE: Final = "New Relic"
SEVERITIES: Final = {
    "critical": Severity.SEV1,
    "high": Severity.SEV2,
    "medium": Severity.SEV3,
    "low": Severity.SEV4,
}
OVER: Final = frozenset({"closed", "resolved"})
ACKNOWLEDGED: Final = frozenset({"acknowledged", "issue_acknowledged"})


def _listed(value: Any) -> str:
    """Return the texts of a list in one line: New Relic gathers names of all that belongs in."""
    return ", ".join(map(text_of, value)) if isinstance(value, list) else text_of(value)


type Listed = Annotated[
    str, BeforeValidator(_listed, json_schema_input_type=list[str] | str | None)
]


class NewRelicIssue(BaseModel):
    """An issue: one or more incidents of New Relic that belong together."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[Words, Field(description="`issueId`: the same issue is the same alert.")] = ""
    title: Listed = ""
    state: Annotated[Words, Field(description="`CLOSED` ends the alert.")] = ""
    trigger: Annotated[
        Words, Field(description="`ACKNOWLEDGED`: somebody works on the issue, in New Relic.")
    ] = ""
    priority: Words = ""
    issueUrl: Words = ""  # noqa: N815 - as New Relic writes it
    impactedEntities: Listed = ""  # noqa: N815
    alertPolicyNames: Listed = ""  # noqa: N815
    alertConditionNames: Listed = ""  # noqa: N815
    workflowName: Words = ""  # noqa: N815
    createdAt: Any = None  # noqa: N815
    updatedAt: Any = None  # noqa: N815

    @model_validator(mode="after")
    def _is_named(self) -> "NewRelicIssue":
        if not (one_line(self.id) or one_line(self.title)):
            raise ValueError("give the id of the issue, or its title")
        return self


def batch_of(body: NewRelicIssue, arrival: Arrival) -> Batch:
    """Return the issue as one alert."""
    severity = SEVERITIES.get(body.priority.lower())
    over = body.state.lower() in OVER
    if body.id and not over and ACKNOWLEDGED & {body.state.lower(), body.trigger.lower()}:
        key = body.id
        return Batch(sender=TITLE, group_key=key, signals=packed([]), acknowledged=key)
    labels = {
        "entity": body.impactedEntities,
        "condition": body.alertConditionNames,
        "policy": body.alertPolicyNames,
    }
    alert = GenericAlert(
        title=one_line(body.title) or one_line(body.alertConditionNames) or one_line(body.id),
        status="resolved" if over else "firing",
        dedup_key=body.id,
        severity=severity.value if severity else "",
        labels={name: text for name, text in labels.items() if text},
        details={"workflow": body.workflowName} if body.workflowName else {},
        source_url=body.issueUrl,
        started_at=body.createdAt,
        ended_at=body.updatedAt if over else None,
    )
    return batch(alert, arrival, TITLE)


_BODY: Final = TypeAdapter(NewRelicIssue)
SOURCE: Final = AlertSource(
    name="new-relic",
    title=TITLE,
    description="""\
Take in what a workflow of New Relic says of an issue: it is created, activated, or closed.

An issue is one alert, whatever joins it and however its title changes. Acknowledged there, its
incident is taken here, where nobody has it yet.""",
    reader=lambda arrival: JsonReader(_BODY, lambda body: batch_of(body, arrival)),
    body=json_body(
        _BODY,
        {
            "id": "c5faa7e6-7b54-402d-af79-f99601e0278c",
            "issueUrl": "https://radar-api.service.newrelic.com/accounts/1/issues/c5faa7e6",
            "title": "orders query result is > 1.0 for 1 minutes on 'Low storage'",
            "priority": "CRITICAL",
            "impactedEntities": ["orders"],
            "totalIncidents": 1,
            "state": "ACTIVATED",
            "trigger": "STATE_CHANGE",
            "isCorrelated": False,
            "createdAt": 1795404308000,
            "updatedAt": 1795404368000,
            "sources": ["newrelic"],
            "alertPolicyNames": ["Golden Signals"],
            "alertConditionNames": ["Low storage"],
            "workflowName": "Tocsin",
        },
    ),
)
