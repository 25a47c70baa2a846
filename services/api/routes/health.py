"""Whether the process lives, and whether it can do its work."""

from typing import Literal

from pydantic import BaseModel

from services.api.guard import api_router, public

router = api_router("health")


class Live(BaseModel):
    """The process answers."""

    status: Literal["live"] = "live"


@router.get("/health/live", dependencies=[public("a supervisor has no key")])
async def live() -> Live:
    """Say that the process answers; nothing else is looked at."""
    return Live()
