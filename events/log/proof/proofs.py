"""Inclusion and consistency proofs, made from the stored log."""

from collections.abc import Sequence

from events.log.proof.merkle import (
    CompactRange,
    Span,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
)
from events.log.proof.tree_heads import BLOCK, BLOCK_LEVEL, TreeHeads


class Prover:
    """Makes proofs for the trees of one request; what was read once is not read again.

    It reads the roots of whole blocks and the entries of the few blocks a proof goes through.
    Nothing here has to be trusted: whoever checks the proof holds it against a signed root.
    """

    def __init__(self, heads: TreeHeads) -> None:
        self._heads = heads
        self._blocks: list[bytes] = []
        self._leaves: dict[int, list[bytes]] = {}  # by block number
        self._known: dict[Span, bytes] = {}

    async def inclusion(self, position: int, size: int) -> list[bytes]:
        """Return the path that proves the event at a position to be among the first `size`.

        Raises: ValueError (it is not), LogUnavailable.
        """
        return await self._hashes(inclusion_spans(position - 1, size), size)

    async def consistency(self, first: int, second: int) -> list[bytes]:
        """Return the path that proves the tree of `first` events to begin that of `second`.

        Raises: ValueError (the sizes), LogUnavailable.
        """
        return await self._hashes(consistency_spans(first, second), second)

    async def _hashes(self, spans: Sequence[Span], size: int) -> list[bytes]:
        if len(self._blocks) < size // BLOCK:
            self._blocks = await self._heads.blocks(size)
        for span in spans:
            if span not in self._known:
                self._known[span] = await self._hash(*span)
        return [self._known[span] for span in spans]

    async def _hash(self, start: int, end: int) -> bytes:
        """Return the root over a span; one of a block or more begins where a block begins."""
        tree = CompactRange()
        number = start // BLOCK
        while end - start - tree.size >= BLOCK and number < len(self._blocks):
            tree.add(self._blocks[number], BLOCK_LEVEL)
            number += 1
        while tree.size < end - start:
            at = start + tree.size
            leaves = await self._leaves_of(at // BLOCK)
            part = leaves[at % BLOCK : at % BLOCK + end - at]
            if not part:
                raise ValueError(f"the log has no event at position {at + 1}")
            for leaf in part:
                tree.add(leaf)
        return tree.root()

    async def _leaves_of(self, number: int) -> list[bytes]:
        if number not in self._leaves:
            entries = await self._heads.entries(number * BLOCK, (number + 1) * BLOCK)
            self._leaves[number] = [leaf_hash(entry.hash) for entry in entries]
        return self._leaves[number]
