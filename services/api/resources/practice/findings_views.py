"""Views of findings: what a measure says, what it asks, and what it rests on."""

from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Final
from uuid import UUID

from pydantic import ConfigDict, Field

from projections.findings.answers import FindingAnswerRow, finding_id_of
from projections.findings.finding import (
    Evidence,
    EvidenceKind,
    Finding,
    FindingState,
    Pattern,
    PracticeMeasure,
)
from projections.findings.patterns import PATTERN_OF
from projections.findings.questions import question_of
from projections.findings.record import PracticeScope
from services.api.http.formats import Instant, View
from services.api.resources.practice.fixes_views import FixView
from services.api.resources.practice.names import NamesShown
from services.api.views.rows import shows

MOST_SHOWN: Final = 50
ADDRESSES: Final = MappingProxyType(
    {
        EvidenceKind.INCIDENT: "/v1/incidents/{id}",
        EvidenceKind.ACTION_ITEM: "/v1/incidents/{incident_id}/action-items/{id}",
        EvidenceKind.SCHEDULE: "/v1/schedules/{id}",
    }
)


class PracticeWindowView(View):
    """Window that findings are about."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    begin: Annotated[Instant, Field(alias="from")]
    until: Instant


class EvidenceView(View):
    """One thing that a finding rests on."""

    kind: EvidenceKind
    id: str
    name: str
    address: str


@shows(FindingAnswerRow, "finding_id", "measure", "service_id", "team_id", "about", "version")
class FindingAnswerView(View):
    """What the team says to it."""

    until: Annotated[datetime, Field(description="From then on it is asked again.")]


class FindingView(View):
    """One measure of an anti-pattern. It is a question to the team, and no mark."""

    finding_id: str
    pattern: Pattern
    measure: PracticeMeasure
    state: Annotated[
        FindingState, Field(description="Watch: half way; too_few: there is not enough to tell.")
    ]
    text: Annotated[str, Field(description="What it says, and what it asks.")]
    value: Annotated[float | None, Field(description="Percent, or a number. Null: too few.")]
    threshold: Annotated[float, Field(description="Of the learning policy.")]
    below: Annotated[bool, Field(description="Found below the threshold, not above it.")]
    sample: Annotated[int, Field(description="Of how many it is.")]
    about: Annotated[str | None, Field(description="The service or schedule, by id.")]
    person: Annotated[
        str | None, Field(description="Whose share it is, if you may know; else null.")
    ]
    evidence: Annotated[
        list[EvidenceView], Field(description=f"That you may know of, at most {MOST_SHOWN}.")
    ]
    evidence_more: Annotated[int, Field(description="That are not listed.")]
    answer: Annotated[FindingAnswerView | None, Field(description="What was said to it last.")]


class PracticeView(View):
    """Findings, pattern by pattern, those that are found first. There is no sum of them."""

    window: PracticeWindowView
    service: str | None
    team: str | None
    learning_policy_id: str
    policy_number: Annotated[
        int, Field(description="Whose thresholds these are; 0: nobody has defined any.")
    ]
    findings: list[FindingView]
    fixes: Annotated[
        list[FixView],
        Field(description="Action items that are to prevent something, and whether they do."),
    ]


def finding_view(
    one: Finding,
    scope: PracticeScope,
    names: NamesShown,
    hidden: frozenset[UUID],
    answer: FindingAnswerRow | None,
) -> FindingView:
    """Return a finding as a caller may see it."""
    named = one.person is not None and names.shows(one.person)
    person = one.person if named else None
    shown = [each for each in one.evidence if each.incident_id not in hidden][:MOST_SHOWN]
    return FindingView(
        finding_id=finding_id_of(one.measure, scope, one.about),
        pattern=PATTERN_OF[one.measure],
        measure=one.measure,
        state=one.state,
        text=question_of(one, person),
        value=None if one.value is None else round(one.value, 3),
        threshold=one.threshold,
        below=one.below,
        sample=one.sample,
        about=one.about,
        person=person,
        evidence=[_evidence(each) for each in shown],
        evidence_more=len(one.evidence) - len(shown),
        answer=None if answer is None else FindingAnswerView.model_validate(answer),
    )


def _evidence(one: Evidence) -> EvidenceView:
    address = ADDRESSES[one.kind].format(id=one.id, incident_id=one.incident_id)
    return EvidenceView(kind=one.kind, id=one.id, name=one.name, address=address)
