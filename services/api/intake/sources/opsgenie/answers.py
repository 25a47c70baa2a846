"""Opsgenie answers: what its senders read, taken or refused, in Opsgenie's own words.

Source: Opsgenie, "Alert API": 202 with `result`, `took` and `requestId`; a refusal has a `message`,
and `errors` by field where the body is at fault.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Literal
from uuid import UUID

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from services.intake.arrival import Intake

_UNPROCESSABLE: Final = "Request body is not processable. Please check the errors."


class Camel(BaseModel):
    """Model whose members are written as Opsgenie writes them."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class Accepted(Camel):
    """Answer to a request that was taken; what became of it is told under its `requestId`."""

    result: Literal["Request will be processed"] = "Request will be processed"
    took: float  # seconds
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopwatch:
    """How long a request has taken so far, and which one it is."""

    request_id: str
    started: float = field(default_factory=time.perf_counter)

    @property
    def took(self) -> float:
        """Return the seconds since it began."""
        return round(time.perf_counter() - self.started, 3)


def stopwatch(intake: Intake) -> Stopwatch:
    """Start to measure how long a request takes."""
    return Stopwatch(request_id=request_id_from(intake.metadata.correlation_id or ""))


def accepted(done: Stopwatch) -> JSONResponse:
    """Return the answer to a request that was taken."""
    return answered(Accepted(took=done.took, request_id=done.request_id), HTTPStatus.ACCEPTED)


def answered(body: Camel, status: HTTPStatus = HTTPStatus.OK) -> JSONResponse:
    """Return an answer with the headers that Opsgenie's clients look at."""
    members = body.model_dump(mode="json", by_alias=True, exclude_none=True)
    headers = {"X-Response-Time": str(members["took"]), "X-RateLimit-State": "OK"}
    return JSONResponse(members, status_code=status, headers=headers)


def request_id_from(text: str) -> str:
    """Return a request's id as Opsgenie writes it; what is none of ours stays as it is."""
    try:
        return str(UUID(text))
    except ValueError:
        return text


def refused(problem: Mapping[str, Any]) -> tuple[HTTPStatus, Mapping[str, Any]]:
    """Return a problem in Opsgenie's words: its clients log the message, and fields at fault."""
    status = HTTPStatus(problem["status"])
    body = {
        "message": problem.get("detail") or problem["title"],
        "took": 0.0,
        "requestId": request_id_from(problem["request_id"]),
    }
    if errors := problem.get("errors"):
        body["message"] = _UNPROCESSABLE
        body["errors"] = {one["field"].removeprefix("body."): one["reason"] for one in errors}
    elif status is HTTPStatus.UNAUTHORIZED:
        body["message"] = f"Could not authenticate. {body['message']}"
    return status, body
