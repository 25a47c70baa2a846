"""Passkeys: added to an account and used to sign in, by the WebAuthn protocol.

A challenge is random, signed with its account and a time, and spent: it proves something once.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from events.account.state import Account
from events.account.values import Passkey
from events.ids import AccountId
from events.values.plain_text import one_line
from services.identity.signed_links import Database, Purpose, SignedLink, SignedLinks, spend
from services.request_refusals import PasskeyRefused

GOOD_FOR: Final = timedelta(minutes=5)
LONGEST_NAME: Final = 60  # characters
LONGEST_ANSWER: Final = 16_384  # characters of JSON
_NOT_PROVEN: Final = "The passkey's answer is not one to this question: try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to a browser's passkeys, and the ticket that comes back with the answer."""

    options: str  # JSON, as `navigator.credentials` takes it
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where browsers find us: a passkey belongs to a name, and answers to one origin."""

    origin: str
    host: str

    @property
    def takes_passkeys(self) -> bool:
        """Return whether browsers keep passkeys for this site: it has a name, and TLS or is local.

        Source: WebAuthn Level 3, "Relying Party Identifier"; Secure Contexts.
        """
        named = not self.host.replace(".", "").isdigit() and ":" not in self.host
        local = self.host == "localhost" or self.host.endswith(".localhost")
        return bool(self.host) and named and (local or self.origin.startswith("https:"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Whose passkey answered, which it was, and how often it says it was used."""

    account_id: AccountId
    passkey_id: UUID
    sign_count: int


def site_at(public_url: str) -> Site:
    """Return the site that the public address names."""
    parts = urlsplit(public_url)
    return Site(origin=f"{parts.scheme}://{parts.netloc}", host=parts.hostname or "")


class Passkeys:
    """Asks for passkeys and reads their answers."""

    def __init__(self, links: SignedLinks, database: Database, site: Site) -> None:
        self._links = links
        self._database = database
        self._site = site

    def ask_for_new(
        self, account_id: AccountId, account: Account, name: str, challenge: UUID, now: datetime
    ) -> Asked:
        """Return the question that makes a passkey of a device that the account has none of."""
        ticket, question = self._ticket(account_id, challenge, now)
        options = generate_registration_options(
            rp_id=self._site.host,
            rp_name="Tocsin",
            user_id=account_id.encode(),
            user_name=account.email or account_id,
            user_display_name=name,
            challenge=question,
            exclude_credentials=_descriptors(account),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
        )
        return Asked(options=options_to_json(options), ticket=ticket)

    async def read_new(
        self,
        account_id: AccountId,
        ticket: str,
        answer: str,
        *,
        passkey_id: UUID,
        name: str,
        now: datetime,
    ) -> Passkey:
        """Return the passkey that an answer makes.

        Raises: PasskeyRefused, LinkNotGood, LogUnavailable.
        """
        link = self._links.read(ticket, Purpose.PASSKEY_CHALLENGE, now)
        if link.account_id != account_id:
            raise PasskeyRefused(_NOT_PROVEN)
        try:
            made = verify_registration_response(
                credential=_short(answer),
                expected_challenge=_question(ticket),
                expected_rp_id=self._site.host,
                expected_origin=self._site.origin,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
            raise PasskeyRefused(_NOT_PROVEN) from wrong
        await spend(self._database, link, now)
        return Passkey(
            passkey_id=passkey_id,
            name=one_line(name)[:LONGEST_NAME].strip() or "Passkey",
            credential_id=_text(made.credential_id),
            public_key=_text(made.credential_public_key),
            sign_count=made.sign_count,
            transports=_transports(answer),
        )

    def ask(
        self, challenge: UUID, now: datetime, known: tuple[AccountId, Account] | None = None
    ) -> Asked:
        """Return the question that a passkey answers: of this account, or of whoever has one."""
        ticket, question = self._ticket(known[0] if known else None, challenge, now)
        options = generate_authentication_options(
            rp_id=self._site.host,
            challenge=question,
            allow_credentials=_descriptors(known[1]) if known else None,
            user_verification=UserVerificationRequirement.DISCOURAGED
            if known
            else UserVerificationRequirement.REQUIRED,
        )
        return Asked(options=options_to_json(options), ticket=ticket)

    def named_by(self, answer: str) -> AccountId:
        """Return the account that an answer says it is of; nothing is proven by that.

        Raises: PasskeyRefused.
        """
        try:
            response = _parsed(answer)["response"]
            return AccountId(_bytes(response["userHandle"]).decode())
        except (ValueError, KeyError, TypeError) as wrong:
            raise PasskeyRefused(_NOT_PROVEN) from wrong

    async def read(
        self,
        account_id: AccountId,
        account: Account,
        ticket: str,
        answer: str,
        now: datetime,
        *,
        alone: bool,
    ) -> Used:
        """Return which passkey of the account answered.

        Alone it has to have made sure of its person; after a password, having it is enough.
        Raises: PasskeyRefused, LinkNotGood, LogUnavailable.
        """
        link = self._links.read(ticket, Purpose.PASSKEY_CHALLENGE, now)
        if link.account_id != (None if alone else account_id):
            raise PasskeyRefused(_NOT_PROVEN)
        try:
            credential = _parsed(answer)["id"]
            passkey = next(one for one in account.passkeys if one.credential_id == credential)
            used = verify_authentication_response(
                credential=answer,
                expected_challenge=_question(ticket),
                expected_rp_id=self._site.host,
                expected_origin=self._site.origin,
                credential_public_key=_bytes(passkey.public_key),
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=alone,
            )
        except StopIteration:
            raise PasskeyRefused("The account has no such passkey: it was removed.") from None
        except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
            raise PasskeyRefused(_NOT_PROVEN) from wrong
        await spend(self._database, link, now)
        return Used(
            account_id=account_id, passkey_id=passkey.passkey_id, sign_count=used.new_sign_count
        )

    def _ticket(
        self, account_id: AccountId | None, challenge: UUID, now: datetime
    ) -> tuple[str, bytes]:
        link = SignedLink(
            purpose=Purpose.PASSKEY_CHALLENGE,
            account_id=account_id,
            link_id=challenge,
            expires_at=now + GOOD_FOR,
        )
        ticket = self._links.make(link)
        return ticket, _question(ticket)


def _question(ticket: str) -> bytes:
    """Return the challenge that belongs to a ticket: its signature, which nobody can foresee."""
    return _bytes(ticket)[:32]


def _descriptors(account: Account) -> list[PublicKeyCredentialDescriptor]:
    known = {one.value for one in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=_bytes(one.credential_id),
            transports=[AuthenticatorTransport(way) for way in one.transports if way in known]
            or None,
        )
        for one in account.passkeys
    ]


def _transports(answer: str) -> tuple[str, ...]:
    """Return how the browser says that the device is reached."""
    named = _parsed(answer).get("response", {}).get("transports")
    known = {one.value for one in AuthenticatorTransport}
    return (
        tuple(sorted(known & {one for one in named if isinstance(one, str)}))
        if isinstance(named, list)
        else ()
    )


def _parsed(answer: str) -> dict[str, Any]:
    found = json.loads(_short(answer))
    if not isinstance(found, dict):
        raise TypeError("an answer is an object")
    return found


def _short(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused(_NOT_PROVEN)
    return answer


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
