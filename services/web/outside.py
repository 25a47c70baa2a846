"""Outside: pages for whoever is not signed in, and for what no page can answer."""

from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.web.rendering import environment
from services.web.visit import theme_of

BOARD: Final = ("/", "Go to the board")
WORDS: Final = {
    404: ("There is no such page", "The address leads nowhere. It may have been cut short."),
    405: ("Nothing can be sent here", "Go back, load the page again, and press once more."),
}
UNAVAILABLE: Final = (
    "Tocsin cannot read its log at the moment, so it cannot know who you are.",
    "What you pressed before counts. Pages go on by themselves. Try again in 5 s.",
)


def outside(
    request: Request,
    title: str,
    *words: str,
    status: int = 200,
    onward: tuple[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return a page that knows nothing of who looks at it."""
    facts = {"title": title, "words": words, "onward": onward, "theme": theme_of(request)}
    text = environment().get_template("outside.html").render(facts)
    return HTMLResponse(text, status_code=status, headers=dict(headers or {}))


def unavailable(request: Request) -> Response:
    """Say that nobody can be known while the log does not answer."""
    onward = (request.url.path, "Try again")
    return outside(
        request,
        "Tocsin cannot answer at the moment",
        *UNAVAILABLE,
        status=503,
        onward=onward if request.method == "GET" else BOARD,
        headers={"Retry-After": "5"},
    )


async def no_page(request: Request, refusal: Exception) -> Response:
    """Answer where there is no page, or none that takes a form."""
    status = refusal.status_code if isinstance(refusal, HTTPException) else 404
    title, words = WORDS.get(status, WORDS[404])
    given = refusal.headers if isinstance(refusal, HTTPException) else None
    return outside(request, title, words, status=status, onward=BOARD, headers=given)
