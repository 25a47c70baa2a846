"""Questions to be sent: as things stand at this moment; what was answered is not asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from activities.delivery.faults import ContactLimited
from activities.delivery.kind import Unwanted, Wanted
from activities.delivery.message import Message
from activities.delivery.recipient import Recipient, recipient
from activities.follow_up.people import HoursOf, work_hours_of
from activities.payloads import DeliveryInput
from activities.questions.asking import questions_for
from activities.questions.planning import members_of
from activities.questions.text import QuestionsText
from events.configuration.responder import responder_decider
from events.delivery.events import QUESTIONS
from events.follow_up.work_hours import next_moment
from events.ids import (
    ResponderId,
    SubjectId,
    TeamId,
    questions_stream,
    responder_stream,
    subject_stream,
)
from events.loading import load
from events.log.store import Log
from events.questions.decide import questions_decider
from events.subject.decide import subject_decider
from projections.engine.catching_up import ConnectionPool


class WeeklyQuestions:
    """Weekly questions as messages."""

    name = QUESTIONS

    def __init__(
        self,
        log: Log,
        database: ConnectionPool,
        *,
        public_url: str,
        hours_of: HoursOf = work_hours_of,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._hours_of = hours_of
        self._log = log
        self._database = database
        self._site = public_url.rstrip("/")

    async def find(self, task: DeliveryInput) -> Wanted | Unwanted:
        """Return the questions as they stand, or why they are not wanted.

        Raises: ContactLimited, outside of the person's work hours; LogFault.
        """
        team, _, week = task.about.partition(" ")
        team_id = TeamId(team)
        questions, _ = await load(self._log, questions_decider, questions_stream(team_id))
        pending = questions.ledger.pending.get(task.delivery_id)
        if pending is None:
            return Unwanted(reason="already_settled")
        who, now = pending.delivery.responder_id, self._clock()
        begins = next_moment(await self._hours_of(self._log, who), now)
        if begins > now:  # Temporal was away when it was time, or the hours are others now
            raise ContactLimited(begins - now)
        findings = await questions_for(self._database, team_id, now)
        text = QuestionsText(
            delivery_id=task.delivery_id,
            team_id=team_id,
            week=date.fromisoformat(week),
            findings=findings,
            at=now,
            site=self._site,
        )

        def message(possible_repeat: bool) -> Message:  # noqa: FBT001  as every kind's
            return replace(text, possible_repeat=possible_repeat).message

        if not findings:
            return Unwanted(reason="nothing_to_ask")
        if not questions.weekly:
            return Unwanted(reason="switched_off")
        if who not in await members_of(self._log, team_id):
            return Unwanted(reason="not_on_the_team_any_more")
        responder = await self._responder(who)
        return Wanted(delivery=pending.delivery, responder=responder, message=message)

    async def _responder(self, who: ResponderId) -> Recipient:
        responder, _ = await load(self._log, responder_decider, responder_stream(who))
        subject, _ = await load(self._log, subject_decider, subject_stream(SubjectId(who)))
        return recipient(responder, subject)
