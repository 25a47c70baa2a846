"""Findings: the anti-patterns of the practice as questions; nobody is named, and nothing summed."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from projections.findings.finding import Evidence, EvidenceKind, Finding, FindingState, Pattern
from projections.findings.patterns import PATTERN_OF, all_findings
from projections.findings.questions import question_of
from services.reports.asked import Asked
from services.reports.document import Grid, Section, columns

ORDER: Final = 110
SINCE: Final = 2
NAMED: Final = 3  # pieces of evidence
NAMES: Final[Mapping[Pattern, str]] = {
    Pattern.HERO_CULTURE: "Hero culture",
    Pattern.ALERT_FATIGUE: "Alert fatigue",
    Pattern.BLAME: "Blame",
    Pattern.NO_POSTMORTEMS: "No postmortems",
    Pattern.POSTMORTEM_THEATRE: "Postmortem theatre",
}
WORDS: Final[Mapping[FindingState, str]] = {
    FindingState.FOUND: "found",
    FindingState.WATCH: "to watch",
    FindingState.OK: "fine",
}


async def section(asked: Asked) -> Section | None:
    """Return it."""
    record = await asked.practice()
    measured = await asyncio.to_thread(all_findings, record)
    found = [one for one in measured if not record.is_apart(one, asked.apart)]
    shown = [one for one in found if one.state in WORDS and one.value is not None]
    if not shown:
        return None
    grids = [
        Grid(
            title=name,
            columns=columns("State", "What it says, and asks", "Rests on"),
            rows=[
                [WORDS[one.state], question_of(one, None), _rests_on(asked, one)]
                for one in shown
                if PATTERN_OF[one.measure] is pattern
            ],
        )
        for pattern, name in NAMES.items()
    ]
    return Section(
        title="The anti-patterns, as questions",
        sentences=[*_sentences(found, shown)],
        grids=[grid for grid in grids if grid.rows],
    )


def _sentences(found: Sequence[Finding], shown: Sequence[Finding]) -> Iterator[str]:
    yield (
        "Each is a question to the team, and none says how good anybody is. There is no total, and"
        " whose a share is stands nowhere here."
    )
    names = [one.measure.replace("_", " ") for one in found if one not in shown]
    if names:
        yield f"Too little has happened to tell of: {', '.join(dict.fromkeys(names))}."


def _rests_on(asked: Asked, finding: Finding) -> str:
    """Return the first incidents and schedules, and how many more; where nothing is asked, none."""
    evidence = () if finding.state is FindingState.OK else finding.evidence
    shown = [one for one in evidence if one.incident_id not in asked.hidden]
    names = [*dict.fromkeys(_name(one) for one in shown)][:NAMED]
    more = len(evidence) - len(names)
    if not names:
        return str(more) if more else ""
    return f"{', '.join(names)}{f' and {more} more' if more > 0 else ''}"


def _name(one: Evidence) -> str:
    """Return the incident that it is, or is of; no text of people's."""
    return one.name if one.kind is EvidenceKind.SCHEDULE else one.name.partition(":")[0]
