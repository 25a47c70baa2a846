"""Folds what is new in the log into the tree and signs the result."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import structlog

from events.errors import LogFault
from events.log.checkpoint_note import Checkpoint, NoteInvalid, read_checkpoint, signed
from events.log.merkle import CompactRange, leaf_hash
from events.log.tree_heads import BLOCK, BLOCK_LEVEL, TreeHead, TreeHeads
from services.notary.key_file import KeyFileUnusable, kept_keys
from services.notary.publishing import Publisher

EVERY_EVENTS = 1_000
EVERY_SECONDS = 1.0
FAULT_PAUSE_SECONDS = 5.0

logs = structlog.get_logger(__name__)


class LogRewritten(Exception):
    """The log is not the one that was signed before, so nothing more is signed."""


class Notary:
    """Signs the log, and refuses to sign one that contradicts what it has signed."""

    def __init__(self, heads: TreeHeads, keys: Path, origin: str | None, out: Publisher) -> None:
        self._heads = heads
        self._key_file = keys
        self._origin = origin
        self._out = out
        self._last: TreeHead | None = None  # seen here, and published

    async def sign_new(self) -> TreeHead | None:
        """Sign once if there is something new, and return the head.

        Raises: LogRewritten, KeyFileUnusable, LogFault, OSError.
        """
        newest = await self._heads.newest()
        if newest is None or self._last is None or newest.note != self._last.note:
            await self._require_same_log(newest)
            if newest is not None:
                await self._publish(newest)
        size = newest.size if newest else 0
        entries = await self._heads.entries(size, size + EVERY_EVENTS)
        if not entries:
            await self._require_no_hole(size)
            return None
        tree = CompactRange(size, newest.frontier if newest else ())
        blocks: list[tuple[int, bytes]] = []
        for entry in entries:
            if entry.position != tree.size + 1:
                raise LogRewritten(f"position {tree.size + 1} is missing")
            completed = tree.add(leaf_hash(entry.hash))
            if len(completed) > BLOCK_LEVEL:
                blocks.append((tree.size // BLOCK - 1, completed[BLOCK_LEVEL]))
        return await self._sign(tree, blocks)

    async def _sign(self, tree: CompactRange, blocks: list[tuple[int, bytes]]) -> TreeHead:
        keys = await asyncio.to_thread(kept_keys, self._key_file, self._origin)
        checkpoint = Checkpoint(
            origin=self._origin or keys[0].name, size=tree.size, root=tree.root()
        )
        head = TreeHead(
            size=tree.size,
            root=checkpoint.root,
            frontier=tree.nodes,
            note=signed(checkpoint, keys[-1]),
            created_at=datetime.now(UTC),
        )
        await self._heads.keep(head, blocks, keys[-1].verifier.text)
        await self._publish(head)
        return head

    async def _publish(self, head: TreeHead) -> None:
        """Publish a head that is stored; until that went well it is tried again."""
        await asyncio.to_thread(self._out.write, head, await self._heads.keys())
        await self._out.post(head.note)
        self._last = head

    async def _require_no_hole(self, size: int) -> None:
        last = await self._heads.last_position()
        if last < size:
            raise LogRewritten(f"{size} events were signed and the log ends at {last}")
        if last > size + EVERY_EVENTS:
            raise LogRewritten(f"the positions after {size} are missing")

    async def _require_same_log(self, newest: TreeHead | None) -> None:
        """Hold the database against what was published last.

        The database is written first, so it is never behind unless it was put back.
        """
        try:
            published = await asyncio.to_thread(self._out.newest)
        except NoteInvalid as fault:
            raise LogRewritten(f"the newest published checkpoint cannot be read: {fault}") from None
        if published is None and self._last is not None:
            published = read_checkpoint(self._last.note)
        if published is None:
            return
        known = await self._heads.at(published.size)
        if known is None or known.root != published.root:
            where = "another root" if known else "no head"
            end = newest.size if newest else 0
            raise LogRewritten(
                f"the checkpoint of {published.size} events was published, and the database, whose"
                f" newest head has {end}, has {where} for it"
            )


async def notarise_for_ever(notary: Notary) -> None:
    """Sign each second, and at once while a thousand events or more are waiting."""
    signed_before = 0
    while True:
        pause = EVERY_SECONDS
        try:
            head = await notary.sign_new()
        except LogRewritten as rewritten:
            logs.error("log_rewritten", reason=str(rewritten))  # noqa: TRY400  no defect of ours
            pause = FAULT_PAUSE_SECONDS
        except KeyFileUnusable as unusable:
            logs.error("key_file_unusable", reason=str(unusable))  # noqa: TRY400  as above
            pause = FAULT_PAUSE_SECONDS
        except (LogFault, OSError) as fault:
            logs.warning("notary_waits", reason=type(fault).__name__)
            pause = FAULT_PAUSE_SECONDS
        else:
            if head is not None:
                logs.info("checkpoint_signed", size=head.size, root=head.root.hex())
                pause = 0.0 if head.size - signed_before >= EVERY_EVENTS else EVERY_SECONDS
                signed_before = head.size
        await asyncio.sleep(pause)
