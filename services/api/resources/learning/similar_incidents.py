"""Similar incidents: what was seen before, what ended it, and what of it is still to be done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from events.errors import IncidentNotFound
from events.ids import IncidentId, incident_stream
from events.incident.decide import incident_decider
from events.incident.mitigation.events import MitigationOutcome
from events.loading import load
from events.postmortem.document.factors import FactorKind
from events.repeat.judgement import AGGREGATE, JudgeRepeat, repeat_decider, repeat_of
from events.values.severity import Severity
from projections.engine.rows import Reader
from projections.incidents import detail
from projections.incidents.detail import DETAIL, DetailRow
from projections.practice import action_items, postmortems
from projections.practice.postmortems import FactorRow
from projections.similar import incidents, repeats
from projections.similar.likeness import Shared
from projections.similar.repeats import RepeatRow
from projections.similar.search import Similar, similar_incidents
from services.access.incident_names import incident_named
from services.access.permissions import Permission
from services.access.rights.postmortem_readers import postmortems_kept_from
from services.api.dependencies import Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import Strict, View
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import ExistingIncident
from services.api.reading.reads import Number, ReadQuery, TheReads
from services.api.resources.learning.bodies import ActionItemView, views_of
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt
from services.request_refusals import Invalid, RequestInvalid

router = api_router("learning")

SIMILAR: Final = "/v1/incidents/{incident_id}/similar"
REPEAT: Final = "/v1/incidents/{incident_id}/repeats/{earlier}"
READ: Final = [requires(Permission.INCIDENT_READ)]
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]
OPEN: Final = {"open", "started"}
NAMES: Final = (incidents.NAME, repeats.NAME, detail.NAME, action_items.NAME, postmortems.NAME)


class SimilarQuery(BaseModel):
    """As things are now: what an incident was like then is not kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after_position: Annotated[
        Number | None, Field(description="Wait until this position can be read.")
    ] = None


class RepeatBody(Strict, json_schema_extra={"examples": [{"confirmed": True}]}):
    """Whether the incident is the earlier one again."""

    confirmed: Annotated[bool, Field(description="False: they only look alike.")]


class SimilarFactorView(View):
    """Factor that people found in an earlier incident, without their words."""

    factor_kind: FactorKind
    category: str
    primary: bool


class SimilarIncidentView(View):
    """An earlier incident, what it has in common, and what came of it."""

    incident_id: UUID
    reference: str
    title: str
    severity: Severity | None
    service_id: str | None
    declared_at: datetime
    resolved_at: datetime | None
    score: Annotated[
        float, Field(description="Likeness of words, 0 to 1, and a point for each thing shared.")
    ]
    words: Annotated[
        list[str], Field(description="Stems of the words it rests on, the most telling first.")
    ]
    shared: list[Shared]
    repeat: Annotated[
        bool | None, Field(description="Whether people say it is the same again; null: nobody did.")
    ]
    judged_version: Annotated[int, Field(description="Of that word; 0 while nobody said it.")]
    declined_as: str | None
    mitigated_by: Annotated[list[str], Field(description="Mitigation actions that worked.")]
    mitigation_summary: str | None
    resolution_summary: str | None
    factors: list[SimilarFactorView]
    open_action_items: list[ActionItemView]


class SimilarIncidents(View):
    """Earlier incidents that this one is like, the likest first."""

    incidents: list[SimilarIncidentView]


@router.get(SIMILAR, dependencies=READ)
async def list_similar_incidents(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    incident_id: ExistingIncident,
    query: Annotated[SimilarQuery, Query()],
) -> SimilarIncidents:
    """List up to five earlier incidents like this one, and by what they are like it."""
    seen = ReadQuery(after_position=query.after_position)
    hidden = await reads.hidden(seen, caller.visibility)
    async with reads.of(seen, *NAMES) as reader:
        found = await similar_incidents(reader, incident_id, hidden)
        ids = [one.incident_id for one in found]
        kept = await postmortems_kept_from(dependencies, caller.visibility, ids)
        views = await _views(reader, incident_id, found, kept)
    hidden = await reads.hidden(seen, caller.visibility)  # also what became private meanwhile
    return SimilarIncidents(incidents=[one for one in views if one.incident_id not in hidden])


