"""Acknowledgement page: behind a link in a message; answers once a person presses the button.

Opening it changes nothing, because mail scanners open every link they see.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from activities.page.ack_links import AckLink, AckLinks
from events.errors import AckLinkExpired, AckLinkInvalid
from events.incident.pages.answers import Standing
from events.values.links import Link
from services.api.dependencies import Dependencies, Deps
from services.api.faults import WORLD_FAULTS
from services.api.http.guard import api_router, public
from services.api.http.seen import note_sighting_by_link
from services.api.resources.acknowledgement.changes import changes_shortly_before
from services.api.resources.acknowledgement.words import (
    EXPIRED,
    INVALID,
    NOT_DECLINED,
    NOT_ESCALATED,
    UNAVAILABLE,
    WITHDRAWN,
    Button,
    Gives,
    Words,
    words_for,
)
from services.commanding.by_link.answers import (
    Asked,
    acknowledge,
    actor_of,
    asked_by,
    decline,
    escalate,
    link_in,
)
from services.commanding.by_link.escalation import (
    EscalationLink,
    EscalationLinks,
    escalation_in,
    required,
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
_IN_PLACE: Final = Template('<p class="place" role="status">$words</p>\n')
_LINK: Final = Template('<a href="$url" rel="noopener noreferrer">$title</a>\n')
_REFRESH: Final = '\n<meta http-equiv="refresh" content="5">'
_LOOK: Final = Template(
    '<p class="look"><a href="$address">$label</a> <span>$beside_it</span></p>\n'
)

_GUARD: Final = public("the signed link in the path says who answers which page", ignores_body=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the buttons of one page lead; relative, because a proxy may stand before it."""

    base: str
    token: str
    escalation: str = ""  # the token of it

    def of(self, gives: Gives) -> str:
        """Return the address of a button."""
        if gives is Gives.ESCALATION:
            return f"{self.base}{self.escalation}/escalation"
        return f"{self.base}{self.token}{'/decline' if gives is Gives.DECLINE else ''}"

    def of_incident(self, reference: str) -> str:
        """Return the address of the incident itself, for people who sign in."""
        return f"{self.base}../incidents/{reference}"


@dataclass(frozen=True, slots=True)
class Said:
    """Said: the words of an answer, and what stands around them."""

    words: Words
    at: Addresses
    about: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    asks: bool = False  # nobody has answered so far, as far as is known


@router.get(
    "/ack/{token}", dependencies=[_GUARD], response_class=HTMLResponse, include_in_schema=False
)
async def show(request: Request, token: str, dependencies: Deps) -> Response:
    """Show the page; it is answered by the button, never by opening it."""
    return await _answer(request, dependencies, token)


@router.post(
    "/ack/{token}", dependencies=[_GUARD], response_class=HTMLResponse, include_in_schema=False
)
async def press(request: Request, token: str, dependencies: Deps) -> Response:
    """Answer the page, and show how it stands."""
    return await _answer(request, dependencies, token, Gives.ACKNOWLEDGEMENT)


@router.get(
    "/ack/{token}/decline",
    dependencies=[_GUARD],
    response_class=HTMLResponse,
    include_in_schema=False,
)
async def show_decline(request: Request, token: str, dependencies: Deps) -> Response:
    """Show the same page; from here, too, it is answered by a button only."""
    return await _answer(request, dependencies, token, base="../")


@router.post(
    "/ack/{token}/decline",
    dependencies=[_GUARD],
    response_class=HTMLResponse,
    include_in_schema=False,
)
async def press_decline(request: Request, token: str, dependencies: Deps) -> Response:
    """Decline to help, and show how it stands."""
    return await _answer(request, dependencies, token, Gives.DECLINE, base="../")


@router.get(
    "/ack/{token}/escalation",
    dependencies=[_GUARD],
    response_class=HTMLResponse,
    include_in_schema=False,
)
async def show_escalation(request: Request, token: str, dependencies: Deps) -> Response:
    """Show the same page to whoever passed it on, for instance once it is loaded anew."""
    return await _answer(request, dependencies, token, base="../", escalates=True)


@router.post(
    "/ack/{token}/escalation",
    dependencies=[_GUARD],
    response_class=HTMLResponse,
    include_in_schema=False,
)
async def press_escalation(request: Request, token: str, dependencies: Deps) -> Response:
    """Have the next level asked at once, and show how it stands."""
    return await _answer(request, dependencies, token, Gives.ESCALATION, base="../", escalates=True)


async def _answer(
    request: Request,
    dependencies: Dependencies,
    token: str,
    gives: Gives | None = None,
    *,
    base: str = "",
    escalates: bool = False,
) -> Response:
    at = Addresses(base=base, token=token, escalation=token)
    said = await _said(request, dependencies, at, gives, escalates=escalates)
    if "application/json" in request.headers.get("accept", ""):
        return _as_json(said)
    return _page(said)


