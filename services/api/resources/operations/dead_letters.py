"""Dead letters: what monitors sent with a valid key and nobody could read."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from events.log.intake.dead_letters import DeadLetter
from events.values.plain_text import plain
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.formats import LARGEST, Name, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import Limit, Number
from services.request_refusals import DeadLetterNotFound

router = api_router("operations")


class DeadLettersQuery(BaseModel):
    """Which dead letters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    integration_id: Name | None = None
    before: Annotated[Number | None, Field(description="Only older ones than this number.")] = None
    limit: Limit = 50


class DeadLetterView(View):
    """Dead letter: a message that could not be read. The same bytes again raise `times`."""

    number: int
    integration_id: str
    source: str
    reason: str
    size: Annotated[int, Field(description="Bytes of the message.")]
    sha256: str
    first_at: datetime
    last_at: datetime
    times: int
    arrival_id: Annotated[
        UUID | None, Field(description="The newest such message, to look at whole and to replay.")
    ] = None


class DeadLetterList(View):
    """Dead letters, newest first."""

    dead_letters: list[DeadLetterView]


class OpenedLetter(DeadLetterView):
    """A dead letter with its body."""

    beginning: Annotated[
        str | None,
        Field(description="The first 64 KiB, as text; null if the key that sealed it is gone."),
    ]


@router.get("/v1/dead-letters", dependencies=[requires(Permission.CONFIGURATION_READ)])
async def list_dead_letters(
    dependencies: Deps, query: Annotated[DeadLettersQuery, Query()]
) -> DeadLetterList:
    """List what monitors sent and nobody could read, newest first: each may be a page not sent."""
    letters = await dependencies.dead_letters.newest(
        query.limit, integration_id=query.integration_id, before=query.before
    )
    return DeadLetterList(
        dead_letters=[DeadLetterView.model_validate(_members(one)) for one in letters]
    )


@router.get("/v1/dead-letters/{number}", dependencies=[requires(Permission.LOG_READ)])
async def show_dead_letter(
    dependencies: Deps, number: Annotated[int, Path(ge=1, le=LARGEST)]
) -> OpenedLetter:
    """Show what such a message said. It may hold secrets: it takes the right to the whole log."""
    found = await dependencies.dead_letters.find(number)
    if found is None:
        raise DeadLetterNotFound(f"No such dead letter: {number}.")
    letter, beginning = found
    text = None if beginning is None else plain(beginning.decode(errors="replace"))
    return OpenedLetter.model_validate(_members(letter) | {"beginning": text})


def _members(letter: DeadLetter) -> dict[str, object]:
    return {
        "number": letter.number,
        "integration_id": letter.integration_id,
        "source": letter.source,
        "reason": letter.reason,
        "size": letter.size,
        "sha256": letter.sha256.hex(),
        "first_at": letter.first_at,
        "last_at": letter.last_at,
        "times": letter.times,
        "arrival_id": letter.arrival_id,
    }
