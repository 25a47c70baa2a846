"""Evidence: what an export is held against: public keys, receipts, and earlier copies."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from events.log.proof.chain import FaultKind
from events.log.proof.checkpoint_note import (
    Checkpoint,
    NoteInvalid,
    VerifierKey,
    opened,
    read_checkpoint,
)
from events.log.proof.event_line import ExportedEvent
from services.cli.audit.account import Account
from services.cli.audit.export_directory import (
    CHECKPOINTS,
    KEYS,
    CheckpointLine,
    ExportUnusable,
    ReceiptLine,
    keys_in,
    lines_in,
)
from services.cli.audit.trusting import Claim, trusted_claims


@dataclass(slots=True, kw_only=True)
class Evidence:
    """Everything that does not come from the events themselves."""

    keys: list[VerifierKey]
    keys_are_the_exports: bool
    trusted: list[Claim] = field(default_factory=list)
    receipts: dict[int, bytes] = field(default_factory=dict)

    def check_receipt(self, event: ExportedEvent, account: Account) -> None:
        """Hold an event against the receipt for its position, if there is one."""
        kept = self.receipts.pop(event.position, None) if self.receipts else None
        if kept is None:
            return
        account.receipts += 1
        if kept != event.hash:
            account.fault(
                FaultKind.RECEIPT,
                f"position {event.position} ({event.stream} version {event.version}): a receipt"
                " was given for another event",
                event.position,
            )


def require_published(
    trusted: list[Claim], claims: Iterable[Claim], events: int, account: Account
) -> None:
    """Tell the checkpoints that somebody has kept and the log no longer has."""
    there = {claim.size for claim in claims}
    gone = [one for one in trusted if one.is_head and one.size <= events and one.size not in there]
    if gone:
        account.fault(
            FaultKind.TRUSTED,
            f"{len(gone)} checkpoints were published and are in the log no more, the first of"
            f" {gone[0].size} events",
        )


def require_known(named: Iterable[str], keys: list[VerifierKey], account: Account) -> None:
    """Tell the keys that somebody else names beside those that are trusted."""
    trusted = {key.text for key in keys}
    for name in named:
        if name not in trusted:
            account.fault(
                FaultKind.SIGNATURE, f"the log names a key that was not given: {name[:100]}"
            )


def gathered(
    directory: Path, key_file: Path | None, trusted: Path | None, receipts: Path | None
) -> Evidence:
    """Return the evidence that the files hold.

    Raises: ExportUnusable.
    """
    return Evidence(
        keys=keys_in(key_file or directory / KEYS),
        keys_are_the_exports=key_file is None,
        trusted=trusted_claims(trusted) if trusted else [],
        receipts=kept_receipts(receipts) if receipts else {},
    )


def kept_receipts(file: Path) -> dict[int, bytes]:
    """Return the hash for each position in a file of receipts: one JSON object on each line.

    Raises: ExportUnusable.
    """
    if not file.is_file():
        raise ExportUnusable(f"{file} is no file of receipts")
    try:
        return {
            int(line.position): bytes.fromhex(line.hash)
            for line in lines_in(file, ReceiptLine)
            if line.hash is not None
        }
    except ValueError as fault:
        raise ExportUnusable(f"{file}: {fault}") from fault


def signed_claims(directory: Path, keys: list[VerifierKey], account: Account) -> list[Claim]:
    """Return what the export's good checkpoints claim, the smallest first.

    Raises: ExportUnusable.
    """
    return claims_of(lines_in(directory / CHECKPOINTS, CheckpointLine), keys, account)


def claims_of(
    lines: Iterable[CheckpointLine], keys: list[VerifierKey], account: Account
) -> list[Claim]:
    """Return what good checkpoints claim, the smallest first; tell what is wrong with others."""
    claims: list[Claim] = []
    origin: str | None = None
    for line in lines:
        account.checkpoints += 1
        try:
            checkpoint, signers = _opened(line, keys)
        except NoteInvalid as fault:
            account.fault(FaultKind.SIGNATURE, f"the checkpoint of {line.size} events: {fault}")
            continue
        if origin not in (None, checkpoint.origin):
            account.fault(
                FaultKind.SIGNATURE,
                f"the checkpoint of {line.size} events is of another log, {checkpoint.origin}",
            )
            continue
        origin = checkpoint.origin
        account.signers |= {key.text for key in signers}
        source = f"the checkpoint of {checkpoint.size} events"
        claims.append(Claim(size=checkpoint.size, root=checkpoint.root, source=source))
    return sorted(claims, key=lambda claim: claim.size)


def _opened(
    line: CheckpointLine, keys: list[VerifierKey]
) -> tuple[Checkpoint, tuple[VerifierKey, ...]]:
    text, signers = opened(line.note, keys)
    checkpoint = read_checkpoint(text)
    if checkpoint.size != line.size:
        raise NoteInvalid(f"it is of {checkpoint.size} events")
    return checkpoint, signers
