"""Notary loop: sign, and report what stands in the way of it."""

import asyncio
from datetime import UTC, datetime
from time import monotonic

import structlog

from events.errors import LogFault
from events.log.proof.notary_looks import NotaryFinding, NotaryLooks, Trouble
from events.log.proof.tree_heads import TreeHead
from services.notary.key_file import KeyFileUnusable
from services.notary.publishing import Publisher
from services.notary.refusals import RecordUnusable, SigningRefused
from services.notary.signing import EVERY_EVENTS, Notary

EVERY_SECONDS = 1.0
FAULT_PAUSE_SECONDS = 5.0
WORD_SECONDS = 5.0  # between two records that nothing has changed

# What anybody may read in health; the notary's own log has the rest.
WORDS = {
    Trouble.KEYS: "its key file cannot be used: see the notary's log",
    Trouble.DISK: "it cannot write what it signs: see the notary's log",
}

logs = structlog.get_logger(__name__)


class Reporter:
    """Reports findings: in the database, beside the keys, and beside the checkpoints."""

    def __init__(self, notary: Notary, looks: NotaryLooks, out: Publisher) -> None:
        self._record = notary.record
        self._looks = looks
        self._out = out
        self._newest: NotaryFinding | None = None
        self._written_at = float("-inf")

    async def tell(self, trouble: Trouble | None, reason: str = "") -> None:
        """Say how a look ended. A rewritten log stays said until a person takes the file away."""
        finding = None if trouble is None else self._since(trouble, WORDS.get(trouble, reason))
        if trouble in (Trouble.REWRITTEN, Trouble.ROLLED_BACK) and finding is not None:
            await self._keep(finding)
        finding = finding or await self._unseen()
        if finding != self._newest or monotonic() - self._written_at >= WORD_SECONDS:
            await self._say(finding)

    async def go_on(self) -> None:
        """Say that the notary is at work on a look that takes its time, and nothing else is new."""
        await self._say(self._newest or await self._unseen())

    async def _say(self, finding: NotaryFinding | None) -> None:
        try:
            await self._looks.looked(finding)
        except LogFault as fault:
            logs.warning("look_not_recorded", reason=type(fault).__name__)
        else:
            self._newest, self._written_at = finding, monotonic()

    def _since(self, trouble: Trouble, reason: str) -> NotaryFinding:
        same = self._newest is not None and self._newest.trouble == trouble
        since = self._newest.since if same and self._newest else datetime.now(UTC)
        return NotaryFinding(trouble=trouble.value, since=since, reason=reason)

    async def _keep(self, finding: NotaryFinding) -> None:
        sentence = f"{finding.since:%Y-%m-%dT%H:%M:%SZ} {finding.trouble}: {finding.reason}"
        try:
            await asyncio.to_thread(self._record.rewritten, finding)
            await asyncio.to_thread(self._out.say_rewritten, sentence)
        except OSError as fault:
            logs.warning("rewritten_not_kept", reason=type(fault).__name__)

    async def _unseen(self) -> NotaryFinding | None:
        try:
            return await asyncio.to_thread(self._record.unseen)
        except RecordUnusable as unusable:
            return self._since(Trouble.RECORD, str(unusable))


async def sign_forever(
    notary: Notary,
    reporter: Reporter,
    *,
    every: float = EVERY_SECONDS,
    after_fault: float = FAULT_PAUSE_SECONDS,
) -> None:
    """Sign each second, and at once while a thousand events or more are waiting."""
    signed_before = 0
    while True:
        pause = every
        try:
            head = await look(notary, reporter)
        except (SigningRefused, KeyFileUnusable, LogFault, OSError) as fault:
            await report(fault, reporter)
            pause = after_fault
        else:
            await reporter.tell(*notary.noticed)
            if head is not None:
                logs.info("checkpoint_signed", size=head.size, root=head.root.hex())
                pause = 0.0 if head.size - signed_before >= EVERY_EVENTS else every
                signed_before = head.size
        await asyncio.sleep(pause)


async def look(
    notary: Notary, reporter: Reporter, word_every: float = WORD_SECONDS
) -> TreeHead | None:
    """Sign once. The first look reads the whole log, so that it is heard of before its end.

    Raises: what signing raises.
    """
    signing = asyncio.create_task(notary.sign_new())
    try:
        while not (await asyncio.wait({signing}, timeout=word_every))[0]:
            await reporter.go_on()
    finally:
        signing.cancel()  # without effect on one that is done
    return await signing


async def report(fault: Exception, reporter: Reporter) -> None:
    """Log why nothing was signed, and tell it unless it is only that PostgreSQL is away."""
    match fault:
        case SigningRefused():
            logs.error(fault.trouble.value, reason=str(fault))
            await reporter.tell(fault.trouble, str(fault))
        case KeyFileUnusable():
            logs.error("key_file_unusable", reason=str(fault))
            await reporter.tell(Trouble.KEYS)
        case OSError():
            logs.error("notary_waits", reason=f"{type(fault).__name__}: {fault.strerror}")
            await reporter.tell(Trouble.DISK)
        case _:
            logs.warning("notary_waits", reason=type(fault).__name__)
