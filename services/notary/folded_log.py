"""Merkle tree of the notary: folded from the log's hashes, and the log read again.

Nothing here was read from what the notary stored in the database: not the frontier, not a block.
"""

from collections.abc import Iterable
from typing import Self

from events.log.proof.chain import event_id
from events.log.proof.merkle import CompactRange, leaf_hash
from events.log.proof.tree_heads import BLOCK, BLOCK_LEVEL, Entry, TreeHeads
from services.notary.refusals import LogRewritten, LogRolledBack

PAGE = 16 * BLOCK  # events in one read
BLOCKS_AGAIN = 8  # blocks that are read again at each look, one after the other, for ever


class FoldedLog:
    """The tree over the log's first events, and the roots of its whole blocks."""

    def __init__(self, tree: CompactRange, blocks: list[bytes], again: int = 0) -> None:
        self.tree = tree
        self.blocks = blocks
        self.misnamed: int | None = None  # the first event whose id is not its command's
        self._again = again  # the block to read again next

    @classmethod
    def empty(cls) -> Self:
        """Return the tree over nothing."""
        return cls(CompactRange(), [])

    def grown(self, entries: Iterable[Entry]) -> Self:
        """Return the tree with entries behind its last; this one stays as it is.

        Raises: LogRewritten (a position is missing).
        """
        after = type(self)(self.tree.copy(), self.blocks.copy(), self._again)
        after.misnamed = self.misnamed
        after.add(entries)
        return after

    def add(self, entries: Iterable[Entry]) -> None:
        """Grow by entries. Raises: LogRewritten (a position is missing)."""
        for entry in entries:
            if entry.position != self.tree.size + 1:
                raise LogRewritten(f"position {self.tree.size + 1} is missing")
            completed = self.tree.add(leaf_hash(entry.hash))
            if len(completed) > BLOCK_LEVEL:
                self.blocks.append(completed[BLOCK_LEVEL])
            named = entry.event_id == event_id(entry.command_id, entry.ordinal)
            if not named and self.misnamed is None:
                self.misnamed = entry.position

    async def read_to(self, size: int, heads: TreeHeads) -> None:
        """Grow to a size from the log's own hashes.

        Raises: LogRolledBack (it ends before), LogRewritten, LogUnavailable.
        """
        while self.tree.size < size:
            start = self.tree.size
            entries = await heads.entries(start, min(start + PAGE, size))
            self.add(entries)
            if self.tree.size == start:
                last = await heads.last_position()
                if last > start:
                    raise LogRewritten(f"position {start + 1} is missing")
                raise LogRolledBack(f"{size} events were signed, and the log ends at {last}")

    async def read_again(self, heads: TreeHeads) -> None:
        """Hold the log against this tree: what follows the last whole block, and a few blocks.

        Raises: LogRolledBack, LogRewritten, LogUnavailable.
        """
        size, whole = self.tree.size, len(self.blocks)
        if (last := await heads.last_position()) < size:
            raise LogRolledBack(f"{size} events were signed, and the log ends at {last}")
        tail = await heads.entries(whole * BLOCK, size)
        require_nodes(whole * BLOCK, tail, self.tree.nodes[whole.bit_count() :])
        if whole:
            first = self._again % whole
            self._again = min(first + BLOCKS_AGAIN, whole)
            entries = await heads.entries(first * BLOCK, self._again * BLOCK)
            for number in range(first, self._again):
                part = entries[(number - first) * BLOCK : (number - first + 1) * BLOCK]
                require_nodes(number * BLOCK, part, (self.blocks[number],))


def require_nodes(start: int, entries: list[Entry], nodes: tuple[bytes, ...]) -> None:
    """Hold entries of the log against what was folded of them before.

    Raises: LogRewritten.
    """
    part = CompactRange()
    for entry in entries:
        part.add(leaf_hash(entry.hash))
    if part.nodes != nodes:
        end = start + len(entries)
        raise LogRewritten(f"something was changed in the events from {start + 1} to {end}")
