"""Log check: what the server gives, held against what the notary published; needs no export."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from events.log.proof.chain import ChainCheck, FaultKind
from events.log.proof.checkpoint_note import NoteInvalid, VerifierKey
from events.log.proof.event_line import ExportedEvent
from events.log.proof.merkle import CompactRange, leaf_hash
from services.cli.audit.account import Account
from services.cli.audit.attached import Attached, stored_faults
from services.cli.audit.evidence import claims_of, require_known, require_published
from services.cli.audit.export_directory import (
    KEYS,
    CheckpointLine,
    ExportUnusable,
    event_of,
    keys_in,
)
from services.cli.audit.trusting import trusted_claims
from services.cli.audit.verifying import Roots, judge_the_unsigned
from services.cli.remote import Remote

PAGE = 2_000  # events in a request
REWRITTEN = "rewritten"  # the notary's word, beside what it publishes

type Progress = Callable[[int, int], None]  # done, of all


class Head(msgspec.Struct, frozen=True):
    """A signed head, as the server shows it."""

    size: int
    note: str


class HeadPage(msgspec.Struct, frozen=True):
    """A part of the signed heads."""

    heads: list[Head]
    next_after: str | None


class LogEnd(msgspec.Struct, frozen=True):
    """Where the log ends, and who is said to have signed it."""

    position: int
    keys: list[str]
    head: Head | None


def audited(
    remote: Remote,
    published: Path | None = None,
    key_file: Path | None = None,
    progress: Progress = lambda _done, _of: None,
) -> Account:
    """Return the account of the whole log: its chain, its checkpoints, and what was published.

    `published` is a directory of the notary's, or what somebody has kept of it.
    Raises: Problem, ExportUnusable (a directory, a key file or an answer that cannot be used).
    """
    account = Account(subject="the log")
    # First what was published: the notary signs on meanwhile, and never what is not in the log.
    trusted = trusted_claims(published) if published else []
    told_rewritten(published, account)
    end = answered(remote.get("/v1/audit/log"), LogEnd)
    lines = list(heads(remote, end.head.size if end.head else 0))
    if key_file is None and published is not None and (published / KEYS).exists():
        key_file = published / KEYS
    keys = keys_in(key_file) if key_file else keys_of(end)
    account.keys_are_its_own = key_file is None
    if account.keys_are_its_own:
        account.notices.append(
            "The public keys are the server's own: name those of the notary with --key."
        )
    require_known(end.keys, keys, account)
    claims = claims_of(lines, keys, account)
    roots = Roots(claims, FaultKind.ROOT, account), Roots(trusted, FaultKind.TRUSTED, account)
    attached = Attached()
    read_whole(events(remote, end.position, progress), roots, attached, account)
    account.add(stored_faults(remote, attached))
    account.signed, account.trusted = roots[0].good_size, len(trusted)
    require_published(trusted, claims, account.events, account)
    judge_the_unsigned(account)
    return account


def read_whole(
    log: Iterator[ExportedEvent], roots: tuple[Roots, ...], attached: Attached, account: Account
) -> None:
    """Check every event of the log, and every root on the way."""
    chain, tree = ChainCheck(), CompactRange()
    for event in log:
        account.add(chain.faults_of(event))
        attached.see(event)
        tree.add(leaf_hash(event.hash))
        for one in roots:
            if tree.size == one.next_size:
                one.check(tree)
    account.events, account.streams = chain.events, chain.streams
    for one in roots:
        one.end(chain.events)


def events(remote: Remote, end: int, progress: Progress) -> Iterator[ExportedEvent]:
    """Yield every event up to a position, byte for byte as it is stored."""
    for after in range(0, end, PAGE):
        text = remote.get("/v1/audit/events", after=after, limit=min(PAGE, end - after))
        for line in answered(text, str).encode().splitlines(keepends=True):
            yield event_of(line)
        progress(min(after + PAGE, end), end)


def heads(remote: Remote, size: int) -> Iterator[CheckpointLine]:
    """Yield every head up to a size, the smallest first."""
    after: str | None = "0"
    while after is not None:
        page = answered(remote.get("/v1/audit/heads", after=after), HeadPage)
        for head in page.heads:
            if head.size <= size:
                yield CheckpointLine(size=head.size, note=head.note)
        after = page.next_after


def keys_of(end: LogEnd) -> list[VerifierKey]:
    """Return the keys that the server names; one that is none is nobody's."""
    found = []
    for text in end.keys:
        with suppress(NoteInvalid):
            found.append(VerifierKey.read(text))
    return found


def told_rewritten(published: Path | None, account: Account) -> None:
    """Take the notary's own word that the log is not what it signed."""
    if published is not None and (published / REWRITTEN).is_file():
        note = (published / REWRITTEN).read_text("utf-8", errors="replace").strip()
        account.fault(FaultKind.TRUSTED, f"the notary left word: {note}")


def answered[Shape](answer: object, shape: type[Shape]) -> Shape:
    """Return an answer of the server in its shape.

    Raises: ExportUnusable (whoever answered there is no Tocsin).
    """
    try:
        return msgspec.convert(answer, shape, strict=False)  # positions are text on the wire
    except msgspec.ValidationError as fault:
        raise ExportUnusable(f"The server's answer is not one of a Tocsin: {fault}") from fault
