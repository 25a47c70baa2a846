"""Invitations and password resets: a link by mail, or in the answer where no mail can go."""

from typing import Final
from uuid import uuid5

from fastapi import Request

from events.account.commands import InviteAccount, RequestPasswordReset
from events.account.decide import account_decider
from events.account.life import INVITATION_GOOD_FOR
from events.account.openers import RESET_GOOD_FOR
from events.configuration.api_key import ApiScope
from events.handle import Handled
from events.ids import AccountId, ResponderId, account_stream
from services.access.people import is_known
from services.access.permissions import Permission, is_unbound
from services.access.rights.inviting import require_their_own_door
from services.api.http.authentication import TheCaller
from services.api.http.formats import Name, Strict
from services.api.http.guard import api_router, requires
from services.api.http.headway import made_headway
from services.api.resources.configuration.api_keys import require_held
from services.api.resources.people.accounts import ACCOUNT, MANAGE, Roles, admins_of
from services.api.resources.people.addresses import EmailAddress
from services.api.resources.people.views import Invited
from services.api.writing.commands import HttpConfigurationChange, TheConfigurationChange
from services.channels import channels
from services.identity.finding import account_of
from services.identity.local.letters import EMAIL, SEND_SECONDS, invitation, password_reset, sent
from services.identity.one_address import address_for
from services.identity.signed_links import Purpose, SignedLink, SignedLinks
from services.request_refusals import Invalid, RequestInvalid

router = api_router("accounts")

PATHS: Final = {Purpose.INVITATION: "invitation", Purpose.PASSWORD_RESET: "reset"}


class InvitationBody(
    Strict,
    json_schema_extra={"examples": [{"email": "grace@example.com", "roles": ["responder"]}]},
):
    """Whom to invite, by which address, as what."""

    email: EmailAddress
    roles: Roles


@router.post(f"{ACCOUNT}/invitation", dependencies=[requires(Permission.ACCOUNT_INVITE)])
async def invite_person(
    request: Request,
    account_id: Name,
    body: InvitationBody,
    caller: TheCaller,
    change: TheConfigurationChange,
) -> Invited:
    """Invite a person to sign in: a link goes to their address, good for 7 days and once.

    Inviting anew takes the place of the invitation before. Where no mail can be sent, the link is
    in the answer to an admin. A repeat under the same key sends nothing again. Managers invite into
    their team, by an address that the person has already.
    """
    named, dependencies = AccountId(account_id), change.dependencies
    if is_unbound(caller.permissions):
        require_held(caller, body.roles)
    else:
        await require_their_own_door(
            dependencies.log, ResponderId(account_id), body.email, body.roles
        )
    refuse_dry_run(change)
    if not await is_known(dependencies.log, ResponderId(account_id)):
        reason = f"No such responder: {account_id}. Register them first."
        raise RequestInvalid(Invalid(field="path.account_id", reason=reason))
    links = SignedLinks(dependencies.settings.link_key)
    command = InviteAccount(
        account_id=named,
        email=body.email,
        roles=body.roles,
        invitation_id=change.identity.command_id,
        actor=change.actor,
        at=change.at,
    )
    async with address_for(dependencies.log, dependencies.database, named, body.email):
        if ApiScope.ADMIN in body.roles:
            await admins_of(change).note(named)
        handled = await change.make(account_decider, account_stream(named), command)
    made_headway(request, SEND_SECONDS)
    at = handled.events[0].event.invited_at if handled.events else change.at  # type: ignore[union-attr]
    link = SignedLink(
        purpose=Purpose.INVITATION,
        account_id=named,
        link_id=command.invitation_id,
        expires_at=at + INVITATION_GOOD_FOR,
    )
    answer = await answered(change, handled, links, link, body.email)
    return answer if is_unbound(caller.permissions) else answer.model_copy(update={"link": None})


@router.post(f"{ACCOUNT}/password-reset", dependencies=MANAGE)
async def send_password_reset(
    request: Request, account_id: Name, change: TheConfigurationChange
) -> Invited:
    """Send a person a link to choose a new password: good for 30 minutes, and once.

    Where no mail can be sent, the link is in the answer.
    """
    named = AccountId(account_id)
    refuse_dry_run(change)
    links = SignedLinks(change.dependencies.settings.link_key)
    command = RequestPasswordReset(
        account_id=named,
        reset_id=change.identity.command_id,
        actor=change.actor,
        at=change.at,
    )
    handled = await change.make(account_decider, account_stream(named), command)
    account = await account_of(change.dependencies.log, named)
    made_headway(request, SEND_SECONDS)
    at = handled.events[0].event.requested_at if handled.events else change.at  # type: ignore[union-attr]
    link = SignedLink(
        purpose=Purpose.PASSWORD_RESET,
        account_id=named,
        link_id=command.reset_id,
        expires_at=at + RESET_GOOD_FOR,
    )
    return await answered(change, handled, links, link, account.email)


async def answered[Event](
    change: HttpConfigurationChange,
    handled: Handled[Event],
    links: SignedLinks,
    link: SignedLink,
    email: str | None,
) -> Invited:
    """Send the link, unless this is a repeat, and say what became of it."""
    settings = change.dependencies.settings
    url = f"{settings.public_url.rstrip('/')}/{PATHS[link.purpose]}/{links.make(link)}"
    fault: str | None = None
    if email is None:
        fault = "DeliveryRefused: no_address"
    elif not handled.duplicate:
        letter_id = uuid5(change.identity.command_id, "letter")
        letter = (
            invitation(letter_id, url, inviter(change), change.at)
            if link.purpose is Purpose.INVITATION
            else password_reset(letter_id, url, change.at)
        )
        fault = await sent(channels(settings).get(EMAIL), email, letter)
    return Invited(
        account_id=str(link.account_id),
        taken=fault is None,
        fault=fault,
        link=None if fault is None else url,
        expires_at=link.expires_at,
        position=handled.result.last_position,
    )


def inviter(change: HttpConfigurationChange) -> str:
    """Return how the letter calls whoever invites."""
    return change.actor.responder_id or "An admin"


def refuse_dry_run(change: HttpConfigurationChange) -> None:
    """Refuse to try what sends a message.

    Raises: RequestInvalid.
    """
    if change.dry_run:
        reason = "A message is sent, or it is not: leave it out."
        raise RequestInvalid(Invalid(field="header.Tocsin-Dry-Run", reason=reason))
