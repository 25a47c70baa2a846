"""Grafana OnCall source: the formatted webhook of its integrations, for what was sent there.

Source: Grafana OnCall, "Formatted Webhook" and `config_integrations/formatted_webhook.py`.
"""

from dataclasses import replace
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from events.values.plain_text import one_line
from services.api.intake.alert_source import AlertSource
from services.api.intake.source import JsonReader, json_body
from services.api.intake.sources.generic import GenericAlert, Words, batch
from services.api.intake.sources.monitors.oncall_paths import at_their_addresses
from services.intake.arrival import Arrival
from services.intake.batch.cleaning import url_from
from services.intake.batch.signal import Batch

TITLE: Final = "Grafana OnCall"


class FormattedAlert(BaseModel):
    """One alert in the form of Grafana OnCall's formatted webhook."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    alert_uid: Annotated[
        Words, Field(description="The same uid is the same alert; without one, the title is it.")
    ] = ""
    title: Words = ""
    state: Annotated[Words, Field(description="`ok` ends the alert; anything else fires it.")] = ""
    message: Words = ""
    link_to_upstream_details: Words = ""
    image_url: Words = ""

    @model_validator(mode="after")
    def _is_named(self) -> "FormattedAlert":
        if not any(one_line(text) for text in (self.title, self.alert_uid, self.message)):
            raise ValueError("give an alert_uid, a title or a message")
        return self


def batch_of(body: FormattedAlert, arrival: Arrival) -> Batch:
    """Return the alert; one without a title is named by its message, or else by its uid."""
    lines = [one_line(line) for line in body.message.splitlines()]
    image = url_from(body.image_url)
    alert = GenericAlert(
        title=one_line(body.title) or next(filter(None, lines), "") or one_line(body.alert_uid),
        status="resolved" if body.state.strip().lower() == "ok" else "firing",
        dedup_key=body.alert_uid,
        description=body.message,
        details={"image": image} if image else {},
        source_url=body.link_to_upstream_details,
    )
    return batch(alert, arrival, TITLE)


_BODY: Final = TypeAdapter(FormattedAlert)
_FORMATTED: Final = AlertSource(
    name="grafana-oncall",
    title=TITLE,
    description="""\
Take in one alert in the form of Grafana OnCall's formatted webhook.

The same `alert_uid` again is the same alert, and with the `state` `ok` it is over.""",
    reader=lambda arrival: JsonReader(_BODY, lambda body: batch_of(body, arrival)),
    body=json_body(
        _BODY,
        {
            "alert_uid": "08d6891a-835c-e661-39fa-96b6a9e26552",
            "title": "The whole system is down",
            "image_url": "https://grafana.example.com/render/d/system.png",
            "state": "alerting",
            "link_to_upstream_details": "https://grafana.example.com/d/system",
            "message": "No answer from any of the three front ends.",
        },
    ),
)
SOURCE: Final = replace(_FORMATTED, operations=at_their_addresses(_FORMATTED, TITLE))
