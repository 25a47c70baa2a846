"""Weekly questions over HTTP: whether a team wants its findings once a week."""

from typing import Annotated, Final

from fastapi import Response
from pydantic import Field

from events.configuration.team import TeamNotFound, team_decider
from events.ids import TeamId, questions_stream, team_stream
from events.loading import load
from events.questions.commands import WantQuestions
from events.questions.decide import questions_decider
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.formats import Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("learning")

PATH: Final = "/v1/teams/{team_id}/practice/weekly-questions"
WEEKLY: Final = Field(description="Its people get what was found and not answered, on Mondays.")


class WeeklyQuestionsBody(Strict, json_schema_extra={"examples": [{"weekly": True}]}):
    """Whether a team wants to be asked once a week."""

    weekly: Annotated[bool, WEEKLY]


class WeeklyQuestionsView(View):
    """Whether a team is asked once a week; off, unless somebody switches it on."""

    team_id: str
    weekly: Annotated[bool, WEEKLY]


@router.get(PATH, dependencies=[requires(Permission.CONFIGURATION_READ)])
async def show_weekly_questions(dependencies: Deps, team_id: Name) -> WeeklyQuestionsView:
    """Show whether a team is asked what its findings ask."""
    await _require_team(dependencies, team_id)
    stream = questions_stream(TeamId(team_id))
    questions, _ = await load(dependencies.log, questions_decider, stream)
    return WeeklyQuestionsView(team_id=team_id, weekly=questions.weekly)


@router.put(PATH, dependencies=[requires(Permission.TEAM_WRITE)], response_model=Receipt)
async def switch_weekly_questions(
    dependencies: Deps, team_id: Name, body: WeeklyQuestionsBody, change: TheConfigurationChange
) -> Response:
    """Have a team asked once a week what its findings ask, or not any more.

    Each of its people hears of it in their work hours. Nobody is named, and nothing private told.
    """
    await _require_team(dependencies, team_id)
    team = TeamId(team_id)
    command = WantQuestions(team_id=team, weekly=body.weekly, actor=change.actor, at=change.at)
    return await change.receipt(questions_decider, questions_stream(team), command)


async def _require_team(dependencies: Deps, team_id: str) -> None:
    """Let a team pass that there is.

    Raises: TeamNotFound, LogUnavailable.
    """
    team, _ = await load(dependencies.log, team_decider, team_stream(TeamId(team_id)))
    if team is None:
        raise TeamNotFound(f"There is no team {team_id}.")
