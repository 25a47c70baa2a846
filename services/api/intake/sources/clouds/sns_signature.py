"""SNS signature: whether a message comes from Amazon, by the certificate at the URL it names.

Source: Amazon SNS developer guide, "Verifying the signatures of Amazon SNS messages".
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from activities.delivery.faults import DeliveryFault, DeliveryRefused
from activities.delivery.fetching import Fetch
from services.request_refusals import SenderUnreachable, SignatureWrong

_HOST: Final = re.compile(r"sns\.[a-z0-9-]{3,40}\.amazonaws\.com(\.cn)?")
_CERTIFICATE: Final = re.compile(r"/SimpleNotificationService-[A-Za-z0-9]+\.pem")
_HASHES: Final = {"1": SHA1, "2": SHA256}
_NOTIFICATION: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_SUBSCRIPTION: Final = (
    *("Message", "MessageId", "SubscribeURL"),
    *("Timestamp", "Token", "TopicArn", "Type"),
)
MOST_KEYS: Final = 64  # Amazon has one for each region

logger = structlog.get_logger(__name__)


class AmazonKeys:
    """Public keys that Amazon signs with, each fetched once."""

    def __init__(self) -> None:
        self._keys: dict[str, RSAPublicKey] = {}

    async def require_signed(self, message: Mapping[str, Any], fetch: Fetch) -> None:
        """Return if Amazon signed the message.

        Raises: SignatureWrong, SenderUnreachable.
        """
        signature, version = _signature_in(message), message.get("SignatureVersion")
        if signature is None or version not in _HASHES:
            raise SignatureWrong("The message has no signature of version 1 or 2.")
        key = await self._key_at(str(message.get("SigningCertURL", "")), fetch)
        try:
            key.verify(signature, signed_text(message), PKCS1v15(), _HASHES[version]())
        except InvalidSignature:
            logger.warning("sns_signature_wrong", topic=message.get("TopicArn"))
            raise SignatureWrong("The signature does not fit the message.") from None

    async def _key_at(self, url: str, fetch: Fetch) -> RSAPublicKey:
        if url in self._keys:
            return self._keys[url]
        if not _CERTIFICATE.fullmatch(amazon_path(url, "SigningCertURL")):
            raise SignatureWrong("SigningCertURL is not the address of a certificate of SNS.")
        key = _key_in(await fetched_from_amazon(url, fetch))
        if len(self._keys) >= MOST_KEYS:
            self._keys.pop(next(iter(self._keys)))
        self._keys[url] = key
        return key


def amazon_path(url: str, member: str) -> str:
    """Return the path of an address that is SNS's own, over HTTPS.

    Raises: SignatureWrong.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not _HOST.fullmatch(parts.netloc):
        raise SignatureWrong(f"{member} is no address of SNS at amazonaws.com.")
    return parts.path


async def fetched_from_amazon(url: str, fetch: Fetch) -> bytes:
    """Return what Amazon answers there.

    Raises: SignatureWrong, SenderUnreachable.
    """
    try:
        answer = await fetch(url)
    except DeliveryRefused as refusal:
        raise SignatureWrong(f"The address may not be called: {refusal.code}.") from None
    except DeliveryFault as fault:
        raise SenderUnreachable(f"Amazon SNS cannot be reached: {fault.code}.") from None
    if answer.status != 200:  # noqa: PLR2004 - an HTTP status
        raise SenderUnreachable(f"Amazon SNS answered with status {answer.status}.")
    return answer.body


def signed_text(message: Mapping[str, Any]) -> bytes:
    """Return what of a message is signed: names and values, a line each."""
    notified = message.get("Type") == "Notification"
    names = _NOTIFICATION if notified else _SUBSCRIPTION
    lines = (f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None)
    return "".join(lines).encode(errors="surrogatepass")


def _signature_in(message: Mapping[str, Any]) -> bytes | None:
    try:
        return b64decode(message.get("Signature", ""), validate=True) or None
    except (binascii.Error, ValueError, TypeError):
        return None


def _key_in(pem: bytes) -> RSAPublicKey:
    try:
        key = x509.load_pem_x509_certificate(pem).public_key()
    except ValueError:
        key = None
    if not isinstance(key, RSAPublicKey):
        raise SenderUnreachable("What is at SigningCertURL is no certificate with an RSA key.")
    return key
