"""GoAlert source: its generic API, with the parameters in the query, in a form or in JSON.

Source: GoAlert, "Alerting From Generic API" and `genericapi/handler.go`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from events.values.plain_text import one_line
from services.api.intake.alert_source import take_alerts
from services.api.intake.form import form_or_json, read_form_or_json
from services.api.intake.key_place import key_in_any, key_in_form, key_in_header, key_in_query
from services.api.intake.source import JsonReader, OpenApi, Source, any_json, json_body
from services.api.intake.sources.generic import GenericAlert, Members, Words, batch
from services.intake.alerts.storing import Taken
from services.intake.arrival import Arrival, Intake
from services.intake.batch.signal import Batch

TITLE: Final = "GoAlert"
JSON: Final = "application/json"
_FIELDS: Final = ("summary", "details", "action", "dedup")


class GoAlertCall(BaseModel):
    """One alert. Without a `dedup`, the same summary and details are the same alert."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    summary: Words = ""
    details: Words = ""
    action: Annotated[Words, Field(description="`close` ends the alert.")] = ""
    dedup: Annotated[Words, Field(description="The same text is the same alert.")] = ""
    meta: Members = {}

    @model_validator(mode="after")
    def _is_named(self) -> "GoAlertCall":
        closes = self.action == "close" and one_line(self.dedup)
        if not (one_line(self.summary) or closes):
            raise ValueError("give a summary, or action=close with the dedup of an open alert")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One alert, and whether its sender reads what became of it."""

    batch: Batch
    in_json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What became of a call."""

    taken: Taken
    in_json: bool
    service_id: str


def called(body: GoAlertCall, arrival: Arrival) -> Call:
    """Return the alert; its details are part of its name where nothing else tells it apart."""
    alert = GenericAlert(
        title=body.summary,
        status="resolved" if body.action == "close" else "firing",
        dedup_key=body.dedup or "\n".join(filter(None, (body.summary, body.details))),
        description=body.details,
        details=body.meta,
    )
    in_json = arrival.headers.get("accept", "") == JSON
    return Call(batch=batch(alert, arrival, TITLE), in_json=in_json)


async def take(call: Call, intake: Intake) -> Became:
    """Store the alert.

    Raises: LogUnavailable, LogOverloaded, FiringInDoubt: it must come again.
    """
    taken = await take_alerts(call.batch, intake)
    return Became(taken=taken, in_json=call.in_json, service_id=str(intake.sender.service_id))


def answer(became: Became) -> Response:
    """Return nothing, or what GoAlert says to whoever asks for JSON."""
    if not became.in_json:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    placed = became.taken.placed
    alert_id = next((str(one.alert_id) for one in became.taken.shown), None)
    return JSONResponse(
        {
            "AlertID": alert_id,
            "ServiceID": became.service_id,
            "IsNew": placed is not None and placed.opened,
        }
    )


def _reader(arrival: Arrival) -> JsonReader[GoAlertCall, Call]:
    return JsonReader(
        _BODY, partial(called, arrival=arrival), read=_with_query(arrival, read_form_or_json)
    )


def _with_query(arrival: Arrival, read: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Return a reader of bodies that takes from the query what the body does not say."""
    asked = {name: arrival.query[name] for name in _FIELDS if name in arrival.query}

    def whole(raw: bytes) -> Any:
        said = read(raw) if raw.strip() else {}
        return {**asked, **said} if isinstance(said, dict) else said

    return whole


def _in_query(name: str) -> OpenApi:
    text = "As in the body, which counts where both say it."
    schema = {"type": "string"}
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema}


_BODY: Final = TypeAdapter(GoAlertCall)
SOURCE: Final = Source(
    name="goalert",
    title=TITLE,
    description="""\
Take in one alert as GoAlert's generic API does: from the query, from a form or from JSON.

The same `dedup` again is the same alert while it is open; `action=close` ends it. The answer is
empty, or JSON for `Accept: application/json`.""",
    parts=any_json,
    reader=_reader,
    body={
        **form_or_json(
            json_body(
                _BODY,
                {
                    "summary": "Disk of db-1 is full",
                    "details": "98 % of `/var` are used.",
                    "dedup": "disk-check",
                },
            )
        ),
        "required": False,
    },
    take=take,
    answer=answer,
    answers=None,
    status=HTTPStatus.NO_CONTENT,
    paths=(
        "/v1/integrations/{key}/goalert/api/v2/generic/incoming",
        "/api/v2/generic/incoming",
    ),
    key=key_in_any(
        key_in_query("token"), key_in_header("Authorization", "Bearer"), key_in_form("token")
    ),
    query=tuple(map(_in_query, _FIELDS)),
)