async def _said(
    request: Request,
    dependencies: Dependencies,
    at: Addresses,
    gives: Gives | None,
    *,
    escalates: bool,
) -> Said:
    key, now = dependencies.settings.link_key, dependencies.clock()
    try:
        seen = escalation_in(at.token, key, now) if escalates else None
        link = seen.of if seen is not None else link_in(at.token, key, now)
        at = replace(at, token=AckLinks(required(key)).make(link))
        request.state.principal = actor_of(link).principal
        asked = await _stands(dependencies, link, seen, gives)
        note_sighting_by_link(request, link, asked.incident_id)
        return await _shown(dependencies, asked, at)
    except AckLinkExpired:
        return Said(EXPIRED, at)
    except AckLinkInvalid:
        return Said(INVALID, at)
    except WORLD_FAULTS as fault:
        request.state.fault = type(fault).__name__
        words = _NOT_STORED.get(gives, UNAVAILABLE)
        return Said(words, at, headers={"Retry-After": "5"}, asks=True)


_NOT_STORED: Final[Mapping[Gives | None, Words]] = {
    Gives.DECLINE: NOT_DECLINED,
    Gives.ESCALATION: NOT_ESCALATED,
}


async def _stands(
    dependencies: Dependencies, link: AckLink, seen: EscalationLink | None, gives: Gives | None
) -> Asked:
    asked = await asked_by(dependencies, link)
    if not _takes(asked, gives):
        return asked
    if gives is Gives.ESCALATION and seen is not None:
        await escalate(dependencies, seen)
    elif gives is Gives.DECLINE:
        await decline(dependencies, link)
    else:
        await acknowledge(dependencies, link)
    return await asked_by(dependencies, link)


def _takes(asked: Asked, gives: Gives | None) -> bool:
    if gives is None:
        return False
    if asked.standing is Standing.YOURS:  # a sign of life
        is_sign = gives is Gives.ACKNOWLEDGEMENT
        return is_sign and asked.lapses_at is not None and not asked.is_reminder
    return asked.standing in {Standing.ASKED, Standing.WITHDRAWN}  # a refusal is kept as well


async def _shown(dependencies: Dependencies, asked: Asked, at: Addresses) -> Said:
    if asked.standing is Standing.WITHDRAWN:
        return Said(WITHDRAWN, at)
    about = {
        "severity": asked.severity or "Severity not known yet",
        "tone": asked.severity or "unknown",
        "reference": f"{asked.reference} · {asked.service}" if asked.service else asked.reference,
        "title": asked.title,
        "tab": asked.reference,
    }
    key, is_asked = dependencies.settings.link_key, asked.standing is Standing.ASKED
    if asked.escalation is not None:
        at = replace(at, escalation=EscalationLinks(required(key)).make(asked.escalation))
    began = asked.began_at if is_asked else None
    changes = await changes_shortly_before(dependencies, began, asked.service)
    words = words_for(asked, dependencies.clock(), changes)
    if words.heading == asked.title:
        about["title"] = ""
    return Said(words, at, about, asks=is_asked)


def _as_json(said: Said) -> JSONResponse:
    """Return what a browser's worker says of an answer that was given in a notification."""
    words = said.words
    content = {"heading": words.heading, "text": words.text, "asks": said.asks}
    return JSONResponse(content, status_code=words.status, headers={**_HEADERS, **said.headers})


def _page(said: Said) -> HTMLResponse:
    words, at = said.words, said.at
    nothing = {"severity": "Tocsin", "tone": "quiet", "reference": "", "title": "", "tab": "Tocsin"}
    values = {**nothing, **said.about, "heading": words.heading, "text": words.text}
    values["tone"] = words.tone or values["tone"]
    html = _PAGE.substitute(
        {name: escape(value, quote=True) for name, value in values.items()},
        style=_STYLE,
        facts=_facts(words),
        links="".join(_runbook(link) for link in words.runbooks),
        form="".join(_form(button, at) for button in words.buttons) + _in_place(words),
        look=_look(words, at.of_incident(values["tab"])),
        refresh=_REFRESH if words.refresh else "",
    )
    return HTMLResponse(html, status_code=words.status, headers={**_HEADERS, **said.headers})


def _facts(words: Words) -> str:
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(fact)}</dd></div>\n" for name, fact in words.facts
    )
    return f"<dl>{rows}</dl>\n" if rows else ""


def _in_place(words: Words) -> str:
    return _IN_PLACE.substitute(words=escape(words.in_place)) if words.in_place else ""


def _runbook(link: Link) -> str:
    return _LINK.substitute(url=escape(link.url, quote=True), title=escape(link.title))


def _form(button: Button, at: Addresses) -> str:
    kind = "yes" if button.gives is Gives.ACKNOWLEDGEMENT else "no"
    return _FORM.substitute(
        action=escape(at.of(button.gives), quote=True), kind=kind, label=escape(button.label)
    )


def _look(words: Words, address: str) -> str:
    if words.look is None:
        return ""
    values = {"address": address, "label": words.look, "beside_it": words.beside_it}
    return _LOOK.substitute({name: escape(value) for name, value in values.items()})
