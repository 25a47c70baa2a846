"""Practice record: what findings are made of, of one service, one team or everybody."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID

from events.learning_policy.thresholds import PracticeThresholds
from projections.engine.rows import Reader
from projections.findings.finding import Evidence, EvidenceKind, Finding
from projections.findings.fixes import A_YEAR, Fix, Following
from projections.findings.own_changes import changed_by
from projections.findings.recurring import (
    PastIncident,
    PastIncidents,
    RecurringWanted,
    past_incidents,
)
from projections.load.alert_quality import outcomes_of
from projections.load.reading import OnCallLoad, OnCallRecord, load_in, recorded_load
from projections.metrics.engagements import ENGAGEMENT, EngagementRow
from projections.metrics.facts import FACTS, FACTS_SERVICE, FactsRow
from projections.metrics.figures import COUNTS_OF
from projections.metrics.quarters import MetricWindow
from projections.paging.paged_incidents import PAGED_INCIDENT, PagedIncidentRow
from projections.practice.action_items import ACTION_ITEM, ActionItemRow
from projections.practice.loudest import AlertOutcome
from projections.practice.postmortems import (
    POSTMORTEM,
    FactorRow,
    PostmortemRow,
    factors_of,
)
from projections.privacy.apart import Apart

OF_SCOPE: Final = """
(${service}::text is null or {row}.service_id = ${service})
    and (${team}::text is null or {row}.team_id = ${team})
"""
DECLARED: Final = (
    "where t.declared_at >= $1 and t.declared_at < $2 and t.incident_id <> all ($3)"
    " and t.mode <> 'drill' and not t.private and t.merged_into is null"
    f" and {OF_SCOPE.format(row='t', service=4, team=5)}"
    " order by t.declared_position desc"
)
ITEMS: Final = (
    "join {incident_facts} f using (incident_id) where not f.private and t.incident_id <> all ($1)"
    f" and f.{COUNTS_OF.replace(' and ', ' and f.')}"
    f" and {OF_SCOPE.format(row='f', service=2, team=3)}"
    " order by t.opened_position desc"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeScope:
    """Whose practice it is; neither: everybody's."""

    service_id: str | None = None
    team_id: str | None = None

    @property
    def name(self) -> str:
        """Return what it is called where findings are answered."""
        if self.service_id is not None:
            return f"service.{self.service_id}"
        return "everybody" if self.team_id is None else f"team.{self.team_id}"


