"""Verification account: what was found, event by event, for people and for programs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from events.log.proof.chain import Fault, FaultKind

MOST_FAULTS = 100  # named one by one; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """An incident, as its own events name it."""

    reference: str
    incident_id: UUID
    position: int  # of its declaration


@dataclass(slots=True, kw_only=True)
class Account:
    """Verification account: every fault, and what was checked."""

    subject: str  # what was asked for
    proved: Proved | None = None  # the one incident that the events themselves are of
    events: int = 0
    streams: int = 0
    checkpoints: int = 0
    signed: int = 0  # events under the newest good checkpoint
    keys_are_its_own: bool = False  # they came with what they signed
    signers: set[str] = field(default_factory=set)  # verifier keys
    trusted: int = 0  # claims that were held against the log
    belonging: Counter[str] = field(default_factory=Counter)  # events by stream of the incident
    complete_to: int = 0  # nothing of the incident up to this position is left out
    attachments: int = 0  # files whose bytes are those that were attached
    receipts: int = 0  # receipts that were held against the log
    faults: list[Fault] = field(default_factory=list)
    kinds: Counter[FaultKind] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)  # what the reader should know

    def prove(self, reference: str, incident_id: UUID, position: int) -> None:
        """Say which incident the events are of."""
        self.proved = Proved(reference=reference, incident_id=incident_id, position=position)

    def add(self, faults: Iterable[Fault]) -> None:
        """Take faults into the account."""
        for fault in faults:
            self.kinds[fault.kind] += 1
            if len(self.faults) < MOST_FAULTS:
                self.faults.append(fault)

    def fault(self, kind: FaultKind, sentence: str, position: int | None = None) -> None:
        """Take one fault into the account."""
        self.add([Fault(kind=kind, sentence=sentence, position=position)])

    @property
    def is_fine(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.kinds

    def as_json(self) -> dict[str, Any]:
        """Return the account for programs."""
        return {
            "subject": self.subject,
            "proved": None if self.proved is None else self._proved(self.proved),
            "fine": self.is_fine,
            "events": self.events,
            "streams": self.streams,
            "checkpoints": self.checkpoints,
            "signed_events": self.signed,
            "signed_by": sorted(self.signers),
            "keys_are_its_own": self.keys_are_its_own,
            "attachments": self.attachments,
            "trusted_checked": self.trusted,
            "receipts_checked": self.receipts,
            "fault_counts": {kind.value: count for kind, count in self.kinds.items()},
            "faults": [
                {"kind": one.kind.value, "position": one.position, "sentence": one.sentence}
                for one in self.faults
            ],
            "notices": self.notices,
        }

    def _proved(self, proved: Proved) -> dict[str, Any]:
        return {
            "reference": proved.reference,
            "incident_id": str(proved.incident_id),
            "position": proved.position,
            "complete_to": self.complete_to,
            "streams": dict(sorted(self.belonging.items())),
        }

    def verdict(self) -> str:
        """Return the one sentence that it all comes to."""
        if not self.is_fine:
            return f"{self.subject} is not proved: {self.kinds.total()} faults."
        if self.keys_are_its_own:
            return f"{self.subject} holds together, under keys that came with it."
        if self.signed < self.events:
            return f"{self.subject} is proved up to position {self.signed}."
        return f"{self.subject} is proved."

    def sentences(self) -> list[str]:
        """Return what was checked, for people."""
        sentences = [f"{self.events} events of {self.streams} streams were read."]
        if self.proved is not None:
            sentences.append(
                f"Asked for: {self.subject}. Found: {self.proved.reference}, declared at position"
                f" {self.proved.position}, with the id {self.proved.incident_id}."
            )
            sentences += [
                f"  {stream}: {count} {'event' if count == 1 else 'events'}"
                for stream, count in sorted(self.belonging.items())
            ]
        if self.complete_to:
            sentences.append(f"Nothing of it up to position {self.complete_to} is left out.")
        if self.attachments:
            sentences.append(
                "1 file has the hash that the log has of it."
                if self.attachments == 1
                else f"{self.attachments} files have the hashes that the log has of them."
            )
        if self.checkpoints:
            sentences.append(
                f"{self.checkpoints} checkpoints; the newest good one signs {self.signed} events,"
                f" by {', '.join(sorted(self.signers)) or 'nobody known'}."
            )
        if self.trusted:
            sentences.append(f"{self.trusted} roots kept from earlier were held against it.")
        if self.receipts:
            sentences.append(f"{self.receipts} receipts were held against it.")
        return sentences
