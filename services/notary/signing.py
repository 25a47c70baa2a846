"""Signing: folds the new events of the log into the tree and signs the result."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import structlog

from events.log.proof.checkpoint_note import (
    Checkpoint,
    NoteInvalid,
    SignerKey,
    VerifierKey,
    opened,
    read_checkpoint,
    signed,
)
from events.log.proof.merkle import CompactRange
from events.log.proof.notary_looks import Trouble
from events.log.proof.tree_heads import TreeHead, TreeHeads
from services.notary.folded_log import FoldedLog
from services.notary.key_file import (
    KeyFileMissing,
    kept_keys,
    make_first_key,
    own_verifiers,
    rotation_notes,
)
from services.notary.publishing import Publisher
from services.notary.record import NotaryRecord
from services.notary.refusals import LogRewritten, LogRolledBack, RecordUnusable

EVERY_EVENTS = 1_000

logs = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The notary's own keys: what signs, and what has signed."""

    signers: list[SignerKey] = field(repr=False)
    verifiers: list[VerifierKey]
    origin: str  # the log's name

    def own(self, note: str, source: str) -> Checkpoint:
        """Return what a note says that one of these keys has signed.

        Raises: NoteInvalid.
        """
        try:
            checkpoint = read_checkpoint(opened(note, self.verifiers)[0])
        except NoteInvalid as fault:
            raise NoteInvalid(f"{source} is not of this notary's keys: {fault}") from fault
        if checkpoint.origin != self.origin:
            raise NoteInvalid(f"{source} is of another log, {checkpoint.origin}")
        return checkpoint


