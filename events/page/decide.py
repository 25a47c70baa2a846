"""Page rules: levels in order, one outcome a delivery, the first acknowledgement ends it."""

from dataclasses import replace
from typing import assert_never

from events.aggregate import Aggregate
from events.decider import Decider
from events.delivery.commands import (
    DeliveryCommand,
    RecordDelayed,
    RecordFailed,
    RecordSent,
    RecordSuppressed,
)
from events.delivery.ledger import Pending, record
from events.errors import PageMovedOn, PageNotFound, PageOver
from events.ids import DeliveryId, IncidentId, PageId
from events.page.commands import (
    AcknowledgePage,
    EscalateNow,
    ExhaustPage,
    PageCommand,
    ReachLevel,
    RecordLost,
    ReplanPage,
    StartPage,
    StopPage,
    TimeOutLevel,
)
from events.page.events import (
    PAGE_EVENTS,
    EscalationExhausted,
    PageAcknowledged,
    PageEscalated,
    PageEvent,
    PageLevelEmpty,
    PageLevelReached,
    PageLevelSkipped,
    PageLevelUnreached,
    PageMessagesLost,
    PageReplanned,
    PageStarted,
    PageStopped,
    PageTimedOut,
)
from events.page.plan import Step, first_step, step_after
from events.page.state import INITIAL, Page, evolve


def decide(command: PageCommand, page: Page) -> list[PageEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case StartPage():
            return start(command, page)
        case ReachLevel():
            return reach_level(command, page)
        case RecordSent() | RecordDelayed() | RecordFailed() | RecordSuppressed():
            return record_delivery(command, page)
        case TimeOutLevel():
            return time_out_level(command, page)
        case RecordLost():
            return record_lost(command, page)
        case EscalateNow():
            return escalate_now(command, page)
        case ReplanPage():
            return replan(command, page)
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
    return first_step(page.plan) if page.step is None else step_after(page.step, page.plan)


def behind_the_last(page: Page) -> Step:
    """Return where messages belong that tell of an exhausted page: behind its last level."""
    levels = len(page.plan.levels) if page.plan else 0
    return Step(round=max(page.last_round, 1), level=levels + 1)


def exhausting(page: Page) -> str:
    """Return the name of the command that ends the plan: each of its plans ends once."""
    return f"exhaust:{page.replans}" if page.replans else "exhaust"


def reach_level(command: ReachLevel, page: Page) -> list[PageEvent]:
    """Go to the next step; a page that was answered meanwhile goes nowhere."""
    page_id, incident_id = _started(page)
    if page.over or command.step != next_step(page):
        return []
    if command.skipped is not None:
        return [
            PageLevelSkipped(
                page_id=page_id,
                incident_id=incident_id,
                round=command.step.round,
                level=command.step.level,
                reason=command.skipped,
                skipped_at=command.at,
            )
        ]
    if command.empty is not None or not command.deliveries:
        return [
            PageLevelEmpty(
                page_id=page_id,
                incident_id=incident_id,
                round=command.step.round,
                level=command.step.level,
                found_at=command.at,
                reason=command.empty or "",
                deliveries=command.deliveries,
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
            people=command.people,
        )
    ]


def record_delivery(command: DeliveryCommand, page: Page) -> list[PageEvent]:
    """Record what became of a message; also when the page is over by now."""
    _started(page)
    return [*record(command, page.ledger)]


def time_out_level(command: TimeOutLevel, page: Page) -> list[PageEvent]:
    """Record that the current step stayed silent, or that nobody on it could be reached."""
    page_id, incident_id = _started(page)
    if page.over or page.timed_out or command.step != page.step:
        return []
    if page.unheard_by(command.at):
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


def record_lost(command: RecordLost, page: Page) -> list[PageEvent]:
    """Record that messages of the current step reach nobody, where they are still waited for."""
    page_id, incident_id = _started(page)
    waited_for = page.intended - page.lost
    lost = tuple(one for one in command.delivery_ids if one in waited_for)
    if page.over or page.timed_out or not lost:
        return []
    return [
        PageMessagesLost(
            page_id=page_id,
            incident_id=incident_id,
            delivery_ids=lost,
            responder_id=command.responder_id,
            reason=command.reason,
            lost_at=command.at,
        )
    ]


def escalate_now(command: EscalateNow, page: Page) -> list[PageEvent]:
    """Go on from the level that somebody saw; a second click finds the page elsewhere.

    Raises: PageOver, PageMovedOn.
    """
    page_id, incident_id = _started(page)
    require_at(page, command.step)
    return [
        PageEscalated(
            page_id=page_id,
            incident_id=incident_id,
            round=command.step.round,
            level=command.step.level,
            escalated_by=command.actor.name,
            escalated_at=command.at,
        )
    ]


def require_at(page: Page, step: Step) -> None:
    """Let somebody go on from a step if the page waits there.

    Raises: PageNotFound, PageOver, PageMovedOn.
    """
    _started(page)
    if page.over:
        raise PageOver(f"The page of {page.reference} is over: there is nobody to escalate to.")
    if page.step != step or page.timed_out:
        now = f"level {page.step.level}, round {page.step.round}" if page.step else "no level yet"
        raise PageMovedOn(
            f"The page of {page.reference} is at {now} by now: look at it again, then decide."
        )


def replan(command: ReplanPage, page: Page) -> list[PageEvent]:
    """Begin anew with another plan, also where the old one was exhausted; once for each command.

    Its rounds are counted on, so that no message of the old plan is taken for one of the new.
    Raises: PageOver.
    """
    page_id, incident_id = _started(page)
    if command.number <= page.replans:
        return []
    if page.answered:
        raise PageOver(f"The page of {page.reference} is over: it needs no other plan.")
    return [
        PageReplanned(
            page_id=page_id,
            incident_id=incident_id,
            plan=replace(command.plan, first_round=page.last_round + 1),
            replanned_by=command.actor.name,
            replanned_at=command.at,
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
            deliveries=command.deliveries,
        )
    ]


def still_wanted(page: Page, delivery_id: DeliveryId) -> Pending | None:
    """Return the delivery if it is to be sent now: intended, no outcome yet, nobody answered."""
    return None if page.answered else page.ledger.pending.get(delivery_id)


def _started(page: Page) -> tuple[PageId, IncidentId]:
    if page.page_id is None or page.incident_id is None:
        raise PageNotFound("No such page.")
    return page.page_id, page.incident_id


page_decider: Decider[PageCommand, Page, PageEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=PAGE_EVENTS
)

AGGREGATE = Aggregate(noun="page", id=PageId, decider=page_decider, commands=PageCommand)
