"""Real dependencies: what a process of ours works with, all of it on one PostgreSQL."""

from events.log.intake.arrivals import PostgresArrivals
from events.log.intake.dead_letters import PostgresDeadLetters
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from events.log.refusals import PostgresRefusals
from services.api.dependencies import Dependencies
from services.commanding.refused import RefusedCommands
from services.identity.settings import sessions_of
from services.settings import Settings
from services.temporal.gateway import TemporalGateway
from tests.keys import keyring

NOWHERE = "127.0.0.1:1"  # nobody listens there


def dependencies_on(
    log: PostgresLog,
    temporal: str = NOWHERE,
    namespace: str = "default",
    settings: Settings | None = None,
) -> Dependencies:
    """Dependencies on the database of this log, and on the Temporal server at this address."""
    config = settings or Settings()
    return Dependencies(
        log=log,
        database=log.database,
        inbox=PostgresInbox(log.database),
        refused=RefusedCommands(PostgresRefusals(log.database)),
        arrivals=PostgresArrivals(log.database, keyring()),
        dead_letters=PostgresDeadLetters(log.database, keyring()),
        temporal=TemporalGateway(temporal, namespace),
        settings=config,
        sessions=sessions_of(log, log.database, config),
    )
