"""Grafana source: the webhook of its unified alerting, which is Alertmanager's with more in it.

Source: Grafana, "Configure webhook notifications"; Grafana before 12 leaves out what is newer.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from services.api.intake.alert_source import AlertSource
from services.api.intake.signature import HexSignature
from services.api.intake.sources.alertmanager.alert import signal_from
from services.api.intake.sources.alertmanager.reading import Dialect, NotificationReader
from services.api.intake.sources.alertmanager.schema import BODY
from services.api.intake.streamed_body import pieces_of
from services.intake.batch.cleaning import storable, url_from
from services.intake.batch.signal import Signal

TITLE: Final = "Grafana"
LINKS: Final = {  # by what a responder looks for
    "dashboardURL": "dashboard",
    "panelURL": "panel",
    "imageURL": "image",
    "silenceURL": "silence",
}
_EXAMPLE: Final = {
    "receiver": "Tocsin",
    "status": "firing",
    "orgId": 1,
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "High memory usage", "team": "blue", "zone": "us-1"},
            "annotations": {"summary": "us-1 has little memory left"},
            "startsAt": "2026-11-23T03:25:08+01:00",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "https://grafana.example.com/alerting/1afz29v7z/edit",
            "fingerprint": "c6eadffa33fcdf37",
            "panelURL": "https://grafana.example.com/d/memory?viewPanel=2",
            "values": {"B": 44.2, "C": 1},
        }
    ],
    "groupLabels": {"alertname": "High memory usage"},
    "externalURL": "https://grafana.example.com/",
    "groupKey": '{}:{alertname="High memory usage"}',
    "truncatedAlerts": 0,
}


def grafana_signal(members: Mapping[str, Any], at: datetime) -> Signal:
    """Return an alert with what Grafana measured, and where it can be seen."""
    signal = signal_from(members, at)
    found = {name: url_from(members.get(member)) for member, name in LINKS.items()}
    values = members.get("values")
    if isinstance(values, Mapping):
        found["values"] = ", ".join(f"{name}={value}" for name, value in values.items())
    elif isinstance(text := members.get("valueString"), str):
        found["values"] = text
    more = {name: text for name, text in found.items() if text}
    return replace(signal, annotations=storable(more | signal.annotations))


DIALECT: Final = Dialect(
    sender=TITLE,
    texts=frozenset({"values"}),
    members=frozenset({*LINKS, "valueString"}),
    signal=grafana_signal,
)


def _body() -> dict[str, Any]:
    body = deepcopy(BODY)
    body["description"] = (
        "The webhook of a Grafana contact point, of up to 128 MiB. What is missing is derived,"
        " what is too long is cut; other members are passed over."
    )
    content = body["content"]["application/json"]
    content["schema"]["title"] = "GrafanaNotification"
    links = {name: {"type": "string"} for name in (*LINKS, "valueString")}
    content["schema"]["properties"]["alerts"]["items"]["properties"] |= links | {
        "values": {"type": "object", "additionalProperties": True}
    }
    content["example"] = _EXAMPLE
    return body


SOURCE: Final = AlertSource(
    name="grafana",
    title=TITLE,
    description="""\
Take in what Grafana's alerting says: alerts fire and resolve, and a group of them is one incident.

It is read and answered as Alertmanager's webhook is. An alert is known by its fingerprint alone, so
a resolution ends what fires, whatever start it names. The values that were measured and the links
to panel, dashboard, picture and silence are among the alert's annotations.""",
    parts=pieces_of,
    reader=lambda arrival: NotificationReader(arrival.at, DIALECT),
    signature=HexSignature("X-Grafana-Alerting-Signature", "X-Grafana-Alerting-Timestamp"),
    body=_body(),
)
