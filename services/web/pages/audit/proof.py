"""Proof: the newest signed head of the log, checked here from its own bytes."""

import base64
from dataclasses import dataclass
from typing import Final

from events.log.proof.chain import GENESIS, event_hash
from events.log.proof.checkpoint_note import NoteInvalid, VerifierKey, opened, read_checkpoint
from events.log.proof.event_line import ExportedEvent, LineUnreadable, event_in
from events.log.proof.merkle import ProofInvalid, leaf_hash, require_consistent, root_from_inclusion
from services.web.calls import Calls, Document, path_of
from services.web.page import page
from services.web.rendering import Screen
from services.web.visit import Visit

FIRST_HEADS: Final = 1
MOST: Final = 5_000  # events of one answer
NOTHING_BEFORE: Final = GENESIS


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Finding: one thing that was checked, and how it came out."""

    good: bool
    words: str


async def show(visit: Visit) -> Screen:
    """Check the newest signed head, and show what it says."""
    log = await visit.calls.get(path_of("audit", "log"))
    head = log["head"]
    findings = await checked(visit.calls, log) if head else []
    return Screen(
        template="audit/proof.html",
        title="Proof",
        facts={
            "log": log,
            "head": head,
            "findings": findings,
            "unsigned": int(log["position"]) - int(head["size"]) if head else None,
        },
    )


async def checked(calls: Calls, log: Document) -> list[Finding]:
    """Return what was checked of the newest head."""
    head = log["head"]
    size = int(head["size"])
    return [
        signature_of(head, log["keys"]),
        await newest_event(calls, head, size),
        await beginning(calls, head, size),
    ]


def signature_of(head: Document, keys: list[str]) -> Finding:
    """Check that a known key has signed the head, and that it says this size and root."""
    try:
        text, signers = opened(head["note"], [VerifierKey.read(one) for one in keys])
        said = read_checkpoint(text)
    except NoteInvalid as fault:
        return Finding(good=False, words=f"The signature does not hold: {fault}.")
    if (said.size, said.root) != (int(head["size"]), base64.b64decode(head["root"])):
        return Finding(good=False, words="The signed note says another size or root.")
    names = " and ".join(one.name for one in signers)
    return Finding(good=True, words=f"{names} signed {said.size} events and their root.")


async def newest_event(calls: Calls, head: Document, size: int) -> Finding:
    """Check that the newest signed event, hashed anew, leads to the signed root."""
    event = await event_at(calls, size)
    if event is None:
        return Finding(good=False, words=f"The event at position {size} cannot be read.")
    if event_hash(await hash_before(calls, event), event) != event.hash:
        return Finding(good=False, words=f"The event at position {size} is not as it was hashed.")
    found = await calls.get(path_of("audit", "proofs", "inclusion"), size=size, position=str(size))
    path = [base64.b64decode(one) for one in found["proofs"][0]["path"]]
    try:
        root = root_from_inclusion(leaf_hash(event.hash), size - 1, size, path)
    except ProofInvalid as fault:
        return Finding(good=False, words=f"The proof of position {size} does not hold: {fault}.")
    if root != base64.b64decode(head["root"]):
        return Finding(good=False, words=f"Position {size} leads to another root.")
    words = f"The event at position {size}, hashed anew, leads to the signed root."
    return Finding(good=True, words=words)


async def beginning(calls: Calls, head: Document, size: int) -> Finding:
    """Check that the first head that was ever signed is the beginning of the newest."""
    heads = (await calls.get(path_of("audit", "heads"), limit=FIRST_HEADS))["heads"]
    first = heads[0]
    found = await calls.get(
        path_of("audit", "proofs", "consistency"), first=first["size"], second=str(size)
    )
    roots = [base64.b64decode(one["root"]) for one in (first, head)]
    path = [base64.b64decode(one) for one in found["path"]]
    try:
        require_consistent(int(first["size"]), roots[0], size, roots[1], path)
    except ProofInvalid as fault:
        return Finding(good=False, words=f"The log does not begin as it did: {fault}.")
    words = f"The first signed head, of {first['size']} events, is the beginning of this one."
    return Finding(good=True, words=words)


async def hash_before(calls: Calls, event: ExportedEvent) -> bytes:
    """Return the hash of the event before in the stream; of nothing before, zeros."""
    after, found = 0, NOTHING_BEFORE
    while event.version > 1 and after < event.position - 1:
        path = path_of("audit", "events")
        answer = await calls.fetch(path, stream=[event.stream], after=after, limit=MOST)
        lines = answer.content.splitlines()
        before = [one for one in map(event_in, lines) if one.version < event.version]
        if not before:
            break
        found, after = before[-1].hash, before[-1].position
        if before[-1].version == event.version - 1:
            break
    return found


async def event_at(calls: Calls, position: int) -> ExportedEvent | None:
    """Return the event at a position, None where it cannot be read."""
    answer = await calls.fetch(path_of("audit", "events"), after=position - 1, limit=1)
    try:
        return event_in(answer.content.rstrip(b"\n"))
    except LineUnreadable:
        return None


ROUTES = (page("/audit/proof", show),)
