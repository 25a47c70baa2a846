"""Pages that people call for an incident, and call off."""

from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from events.ids import EscalationPolicyId, ResponderId, escalation_policy_stream
from events.incident.pages.commands import CancelPage, RequestPage
from events.page.plan import PageTarget
from services.access.people import is_known
from services.api.http.formats import Line, Name, Strict
from services.api.http.guard import api_router
from services.api.resources.incidents.commands import COMMAND, INCIDENT
from services.api.writing.commands import TheCommands
from services.commanding.incident_commands import IncidentCommands
from services.request_refusals import Invalid, RequestInvalid

router = api_router("incident pages")


class PageCall(Strict):
    """Whom to page, and what for; the incident stays with whoever has it."""

    ask: Line
    responder_ids: Annotated[tuple[Name, ...], Field(max_length=20, strict=False)] = ()
    escalation_policy_id: Name | None = None


class PageCallOff(Strict):
    """Why the page is not needed any more."""

    reason: Line


@router.post(f"{INCIDENT}/pages", **COMMAND)
async def request_page(commands: TheCommands, body: PageCall) -> Response:
    """Page further people with words of your own: to look at something, or to join."""
    people = tuple(ResponderId(one) for one in dict.fromkeys(body.responder_ids))
    policy = EscalationPolicyId(body.escalation_policy_id) if body.escalation_policy_id else None
    await _require(commands, people, policy)
    target = PageTarget(escalation_policy_id=policy, responder_ids=people)
    return await commands.give(
        RequestPage(ask=body.ask, target=target, actor=commands.actor, at=commands.at)
    )


@router.post(f"{INCIDENT}/pages/{{number}}/cancellation", **COMMAND)
async def cancel_page(
    commands: TheCommands, number: Annotated[int, Path(ge=1, le=10_000)], body: PageCallOff
) -> Response:
    """Stop a page that is no longer needed."""
    command = CancelPage(number=number, reason=body.reason, actor=commands.actor, at=commands.at)
    return await commands.give(command)


async def _require(
    commands: IncidentCommands, people: tuple[ResponderId, ...], policy: EscalationPolicyId | None
) -> None:
    """Let the call pass if everybody it names is there.

    Raises: RequestInvalid.
    """
    log = commands.dependencies.log
    missing = [
        Invalid(field=f"body.responder_ids.{place}", reason=f"No such responder: {one}.")
        for place, one in enumerate(people)
        if not await is_known(log, one)
    ]
    if policy and not await log.read_stream(escalation_policy_stream(policy)):
        reason = f"No such escalation policy: {policy}."
        missing.append(Invalid(field="body.escalation_policy_id", reason=reason))
    if missing:
        raise RequestInvalid(*missing)
