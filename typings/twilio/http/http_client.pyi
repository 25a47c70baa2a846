from typing import Any

class TwilioHttpClient:
    def request(self, method: str, url: str, *args: Any, **options: Any) -> Any: ...
