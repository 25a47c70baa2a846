"""How a person can be reached, as a body says it: what could never be delivered is refused here."""

import base64
import binascii
import re
from typing import Annotated, Final, Literal

import httpx
from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from activities.delivery.faults import DeliveryRefused
from activities.integrations.email.provider import one_address
from events.configuration.responder import Channel, ContactMethod
from services.api.http.formats import Strict

_WHSEC: Final = re.compile(r"whsec_(?P<key>[A-Za-z0-9+/]+={0,2})", re.ASCII)
_WHSEC_BYTES: Final = range(24, 65)  # Standard Webhooks 1.0.0, "Signature scheme"
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,500}")


def _mailbox(text: str) -> str:
    try:
        return one_address(text).addr_spec
    except DeliveryRefused:
        raise ValueError("write one e-mail address and nothing else: ada@example.com") from None


def _web_address(text: str) -> str:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError):
        raise ValueError("write a URL: https://example.com/pages") from None
    if url.scheme not in {"https", "http"} or not url.raw_host:
        raise ValueError("write a URL with https and a host")
    if url.userinfo:
        raise ValueError("leave user name and password out of the URL")
    return text


def _signing_secret(secret: SecretStr) -> SecretStr:
    found = _WHSEC.fullmatch(secret.get_secret_value())
    try:
        length = len(base64.b64decode(found["key"])) if found else 0
    except binascii.Error:
        length = 0
    if length not in _WHSEC_BYTES:
        raise ValueError("write whsec_ and then 24 to 64 random bytes in base64")
    return secret


def _token(secret: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(secret.get_secret_value()):
        raise ValueError("write the token alone: 1 to 500 visible characters of ASCII")
    return secret


type WebAddress = Annotated[
    str,
    StringConstraints(max_length=2_000, pattern=r"^[!-~]+$"),
    AfterValidator(_web_address),
]


class EmailContact(Strict):
    """An e-mail address."""

    channel: Literal["email"]
    address: Annotated[str, StringConstraints(max_length=254), AfterValidator(_mailbox)]


class WebhookContact(Strict):
    """A URL that is sent signed webhooks."""

    channel: Literal["webhook"]
    address: WebAddress
    secret: Annotated[
        SecretStr,
        Field(description="Signs each message: Standard Webhooks, whsec_…"),
        AfterValidator(_signing_secret),
    ]


class PushContact(Strict):
    """An ntfy topic."""

    channel: Literal["push"]
    address: WebAddress
    secret: Annotated[
        Annotated[SecretStr, AfterValidator(_token)] | None,
        Field(description="A bearer token, where the topic asks for one."),
    ] = None


type Contact = Annotated[
    EmailContact | WebhookContact | PushContact, Field(discriminator="channel")
]


def contact_method(contact: Contact) -> ContactMethod:
    """Return the contact method as the log keeps it."""
    secret = None if isinstance(contact, EmailContact) else contact.secret
    return ContactMethod(
        channel=Channel(contact.channel),
        address=contact.address,
        secret=secret.get_secret_value() if secret else None,
    )
