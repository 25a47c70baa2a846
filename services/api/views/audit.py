"""Audit views: signed heads, proofs, and who did what."""

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import Field

from events.errors import CommandRejected
from events.log.proof.tree_heads import TreeHead
from events.log.refusals import RecordedRefusal
from services.api.http.formats import Position, View
from services.api.problems.table import every_refusal, slug_of, title_of
from services.api.reading.audit_trail import Deed

type Base64 = Annotated[str, Field(description="32 bytes in base64.")]


class HeadView(View):
    """The tree over the log's first `size` events, signed by the notary."""

    size: Position
    root: Base64
    note: Annotated[str, Field(description="C2SP tlog-checkpoint, a signed note.")]
    signed_at: datetime

    @classmethod
    def of(cls, head: TreeHead) -> Self:
        """Return the view of a stored head."""
        return cls(
            size=head.size,
            root=base64.b64encode(head.root).decode(),
            note=head.note,
            signed_at=head.created_at,
        )


class HeadList(View):
    """A part of the signed heads, the smallest first."""

    heads: list[HeadView]
    next_after: Annotated[str | None, Field(description="What to ask for next; null at the end.")]


class AuditedLog(View):
    """Where the log ends, how far it is signed, and by whom."""

    position: Position
    head: Annotated[HeadView | None, Field(description="Null until the notary has signed.")]
    keys: Annotated[
        list[str],
        Field(description="Public keys that have signed. Get them by another way as well."),
    ]


class InclusionView(View):
    """The hashes that lead from an event's hash to the root over the first `size` events."""

    position: Position
    size: Position
    path: list[Base64]


class InclusionList(View):
    """A proof for each event that was asked for."""

    proofs: list[InclusionView]


class ConsistencyView(View):
    """The hashes that show the tree of `first` events to begin the tree of `second`."""

    first: Position
    second: Position
    path: list[Base64]


class DeedView(View):
    """Audit entry: who did what, when, and through which client."""

    outcome: Literal["accepted"] = "accepted"
    position: Position
    recorded_at: datetime
    principal: str
    on_behalf_of: str | None
    via: str
    stream: str
    type: str
    command_id: UUID
    correlation_id: str | None
    causation_id: str | None


class RefusedDeedView(View):
    """Audit entry: who was refused what, when, and why."""

    outcome: Literal["refused"] = "refused"
    number: Annotated[Position, Field(description="Of the refusal. Refusals have no hole either.")]
    position: Annotated[Position, Field(description="Where the log ended then.")]
    recorded_at: datetime
    principal: str
    on_behalf_of: str | None
    via: str
    command: Annotated[
        str,
        Field(
            description="Its name, or the operation where it never became a command.",
            examples=["resolve_incident", "POST /v1/incidents/{incident_id}/resolution"],
        ),
    ]
    target: Annotated[
        str, Field(description="The stream it was for, or the path where no stream is known.")
    ]
    code: Annotated[str, Field(description="Of the problem.", examples=["not-the-commander"])]
    title: str
    command_id: UUID
    correlation_id: Annotated[str | None, Field(description="The request id.")]


class AuditTrail(View):
    """Part of the audit trail, oldest first; it may be empty and still go on."""

    deeds: list[Annotated[DeedView | RefusedDeedView, Field(discriminator="outcome")]]
    reached: Annotated[str, Field(description="Where this part ends: ask for later ones with it.")]
    next_after: Annotated[
        str | None, Field(description="What to ask for next; null at the end, for now.")
    ]


def deed_view(deed: Deed | RecordedRefusal) -> DeedView | RefusedDeedView:
    """Return what an event says of its cause, or what is kept of a refused command."""
    if isinstance(deed, RecordedRefusal):
        return _refused(deed)
    event, metadata = deed
    return DeedView(
        position=event.position,
        recorded_at=event.recorded_at,
        principal=metadata.principal,
        on_behalf_of=metadata.on_behalf_of,
        via=metadata.via,
        stream=event.stream,
        type=event.type,
        command_id=event.command_id,
        correlation_id=metadata.correlation_id,
        causation_id=metadata.causation_id,
    )


def _refused(refusal: RecordedRefusal) -> RefusedDeedView:
    kind = _KINDS.get(refusal.refusal, CommandRejected)  # one of a newer version has no words here
    return RefusedDeedView(
        number=refusal.number,
        position=refusal.position,
        recorded_at=refusal.recorded_at,
        principal=refusal.metadata.principal,
        on_behalf_of=refusal.metadata.on_behalf_of,
        via=refusal.metadata.via,
        command=refusal.command,
        target=refusal.target,
        code=slug_of(kind),
        title=title_of(kind),
        command_id=refusal.command_id,
        correlation_id=refusal.metadata.correlation_id,
    )


_KINDS: Final = {kind.__name__: kind for kind in every_refusal()}


def in_base64(hashes: Iterable[bytes]) -> list[str]:
    """Return hashes as answers hold them."""
    return [base64.b64encode(one).decode() for one in hashes]
