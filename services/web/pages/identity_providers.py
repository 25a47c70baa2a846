"""Sign-in through an identity provider: out, back, and signed out at both ends."""

import hmac
from hashlib import sha256
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from events.errors import CommandRejected, LogFault
from events.ids import AccountId
from services.identity.clients import Client
from services.identity.oidc.code_flow import COOKIE_SECONDS, Arrival
from services.identity.oidc.door import Door
from services.identity.oidc.round_trips import cookie_of
from services.identity.oidc.tokens.signed_tokens import LONGEST
from services.identity.signing_in import sign_out
from services.request_refusals import RequestRefused, RouteNotFound, SignInNotBegun
from services.web.addresses import SIGN_IN, ours
from services.web.forms import Form
from services.web.outside import outside, unavailable
from services.web.page import OpenRoute, action, visit_of, web_of
from services.web.session_cookie import hand_out, take_back
from services.web.visit import Visit

SOUVENIR: Final = "tocsin-provider"
WAY: Final = "/sign-in/oidc/{provider}"
AGAIN: Final = (SIGN_IN, "Back to sign-in")
ACCOUNT: Final = "/settings/account"  # where a linked identity is seen
LINK: Final = "link"


async def out(request: Request) -> Response:
    """Send the browser to the provider."""
    try:
        door = door_of(request)
        destination = ours(request.query_params.get("next")) or "/"
        session_id = await _linking(request)
        if session_id is not None:
            destination = ACCOUNT
        departure = await door.out(request.path_params["provider"], destination, session_id)
    except CommandRejected as refused:
        return _refused(request, refused)
    except LogFault:
        return unavailable(request)
    answer = RedirectResponse(departure.url, status_code=303)
    secure = web_of(request).secure
    answer.set_cookie(
        prefix(secure=secure) + departure.cookie,
        departure.sealed,
        max_age=COOKIE_SECONDS,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    return answer


async def back(request: Request) -> Response:
    """Let in whoever comes back from the provider."""
    try:
        door = door_of(request)
        name = request.path_params["provider"]
        arrival = await door.back(name, request.query_params, carried(request))
        answer = await _let_in(request, door, arrival)
    except CommandRejected as refused:
        answer = _refused(request, refused)
    except LogFault:
        answer = unavailable(request)
    secure = web_of(request).secure
    used = prefix(secure=secure) + cookie_of(request.query_params.get("state", ""))
    answer.delete_cookie(used, path="/", secure=secure, httponly=True, samesite="lax")
    return answer


async def hang_up(request: Request) -> Response:
    """Take a logout token from a provider: no browser sends it, so it needs no form of ours."""
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > 2 * LONGEST:
            return Response(status_code=413)
    fields = parse_qs(raw.decode("ascii", errors="replace"))
    try:
        token = fields.get("logout_token", [""])[0]
        await door_of(request).hang_up(request.path_params["provider"], token)
    except RequestRefused as refused:
        return Response(refused.detail, status_code=refused.status)
    except (CommandRejected, LogFault) as fault:
        return Response(str(fault), status_code=503, headers={"Retry-After": "5"})
    return Response(status_code=200)


async def leave(visit: Visit, _form: Form) -> Response:
    """Sign out here, and have the browser do so at the provider it came from."""
    web = web_of(visit.request)
    try:
        found = await web.sessions.find(visit.token, visit.now)
        if found is not None:
            await sign_out(web.log, web.sessions, found.row, visit.now, "web")
    except LogFault:
        return unavailable(visit.request)
    answer = await _farewell(visit.request)
    take_back(answer, secure=web.secure)
    answer.delete_cookie(
        SOUVENIR, path="/sign-out", secure=web.secure, httponly=True, samesite="lax"
    )
    return answer


def prefix(*, secure: bool) -> str:
    """Return how the name of a cookie begins that no sibling host can set."""
    return "__Host-" if secure else ""


def carried(request: Request) -> dict[str, str]:
    """Return the browser's cookies that only we can have set, by their own names."""
    ours_only = prefix(secure=web_of(request).secure)
    return {
        name.removeprefix(ours_only): value
        for name, value in request.cookies.items()
        if name.startswith(ours_only)
    }


def link_token(session_token: bytes) -> str:
    """Return what the address to link an identity carries: no other site can know it."""
    return hmac.new(session_token, b"link an identity", sha256).hexdigest()


def door_of(request: Request) -> Door:
    """Return the door of the providers.

    Raises: RouteNotFound.
    """
    door = web_of(request).door
    if door is None:
        raise RouteNotFound("There is no such way to sign in.")
    return door


async def _linking(request: Request) -> str | None:
    """Return the session of whoever asks, signed in, for an identity to be linked."""
    said = request.query_params.get(LINK)
    if said is None:
        return None
    visit = await visit_of(request)
    if visit is None or not hmac.compare_digest(said.encode(), link_token(visit.token).encode()):
        raise SignInNotBegun("Link an identity from your own settings, where you are signed in.")
    return visit.session.session_id


async def _let_in(request: Request, door: Door, arrival: Arrival) -> Response:
    visit = await visit_of(request)
    if arrival.trip.session_id is not None:
        if visit is None or visit.session.session_id != arrival.trip.session_id:
            raise SignInNotBegun("Your session ended meanwhile: sign in and link it again.")
        await door.link(arrival, AccountId(visit.session.account_id))
        return RedirectResponse(arrival.trip.destination, status_code=303)
    address = request.client.host if request.client else None
    client = Client.of(request.headers.get("user-agent"), address)
    entered = await door.enter(arrival, client)
    web = web_of(request)
    if visit is not None and (old := await web.sessions.find(visit.token, web.clock())) is not None:
        await sign_out(web.log, web.sessions, old.row, web.clock(), "web")
    answer = RedirectResponse(entered.destination, status_code=303)
    hand_out(answer, entered.token, secure=web.secure)
    if entered.souvenir is not None:
        answer.set_cookie(
            SOUVENIR,
            entered.souvenir,
            path="/sign-out",
            secure=web.secure,
            httponly=True,
            samesite="lax",
        )
    return answer


async def _farewell(request: Request) -> Response:
    """Return the page after signing out; a form may not lead to another site, but a page may."""
    door = web_of(request).door
    souvenir = request.cookies.get(SOUVENIR)
    try:
        way = await door.way_out(souvenir) if door is not None and souvenir else None
    except RequestRefused:  # it is over here all the same
        way = None
    if way is None:
        return RedirectResponse(SIGN_IN, status_code=303)
    address, label = way
    return outside(
        request,
        "You are signed out",
        f"Next you are signed out at {label}, too.",
        onward=(address, f"Sign out at {label}"),
        headers={"Refresh": f"0; url={address}"},
    )


def _refused(request: Request, refused: CommandRejected) -> Response:
    status = refused.status if isinstance(refused, RequestRefused) else HTTPStatus.FORBIDDEN
    title = str(type(refused).__doc__).removesuffix(".")
    wait = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return outside(request, title, refused.detail, status=status, onward=AGAIN, headers=wait)


ROUTES: Final = (
    OpenRoute(WAY, out, methods=["GET"], why="nobody is signed in yet"),
    OpenRoute(f"{WAY}/callback", back, methods=["GET"], why="nobody is signed in yet"),
    OpenRoute(f"{WAY}/logout", hang_up, methods=["POST"], why="the provider's token proves it"),
    action("/sign-out", leave),
)
