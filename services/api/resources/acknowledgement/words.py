"""Acknowledgement page words: what the holder of a link reads, and the buttons to answer with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from events.incident.pages.answers import Standing
from events.values.links import Link
from projections.incidents.changes import SuspectedChange
from services.commanding.by_link.answers import Asked
from services.newest_level import AskedLevel


class Gives(StrEnum):
    """Which answer a button gives."""

    ACKNOWLEDGEMENT = "acknowledgement"
    DECLINE = "decline"
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button of the page, and the answer that it gives."""

    label: str
    gives: Gives = Gives.ACKNOWLEDGEMENT


ACKNOWLEDGE: Final = Button(label="Acknowledge")
ACCEPT: Final = Button(label="Accept")
DECLINE: Final = Button(label="Decline", gives=Gives.DECLINE)
STILL_HERE: Final = Button(label="I am still on it")
LOOK_FIRST: Final = "Look first"
CLOCK: Final = "Looking does not stop the clock."


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a page says."""

    heading: str
    text: str
    tone: str | None = None  # None: the severity's
    status: int = 200
    buttons: tuple[Button, ...] = ()
    refresh: bool = False
    facts: tuple[tuple[str, str], ...] = ()  # in the order in which they are read at night
    runbooks: tuple[Link, ...] = ()
    in_place: str = ""  # what stands where the button stood: a second tap must hit nothing
    look: str | None = None  # what the link to the incident itself says
    beside_it: str = ""  # what following it does not do


EXPIRED: Final = Words(
    heading="This link has expired",
    text="Acknowledge the incident itself instead: it may still need somebody.",
    status=410,
)
INVALID: Final = Words(
    heading="This link is not valid",
    text="It was not made here, or it was cut off on its way. Open it from the message again.",
    status=404,
)
WITHDRAWN: Final = Words(
    heading="This link counts no longer",
    text="It was sent to somebody who may not answer any more. If that is you, ask a member of the"
    " incident to let you in.",
    tone="quiet",
    status=410,
)
UNAVAILABLE: Final = Words(
    heading="Not acknowledged",
    text="Tocsin cannot store anything at the moment. Escalation goes on. Try again in a moment.",
    status=503,
    buttons=(ACKNOWLEDGE,),
)
NOT_ESCALATED: Final = replace(UNAVAILABLE, heading="Not passed on")
NOT_DECLINED: Final = replace(UNAVAILABLE, heading="Not declined", buttons=(DECLINE,))


def _accepted(asked: Asked, now: datetime) -> Words:
    at = f" at {_second(asked.stored_at, now)}" if asked.stored_at else ""
    return Words(
        heading="Your answer is accepted",
        text=f"It was stored{at} and is being carried out: it counts as soon as the page can be"
        " reached. No need to press again.",
        status=202,
        refresh=True,
        in_place="Stored; being carried out.",
    )


def words_for(asked: Asked, now: datetime, changes: Sequence[SuspectedChange] = ()) -> Words:
    """Return what the page says to the holder of the link."""
    if asked.standing is Standing.ASKED:
        return _asking(asked, now, changes)
    return _SAID[asked.standing](asked, now)


def facts_of(
    asked: Asked, now: datetime, changes: Sequence[SuspectedChange] = ()
) -> tuple[tuple[str, str], ...]:
    """Return how long nobody has answered, who is asked next, and what changed shortly before."""
    facts: list[tuple[str, str]] = []
    if asked.waits_since is not None:
        span, since = _span(now - asked.waits_since), _time(asked.waits_since, now)
        facts.append(("Waiting", f"{span} without an answer, since {since}"))
    if asked.level is not None:
        you = "You are" if asked.passed_on_at is None else "It is"
        facts.append((you, f"on level {asked.level.level} of {asked.level.levels}"))
        after = "After you" if asked.passed_on_at is None else "After that"
        facts.append((after, _after(asked, asked.level, now)))
    facts += [("Changed", _changed(one)) for one in changes]
    if asked.summary:
        facts.append(("Known", asked.summary))
    return tuple(facts)


def _after(asked: Asked, level: AskedLevel, now: datetime) -> str:
    if not asked.next_people:
        return "nobody: it is the last level"
    people = ", ".join(asked.next_people)
    return people if level.next_at is None else f"{people} at {_time(level.next_at, now)}"


def _changed(suspected: SuspectedChange) -> str:
    change, before = suspected.change, suspected.before
    where = f" ({change.service_id})" if change.service_id and not suspected.same_service else ""
    side = "after it began" if before < timedelta(0) else "before"
    return f"{_span(abs(before))} {side}: {change.summary}{where}"


def _span(span: timedelta) -> str:
    minutes, seconds = divmod(max(0, round(span.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


def _asking(asked: Asked, now: datetime, changes: Sequence[SuspectedChange] = ()) -> Words:
    facts, runbooks = facts_of(asked, now, changes), asked.runbooks
    if asked.may_decline:
        return Words(
            heading=asked.title,
            text=f"{asked.asked}, {asked.requested_by} asks for your help: {asked.ask}",
            buttons=(ACCEPT, DECLINE),
            facts=facts,
            runbooks=runbooks,
            look=LOOK_FIRST,
            beside_it=CLOCK,
        )
    what = f"{asked.ask}." if asked.ask else "nobody has answered yet."
    text = f"{asked.asked}, you were paged: {what}"
    if asked.passed_on_at is not None:
        whom = ", ".join(asked.asked_now) or "the next level"
        text = f"You passed it on at {_second(asked.passed_on_at, now)}: {whom} is asked now, and"
        text += " nobody has answered yet. You can still acknowledge."
    escalation = Button(label=_not_me(asked), gives=Gives.ESCALATION)
    return Words(
        heading=asked.title,
        text=text,
        buttons=(ACKNOWLEDGE, escalation) if asked.escalation else (ACKNOWLEDGE,),
        facts=facts,
        runbooks=runbooks,
        look=LOOK_FIRST,
        beside_it=CLOCK,
    )


def _not_me(asked: Asked) -> str:
    first, *others = asked.next_people or ("the next level",)
    more = f" and {len(others)} more" if others else ""
    return f"Not me, page {first}{more}"


def _theirs(asked: Asked, now: datetime) -> Words:
    at = _second(asked.answered_at or now, now)
    if asked.is_reminder:
        return Words(
            heading="You accepted" if asked.may_decline else "You answered",
            tone="yours",
            text=f"{asked.asked}, you answered at {at}. Nobody asks you for it any more.",
            in_place=f"Answered at {at}.",
        )
    text = (
        f"{asked.asked}, you answered at {at}. Escalation has stopped: nobody else is being paged."
    )
    if asked.snoozed_until is not None:
        text += f" It is snoozed until {_time(asked.snoozed_until, now)}, and paged again then."
    elif asked.lapses_at is not None:
        text += f" Without a sign of life it is paged again at {_time(asked.lapses_at, now)}."
    return Words(
        heading="You have it",
        tone="yours",
        text=text,
        buttons=(STILL_HERE,) if asked.lapses_at is not None else (),
        in_place=f"Acknowledged at {at}. Nobody else is being paged.",
    )


def _others(asked: Asked, now: datetime) -> Words:
    text = f"{asked.answered_by} has it since {_second(asked.answered_at or now, now)}."
    if asked.is_reminder:
        text = f"{asked.answered_by} answered at {_time(asked.answered_at or now, now)}."
    elif asked.snoozed_until is not None:
        text += f" It is snoozed until {_time(asked.snoozed_until, now)}."
    return Words(
        heading="Already answered",
        tone="quiet",
        text=f"{text} Nothing is left for you to do.",
        in_place=f"{asked.answered_by} has it.",
        look=None if asked.is_reminder else "Join",
        beside_it="" if asked.is_reminder else "It opens the incident; take a role or help there.",
    )


def _declined(asked: Asked, _: datetime) -> Words:
    return Words(
        heading="You declined",
        tone="quiet",
        text=f"{asked.asked}, you said no. {asked.requested_by or 'Whoever asked'} is told, and"
        " nobody asks you for it any more.",
    )


def _stopped(asked: Asked, _: datetime) -> Words:
    why = f": {asked.why_over}" if asked.why_over else ""
    return Words(
        heading="No longer needed",
        tone="quiet",
        text=f"{asked.reference} needs no answer any more{why}.",
    )


def _time(at: datetime, now: datetime, clock: str = "%H:%M") -> str:
    today = at.date() == now.date()
    return at.strftime(f"{clock} UTC" if today else f"%Y-%m-%d {clock} UTC")


def _second(at: datetime, now: datetime) -> str:
    """Return a moment that somebody compares with another: who was faster."""
    return _time(at, now, "%H:%M:%S")


_SAID: Final[Mapping[Standing, Callable[[Asked, datetime], Words]]] = {
    Standing.YOURS: _theirs,
    Standing.ACCEPTED: _accepted,
    Standing.OTHERS: _others,
    Standing.DECLINED: _declined,
    Standing.WITHDRAWN: lambda _, __: WITHDRAWN,
    Standing.STOPPED: _stopped,
}
