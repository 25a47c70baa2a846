"""Nagios source, and Icinga's: the notification commands of our how-to page, which run curl.

Source: Nagios Core 4, "Standard Macros"; Icinga 2, "Notification Runtime Macros".
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from events.values.plain_text import one_line
from events.values.severity import Severity
from services.api.intake.alert_source import AlertSource
from services.api.intake.form import form_or_json, read_form_or_json
from services.api.intake.source import JsonReader, json_body
from services.api.intake.sources.generic import GenericAlert, Words, batch, text_of
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch
from services.intake.batch.spool import packed

TITLE: Final = "Nagios and Icinga"
GOOD: Final = frozenset({"OK", "UP"})
SEVERITIES: Final = {
    "DOWN": Severity.SEV2,
    "CRITICAL": Severity.SEV2,
    "WARNING": Severity.SEV3,
}
ACKNOWLEDGED: Final = "ACKNOWLEDGEMENT"
# A downtime, flapping or somebody's acknowledgement does not say whether anything is wrong.
BESIDES: Final = (ACKNOWLEDGED, "DOWNTIME", "FLAPPING")

type Word = Annotated[str, BeforeValidator(lambda value: one_line(text_of(value)).upper())]


def _given(value: Any) -> str:
    """Return what a macro stands for; nothing where Nagios left it as it was."""
    text = text_of(value)
    return "" if text.startswith("$") and text.endswith("$") else text


type Macro = Annotated[str, BeforeValidator(_given)]


class NagiosNotification(BaseModel):
    """A notification about a host, or about a service on it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    host: Macro
    service: Annotated[Macro, Field(description="Leave it out for a host.")] = ""
    type: Annotated[
        Word, Field(description="`PROBLEM`, `RECOVERY`, `ACKNOWLEDGEMENT`; others change nothing.")
    ] = ""
    state: Annotated[Word, Field(description="`OK` and `UP` end the alert.")] = ""
    output: Macro = ""
    long_output: Macro = ""
    address: Macro = ""
    groups: Macro = ""
    url: Words = ""

    @model_validator(mode="after")
    def _is_named(self) -> "NagiosNotification":
        if not one_line(self.host):
            raise ValueError("give the host")
        return self

    @property
    def becomes(self) -> Literal["firing", "resolved"] | None:
        """Return what it says of the alert; None when it says nothing of it."""
        if self.type.startswith(BESIDES):
            return None
        return "resolved" if self.type == "RECOVERY" or self.state in GOOD else "firing"


def batch_of(body: NagiosNotification, arrival: Arrival) -> Batch:
    """Return the alert: one for each host, and one for each service on it."""
    host, service, becomes = one_line(body.host), one_line(body.service), body.becomes
    key = f"{host};{service}" if service else host
    if becomes is None:
        acknowledged = key if body.type.startswith(ACKNOWLEDGED) else ""
        nothing = packed([])
        return Batch(sender=TITLE, group_key=key, signals=nothing, acknowledged=acknowledged)
    severity = SEVERITIES.get(body.state)
    labels = {"host": host, "service": service, "address": body.address, "groups": body.groups}
    alert = GenericAlert(
        title=f"{service} on {host} is {body.state or 'bad'}"
        if service
        else f"{host} is {body.state or 'down'}",
        status=becomes,
        dedup_key=key,
        severity=severity.value if severity else "",
        description="\n".join(filter(None, (body.output, body.long_output.replace("\\n", "\n")))),
        labels={name: text for name, text in labels.items() if text},
        source_url=body.url,
    )
    return batch(alert, arrival, TITLE)


_BODY: Final = TypeAdapter(NagiosNotification)
SOURCE: Final = AlertSource(
    name="nagios",
    title=TITLE,
    description="""\
Take in a notification of Nagios or Icinga, as a form or as JSON: a host or a service has a problem,
or has recovered.

Each host is one alert, and each service on it. An acknowledgement there takes the incident here,
where nobody has it yet. What else says nothing about their state, such as the
start of a downtime, is taken and changes nothing.""",
    reader=lambda arrival: JsonReader(
        _BODY, lambda body: batch_of(body, arrival), read=read_form_or_json
    ),
    body=form_or_json(
        json_body(
            _BODY,
            {
                "type": "PROBLEM",
                "host": "db-1",
                "service": "Disk",
                "state": "CRITICAL",
                "output": "DISK CRITICAL - free space: /var 1024 MiB (2%)",
                "address": "192.0.2.7",
                "groups": "databases",
            },
        )
    ),
)
