"""Push subscription of a browser: where its push service is, and what its messages are sealed with.

Source: RFC 8030 §4, RFC 8291 §2, W3C Push API, "PushSubscription.toJSON()".
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, ConfigDict, ValidationError

from activities.delivery.faults import DeliveryRefused
from activities.integrations.web_address import WebAddress

AUTHENTICATION: Final = 16  # bytes of `auth`, RFC 8291 §3.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One browser on one device."""

    endpoint: str = field(repr=False)  # whoever knows it and our key may push
    p256dh: str = field(repr=False)  # the browser's public key, base64url
    auth: str = field(repr=False)

    def written(self) -> str:
        """Return the subscription as a contact method keeps it: always the same text for it."""
        keys = {"auth": self.auth, "p256dh": self.p256dh}
        return json.dumps({"endpoint": self.endpoint, "keys": keys}, separators=(",", ":"))


class _Keys(BaseModel):
    model_config = ConfigDict(strict=True)

    p256dh: str
    auth: str


class _Json(BaseModel):
    """What a browser gives; it may add members, such as `expirationTime`."""

    model_config = ConfigDict(strict=True)

    endpoint: WebAddress
    keys: _Keys


def subscription_in(text: str) -> Subscription:
    """Return the subscription that the text is.

    Raises: DeliveryRefused.
    """
    try:
        given = _Json.model_validate_json(text)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_in(given.keys.p256dh))
        if len(bytes_in(given.keys.auth)) != AUTHENTICATION:
            raise DeliveryRefused("address_invalid")
    except (ValidationError, ValueError, RecursionError):
        raise DeliveryRefused("address_invalid") from None
    keys = given.keys
    return Subscription(
        endpoint=given.endpoint, p256dh=keys.p256dh.rstrip("="), auth=keys.auth.rstrip("=")
    )


def bytes_in(text: str) -> bytes:
    """Return what base64url text stands for, with or without padding.

    Raises: ValueError.
    """
    bare = text.rstrip("=").encode("ascii")
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
