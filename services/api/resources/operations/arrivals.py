"""Arrivals: what monitors sent, what became of each message and why, and taking one anew."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field

from events.configuration.integration import IntegrationNotFound, integration_decider
from events.ids import IntegrationId, integration_stream
from events.loading import load
from events.log.intake.arrivals import ArrivalOutcome, Ending, KeptArrival
from events.routing.holding import HoldReason
from events.values.plain_text import plain
from services.access.permissions import Permission
from services.access.visibility import hidden_incidents
from services.api.dependencies import Dependencies, Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.http.owner_in_path import owned_changes
from services.api.intake.keeping.envelope import opened
from services.api.intake.keeping.replaying import dry_run, kept_message, take_anew
from services.api.reading.reads import Limit
from services.api.writing.idempotency import TheIdentity
from services.request_refusals import ArrivalNotFound

router = api_router("operations")

_KEPT_FROM_SOME = frozenset({ArrivalOutcome.PUT_OFF.value})  # its reason may name an alert

type Outcome = Literal[
    "waiting",
    "opened",
    "joined",
    "unchanged",
    "stored",
    "refused",
    "unreadable",
    "put_off",
    "failed",
]


class ArrivalsQuery(BaseModel):
    """Which arrivals."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: Annotated[UUID | None, Field(description="Only those that came before this one.")] = (
        None
    )
    outcome: Outcome | None = None
    limit: Limit = 50


class AlertThen(View):
    """An alert of a message, as it stood when the message was taken."""

    alert_id: UUID
    state: Literal["firing", "resolved"]
    incident_id: UUID | None
    held_back: Annotated[
        HoldReason | None, Field(description="Why it fires without an incident.")
    ] = None
    changed: Annotated[bool, Field(description="By this message.")]


class BecameView(View):
    """What became of a message, or would. Private incidents are named to those who see them."""

    outcome: Outcome
    reason: Annotated[str | None, Field(description="Why.")]
    incident_id: UUID | None = None
    reference: str | None = None
    alerts: Annotated[tuple[AlertThen, ...], Field(description="The first 50.")] = ()
    alerts_read: int | None = None
    change_id: str | None = None


class ArrivalView(BecameView):
    """A message behind a good key, kept before it was answered."""

    arrival_id: UUID
    arrived_at: datetime
    integration_id: str
    source: str
    size: Annotated[int, Field(description="Bytes of its body.")]
    kept: Annotated[int, Field(description="Of them, how many are kept, from the beginning.")]
    sha256: Annotated[str, Field(description="Of its whole body, as it came.")]
    request_id: Annotated[
        str | None, Field(description="The `correlation_id` of the events that it made.")
    ]
    replay_of: UUID | None
    finished_at: datetime | None
    attempts: Annotated[int, Field(description="How often it was taken up after it was left.")]


class ArrivalList(View):
    """Arrivals, newest first."""

    arrivals: list[ArrivalView]
    next_before: UUID | None


class OpenedArrival(ArrivalView):
    """An arrival with what it said."""

    headers: dict[str, str]
    query: dict[str, str]
    path: dict[str, str]
    body: Annotated[
        str | None, Field(description="As text; null if the key that sealed it is gone.")
    ]
    redactions: Annotated[int, Field(description="Secrets that were blacked out in the body.")]


class ReplayBody(Strict, json_schema_extra={"examples": [{"for_real": False}]}):
    """How to replay."""

    for_real: Annotated[
        bool, Field(description="Take it in anew; otherwise only say what would become of it.")
    ] = False


class ReplayAnswer(BecameView):
    """What became of the message, or would."""

    for_real: bool
    arrival_id: Annotated[UUID | None, Field(description="Of the replay, if it was for real.")]
    redactions: Annotated[
        int, Field(description="Secrets blacked out before it was kept: they are not in a replay.")
    ]
    cut_off: Annotated[bool, Field(description="Only the beginning of the message was kept.")]


@router.get(
    "/v1/integrations/{integration_id}/arrivals",
    dependencies=[requires(Permission.CONFIGURATION_READ)],
)
async def list_arrivals(
    dependencies: Deps,
    caller: TheCaller,
    integration_id: Name,
    query: Annotated[ArrivalsQuery, Query()],
) -> ArrivalList:
    """List what an integration sent, newest first, with what became of each message and why."""
    found = await dependencies.arrivals.newest(
        integration_id, query.limit, before=query.before, outcome=query.outcome
    )
    if not found:
        await _require_integration(dependencies, integration_id)
    hidden = await hidden_incidents(dependencies, caller.visibility)
    everything = caller.visibility.everything
    views = [
        ArrivalView.model_validate(_members(one, hidden, everything=everything)) for one in found
    ]
    full = len(found) == query.limit
    return ArrivalList(arrivals=views, next_before=found[-1].arrival_id if full else None)


