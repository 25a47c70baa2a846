"""Requested pages: those that people ask for in an incident."""

from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from events.ids import EscalationPolicyId, ResponderId, page_id_for, page_stream
from events.incident.pages.commands import EscalatePage, RenewPlan, RequestPage
from events.loading import load
from events.page.decide import page_decider, require_at
from events.page.plan import PageTarget, Step
from events.references import references
from services.api.http.formats import Line, Name, Strict
from services.api.http.guard import api_router
from services.api.writing.command_routes import COMMAND, INCIDENT
from services.api.writing.commands import TheCommands
from services.commanding.named import require_named

router = api_router("pages")

Number = Annotated[int, Path(ge=1, le=10_000)]


class EscalationBody(Strict, json_schema_extra={"examples": [{"round": 1, "level": 1}]}):
    """Where you see the page: it goes on from there, and from nowhere else."""

    round: Annotated[int, Field(ge=1, le=10_000)]
    level: Annotated[int, Field(ge=1, le=10_000)]


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


@router.post(f"{INCIDENT}/pages/{{number}}/escalation", **COMMAND)
async def escalate_page(commands: TheCommands, number: Number, body: EscalationBody) -> Response:
    """Page the next level at once. Round and level are those you see.

    Where the page has left them meanwhile, as after a second click, it is refused with 409.
    """
    stream = page_stream(page_id_for(commands.incident_id, number))
    page, version = await load(commands.dependencies.log, page_decider, stream)
    repeated = await commands.dependencies.log.find_command(commands.identity.command_id)
    if version and repeated is None:
        require_at(page, Step(round=body.round, level=body.level))
    return await commands.give(
        EscalatePage(
            number=number,
            round=body.round,
            level=body.level,
            actor=commands.actor,
            at=commands.at,
        )
    )


@router.post(f"{INCIDENT}/pages/{{number}}/plan", **COMMAND)
async def renew_plan(commands: TheCommands, number: Number) -> Response:
    """Page by the escalation policy as it is now, from its first level on.

    A page keeps the plan it began with; this is how a change of the policy reaches it. A page that
    was exhausted begins anew.
    """
    return await commands.give(RenewPlan(number=number, actor=commands.actor, at=commands.at))
