from typing import Any

class Client:
    messages: Any
    calls: Any
    def __init__(
        self, username: str, password: str, account_sid: str | None = None, **options: Any
    ) -> None: ...