@dataclass(frozen=True, kw_only=True)
class PracticeRecord:
    """What happened in a window, without drills, duplicates, and what is private now."""

    window: MetricWindow
    now: datetime
    thresholds: PracticeThresholds
    incidents: Mapping[UUID, FactsRow]  # the newest first; those that were declined, too
    before: tuple[FactsRow, ...]  # of as long a time before
    engagements: tuple[EngagementRow, ...]
    outcomes: Mapping[UUID, AlertOutcome]  # of those that alerts opened
    paged: Mapping[UUID, PagedIncidentRow]
    postmortems: Mapping[UUID, PostmortemRow]
    explained: frozenset[UUID]  # incidents with a primary factor
    items: tuple[ActionItemRow, ...]  # of whatever incidents, the newest first
    references: Mapping[UUID, str]  # of the items' incidents
    past: PastIncidents  # from a year before whatever is followed in the window
    fixes: tuple[Fix, ...]
    factors: tuple[FactorRow, ...]
    changed_by: Mapping[UUID, str]  # who made the changes that factors name, where that is known
    on_call: OnCallRecord
    load: OnCallLoad

    @cached_property
    def counted(self) -> Mapping[UUID, FactsRow]:
        """Return the incidents that were some."""
        return {one: row for one, row in self.incidents.items() if row.declined_as is None}

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Return who was on call."""
        return tuple(who for who, one in self.load.people.items() if one.on_call)

    def is_apart(self, one: Finding, apart: Apart) -> bool:
        """Return whether a finding is about what a team keeps to itself."""
        schedule = self.on_call.schedules.get(one.about or "")
        of_team = schedule is not None and schedule.team_id in apart.teams
        return of_team or one.about in apart.services

    def evidence(self, incident_ids: Iterable[UUID]) -> tuple[Evidence, ...]:
        """Return incidents as evidence, the newest first."""
        rows = [self.incidents[one] for one in {*incident_ids} if one in self.incidents]
        rows.sort(key=lambda row: (row.declared_position, row.incident_id), reverse=True)
        return tuple(
            Evidence(
                kind=EvidenceKind.INCIDENT,
                id=str(row.incident_id),
                name=row.reference,
                incident_id=row.incident_id,
            )
            for row in rows
        )

    def past_as_evidence(
        self, incidents: Iterable[PastIncident], saying: str = ""
    ) -> tuple[Evidence, ...]:
        """Return incidents as evidence that may have been before the window."""
        return tuple(
            Evidence(
                kind=EvidenceKind.INCIDENT,
                id=str(one.incident_id),
                name=f"{one.reference}{saying}",
                incident_id=one.incident_id,
            )
            for one in incidents
        )

    def items_as_evidence(self, items: Iterable[ActionItemRow]) -> tuple[Evidence, ...]:
        """Return action items as evidence."""
        return tuple(
            Evidence(
                kind=EvidenceKind.ACTION_ITEM,
                id=str(one.action_item_id),
                name=f"{self.references.get(one.incident_id, '')}: {one.text}",
                incident_id=one.incident_id,
            )
            for one in items
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeRows:
    """What was read, before the load is made of it."""

    record: OnCallRecord
    incidents: Sequence[FactsRow]
    before: Sequence[FactsRow]
    engagements: Sequence[EngagementRow]
    outcomes: Mapping[UUID, AlertOutcome]
    paged: Sequence[PagedIncidentRow]
    postmortems: Sequence[PostmortemRow]
    factors: Sequence[FactorRow]
    items: Sequence[ActionItemRow]
    references: Mapping[UUID, str]
    past: PastIncidents = field(default_factory=PastIncidents)
    of_items: Sequence[FactorRow] = ()  # the factors that items name, of whatever incidents
    changed_by: Mapping[UUID, str] = field(default_factory=dict)


async def read_practice(
    reader: Reader,
    window: MetricWindow,
    scope: PracticeScope,
    left_aside: Collection[UUID],
    thresholds: PracticeThresholds,
) -> PracticeRows:
    """Read what is known of a window; the incidents left aside are not there."""
    aside, of = sorted(left_aside), (scope.service_id, scope.team_id)
    incidents = await FACTS.select(reader, DECLARED, *window, aside, *of)
    before = (window.begin - (window.end - window.begin), window.begin)
    ids = [row.incident_id for row in incidents]
    items = await ACTION_ITEM.select_beside(reader, ITEMS, (FACTS,), aside, *of)
    facts = await FACTS.load(reader, {one.incident_id for one in items})
    factors = await factors_of(reader, ids)
    return PracticeRows(
        record=await _of_scope(reader, await recorded_load(reader, window, left_aside), scope, ids),
        incidents=incidents,
        before=await FACTS.select(reader, DECLARED, *before, aside, *of),
        engagements=await ENGAGEMENT.select(reader, "where incident_id = any ($1)", ids),
        outcomes=await outcomes_of(reader, ids),
        paged=await PAGED_INCIDENT.select(reader, "where incident_id = any ($1)", ids),
        postmortems=await POSTMORTEM.select(reader, "where incident_id = any ($1)", ids),
        factors=factors,
        items=items,
        references={one: row.reference for one, row in facts.items() if isinstance(one, UUID)},
        past=await past_incidents(
            reader,
            RecurringWanted(
                window=MetricWindow(window.begin - _looked_back(thresholds), window.end),
                left_aside=left_aside,
                service_id=scope.service_id,
                team_id=scope.team_id,
            ),
        ),
        of_items=await factors_of(reader, [one.incident_id for one in items if one.factor]),
        changed_by=await changed_by(reader, factors),
    )


def _looked_back(thresholds: PracticeThresholds) -> timedelta:
    """Return how long before the window is read what may come again in it."""
    fixed = A_YEAR + timedelta(days=thresholds.postmortem_theatre.followed_days)
    return max(fixed, timedelta(days=thresholds.no_postmortems.repeats_within_days))


async def _of_scope(
    reader: Reader, record: OnCallRecord, scope: PracticeScope, ids: Collection[UUID]
) -> OnCallRecord:
    """Return who was on call for a service or a team: the people of its team's schedules."""
    team_id = scope.team_id
    if scope.service_id is not None:
        service = (await FACTS_SERVICE.load(reader, [scope.service_id])).get(scope.service_id)
        team_id = service.team_id if service else None
        known = {*ids}
        record = replace(
            record,
            interruptions=tuple(one for one in record.interruptions if known & {*one.incidents}),
        )
    if team_id is None:
        return record
    theirs = {name for name, one in record.schedules.items() if one.team_id == team_id}
    return replace(
        record,
        rotas={name: rota for name, rota in record.rotas.items() if name in theirs},
        schedules={name: one for name, one in record.schedules.items() if name in theirs},
    )


def recorded(rows: PracticeRows, now: datetime, thresholds: PracticeThresholds) -> PracticeRecord:
    """Return the record; it takes a while, so not on the event loop."""
    following = Following(
        past=rows.past,
        categories={(one.incident_id, one.number): one.category for one in rows.of_items},
        window=rows.record.window,
        length=timedelta(days=thresholds.postmortem_theatre.followed_days),
    )
    return PracticeRecord(
        window=rows.record.window,
        now=now,
        thresholds=thresholds,
        incidents={row.incident_id: row for row in rows.incidents},
        before=tuple(rows.before),
        engagements=tuple(rows.engagements),
        outcomes=rows.outcomes,
        paged={row.incident_id: row for row in rows.paged},
        postmortems={row.incident_id: row for row in rows.postmortems},
        explained=frozenset(one.incident_id for one in rows.factors if one.is_primary),
        items=tuple(rows.items),
        references=rows.references,
        past=rows.past,
        fixes=tuple(following.fixes(rows.items)),
        factors=tuple(rows.factors),
        changed_by=rows.changed_by,
        on_call=rows.record,
        load=load_in(rows.record),
    )
