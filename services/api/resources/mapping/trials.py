"""Trials of mappings: what one would read of a body, field by field; nothing is stored."""

import asyncio
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from events.configuration.integration import (
    IntegrationNotFound,
    IntegrationRevokedBefore,
    integration_decider,
)
from events.ids import IntegrationId, integration_stream
from events.loading import load
from events.mapping.body_mapping import BodyMapping, require_mapping
from events.mapping.reading import AlertRead, read_body
from events.mapping.refusals import Unreadable
from services.access.callers import Caller
from services.access.permissions import Permission
from services.api.dependencies import Dependencies, Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.intake.keeping.replaying import kept_message
from services.api.resources.mapping.bodies import EXAMPLE as MAPPING
from services.api.resources.mapping.bodies import MappingBody, mapping_in
from services.api.resources.mapping.mapping import PATH
from services.request_refusals import (
    BodyMalformed,
    Invalid,
    PermissionMissing,
    RequestInvalid,
)
from services.strict_json import read_json

router = api_router("configuration")

LONGEST: Final = 512 * 1024
SHOWN: Final = 20  # alerts
SAID: Final = 500  # characters of a value
EXAMPLE: Final = {
    "body": '{"host": "db-1", "check": {"name": "Disk", "state": "CRITICAL", "priority": "P1"}}',
    "mapping": MAPPING,
}


class MappingTestBody(Strict, json_schema_extra={"examples": [EXAMPLE]}):
    """What is tried: a body, or a message that came; by the stored mapping, or by another one."""

    body: Annotated[
        str | None, Field(max_length=LONGEST, description="The JSON that the sender would send.")
    ] = None
    arrival_id: Annotated[
        UUID | None,
        Field(strict=False, description="It takes the right to the whole log: it shows texts."),
    ] = None
    mapping: Annotated[
        MappingBody | None, Field(description="In place of the one that is stored.")
    ] = None


class FieldReadView(View):
    """One field, what it says, and what says so."""

    field: str
    value: Annotated[str | None, Field(description=f"Its first {SAID} characters.")]
    by: Annotated[str, Field(description="The path or expression, or `otherwise`.")]
    wrong: Annotated[str | None, Field(description="Why it says nothing.")]


class UnreadView(View):
    """Why a body or an alert of it cannot be read."""

    field: str
    by: str
    reason: str


class MappedAlertView(View):
    """One alert: its fields, and why it would not be read, if that is so."""

    fields: tuple[FieldReadView, ...]
    unread: UnreadView | None


class MappingTestAnswer(View):
    """What the mapping reads of the body. Nothing was stored."""

    mapping_version: Annotated[
        int | None, Field(description="Null: of the mapping that came with the question.")
    ]
    alerts: Annotated[tuple[MappedAlertView, ...], Field(description=f"The first {SHOWN}.")]
    alerts_in_message: int
    unread: Annotated[
        UnreadView | None,
        Field(description="Why the body would be a dead letter; null: it is not."),
    ]


@router.post(f"{PATH}/test", dependencies=[requires(Permission.CONFIGURATION_READ)])
async def test_mapping(
    dependencies: Deps, caller: TheCaller, integration_id: Name, body: MappingTestBody
) -> MappingTestAnswer:
    """Say what a mapping reads of a body, by which path or expression; store nothing."""
    mapping, version = await _mapping(dependencies, integration_id, body)
    raw = await _raw(dependencies, caller, integration_id, body)
    try:
        alerts = read_body(mapping, read_json(raw))
    except BodyMalformed as malformed:
        raise RequestInvalid(Invalid(field="body.body", reason=malformed.detail)) from None
    except Unreadable as unread:
        return _answer(version, (), unread)
    readable = any(one.unread is None for one in alerts)
    return _answer(version, alerts, None if readable else alerts[0].unread)


def _answer(
    version: int | None, alerts: tuple[AlertRead, ...], unread: Unreadable | None
) -> MappingTestAnswer:
    return MappingTestAnswer(
        mapping_version=version,
        alerts=tuple(map(_alert, alerts[:SHOWN])),
        alerts_in_message=len(alerts),
        unread=_unread(unread),
    )


def _alert(alert: AlertRead) -> MappedAlertView:
    return MappedAlertView(
        fields=tuple(
            FieldReadView(
                field=one.field,
                value=None if one.value is None else one.value[:SAID],
                by=one.by,
                wrong=one.wrong or None,
            )
            for one in alert.fields
        ),
        unread=_unread(alert.unread),
    )


def _unread(unread: Unreadable | None) -> UnreadView | None:
    if unread is None:
        return None
    return UnreadView(field=unread.field, by=unread.by, reason=unread.reason)


async def _mapping(
    dependencies: Dependencies, integration_id: str, body: MappingTestBody
) -> tuple[BodyMapping, int | None]:
    """Return what reads, and its version if it is stored.

    Raises: MappingRefused, IntegrationNotFound, IntegrationRevokedBefore, RequestInvalid,
    LogUnavailable.
    """
    stream = integration_stream(IntegrationId(integration_id))
    integration, _ = await load(dependencies.log, integration_decider, stream)
    if integration.created is None:
        raise IntegrationNotFound(f"No such integration: {integration_id}.")
    if integration.is_revoked:
        raise IntegrationRevokedBefore("The integration was revoked: create another one.")
    if body.mapping is not None:
        mapping = mapping_in(body.mapping)
        await asyncio.to_thread(require_mapping, mapping)
        return mapping, None
    if integration.mapping is None:
        reason = f"give one: integration {integration_id} has no mapping yet"
        raise RequestInvalid(Invalid(field="body.mapping", reason=reason))
    return integration.mapping, integration.mapping_version


async def _raw(
    dependencies: Dependencies, caller: Caller, integration_id: str, body: MappingTestBody
) -> bytes:
    """Return the bytes that are read.

    Raises: RequestInvalid, PermissionMissing, ArrivalNotFound, ArrivalNotReplayable.
    """
    if (body.body is None) == (body.arrival_id is None):
        reason = "give a body or an arrival_id, one of them"
        raise RequestInvalid(Invalid(field="body.body", reason=reason))
    if body.body is not None:
        return body.body.encode()
    if Permission.LOG_READ not in caller.permissions:
        raise PermissionMissing(
            "It shows what a message said, which takes the right to the whole log:"
            f" {Permission.LOG_READ.value}."
        )
    assert body.arrival_id is not None  # noqa: S101 - one of them is there
    kept = await kept_message(dependencies, body.arrival_id)
    if kept.arrival.integration_id != integration_id:
        reason = f"is a message of integration {kept.arrival.integration_id}"
        raise RequestInvalid(Invalid(field="body.arrival_id", reason=reason))
    return kept.envelope.body
