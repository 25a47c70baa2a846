"""Trials of routing rules: why a message would become what it would become."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from events.actor import Actor
from events.configuration.routing_rules import DefineRoutingRules, RoutingRulesId
from events.routing.typed import TypedIncident
from events.values.severity import Severity
from services.access.callers import Caller
from services.access.permissions import Permission
from services.access.visibility import hidden_incidents
from services.api.dependencies import Dependencies, Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.intake.keeping.envelope import Envelope
from services.api.intake.keeping.replaying import kept_message
from services.api.intake.keeping.sweep import sender_of
from services.api.intake.keeping.trial import SHOWN, TriedAlert, Trying, tried
from services.api.intake.sources import all_sources
from services.api.resources.operations.arrivals import BecameView, became_members
from services.api.resources.routing.bodies import RoutingRulesBody, rules_in
from services.api.views.incidents import AppliedRuleView, HoldView
from services.request_refusals import Invalid, PermissionMissing, RequestInvalid

router = api_router("configuration")

LONGEST: Final = 512 * 1024
EXAMPLE: Final = {
    "message": {
        "integration_id": "prometheus",
        "source": "generic",
        "body": '{"title": "Disk full", "dedup_key": "disk", "labels": {"host": "db-1"}}',
    }
}


class TriedMessageBody(Strict):
    """A message, as the sender would send it."""

    integration_id: Name
    source: Annotated[str, Field(max_length=100, description="As in its URL: alertmanager.")]
    body: Annotated[str, Field(max_length=LONGEST)]
    headers: Annotated[dict[str, str], Field(default_factory=dict, max_length=50)]
    query: Annotated[dict[str, str], Field(default_factory=dict, max_length=50)]


class DraftBody(RoutingRulesBody):
    """Rules that count in place of those that are stored."""

    routing_rules_id: Annotated[Name, Field(description="In place of which list's.")]


class RoutingTestBody(Strict, json_schema_extra={"examples": [EXAMPLE]}):
    """What is tried: a message, or one that came."""

    message: TriedMessageBody | None = None
    arrival_id: Annotated[
        UUID | None,
        Field(strict=False, description="It takes the right to the whole log: it shows texts."),
    ] = None
    draft: DraftBody | None = None


class RuleCheckView(View):
    """One thing that a rule asks, and the answer."""

    asks: str
    found: Annotated[str | None, Field(description="What the field says; null: it is not there.")]
    holds: bool


class RuleStepView(View):
    """A rule that was asked; its checks end with the first that does not hold."""

    routing_rules_id: str
    number: Annotated[int, Field(description="Of the list's versions.")]
    rule: str
    matches: bool
    ends: Annotated[bool, Field(description="No rule behind it is asked.")]
    checks: tuple[RuleCheckView, ...]


class JoinsView(View):
    """The open incident that an alert joins: its service's newest, or that of a key."""

    rule: str
    key: Annotated[str, Field(description="Empty: the newest open incident of its service.")]


class TypedView(View):
    """The type and the fields of an incident that a rule gives them, as far as they fit."""

    incident_type_id: str | None
    fields: dict[str, tuple[str, ...]]
    warnings: Annotated[
        tuple[str, ...], Field(description="What does not fit: the incident's summary says it too.")
    ]


class TriedAlertView(View):
    """An alert: rule by rule what was asked, and what it would become."""

    name: Annotated[str, Field(description="As its sender says.")]
    dedup_key: str
    firing: Annotated[bool, Field(description="What is over is not routed: no rule is asked.")]
    steps: tuple[RuleStepView, ...]
    title: str
    severity: Severity | None
    service_id: str
    escalation_policy_id: str | None
    group_key: Annotated[str, Field(description="Alerts of the same one share an incident.")]
    window_seconds: int | None
    rolling: Annotated[bool, Field(description="It counts from the last alert that came.")]
    joins: Annotated[
        JoinsView | None, Field(description="Which open incident it would join, were there one.")
    ]
    typed: Annotated[
        TypedView | None, Field(description="As what the incident would be declared that it opens.")
    ]
    ticket_only: Annotated[bool, Field(description="It would page nobody, but be work to do.")]
    held_back: Annotated[
        HoldView | None, Field(description="Why it would open no incident, and page nobody, now.")
    ]
    applied: tuple[AppliedRuleView, ...]


