# What is used of http_ece, which ships no types.

from cryptography.hazmat.primitives.asymmetric import ec

def decrypt(
    content: bytes,
    *,
    private_key: ec.EllipticCurvePrivateKey,
    auth_secret: bytes,
    version: str,
) -> bytes: ...
