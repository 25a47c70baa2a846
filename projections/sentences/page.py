"""Page sentences: levels, notifications, acknowledgement, exhaustion."""

from events.escalation.round_robin import RoundRobinTurnTaken
from events.escalation.target import Target
from events.ids import ResponderId
from events.page.events import (
    EscalationExhausted,
    PageAcknowledged,
    PageEscalated,
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
from events.paging.events import PagingDegraded, PagingRestored
from projections.sentences.words import (
    clock,
    counted,
    listed,
    person,
    round_of,
    times,
    words,
)


@words.register
def _(event: PageStarted) -> str:
    plan = event.plan
    repeats = f", repeated {times(plan.repeats)}" if plan.repeats else ""
    levels = counted(len(plan.levels), "level")
    policy = plan.escalation_policy_id
    by = f" by escalation policy {policy}" if policy else ""
    return f"Paging began{by}: {levels}{repeats}"


@words.register
def _(event: PageLevelReached) -> str:
    ways: dict[str, list[str]] = {}
    for delivery in event.deliveries:
        ways.setdefault(delivery.responder_id, []).append(delivery.channel)
    because = {one.responder_id: why(one.target) for one in event.people}
    people = listed(
        f"{who}{because.get(ResponderId(who), '')} by {listed(channels)}"
        for who, channels in ways.items()
    )
    return f"Level {event.level} is being paged{round_of(event.round)}: {people}"


@words.register
def _(event: PageLevelEmpty) -> str:
    where = f"level {event.level} can be reached{round_of(event.round)}"
    because = f" because {event.reason}" if event.reason else ""
    recipients = dict.fromkeys(one.responder_id for one in event.deliveries)
    are = "is" if len(recipients) == 1 else "are"
    word = f"; {listed(recipients)} {are} told" if recipients else ""
    return f"Nobody on {where}{because}, so paging goes on{word}"


@words.register
def _(event: PageLevelSkipped) -> str:
    return f"Level {event.level} is left out{round_of(event.round)}: {event.reason}"


@words.register
def _(event: PageEscalated) -> str:
    return f"{person(event.escalated_by)} did not wait for level {event.level}: paging goes on"


@words.register
def _(event: PageReplanned) -> str:
    levels = counted(len(event.plan.levels), "level")
    return f"{person(event.replanned_by)} had paging begin anew with the plan of now: {levels}"


def why(target: Target) -> str:
    """Return what led to somebody who was not named: " (on call in schedule primary)"."""
    return "" if target.responder_id is not None else f" ({target})"


@words.register
def _(event: PageLevelUnreached) -> str:
    return f"Level {event.level} could not be reached{round_of(event.round)}: no message went out"


@words.register
def _(event: PageTimedOut) -> str:
    return f"Level {event.level} stayed silent{round_of(event.round)}"


@words.register
def _(event: PageMessagesLost) -> str:
    if event.reason == "declined":
        return f"Paging waits no longer for {event.responder_id}, who declined"
    why = event.reason.replace("_", " ")
    return f"Paging waits no longer for {event.responder_id}, whom a message did not reach: {why}"


@words.register
def _(event: PageAcknowledged) -> str:
    how = "by its link" if event.via == "link" else f"through the {event.via}"
    return f"{person(event.acknowledged_by)} acknowledged the page {how}"


@words.register
def _(event: PageStopped) -> str:
    return f"Paging stopped: {event.reason}"


@words.register
def _(event: EscalationExhausted) -> str:
    rounds = counted(event.rounds, "round")
    if not event.unreached and not event.silent:
        return f"Paging went through {rounds}, and nobody was to be waited for: nobody is left"
    if not event.unreached:
        return f"Every level stayed silent for {rounds}: nobody is left to page"
    if not event.silent:
        return f"No level could be reached in {rounds}: nobody was paged, and nobody is left to"
    steps = counted(event.unreached, "level")
    silent = counted(event.silent, "level")
    return (
        f"In {rounds} {silent} stayed silent and {steps} could not be reached:"
        " nobody is left to page"
    )


@words.register
def _(event: RoundRobinTurnTaken) -> str:
    level = f"level {event.level} of escalation policy {event.escalation_policy_id}"
    return f"It is {event.target}'s turn on {level}"


@words.register
def _(event: PagingDegraded) -> str:
    return f"Paging is degraded, waiting since {clock(event.waiting_since)}: {event.reason}"


@words.register
def _(_event: PagingRestored) -> str:
    return "Paging is restored"
