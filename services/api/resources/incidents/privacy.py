"""Who may know of an incident: make it private, open it again, let people in and out."""

from fastapi import Response

from events.ids import ResponderId
from events.incident.privacy.commands import (
    AddMember,
    MakeIncidentPrivate,
    MakeIncidentPublic,
    RemoveMember,
)
from services.api.http.formats import Name, Strict, Text
from services.api.http.guard import api_router
from services.api.resources.incidents.commands import COMMAND, INCIDENT
from services.api.resources.incidents.roles import known_responder
from services.api.writing.commands import TheCommands

router = api_router("incident privacy")


class PrivacyReason(Strict):
    """Why fewer people, or everybody, may know of it."""

    reason: Text


class NewMember(Strict):
    """Somebody who may know of it."""

    responder_id: Name


@router.post(f"{INCIDENT}/privacy", **COMMAND)
async def make_private(commands: TheCommands, body: PrivacyReason) -> Response:
    """Let only members know of the incident: who works on it, is paged for it, or was let in."""
    command = MakeIncidentPrivate(reason=body.reason, actor=commands.actor, at=commands.at)
    return await commands.give(command)


@router.delete(f"{INCIDENT}/privacy", **COMMAND)
async def open_to_everybody(commands: TheCommands, body: PrivacyReason) -> Response:
    """Let everybody who reads incidents know of it again: the commander may, and an admin."""
    return await commands.give(
        MakeIncidentPublic(reason=body.reason, actor=commands.actor, at=commands.at)
    )


@router.post(f"{INCIDENT}/members", **COMMAND)
async def add_member(commands: TheCommands, body: NewMember) -> Response:
    """Let somebody see a private incident who has no part in the response."""
    responder = await known_responder(commands, body.responder_id, "responder_id")
    return await commands.give(
        AddMember(responder_id=responder, actor=commands.actor, at=commands.at)
    )


@router.delete(f"{INCIDENT}/members/{{responder_id}}", **COMMAND)
async def remove_member(commands: TheCommands, responder_id: Name) -> Response:
    """Show somebody nothing of a private incident any more, at once."""
    command = RemoveMember(
        responder_id=ResponderId(responder_id), actor=commands.actor, at=commands.at
    )
    return await commands.give(command)
