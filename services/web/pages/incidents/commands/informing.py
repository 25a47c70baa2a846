"""Informing command: a status update to everybody inside who asked for them."""

from typing import Final

from services.web.calls import Document
from services.web.pages.incidents.commands.choices import is_open
from services.web.pages.incidents.commands.form import Command, Field, Kind


def before(incident: Document, name: str) -> str | None:
    """Return what the last update said: most of it is still true."""
    said = incident["status_update"]
    return str(said[name]) if said else None


UPDATE_FIELDS: Final = (
    Field(name="impact", label="What people feel", now=lambda one: before(one, "impact")),
    Field(
        name="current_actions",
        label="What is being done",
        now=lambda one: before(one, "current_actions"),
    ),
    Field(
        name="next_update_at",
        label="When the next update comes",
        kind=Kind.TIME,
        needed=False,
        hint="Left empty, it follows from the severity.",
    ),
)
INFORMING: Final = (
    Command(
        noun="update",
        button="Post update",
        words="It goes to everybody inside who subscribed to the service or to the severity.",
        fields=UPDATE_FIELDS,
        api="status-updates",
        key="u",
        when=is_open,
        kind="accent",
    ),
)
