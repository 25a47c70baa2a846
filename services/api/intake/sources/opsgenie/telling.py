"""Telling: what became of a request, and how an alert stands, as Opsgenie's clients read it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import Request

from events.values.plain_text import cut, one_line
from services.api.intake.source import OpenApi, Source
from services.api.intake.sources.opsgenie.answers import (
    Camel,
    answered,
    refused,
    stopwatch,
)
from services.api.intake.sources.opsgenie.asking import IDENTIFIER_TYPE, identifier_kind
from services.api.intake.sources.opsgenie.creation import alias_of
from services.api.intake.sources.opsgenie.finding import alert_at, find_alert
from services.api.intake.sources.opsgenie.outcomes import outcome_of
from services.api.intake.sources.opsgenie.paths import KEY, below_each
from services.api.intake.sources.opsgenie.shown import OneAlert, as_shown
from services.intake.arrival import Arrival, Intake
from services.request_refusals import SenderAlertUnknown, SenderRequestUnknown


class RequestStatus(Camel):
    """What became of a request; without an alert where there was none to be found."""

    action: str
    is_success: bool
    status: str
    processed_at: datetime
    integration_id: str
    alert_id: str | None = None
    alias: str | None = None


class Told[Data](Camel):
    """An answer with data."""

    data: Data
    took: float
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked about: parts of the path, and of the query."""

    named: Mapping[str, str]
    query: Mapping[str, str]


@dataclass(slots=True)
class AddressReader:
    """Reads nothing: what is asked stands in the address."""

    arrival: Arrival

    def feed(self, part: bytes) -> None:
        """Take the next bytes."""

    def finish(self) -> Question:
        """Return what the address says."""
        return Question(named=self.arrival.named, query=self.arrival.query)


async def no_parts(_: Request) -> AsyncIterator[bytes]:
    """Yield nothing of a body."""
    yield b""


def question(
    name: str,
    path: str,
    description: str,
    take: Callable[[Question, Intake], Awaitable[Camel]],
    answers: type[Camel],
    query: Sequence[OpenApi] = (),
) -> Source[Question, Camel]:
    """Return the operation that answers a question at this path, below each base."""
    return Source(
        name=f"opsgenie-{name}",
        title=f"Opsgenie: {name}",
        description=description,
        parts=no_parts,
        reader=AddressReader,
        body={},
        keeps_unreadable=False,
        take=take,
        answer=answered,
        answers=answers,
        methods=("GET",),
        paths=below_each(path),
        key=KEY,
        wording=refused,
        query=query,
    )


async def show_request(asked: Question, intake: Intake) -> Told[RequestStatus]:
    """Tell what became of a request.

    Raises: SenderRequestUnknown, LogUnavailable.
    """
    done, request_id = stopwatch(intake), asked.named["request_id"]
    kept = await outcome_of(intake.log, intake.sender, request_id)
    if kept is None:
        raise SenderRequestUnknown(f"No request {cut(request_id, 64)!r} was made with this key.")
    found = await alert_at(intake.log, intake.sender, kept.stream)
    status = RequestStatus(
        action=kept.outcome.action,
        is_success=kept.outcome.success,
        status=kept.outcome.status,
        processed_at=kept.at,
        integration_id=intake.sender.integration_id,
        alert_id=str(found.alert_id) if found else None,
        alias=alias_of(found.began.dedup_key, found.alert_id) if found else None,
    )
    return Told(data=status, took=done.took, request_id=done.request_id)


async def show_alert(asked: Question, intake: Intake) -> Told[OneAlert]:
    """Tell how an alert stands.

    Raises: SenderAlertUnknown, RequestValidationError, LogUnavailable.
    """
    done, identifier = stopwatch(intake), asked.named["identifier"]
    kind = identifier_kind(asked.query.get("identifierType") or "id")
    found = await find_alert(intake.log, intake.sender, identifier, kind)
    if found is None:
        raise SenderAlertUnknown(f"Alert with {kind} [{cut(one_line(identifier), 200)}] not found.")
    shown = await as_shown(found, intake)
    return Told(data=shown, took=done.took, request_id=done.request_id)


QUESTIONS: Final = (
    question(
        "what became of a request",
        "/requests/{request_id}",
        "Tell what became of a request, by the `requestId` of its answer.",
        show_request,
        Told[RequestStatus],
    ),
    question(
        "how an alert stands",
        "/{identifier:path}",
        "Tell how an alert of this integration stands.",
        show_alert,
        Told[OneAlert],
        (IDENTIFIER_TYPE,),
    ),
)
