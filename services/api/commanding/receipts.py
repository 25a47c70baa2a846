"""What a command is answered: a function of what the log keeps of it, so that replays are equal.

But for `warnings`: a repeat is told what pages nobody now, not what did when it was asked first.
"""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi.responses import JSONResponse
from pydantic import Field

from events.ids import IncidentId
from events.log.recorded import AppendResult, CommandRecord
from services.api.http.formats import Position, View
from services.api.http.idempotency import REPLAYED
from workflows.messages import CommandAnswer

POSITION: Final = "Tocsin-Position"


class Receipt(View):
    """The command was carried out; the hash proves it against the log."""

    status: Literal["done"] = "done"
    command_id: UUID
    stream: str
    version: int
    position: Position
    hash: Annotated[str | None, Field(description="Null when it was already so.")]
    warnings: Annotated[
        list[str],
        Field(description="What was accepted and pages nobody, as things stand at this moment."),
    ] = []  # noqa: RUF012  pydantic copies it


class Pending(View):
    """The command is kept and will be carried out, or refused: ask again."""

    status: Literal["pending"] = "pending"
    command_id: UUID
    delivery: Literal["accepted", "deferred"]


def receipt_of(command_id: UUID, kept: CommandRecord | AppendResult) -> Receipt:
    """Return the receipt of a command that the log has answered."""
    return Receipt(
        command_id=command_id,
        stream=kept.stream,
        version=kept.version,
        position=kept.last_position,
        hash=kept.hash.hex() if kept.hash else None,
    )


def receipt_from(answer: CommandAnswer) -> Receipt:
    """Return the receipt of a command that its workflow has answered."""
    return Receipt(
        command_id=answer.command_id,
        stream=answer.stream,
        version=answer.version,
        position=answer.position,
        hash=answer.hash,
    )


def done(receipt: Receipt, *, replayed: bool) -> JSONResponse:
    """Answer that the command was carried out."""
    headers = {"ETag": f'"{receipt.version}"', POSITION: str(receipt.position)}
    return JSONResponse(
        receipt.model_dump(mode="json"),
        headers={**headers, **({REPLAYED: "true"} if replayed else {})},
    )


def pending(command_id: UUID, delivery: Literal["accepted", "deferred"]) -> JSONResponse:
    """Answer that the command is kept, and where its outcome will be."""
    return JSONResponse(
        Pending(command_id=command_id, delivery=delivery).model_dump(mode="json"),
        status_code=202,
        headers={"Location": f"/v1/commands/{command_id}", "Retry-After": "1"},
    )


def incident_path(incident_id: IncidentId) -> str:
    """Return where an incident can be read."""
    return f"/v1/incidents/{incident_id}"
