"""A push service and a browser behind it: RFC 8030, 8188, 8291 and 8292 from the other side."""

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_bytes
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.fakes.receiver import Reply, Request

DAY = 86_400


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class PushService:
    """Keeps messages by topic until the browser comes back; a newer one replaces the older."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = field(default_factory=lambda: token_bytes(16))
    unsubscribed: bool = False
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)
    signed_by: set[str] = field(default_factory=set)

    def subscription(self, base: str) -> str:
        """Return what the browser gives the page."""
        point = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": base64url(point), "auth": base64url(self.auth)}
        return json.dumps(
            {"endpoint": f"{base}/push/a-capability", "expirationTime": None, "keys": keys}
        )

    def __call__(self, request: Request) -> Reply:
        headers = request.headers
        if request.target != "/push/a-capability" or self.unsubscribed:
            return Reply(status=410)
        if not self.is_signed(headers):
            return Reply(status=403)
        if len(request.body) > 4_096:
            return Reply(status=413)
        assert request.method == "POST"
        assert headers["content-encoding"] == "aes128gcm"
        assert headers["urgency"] in {"very-low", "low", "normal", "high"}
        assert 0 <= int(headers["ttl"]) <= 28 * DAY
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", headers["topic"])
        text = http_ece.decrypt(
            request.body, private_key=self.private, auth_secret=self.auth, version="aes128gcm"
        )
        self.waiting[headers["topic"]] = json.loads(text)
        return Reply(status=201, headers={"location": f"/message/0:{len(self.waiting)}"})

    def is_signed(self, headers: dict[str, str]) -> bool:
        found = re.fullmatch(r"vapid t=([\w.-]+),k=([\w-]+)", headers.get("authorization", ""))
        if found is None:
            return False
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(found[2]))
        claims = jwt.decode(
            found[1], key, algorithms=["ES256"], audience=f"http://{headers['host']}"
        )
        self.signed_by.add(found[2])
        left = claims["exp"] - datetime.now(UTC).timestamp()
        return 0 < left <= DAY and str(claims["sub"]).startswith(("mailto:", "https://"))
