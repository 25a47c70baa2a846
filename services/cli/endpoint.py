"""API endpoint: which Tocsin the command line talks to, and with which key."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from services.settings import Settings
from services.stack.data_directory import running_stack_url


class NoEndpoint(Exception):
    """There is no Tocsin to talk to, or no key for it; the text says what to set."""

    def __init__(self, title: str, advice: str) -> None:
        super().__init__(f"{title} {advice}")
        self.title = title
        self.advice = advice


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An API and the key for it."""

    url: str
    key: str = field(repr=False)


def endpoint(settings: Settings) -> Endpoint:
    """Return what TOCSIN_URL and TOCSIN_API_KEY name, or the stack that runs on this machine.

    The key that a stack keeps is for that stack alone, and a key that is set goes to no address
    that was not: whatever else listens there would learn it.
    Raises: NoEndpoint.
    """
    here = running_stack_url(settings.data)
    url = os.environ.get("TOCSIN_URL") or None  # an empty one is as if it were not set
    key = os.environ.get("TOCSIN_API_KEY") or None
    if key is not None and url is None:
        raise NoEndpoint(
            "TOCSIN_API_KEY is set, and nothing says where it belongs.",
            "Set TOCSIN_URL beside it, or unset it to use the stack that runs here.",
        )
    url = url or here
    if url is None:
        raise NoEndpoint(
            f"No Tocsin runs on {settings.data.resolve()}.",
            "Start one with `make up`, or set TOCSIN_URL and TOCSIN_API_KEY.",
        )
    if key is None and here is not None and url.rstrip("/") == here:
        key = development_key(settings.data)
    if key is None:
        raise NoEndpoint(f"No API key for {url}.", "Set TOCSIN_API_KEY to one that was made there.")
    return Endpoint(url=url, key=key)


def development_key(data: Path) -> str | None:
    """Return the key that a stack on this machine keeps for its own command line."""
    file = data / "development-key"
    return file.read_text().strip() if file.exists() else None
