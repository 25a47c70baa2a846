"""Verification of an export: no network, no database, nothing believed but what is shown."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from events.log.proof.chain import ChainCheck, FaultKind
from events.log.proof.event_line import ExportedEvent
from events.log.proof.merkle import CompactRange, leaf_hash
from services.cli.audit.account import Account
from services.cli.audit.attached import Attached
from services.cli.audit.evidence import (
    Evidence,
    gathered,
    require_known,
    require_published,
    signed_claims,
)
from services.cli.audit.export_directory import Manifest, events_in, key_lines, read_manifest
from services.cli.audit.export_files import check_files
from services.cli.audit.finding import Finder
from services.cli.audit.proving import check_incident
from services.cli.audit.trusting import Claim

TOLD_EVERY = 5_000  # events

type Progress = Callable[[int, int], None]  # done, of all


def verified(
    directory: Path,
    *,
    key_file: Path | None = None,
    trusted: Path | None = None,
    receipts: Path | None = None,
    incident: str | None = None,
    progress: Progress = lambda _done, _of: None,
) -> Account:
    """Return the account of an export; `incident` names the one that it must hold.

    Raises: ExportUnusable.
    """
    manifest = read_manifest(directory)
    evidence = gathered(directory, key_file, trusted, receipts)
    account = Account(subject=incident or manifest.incident or "the whole log")
    attached = Attached()
    claims = signed_claims(directory, evidence.keys, account)
    account.keys_are_its_own = evidence.keys_are_the_exports
    if account.keys_are_its_own:
        account.notices.append(
            "The public keys are the export's own: get them from the operator by another way"
            " and name them with --key."
        )
    if manifest.kind == "log":
        finder = Finder(incident) if incident else None
        for event in _checked(directory, manifest, evidence, claims, account, progress):
            attached.see(event)
            if finder is not None:
                finder.see(event)
                account.belonging[event.stream] += 1
        if finder is not None:
            _judge_found(finder, account)
    else:
        check_incident(directory, manifest, evidence, claims, account, attached, incident)
    attached.check(directory, account)
    check_files(directory, manifest, account)
    if manifest.kind == "log":
        require_published(evidence.trusted, claims, account.events, account)
    if not evidence.keys_are_the_exports:
        require_known(key_lines(directory), evidence.keys, account)
    if manifest.events != account.events:
        account.fault(
            FaultKind.SIZE,
            f"the export was made of {manifest.events} events and holds {account.events}",
        )
    return account


def _judge_found(finder: Finder, account: Account) -> None:
    finder.judge(account)
    finder.require_signed(account)
    if finder.incident_id is None:
        account.fault(FaultKind.IDENTITY, f"no event declares {finder.asked}")
    account.belonging = Counter({one: account.belonging[one] for one in finder.streams})


def _checked(
    directory: Path,
    manifest: Manifest,
    evidence: Evidence,
    claims: list[Claim],
    account: Account,
    progress: Progress,
) -> Iterator[ExportedEvent]:
    """Check the whole log, and yield each event once it is checked."""
    chain = ChainCheck()
    signed = Roots(claims, FaultKind.ROOT, account)
    trusted = Roots(evidence.trusted, FaultKind.TRUSTED, account)
    tree = CompactRange()
    for event in events_in(directory, manifest):
        account.add(chain.faults_of(event))
        tree.add(leaf_hash(event.hash))
        if tree.size == signed.next_size:
            signed.check(tree)
        if tree.size == trusted.next_size:
            trusted.check(tree)
        if evidence.receipts:
            evidence.check_receipt(event, account)
        if not tree.size % TOLD_EVERY:
            progress(tree.size, manifest.events)
        yield event
    account.events, account.streams = chain.events, chain.streams
    account.signed, account.trusted = signed.good_size, len(evidence.trusted)
    signed.end(chain.events)
    trusted.end(chain.events)
    for position in evidence.receipts:
        account.fault(
            FaultKind.RECEIPT,
            f"position {position}: a receipt was given for it, and the log does not have it",
            position,
        )
    judge_the_unsigned(account)


def judge_the_unsigned(account: Account) -> None:
    """Tell how much of the log no signature covers."""
    if account.events and not account.checkpoints:
        account.fault(FaultKind.SIGNATURE, "nothing is signed, so anything may have been rewritten")
    elif account.signed < account.events:
        account.notices.append(
            f"The last {account.events - account.signed} events are under no good checkpoint:"
            " their chain was checked, no signature covers them."
        )


class Roots:
    """Claims about roots, held against the tree as it grows."""

    def __init__(self, claims: list[Claim], kind: FaultKind, account: Account) -> None:
        self._rest: Iterator[Claim] = iter(claims)
        self._next = next(self._rest, None)
        self._kind = kind
        self._account = account
        self._wrong = 0
        self.good_size = 0

    @property
    def next_size(self) -> int | None:
        """Return the size at which there is something to check."""
        return self._next.size if self._next else None

    def check(self, tree: CompactRange) -> None:
        """Hold every claim about this size against the tree."""
        root = tree.root()
        while self._next is not None and self._next.size == tree.size:
            if self._next.root == root:
                self.good_size = tree.size
            else:
                self._tell(self._next)
            self._next = next(self._rest, None)

    def end(self, size: int) -> None:
        """Report the claims about more events than there are."""
        missing = [] if self._next is None else [self._next, *self._rest]
        if missing:
            kind = FaultKind.SIZE if self._kind is FaultKind.ROOT else self._kind
            self._account.fault(
                kind, f"{missing[-1].source} covers {missing[-1].size} events, and there are {size}"
            )

    def _tell(self, claim: Claim) -> None:
        """Report a root that differs; after the first, every later one must differ as well."""
        self._wrong += 1
        if self._wrong == 1:
            self._account.fault(
                self._kind,
                f"events {self.good_size + 1} to {claim.size}: something was changed here, for"
                f" {claim.source} has another root",
            )
