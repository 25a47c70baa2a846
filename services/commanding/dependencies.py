"""Dependencies of commands: the inbox, Temporal and the record of refusals."""

from dataclasses import dataclass

from events.log.queues.inbox import Inbox
from services.access.dependencies import ReadDependencies
from services.commanding.refused import RefusedCommands
from services.temporal.gateway import TemporalGateway


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandDependencies(ReadDependencies):
    """Everything that a command may touch outside of the process."""

    inbox: Inbox
    temporal: TemporalGateway
    refused: RefusedCommands
