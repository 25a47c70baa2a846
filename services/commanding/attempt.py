"""Attempt: what a request tries to do, so that the audit trail can say it when it is refused."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(slots=True, kw_only=True)
class Attempt:
    """A command on its way, as far as it is known yet."""

    command_id: UUID
    command: str | None = None
    stream: str | None = None

    def becomes(self, command: object, stream: str) -> None:
        """Remember what the request has become, and the stream it is for."""
        self.command = name_of(command)
        self.stream = stream


def name_of(command: object) -> str:
    """Return a command's name as the audit trail has it: resolve_incident."""
    return command_name(type(command))


def command_name(command: type) -> str:
    """Return the name of a command's class, as programs have it."""
    return _WORD.sub("_", command.__name__).lower()
