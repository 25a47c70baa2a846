"""Uptime Kuma source: its webhook, in the preset body `application/json`.

Source: Uptime Kuma, `notification-providers/webhook.js`, `model/heartbeat.js`, `model/monitor.js`.
"""

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from events.values.plain_text import one_line
from services.api.intake.alert_source import AlertSource
from services.api.intake.source import JsonReader, json_body
from services.api.intake.sources.generic import GenericAlert, Words, batch, text_of
from services.intake.arrival import Arrival
from services.intake.batch.cleaning import url_from
from services.intake.batch.signal import Batch

TITLE: Final = "Uptime Kuma"
UP: Final = "1"  # 0 is down; of a pending one, or of one in maintenance, nothing is sent
# "… certificate … will expire in 21 days", then in 14, then in 7: one alert.
_DAYS: Final = re.compile(r"\b[0-9]{1,6} days?\b")
_WHERE: Final = ("type", "hostname", "port")

type Object = Annotated[
    dict[str, Any], BeforeValidator(lambda value: value if isinstance(value, dict) else {})
]


class KumaMessage(BaseModel):
    """What Uptime Kuma says of one monitor, or without one: of a certificate, or as a test."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    msg: Words = ""
    heartbeat: Annotated[
        Object, Field(description="`monitorID`, `status` (0 down, 1 up), `time` in UTC, `msg`.")
    ] = {}
    monitor: Annotated[Object, Field(description="`id`, `name`, `type`, `url` and more.")] = {}

    @property
    def monitor_id(self) -> str:
        """Return the number of the monitor."""
        return one_line(text_of(self.heartbeat.get("monitorID") or self.monitor.get("id")))

    @model_validator(mode="after")
    def _is_named(self) -> "KumaMessage":
        if not (one_line(self.msg) or (self.heartbeat and self.monitor_id)):
            raise ValueError("give a msg, or a heartbeat with its monitorID")
        return self


def batch_of(body: KumaMessage, arrival: Arrival) -> Batch:
    """Return the alert: one for each monitor, and one for each message without a monitor."""
    beat, monitor = body.heartbeat, body.monitor
    if not (beat and body.monitor_id):
        text = one_line(body.msg)
        return batch(GenericAlert(title=text, dedup_key=_DAYS.sub("", text)), arrival, TITLE)
    name = one_line(text_of(monitor.get("name"))) or f"Monitor {body.monitor_id}"
    up = text_of(beat.get("status")) == UP
    alert = GenericAlert(
        title=f"{name} is down",
        status="resolved" if up else "firing",
        dedup_key=f"monitor {body.monitor_id}",
        description=beat.get("msg") or body.msg,
        labels={"monitor": name, **_labels(monitor)},
        source_url=url_from(monitor.get("url")),
        # Only the beat in which it went down has that time; a repeat has its own.
        started_at=beat.get("time") if up or beat.get("important") else None,
        ended_at=beat.get("time") if up else None,
    )
    return batch(alert, arrival, TITLE)


def _labels(monitor: dict[str, Any]) -> dict[str, Any]:
    tags = monitor.get("tags")
    named = {
        one_line(text_of(tag.get("name"))): text_of(tag.get("value"))
        for tag in (tags if isinstance(tags, list) else [])
        if isinstance(tag, dict)
    }
    return named | {name: monitor[name] for name in _WHERE if monitor.get(name)}


_BODY: Final = TypeAdapter(KumaMessage)
SOURCE: Final = AlertSource(
    name="uptime-kuma",
    title=TITLE,
    description="""\
Take in what Uptime Kuma says: a monitor is down, or up again.

A monitor is one alert, however often Uptime Kuma says that it is still down. A message about no
monitor, such as of a certificate that expires soon, is an alert that nothing ends.""",
    reader=lambda arrival: JsonReader(_BODY, lambda body: batch_of(body, arrival)),
    body=json_body(
        _BODY,
        {
            "heartbeat": {
                "monitorID": 29,
                "status": 0,
                "time": "2026-11-23 03:25:08.527",
                "msg": "timeout of 48000ms exceeded",
                "important": True,
                "duration": 60,
            },
            "monitor": {
                "id": 29,
                "name": "Shop",
                "url": "https://shop.example.com",
                "type": "http",
                "tags": [{"name": "team", "value": "web", "color": "#059669"}],
            },
            "msg": "[Shop] [🔴 Down] timeout of 48000ms exceeded",
        },
    ),
)