class RoutingTestAnswer(BecameView):
    """What would become of the message. Nothing was stored."""

    tried: Annotated[tuple[TriedAlertView, ...], Field(description=f"The first {SHOWN}.")]
    alerts_in_message: int


@router.post(
    "/v1/routing-rules/test",
    dependencies=[requires(Permission.CONFIGURATION_READ)],
    openapi_extra={"responses": {"404": {"$ref": "#/components/responses/Problem404"}}},
)
async def test_routing_rules(
    dependencies: Deps, caller: TheCaller, body: RoutingTestBody
) -> RoutingTestAnswer:
    """Say which rule matches each alert of a message, and what it would become; store nothing.

    An alert that is open already stays in its incident, whatever rules say: `alerts` names it.
    """
    now = dependencies.clock()
    trying = await _trying(dependencies, caller, body, now)
    trial = await tried(dependencies, trying, now)
    hidden = await hidden_incidents(dependencies, caller.visibility)
    ending = trial.ending
    became = became_members(ending.outcome.value, ending.reason, ending.detail, hidden)
    shown = tuple(map(_alert, trial.alerts))
    return RoutingTestAnswer.model_validate(
        became | {"tried": shown, "alerts_in_message": trial.count}
    )


async def _trying(
    dependencies: Dependencies, caller: Caller, body: RoutingTestBody, now: datetime
) -> Trying:
    draft = None if body.draft is None else draft_of(body.draft, caller.actor, now)
    if (body.message is None) == (body.arrival_id is None):
        raise _invalid("message", "give a message or an arrival_id, one of them")
    if body.arrival_id is not None:
        if Permission.LOG_READ not in caller.permissions:
            raise PermissionMissing(
                "It shows what a message said, which takes the right to the whole log:"
                f" {Permission.LOG_READ.value}.",
                permission=Permission.LOG_READ.value,
            )
        kept = await kept_message(dependencies, body.arrival_id)
        return Trying(sender=kept.sender, source=kept.source, envelope=kept.envelope, draft=draft)
    message = body.message
    assert message is not None  # noqa: S101 - one of them is there
    source = {one.name: one for one in all_sources() if one.keeps}.get(message.source)
    if source is None:
        raise _invalid("message.source", "is no source of alerts; see the integration's urls")
    sender = await sender_of(dependencies.log, message.integration_id)
    if sender is None:
        raise _invalid("message.integration_id", "is not known, or was revoked")
    envelope = Envelope(
        body=message.body.encode(), headers=_lowered(message.headers), query=message.query
    )
    return Trying(sender=sender, source=source, envelope=envelope, draft=draft)


def draft_of(body: DraftBody, actor: Actor, now: datetime) -> DefineRoutingRules:
    """Return rules that are not stored as the command that would store them."""
    return DefineRoutingRules(
        routing_rules_id=RoutingRulesId(body.routing_rules_id),
        rules=rules_in(body),
        actor=actor,
        at=now,
    )


def _alert(one: TriedAlert) -> dict[str, Any]:
    grouped_by = one.decision.grouped_by
    window = grouped_by.grouping.window if grouped_by else None
    return {
        "name": one.signal.name,
        "dedup_key": one.signal.dedup_key,
        "firing": one.signal.firing,
        "steps": [
            {
                "routing_rules_id": step.routing_rules_id,
                "number": step.number,
                "rule": step.rule.name,
                "matches": step.matches,
                "ends": step.matches and not step.rule.goes_on,
                "checks": step.checks,
            }
            for step in one.steps
        ],
        "title": one.title,
        "severity": one.severity,
        "service_id": one.service_id,
        "escalation_policy_id": one.escalation_policy_id,
        "group_key": one.group_key,
        "rolling": grouped_by is not None and grouped_by.grouping.rolling,
        "window_seconds": None if window is None else int(window.total_seconds()),
        "joins": one.decision.joined_by,
        "typed": _typed(one.typed),
        "ticket_only": one.decision.ticket_only,
        "held_back": one.hold,
        "applied": one.decision.applied,
    }


def _typed(typed: TypedIncident | None) -> dict[str, Any] | None:
    if typed is None:
        return None
    known = typed.incident_type
    return {
        "incident_type_id": known.incident_type_id if known else None,
        "fields": typed.fields,
        "warnings": typed.warnings,
    }


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _invalid(field: str, reason: str) -> RequestInvalid:
    return RequestInvalid(Invalid(field=f"body.{field}", reason=reason))
