"""Dry run of escalation policies: who would be paged now, on Sunday at 03:00, or at any instant."""

from typing import Annotated

from fastapi import Query
from pydantic import ConfigDict, Field

from activities.page.dry_run import (
    DryRun,
    TriedLevel,
    TriedPerson,
    Try,
    dry_run,
    next_sunday_night,
)
from activities.page.policies import chain_of
from events.configuration.escalation_policy import EscalationPolicyNotFound
from events.configuration.responder import ResponderKind
from events.ids import EscalationPolicyId
from events.values.severity import Severity
from services.access.permissions import Permission
from services.api.http.dependencies import Deps
from services.api.http.formats import Choice, Instant, Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.views.escalation import TargetBody, target_of

router = api_router("configuration")


class DryRunQuery(Strict):
    """When, and for what kind of incident."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    at: Annotated[
        Instant | None, Field(description="Left out: now, and on the next Sunday at 03:00.")
    ] = None
    zone: Annotated[
        str, Field(max_length=64, description="IANA name, of that Sunday: Europe/Berlin.")
    ] = "UTC"
    severity: Annotated[
        Choice[Severity] | None, Field(description="Left out: nobody knows it yet.")
    ] = None
    service_id: Name | None = None


class DryRunPerson(View):
    """Somebody who would be paged, or a channel that would be told."""

    responder_id: str
    kind: ResponderKind
    because: Annotated[TargetBody, Field(description="The target that led to them.")]
    channels: tuple[str, ...]
    own_answer: Annotated[bool, Field(description="Nobody else's answer is enough for theirs.")]


class DryRunLevel(View):
    """Level as it would be reached, if nobody answered before."""

    level: int
    escalation_policy_id: str | None
    at: Instant
    people: tuple[DryRunPerson, ...]
    skipped: Annotated[str | None, Field(description="Why it would be left out.")]
    empty: Annotated[str | None, Field(description="Why it would reach nobody.")]


class DryRunMoment(View):
    """Who would be paged from one instant on, in the first round."""

    at: Instant
    levels: tuple[DryRunLevel, ...]
    on_exhausted: tuple[DryRunPerson, ...]


class DryRunView(View):
    """Who would be paged by an escalation policy, at each of the moments asked about."""

    escalation_policy_id: str
    moments: tuple[DryRunMoment, ...]


@router.get(
    "/v1/escalation-policies/{escalation_policy_id}/dry-run",
    dependencies=[requires(Permission.CONFIGURATION_READ)],
)
async def dry_run_escalation_policy(
    dependencies: Deps, escalation_policy_id: Name, query: Annotated[DryRunQuery, Query()]
) -> DryRunView:
    """Say who would be paged, level by level, over which channels; nobody is.

    It is the code that pages, asked about another time: schedules as they are now, and the turns
    of round robins as they stand.
    """
    policy_id = EscalationPolicyId(escalation_policy_id)
    chain = await chain_of(dependencies.log, policy_id)
    if not chain:
        raise EscalationPolicyNotFound(f"No such escalation policy: {escalation_policy_id}.")
    now = dependencies.clock()
    moments = [query.at] if query.at else [now, next_sunday_night(now, query.zone)]
    about = Try(severity=query.severity, service_id=query.service_id)
    runs = [await dry_run(dependencies.log, chain, at, about) for at in moments]
    return DryRunView(escalation_policy_id=escalation_policy_id, moments=tuple(map(_moment, runs)))


def _moment(run: DryRun) -> DryRunMoment:
    return DryRunMoment(
        at=run.at,
        levels=tuple(map(_level, run.levels)),
        on_exhausted=tuple(map(_person, run.on_exhausted)),
    )


def _level(level: TriedLevel) -> DryRunLevel:
    return DryRunLevel(
        level=level.level,
        escalation_policy_id=level.escalation_policy_id,
        at=level.at,
        people=tuple(map(_person, level.people)),
        skipped=level.skipped,
        empty=level.empty,
    )


def _person(person: TriedPerson) -> DryRunPerson:
    return DryRunPerson(
        responder_id=person.paged.responder_id,
        kind=person.paged.kind,
        because=target_of(person.paged.target),
        channels=person.channels,
        own_answer=person.paged.own_answer,
    )
