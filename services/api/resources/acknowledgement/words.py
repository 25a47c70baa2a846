"""Acknowledgement page words: what the holder of a link reads, and the buttons to answer with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from events.incident.pages.answers import Standing
from services.commanding.link_answers import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button of the page, and the answer that it gives."""

    label: str
    declines: bool = False


ACKNOWLEDGE: Final = Button(label="Acknowledge")
ACCEPT: Final = Button(label="Accept")
DECLINE: Final = Button(label="Decline", declines=True)
STILL_HERE: Final = Button(label="I am still on it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a page says."""

    heading: str
    text: str
    tone: str | None = None  # None: the severity's
    status: int = 200
    buttons: tuple[Button, ...] = ()
    refresh: bool = False


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
NOT_DECLINED: Final = replace(UNAVAILABLE, heading="Not declined", buttons=(DECLINE,))


ACCEPTED: Final = Words(
    heading="Your answer is accepted",
    text="It is stored, and counts as soon as the page can be reached. No need to press again.",
    status=202,
    refresh=True,
)


def words_for(asked: Asked, now: datetime) -> Words:
    """Return what the page says to the holder of the link."""
    return _SAID[asked.standing](asked, now)


def _asking(asked: Asked, _: datetime) -> Words:
    if asked.may_decline:
        return Words(
            heading=asked.title,
            text=f"{asked.asked}, {asked.requested_by} asks for your help: {asked.ask}",
            buttons=(ACCEPT, DECLINE),
        )
    what = f"{asked.ask}." if asked.ask else "nobody has answered yet."
    return Words(
        heading=asked.title,
        text=f"{asked.asked}, you were paged: {what}",
        buttons=(ACKNOWLEDGE,),
    )


def _theirs(asked: Asked, now: datetime) -> Words:
    at = _time(asked.answered_at or now, now)
    if asked.is_reminder:
        return Words(
            heading="You accepted" if asked.may_decline else "You answered",
            tone="yours",
            text=f"{asked.asked}, you answered at {at}. Nobody asks you for it any more.",
        )
    text = f"{asked.asked}, you answered at {at}. Escalation has stopped."
    if asked.snoozed_until is not None:
        text += f" It is snoozed until {_time(asked.snoozed_until, now)}, and paged again then."
    elif asked.lapses_at is not None:
        text += f" Without a sign of life it is paged again at {_time(asked.lapses_at, now)}."
    return Words(
        heading="You have it",
        tone="yours",
        text=text,
        buttons=(STILL_HERE,) if asked.lapses_at is not None else (),
    )


def _others(asked: Asked, now: datetime) -> Words:
    text = f"{asked.answered_by} has it since {_time(asked.answered_at or now, now)}."
    if asked.is_reminder:
        text = f"{asked.answered_by} answered at {_time(asked.answered_at or now, now)}."
    elif asked.snoozed_until is not None:
        text += f" It is snoozed until {_time(asked.snoozed_until, now)}."
    return Words(
        heading="Already answered",
        tone="quiet",
        text=f"{text} Nothing is left for you to do.",
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


def _time(at: datetime, now: datetime) -> str:
    today = at.date() == now.date()
    return at.strftime("%H:%M UTC" if today else "%Y-%m-%d %H:%M UTC")


_SAID: Final[Mapping[Standing, Callable[[Asked, datetime], Words]]] = {
    Standing.ASKED: _asking,
    Standing.YOURS: _theirs,
    Standing.ACCEPTED: lambda _, __: ACCEPTED,
    Standing.OTHERS: _others,
    Standing.DECLINED: _declined,
    Standing.WITHDRAWN: lambda _, __: WITHDRAWN,
    Standing.STOPPED: _stopped,
}
