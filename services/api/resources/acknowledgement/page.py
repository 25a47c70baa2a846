"""Acknowledgement page: behind a link in a message; answers once a person presses the button.

Opening it changes nothing, because mail scanners open every link they see.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from activities.page.ack_links import AckLink
from events.errors import AckLinkExpired, AckLinkInvalid
from events.incident.pages.answers import Standing
from services.api.dependencies import Dependencies, Deps
from services.api.faults import WORLD_FAULTS
from services.api.http.guard import api_router, public
from services.commanding.link_answers import (
    Asked,
    acknowledge,
    actor_of,
    asked_by,
    link_in,
)

router = api_router("acknowledgement page")

_HERE: Final = Path(__file__).parent
_PAGE: Final = Template((_HERE / "page.html").read_text(encoding="utf-8"))
_STYLE: Final = (_HERE / "page.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Robots-Tag": "noindex",
}
_FORM: Final = '<form method="post"><button type="submit">Acknowledge</button></form>\n'
_REFRESH: Final = '\n<meta http-equiv="refresh" content="5">'
_GUARD: Final = public("the signed link in the path says who answers which page", ignores_body=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a page says."""

    heading: str
    text: str
    tone: str | None = None  # None: the severity's
    status: int = 200
    button: bool = False
    refresh: bool = False


@router.get(
    "/ack/{token}", dependencies=[_GUARD], response_class=HTMLResponse, include_in_schema=False
)
async def show(request: Request, token: str, dependencies: Deps) -> HTMLResponse:
    """Show the page; it is answered by the button, never by opening it."""
    return await _answer(request, dependencies, token, pressed=False)


@router.post(
    "/ack/{token}", dependencies=[_GUARD], response_class=HTMLResponse, include_in_schema=False
)
async def press(request: Request, token: str, dependencies: Deps) -> HTMLResponse:
    """Answer the page, and show how it stands."""
    return await _answer(request, dependencies, token, pressed=True)


async def _answer(
    request: Request, dependencies: Dependencies, token: str, *, pressed: bool
) -> HTMLResponse:
    try:
        link = link_in(token, dependencies.settings.link_key, dependencies.clock())
        request.state.principal = actor_of(link).principal
        return _shown(await _stands(dependencies, link, pressed=pressed), dependencies.clock())
    except AckLinkExpired:
        return _page(_EXPIRED)
    except AckLinkInvalid:
        return _page(_INVALID)
    except WORLD_FAULTS as fault:
        request.state.fault = type(fault).__name__
        return _page(_UNAVAILABLE, headers={"Retry-After": "5"})


async def _stands(dependencies: Dependencies, link: AckLink, *, pressed: bool) -> Asked:
    asked = await asked_by(dependencies, link)
    answers = asked.standing in {Standing.ASKED, Standing.WITHDRAWN}  # a refusal is kept as well
    if not pressed or not answers:
        return asked
    await acknowledge(dependencies, link)
    return await asked_by(dependencies, link)


_EXPIRED: Final = Words(
    heading="This link has expired",
    text="Acknowledge the incident itself instead: it may still need somebody.",
    status=410,
)
_INVALID: Final = Words(
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
_UNAVAILABLE: Final = Words(
    heading="Not acknowledged",
    text="Tocsin cannot store anything at the moment. Escalation goes on. Try again in a moment.",
    status=503,
    button=True,
)


def words_for(asked: Asked, now: datetime) -> Words:
    """Return what the page says to the holder of the link."""
    match asked.standing:
        case Standing.ASKED:
            return Words(
                heading=asked.title,
                text=f"{asked.asked}, you were paged, and nobody has answered yet.",
                button=True,
            )
        case Standing.YOURS:
            return Words(
                heading="You have it",
                tone="yours",
                text=f"{asked.asked}, you answered at {_time(asked, now)}. Escalation has stopped.",
            )
        case Standing.ACCEPTED:
            return Words(
                heading="Your answer is accepted",
                text="It is stored, and counts as soon as the page can be reached. No need to"
                " press again.",
                status=202,
                refresh=True,
            )
        case Standing.OTHERS:
            return Words(
                heading="Already answered",
                tone="quiet",
                text=f"{asked.answered_by} has it since {_time(asked, now)}."
                " Nothing is left for you to do.",
            )
        case Standing.WITHDRAWN:
            return WITHDRAWN
        case Standing.STOPPED:
            return Words(
                heading="No longer needed",
                tone="quiet",
                text=f"{asked.reference} needs no answer any more.",
            )


def _time(asked: Asked, now: datetime) -> str:
    at = asked.answered_at or now
    today = at.date() == now.date()
    return at.strftime("%H:%M UTC" if today else "%Y-%m-%d %H:%M UTC")


def _shown(asked: Asked, now: datetime) -> HTMLResponse:
    if asked.standing is Standing.WITHDRAWN:
        return _page(WITHDRAWN)
    about = {
        "severity": asked.severity or "Severity not known yet",
        "tone": asked.severity or "unknown",
        "reference": asked.reference,
        "title": asked.title,
    }
    words = words_for(asked, now)
    if words.heading == asked.title:
        about["title"] = ""
    return _page(words, about)


def _page(
    words: Words,
    about: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    nothing = {"severity": "Tocsin", "tone": "quiet", "reference": "", "title": ""}
    values = {**nothing, **(about or {}), "heading": words.heading, "text": words.text}
    values["tone"] = words.tone or values["tone"]
    html = _PAGE.substitute(
        {name: escape(value, quote=True) for name, value in values.items()},
        style=_STYLE,
        form=_FORM if words.button else "",
        refresh=_REFRESH if words.refresh else "",
    )
    return HTMLResponse(html, status_code=words.status, headers={**_HEADERS, **(headers or {})})
