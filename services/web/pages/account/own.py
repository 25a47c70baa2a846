"""Own account: password, passkeys, recovery codes, and where one is signed in."""

from secrets import token_bytes
from typing import Final
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from events.account.values import Identity
from events.errors import CommandRejected
from events.ids import AccountId
from services.identity.local.accounts import LocalAccounts
from services.identity.proofs.password_rules import SHORTEST
from services.identity.proofs.recovery_codes import BYTES, COUNT
from services.web.addresses import SIGN_IN
from services.web.calls import Refused, path_of
from services.web.forms import Form
from services.web.page import Answer, action, page, web_of
from services.web.pages.identity_providers import link_token
from services.web.rendering import Screen
from services.web.session_cookie import hand_out
from services.web.visit import Visit

HERE: Final = "/settings/account"
NOT_TWICE: Final = "The two are not the same. Write the new password twice."
NO_KEY: Final = "Passwords and passkeys need TOCSIN_LINK_KEY: ask whoever runs Tocsin."


async def show(visit: Visit) -> Screen:
    """Show one's own account."""
    web = web_of(visit.request)
    local, providers = web.local, web.door.providers if web.door is not None else {}
    sessions = await visit.calls.get(path_of("me", "sessions"))
    account = await local.own.of(AccountId(visit.session.account_id)) if local else None
    return Screen(
        template="account/own.html",
        title="Your account",
        facts={
            "account": account,
            "roles": sorted(visit.session.roles),
            "sessions": sessions["sessions"],
            "takes_passkeys": local is not None and local.site.takes_passkeys,
            "shortest": SHORTEST,
            "providers": [(key, one.connection.label) for key, one in providers.items()],
            "link_token": link_token(visit.token),
            "here": HERE,
        },
    )


async def change_password(visit: Visit, form: Form) -> Answer:
    """Set another password; this session goes on, the others end."""
    new = typed(form, "password")
    if new != typed(form, "again"):
        raise wrong(NOT_TWICE)
    try:
        version = await local_of(visit).own.change_password(
            own(visit), typed(form, "current"), new, form.command_id, visit.now
        )
    except CommandRejected as refused:
        raise wrong(refused.detail) from refused
    return await going_on(visit, version)


async def ask_for_passkey(visit: Visit, form: Form) -> Answer:
    """Ask the device for a passkey."""
    try:
        asked = await local_of(visit).own.ask_for_passkey(
            own(visit), typed(form, "current"), form.command_id, visit.now
        )
    except CommandRejected as refused:
        raise wrong(refused.detail) from refused
    facts = {"asked": asked, "here": HERE, "name": form.text("name") or ""}
    return Screen(template="account/passkey.html", title="Add a passkey", facts=facts)


async def add_passkey(visit: Visit, form: Form) -> Answer:
    """Add the passkey that the device made."""
    try:
        await local_of(visit).own.add_passkey(
            own(visit),
            form.text("asked") or "",
            form.text("answer") or "",
            form.text("name") or "",
            form.command_id,
            visit.now,
        )
    except CommandRejected as refused:
        raise wrong(refused.detail) from refused
    return RedirectResponse(HERE, status_code=303)


async def remove_passkey(visit: Visit, form: Form) -> Answer:
    """Remove a passkey; this session goes on, the others end."""
    try:
        passkey_id = UUID(visit.named("passkey_id"))
        version = await local_of(visit).own.remove_passkey(
            own(visit), passkey_id, typed(form, "current"), form.command_id, visit.now
        )
    except ValueError:
        raise wrong("There is no such passkey.") from None
    except CommandRejected as refused:
        raise wrong(refused.detail) from refused
    return await going_on(visit, version)


async def unlink(visit: Visit, form: Form) -> Answer:
    """Unlink an identity of a provider; this session goes on, the others end."""
    try:
        version = await local_of(visit).own.unlink(
            own(visit),
            Identity(
                issuer=form.text("issuer") or "", identity_subject=form.text("identity") or ""
            ),
            typed(form, "current"),
            form.command_id,
            visit.now,
        )
    except CommandRejected as refused:
        raise wrong(refused.detail) from refused
    return await going_on(visit, version)


async def make_codes(visit: Visit, form: Form) -> Answer:
    """Make new recovery codes, and show them this once."""
    try:
        codes = await local_of(visit).own.new_codes(
            own(visit),
            typed(form, "current"),
            token_bytes(COUNT * BYTES),
            form.command_id,
            visit.now,
        )
    except CommandRejected as refused:
        raise wrong(refused.detail) from refused
    facts = {"codes": codes, "here": HERE}
    return Screen(template="account/codes.html", title="Your recovery codes", facts=facts)


async def end_session(visit: Visit, form: Form) -> Answer:
    """Sign out in one browser."""
    session_id = visit.named("session_id")
    await visit.calls.give("DELETE", path_of("me", "sessions", session_id), form.command_id)
    here = session_id == visit.session.session_id
    return RedirectResponse(SIGN_IN if here else HERE, status_code=303)


async def end_sessions(visit: Visit, form: Form) -> Answer:
    """Sign out everywhere, here too."""
    await visit.calls.give("DELETE", path_of("me", "sessions"), form.command_id)
    return RedirectResponse(SIGN_IN, status_code=303)


async def going_on(visit: Visit, version: int) -> Response:
    """Go on under a new token, in the session that what was changed did not end."""
    web = web_of(visit.request)
    token = web.new_token()
    answer = RedirectResponse(HERE, status_code=303)
    if await web.sessions.rotate(visit.token, token, visit.now, version=version):
        hand_out(answer, token, secure=web.secure)
    return answer


def local_of(visit: Visit) -> LocalAccounts:
    """Return the accounts of Tocsin's own.

    Raises: Refused.
    """
    local = web_of(visit.request).local
    if local is None:
        raise wrong(NO_KEY)
    return local


def own(visit: Visit) -> AccountId:
    """Return whose account it is."""
    return AccountId(visit.session.account_id)


def typed(form: Form, name: str) -> str:
    """Return a password as it was typed: spaces count."""
    return form.fields.get(name, [""])[-1]


def wrong(detail: str) -> Refused:
    """Return what was refused, to be said on the page that the form is on."""
    return Refused({"title": detail, "detail": detail, "status": 422}, None)


ROUTES: Final = (
    page(HERE, show, personal=True),
    action(f"{HERE}/password", change_password, show),
    action(f"{HERE}/passkeys/question", ask_for_passkey, show),
    action(f"{HERE}/passkeys", add_passkey, show),
    action(f"{HERE}/passkeys/{{passkey_id}}/removal", remove_passkey, show),
    action(f"{HERE}/identities/removal", unlink, show),
    action(f"{HERE}/recovery-codes", make_codes, show),
    action(f"{HERE}/sessions/end", end_sessions, show),
    action(f"{HERE}/sessions/{{session_id}}/end", end_session, show),
)
