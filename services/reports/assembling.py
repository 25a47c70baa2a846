"""Assembling a report: the box, and every section there is."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from inspect import iscoroutinefunction
from types import ModuleType
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from events.learning_policy.policy import CapturedLearningPolicy
from events.values.severity import Severity
from projections.configuration.learning_policies import cause_labels, of_everybody
from projections.engine.rows import Reader
from projections.metrics.definitions import Measure
from projections.metrics.figures import FiguresWanted, figures
from projections.metrics.quarters import Quarter
from projections.privacy.apart import Apart
from projections.reports.population import FEWEST, Counted, population, spread
from services.modules import modules_with
from services.reports import sections
from services.reports.asked import Asked
from services.reports.box import Box, Mean
from services.reports.document import Report, Section
from services.reports.practice_record import once, practice_of
from services.reports.spoken import NOT_JUDGED, counted

MEANS: Final = {"MTTD": Measure.TTD, "MTTA": Measure.TTA, "MTTR": Measure.TTR}
SHAPE: Final = 2  # of the reports that are issued now; raise it with a section that is new
ALWAYS: Final = (Severity.SEV1, Severity.SEV2, Severity.SEV3)
SECTIONS: Final = sorted(modules_with("section", sections), key=lambda one: one.ORDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWanted:
    """Which report, and what its reader may know of."""

    quarter: Quarter
    zone: str
    wanted: FiguresWanted
    as_of: int | None = None
    hidden: frozenset[UUID] = frozenset()  # incidents that are never named
    apart: Apart = field(default_factory=Apart)  # never a line of their own
    shape: int = SHAPE  # it has the sections that there were then


async def report_of(reader: Reader, asked: ReportWanted) -> Report:
    """Return the report; the reader is in one snapshot."""
    captured = await of_everybody(reader)
    labels = await cause_labels(reader)
    incidents = await population(reader, asked.wanted)
    before = await population(reader, _within(asked, asked.quarter.preceding))
    year_ago = await population(reader, _within(asked, asked.quarter.a_year_before))
    whole = await figures(reader, asked.wanted)
    everything = Asked(
        reader=reader,
        quarter=asked.quarter,
        zone=asked.zone,
        wanted=asked.wanted,
        figures=whole,
        incidents=incidents,
        before=before,
        year_ago=year_ago,
        captured=captured,
        labels=labels,
        hidden=asked.hidden,
        apart=asked.apart,
        shape=asked.shape,
        practice=once(partial(practice_of, reader, asked.wanted, captured)),
    )
    shown = [one for one in SECTIONS if asked.shape >= one.SINCE]
    found = [await _said(one, everything) for one in shown]
    return Report(
        quarter=asked.quarter.name,
        zone=asked.zone,
        begin=asked.wanted.window.begin,
        end=asked.wanted.window.end,
        as_of=asked.as_of,
        learning_policy_id=captured.learning_policy_id,
        policy_number=captured.number,
        preliminary=_preliminary(asked.wanted, incidents),
        box=box_of(asked.quarter, incidents, captured, labels),
        sections=[one for one in found if one is not None],
        shape=asked.shape,
    )


async def _said(module: ModuleType, asked: Asked) -> Section | None:
    if iscoroutinefunction(module.section):
        asking: Section | None = await module.section(asked)
        return asking
    counting: Section | None = await asyncio.to_thread(module.section, asked)
    return counting


def box_of(
    quarter: Quarter,
    incidents: Sequence[Counted],
    captured: CapturedLearningPolicy,
    labels: Mapping[str, str],
) -> Box:
    """Return the box; of fewer than five incidents there is no mean."""
    severities = Counter(one.severity or NOT_JUDGED for one in incidents)
    shown = [(name, severities[name]) for name in ALWAYS]
    more = [(name, severities[name]) for name in (Severity.SEV4, NOT_JUDGED) if severities[name]]
    causes = Counter(one.cause for one in incidents if one.cause is not None)
    named = [(labels.get(category, category), number) for category, number in causes.items()]
    return Box(
        title=f"Q{quarter.number} {quarter.year}",
        incidents=len(incidents),
        severities=[(str(name), number) for name, number in (*shown, *more)],
        means=[_mean(name, measure, incidents, captured) for name, measure in MEANS.items()],
        causes=sorted(named, key=lambda cause: (-cause[1], cause[0])),
        no_cause=sum(one.cause is None for one in incidents),
    )


def _mean(
    name: str, measure: Measure, incidents: Sequence[Counted], captured: CapturedLearningPolicy
) -> Mean:
    target = captured.policy.target(measure)
    value = spread(incidents, measure).mean if len(incidents) >= FEWEST else None
    return Mean(name=name, value=value, target=None if target is None else target.minutes)


def _within(asked: ReportWanted, quarter: Quarter) -> FiguresWanted:
    return replace(asked.wanted, window=quarter.window(asked.zone))


def _preliminary(wanted: FiguresWanted, incidents: Sequence[Counted]) -> str | None:
    open_ones = sum(one.open for one in incidents)
    why = [
        "the quarter is not over" if wanted.window.end > wanted.now else "",
        f"{counted(open_ones, 'incident is', 'incidents are')} open" if open_ones else "",
    ]
    words = " and ".join(one for one in why if one)
    return f"{words}." if words else None
