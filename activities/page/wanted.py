"""Page to be sent: what the log knows of it at this moment, and whether it is still wanted."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from activities.delivery.faults import AnswerWaits
from activities.delivery.kind import Unwanted, Wanted
from activities.delivery.message import Message
from activities.delivery.recipient import Recipient, recipient
from activities.page.ack_links import AckLinks
from activities.page.case import Case
from activities.page.intent import intent_of
from activities.page.text import compose
from activities.payloads import DeliveryInput
from activities.waiting_answers import Answers
from events.configuration.responder import responder_decider
from events.decider import Decider
from events.delivery.events import OVERTAKEN, PAGE, IntendedDelivery
from events.ids import (
    DeliveryId,
    IncidentId,
    PageId,
    SubjectId,
    incident_stream,
    page_stream,
    responder_stream,
    subject_stream,
)
from events.incident.decide import incident_decider
from events.incident.description.events import IncidentDescribed
from events.incident.events import IncidentAcknowledged, IncidentDeclared, IncidentEvent
from events.incident.pages.rules import page_with
from events.incident.state import Incident
from events.log.codec import Codec
from events.log.recorded import Recorded
from events.log.store import Log
from events.page.decide import page_decider, still_wanted
from events.page.events import PageEvent
from events.page.overtaking import is_first, is_overtaken
from events.subject.decide import subject_decider

type PageEvents = Sequence[Recorded[PageEvent]]
type IncidentEvents = Sequence[Recorded[IncidentEvent]]


class Pages:
    """Pages as messages. Events that only a newer version knows are passed over."""

    name = PAGE

    def __init__(
        self,
        log: Log,
        codec: Codec[object],
        links: AckLinks,
        answers: Answers,
        *,
        public_url: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._log = log
        self._codec = codec
        self._links = links
        self._answers = answers
        self._public_url = public_url
        self._clock = clock

    async def find(self, task: DeliveryInput) -> Wanted | Unwanted:
        """Return the page as it stands, or why it is not wanted.

        Raises: AnswerWaits, LogFault.
        """
        case = await self._case(PageId(UUID(task.about)), task.delivery_id)
        if isinstance(case, Unwanted):
            return case

        def message(possible_repeat: bool) -> Message:  # noqa: FBT001  as every kind's
            now = self._clock()
            text = compose(
                case, self._links, self._public_url, now=now, possible_repeat=possible_repeat
            )
            return text.message

        return Wanted(
            delivery=case.delivery, responder=case.responder, message=message, first=case.first
        )

    async def _case(self, page_id: PageId, delivery_id: DeliveryId) -> Case | Unwanted:
        """Return the delivery as it stands, or why it is not wanted.

        Incident and page are read last: an acknowledgement counts until the moment of sending.
        What waits for the incident is read before them, and so is not missed on its way there.
        Raises: AnswerWaits, LogFault.
        """
        intent = intent_of((one.event for one in await self._page(page_id)), delivery_id)
        if intent is None:
            return Unwanted(reason="never_intended")
        responder = await self._responder(intent.delivery)
        carry = await self._answers.waiting(intent.incident_id)
        incident = await self._incident(intent.incident_id)
        page = await self._page(page_id)
        whole = incident_decider.fold(recorded.event for recorded in incident)
        reason = why_unwanted(page, incident, whole, delivery_id)
        if carry is None and reason is not None:
            return Unwanted(reason=reason)
        if carry is not None and why_unwanted(page, incident, carry(whole), delivery_id):
            if reason is None:
                raise AnswerWaits
            return Unwanted(reason=reason)
        if is_overtaken((one.event for one in page), delivery_id, self._clock()):
            return Unwanted(reason=OVERTAKEN)
        state = page_decider.fold(recorded.event for recorded in page)
        if state.plan is None:
            return Unwanted(reason="never_started")
        return Case(
            page_id=intent.page_id,
            incident_id=intent.incident_id,
            reference=state.reference,
            incident=whole,
            summary=summary_of(incident),
            delivery=intent.delivery,
            step=intent.step,
            page=state,
            plan=state.plan,
            purpose=state.purpose,
            ask=intent.ask or state.ask,
            next_step=intent.next_step,
            paged_at=intent.at,
            responder=responder,
            first=is_first((one.event for one in page), delivery_id),
        )

    async def _page(self, page_id: PageId) -> PageEvents:
        return await self._events(page_stream(page_id), page_decider)

    async def _incident(self, incident_id: IncidentId) -> IncidentEvents:
        return await self._events(incident_stream(incident_id), incident_decider)

    async def _responder(self, delivery: IntendedDelivery) -> Recipient:
        stream = responder_stream(delivery.responder_id)
        events = await self._events(stream, responder_decider)
        about = subject_stream(SubjectId(delivery.responder_id))
        forgotten = await self._events(about, subject_decider)
        return recipient(
            responder_decider.fold(recorded.event for recorded in events),
            subject_decider.fold(recorded.event for recorded in forgotten),
        )

    async def _events[Command, State, Event](
        self, stream: str, decider: Decider[Command, State, Event]
    ) -> list[Recorded[Event]]:
        stored = await self._log.opened(await self._log.read_stream(stream))
        decoded = map(self._codec.decode, stored)
        mine = [recorded for recorded in decoded if isinstance(recorded.event, decider.event_types)]
        return cast("list[Recorded[Event]]", mine)


def why_unwanted(
    page: PageEvents, incident: IncidentEvents, whole: Incident, delivery_id: DeliveryId
) -> str | None:
    """Return why the delivery must not be sent now, None if it is wanted.

    The incident is asked too: it may know of its end before its page does. `whole` is what its
    events make of it, or what it will be with the commands that wait for it.
    """
    state = page_decider.fold(recorded.event for recorded in page)
    pending = still_wanted(state, delivery_id)
    if pending is None:
        return state.why_unwanted or "already_settled"
    if whole.resolved or whole.ended:
        return "incident_over"
    if whole.privacy.shuts_out(pending.delivery.responder_id):
        return "responder_removed"
    called = page_with(whole, state.page_id) if state.page_id else None
    if called is None:  # it knows of no such page, so nobody's answer can have named it
        return "incident_acknowledged" if _taken_since(page[0].position, incident) else None
    if pending.delivery.responder_id in called.declined:
        return "page_declined"
    return called.why_unwanted


def _taken_since(position: int, incident: IncidentEvents) -> bool:
    return any(
        isinstance(recorded.event, IncidentAcknowledged) and recorded.position > position
        for recorded in incident
    )


def summary_of(incident: IncidentEvents) -> str:
    """Return what is said of the incident: when it was declared, or anew since."""
    for recorded in reversed(incident):
        if isinstance(recorded.event, IncidentDeclared | IncidentDescribed):
            return recorded.event.summary
    return ""
