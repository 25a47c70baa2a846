# What is used of py_vapid, which ships no types.

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

class VapidException(Exception): ...

class Vapid02:
    public_key: EllipticCurvePublicKey
    @classmethod
    def from_raw(cls, private_raw: bytes) -> Vapid02: ...
    def sign(self, claims: dict[str, Any], crypto_key: str | None = None) -> dict[str, str]: ...
