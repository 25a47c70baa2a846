# What is used of pywebpush, which ships no types.

from collections.abc import Mapping
from typing import Any

class WebPusher:
    def __init__(self, subscription_info: Mapping[str, Any]) -> None: ...
    def encode(self, data: bytes) -> dict[str, Any]: ...
