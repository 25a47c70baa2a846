"""Command outcomes: carried out, with what proves it, or accepted to be carried out."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from events.log.recorded import AppendResult, CommandRecord
from workflows.messages import CommandAnswer

type Delivery = Literal["accepted", "deferred"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The command was carried out; the hash proves it against the log."""

    command_id: UUID
    stream: str
    version: int
    position: int
    hash: str | None  # None when it was already so
    replayed: bool  # the first answer again


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The command is in the inbox: it will be carried out, or refused."""

    command_id: UUID
    delivery: Delivery


type CommandOutcome = Done | Waiting


def done_by_log(
    command_id: UUID, kept: CommandRecord | AppendResult, *, replayed: bool = False
) -> Done:
    """Return the outcome of a command that the log has answered."""
    return Done(
        command_id=command_id,
        stream=kept.stream,
        version=kept.version,
        position=kept.last_position,
        hash=kept.hash.hex() if kept.hash else None,
        replayed=replayed,
    )


def done_by_workflow(answer: CommandAnswer) -> Done:
    """Return the outcome of a command that its workflow has answered."""
    return Done(
        command_id=answer.command_id,
        stream=answer.stream,
        version=answer.version,
        position=answer.position,
        hash=answer.hash,
        replayed=answer.duplicate,
    )
