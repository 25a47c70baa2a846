"""Notaries of a test, what they sign, and what the owner of the database does to it."""

from pathlib import Path

from events.log.postgres import PostgresLog
from events.log.proof.notary_looks import NotaryLooks
from events.log.proof.tree_heads import TreeHeads
from events.log.recorded import EventData
from services.notary.looking import Reporter
from services.notary.publishing import Publisher
from services.notary.signing import Notary
from tests.events.log.requests import append
from tests.servers import Database
from tests.services.cli.tampering import tamper

ORIGIN = "tocsin-test"
NOTHING = EventData(type="note.added", schema_version=1, payload=b"")


def notary(heads: TreeHeads, folder: Path, webhook: str | None = None) -> Notary:
    """Return a notary as it starts: nothing in its memory."""
    out = Publisher(folder / "checkpoints", webhook)
    return Notary(heads, folder / "notary-keys", ORIGIN, out)


def reporter(one: Notary, looks: NotaryLooks, folder: Path) -> Reporter:
    """Return who tells what a notary finds."""
    return Reporter(one, looks, Publisher(folder / "checkpoints", None))


async def write(log: PostgresLog, events: int) -> None:
    """Append so many events."""
    for start in range(0, events, 500):
        await log.append(append("notes-1", *(NOTHING,) * min(500, events - start)))


async def as_owner(database: Database, *statements: str) -> None:
    """Do it with every right over the database."""
    await tamper(database, *statements)
