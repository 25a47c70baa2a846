"""The rules of a page: levels in order, one outcome a delivery, the first answer ends it."""

from typing import assert_never

from events.aggregate import Aggregate
from events.decider import Decider
from events.errors import PageNotFound, PageOver
from events.ids import DeliveryId, IncidentId, PageId
from events.page.commands import (
    AcknowledgePage,
    ExhaustPage,
    PageCommand,
    ReachLevel,
    RecordDelayed,
    RecordDeliveryFailed,
    RecordSent,
    RecordSuppressed,
    StartPage,
    StopPage,
    TimeOutLevel,
)
from events.page.events import (
    PAGE_EVENTS,
    EscalationExhausted,
    IntendedDelivery,
    PageAcknowledged,
    PageDeliveryDelayed,
    PageDeliveryFailed,
    PageEvent,
    PageLevelEmpty,
    PageLevelReached,
    PageLevelUnreached,
    PageSent,
    PageStarted,
    PageStopped,
    PageSuppressed,
    PageTimedOut,
)
from events.page.plan import Step, first_step, step_after
from events.page.state import INITIAL, Page, evolve

type Outcome = RecordSent | RecordDeliveryFailed | RecordSuppressed


def decide(command: PageCommand, page: Page) -> list[PageEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case StartPage():
            return start(command, page)
        case ReachLevel():
            return reach_level(command, page)
        case RecordSent() | RecordDeliveryFailed() | RecordSuppressed():
            return record_outcome(command, page)
        case RecordDelayed():
            return record_delayed(command, page)
        case TimeOutLevel():
            return time_out_level(command, page)
        case AcknowledgePage():
            return acknowledge(command, page)
        case StopPage():
            return stop(command, page)
        case ExhaustPage():
            return exhaust(command, page)
        case _:
            assert_never(command)


def start(command: StartPage, page: Page) -> list[PageEvent]:
    """Begin with a fixed plan."""
    if page.page_id is not None:
        return []
    return [
        PageStarted(
            page_id=command.page_id,
            incident_id=command.incident_id,
            reference=command.reference,
            plan=command.plan,
            started_at=command.at,
            purpose=command.purpose,
            ask=command.ask,
        )
    ]


def next_step(page: Page) -> Step | None:
    """Return where the page goes from here, None when the plan is exhausted."""
    if page.plan is None or not page.plan.levels:
        return None
    return first_step() if page.step is None else step_after(page.step, page.plan)


def reach_level(command: ReachLevel, page: Page) -> list[PageEvent]:
    """Go to the next step; a page that was answered meanwhile goes nowhere."""
    page_id, incident_id = _started(page)
    if page.over or command.step != next_step(page):
        return []
    if not command.deliveries:
        return [
            PageLevelEmpty(
                page_id=page_id,
                incident_id=incident_id,
                round=command.step.round,
                level=command.step.level,
                found_at=command.at,
            )
        ]
    return [
        PageLevelReached(
            page_id=page_id,
            incident_id=incident_id,
            round=command.step.round,
            level=command.step.level,
            deliveries=command.deliveries,
            reached_at=command.at,
        )
    ]


def record_outcome(command: Outcome, page: Page) -> list[PageEvent]:
    """Record what became of a delivery, once; also when the page is over by now."""
    _started(page)
    delivery = page.pending.get(command.delivery_id)
    return [] if delivery is None else [_outcome(command, page, delivery)]


def _outcome(command: Outcome, page: Page, delivery: IntendedDelivery) -> PageEvent:
    page_id, incident_id = _started(page)
    match command:
        case RecordSent():
            return PageSent(
                page_id=page_id,
                incident_id=incident_id,
                delivery_id=delivery.delivery_id,
                responder_id=delivery.responder_id,
                channel=delivery.channel,
                attempts=command.attempts,
                provider_id=command.provider_id,
                sent_at=command.at,
            )
        case RecordDeliveryFailed():
            return PageDeliveryFailed(
                page_id=page_id,
                incident_id=incident_id,
                delivery_id=delivery.delivery_id,
                responder_id=delivery.responder_id,
                channel=delivery.channel,
                attempts=command.attempts,
                error=command.error,
                failed_at=command.at,
            )
        case RecordSuppressed():
            return PageSuppressed(
                page_id=page_id,
                incident_id=incident_id,
                delivery_id=delivery.delivery_id,
                responder_id=delivery.responder_id,
                channel=delivery.channel,
                reason=command.reason,
                suppressed_at=command.at,
            )
        case _:
            assert_never(command)


def record_delayed(command: RecordDelayed, page: Page) -> list[PageEvent]:
    """Record that a message is held up, once for so many attempts; not once it has an outcome."""
    page_id, incident_id = _started(page)
    delivery = page.pending.get(command.delivery_id)
    if delivery is None or page.delayed.get(command.delivery_id) == command.attempts:
        return []
    return [
        PageDeliveryDelayed(
            page_id=page_id,
            incident_id=incident_id,
            delivery_id=delivery.delivery_id,
            responder_id=delivery.responder_id,
            channel=delivery.channel,
            attempts=command.attempts,
            error=command.error,
            delayed_at=command.at,
        )
    ]


def time_out_level(command: TimeOutLevel, page: Page) -> list[PageEvent]:
    """Record that the current step stayed silent, or that nobody on it could be reached."""
    page_id, incident_id = _started(page)
    if page.over or page.timed_out or command.step != page.step:
        return []
    if page.unheard:
        return [
            PageLevelUnreached(
                page_id=page_id,
                incident_id=incident_id,
                round=command.step.round,
                level=command.step.level,
                found_at=command.at,
            )
        ]
    return [
        PageTimedOut(
            page_id=page_id,
            incident_id=incident_id,
            round=command.step.round,
            level=command.step.level,
            timed_out_at=command.at,
        )
    ]


def acknowledge(command: AcknowledgePage, page: Page) -> list[PageEvent]:
    """End the page with its first answer, which may come after the last level was paged."""
    page_id, incident_id = _started(page)
    if page.acknowledged_by is not None:
        return []
    if page.stopped:
        raise PageOver(f"{page.reference} no longer needs an answer: the page was stopped.")
    return [
        PageAcknowledged(
            page_id=page_id,
            incident_id=incident_id,
            acknowledged_by=command.actor.name,
            responder_id=command.actor.responder_id,
            via=command.via,
            acknowledged_at=command.at,
        )
    ]


def stop(command: StopPage, page: Page) -> list[PageEvent]:
    """End the page without an answer."""
    page_id, incident_id = _started(page)
    if page.over:
        return []
    return [
        PageStopped(
            page_id=page_id, incident_id=incident_id, reason=command.reason, stopped_at=command.at
        )
    ]


def exhaust(command: ExhaustPage, page: Page) -> list[PageEvent]:
    """End the page because no step is left."""
    page_id, incident_id = _started(page)
    if page.over or next_step(page) is not None:
        return []
    return [
        EscalationExhausted(
            page_id=page_id,
            incident_id=incident_id,
            rounds=page.step.round if page.step else 0,
            exhausted_at=command.at,
            silent=page.silent,
            unreached=page.unreached,
        )
    ]


def still_wanted(page: Page, delivery_id: DeliveryId) -> IntendedDelivery | None:
    """Return the delivery if it is to be sent now: intended, no outcome yet, nobody answered."""
    return None if page.answered else page.pending.get(delivery_id)


def _started(page: Page) -> tuple[PageId, IncidentId]:
    if page.page_id is None or page.incident_id is None:
        raise PageNotFound("No such page.")
    return page.page_id, page.incident_id


page_decider: Decider[PageCommand, Page, PageEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=PAGE_EVENTS
)

AGGREGATE = Aggregate(noun="page", id=PageId, decider=page_decider, commands=PageCommand)
