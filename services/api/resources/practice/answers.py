"""Answers to findings over HTTP, by whoever answers for the team, the service or everybody."""

from typing import Annotated, Final

from fastapi import Response
from pydantic import Field

from events.ids import ServiceId, TeamId
from events.practice.finding_answer import (
    AGGREGATE,
    AnswerFinding,
    FindingId,
    finding_answer_decider,
)
from projections.findings.answers import finding_id_of
from projections.findings.finding import PracticeMeasure
from projections.findings.record import PracticeScope
from services.access.permissions import Permission
from services.api.http.formats import Instant, Line, Name, Strict
from services.api.http.guard import api_router, requires
from services.api.writing.commands import HttpConfigurationChange, TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("learning")

MEASURE: Final = "practice/{measure}/answer"


class FindingAnswerBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "reason": "Two people joined this month; we look again in spring.",
                "until": "2027-03-01T00:00:00Z",
            }
        ]
    },
):
    """What the team says to a finding. It stays visible, with this."""

    reason: Line
    until: Annotated[Instant, Field(description="At most a year ahead: then it is asked again.")]
    about: Annotated[
        Name | None, Field(description="As the finding has it: a service, a schedule.")
    ] = None


@router.put(
    f"/v1/teams/{{team_id}}/{MEASURE}",
    dependencies=[requires(Permission.TEAM_WRITE)],
    response_model=Receipt,
)
async def answer_finding_of_team(
    team_id: Name, measure: PracticeMeasure, body: FindingAnswerBody, change: TheConfigurationChange
) -> Response:
    """Say why a finding of a team is as it is, and until when."""
    return await _answered(change, measure, body, PracticeScope(team_id=team_id))


@router.put(
    f"/v1/services/{{service_id}}/{MEASURE}",
    dependencies=[requires(Permission.TEAM_WRITE)],
    response_model=Receipt,
)
async def answer_finding_of_service(
    service_id: Name,
    measure: PracticeMeasure,
    body: FindingAnswerBody,
    change: TheConfigurationChange,
) -> Response:
    """Say why a finding of a service is as it is, and until when."""
    return await _answered(change, measure, body, PracticeScope(service_id=service_id))


@router.put(
    f"/v1/{MEASURE}",
    dependencies=[requires(Permission.CONFIGURATION_WRITE)],
    response_model=Receipt,
)
async def answer_finding_of_everybody(
    measure: PracticeMeasure, body: FindingAnswerBody, change: TheConfigurationChange
) -> Response:
    """Say why a finding of everybody together is as it is, and until when."""
    return await _answered(change, measure, body, PracticeScope())


async def _answered(
    change: HttpConfigurationChange,
    measure: PracticeMeasure,
    body: FindingAnswerBody,
    scope: PracticeScope,
) -> Response:
    command = AnswerFinding(
        finding_id=FindingId(finding_id_of(measure, scope, body.about)),
        measure=measure.value,
        service_id=ServiceId(scope.service_id) if scope.service_id else None,
        team_id=TeamId(scope.team_id) if scope.team_id else None,
        about=body.about,
        reason=body.reason,
        until=body.until,
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(
        finding_answer_decider, AGGREGATE.stream(command.finding_id), command
    )
