"""Integrations: monitors that may send alerts for a service, each with a key of its own."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import Query, Response
from pydantic import Field, SecretStr

from events.configuration.integration import (
    CreateIntegration,
    IntegrationCreated,
    IntegrationNotFound,
    IntegrationRevokedBefore,
    RevokeIntegration,
    RotateIntegrationKey,
    SetSigningSecret,
    integration_decider,
)
from events.definition import fact_of
from events.ids import IntegrationId, ServiceId, integration_stream
from events.loading import load
from projections.configuration import tables as configuration
from projections.engine.defined import every, one
from services.access.mail_addresses import addresses_of
from services.access.permissions import Permission
from services.access.secret_keys import new_key, new_key_for
from services.api.http.dependencies import Deps
from services.api.http.formats import Line, Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.intake.sources import source_urls
from services.api.reading.reads import ReadQuery, TheReads
from services.api.views.configuration import IntegrationList, IntegrationView
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.issued_keys import IssuedKey, issued
from services.api.writing.receipts import Receipt
from services.settings import Settings

router = api_router("configuration")

USUAL_GRACE: Final = 24 * 60 * 60  # seconds: as long as it may take to give a monitor its new key
LONGEST_GRACE: Final = 30 * USUAL_GRACE


class IntegrationBody(
    Strict, json_schema_extra={"examples": [{"name": "Prometheus", "service_id": "checkout"}]}
):
    """Integration to create: a monitor that may send alerts."""

    name: Line
    service_id: Name


class SigningSecretBody(
    Strict, json_schema_extra={"examples": [{"signing_secret": "e5f1c0a9b3d84726958a1c2e"}]}
):
    """Secret with which the sender signs what it sends."""

    signing_secret: Annotated[
        SecretStr,
        Field(min_length=16, max_length=255, description="As the sender has it. Shown nowhere."),
    ]


class KeyRotationBody(Strict, json_schema_extra={"examples": [{"grace_seconds": 86400}]}):
    """How long the key of before stays good."""

    grace_seconds: Annotated[
        int,
        Field(
            ge=0,
            le=LONGEST_GRACE,
            description="So long it is taken beside the new one. 0: refused at once, if it leaked.",
        ),
    ] = USUAL_GRACE


class MailAddressesView(View):
    """Where an integration takes mail. Whoever knows an address can send alerts."""

    any_sender: Annotated[str, Field(description="Takes mail from anybody.", repr=False)]
    authenticated_sender: Annotated[
        str, Field(description="Takes mail whose sender DKIM or SPF vouches for.", repr=False)
    ]


class IntegrationCreatedAnswer(IssuedKey):
    """The integration, and what its monitor has to know."""

    integration_id: str
    name: str
    service_id: str
    urls: Annotated[
        dict[str, str] | None,
        Field(
            description="Where to send to, by kind of sender; null where `key` is.",
            examples=[{"alertmanager": "http://127.0.0.1:8080/v1/integrations/KEY/alertmanager"}],
            repr=False,
        ),
    ]
    mail_addresses: Annotated[
        MailAddressesView | None, Field(description="Null where `key` is.", repr=False)
    ]


class KeyRotatedAnswer(IntegrationCreatedAnswer):
    """The integration with its new key."""

    former_until: Annotated[
        datetime, Field(description="Until when keys and mail addresses of before are good.")
    ]


@router.get("/v1/integrations", dependencies=[requires(Permission.CONFIGURATION_READ)])
async def list_integrations(
    reads: TheReads, query: Annotated[ReadQuery, Query()]
) -> IntegrationList:
    """List the integrations, the revoked ones too, by id."""
    async with reads.of(query, configuration.NAME) as connection:
        rows = await every(configuration.INTEGRATION, connection)
    return IntegrationList(integrations=[IntegrationView.model_validate(row) for row in rows])


@router.get(
    "/v1/integrations/{integration_id}", dependencies=[requires(Permission.CONFIGURATION_READ)]
)
async def show_integration(
    response: Response, reads: TheReads, integration_id: Name, query: Annotated[ReadQuery, Query()]
) -> IntegrationView:
    """Show an integration; its ETag is what If-Match takes."""
    stream = integration_stream(IntegrationId(integration_id))
    async with reads.of(query, configuration.NAME, stream=stream) as connection:
        row = await one(configuration.INTEGRATION, connection, integration_id)
    if row is None:
        raise IntegrationNotFound(f"No such integration: {integration_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    return IntegrationView.model_validate(row)


@router.post(
    "/v1/integrations",
    dependencies=[requires(Permission.TEAM_WRITE)],
    status_code=201,
    response_model=IntegrationCreatedAnswer,
)
async def create_integration(body: IntegrationBody, change: TheConfigurationChange) -> Response:
    """Let a monitor send alerts. Its key is in this answer and nowhere else, ever again."""
    service_id = ServiceId(body.service_id)
    key = new_key_for("ingest", change.identity.command_id)
    command = CreateIntegration(
        integration_id=IntegrationId(key.key_id),
        name=body.name,
        service_id=service_id,
        secret_hash=key.secret_hash,
        actor=change.actor,
        at=change.at,
    )
    stream = integration_stream(command.integration_id)
    handled = await change.make(integration_decider, stream, command)
    created = fact_of(IntegrationCreated, command)
    text = None if handled.duplicate else key.text
    answer = IntegrationCreatedAnswer(
        **_shown_once(created, text, change.dependencies.settings),
        position=handled.result.last_position,
    )
    return issued(answer, handled, f"/v1/integrations/{command.integration_id}")


@router.post(
    "/v1/integrations/{integration_id}/key-rotation",
    dependencies=[requires(Permission.TEAM_WRITE)],
    status_code=201,
    response_model=KeyRotatedAnswer,
)
async def rotate_integration_key(
    integration_id: Name, body: KeyRotationBody, change: TheConfigurationChange
) -> Response:
    """Give a monitor another key, which is in this answer and nowhere else, ever again.

    The key of before, and mail addresses made of it, are good for the grace time, so that nothing
    is lost until the monitor has the new one. No key of before is good for longer than that.
    """
    stream = integration_stream(IntegrationId(integration_id))
    key = new_key("ingest", integration_id)
    command = RotateIntegrationKey(
        secret_hash=key.secret_hash,
        former_until=change.at + timedelta(seconds=body.grace_seconds),
        actor=change.actor,
        at=change.at,
    )
    handled = await change.make(integration_decider, stream, command)
    integration, _ = await load(change.dependencies.log, integration_decider, stream)
    if integration.created is None:
        raise IntegrationNotFound(f"No such integration: {integration_id}.")
    text = None if handled.duplicate else key.text
    answer = KeyRotatedAnswer(
        **_shown_once(integration.created, text, change.dependencies.settings),
        former_until=integration.former_keys[-1].until,
        position=handled.result.last_position,
    )
    return issued(answer, handled, f"/v1/integrations/{integration_id}")


@router.get(
    "/v1/integrations/{integration_id}/mail-addresses",
    dependencies=[requires(Permission.TEAM_WRITE)],
)
async def show_mail_addresses(integration_id: Name, dependencies: Deps) -> MailAddressesView:
    """Show where an integration takes mail: what its key is for HTTP."""
    stream = integration_stream(IntegrationId(integration_id))
    integration, _ = await load(dependencies.log, integration_decider, stream)
    if integration.created is None:
        raise IntegrationNotFound(f"No such integration: {integration_id}.")
    if integration.in_use is None:
        raise IntegrationRevokedBefore("The integration was revoked: create another one.")
    return _mail_addresses(integration.in_use, dependencies.settings)


@router.delete(
    "/v1/integrations/{integration_id}",
    dependencies=[requires(Permission.TEAM_WRITE)],
    response_model=Receipt,
)
async def revoke_integration(integration_id: Name, change: TheConfigurationChange) -> Response:
    """Refuse a monitor's key, at once and for good."""
    stream = integration_stream(IntegrationId(integration_id))
    command = RevokeIntegration(actor=change.actor, at=change.at)
    return await change.receipt(integration_decider, stream, command)


