"""Page: a route of the web app, for people who are signed in unless it says why not."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from secrets import token_bytes
from typing import Any, Final, cast
from urllib.parse import urlencode
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from events.errors import LogFault
from events.log.sandbox_mark import is_sandbox
from events.log.store import Log
from services.identity.local.accounts import LocalAccounts
from services.identity.oidc.door import Door
from services.identity.sessions import TOKEN_BYTES, Sessions
from services.web.addresses import SIGN_IN, ours
from services.web.calls import Calls, Document, Refused
from services.web.forms import Form, FormRefused, read_form
from services.web.outside import unavailable
from services.web.refusals import refusal_screen
from services.web.rendering import Screen, whole
from services.web.session_cookie import hand_out, token_in
from services.web.visit import KEYS_COOKIE, UTC_ZONE, Visit
from services.web.words import Clock

SAID_ON_THE_PAGE: Final = frozenset(
    {403, 409, 412, 413, 415, 422}
)  # what a person can mend in the form

NAVIGATION: Final = (
    ("/", "Board"),
    ("/incidents", "Incidents"),
    ("/on-call", "On call"),
    ("/services", "Services"),
    ("/alerts", "Alerts"),
    ("/insights", "Insights"),
    ("/audit", "Audit"),
    ("/settings", "Settings"),
)

type Answer = Screen | Response
type Endpoint = Callable[[Request], Awaitable[Response]]
type Show = Callable[[Visit], Awaitable[Answer]]
type Act = Callable[[Visit, Form], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """Web app: what its pages stand on."""

    api: ASGIApp = field(repr=False)
    log: Log
    sessions: Sessions
    clock: Callable[[], datetime]
    secure: bool  # whether browsers reach it by TLS
    door: Door | None = None  # sign-in through identity providers, where there are some
    local: LocalAccounts | None = None  # sign-in by passwords and passkeys, where links are signed
    new_token: Callable[[], bytes] = field(default=partial(token_bytes, TOKEN_BYTES))


class SignedInRoute(Route):
    """Route for people who are signed in; what they may see and do there is the API's answer."""


class PageRoute(SignedInRoute):
    """Page route: one that people look at, and whose regions can be kept up to date."""

    def __init__(self, path: str, show: Show, *, personal: bool) -> None:
        async def answer(request: Request) -> Response:
            return await _answered(request, show)

        name = f"{show.__module__}.{show.__name__}"
        super().__init__(path, answer, methods=["GET"], name=name)
        self.show = show
        self.personal = personal  # each person is shown something else, with the same rights


class OpenRoute(Route):
    """Route for everybody, and why."""

    def __init__(self, path: str, endpoint: Endpoint, *, methods: list[str], why: str) -> None:
        name = f"{endpoint.__module__}.{getattr(endpoint, '__name__', '')}"
        super().__init__(path, endpoint, methods=methods, name=name)
        self.why = why


def page(path: str, show: Show, *, personal: bool = False) -> SignedInRoute:
    """Return the route of a page that people look at."""
    return PageRoute(path, show, personal=personal)


def action(
    path: str, act: Act, again: Show | None = None, *, takes_file: bool = False
) -> SignedInRoute:
    """Return the route of a form that people send.

    What was refused is shown on the page that the form is on, with what was written, where there
    is such a page.
    """

    async def taken(visit: Visit) -> Answer:
        form = await read_form(visit.request, visit.session, visit.token, takes_file=takes_file)
        try:
            return await act(visit, form)
        except Refused as refused:
            if again is None or refused.status not in SAID_ON_THE_PAGE:
                raise
            screen = await again(visit)
            if isinstance(screen, Response):
                return screen
            facts = {**screen.facts, "refused": refused, "form": form}
            return replace(screen, status=refused.status, facts=facts)

    async def answer(request: Request) -> Response:
        return await _answered(request, taken)

    name = f"{act.__module__}.{act.__name__}"
    return SignedInRoute(path, answer, methods=["POST"], name=name)


