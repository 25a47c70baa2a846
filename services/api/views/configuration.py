"""Configuration views: never a secret, only whether there is one."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from events.escalation.level import Level
from events.escalation.target import Target
from events.incident.phases import Phase
from projections.configuration.tables import (
    ApiKeyRow,
    EscalationPolicyRow,
    IntegrationRow,
    ResponderRow,
    ServiceRow,
)
from services.access.callers import Caller
from services.access.permissions import Permission
from services.api.http.formats import View
from services.api.views.changes import LinkView
from services.api.views.contact_methods import Channel
from services.api.views.escalation import LevelBody, TargetBody, level_of, target_of
from services.api.views.notification_rules import HoursView, QuietView, RulesView
from services.api.views.rows import shows


def _whole_seconds(value: Any) -> Any:
    return int(value.total_seconds()) if isinstance(value, timedelta) else value


type Whole = Annotated[int, BeforeValidator(_whole_seconds)]


class ContactView(View):
    """One way to reach a responder."""

    channel: Channel
    address: Annotated[
        str | None,
        Field(description="Null for whoever may not know it: it needs contact:read, or be theirs."),
    ]
    has_secret: bool
    verified_at: Annotated[
        datetime | None, Field(description="By a code; null again once the address changes.")
    ]

    def unaddressed(self) -> "ContactView":
        """Return the same without the address."""
        return self.model_copy(update={"address": None})


@shows(ResponderRow)
class ResponderView(View):
    """A person who can be paged."""

    responder_id: str
    contact_methods: tuple[ContactView, ...]
    notification_rules: RulesView
    quiet_hours: QuietView
    hours: HoursView

    def seen_by(self, caller: Caller) -> "ResponderView":
        """Return the responder as the caller may see them."""
        if Permission.CONTACT_READ in caller.permissions or caller.person == self.responder_id:
            return self
        hidden = tuple(one.unaddressed() for one in self.contact_methods)
        return self.model_copy(update={"contact_methods": hidden})


def _as_bodies(levels: Any) -> Any:
    return tuple(level_of(one) if isinstance(one, Level) else one for one in levels)


def _as_targets(targets: Any) -> Any:
    return tuple(target_of(one) if isinstance(one, Target) else one for one in targets)


class ResponderDetail(ResponderView):
    """A person who can be paged, and what is missing for them to be reached for certain."""

    warnings: list[str]


@shows(EscalationPolicyRow)
class EscalationPolicyView(View):
    """Escalation policy: who is paged, in which order, for how long and how often."""

    levels: Annotated[tuple[LevelBody, ...], BeforeValidator(_as_bodies)]
    on_exhausted: Annotated[tuple[TargetBody, ...], BeforeValidator(_as_targets)]


class DeadlineView(View):
    """A phase must be reached within this time of the declaration."""

    phase: Phase
    within_seconds: Annotated[Whole, Field(validation_alias="within")]


class AlertHandlingView(View):
    """How the alerts of a service's integrations are taken."""

    auto_resolve_after_seconds: Annotated[
        Whole | None, Field(validation_alias="auto_resolve_after")
    ]
    reopen_within_seconds: Annotated[Whole | None, Field(validation_alias="reopen_within")]
    storm_above: int | None


@shows(ServiceRow)
class ServiceView(View):
    """Service: what breaks, and who is paged for it."""

    deadlines: tuple[DeadlineView, ...]
    links: Annotated[tuple[LinkView, ...], Field(description="That its incidents begin with.")]
    alert_handling: AlertHandlingView


@shows(IntegrationRow, "mapping")
class IntegrationView(View):
    """A monitor that may send alerts, or could before it was revoked."""


@shows(ApiKeyRow)
class ApiKeyView(View):
    """An API key without its secret."""


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
