"""Who takes part in an incident: responders, and the roles they take, give and pass on."""

from typing import Annotated

from fastapi import Body, Path, Response
from pydantic import Field

from events.ids import ResponderId
from events.incident.roles.commands import (
    AcceptRole,
    AddResponder,
    AssignRole,
    DeclineRole,
    HandOverRole,
    OfferRole,
    ReplaceCommander,
    UnassignRole,
    WithdrawRoleOffer,
)
from services.access.people import is_known
from services.api.http.formats import Name, Strict, Text
from services.api.http.guard import api_router
from services.api.http.text_forms import TextForm
from services.api.resources.incidents.commands import COMMAND, INCIDENT, NoBody
from services.api.writing.commands import TheCommands
from services.commanding.incident_commands import IncidentCommands
from services.request_refusals import Invalid, RequestInvalid

router = api_router("incident roles")

ROLE = f"{INCIDENT}/roles/{{role}}"

type RoleName = Annotated[
    str,
    Path(description="commander, communications, operations, scribe, or a name of your own."),
    TextForm(
        r"^[a-z][a-z0-9-]{0,39}$",
        "Use 1-40 lowercase letters, digits or '-', starting with a letter.",
    ),
]
type Force = Annotated[
    bool,
    Field(description="Against the rule that stands in the way; then `reason` is needed."),
]


class Addition(Strict):
    """A responder who joins."""

    responder_id: Name


class Assignment(Strict):
    """A responder who takes a role."""

    responder_id: Name
    force: Force = False
    reason: Text | None = None


class Offer(Strict):
    """A responder who is asked to take a role over."""

    to_responder_id: Name


class Handover(Strict):
    """A responder who takes a role over at once, and why there is no time for their yes."""

    to_responder_id: Name
    reason: Text


class Acceptance(Strict):
    """A yes to an offered role."""

    force: Force = False
    reason: Text | None = None


class Why(Strict):
    """A reason, where there is one to give."""

    reason: Text | None = None


class Takeover(Strict):
    """Why the commander has to be replaced."""

    reason: Text
    force: Force = False


type MaybeAcceptance = Annotated[Acceptance | None, Body()]
type MaybeWhy = Annotated[Why | None, Body()]


@router.post(f"{INCIDENT}/responders", **COMMAND)
async def add_responder(commands: TheCommands, body: Addition) -> Response:
    """Bring a responder into the response."""
    responder = await known_responder(commands, body.responder_id, "responder_id")
    return await commands.give(
        AddResponder(responder_id=responder, actor=commands.actor, at=commands.at)
    )


@router.post(ROLE, **COMMAND)
async def assign_role(commands: TheCommands, role: RoleName, body: Assignment) -> Response:
    """Give somebody, or take, a role that nobody holds."""
    command = AssignRole(
        role=role,
        responder_id=await known_responder(commands, body.responder_id, "responder_id"),
        actor=commands.actor,
        at=commands.at,
        reason=body.reason,
        force=body.force,
    )
    return await commands.give(command)


@router.post(f"{ROLE}/offer", **COMMAND)
async def offer_role(commands: TheCommands, role: RoleName, body: Offer) -> Response:
    """Offer a role; it changes hands when they accept.

    Its holder may, the incident commander, and an admin.
    """
    to = await known_responder(commands, body.to_responder_id, "to_responder_id")
    offer = OfferRole(role=role, to_responder_id=to, actor=commands.actor, at=commands.at)
    return await commands.give(offer)


@router.post(f"{ROLE}/handover", **COMMAND)
async def hand_over_role(commands: TheCommands, role: RoleName, body: Handover) -> Response:
    """Hand a role over at once, without waiting for a yes."""
    command = HandOverRole(
        role=role,
        to_responder_id=await known_responder(commands, body.to_responder_id, "to_responder_id"),
        actor=commands.actor,
        at=commands.at,
        reason=body.reason,
        force=True,
    )
    return await commands.give(command)


@router.post(f"{ROLE}/offer/acceptance", **COMMAND)
async def accept_role(
    commands: TheCommands, role: RoleName, body: MaybeAcceptance = None
) -> Response:
    """Take the role that was offered to you."""
    said = body or Acceptance()
    command = AcceptRole(
        role=role, actor=commands.actor, at=commands.at, reason=said.reason, force=said.force
    )
    return await commands.give(command)


@router.post(f"{ROLE}/offer/decline", **COMMAND)
async def decline_role(commands: TheCommands, role: RoleName, body: MaybeWhy = None) -> Response:
    """Say no to the role that was offered to you; its holder goes on."""
    reason = body.reason if body else None
    command = DeclineRole(role=role, reason=reason, actor=commands.actor, at=commands.at)
    return await commands.give(command)


@router.delete(f"{ROLE}/offer", **COMMAND)
async def withdraw_role_offer(commands: TheCommands, role: RoleName, _: NoBody = None) -> Response:
    """Withdraw an offer before it is answered."""
    return await commands.give(WithdrawRoleOffer(role=role, actor=commands.actor, at=commands.at))


@router.delete(ROLE, **COMMAND)
async def unassign_role(commands: TheCommands, role: RoleName, body: MaybeWhy = None) -> Response:
    """Give up a role or, as incident commander or admin, relieve its holder."""
    reason = body.reason if body else None
    return await commands.give(
        UnassignRole(role=role, reason=reason, actor=commands.actor, at=commands.at)
    )


@router.post(f"{INCIDENT}/takeover", **COMMAND)
async def replace_commander(commands: TheCommands, body: Takeover) -> Response:
    """Command in place of a commander who has been silent too long; an admin need not wait."""
    command = ReplaceCommander(
        reason=body.reason, force=body.force, actor=commands.actor, at=commands.at
    )
    return await commands.give(command)


async def known_responder(
    commands: IncidentCommands, responder_id: str, member: str
) -> ResponderId:
    """Return the id of a responder who exists.

    Raises: RequestInvalid.
    """
    known = ResponderId(responder_id)
    if not await is_known(commands.dependencies.log, known):
        raise RequestInvalid(Invalid(field=f"body.{member}", reason=f"No such responder: {known}."))
    return known