class Notary:
    """Signs the log, and refuses to sign one that contradicts what it has signed.

    What it believes of the past are notes that its own keys have signed, kept on its own disk and
    where it publishes; what lies in the database is held against them.
    """

    def __init__(self, heads: TreeHeads, keys: Path, origin: str | None, out: Publisher) -> None:
        self._heads = heads
        self._key_file = keys
        self._origin = origin
        self._out = out
        self.record = NotaryRecord(keys)
        self._folded: FoldedLog | None = None  # None: the log was not read yet
        self._last: TreeHead | None = None  # signed, and stored
        self._published: TreeHead | None = None

    async def sign_new(self) -> TreeHead | None:
        """Sign once if there is something new, and return the head.

        Raises: LogRewritten, LogRolledBack, RecordUnusable, KeyFileUnusable, LogFault, OSError.
        """
        keys = await self._keyring()
        newest = await self._heads.newest()
        if self._folded is None or not self._is_last(newest, keys):
            self._folded, self._last = await self._resumed(newest, keys)
        await self._publish(keys)
        size = self._folded.tree.size
        entries = await self._heads.entries(size, size + EVERY_EVENTS)
        if len(entries) < EVERY_EVENTS:  # with more waiting, reading again can wait
            await self._folded.read_again(self._heads)
        if not entries:
            await self._require_no_hole(size)
            return None
        return await self._sign(self._folded.grown(entries), keys)

    @property
    def noticed(self) -> tuple[Trouble | None, str]:
        """Return what is wrong with the log though it is signed: nothing of it was changed."""
        misnamed = self._folded.misnamed if self._folded else None
        if misnamed is None:
            return None, ""
        return Trouble.EVENT_ID, f"position {misnamed}: not the id its command makes"

    async def _sign(self, grown: FoldedLog, keys: Keyring) -> TreeHead:
        checkpoint = Checkpoint(origin=keys.origin, size=grown.tree.size, root=grown.tree.root())
        head = TreeHead(
            size=checkpoint.size,
            root=checkpoint.root,
            frontier=grown.tree.nodes,
            note=signed(checkpoint, keys.signers[-1]),
            created_at=datetime.now(UTC),
        )
        before = len(self._folded.blocks) if self._folded else 0
        blocks = list(enumerate(grown.blocks))[before:]
        # The database first: its commit is what makes sure that the events outlive a crash.
        await self._heads.keep(head, blocks, keys.signers[-1].verifier.text)
        self._folded, self._last = grown, head
        await self._publish(keys)
        return head

    async def _publish(self, keys: Keyring) -> None:
        """Record and publish the last head; until that went well it is tried again."""
        head = self._last
        if head is None or head is self._published:
            return
        verifiers = [key.text for key in keys.verifiers]
        await asyncio.to_thread(self.record.signed, head.note)
        rotations = await asyncio.to_thread(rotation_notes, self._key_file)
        await asyncio.to_thread(self._out.write, head, verifiers, rotations)
        await self._out.post(head.note)
        self._published = head

    async def _keyring(self) -> Keyring:
        """Return the keys; the first one is made for a log that was certainly never signed.

        Raises: KeyFileMissing, KeyFileUnusable, RecordUnusable, LogUnavailable, OSError.
        """
        try:
            signers = await asyncio.to_thread(kept_keys, self._key_file)
        except KeyFileMissing as missing:
            if await self._was_signed_before():
                raise KeyFileMissing(
                    f"{missing}, and this log was signed before: put the file back from a"
                    " backup, or read docs/keys.md when it is lost for good"
                ) from None
            signers = await asyncio.to_thread(make_first_key, self._key_file, self._origin)
            logs.info("first_key_made", key=signers[0].verifier.text)
        verifiers = await asyncio.to_thread(own_verifiers, self._key_file, signers)
        origin = self._origin or verifiers[0].name
        return Keyring(signers=signers, verifiers=verifiers, origin=origin)

    async def _was_signed_before(self) -> bool:
        kept = await asyncio.to_thread(self.record.newest)
        published = await asyncio.to_thread(self._out.newest)
        stored = await self._heads.newest() or await self._heads.keys()
        return bool(kept or published or stored or self._last)

    def _is_last(self, newest: TreeHead | None, keys: Keyring) -> bool:
        """Say whether the database's newest head is, to the last byte, the last one signed here."""
        last = self._last
        if newest is None or last is None:
            return newest is last
        if (newest.size, newest.root, newest.frontier, newest.note) != (
            last.size,
            last.root,
            last.frontier,
            last.note,
        ):
            return False
        try:
            keys.own(last.note, "the last checkpoint")
        except NoteInvalid:  # the keys are others than a moment ago
            return False
        return True

    async def _resumed(
        self, newest: TreeHead | None, keys: Keyring
    ) -> tuple[FoldedLog, TreeHead | None]:
        """Read the whole log, and hold it against every newest note that there is of it.

        Raises: LogRewritten, LogRolledBack, RecordUnusable, LogUnavailable.
        """
        notes = await self._own_notes(keys)
        for checkpoint, source in notes:
            await self._require_stored(checkpoint, source, newest)
        if newest is not None:
            notes.append((stored_checkpoint(newest, keys), "the newest head in the database"))
        folded = FoldedLog.empty()
        for checkpoint, source in sorted(notes, key=lambda pair: pair[0].size):
            await folded.read_to(checkpoint.size, self._heads)
            if folded.tree.root() != checkpoint.root:
                raise LogRewritten(
                    f"the first {checkpoint.size} events are not those that were signed: {source}"
                    " has another root"
                )
        if newest is None or newest.size == folded.tree.size:
            return folded, newest
        return folded, await self._heads.at(folded.tree.size)

    async def _own_notes(self, keys: Keyring) -> list[tuple[Checkpoint, str]]:
        """Return what was signed last, as the notary's disk, its directory and its memory say.

        Raises: RecordUnusable.
        """
        found = [
            (await asyncio.to_thread(self.record.newest), "the notary's record"),
            (await asyncio.to_thread(self._out.newest), "the newest published checkpoint"),
            (self._last.note if self._last else None, "the last checkpoint"),
        ]
        try:
            return [(keys.own(note, source), source) for note, source in found if note is not None]
        except NoteInvalid as fault:
            raise RecordUnusable(str(fault)) from fault

    async def _require_stored(
        self, checkpoint: Checkpoint, source: str, newest: TreeHead | None
    ) -> None:
        """Hold the database's heads against a note; it is written first, so it is never behind."""
        known = await self._heads.at(checkpoint.size)
        if known is not None and known.root == checkpoint.root:
            return
        where = "another root" if known else "no head"
        words = (
            f"{source} is of {checkpoint.size} events, and the database, whose newest head has"
            f" {newest.size if newest else 0}, has {where} for it"
        )
        last = await self._heads.last_position()
        if last < checkpoint.size:
            raise LogRolledBack(f"{words}; the log ends at {last}")
        raise LogRewritten(words)

    async def _require_no_hole(self, size: int) -> None:
        last = await self._heads.last_position()
        if last > size + EVERY_EVENTS:
            raise LogRewritten(f"the positions after {size} are missing")


def stored_checkpoint(head: TreeHead, keys: Keyring) -> Checkpoint:
    """Return what a stored head says, once it is clear that this notary has signed it.

    Raises: LogRewritten.
    """
    try:
        checkpoint = keys.own(head.note, f"the head of {head.size} events")
    except NoteInvalid as fault:
        raise LogRewritten(str(fault)) from fault
    frontier_is_whole = len(head.frontier) == head.size.bit_count()
    if (head.size, head.root) != (checkpoint.size, checkpoint.root) or (
        not frontier_is_whole or CompactRange(head.size, head.frontier).root() != checkpoint.root
    ):
        raise LogRewritten(
            f"the head of {head.size} events says something else than what was signed"
        )
    return checkpoint
