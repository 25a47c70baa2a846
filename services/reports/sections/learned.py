"""Learning of the quarter: new factors, finished items, and what came again all the same."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from events.postmortem.state import PostmortemState
from projections.engine.rows import ask
from projections.findings.recurring import Repeated
from projections.metrics.facts import FACTS
from projections.metrics.figures import COUNTS_OF
from projections.practice.postmortems import FACTOR, FactorRow, factors_of, states_of
from projections.reports.items import ReportedItem, items_until
from services.reports.asked import KEPT_TO_ITSELF, Asked
from services.reports.document import Cell, Grid, Linked, Section, columns
from services.reports.spoken import counted, share

ORDER: Final = 5
SINCE: Final = 2
A_YEAR: Final = timedelta(days=365)
LISTED: Final = 10  # of each kind; all are in the lists that they come from
KNOWN: Final = f"""
select distinct f.category from {{{FACTOR.name}}} f
join {{{FACTS.name}}} t on t.incident_id = f.incident_id
where t.{COUNTS_OF.replace(" and ", " and t.")} and not f.retracted and not t.private
    and t.incident_id <> all ($1) and t.declared_at >= $2 and t.declared_at < $3
"""  # noqa: S608  constants


async def section(asked: Asked) -> Section | None:
    """Return it; where nothing happened there is nothing to learn from."""
    if not asked.incidents:
        return None
    ids = [one.incident_id for one in asked.incidents]
    factors = await factors_of(asked.reader, ids)
    begin, aside = asked.wanted.window.begin, sorted(asked.wanted.left_aside)
    records = await ask(asked.reader, KNOWN, (FACTOR, FACTS), aside, begin - A_YEAR, begin)
    known = {record[0] for record in records}
    done = await _finished(asked)
    days = asked.captured.policy.thresholds.no_postmortems.repeats_within_days
    again = (await asked.practice()).past.repeats(asked.over, timedelta(days=days))
    states = await states_of(asked.reader, ids)
    published = sum(state is PostmortemState.PUBLISHED for state in states.values())
    grids = [_factors(asked, factors, known), _items(asked, done), _repeats(asked, again)]
    return Section(
        title="What was learned",
        sentences=[*_sentences(asked, published, factors, done, again)],
        grids=[grid for grid in grids if grid.rows],
    )


async def _finished(asked: Asked) -> list[ReportedItem]:
    """Return the action items that were done in the quarter, the newest first."""
    begin, end = asked.wanted.window
    items = await items_until(asked.reader, asked.wanted)
    done = [one for one in items if one.done and one.ended_at and begin <= one.ended_at < end]
    return sorted(done, key=lambda one: (one.ended_at or begin, one.action_item_id), reverse=True)


def _sentences(
    asked: Asked,
    published: int,
    factors: Sequence[FactorRow],
    done: Sequence[ReportedItem],
    again: Sequence[Repeated],
) -> Iterator[str]:
    of = len(asked.incidents)
    explained = len({one.incident_id for one in factors})
    yield (
        f"Postmortem published: {share(published, of)}. Factors found:"
        f" {len(factors)}, of {counted(explained, 'incident')}. Action items finished in the"
        f" quarter: {len(done)}. Repeats of what was over: {len(again)}."
    )
    if len(done) > LISTED or len(again) > LISTED:
        yield f"Of finished items and of repeats at most {LISTED} are listed, the newest first."


def _factors(asked: Asked, factors: Sequence[FactorRow], known: set[str]) -> Grid:
    """Return the categories of factors; new is what no incident had in the year before."""
    found = Counter(one.category for one in factors)
    primary = Counter(one.category for one in factors if one.is_primary)
    ordered = sorted(found, key=lambda one: (one in known, -found[one], asked.label(one)))
    return Grid(
        title="Factors that were found, those first that nothing had in the year before",
        columns=columns("Category", "Factors>", "Of them primary>", "New"),
        rows=[
            [asked.label(one), str(found[one]), str(primary[one]), "" if one in known else "new"]
            for one in ordered
        ],
    )


def _items(asked: Asked, done: Sequence[ReportedItem]) -> Grid:
    return Grid(
        title="Finished action items",
        columns=columns("Incident", "To", "Days>", "What was changed"),
        rows=[
            [
                _cell(asked, one.incident_id, one.reference),
                one.action,
                str(((one.ended_at or one.opened_at) - one.opened_at).days),
                KEPT_TO_ITSELF if one.incident_id in asked.hidden else one.text,
            ]
            for one in done[:LISTED]
        ],
    )


def _repeats(asked: Asked, again: Sequence[Repeated]) -> Grid:
    shown = [one for one in again if one.later.service_id not in asked.apart.services]
    return Grid(
        title="Came again: by service and cause, or because people say so",
        columns=columns("Incident", "After", "Service", "Cause"),
        rows=[
            [
                _cell(asked, one.later.incident_id, one.later.reference),
                _cell(asked, one.earlier.incident_id, one.earlier.reference),
                one.later.service_id or "",
                asked.label(one.later.cause or ""),
            ]
            for one in shown[:LISTED]
        ],
    )


def _cell(asked: Asked, incident_id: object, reference: str) -> Cell:
    if incident_id in asked.hidden:
        return KEPT_TO_ITSELF
    return Linked(text=reference, address=f"/incidents/{reference}")
