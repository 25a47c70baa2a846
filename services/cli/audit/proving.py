"""Incident proof: each exported event is in the signed tree, each stream whole."""

import base64
import binascii
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from events.log.proof.chain import ChainCheck, FaultKind
from events.log.proof.event_line import ExportedEvent
from events.log.proof.merkle import ProofInvalid, leaf_hash, require_consistent, root_from_inclusion
from services.cli.audit.account import Account
from services.cli.audit.attached import Attached
from services.cli.audit.belonging import Belonging
from services.cli.audit.evidence import Evidence
from services.cli.audit.export_directory import (
    CONSISTENCY,
    PROOFS,
    ConsistencyLine,
    ExportUnusable,
    Manifest,
    ProofLine,
    events_in,
    lines_in,
)
from services.cli.audit.trusting import Claim


def check_incident(
    directory: Path,
    manifest: Manifest,
    evidence: Evidence,
    claims: list[Claim],
    account: Account,
    attached: Attached,
    asked: str | None,
) -> None:
    """Check the events' chains, their proofs against the newest checkpoint, and whose they are.

    Raises: ExportUnusable.
    """
    head = claims[-1] if claims else None
    if head is None:
        account.fault(FaultKind.SIGNATURE, "no good checkpoint: the proofs lead to nothing signed")
    chain, belonging = ChainCheck(whole=False), Belonging()
    proofs = lines_in(directory / PROOFS, ProofLine)
    for event, proof in zip_longest(events_in(directory, manifest), proofs):
        if event is None:
            account.fault(FaultKind.PROOF, "there is a proof for an event that is not here")
            break
        account.add(chain.faults_of(event))
        account.belonging[event.stream] += 1
        belonging.see(event)
        attached.see(event)
        evidence.check_receipt(event, account)
        if head is not None:
            _check_proof(event, proof, head, account)
    account.events, account.streams = chain.events, chain.streams
    belonging.judge(list(filter(None, (asked, manifest.incident))), account)
    if not chain.events:
        account.fault(FaultKind.SIZE, "the export holds no event of the incident")
    if head is not None:
        account.signed = head.size
        _check_trusted(directory, evidence.trusted, head, account)
    if evidence.receipts:
        account.notices.append(
            f"{len(evidence.receipts)} receipts are for events that this export does not hold."
        )


def _check_proof(
    event: ExportedEvent, proof: ProofLine | None, head: Claim, account: Account
) -> None:
    where = f"position {event.position} ({event.stream} version {event.version})"
    if proof is None or (proof.position, proof.size) != (event.position, head.size):
        account.fault(FaultKind.PROOF, f"{where}: there is no proof for it", event.position)
        return
    try:
        leaf = leaf_hash(event.hash)
        root = root_from_inclusion(leaf, event.position - 1, head.size, hashes_in(proof.path))
    except ProofInvalid as fault:
        account.fault(FaultKind.PROOF, f"{where}: {fault}", event.position)
        return
    if root != head.root:
        account.fault(
            FaultKind.PROOF, f"{where}: it is not in the tree that was signed", event.position
        )


def _check_trusted(directory: Path, trusted: list[Claim], head: Claim, account: Account) -> None:
    """Hold the head against what was kept: of one size, or through a proof of consistency."""
    proved = {
        line.first: line.path
        for line in lines_in(directory / CONSISTENCY, ConsistencyLine)
        if line.second == head.size
    }
    for claim in trusted:
        if claim.size != head.size and claim.size not in proved:
            continue
        account.trusted += 1
        try:
            path = [] if claim.size == head.size else hashes_in(proved[claim.size])
            require_consistent(claim.size, claim.root, head.size, head.root, path)
        except ProofInvalid as fault:
            account.fault(FaultKind.TRUSTED, f"{claim.source} does not lead to this one: {fault}")
    newest = max((claim.size for claim in trusted if claim.size <= head.size), default=None)
    if trusted and newest != head.size and newest not in proved:  # an older one is not enough
        raise ExportUnusable(
            "Nothing connects what is trusted with this export: make it anew with --trusted."
        )


def hashes_in(path: list[str]) -> Iterator[bytes]:
    """Yield the hashes of a path.

    Raises: ProofInvalid.
    """
    for one in path:
        try:
            yield base64.b64decode(one, validate=True)
        except (binascii.Error, ValueError):
            raise ProofInvalid("a hash of the proof is no base64") from None
