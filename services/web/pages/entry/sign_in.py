"""Sign-in: a name and a password, a passkey, or an identity provider."""

from typing import Final
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from services.identity.local.entering import SecondProofNeeded
from services.identity.proofs.passkeys import Asked
from services.request_refusals import LinkNotGood, SignInRefused
from services.web.addresses import SIGN_IN, ours
from services.web.forms import Form
from services.web.page import OpenRoute, web_of
from services.web.pages.entry.visitors import (
    guarded,
    let_in,
    local_of,
    page,
    taking,
    visit_by,
)

WHY: Final = "nobody is signed in yet"


async def show(request: Request) -> Response:
    """Show the ways to sign in."""
    return form_page(request, ours(request.query_params.get("next")) or "/")


async def take_password(request: Request, form: Form) -> Response:
    """Take a name and a password."""
    destination, visit = form.text("next") or "/", visit_by(request)
    name, password = form.text("name") or "", secret(form, "password")
    try:
        answer = await local_of(request).entering.with_password(name, password, visit)
    except SignInRefused as refused:
        return form_page(request, destination, wrong=refused.detail, name=name)
    if isinstance(answer, SecondProofNeeded):
        return await second_page(request, answer.ticket, destination)
    return await let_in(request, visit, destination)


async def take_code(request: Request, form: Form) -> Response:
    """Take a recovery code after a password."""
    destination, visit = form.text("next") or "/", visit_by(request)
    ticket = form.text("ticket") or ""
    try:
        await local_of(request).entering.with_recovery_code(ticket, form.text("code") or "", visit)
    except SignInRefused as refused:
        return await second_page(request, ticket, destination, wrong=refused.detail)
    except LinkNotGood as over:
        return form_page(request, destination, wrong=over.detail)
    return await let_in(request, visit, destination)


async def take_passkey(request: Request, form: Form) -> Response:
    """Take a passkey's answer, alone or after a password."""
    destination, visit = form.text("next") or "/", visit_by(request)
    second = form.text("ticket")
    try:
        await local_of(request).entering.with_passkey(
            form.text("asked") or "", form.text("answer") or "", visit, second
        )
    except (SignInRefused, LinkNotGood) as refused:
        return form_page(request, destination, wrong=refused.detail)
    return await let_in(request, visit, destination)


def form_page(request: Request, destination: str, wrong: str = "", name: str = "") -> Response:
    """Return the page with every way to sign in."""
    web = web_of(request)
    asked: Asked | None = None
    if web.local is not None and web.local.site.takes_passkeys:
        asked = web.local.entering.passkeys.ask(uuid4(), web.clock())
    providers = web.door.providers if web.door is not None else {}
    return page(
        request,
        "sign_in.html",
        "Sign in",
        status=401 if wrong else 200,
        wrong=wrong,
        name=name,
        next=ours(destination) or "/",
        asked=asked,
        has_local=web.local is not None,
        providers=[(key, one.connection.label) for key, one in providers.items()],
    )


async def second_page(request: Request, ticket: str, destination: str, wrong: str = "") -> Response:
    """Return the page that asks for the second proof."""
    local = local_of(request)
    try:
        asked = await local.entering.ask_for_second(ticket, uuid4(), web_of(request).clock())
    except LinkNotGood as over:
        return form_page(request, destination, wrong=over.detail)
    return page(
        request,
        "second.html",
        "One more proof",
        status=401 if wrong else 200,
        wrong=wrong,
        next=ours(destination) or "/",
        ticket=ticket,
        asked=asked if local.site.takes_passkeys else None,
    )


def secret(form: Form, name: str) -> str:
    """Return a password as it was typed: spaces count."""
    return form.fields.get(name, [""])[-1]


ROUTES: Final = (
    OpenRoute(SIGN_IN, guarded(show), methods=["GET"], why=WHY),
    OpenRoute(SIGN_IN, taking(take_password), methods=["POST"], why=WHY),
    OpenRoute(f"{SIGN_IN}/code", taking(take_code), methods=["POST"], why=WHY),
    OpenRoute(f"{SIGN_IN}/passkey", taking(take_passkey), methods=["POST"], why=WHY),
)
