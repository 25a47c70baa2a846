"""Alert facts: what routing rules know of an alert, under the names that they use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

PLAIN: Final = (
    "title",
    "severity",
    "dedup_key",
    "source",
    "source_url",
    "integration",
    "service",
)
WITHIN: Final = ("labels", "annotations")
FIELD: Final = rf"(?:{'|'.join(PLAIN)}|(?:{'|'.join(WITHIN)})\.[^\s{{}}]+)"

_NAMED: Final = re.compile(rf"\{{({FIELD})\}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFacts:
    """What a sender says of one alert, before any rule had a word."""

    title: str
    severity: str = ""  # SEV1 to SEV4; empty: the sender names none
    dedup_key: str = ""
    source: str = ""  # the kind of sender, as in its URL: alertmanager
    source_url: str = ""
    integration: str = ""  # its id
    service: str = ""  # the integration's
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    def text_of(self, name: str) -> str | None:
        """Return what a field says; None for a label that the alert does not have."""
        place, _, key = name.partition(".")
        if place in WITHIN:
            found: str | None = getattr(self, place).get(key)
            return found
        text: str = getattr(self, name)
        return text or None

    def members(self) -> dict[str, Any]:
        """Return everything by its name, for an expression."""
        named: dict[str, Any] = {name: getattr(self, name) for name in PLAIN}
        return named | {name: dict(getattr(self, name)) for name in WITHIN}


def is_field(name: str) -> bool:
    """Return whether a name is that of a field."""
    return re.fullmatch(FIELD, name) is not None


def filled(template: str, facts: AlertFacts) -> str:
    """Return a text with each `{field}` replaced by what the alert says; nothing, by nothing.

    What the alert says is not looked at again: a label cannot name another field.
    """
    return _NAMED.sub(lambda found: facts.text_of(found[1]) or "", template)
