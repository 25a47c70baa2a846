"""Record of an incident: events with their hashes, signed head, proofs, refused commands."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.responses import StreamingResponse

from services.access.permissions import Permission
from services.web.calls import Calls, Document, path_of
from services.web.page import Answer, page
from services.web.pages.incidents.incident import title_of
from services.web.rendering import Screen
from services.web.visit import Visit

PART: Final = 200
REFUSALS: Final = 50


async def show(visit: Visit) -> Screen:
    """Show the events, and what an auditor may see beside them."""
    reference = visit.named("reference")
    incident, found = await asyncio.gather(
        visit.calls.get(path_of("incidents", reference), **visit.reading),
        visit.calls.get(
            path_of("incidents", reference, "events"),
            after_version=visit.query.get("after"),
            limit=PART,
            **visit.reading,
        ),
    )
    audits = visit.may(Permission.LOG_READ)
    return Screen(
        template="incident_record.html",
        title=f"Record · {title_of(incident)}",
        facts={
            "incident": incident,
            "events": [shown(one) for one in found["events"]],
            "next": found["next_after"],
            "who": await visit.who(incident),
            "audits": audits,
            "audit": await audit_of(visit, incident) if audits else None,
        },
    )


def shown(event: Document) -> dict[str, Any]:
    """Return an event with its contents as text."""
    return {**event, "text": json.dumps(event["payload"], indent=2, ensure_ascii=False)}


async def audit_of(visit: Visit, incident: Document) -> dict[str, Any]:
    """Return the signed head, the commands that were refused, and the proof that is asked for."""
    stream = f"incident-{incident['incident_id']}"
    log, trail = await asyncio.gather(
        visit.calls.get(path_of("audit", "log")),
        visit.calls.get(path_of("audit", "trail"), stream=stream, outcome="refused"),
    )
    position = visit.query.get("proof")
    proof = await proof_of(visit.calls, log, position) if position else None
    return {"log": log, "refused": trail["deeds"][:REFUSALS], "proof": proof}


async def proof_of(calls: Calls, log: Document, position: str) -> str | None:
    """Return the proof that an event is in the signed log, None where the head is older than it."""
    head = log["head"]
    if head is None or int(head["size"]) < int(position):
        return None
    found = await calls.get(
        path_of("audit", "proofs", "inclusion"), size=head["size"], position=[position]
    )
    return json.dumps({"head": head, "proofs": found["proofs"]}, indent=2)


async def export(visit: Visit) -> Answer:
    """Return every event of the incident, one JSON document a line."""
    reference = visit.named("reference")
    path = path_of("incidents", reference, "events")
    first = await visit.calls.get(path, limit=PART, **visit.reading)
    headers = {"Content-Disposition": 'attachment; filename="record.ndjson"'}
    lines = _lines(visit, path, first)
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)


async def _lines(visit: Visit, path: str, part: Document) -> AsyncIterator[str]:
    while True:
        for event in part["events"]:
            yield json.dumps(event, ensure_ascii=False) + "\n"
        after = part["next_after"]
        if after is None:
            return
        part = await visit.calls.get(path, after_version=after, limit=PART, **visit.reading)


ROUTES = (
    page("/incidents/{reference}/record", show),
    page("/incidents/{reference}/record.ndjson", export),
)
