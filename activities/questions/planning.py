"""Question plan: whether a team's week is due, and a message for each way to each of its people."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from temporalio import activity

from activities.delivery.provider import supports
from activities.follow_up.people import HoursOf, work_hours_of
from activities.payloads import PLAN_QUESTIONS, QuestionPlan, QuestionPlanInput
from activities.questions.asking import questions_for
from events.configuration.responder import responder_decider
from events.configuration.team import team_decider
from events.delivery.events import QUESTIONS, IntendedDelivery
from events.follow_up.work_hours import next_moment
from events.ids import (
    ResponderId,
    TeamId,
    question_id_for,
    questions_stream,
    responder_stream,
    team_stream,
)
from events.loading import load
from events.log.store import Log
from events.questions.decide import questions_decider
from events.questions.state import week_of
from projections.engine.catching_up import ConnectionPool

A_WEEK: Final = timedelta(days=7)


class QuestionPlanning:
    """Plans the weekly questions of teams."""

    def __init__(
        self, log: Log, database: ConnectionPool, hours_of: HoursOf = work_hours_of
    ) -> None:
        self._log = log
        self._database = database
        self._hours_of = hours_of

    @activity.defn(name=PLAN_QUESTIONS)
    async def plan_questions(self, task: QuestionPlanInput) -> QuestionPlan:
        """Return whom to ask at this moment, and when to look again; neither if nobody wants it.

        Raises: LogFault.
        """
        questions, _ = await load(self._log, questions_decider, questions_stream(task.team_id))
        if not questions.weekly:
            return QuestionPlan()
        week = week_of(task.at)
        again_at = datetime.combine(week, time(0), UTC) + A_WEEK
        if not questions.is_due(task.at):
            return QuestionPlan(again_at=again_at)
        found = await questions_for(self._database, task.team_id, task.at)
        people = await members_of(self._log, task.team_id) if found else ()
        deliveries = await self._deliveries(task, week, people)
        return QuestionPlan(week=week, deliveries=deliveries, again_at=again_at)

    async def _deliveries(
        self, task: QuestionPlanInput, week: date, people: Iterable[ResponderId]
    ) -> tuple[IntendedDelivery, ...]:
        intended: list[IntendedDelivery] = []
        for who in people:
            responder, _ = await load(self._log, responder_decider, responder_stream(who))
            goes_at = next_moment(await self._hours_of(self._log, who), task.at)
            methods = enumerate(responder.contact_methods if responder else ())
            intended += [
                IntendedDelivery(
                    delivery_id=question_id_for(task.team_id, week, who, method.channel, address),
                    responder_id=who,
                    channel=method.channel,
                    address=address,
                    not_before=goes_at if goes_at > task.at else None,
                )
                for address, method in methods
                if supports(method.channel, QUESTIONS)
            ]
        return tuple(intended)


async def members_of(log: Log, team_id: TeamId) -> tuple[ResponderId, ...]:
    """Return the people of a team.

    Raises: EventTooNew, LogUnavailable.
    """
    team, _ = await load(log, team_decider, team_stream(team_id))
    return tuple(one.responder_id for one in team.members) if team else ()
