"""Grafana OnCall's own addresses: its integrations' paths, for senders that keep their path too.

Source: Grafana OnCall, `apps/integrations/views.py` and `config_integrations/webhook.py`.
"""

import json
from hashlib import sha256
from typing import Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from events.values.plain_text import one_line
from services.api.intake.source import JsonReader, Source, any_json, json_body
from services.api.intake.sources import alertmanager
from services.api.intake.sources.generic import GenericAlert, batch, text_of
from services.api.intake.sources.monitors import grafana
from services.intake.alerts.storing import Taken
from services.intake.arrival import Arrival
from services.intake.batch.cleaning import url_from
from services.intake.batch.signal import Batch

ENDED: Final = "OK"
NAMES: Final = ("title", "name", "alertname", "subject", "summary", "message", "text", "url")


class AnyAlert(BaseModel):
    """One alert in whatever JSON object a sender has; a `state` of OK ends it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    @model_validator(mode="after")
    def _says_something(self) -> "AnyAlert":
        if not self.members:
            raise ValueError("give the alert at least one member")
        return self

    @property
    def members(self) -> dict[str, Any]:
        """Return all that it says."""
        return self.model_extra or {}


def any_batch(body: AnyAlert, arrival: Arrival, sender: str) -> Batch:
    """Return the alert: named by what looks like a title, known by all that it says but its state.

    As in OnCall, another text is another alert; only an `alert_uid` tells it apart from its texts.
    """
    members = body.members
    named = next((one_line(text_of(members[one])) for one in NAMES if members.get(one)), "")
    rest = {name: text_of(of) for name, of in members.items() if name != "state"}
    known = text_of(members.get("alert_uid")) or sha256(_written(rest).encode()).hexdigest()
    alert = GenericAlert(
        title=named or one_line(_written(rest)),
        status="resolved" if text_of(members.get("state")).upper() == ENDED else "firing",
        dedup_key=known,
        description=text_of(members.get("message")),
        details=members,
        source_url=url_from(members.get("url")),
    )
    return batch(alert, arrival, sender)


def _written(members: dict[str, str]) -> str:
    return json.dumps(members, sort_keys=True, ensure_ascii=False)


def at_oncall(kind: str, source: Source[Batch, Taken]) -> Source[Batch, Taken]:
    """Return the source at the address and with the answer that it had in OnCall."""
    return Source(
        name=f"oncall-{kind.replace('_', '-')}",
        title=f"Grafana OnCall: {kind.replace('_', ' ')}",
        description=f"{source.description}\n\nIt is answered as Grafana OnCall answered.",
        parts=source.parts,
        reader=source.reader,
        body=source.body,
        take=source.take,
        answer=lambda _taken: JSONResponse("Ok."),
        answers=None,
        paths=(f"/integrations/v1/{kind}/{{key}}/",),
        signature=source.signature,
    )


def webhook(source: Source[Batch, Taken], sender: str) -> Source[Batch, Taken]:
    """Return OnCall's webhook for any JSON."""
    return at_oncall(
        "webhook",
        Source(
            name="any",
            title=sender,
            description="""\
Take in one alert in whatever JSON object its sender has: what looks like a title names it.

The same object again is the same alert, and so is the same `alert_uid`; with the `state` `OK` it is
over.""",
            parts=any_json,
            reader=lambda arrival: JsonReader(_ANY, lambda body: any_batch(body, arrival, sender)),
            body=json_body(_ANY, {"message": "The queue is stuck", "host": "q-1"}),
            take=source.take,
            answer=source.answer,
            answers=None,
        ),
    )


def at_their_addresses(formatted: Source[Batch, Taken], sender: str) -> tuple[Any, ...]:
    """Return every source that had an address in OnCall, at it."""
    return (
        at_oncall("formatted_webhook", formatted),
        at_oncall("alertmanager", alertmanager.SOURCE),
        at_oncall("grafana_alerting", grafana.SOURCE),
        at_oncall("grafana", grafana.SOURCE),
        webhook(formatted, sender),
    )


_ANY: Final = TypeAdapter(AnyAlert)