@router.put(REPEAT, dependencies=WRITE, response_model=Receipt)
async def judge_repeat(
    dependencies: Deps,
    caller: TheCaller,
    incident_id: ExistingIncident,
    earlier: str,
    body: RepeatBody,
    change: TheConfigurationChange,
) -> Response:
    """Say that the incident is an earlier one again, or that they only look alike."""
    earlier_id = await incident_named(dependencies, caller.visibility, earlier)
    reference = await _reference(dependencies, earlier_id, before=incident_id)
    repeat_id = repeat_of(incident_id, earlier_id)
    command = JudgeRepeat(
        repeat_id=repeat_id,
        incident_id=incident_id,
        earlier_incident_id=earlier_id,
        earlier_reference=reference,
        confirmed=body.confirmed,
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(repeat_decider, AGGREGATE.stream(repeat_id), command)


async def _reference(dependencies: Deps, earlier_id: IncidentId, before: IncidentId) -> str:
    """Return what the earlier incident is called.

    Raises: IncidentNotFound, RequestInvalid, LogUnavailable.
    """
    earlier, known = await load(dependencies.log, incident_decider, incident_stream(earlier_id))
    later, _ = await load(dependencies.log, incident_decider, incident_stream(before))
    if not known:
        raise IncidentNotFound(f"No such incident: {earlier_id}.")
    began, asked = earlier.declared_at, later.declared_at
    if began is not None and asked is not None and began > asked:
        reason = f"{earlier.reference} came later: say of it that it is {later.reference} again."
        raise RequestInvalid(Invalid(field="path.earlier", reason=reason))
    return earlier.reference


async def _views(
    reader: Reader, incident_id: UUID, found: Sequence[Similar], kept: frozenset[UUID]
) -> list[SimilarIncidentView]:
    judged = await repeats.judged_of(reader, incident_id)
    ids = [one.incident_id for one in found]
    rows = await DETAIL.load(reader, ids)
    items = [row for row in await action_items.items_of(reader, ids) if row.state in OPEN]
    to_do = await views_of(reader, items)
    found_out = await postmortems.factors_of(reader, [one for one in ids if one not in kept])
    return [
        _view(row, one, judged.get(one.incident_id), to_do, found_out)
        for one in found
        if isinstance(row := rows.get(one.incident_id), DetailRow)
    ]


def _view(
    row: DetailRow,
    one: Similar,
    judged: RepeatRow | None,
    to_do: Sequence[ActionItemView],
    found_out: Sequence[FactorRow],
) -> SimilarIncidentView:
    worked = [each for each in row.mitigation_actions if each.outcome is MitigationOutcome.WORKED]
    return SimilarIncidentView(
        incident_id=row.incident_id,
        reference=row.reference,
        title=row.board.title,
        severity=row.board.severity,
        service_id=row.board.service_id,
        declared_at=row.board.declared_at,
        resolved_at=row.board.resolved_at,
        score=round(one.likeness.score, 3),
        words=list(one.likeness.words),
        shared=list(one.likeness.shared),
        repeat=judged.confirmed if judged else None,
        judged_version=judged.version if judged else 0,
        declined_as=row.decline_category,
        mitigated_by=[f"{each.kind.replace('_', ' ')}: {each.description}" for each in worked],
        mitigation_summary=row.mitigation_summary,
        resolution_summary=row.resolution_summary,
        factors=[
            SimilarFactorView(
                factor_kind=each.factor_kind, category=each.category, primary=each.is_primary
            )
            for each in found_out
            if each.incident_id == row.incident_id
        ],
        open_action_items=[each for each in to_do if each.incident_id == row.incident_id],
    )
