"""Configuration as the API shows it: never a secret, only whether there is one."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from events.configuration.api_key import ApiScope
from events.configuration.responder import Channel
from events.incident.phases import Phase
from services.access.callers import Caller
from services.access.permissions import Permission
from services.api.http.formats import Position, View
from services.api.views.changes import LinkView


def _whole_seconds(value: Any) -> Any:
    return int(value.total_seconds()) if isinstance(value, timedelta) else value


type Seconds = Annotated[int, BeforeValidator(_whole_seconds)]


class ContactView(View):
    """One way to reach a responder."""

    channel: Channel
    address: Annotated[
        str | None,
        Field(description="Null for whoever may not know it: it needs contact:read, or be theirs."),
    ]
    has_secret: bool

    def unaddressed(self) -> "ContactView":
        """Return the same without the address."""
        return self.model_copy(update={"address": None})


class ResponderView(View):
    """A person who can be paged."""

    responder_id: str
    name: str
    contact_methods: tuple[ContactView, ...]
    changed_by: str
    changed_at: datetime
    version: int
    position: Position

    def seen_by(self, caller: Caller) -> "ResponderView":
        """Return the responder as the caller may see them."""
        if Permission.CONTACT_READ in caller.permissions or caller.person == self.responder_id:
            return self
        hidden = tuple(one.unaddressed() for one in self.contact_methods)
        return self.model_copy(update={"contact_methods": hidden})


class LevelView(View):
    """People who are paged together, and how long they may stay silent."""

    responder_ids: tuple[str, ...]
    escalation_timeout_seconds: Annotated[Seconds, Field(validation_alias="escalation_timeout")]


class EscalationPolicyView(View):
    """Who is paged, in which order, how patiently and how often."""

    escalation_policy_id: str
    name: str
    levels: tuple[LevelView, ...]
    repeats: int
    changed_by: str
    changed_at: datetime
    version: int
    position: Position


class DeadlineView(View):
    """A phase must be reached within this time of the declaration."""

    phase: Phase
    within_seconds: Annotated[Seconds, Field(validation_alias="within")]


class ServiceView(View):
    """What breaks."""

    service_id: str
    name: str
    escalation_policy_id: str | None
    deadlines: tuple[DeadlineView, ...]
    links: Annotated[tuple[LinkView, ...], Field(description="That its incidents begin with.")]
    changed_by: str
    changed_at: datetime
    version: int
    position: Position


class IntegrationView(View):
    """A monitor that may send alerts, or could before it was revoked."""

    integration_id: str
    name: str
    service_id: str
    created_by: str
    created_at: datetime
    revoked_at: datetime | None
    version: int
    position: Position


class ApiKeyView(View):
    """An API key without its secret."""

    api_key_id: str
    name: str
    scopes: tuple[ApiScope, ...]
    responder_id: str | None
    expires_at: datetime | None
    created_by: str
    created_at: datetime
    revoked_at: datetime | None
    version: int
    position: Position


class ResponderList(View):
    """Every responder, by id."""

    responders: list[ResponderView]


class EscalationPolicyList(View):
    """Every escalation policy, by id."""

    escalation_policies: list[EscalationPolicyView]


class ServiceList(View):
    """Every service, by id."""

    services: list[ServiceView]


class IntegrationList(View):
    """Every integration, the revoked ones too, by id."""

    integrations: list[IntegrationView]


class ApiKeyList(View):
    """Every API key, the revoked ones too, by id."""

    api_keys: list[ApiKeyView]
