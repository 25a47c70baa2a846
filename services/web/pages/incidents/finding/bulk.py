"""Bulk acknowledgement: many incidents in one press, each by its own command."""

import asyncio
from typing import Final
from uuid import uuid5

from services.web.calls import Document, Refused, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done
from services.web.rendering import Screen
from services.web.visit import Visit

AT_ONCE: Final = 8  # commands under way
FORBIDDEN: Final = 403
MOST: Final = 200  # incidents in one press


async def acknowledge(visit: Visit, form: Form) -> Answer:
    """Acknowledge each of the incidents that were selected."""
    chosen = list(dict.fromkeys(form.listed("reference")))[:MOST]
    turns = asyncio.Semaphore(AT_ONCE)

    async def give(reference: str) -> Document | Refused:
        path = path_of("incidents", reference, "acknowledgement")
        async with turns:
            try:
                return await visit.calls.give("POST", path, uuid5(form.command_id, reference))
            except Refused as refused:
                return refused

    answers = await asyncio.gather(*map(give, chosen))
    receipts = [one for one in answers if not isinstance(one, Refused)]
    refused = [
        (reference, one)
        for reference, one in zip(chosen, answers, strict=True)
        if isinstance(one, Refused)
    ]
    if refused and all(one.status == FORBIDDEN for _, one in refused) and not receipts:
        raise refused[0][1]
    if refused or not chosen:
        return Screen(
            template="bulk.html",
            title="Acknowledged",
            facts={"taken": len(receipts), "not_taken": refused},
        )
    newest = max(receipts, key=lambda one: int(one.get("position") or 0))
    waiting = [one for one in receipts if one["status"] == "pending"]
    return done(visit, {**newest, **({"status": "pending"} if waiting else {})}, "/")


ROUTES = (action("/incidents/acknowledgements", acknowledge),)