@router.get("/v1/arrivals/{arrival_id}", dependencies=[requires(Permission.LOG_READ)])
async def show_arrival(dependencies: Deps, caller: TheCaller, arrival_id: UUID) -> OpenedArrival:
    """Show what a message said, without its secrets. It takes the right to the whole log."""
    found = await dependencies.arrivals.find(arrival_id)
    if found is None:
        raise ArrivalNotFound(f"No such arrival: {arrival_id}. Old ones are forgotten.")
    arrival, content = found
    hidden = await hidden_incidents(dependencies, caller.visibility)
    members = _members(arrival, hidden, everything=caller.visibility.everything)
    said: dict[str, Any] = {"headers": {}, "query": {}, "path": {}, "body": None, "redactions": 0}
    if content is not None:
        envelope = opened(content)
        said = {
            "headers": envelope.headers,
            "query": envelope.query,
            "path": envelope.named,
            "body": plain(envelope.body.decode(errors="replace")),
            "redactions": envelope.redactions,
        }
    return OpenedArrival.model_validate(members | said)


@router.post("/v1/arrivals/{arrival_id}/replay", dependencies=[requires(Permission.TEAM_WRITE)])
async def replay_arrival(
    request: Request,
    dependencies: Deps,
    caller: TheCaller,
    identity: TheIdentity,
    arrival_id: UUID,
    body: ReplayBody,
) -> ReplayAnswer:
    """Say what would become of a message by the rules of now, or take it in anew, for real.

    It is taken as if it came now; a change stays where it was in time. For real it may page
    somebody, and counts once: the same `Idempotency-Key` gets the first answer.
    """
    kept = await kept_message(dependencies, arrival_id)
    if (only := owned_changes(request, caller)) is not None:
        await only.require([integration_stream(IntegrationId(kept.arrival.integration_id))])
    hidden = await hidden_incidents(dependencies, caller.visibility)
    new: UUID | None = None
    if not body.for_real:
        ending = await dry_run(dependencies, kept, dependencies.clock())
    else:
        key = str(identity.command_id)
        before = await dependencies.arrivals.replayed(arrival_id, key)
        if before is not None and before.outcome is not None:
            new = before.arrival_id
            ending = Ending(
                outcome=ArrivalOutcome(before.outcome),
                reason=before.reason or "",
                detail=before.detail or "{}",
            )
        else:
            request_id: str = request.state.request_id
            now = dependencies.clock()
            message, ending = await take_anew(dependencies, kept, key, request_id, now)
            new = message.arrival_id
    became = became_members(ending.outcome.value, ending.reason, ending.detail, hidden)
    return ReplayAnswer.model_validate(
        became
        | {
            "for_real": body.for_real,
            "arrival_id": new,
            "redactions": kept.envelope.redactions,
            "cut_off": kept.arrival.kept < kept.arrival.size,
        }
    )


async def _require_integration(dependencies: Dependencies, integration_id: str) -> None:
    stream = integration_stream(IntegrationId(integration_id))
    _, version = await load(dependencies.log, integration_decider, stream)
    if not version:
        raise IntegrationNotFound(f"No such integration: {integration_id}.")


def _members(
    arrival: KeptArrival, hidden: Collection[UUID], *, everything: bool
) -> dict[str, object]:
    reason = arrival.reason
    if arrival.outcome in _KEPT_FROM_SOME and not everything:
        reason = "Its sender was asked to send it again."
    return {
        "arrival_id": arrival.arrival_id,
        "arrived_at": arrival.arrived_at,
        "integration_id": arrival.integration_id,
        "source": arrival.source,
        "size": arrival.size,
        "kept": arrival.kept,
        "sha256": arrival.sha256.hex(),
        "request_id": arrival.correlation_id,
        "replay_of": arrival.replay_of,
        "finished_at": arrival.finished_at,
        "attempts": arrival.attempts,
        **became_members(arrival.outcome or "waiting", reason, arrival.detail, hidden),
    }


def became_members(
    outcome: str, reason: str | None, detail: str | None, hidden: Collection[UUID]
) -> dict[str, object]:
    """Return what `BecameView` shows to somebody from whom these incidents are hidden."""
    said: dict[str, Any] = json.loads(detail or "{}")
    said.pop("position", None)
    if said.get("incident_id") and UUID(said["incident_id"]) in hidden:
        said |= {"incident_id": None, "reference": None}
    said["alerts"] = [
        one
        for one in said.get("alerts", ())
        if one["incident_id"] is None or UUID(one["incident_id"]) not in hidden
    ]
    return {"outcome": outcome, "reason": reason, **said}
