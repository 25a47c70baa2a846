"""Desk: everything that a SCIM request may touch, and who sent it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from events.log.database import Database
from events.log.store import Log
from services.access.dependencies import ReadDependencies
from services.identity.admins import Admins
from services.identity.directory.directory import Directory
from services.identity.directory.group_rules import DirectoryRules

AS: Final = "directory:scim"  # whichever key it uses today


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Desk: what the door stands on."""

    log: Log
    database: Database
    admins: Admins
    rules: DirectoryRules
    base: str  # address of the door
    clock: Callable[[], datetime]

    @property
    def reads(self) -> ReadDependencies:
        """Return what authentication reads."""
        return ReadDependencies(log=self.log, database=self.database, clock=self.clock)

    def directory(self, principal: str) -> Directory:
        """Return one request of the directory."""
        return Directory(
            log=self.log,
            database=self.database,
            admins=self.admins,
            principal=principal,
            via="scim",
            request_id=uuid4(),
            now=self.clock(),
            speaks_as=AS,
        )
