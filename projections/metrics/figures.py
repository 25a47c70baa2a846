"""Figures: what the facts of many incidents come to, in the whole and group by group."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from msgspec import Struct, field

from projections.engine.rows import Reader, ask
from projections.metrics.definitions import (
    ANSWERS,
    OURS,
    PERCENTILES,
    Answer,
    BusinessTime,
    Measure,
    Measured,
    Stamp,
    is_from_call,
    percentile_shown,
)
from projections.metrics.facts import FACTS, FACTS_SERVICE, Teller
from projections.metrics.quarters import MetricWindow

NONE: Final = "none"  # the severity that nobody has judged, the team or the service that is none


class GroupBy(StrEnum):
    """What the figures are grouped by."""

    SERVICE = "service"
    SEVERITY = "severity"
    TEAM = "team"


class CountedBy(StrEnum):
    """Which stamp has to be in the window."""

    DECLARED = "declared"
    RESOLVED = "resolved"


class TeamOf(StrEnum):
    """Whose an incident is: the team that owned its service then, or that owns it now."""

    DECLARATION = "declaration"
    CURRENT = "current"


class FiguresWanted(Struct, frozen=True, kw_only=True):
    """Which incidents count, and how."""

    window: MetricWindow
    now: datetime  # what is called later is not called yet
    by: CountedBy = CountedBy.DECLARED
    group: GroupBy | None = None
    service_id: str | None = None
    team_id: str | None = None
    team_of: TeamOf = TeamOf.DECLARATION
    private: bool = False  # they count, too
    left_aside: frozenset[UUID] = frozenset()  # not even counted as left out
    only_resolved: bool = False
    spans: Mapping[Measure, Measured] = field(default_factory=lambda: OURS)


class Distribution(Struct, frozen=True, kw_only=True):
    """The values of one measure. Units: microseconds, exact but for what is between two ranks."""

    n: int = 0
    total: int = 0
    least: int | None = None
    most: int | None = None
    percentiles: dict[int, float] = field(default_factory=dict)
    impossible: int = 0  # stamps in an order that cannot be: no value


class Counts(Struct, frozen=True, kw_only=True):
    """How many incidents of each kind."""

    incidents: int = 0
    open: int = 0
    reopened: int = 0
    retrospective: int = 0
    corrected: int = 0
    parts: int = 0  # of greater incidents
    no_cause: int = 0
    answers: dict[Answer, int] = field(default_factory=dict)
    detected_by: dict[Teller, Distribution] = field(default_factory=dict)


class Figures(Struct, frozen=True, kw_only=True):
    """What some incidents come to."""

    counts: Counts
    measures: dict[Measure, Distribution]

    def of(self, measure: Measure) -> Distribution:
        """Return the values of one measure, which may be none."""
        return self.measures.get(measure, Distribution())


class LeftOut(Struct, frozen=True, kw_only=True):
    """Incidents of the window that do not count."""

    drill: int = 0
    declined: int = 0
    merged: int = 0


class Breakdown(Struct, frozen=True, kw_only=True):
    """How many incidents have each severity, service, team and cause."""

    severities: dict[str, int]
    services: dict[str, int]
    teams: dict[str, int]
    causes: dict[str, int]


class AllFigures(Struct, frozen=True, kw_only=True):
    """The figures of a window: the whole, and each group by its key."""

    whole: Figures
    groups: dict[str, Figures]
    left_out: LeftOut
    breakdown: Breakdown


COUNTS_OF: Final = "mode <> 'drill' and declined_as is null and merged_into is null"
ANSWER: Final = f"""case
        when mode = 'backfilled' then '{Answer.RETROSPECTIVE}'
        when acknowledged_at is null then case when coalesce(called_at > $4, true)
            then '{Answer.NOBODY_CALLED}' else '{Answer.UNACKNOWLEDGED}' end
        when called_at is null then case when taken_before_called
            then '{Answer.TAKEN_BEFORE_CALLED}' else '{Answer.NOBODY_CALLED}' end
        when acknowledged_at < called_at then '{Answer.TAKEN_BEFORE_CALLED}'
        else '{Answer.ANSWERED}' end"""
DERIVED: Final = {
    Stamp.STARTED: "coalesce(t.began_at, t.declared_at)",
    Stamp.TAKEN_OR_OVER: "coalesce(t.acknowledged_at, t.resolved_at)",
    Stamp.TAKEN_BY_DECLARING: f"""case when t.declared_by = '{Teller.PERSON}'
        then coalesce(t.began_at, t.declared_at) else t.acknowledged_at end""",
}
COLUMNS: Final = ", ".join(
    f"t.{column}"
    for column in (
        *("incident_id", "mode", "declined_as", "merged_into", "part_of", "reopened", "corrected"),
        *("service_id", "severity", "cause", "began_by", "closed_at", "taken_before_called"),
        *("reference", "title", "declared_position"),
        *(one for one in Stamp if one not in DERIVED),
        *("tta_business_us", "ttr_business_us", "tta_declared_business_us"),
        "ttr_declared_business_us",
    )
)
KEYS: Final = {
    None: "null::text",
    GroupBy.SERVICE: "service_id",
    GroupBy.SEVERITY: "severity",
    GroupBy.TEAM: "team",
}
COUNTED: Final = f"""
select grouping(key) as whole, key, count(*) as incidents,
    count(*) filter (where resolved_at is null and closed_at is null) as open,
    count(*) filter (where reopened > 0) as reopened,
    count(*) filter (where mode = 'backfilled') as retrospective,
    count(*) filter (where jsonb_array_length(corrected) > 0) as corrected,
    count(*) filter (where part_of is not null) as parts,
    count(*) filter (where cause is null) as no_cause,
    {", ".join(f"count(*) filter (where answer = '{one}') as {one}" for one in Answer)}
