"""Standing in words: how a page stands, for whoever answers it by phone."""

from typing import Final

from events.incident.pages.answers import Standing
from services.commanding.by_link.answers import Asked


def standing_words(asked: Asked) -> str:
    """Return one sentence that says how the page stands now."""
    if asked.standing is Standing.YOURS and asked.is_reminder:
        return f"You answered {asked.reference}. Nobody asks you for it any more."
    return _SAID[asked.standing].format(
        reference=asked.reference, title=asked.title, answered_by=asked.answered_by
    )


_SAID: Final = {
    Standing.ASKED: "{reference} still waits for an answer: {title}",
    Standing.YOURS: "You have {reference}. Escalation has stopped.",
    Standing.ACCEPTED: "Your answer to {reference} is stored, and counts as soon as its page can be"
    " reached.",
    Standing.OTHERS: "{answered_by} has {reference} already. Nothing is left to do.",
    Standing.DECLINED: "You said no to {reference}, and whoever asked is told.",
    Standing.STOPPED: "{reference} needs no answer any more.",
    Standing.WITHDRAWN: "This page does not ask you any more.",
}


UNAVAILABLE = (
    "Not acknowledged: Tocsin cannot store anything at the moment. Escalation goes on."
    " Try again in a moment."
)
