"""Subjects: people whom the log tells something personal about, until they are forgotten."""

from typing import Annotated
from uuid import uuid5

from fastapi import Response
from pydantic import Field

from events.configuration.api_key import RevokeApiKey, api_key_decider
from events.errors import SubjectNotFound
from events.handle import handle
from events.ids import (
    AccountId,
    ApiKeyId,
    ResponderId,
    SubjectId,
    api_key_stream,
    responder_stream,
    subject_stream,
)
from events.log.privacy.personal_data import in_clear
from events.log.privacy.subject_keys import destroy_subject_key
from events.subject.commands import ForgetSubject
from events.subject.decide import subject_decider
from projections.configuration import tables as configuration
from projections.engine.defined import every
from services.access.permissions import Permission
from services.api.http.formats import Line, Name, Position, Strict
from services.api.http.guard import api_router, requires
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt, done, receipt_of
from services.commanding.configuration_change import ConfigurationChange

router = api_router("configuration")


class ForgettingBody(Strict, json_schema_extra={"examples": [{"reason": "Left the company."}]}):
    """Why a person is forgotten. The log keeps it forever: do not name them."""

    reason: Line


class Forgotten(Receipt):
    """The person is forgotten: their key is destroyed."""

    left_in_clear: Annotated[
        list[Position],
        Field(description="Events from before personal fields were sealed; they cannot change."),
    ]


@router.delete(
    "/v1/subjects/{subject_id}",
    dependencies=[requires(Permission.SUBJECT_FORGET)],
    response_model=Forgotten,
)
async def forget_person(
    subject_id: Name, body: ForgettingBody, change: TheConfigurationChange
) -> Response:
    """Forget a person: destroy the key under which their names, addresses and secrets are kept."""
    log, database = change.dependencies.log, change.dependencies.database
    known = await log.read_stream(responder_stream(ResponderId(subject_id)))
    if not known:
        raise SubjectNotFound(f"No such responder: {subject_id}.")
    command = ForgetSubject(
        subject_id=SubjectId(subject_id), reason=body.reason, actor=change.actor, at=change.at
    )
    # First the fact: whoever projects it destroys the key too, should we end before the next line.
    handled = await change.make(subject_decider, subject_stream(command.subject_id), command)
    await destroy_subject_key(database, subject_id)
    await change.dependencies.sessions.forget(AccountId(subject_id))
    await _revoke_keys(change, subject_id)
    receipt = Forgotten(
        **dict(receipt_of(change.done(handled))),
        left_in_clear=in_clear(known),
    )
    return done(receipt, replayed=handled.duplicate)


async def _revoke_keys(change: ConfigurationChange, subject_id: str) -> None:
    """Let the list of API keys say what is so already: the person's keys open nothing any more."""
    async with change.dependencies.database.connection() as connection:
        keys = await every(configuration.API_KEY, connection)
    for one in keys:
        if one.responder_id == subject_id and one.revoked_at is None:
            await handle(
                change.dependencies.log,
                api_key_decider,
                api_key_stream(ApiKeyId(one.api_key_id)),
                RevokeApiKey(actor=change.actor, at=change.at),
                command_id=uuid5(change.identity.command_id, one.api_key_id),
                request_digest=change.identity.request_digest,
                metadata=change.metadata,
            )
