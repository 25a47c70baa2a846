"""Acknowledgement page: behind a link in a message; answers once a person presses the button.

Opening it changes nothing, because mail scanners open every link they see.
"""

import base64
from collections.abc import Awaitable, Callable, Mapping
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
from services.api.resources.acknowledgement.words import (
    EXPIRED,
    INVALID,
    NOT_DECLINED,
    UNAVAILABLE,
    WITHDRAWN,
    Button,
    Words,
    words_for,
)
from services.commanding.link_answers import (
    Asked,
    acknowledge,
    actor_of,
    asked_by,
    decline,
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
_FORM: Final = Template(
    '<form method="post" action="$action">'
    '<button type="submit" class="$kind">$label</button></form>\n'
)
_REFRESH: Final = '\n<meta http-equiv="refresh" content="5">'
type Answer = Callable[[Dependencies, AckLink], Awaitable[None]]

_GUARD: Final = public("the signed link in the path says who answers which page", ignores_body=True)


@router.get(
    "/ack/{token}", dependencies=[_GUARD], response_class=HTMLResponse, include_in_schema=False
)
async def show(request: Request, token: str, dependencies: Deps) -> HTMLResponse:
    """Show the page; it is answered by the button, never by opening it."""
    return await _answer(request, dependencies, token)


@router.post(
    "/ack/{token}", dependencies=[_GUARD], response_class=HTMLResponse, include_in_schema=False
)
async def press(request: Request, token: str, dependencies: Deps) -> HTMLResponse:
    """Answer the page, and show how it stands."""
    return await _answer(request, dependencies, token, acknowledge)


@router.get(
    "/ack/{token}/decline",
    dependencies=[_GUARD],
    response_class=HTMLResponse,
    include_in_schema=False,
)
async def show_decline(request: Request, token: str, dependencies: Deps) -> HTMLResponse:
    """Show the same page; from here, too, it is answered by a button only."""
    return await _answer(request, dependencies, token, base="../")


@router.post(
    "/ack/{token}/decline",
    dependencies=[_GUARD],
    response_class=HTMLResponse,
    include_in_schema=False,
)
async def press_decline(request: Request, token: str, dependencies: Deps) -> HTMLResponse:
    """Decline to help, and show how it stands."""
    return await _answer(request, dependencies, token, decline, base="../")


async def _answer(
    request: Request,
    dependencies: Dependencies,
    token: str,
    answer: Answer | None = None,
    *,
    base: str = "",
) -> HTMLResponse:
    at = f"{base}{token}"
    try:
        link = link_in(token, dependencies.settings.link_key, dependencies.clock())
        request.state.principal = actor_of(link).principal
        return _shown(await _stands(dependencies, link, answer), dependencies.clock(), at)
    except AckLinkExpired:
        return _page(EXPIRED, at)
    except AckLinkInvalid:
        return _page(INVALID, at)
    except WORLD_FAULTS as fault:
        request.state.fault = type(fault).__name__
        words = NOT_DECLINED if answer is decline else UNAVAILABLE
        return _page(words, at, headers={"Retry-After": "5"})


async def _stands(dependencies: Dependencies, link: AckLink, answer: Answer | None) -> Asked:
    asked = await asked_by(dependencies, link)
    if answer is None or not _takes_answers(asked, answer):
        return asked
    await answer(dependencies, link)
    return await asked_by(dependencies, link)


def _takes_answers(asked: Asked, answer: Answer) -> bool:
    if asked.standing is Standing.YOURS:  # a sign of life
        return answer is acknowledge and asked.lapses_at is not None and not asked.is_reminder
    return asked.standing in {Standing.ASKED, Standing.WITHDRAWN}  # a refusal is kept as well


def _shown(asked: Asked, now: datetime, at: str) -> HTMLResponse:
    if asked.standing is Standing.WITHDRAWN:
        return _page(WITHDRAWN, at)
    about = {
        "severity": asked.severity or "Severity not known yet",
        "tone": asked.severity or "unknown",
        "reference": asked.reference,
        "title": asked.title,
    }
    words = words_for(asked, now)
    if words.heading == asked.title:
        about["title"] = ""
    return _page(words, at, about)


def _page(
    words: Words,
    at: str,
    about: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    nothing = {"severity": "Tocsin", "tone": "quiet", "reference": "", "title": ""}
    values = {**nothing, **(about or {}), "heading": words.heading, "text": words.text}
    values["tone"] = words.tone or values["tone"]
    html = _PAGE.substitute(
        {name: escape(value, quote=True) for name, value in values.items()},
        style=_STYLE,
        form="".join(_form(button, at) for button in words.buttons),
        refresh=_REFRESH if words.refresh else "",
    )
    return HTMLResponse(html, status_code=words.status, headers={**_HEADERS, **(headers or {})})


def _form(button: Button, at: str) -> str:
    """Return the button's form; its address is relative, because a proxy may stand before it."""
    action = f"{at}/decline" if button.declines else at
    kind = "no" if button.declines else "yes"
    return _FORM.substitute(
        action=escape(action, quote=True), kind=kind, label=escape(button.label)
    )
