"""Refused commands: recorded before the caller is answered, without holding the answer up."""

import asyncio
from typing import Final

import structlog

from events.errors import CommandRejected, LogFault
from events.log.refusals import Refusals, RefusedCommand

KEEP_SECONDS: Final = 1.0  # for writing it down; then the caller is answered all the same

logs = structlog.get_logger(__name__)


class RefusedCommands:
    """Where the process puts refused commands; a lost one is counted and logged."""

    def __init__(self, refusals: Refusals, within: float = KEEP_SECONDS) -> None:
        self.kept = refusals
        self.within = within
        self.unrecorded = 0  # since the process started

    async def keep(self, refused: RefusedCommand) -> None:
        """Record it within a second, or log an error."""
        try:
            async with asyncio.timeout(self.within):
                await self.kept.record(refused)
        except (LogFault, CommandRejected, TimeoutError) as fault:
            self.unrecorded += 1
            logs.error(  # noqa: TRY400  the words are the evidence now, a traceback is none
                "refusal_unrecorded",
                command_id=str(refused.command_id),
                command=refused.command,
                target=refused.target,
                refusal=refused.refusal,
                principal=refused.metadata.principal,
                on_behalf_of=refused.metadata.on_behalf_of,
                reason=type(fault).__name__,
            )
