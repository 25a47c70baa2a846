"""Identity settings: what this process was set up with, as identity needs it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from events.log.database import Database
from events.log.store import Log
from services.identity.admins import Admins
from services.identity.oidc.asking import Asking
from services.identity.oidc.connections_file import ConnectionsWrong, connections_in
from services.identity.oidc.door import Door
from services.identity.oidc.provider import Provider
from services.identity.oidc.round_trips import Sealer
from services.identity.sessions import SessionLimits, SessionRows, Sessions
from services.settings import Settings


def sessions_of(log: Log, database: SessionRows, settings: Settings) -> Sessions:
    """Return the sessions as the settings limit them."""
    limits = SessionLimits(
        idle=timedelta(hours=settings.session_idle_hours),
        absolute=timedelta(days=settings.session_days),
    )
    return Sessions(log, database, limits)


def door_of(
    log: Log,
    database: Database,
    sessions: Sessions,
    settings: Settings,
    clock: Callable[[], datetime],
) -> Door | None:
    """Return the door of the identity providers, None where there are none.

    Raises: ConnectionsWrong.
    """
    connections = connections_in(settings.identity_file)
    if not connections:
        return None
    if settings.link_key is None:
        raise ConnectionsWrong(
            "Sign-in through a provider needs TOCSIN_LINK_KEY: set it to 32 characters or more, the"
            " same in every process."
        )
    return Door(
        log=log,
        database=database,
        sessions=sessions,
        admins=Admins(log, database),
        providers={
            name: Provider(connection, Asking(connection), clock)
            for name, connection in connections.items()
        },
        sealer=Sealer(settings.link_key),
        public_url=settings.public_url.rstrip("/"),
        clock=clock,
    )
