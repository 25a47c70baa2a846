"""Zabbix source: the webhook media type of our how-to page.

Source: Zabbix 6.0, "Webhook" and "Supported macros"; a macro without a value stays as it is, or is
`*UNKNOWN*`.
"""

import json
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
from services.intake.batch.spool import packed

TITLE: Final = "Zabbix"
RECOVERED: Final = "0"  # of {EVENT.VALUE}
SEVERITIES: Final = {  # by {EVENT.NSEVERITY}; 0 is "not classified"
    "5": Severity.SEV1,  # disaster
    "4": Severity.SEV2,  # high
    "3": Severity.SEV3,  # average
    "2": Severity.SEV4,  # warning
    "1": Severity.SEV4,  # information
}
_MACRO: Final = re.compile(r"\*UNKNOWN\*|\{[$A-Z][^{}]*\}")


def _given(value: Any) -> str:
    """Return what a macro stands for; nothing where Zabbix had nothing to put there."""
    text = text_of(value)
    return "" if _MACRO.fullmatch(text) else text


def _tags(value: Any) -> dict[str, str]:
    """Return the tags, of which one name may come more than once; none of what is no list."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    tags: dict[str, str] = {}
    for tag in value if isinstance(value, list) else []:
        name = one_line(text_of(tag.get("tag"))) if isinstance(tag, dict) else ""
        if name:
            text = text_of(tag.get("value"))
            tags[name] = f"{tags[name]}, {text}" if name in tags else text
    return tags


type Macro = Annotated[str, BeforeValidator(_given)]
type Tags = Annotated[
    dict[str, str],
    BeforeValidator(_tags, json_schema_input_type=list[dict[str, str]] | str | None),
]


class ZabbixEvent(BaseModel):
    """A problem begins, or is over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_id: Annotated[
        Macro, Field(description="`{EVENT.ID}`: of the problem, also when it is over.")
    ] = ""
    event_value: Annotated[Macro, Field(description="`{EVENT.VALUE}`: 0 when it is over.")] = ""
    event_name: Macro = ""
    event_nseverity: Macro = ""
    event_time: Annotated[Macro, Field(description="When the problem began, as Unix time.")] = ""
    event_update_action: Annotated[
        Macro, Field(description="`{EVENT.UPDATE.ACTION}`: what somebody did with the problem.")
    ] = ""
    event_tags: Annotated[Tags, Field(description="`{EVENT.TAGSJSON}`.")] = {}
    operation_data: Macro = ""
    trigger_id: Macro = ""
    trigger_description: Macro = ""
    host: Macro = ""
    host_groups: Macro = ""
    link: Macro = ""

    @model_validator(mode="after")
    def _is_named(self) -> "ZabbixEvent":
        if not (one_line(self.event_name) or one_line(self.event_id)):
            raise ValueError("give an event_id, or an event_name")
        return self


def is_acknowledged(actions: str) -> bool:
    """Return whether somebody acknowledged the problem: Zabbix lists what was done in words."""
    return "acknowledged" in re.split(r",\s*|\s+and\s+|\s+", actions.lower())


def batch_of(body: ZabbixEvent, arrival: Arrival) -> Batch:
    """Return the problem as one alert; an update may say that somebody works on it."""
    key = body.event_id
    if key and is_acknowledged(body.event_update_action) and body.event_value != RECOVERED:
        return Batch(sender=TITLE, group_key=key, signals=packed([]), acknowledged=key)
    severity = SEVERITIES.get(body.event_nseverity)
    over = body.event_value == RECOVERED
    labels = {"host": body.host, "host_groups": body.host_groups, "trigger_id": body.trigger_id}
    alert = GenericAlert(
        title=one_line(body.event_name) or f"Zabbix event {body.event_id}",
        status="resolved" if over else "firing",
        dedup_key=body.event_id,
        severity=severity.value if severity else "",
        description="\n".join(filter(None, (body.operation_data, body.trigger_description))),
        labels=body.event_tags | {name: text for name, text in labels.items() if text},
        source_url=body.link,
        started_at=body.event_time,
    )
    return batch(alert, arrival, TITLE)


_BODY: Final = TypeAdapter(ZabbixEvent)
SOURCE: Final = AlertSource(
    name="zabbix",
    title=TITLE,
    description="""\
Take in what Zabbix says by the media type of the how-to page: a problem begins, or is over.

A problem is one alert, known by its event. An acknowledgement there takes the incident here, where
nobody has it yet.""",
    reader=lambda arrival: JsonReader(_BODY, lambda body: batch_of(body, arrival)),
    body=json_body(
        _BODY,
        {
            "event_id": "10528",
            "event_value": "1",
            "event_name": "Zabbix agent on db-1 is unreachable for 5 minutes",
            "event_nseverity": "4",
            "event_time": "1795404308",
            "event_tags": '[{"tag": "scope", "value": "availability"}]',
            "trigger_id": "14032",
            "host": "db-1",
            "link": "https://zabbix.example.com/tr_events.php?triggerid=14032&eventid=10528",
        },
    ),
)
