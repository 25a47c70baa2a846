from collections.abc import Callable, Sequence

class DKIMException(Exception): ...

class DKIM:
    domain: bytes | None
    selector: bytes
    signature_fields: dict[bytes, bytes]
    include_headers: tuple[bytes, ...]
    def __init__(self, message: bytes, minkey: int = ..., timeout: int = ...) -> None: ...
    def verify(self, idx: int = ..., dnsfunc: Callable[..., bytes | None] = ...) -> bool: ...

def sign(
    message: bytes,
    selector: bytes,
    domain: bytes,
    privkey: bytes,
    *,
    include_headers: Sequence[bytes] | None = ...,
    length: bool = ...,
) -> bytes: ...