from chosen where counts group by grouping sets ((), (key))
"""  # noqa: S608  constants
LEFT_OUT: Final = """
select count(*) filter (where mode = 'drill') as drill,
    count(*) filter (where mode <> 'drill' and declined_as is not null) as declined,
    count(*) filter (where mode <> 'drill' and declined_as is null and merged_into is not null)
        as merged
from chosen where not counts
"""
BREAKDOWN: Final = f"""
select grouping(severity) = 0 as severities, grouping(service_id) = 0 as services,
    grouping(team) = 0 as teams, grouping(cause) = 0 as causes,
    coalesce(severity, service_id, team, cause, '{NONE}') as key, count(*) as incidents
from chosen where counts
group by grouping sets ((severity), (service_id), (team), (cause))
order by incidents desc, key
"""  # noqa: S608  constants
MEASURED: Final = f"""
select {{whole}}, grouping(teller) as by_all, measure, teller,
    count(*) filter (where us >= 0) as n, sum(us) filter (where us >= 0) as total,
    min(us) filter (where us >= 0) as least, max(us) filter (where us >= 0) as most,
    count(*) filter (where us < 0) as impossible,
    percentile_cont(array[{", ".join(f"{one / 100}" for one in PERCENTILES)}])
        within group (order by us::double precision) filter (where us >= 0) as percentiles
from measured
group by grouping sets ({{sets}})
"""  # noqa: S608  constants
# What the whole is told by, and the grouping sets: what nobody asks for is not sorted.
IN_THE_WHOLE: Final = ("1 as whole, null::text as key", "(measure), (measure, teller)")
BY_GROUP: Final = (
    "grouping(key) as whole, key",
    "(measure), (measure, teller), (key, measure), (key, measure, teller)",
)
VALUES: Final = """select key, {measure} as measure, {us} as us, {teller} as teller
from chosen where counts and {there}"""


async def figures(reader: Reader, wanted: FiguresWanted) -> AllFigures:
    """Return the figures; the reader is in one snapshot."""
    counted = await ask_chosen(reader, wanted, COUNTED)
    whole, sets = BY_GROUP if wanted.group else IN_THE_WHOLE
    values = f", measured as ({_measured(wanted.spans)})\n"
    measured = await ask_chosen(reader, wanted, values + MEASURED.format(whole=whole, sets=sets))
    (left_out,) = await ask_chosen(reader, wanted, LEFT_OUT)
    breakdown = await ask_chosen(reader, wanted, BREAKDOWN)
    (total,) = (record for record in counted if record["whole"])
    groups = [record for record in counted if not record["whole"]] if wanted.group else []
    return AllFigures(
        whole=_figures(total, [one for one in measured if one["whole"]]),
        groups={
            record["key"] or NONE: _figures(
                record,
                [one for one in measured if not one["whole"] and one["key"] == record["key"]],
            )
            for record in groups
        },
        left_out=LeftOut(**left_out),
        breakdown=Breakdown(
            **{
                name: {one["key"]: one["incidents"] for one in breakdown if one[name]}
                for name in Breakdown.__struct_fields__
            }
        ),
    )


async def ask_chosen(reader: Reader, wanted: FiguresWanted, sql: str) -> list[Any]:
    """Return the records of a query over `chosen`: the incidents of the window."""
    tables = (FACTS, FACTS_SERVICE) if wanted.team_of is TeamOf.CURRENT else (FACTS,)
    return await ask(
        reader,
        _chosen(wanted) + sql,
        tables,
        wanted.window.begin,
        wanted.window.end,
        sorted(wanted.left_aside),
        wanted.now,
        wanted.private,
        wanted.service_id,
        wanted.team_id,
    )


def _chosen(wanted: FiguresWanted) -> str:
    """Return the SQL of the incidents of the window: those that count, and those left out."""
    current = wanted.team_of is TeamOf.CURRENT
    derived = ", ".join(f"{sql} as {stamp}" for stamp, sql in DERIVED.items())
    return f"""
