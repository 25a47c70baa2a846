"""Standing in words: how a page stands, for whoever answers it by phone."""

from events.incident.pages.answers import Standing
from services.commanding.link_answers import Asked


def standing_words(asked: Asked) -> str:
    """Return one sentence that says how the page stands now."""
    match asked.standing:
        case Standing.ASKED:
            return f"{asked.reference} still waits for an answer: {asked.title}"
        case Standing.YOURS:
            return f"You have {asked.reference}. Escalation has stopped."
        case Standing.ACCEPTED:
            return (
                f"Your answer to {asked.reference} is stored, and counts as soon as its page can"
                " be reached."
            )
        case Standing.OTHERS:
            return f"{asked.answered_by} has {asked.reference} already. Nothing is left to do."
        case Standing.STOPPED:
            return f"{asked.reference} needs no answer any more."
        case Standing.WITHDRAWN:
            return "This page does not ask you any more."


UNAVAILABLE = (
    "Not acknowledged: Tocsin cannot store anything at the moment. Escalation goes on."
    " Try again in a moment."
)
