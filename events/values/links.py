"""Links that people follow at night: their kinds, and which addresses are taken."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 2_000  # characters of an address


class LinkKind(StrEnum):
    """What is behind a link."""

    RUNBOOK = "runbook"
    DASHBOARD = "dashboard"
    DEPLOYMENT = "deployment"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One place to look."""

    kind: LinkKind
    title: str
    url: str  # https


def is_safe_url(text: str) -> bool:
    """Say whether this is one https address, without a password and without a trick in it."""
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        return False
    if any(character in text for character in '"<>\\^`{|}'):
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # a port that is no number raises
    except ValueError:
        return False
    return parts.scheme == "https" and bool(host) and "@" not in parts.netloc