with dated as (
    select {COLUMNS}, {derived}, {"s.team_id" if current else "t.team_id"} as team
    from {{{FACTS.name}}} t
    {f"left join {{{FACTS_SERVICE.name}}} s on s.service_id = t.service_id" if current else ""}
    where t.{wanted.by}_at >= $1 and t.{wanted.by}_at < $2 and t.incident_id <> all ($3)
        and (not {wanted.only_resolved} or t.resolved_at is not null)
        and ($5 or not t.private) and ($6::text is null or t.service_id = $6)
),
chosen as materialized (
    select *, {KEYS[wanted.group]} as key, {COUNTS_OF} as counts, {ANSWER} as answer
    from dated where $7::text is null or team = $7
)
"""  # noqa: S608  constants


def _measured(spans: Mapping[Measure, Measured]) -> str:
    """Return the SQL of the values: measure, microseconds, and who said when it began."""
    return "\nunion all ".join(VALUES.format(**_value(measure, spans)) for measure in spans)


def _value(measure: Measure, spans: Mapping[Measure, Measured]) -> dict[str, str]:
    return {
        "measure": f"'{measure}'::text",
        "us": _microseconds(spans[measure]),
        "teller": "began_by" if measure is Measure.TTD else "null::text",
        "there": _has_value(measure, spans[measure]),
    }


def value_of(measure: Measure, spans: Mapping[Measure, Measured]) -> str:
    """Return the SQL of an incident's value; null: it has none, or none that can be."""
    us = _microseconds(spans[measure])
    return f"case when {_has_value(measure, spans[measure])} and {us} >= 0 then {us} end"


def _microseconds(measured: Measured) -> str:
    if isinstance(measured, BusinessTime):
        return measured.column
    return f"(extract(epoch from {measured.end} - {measured.begin}) * 1000000)::bigint"


def _has_value(measure: Measure, measured: Measured) -> str:
    """Return the SQL of whether an incident has a value that means what the measure says."""
    there = f"{_microseconds(measured)} is not null"
    if measure not in ANSWERS:
        return there
    if is_from_call(measured):
        return f"answer = '{Answer.ANSWERED}' and {there}"
    return f"mode <> 'backfilled' and {there}"


def _figures(counted: Mapping[str, Any], measured: Sequence[Mapping[str, Any]]) -> Figures:
    apart = {"answers", "detected_by"}
    numbers = {name: counted[name] for name in Counts.__struct_fields__ if name not in apart}
    detected_by = {
        Teller(one["teller"]): _distribution(one)
        for one in measured
        if not one["by_all"] and one["teller"] is not None
    }
    return Figures(
        counts=Counts(
            **numbers, answers={one: counted[one] for one in Answer}, detected_by=detected_by
        ),
        measures={Measure(one["measure"]): _distribution(one) for one in measured if one["by_all"]},
    )


def _distribution(record: Mapping[str, Any]) -> Distribution:
    n = record["n"]
    values = zip(PERCENTILES, record["percentiles"] or (), strict=False)
    return Distribution(
        n=n,
        total=int(record["total"] or 0),
        least=record["least"],
        most=record["most"],
        percentiles={
            percentile: value for percentile, value in values if percentile_shown(percentile, n)
        },
        impossible=record["impossible"],
    )
