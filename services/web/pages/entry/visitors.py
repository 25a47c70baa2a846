"""Visitors: requests of whoever is not signed in, their forms, and the session they are given."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Final
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from events.errors import CommandRejected, LogFault
from services.identity.clients import Client
from services.identity.local.accounts import LocalAccounts
from services.identity.local.entering import Visit
from services.identity.sessions import TOKEN_BYTES
from services.identity.signing_in import Fresh, sign_out
from services.request_refusals import LinkKeyNeeded, RequestRefused
from services.web.addresses import SIGN_IN, ours
from services.web.forms import Form, FormRefused, csrf_token, read_form
from services.web.outside import outside, unavailable
from services.web.page import web_of
from services.web.rendering import environment
from services.web.session_cookie import hand_out, token_in
from services.web.visit import theme_of

COOKIE: Final = "tocsin-visitor"
AGAIN: Final = (SIGN_IN, "Back to sign-in")
NO_KEY: Final = (
    "Links and tickets are signed with TOCSIN_LINK_KEY, which is not set: set it to 32 characters "
    "or more, the same in every process."
)

type Endpoint = Callable[[Request], Awaitable[Response]]
type Take = Callable[[Request, Form], Awaitable[Response]]


def local_of(request: Request) -> LocalAccounts:
    """Return the accounts of Tocsin's own.

    Raises: LinkKeyNeeded.
    """
    local = web_of(request).local
    if local is None:
        raise LinkKeyNeeded(NO_KEY)
    return local


def guarded(show: Endpoint) -> Endpoint:
    """Return the endpoint that answers refusals and faults with a page."""

    async def answer(request: Request) -> Response:
        try:
            return await show(request)
        except CommandRejected as refused:
            return refusal(request, refused)
        except FormRefused as refused:
            words = refused.words
            return outside(request, "Not taken", words, status=refused.status, onward=AGAIN)
        except LogFault:
            return unavailable(request)

    answer.__module__, answer.__name__ = show.__module__, getattr(show, "__name__", "answer")
    return answer


def taking(take: Take) -> Endpoint:
    """Return the endpoint of a form, which only one of our own pages may send."""

    async def answer(request: Request) -> Response:
        form = await read_form(request, None, visitor_token(request) or b"nobody")
        return await take(request, form)

    answer.__module__, answer.__name__ = take.__module__, getattr(take, "__name__", "answer")
    return guarded(answer)


def page(
    request: Request, template: str, title: str, status: int = 200, **facts: Any
) -> HTMLResponse:
    """Return a page with a form; its token belongs to a cookie that only this site can set."""
    token = visitor_token(request)
    given = token or web_of(request).new_token()
    known = {"theme": theme_of(request), "csrf": csrf_token(given), "command": str(uuid4())}
    text = environment().get_template(f"entry/{template}").render(known | facts, title=title)
    answer = HTMLResponse(text, status_code=status)
    if token is None:
        secure = web_of(request).secure
        answer.set_cookie(
            _name(secure=secure),
            urlsafe_b64encode(given).decode(),
            path="/",
            secure=secure,
            httponly=True,
            samesite="lax",
        )
    return answer


def visitor_token(request: Request) -> bytes | None:
    """Return what this browser was given with its first form."""
    text = request.cookies.get(_name(secure=web_of(request).secure), "")
    try:
        token = urlsafe_b64decode(text.encode("ascii"))
    except ValueError:
        return None
    return token if len(token) == TOKEN_BYTES else None


def visit_by(request: Request) -> Visit:
    """Return an attempt to sign in, and what a session of it would be made of."""
    web = web_of(request)
    host = request.client.host if request.client else None
    client = Client.of(request.headers.get("user-agent"), host)
    fresh = Fresh(session_id=uuid4(), token=web.new_token())
    return Visit(client=client, address=public_address(host), fresh=fresh, now=web.clock())


def public_address(host: str | None) -> str | None:
    """Return the address if it is a visitor's own; behind a proxy everybody comes from one."""
    try:
        return host if ip_address(host or "").is_global else None
    except ValueError:
        return None


async def let_in(request: Request, visit: Visit, destination: str | None) -> Response:
    """Give the browser its session, in place of one that it has."""
    web = web_of(request)
    before = token_in(request.cookies, secure=web.secure)
    if before is not None and (old := await web.sessions.find(before, visit.now)) is not None:
        await sign_out(web.log, web.sessions, old.row, visit.now, visit.via)
    answer = RedirectResponse(ours(destination) or "/", status_code=303)
    hand_out(answer, visit.fresh.token, secure=web.secure)
    return answer


def refusal(request: Request, refused: CommandRejected) -> Response:
    """Return the page that says why not."""
    status = refused.status if isinstance(refused, RequestRefused) else HTTPStatus.CONFLICT
    title = str(type(refused).__doc__).removesuffix(".")
    wait = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return outside(request, title, refused.detail, status=status, onward=AGAIN, headers=wait)


def _name(*, secure: bool) -> str:
    return f"__Host-{COOKIE}" if secure else COOKIE
