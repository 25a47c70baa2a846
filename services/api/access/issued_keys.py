"""Keys that are shown once: what is answered the first time, and what a repeat of it is told.

Only a digest of the key is kept, so nobody can show it again. A caller who lost the first answer
revokes what it made and makes another.
"""

from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import Response
from fastapi.responses import JSONResponse
from pydantic import Field

from events.handle import Handled
from services.access.secret_keys import KeyKind, MintedKey, mint_key
from services.api.commanding.receipts import POSITION
from services.api.http.formats import Position, View
from services.api.http.idempotency import REPLAYED, Identity

_ID_LENGTH: Final = 20  # hexadecimal digits: 80 bits, enough never to meet again


class Minted(View):
    """Something that was made together with its key."""

    key: Annotated[
        str | None,
        Field(description="Shown once: null when this request was answered before.", repr=False),
    ]
    position: Position


def mint_for(kind: KeyKind, identity: Identity) -> MintedKey:
    """Make the key of a request: a new secret, under an id that is the same for every repeat."""
    return mint_key(kind, named_by(identity.command_id))


def named_by(command_id: UUID) -> str:
    """Return the id of what a command makes."""
    return uuid5(command_id, "key").hex[:_ID_LENGTH]


def minted[Event](answer: Minted, handled: Handled[Event], location: str) -> Response:
    """Answer that it was made, and where it is."""
    headers = {"Location": location, POSITION: str(answer.position)}
    return JSONResponse(
        answer.model_dump(mode="json"),
        status_code=201,
        headers={**headers, **({REPLAYED: "true"} if handled.duplicate else {})},
    )
