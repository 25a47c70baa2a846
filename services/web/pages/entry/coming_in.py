"""Coming in: pages behind the links of an invitation, a password reset and the first admin."""

import re
from typing import Final
from uuid import uuid4

from pydantic import ValidationError
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from activities.integrations.email.provider import EmailContact
from events.errors import AlreadyExists
from events.ids import ResponderId
from events.values.plain_text import one_line
from services.identity.local.coming_in import NewAdmin
from services.identity.proofs.password_rules import SHORTEST
from services.request_refusals import EmailTaken, PasswordRefused
from services.web.addresses import SIGN_IN
from services.web.forms import Form
from services.web.outside import outside
from services.web.page import OpenRoute, web_of
from services.web.pages.entry.sign_in import WHY, secret
from services.web.pages.entry.visitors import (
    guarded,
    let_in,
    local_of,
    page,
    public_address,
    taking,
    visit_by,
)

FORGOTTEN: Final = f"{SIGN_IN}/forgotten"
RESET: Final = "/reset/{token}"
INVITATION: Final = "/invitation/{token}"
FIRST: Final = "/first-admin/{token}"
LINK: Final = "the link alone says who may come in"
LONGEST_NAME: Final = 200  # characters
NOT_TWICE: Final = "The two are not the same. Write the password twice."
ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)
WRONG_ID: Final = (
    "Use 1-63 lowercase letters, digits, '.', '_' or '-' for the id, beginning with a letter or a "
    "digit. It cannot be changed, and is never erased: it need not be your name."
)
SENT: Final = (
    "If that is somebody's name or address here, a link is on its way to their address.",
    "It is good for 30 minutes, and once. If no mail comes, ask an admin for a link.",
)


async def forgotten(request: Request) -> Response:
    """Ask who wants to choose a new password."""
    return page(request, "forgotten.html", "Choose a new password")


async def send_link(request: Request, form: Form) -> Response:
    """Send a link, after an answer that is the same for everybody."""
    local = local_of(request)
    host = request.client.host if request.client else None
    answer = outside(request, "Look into your mail", *SENT, onward=(SIGN_IN, "Back to sign-in"))
    answer.background = BackgroundTask(
        local.coming_in.send_reset,
        form.text("name") or "",
        uuid4(),
        web_of(request).clock(),
        public_address(host),
    )
    return answer


async def resetting(request: Request) -> Response:
    """Ask for a new password."""
    token = request.path_params["token"]
    await local_of(request).coming_in.resetting(token, web_of(request).clock())
    return chosen_page(request, "Choose a new password", "Set the password")


async def reset(request: Request, form: Form) -> Response:
    """Take a new password."""
    if wrong := not_twice(form):
        return chosen_page(request, "Choose a new password", "Set the password", wrong)
    visit, token = visit_by(request), request.path_params["token"]
    try:
        await local_of(request).coming_in.reset(token, secret(form, "password"), visit)
    except PasswordRefused as refused:
        return chosen_page(request, "Choose a new password", "Set the password", refused.detail)
    words = "Every session of yours has ended. Sign in with the new password."
    return outside(request, "Your password is changed", words, onward=(SIGN_IN, "Sign in"))


async def invited(request: Request) -> Response:
    """Welcome an invited person."""
    token = request.path_params["token"]
    known = await local_of(request).coming_in.invited(token, web_of(request).clock())
    return chosen_page(request, "Welcome to Tocsin", "Come in", who=known.account_id)


async def accept(request: Request, form: Form) -> Response:
    """Let an invited person in."""
    token, local = request.path_params["token"], local_of(request)
    known = await local.coming_in.invited(token, web_of(request).clock())
    visit, wrong = visit_by(request), not_twice(form)
    if not wrong:
        try:
            await local.coming_in.accept(token, secret(form, "password"), visit)
        except PasswordRefused as refused:
            wrong = refused.detail
        else:
            return await let_in(request, visit, "/")
    return chosen_page(request, "Welcome to Tocsin", "Come in", wrong, known.account_id)


async def first(request: Request) -> Response:
    """Ask who the first admin is."""
    token = request.path_params["token"]
    await local_of(request).coming_in.require_first(token, web_of(request).clock())
    return first_page(request)


async def make_first(request: Request, form: Form) -> Response:
    """Make the first admin, and sign them in."""
    token, local = request.path_params["token"], local_of(request)
    await local.coming_in.require_first(token, web_of(request).clock())
    visit, wrong = visit_by(request), not_twice(form) or wrong_about(form)
    if not wrong:
        try:
            who = admin_in(form)
            await local.coming_in.first_admin(token, who, secret(form, "password"), visit)
        except (PasswordRefused, AlreadyExists, EmailTaken) as refused:
            wrong = refused.detail
        except ValidationError:
            wrong = "Write one e-mail address, or none: ada@example.com."
        else:
            return await let_in(request, visit, "/")
    return first_page(request, wrong, form)


def admin_in(form: Form) -> NewAdmin:
    """Return who the form names.

    Raises: ValidationError.
    """
    email = form.text("email")
    if email is not None:
        email = EmailContact(channel="email", address=email).address
    name = one_line(form.text("name") or "")[:LONGEST_NAME]
    return NewAdmin(
        responder_id=ResponderId(form.text("id") or ""),
        name=name or form.text("id") or "",
        email=email,
    )


def wrong_about(form: Form) -> str:
    """Return what is wrong with the id, nothing if it is one."""
    return "" if ID.fullmatch(form.text("id") or "") else WRONG_ID


def not_twice(form: Form) -> str:
    """Return that the password was not written twice alike, nothing if it was."""
    return "" if secret(form, "password") == secret(form, "again") else NOT_TWICE


def chosen_page(
    request: Request, title: str, label: str, wrong: str = "", who: str = ""
) -> Response:
    """Return the page on which a password is chosen."""
    status = 422 if wrong else 200
    facts = {"label": label, "wrong": wrong, "who": who, "shortest": SHORTEST}
    return page(request, "choose.html", title, status=status, **facts)


def first_page(request: Request, wrong: str = "", form: Form | None = None) -> Response:
    """Return the page on which the first admin says who they are."""
    fields = ("id", "name", "email")
    said = {name: (form.text(name) or "") if form else "" for name in fields}
    status = 422 if wrong else 200
    return page(
        request, "first_admin.html", "The first admin", status, wrong=wrong, said=said,
        shortest=SHORTEST,
    )  # fmt: skip


ROUTES: Final = (
    OpenRoute(FORGOTTEN, guarded(forgotten), methods=["GET"], why=WHY),
    OpenRoute(FORGOTTEN, taking(send_link), methods=["POST"], why=WHY),
    OpenRoute(RESET, guarded(resetting), methods=["GET"], why=LINK),
    OpenRoute(RESET, taking(reset), methods=["POST"], why=LINK),
    OpenRoute(INVITATION, guarded(invited), methods=["GET"], why=LINK),
    OpenRoute(INVITATION, taking(accept), methods=["POST"], why=LINK),
    OpenRoute(FIRST, guarded(first), methods=["GET"], why=LINK),
    OpenRoute(FIRST, taking(make_first), methods=["POST"], why=LINK),
)
