"""Opsgenie paths: where its senders look for the alert API, and Jira's for the same one."""

from typing import Final

from services.api.intake.key_place import key_in_header

# Source: Opsgenie, "Alert API"; Jira Service Management, "Integration events".
BASES: Final = ("/v2/alerts", "/jsm/ops/integration/v2/alerts")
KEY: Final = key_in_header("Authorization", "GenieKey")


def below_each(path: str = "") -> tuple[str, ...]:
    """Return this path below each of the bases."""
    return tuple(f"{base}{path}" for base in BASES)
