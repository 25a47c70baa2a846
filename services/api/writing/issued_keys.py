"""Issued keys: shown in the first answer, and withheld from a repeat of the request.

Only a digest of the key is kept, so nobody can show it again. A caller who lost the first answer
revokes what it made and makes another.
"""

from typing import Annotated

from fastapi import Response
from fastapi.responses import JSONResponse
from pydantic import Field

from events.handle import Handled
from services.api.http.formats import Position, View
from services.api.writing.idempotency import REPLAYED
from services.api.writing.receipts import POSITION


class IssuedKey(View):
    """Something that was made together with its key."""

    key: Annotated[
        str | None,
        Field(description="Shown once: null when this request was answered before.", repr=False),
    ]
    position: Position


def issued[Event](answer: IssuedKey, handled: Handled[Event], location: str) -> Response:
    """Answer that it was made, and where it is."""
    headers = {"Location": location, POSITION: str(answer.position)}
    return JSONResponse(
        answer.model_dump(mode="json"),
        status_code=201,
        headers={**headers, **({REPLAYED: "true"} if handled.duplicate else {})},
    )
