"""One page for INC-7: first Ana and Ben, then Cem; the round is repeated once."""

from datetime import UTC, datetime
from uuid import UUID

from events.actor import Actor
from events.delivery.events import IntendedDelivery
from events.ids import (
    DeliveryId,
    EscalationPolicyId,
    IncidentId,
    ResponderId,
    delivery_id_for,
    page_id_for,
)
from events.page.commands import (
    AcknowledgePage,
    ExhaustPage,
    ReachLevel,
    StartPage,
    StopPage,
    TimeOutLevel,
)
from events.page.events import (
    EscalationExhausted,
    PageAcknowledged,
    PageLevelEmpty,
    PageLevelReached,
    PageLevelUnreached,
    PageStarted,
    PageStopped,
    PageTimedOut,
)
from events.page.plan import PagePlan, Step
from tests.planned import planned

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
INC_7 = IncidentId(UUID("00000000-0000-4000-8000-000000000007"))
PAGE = page_id_for(INC_7, 1)

ANA, BEN, CEM = ResponderId("ana"), ResponderId("ben"), ResponderId("cem")
ben = Actor(principal="api_key:ben", responder_id=BEN)
cem = Actor(principal="api_key:cem", responder_id=CEM)


def plan_of(*levels: tuple[ResponderId, ...], repeats: int) -> PagePlan:
    return PagePlan(
        escalation_policy_id=EscalationPolicyId("checkout-on-call"),
        levels=tuple(planned(*people) for people in levels),
        repeats=repeats,
    )


PLAN = plan_of((ANA, BEN), (CEM,), repeats=1)


def messages_for(step: Step, plan: PagePlan = PLAN) -> tuple[IntendedDelivery, ...]:
    """Return one e-mail for each person of the step."""
    return tuple(
        IntendedDelivery(
            delivery_id=delivery_id_for(PAGE, step.round, step.level, person, "email", 0),
            responder_id=person,
            channel="email",
            address=0,
        )
        for person in map(ResponderId, map(str, plan.levels[step.level - 1].targets))
    )


def delivery_to(person: ResponderId, round: int, level: int) -> DeliveryId:
    return delivery_id_for(PAGE, round, level, person, "email", 0)


start = StartPage(page_id=PAGE, incident_id=INC_7, reference="INC-7", plan=PLAN, at=NOW)
started = PageStarted(page_id=PAGE, incident_id=INC_7, reference="INC-7", plan=PLAN, started_at=NOW)
acknowledge = AcknowledgePage(actor=ben, via="link", at=NOW)
acknowledged = PageAcknowledged(
    page_id=PAGE,
    incident_id=INC_7,
    acknowledged_by="responder:ben",
    responder_id=BEN,
    via="link",
    acknowledged_at=NOW,
)
stop = StopPage(reason="INC-7 was resolved.", at=NOW)
stopped = PageStopped(page_id=PAGE, incident_id=INC_7, reason="INC-7 was resolved.", stopped_at=NOW)
exhaust = ExhaustPage(at=NOW)
exhausted = EscalationExhausted(
    page_id=PAGE, incident_id=INC_7, rounds=2, exhausted_at=NOW, silent=4
)


def reach(round: int, level: int) -> ReachLevel:
    step = Step(round=round, level=level)
    return ReachLevel(step=step, deliveries=messages_for(step), at=NOW)


def reached(round: int, level: int) -> PageLevelReached:
    return PageLevelReached(
        page_id=PAGE,
        incident_id=INC_7,
        round=round,
        level=level,
        deliveries=messages_for(Step(round=round, level=level)),
        reached_at=NOW,
    )


def empty(round: int, level: int) -> PageLevelEmpty:
    return PageLevelEmpty(page_id=PAGE, incident_id=INC_7, round=round, level=level, found_at=NOW)


def time_out(round: int, level: int) -> TimeOutLevel:
    return TimeOutLevel(step=Step(round=round, level=level), at=NOW)


def timed_out(round: int, level: int) -> PageTimedOut:
    return PageTimedOut(page_id=PAGE, incident_id=INC_7, round=round, level=level, timed_out_at=NOW)


def unreachable(round: int, level: int) -> PageLevelUnreached:
    return PageLevelUnreached(
        page_id=PAGE, incident_id=INC_7, round=round, level=level, found_at=NOW
    )


def all_silent() -> tuple[object, ...]:
    """Return a page that went through both levels, twice, and heard nothing."""
    steps = [(round, level) for round in (1, 2) for level in (1, 2)]
    return (
        started,
        *(event for step in steps for event in (reached(*step), timed_out(*step))),
    )
