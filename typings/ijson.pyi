# What is used of ijson, which ships no types.

from collections.abc import Generator
from typing import Any

class JSONError(Exception): ...

def basic_parse_coro(
    target: Generator[None, tuple[str, Any], Any],
) -> Generator[None, bytes]: ...
