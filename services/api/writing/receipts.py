"""Receipts: what a command is answered, by what the log keeps of it, so that replays are equal.

But for `warnings`: a repeat gets what pages nobody now, not what did at the first request.
"""

from collections.abc import Sequence
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi.responses import JSONResponse
from pydantic import Field

from events.ids import IncidentId
from services.api.http.formats import Position, View
from services.api.writing.idempotency import REPLAYED
from services.commanding.configuration_change import Preview
from services.commanding.outcomes import CommandOutcome, Done

POSITION: Final = "Tocsin-Position"


class Receipt(View):
    """The command was carried out; the hash proves it against the log."""

    status: Annotated[
        Literal["done", "dry_run"], Field(description="With Tocsin-Dry-Run nothing was stored.")
    ] = "done"
    command_id: UUID
    stream: str
    version: int
    position: Position
    hash: Annotated[str | None, Field(description="Null when it was already so.")]
    warnings: Annotated[
        list[str],
        Field(description="What was accepted and pages nobody, as things stand at this moment."),
    ] = []  # noqa: RUF012  pydantic copies it
    changes: Annotated[
        list[str], Field(description="What a configured thing says now and did not say before.")
    ] = []  # noqa: RUF012  pydantic copies it


class Pending(View):
    """The command is accepted for later: it will be carried out, or refused. Ask again."""

    status: Literal["pending"] = "pending"
    command_id: UUID
    delivery: Literal["accepted", "deferred"]


def answered(outcome: CommandOutcome) -> JSONResponse:
    """Answer with what became of a command."""
    if isinstance(outcome, Done):
        return done(receipt_of(outcome), replayed=outcome.replayed)
    return JSONResponse(
        Pending.model_validate(outcome).model_dump(mode="json"),
        status_code=202,
        headers={"Location": f"/v1/commands/{outcome.command_id}", "Retry-After": "1"},
    )


def receipt_of(outcome: Done) -> Receipt:
    """Return the receipt of a command that was carried out."""
    return Receipt.model_validate(outcome)


def previewed(
    command_id: UUID, stream: str, preview: Preview, warnings: Sequence[str]
) -> JSONResponse:
    """Answer what a command would change. The version is that of now; nothing has a position."""
    receipt = Receipt(
        status="dry_run",
        command_id=command_id,
        stream=stream,
        version=preview.version,
        position=0,
        hash=None,
        warnings=list(warnings),
        changes=list(preview.changes),
    )
    return JSONResponse(receipt.model_dump(mode="json"))


def done(receipt: Receipt, *, replayed: bool) -> JSONResponse:
    """Answer that the command was carried out."""
    headers = {"ETag": f'"{receipt.version}"', POSITION: str(receipt.position)}
    return JSONResponse(
        receipt.model_dump(mode="json"),
        headers={**headers, **({REPLAYED: "true"} if replayed else {})},
    )


def incident_path(incident_id: IncidentId) -> str:
    """Return where an incident can be read."""
    return f"/v1/incidents/{incident_id}"
