"""Requested pages: those that people ask for in an incident."""

from typing import Annotated

from fastapi import Response
from pydantic import Field

from events.ids import EscalationPolicyId, ResponderId
from events.incident.pages.commands import RequestPage
from events.page.plan import PageTarget
from events.references import references
from services.api.http.formats import Line, Name, Strict
from services.api.http.guard import api_router
from services.api.writing.command_routes import COMMAND, INCIDENT
from services.api.writing.commands import TheCommands
from services.commanding.named import require_named

router = api_router("pages")


class PageCall(
    Strict,
    json_schema_extra={
        "examples": [{"ask": "Look at the database, please.", "responder_ids": ["grace"]}]
    },
):
    """Page request: who is paged, and what for; the incident commander stays the same."""

    ask: Line
    responder_ids: Annotated[tuple[Name, ...], Field(max_length=20, strict=False)] = ()
    escalation_policy_id: Name | None = None


@router.post(f"{INCIDENT}/pages", **COMMAND)
async def request_page(commands: TheCommands, body: PageCall) -> Response:
    """Page further people with words of your own: to look at something, or to join."""
    people = tuple(ResponderId(one) for one in dict.fromkeys(body.responder_ids))
    policy = EscalationPolicyId(body.escalation_policy_id) if body.escalation_policy_id else None
    target = PageTarget(escalation_policy_id=policy, responder_ids=people)
    await require_named(commands.dependencies.log, references(target, commands.stream))
    return await commands.give(
        RequestPage(ask=body.ask, target=target, actor=commands.actor, at=commands.at)
    )
