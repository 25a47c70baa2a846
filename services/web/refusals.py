"""Refusals: what the API refused, as a page that says what to do next."""

from typing import Final

from services.web.calls import Refused
from services.web.rendering import Screen

TITLES: Final = {
    401: "Sign in again",
    403: "You may not do this",
    404: "There is no such page",
    409: "It has changed meanwhile",
    429: "Too much at once",
    503: "Tocsin cannot answer at the moment",
}


def refusal_screen(refused: Refused) -> Screen:
    """Return the page of a refusal."""
    wait = {"Retry-After": refused.retry_after} if refused.retry_after else {}
    return Screen(
        template="refusal.html",
        title=TITLES.get(refused.status, "This was refused"),
        facts={"refused": refused},
        status=refused.status,
        headers=wait,
    )
