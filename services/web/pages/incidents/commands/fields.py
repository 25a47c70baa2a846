"""Fields that several forms of an incident have."""

from typing import Final

from services.web.pages.incidents.commands.choices import ROLES
from services.web.pages.incidents.commands.form import Choices, Field, Kind


def reason(*, needed: bool = True, label: str = "Why", hint: str = "") -> Field:
    """Return the field that asks why."""
    return Field(name="reason", label=label, needed=needed, hint=hint)


def choice(name: str, label: str, choices: Choices, **more: object) -> Field:
    """Return a field with fixed answers."""
    return Field(name=name, label=label, kind=Kind.CHOICE, choices=choices, **more)  # type: ignore[arg-type]


ROLE: Final = choice("role", "Role", ROLES)
WHOM: Final = Field(name="responder_id", label="Who", kind=Kind.PERSON)
TO: Final = Field(name="to_responder_id", label="To", kind=Kind.PERSON)
FORCE: Final = Field(
    name="force", label="Also if they have another role already", kind=Kind.TICK, needed=False
)
