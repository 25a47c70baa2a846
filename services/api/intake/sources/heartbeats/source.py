"""Heartbeat source: our own path, and those of Opsgenie, incident.io and Healthchecks."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from fastapi import Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from events.log.intake.heartbeats import PingKind
from services.api.intake.key_place import (
    KeyPlace,
    key_in_any,
    key_in_header,
    key_in_path,
    key_in_query,
)
from services.api.intake.source import Source
from services.api.intake.sources.heartbeats.opsgenie_api import OPERATIONS
from services.api.intake.sources.heartbeats.pinging import (
    ANY_BODY,
    METHODS,
    Ping,
    Pinged,
    Unread,
    any_ping,
    passed_over,
    take_ping,
)
from services.api.intake.sources.opsgenie.answers import (
    Camel,
    answered,
    refused,
    request_id_from,
)
from services.api.intake.sources.opsgenie.paths import KEY as GENIE_KEY
from services.api.problems.table import Wording
from services.intake.arrival import Arrival

_LARGEST_EXIT: Final = 255
_SIGNALS: Final = {"start": PingKind.START, "fail": PingKind.FAILURE, "log": None}


class HeartbeatHeard(BaseModel):
    """The ping is stored."""

    heartbeat_id: str


class Pong(Camel):
    """Answer to a ping, as Opsgenie writes it."""

    result: str = "PONG - Heartbeat received"
    took: float  # seconds
    request_id: str


def _pong(pinged: Pinged) -> Response:
    body = Pong(took=pinged.took, request_id=request_id_from(pinged.request_id))
    return answered(body, HTTPStatus.ACCEPTED)


def _signalled(arrival: Arrival) -> Unread:
    """Return the reader of a ping of Healthchecks: start, fail, log, or how a command ended."""
    signal = arrival.named.get("signal", "")
    if signal.isascii() and signal.isdigit() and int(signal[:4]) <= _LARGEST_EXIT:
        kind = PingKind.FAILURE if int(signal[:4]) else PingKind.SUCCESS
        return Unread(Ping(named=arrival.named["name"], kind=kind))
    if signal not in _SIGNALS:
        reason = "Write start, fail, log, or an exit status from 0 to 255."
        wrong = {"type": "value_error", "loc": ("path", "signal"), "msg": reason}
        raise RequestValidationError([wrong])
    return Unread(Ping(named=arrival.named["name"], kind=_SIGNALS[signal]))


def _ours(pinged: Pinged) -> BaseModel:
    return HeartbeatHeard(heartbeat_id=pinged.heartbeat_id)


def _nothing(_pinged: Pinged) -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _ok(_pinged: Pinged) -> Response:
    return PlainTextResponse("OK")


def _pings(  # noqa: PLR0913 - each says something else about it
    name: str,
    *paths: str,
    answer: Callable[[Pinged], BaseModel | Response],
    answers: type[BaseModel] | None,
    status: HTTPStatus = HTTPStatus.OK,
    reader: Callable[[Arrival], Unread] = any_ping,
    key: KeyPlace = key_in_path,
    wording: Wording | None = None,
    operations: tuple[Source[Any, Any], ...] = (),
) -> Source[Ping, Pinged]:
    return Source(
        name=name,
        title="heartbeats" if name == "heartbeats" else f"heartbeats, as {name} does",
        description="""\
Take a ping of a heartbeat: it is there, its job has begun, or its job has failed.

The ping is stored when this answers, whatever else is down. It is named by the heartbeat's id, or
by the name it had elsewhere: `Nightly Backup` is `nightly-backup`. A name that this integration has
no heartbeat for answers 404. What a job sends with it is read and not kept.""",
        parts=passed_over,
        reader=reader,
        body=ANY_BODY,
        take=take_ping,
        answer=answer,
        answers=answers,
        status=status,
        keeps=False,
        keeps_unreadable=False,
        paths=paths,
        methods=METHODS,
        key=key,
        wording=wording,
        operations=operations,
    )


# Source: Opsgenie, "Heartbeat API"; Jira Service Management, the same below its own base.
OPSGENIE: Final = _pings(
    "opsgenie-heartbeats",
    "/v2/heartbeats/{name}/ping",
    "/jsm/ops/integration/v2/heartbeats/{name}/ping",
    answer=_pong,
    answers=Pong,
    status=HTTPStatus.ACCEPTED,
    key=GENIE_KEY,
    wording=refused,
)
# Source: incident.io, "Heartbeat alert sources".
INCIDENT_IO: Final = _pings(
    "incident-io-heartbeats",
    "/v2/heartbeat/{name}/ping",
    answer=_nothing,
    answers=None,
    status=HTTPStatus.NO_CONTENT,
    key=key_in_any(key_in_query("token"), key_in_header("Authorization", "Bearer")),
)
# Source: Healthchecks, "Pinging API": a project's ping key and the slug of a check.
HEALTHCHECKS: Final = _pings(
    "healthchecks", "/ping/{key}/{name}", answer=_ok, answers=None, reader=any_ping
)
HEALTHCHECKS_SIGNALS: Final = _pings(
    "healthchecks-signals",
    "/ping/{key}/{name}/{signal}",
    "/v1/integrations/{key}/heartbeats/{name}/{signal}",
    answer=_ok,
    answers=None,
    reader=_signalled,
)
SOURCE: Final = _pings(
    "heartbeats",
    "/v1/integrations/{key}/heartbeats/{name}",
    answer=_ours,
    answers=HeartbeatHeard,
    operations=(OPSGENIE, INCIDENT_IO, HEALTHCHECKS, HEALTHCHECKS_SIGNALS, *OPERATIONS),
)
