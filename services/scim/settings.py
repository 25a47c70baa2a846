"""SCIM settings: the desk as this process was set up."""

from collections.abc import Callable
from datetime import datetime

from events.log.database import Database
from events.log.store import Log
from services.identity.admins import Admins
from services.identity.oidc.connections_file import directory_rules_in
from services.scim.application import PREFIX
from services.scim.desk import Desk
from services.settings import Settings


def desk_of(
    log: Log,
    database: Database,
    settings: Settings,
    clock: Callable[[], datetime],
) -> Desk:
    """Return what the door of the directory stands on.

    Raises: ConnectionsWrong.
    """
    return Desk(
        log=log,
        database=database,
        admins=Admins(log, database),
        rules=directory_rules_in(settings.identity_file),
        base=f"{settings.public_url.rstrip('/')}{PREFIX}",
        clock=clock,
    )
