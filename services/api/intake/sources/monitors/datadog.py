"""Datadog source: its webhook, with the payload of our how-to page or with Datadog's default one.

Source: Datadog, "Webhooks": the payload is a template over variables; one without a value stays as
it is, or is `null`.
"""

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from events.values.plain_text import one_line
from events.values.severity import Severity
from services.api.intake.alert_source import AlertSource
from services.api.intake.source import JsonReader, json_body
from services.api.intake.sources.generic import GenericAlert, batch, text_of
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch

TITLE: Final = "Datadog"
SEVERITIES: Final = {
    "p1": Severity.SEV1,
    "p2": Severity.SEV2,
    "p3": Severity.SEV3,
    "p4": Severity.SEV4,
    "p5": Severity.SEV4,
}
_VARIABLE: Final = re.compile(r"\$[A-Z_]+(?:\[[^\]]*\])?")
_TITLED: Final = re.compile(
    r"\[(?P<state>(?:Re-)?(?:Triggered|Warn|No Data)|Renotify|Recovered)"
    r"(?: on \{(?P<scope>[^}]*)\})?\] ?",
    re.IGNORECASE,
)
_PRIORITY: Final = re.compile(r"^\[(?P<priority>P[1-5])\] ?")
_MARKDOWN: Final = re.compile(r"^%%%\s*|\s*%%%\s*$")


def _given(value: Any) -> str:
    """Return what a variable stands for; nothing where Datadog had nothing to put there."""
    text = text_of(value)
    return "" if text == "null" or _VARIABLE.fullmatch(text) else text


type Variable = Annotated[str, BeforeValidator(_given)]


class DatadogEvent(BaseModel):
    """One notification of a monitor."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: Variable = ""
    body: Variable = ""
    cycle_key: Annotated[
        Variable, Field(description="`$ALERT_CYCLE_KEY`: the alert from its start to its end.")
    ] = ""
    alert_id: Variable = ""
    scope: Variable = ""
    aggreg_key: Variable = ""
    transition: Annotated[Variable, Field(description="`Recovered` ends the alert.")] = ""
    type: Variable = ""
    priority: Variable = ""
    query: Variable = ""
    metric: Variable = ""
    host: Variable = ""
    tags: Annotated[Variable, Field(description="Separated by commas; `name:value` or a word.")] = (
        ""
    )
    link: Variable = ""

    @model_validator(mode="after")
    def _is_named(self) -> "DatadogEvent":
        if not (one_line(self.title) or self.key):
            raise ValueError("give a title, a cycle_key or an alert_id")
        return self

    @property
    def key(self) -> str:
        """Return what Datadog itself knows the alert by; empty in its default payload."""
        if self.cycle_key or not self.alert_id:
            return self.cycle_key or self.aggreg_key
        return f"{self.alert_id} {self.scope}".strip()


def batch_of(body: DatadogEvent, arrival: Arrival) -> Batch:
    """Return the alert; the default payload says only in its title what became of it, and where."""
    found, ranked = _TITLED.search(body.title), _PRIORITY.search(body.title)
    title = one_line(_PRIORITY.sub("", _TITLED.sub("", body.title, count=1)))
    scope = body.scope or (found["scope"] or "" if found else "")
    transition = body.transition or (found["state"] if found else "")
    over = transition.lower().endswith("recovered") or (
        not transition and body.type.lower() == "success"
    )
    severity = SEVERITIES.get((body.priority or (ranked["priority"] if ranked else "")).lower())
    text = _MARKDOWN.sub("", body.body.strip())
    details = {"metric": body.metric, "query": body.query, "transition": transition}
    alert = GenericAlert(
        title=title or f"Datadog monitor {body.key or one_line(body.title)}",
        status="resolved" if over else "firing",
        dedup_key=body.key or f"{title} {scope}".strip(),
        severity=severity.value if severity else "",
        description=text,
        labels=_labels(f"{body.tags},{scope}") | ({"host": body.host} if body.host else {}),
        details={name: value for name, value in details.items() if value},
        source_url=body.link,
    )
    return batch(alert, arrival, TITLE)


def _labels(tags: str) -> dict[str, str]:
    pairs = (tag.strip().partition(":") for tag in tags.split(","))
    return {name: value for name, _, value in pairs if name}


_BODY: Final = TypeAdapter(DatadogEvent)
SOURCE: Final = AlertSource(
    name="datadog",
    title=TITLE,
    description="""\
Take in what a monitor of Datadog says: it triggers, warns, has no data, or has recovered.

With the payload of the how-to page, an alert is known by Datadog's own key from its start to its
end. In Datadog's default payload there is none: then the title without its state is the key.""",
    reader=lambda arrival: JsonReader(_BODY, lambda body: batch_of(body, arrival)),
    body=json_body(
        _BODY,
        {
            "title": "[P2] [Triggered on {host:db-1}] CPU of the database",
            "body": "CPU usage reached a ceiling.",
            "cycle_key": "7716548234011234567",
            "alert_id": "1234",
            "transition": "Triggered",
            "priority": "P2",
            "scope": "host:db-1",
            "tags": "env:prod,service:orders",
            "link": "https://app.datadoghq.com/event/event?id=7716548234011234567",
        },
    ),
)
