"""PagerDuty change events source: `POST /v2/change/enqueue`.

Source: PagerDuty, "Send a Change Event" (Events API v2); its OpenAPI description, which has images.
"""

from dataclasses import replace
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter

from services.api.http.cuts import tell_cut
from services.api.intake.change import ChangeReport
from services.api.intake.key_place import key_in_body
from services.api.intake.source import JsonReader, any_json, json_body
from services.api.intake.sources.change_events import LINKS, ChangeEvent, HrefLink, change_report
from services.api.intake.sources.change_events import SOURCE as CHANGES
from services.api.intake.sources.generic import text_of
from services.api.intake.sources.pagerduty.wording import worded_with
from services.intake.arrival import Arrival
from services.intake.batch.cleaning import url_from


class PagerDutyChange(ChangeEvent):
    """A change event. `routing_key` is the integration's key."""

    images: Annotated[Any, Field(description="Objects with `src` and `alt`: kept as links.")] = None

    def with_images(self) -> ChangeEvent:
        """Return it with its images among its links."""
        images = self.images if isinstance(self.images, list) else []
        found = [_image(one) for one in images if isinstance(one, dict)]
        links = [*self.links, *(one for one in found if one.href)]
        if len(links) > LINKS:
            tell_cut(f"links: {LINKS} of {len(links)} kept")
        return ChangeEvent(payload=self.payload, links=tuple(links[:LINKS]), id=self.id)


def _image(one: dict[str, Any]) -> HrefLink:
    return HrefLink(href=url_from(one.get("src")), text=text_of(one.get("alt")) or "Image")


def _reader(arrival: Arrival) -> JsonReader[PagerDutyChange, ChangeReport]:
    return JsonReader(_BODY, lambda sent: change_report(sent.with_images(), arrival))


_BODY: Final = TypeAdapter(PagerDutyChange)
SOURCE: Final = replace(
    CHANGES,
    name="pagerduty-change-events",
    title="PagerDuty change events",
    description="""\
Take in that something was changed, as PagerDuty does; stored when this answers, and once.""",
    parts=any_json,
    reader=_reader,
    body=json_body(
        _BODY,
        {
            "routing_key": "the integration's key",
            "payload": {
                "summary": "Deploy v42",
                "source": "github",
                "timestamp": "2026-11-23T11:52:22Z",
                "custom_details": {"author": "ana"},
            },
            "links": [{"href": "https://ci.example.com/42", "text": "The build"}],
        },
    ),
    paths=("/v2/change/enqueue",),
    key=key_in_body("routing_key"),
    wording=worded_with("routing_key"),
)
