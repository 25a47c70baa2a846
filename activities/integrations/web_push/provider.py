"""Web push provider: one encrypted message to one browser, through its own push service."""

import asyncio
import base64
import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Final, Literal

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02, VapidException
from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from activities.delivery.faults import DeliveryRefused
from activities.delivery.message import Message
from activities.delivery.outbound import Outbound
from activities.delivery.provider import ContactAddress, Provider, ProviderSettings
from activities.integrations.http_answers import require_accepted
from activities.integrations.web_push.render import headers_of, payload_of
from activities.integrations.web_push.subscription import Subscription, bytes_in, subscription_in
from events.configuration.responder import ContactMethod
from events.delivery.limits import ON_A_SCREEN

SIGNED_FOR: Final = timedelta(hours=1)  # RFC 8292 §2 allows a day
PRIVATE_KEY: Final = 32  # bytes
GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})  # RFC 8030 §7.3
_ID: Final = re.compile(r"[\w:%=.-]{1,200}", re.ASCII)


def _subscription(text: str) -> str:
    try:
        return subscription_in(text).written()
    except DeliveryRefused:
        raise ValueError(
            "write the browser's subscription as JSON:"
            ' {"endpoint": "https://…", "keys": {"p256dh": "…", "auth": "…"}}'
        ) from None


def _vapid_key(secret: SecretStr) -> SecretStr:
    try:
        length = len(bytes_in(secret.get_secret_value()))
    except ValueError:
        length = 0
    if length != PRIVATE_KEY:
        raise ValueError("write a P-256 private key: 32 bytes in base64url")
    signer_of(secret)
    return secret


class WebPushContact(ContactAddress):
    """A browser's push subscription."""

    channel: Literal["web_push"]
    address: Annotated[
        str,
        StringConstraints(max_length=3_000),
        AfterValidator(_subscription),
        Field(description="What `JSON.stringify(subscription)` gives in the browser."),
    ]


class Vapid(ProviderSettings):
    """The operator's own identity towards push services (RFC 8292)."""

    vapid_key: Annotated[SecretStr, AfterValidator(_vapid_key)] | None = None
    vapid_contact: Annotated[
        str, StringConstraints(pattern=r"^(mailto:[^\s@]+@[^\s@]+|https://[^\s/]+)$")
    ] = "mailto:tocsin@localhost"  # whom a push service may write to


def application_server_key(vapid: Vapid) -> str | None:
    """Return the public key that browsers subscribe with, None without a key pair."""
    if vapid.vapid_key is None:
        return None
    public = signer_of(vapid.vapid_key).public_key
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


class WebPushProvider(Provider):
    """Encrypts the message for the browser and posts it to the browser's push service.

    A repeat replaces what has not been shown yet, by its topic. Only encryption and signature are
    the library's: the call is ours, so no private address is called.
    Source: RFC 8030, 8188, 8291, 8292.
    """

    NAME = "web_push"
    Address = WebPushContact
    LIMITS = ON_A_SCREEN
    Settings = Vapid

    def __init__(self, outbound: Outbound, vapid: Vapid | None = None) -> None:
        super().__init__(outbound)
        self._vapid = vapid or Vapid()

    def require_reachable(self, to: ContactMethod) -> None:
        """Return if the push service may be called, and there is a key to sign with."""
        self._outbound.require_callable(subscription_in(to.address).endpoint)
        self._key()

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once and return what the push service calls it."""
        subscription = subscription_in(to.address)
        headers = {
            **headers_of(message),
            "authorization": self._authorization(subscription.endpoint),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "user-agent": "Tocsin",
        }
        # In a thread: the library loads two HTTP clients when it is first used.
        body = await asyncio.to_thread(encrypted, payload_of(message), subscription)
        answer = await self._outbound.post(subscription.endpoint, headers=headers, body=body)
        if answer.status in GONE:
            raise DeliveryRefused("subscription_gone")
        require_accepted(answer)
        name = answer.headers.get("location", "").rpartition("/")[2]
        return name if _ID.fullmatch(name) else None

    def _authorization(self, endpoint: str) -> str:
        """Return the signed word that it is us, for this push service alone."""
        url = httpx.URL(endpoint)
        claims = {
            "aud": f"{url.scheme}://{url.netloc.decode()}",
            "exp": int((datetime.now(UTC) + SIGNED_FOR).timestamp()),
            "sub": self._vapid.vapid_contact,
        }
        try:
            signed: str = signer_of(self._key()).sign(claims)["Authorization"]
        except VapidException:
            raise DeliveryRefused("address_invalid") from None
        return signed

    def _key(self) -> SecretStr:
        if self._vapid.vapid_key is None:
            raise DeliveryRefused("channel_not_configured")
        return self._vapid.vapid_key


def signer_of(key: SecretStr) -> Vapid02:
    """Return what signs with the key.

    Raises: ValueError.
    """
    return Vapid02.from_raw(key.get_secret_value().encode())


def encrypted(payload: bytes, subscription: Subscription) -> bytes:
    """Return the payload as only the browser reads it."""
    from pywebpush import WebPusher  # noqa: PLC0415  takes as long as all else that a process loads

    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    pusher = WebPusher({"endpoint": subscription.endpoint, "keys": keys})
    body: bytes = pusher.encode(payload)["body"]
    return body