@router.put(
    "/v1/integrations/{integration_id}/signing-secret",
    dependencies=[requires(Permission.TEAM_WRITE)],
    response_model=Receipt,
)
async def set_signing_secret(
    integration_id: Name, body: SigningSecretBody, change: TheConfigurationChange
) -> Response:
    """Take only messages that are signed with this secret. It replaces the one before at once."""
    secret = body.signing_secret.get_secret_value()
    command = SetSigningSecret(signing_secret=secret, actor=change.actor, at=change.at)
    stream = integration_stream(IntegrationId(integration_id))
    return await change.receipt(integration_decider, stream, command)


@router.delete(
    "/v1/integrations/{integration_id}/signing-secret",
    dependencies=[requires(Permission.TEAM_WRITE)],
    response_model=Receipt,
)
async def remove_signing_secret(integration_id: Name, change: TheConfigurationChange) -> Response:
    """Take messages without a signature again: the key is enough."""
    command = SetSigningSecret(signing_secret=None, actor=change.actor, at=change.at)
    stream = integration_stream(IntegrationId(integration_id))
    return await change.receipt(integration_decider, stream, command)


def _shown_once(
    created: IntegrationCreated, text: str | None, settings: Settings
) -> dict[str, Any]:
    """Return the integration with its key and all that is made of it, where it is shown at all."""
    url = f"{settings.public_url}/v1/integrations/{text}"
    return {
        "integration_id": created.integration_id,
        "name": created.name,
        "service_id": created.service_id,
        "key": text,
        "urls": source_urls(url) if text else None,
        "mail_addresses": _mail_addresses(created, settings) if text else None,
    }


def _mail_addresses(created: IntegrationCreated, settings: Settings) -> MailAddressesView:
    addresses = addresses_of(created, settings.mail_domain)
    return MailAddressesView(
        any_sender=addresses.any_sender, authenticated_sender=addresses.authenticated_sender
    )