async def visit_of(request: Request, *, acts: bool = True) -> Visit | None:
    """Return the visit, None if nobody is signed in; what script does by itself is no act.

    Raises: LogUnavailable.
    """
    web = web_of(request)
    token = token_in(request.cookies, secure=web.secure)
    found = await web.sessions.find(token, web.clock(), acts=acts) if token else None
    if token is None or found is None:
        return None
    request.state.principal = found.session.principal
    return Visit(
        request=request,
        session=found.session,
        token=token,
        wants_rotation=found.wants_rotation,
        calls=Calls(web.api, found.session, getattr(request.state, "request_id", uuid4().hex)),
        now=web.clock(),
    )


def web_of(request: Request) -> Web:
    """Return what the app was built with."""
    return cast("Web", request.app.state.web)


async def _answered(request: Request, show: Show) -> Response:
    try:
        visit = await visit_of(request)
    except LogFault:
        return unavailable(request)
    if visit is None:
        return to_sign_in(request)
    visit, is_new = await _rotated(visit)
    try:
        answer = await show(visit)
    except Refused as refused:
        answer = refusal_screen(refused)
    except FormRefused as refused:
        problem: Document = {"title": refused.words, "status": refused.status}
        answer = refusal_screen(Refused(problem, None))
    response = answer if isinstance(answer, Response) else await shown(visit, answer)
    if is_new:
        hand_out(response, visit.token, secure=web_of(request).secure)
    return response


async def _rotated(visit: Visit) -> tuple[Visit, bool]:
    """Return the visit under a new token where rights were gained since the old one was made.

    Only a page that a person goes to takes it: what runs beside it would be signed out.
    """
    goes_there = visit.request.headers.get("sec-fetch-mode", "navigate") == "navigate"
    if not visit.wants_rotation or visit.request.method != "GET" or not goes_there:
        return visit, False
    web = web_of(visit.request)
    token = web.new_token()
    try:
        rotated = await web.sessions.rotate(visit.token, token, web.clock())
    except LogFault:
        rotated = False
    return (replace(visit, token=token), True) if rotated else (visit, False)


async def shown(visit: Visit, screen: Screen) -> HTMLResponse:
    """Return the page with what stands around every screen."""
    return whole(screen, await around(visit))


async def around(visit: Visit) -> dict[str, Any]:
    """Return what every template may use beside its own facts."""
    return {
        "visit": visit,
        "clock": visit.clock,
        "me": visit.session.person,
        "csrf": visit.csrf,
        "theme": visit.theme,
        "keys": visit.request.cookies.get(KEYS_COOKIE),
        "path": visit.request.url.path,
        "live": None if visit.as_of else live_address(visit.request),
        "navigation": NAVIGATION,
        "utc": Clock(now=visit.now, zone=UTC_ZONE),
        "new_command": lambda: str(uuid4()),
        "refused": None,
        "form": None,
        "warnings": (),
        "sandbox": await is_sandbox(web_of(visit.request).log),
    }


def live_address(request: Request) -> str | None:
    """Return the address of the stream that keeps this page up to date."""
    if request.method != "GET":
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/live?{urlencode({'of': request.url.path + query})}"


async def warned(visit: Visit, receipt: Document, again: Show, default: str) -> Answer:
    """Say what was taken and yet pages nobody, on the page of the form; else send on as ever."""
    warnings = receipt.get("warnings")
    if not warnings:
        return done(visit, receipt, default)
    screen = await again(replace(visit, written=receipt.get("position")))
    if isinstance(screen, Response):
        return screen
    return replace(screen, facts={**screen.facts, "warnings": warnings})


def to_sign_in(request: Request) -> Response:
    """Send a stranger to the sign-in, and from there back to where they wanted to go."""
    if request.method != "GET":
        return RedirectResponse(SIGN_IN, status_code=303)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?{urlencode({'next': wanted})}", status_code=303)


def done(visit: Visit, receipt: Document, default: str) -> Response:
    """Send the browser on once a command was taken, to a page that shows what it did."""
    wanted = ours(visit.query.get("next")) or default
    path, _, query = wanted.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("after_position=")]
    if position := receipt.get("position"):
        kept.append(f"after_position={position}")
    if receipt.get("status") == "pending":
        kept.append(urlencode({"stored": str(receipt.get("command_id", ""))}))
    return RedirectResponse(path + (f"?{'&'.join(kept)}" if kept else ""), status_code=303)
