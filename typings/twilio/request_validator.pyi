from collections.abc import Mapping

class RequestValidator:
    def __init__(self, token: str) -> None: ...
    def compute_signature(
        self, uri: str, params: Mapping[str, object], algorithm: str | None = None
    ) -> str: ...
    def validate(
        self,
        uri: str,
        params: Mapping[str, object] | str | None,
        signature: str,
        algorithm: str | None = None,
    ) -> bool: ...
