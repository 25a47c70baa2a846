"""Notice to be sent: as the schedule stands at this moment; one that holds no more is not sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from activities.delivery.kind import Unwanted, Wanted
from activities.delivery.message import Message, Section, one_line
from activities.delivery.recipient import recipient
from activities.hand_off.schedules import Watched, watched
from activities.hand_off.shift_before import happened, notes
from activities.hand_off.text import NoticeText
from activities.payloads import DeliveryInput
from events.configuration.responder import responder_decider
from events.delivery.events import NOTICE, IntendedDelivery
from events.hand_off.cover import of_cover
from events.hand_off.decide import hand_off_decider
from events.hand_off.due import AHEAD
from events.hand_off.events import NoticeGiven
from events.hand_off.notices import Notice, NoticeKind
from events.hand_off.state import about_of
from events.handle import known
from events.ids import ScheduleId, SubjectId, hand_off_stream, responder_stream, subject_stream
from events.loading import load
from events.log.codec import codec_for
from events.log.store import Log
from events.on_call.reports.coverage import coverage
from events.on_call.who import on_call
from events.subject.decide import subject_decider
from projections.engine.catching_up import ConnectionPool

BEFORE: Final = timedelta(microseconds=1)
LONGEST: Final = timedelta(days=7)  # of a shift before that is told of
MOST_GAPS: Final = 8


class Notices:
    """Notices as messages."""

    name = NOTICE

    def __init__(
        self,
        log: Log,
        database: ConnectionPool,
        *,
        public_url: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._log = log
        self._database = database
        self._site = public_url.rstrip("/")

    async def find(self, task: DeliveryInput) -> Wanted | Unwanted:
        """Return the notice as it stands, or why it is not wanted.

        Raises: LogFault.
        """
        schedule_id = ScheduleId(task.about.partition(" ")[0])
        intent = await self._intent(schedule_id, task)
        if intent is None:
            return Unwanted(reason="never_intended")
        event, delivery = intent
        found = await watched(self._log, schedule_id)
        if found is None:
            return Unwanted(reason="schedule_ended")
        if not holds(event.notice, found, self._clock()):
            return Unwanted(reason="schedule_changed")
        text = await self._text(event, delivery, found)
        responder, _ = await load(
            self._log, responder_decider, responder_stream(delivery.responder_id)
        )
        subject, _ = await load(
            self._log, subject_decider, subject_stream(SubjectId(delivery.responder_id))
        )

        def message(possible_repeat: bool) -> Message:  # noqa: FBT001  as every kind's
            return replace(text, possible_repeat=possible_repeat).message

        return Wanted(delivery=delivery, responder=recipient(responder, subject), message=message)

    async def _intent(
        self, schedule_id: ScheduleId, task: DeliveryInput
    ) -> tuple[NoticeGiven, IntendedDelivery] | None:
        stored = await self._log.read_stream(hand_off_stream(schedule_id))
        for recorded in reversed(known(codec_for(hand_off_decider.event_types), stored)):
            event = recorded.event
            if not isinstance(event, NoticeGiven) or about_of(event) != task.about:
                continue
            for delivery in event.deliveries:
                if delivery.delivery_id == task.delivery_id:
                    return event, delivery
        return None

    async def _text(
        self, event: NoticeGiven, delivery: IntendedDelivery, found: Watched
    ) -> NoticeText:
        notice = event.notice
        return NoticeText(
            delivery_id=delivery.delivery_id,
            schedule_id=event.schedule_id,
            schedule=one_line(found.schedule.name),
            zone=found.zone,
            notice=notice,
            given_at=event.given_at,
            gaps=gaps_of(found, event) if notice.kind is NoticeKind.GAP_BY_DESIGN else (),
            shift_before=await self._before(event, found),
            url=f"{self._site}/v1/schedules/{event.schedule_id}",
            possible_repeat=False,
        )

    async def _before(self, event: NoticeGiven, found: Watched) -> tuple[Section, ...]:
        """Return what happened on the shift before, for whoever takes over."""
        notice = event.notice
        if notice.kind is not NoticeKind.BEGINS:
            return ()
        begins = on_call(found.rota, notice.starts_at - BEFORE).starts_at
        begins = max(begins, notice.starts_at - LONGEST)
        noted = await notes(self._database, event.schedule_id, begins, notice.starts_at)
        return (
            *noted,
            *await happened(self._database, event.schedule_id, begins, notice.starts_at),
        )


def holds(notice: Notice, found: Watched, now: datetime) -> bool:
    """Return whether what the notice tells is still so."""
    people = on_call(found.rota, notice.starts_at).responder_ids
    match notice.kind:
        case NoticeKind.IN_A_WEEK | NoticeKind.TOMORROW | NoticeKind.BEGINS:
            return notice.responder_id in people
        case NoticeKind.CALLED_OFF:
            return notice.responder_id not in people
        case NoticeKind.GAP_AHEAD:
            return not people
        case NoticeKind.UNCOVERED:
            return not on_call(found.rota, now).duties
        case NoticeKind.COVER_ASKED:
            return notice.name in {one.name for one in of_cover(found.schedule.cover, now)}
        case _:
            return True


def gaps_of(found: Watched, event: NoticeGiven) -> tuple[tuple[datetime, datetime], ...]:
    """Return the first times that nobody covers from the notice on."""
    gaps = coverage(found.rota, event.given_at, event.given_at + AHEAD).gaps
    return tuple((gap.starts_at, gap.ends_at) for gap in gaps[:MOST_GAPS])
