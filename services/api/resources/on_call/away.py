"""Absence warnings: what a change of a schedule leaves to somebody who is away."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from events.errors import LogFault
from events.ids import ResponderId
from events.on_call.final import shifts
from events.on_call.reports.conflicts import absent_on_call
from events.on_call.rota import Rota
from projections.on_call import absences
from services.api.http.dependencies import HttpDependencies

AHEAD: Final = timedelta(days=28)
MOST: Final = 5  # that are named


async def away_on_call(
    dependencies: HttpDependencies,
    rota: Rota,
    people: Iterable[ResponderId],
    begin: datetime,
    end: datetime,
) -> list[str]:
    """Return who is on call by a rota while they are away, in sentences. They stay on call.

    By the read model as it is: an absence of this very moment may be missing, and all of them
    while it cannot be read. It is advice, and no reason to refuse a change.
    """
    try:
        async with dependencies.database.connection() as connection:
            away = await absences.away(connection, list(people), begin, end)
    except LogFault:
        return []
    if not away:
        return []
    found = absent_on_call(await asyncio.to_thread(shifts, rota, begin, end), away)
    sentences = [
        f"{one.responder_id} is on call from {one.starts_at:%Y-%m-%d %H:%M} to"
        f" {one.ends_at:%Y-%m-%d %H:%M} UTC, and away then: ask for cover."
        for one in found[:MOST]
    ]
    more = len(found) - MOST
    return [*sentences, f"And {more} more of the kind."] if more > 0 else sentences
