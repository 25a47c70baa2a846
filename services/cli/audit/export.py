"""Export: takes the log, or one incident of it, away with everything that proves it."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from services.cli.audit.account import Account
from services.cli.audit.attached import Attached, stored_bytes
from services.cli.audit.export_directory import (
    CHECKPOINTS,
    CONSISTENCY,
    FORMAT,
    KEYS,
    MANIFEST,
    NEWEST,
    PROOFS,
    CheckpointLine,
    ConsistencyLine,
    ExportUnusable,
    Manifest,
    ProofLine,
    attachment_in,
    event_of,
    written,
)
from services.cli.audit.finding import Found
from services.cli.audit.trusting import claim_in, trusted_claims
from services.cli.audit.unfinished import EventFiles, begun, ended
from services.cli.remote import Remote

PAGE = 2_000  # events in a request
PROOFS_IN_A_REQUEST = 100
STREAMS_IN_A_REQUEST = 50
NOTARY_SECONDS = 5.0  # how long the notary may take to sign what is new
LOOK_SECONDS = 0.2

type Progress = Callable[[int, int], None]  # done, of all


def export_log(remote: Remote, out: Path, progress: Progress) -> Manifest:
    """Write the whole log, every checkpoint and every file to a new directory.

    In the directory of one that was interrupted it goes on behind the last event written.
    Raises: ExportUnusable (the directory holds something else, the log is another), Problem.
    """
    attached = Attached()
    with closing(begun(out, "log")) as files:
        files.take_up(lambda lines: see_attached(attached, lines))
        after = require_same_log(remote, files)
        log = signed_log(remote)
        size = int(log["head"]["size"]) if log["head"] else 0
        with (out / CHECKPOINTS).open("wb") as file:
            for line in checkpoints(remote, size):
                file.write(written(line))
        for lines in log_pages(remote, after, int(log["position"]), progress):
            files.write(lines)
            see_attached(attached, lines)
    write_attachments(remote, out, attached)
    return finished(out, files, log, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """One incident's export, and what the reading of the whole log had to say on the way."""

    manifest: Manifest | None  # None: the log is not as it was signed, so nothing was exported
    account: Account


def export_incident(
    remote: Remote, out: Path, incident: str, trusted: Path | None, progress: Progress
) -> Exported:
    """Write one incident's events, each with its proof, and nothing else of the log.

    What belongs to it is found by reading the whole log against the signed root: no read model,
    and nothing that was deleted, can hide a stream. An inventory of it is put into the log, so that
    nothing can be left out of the export later. `trusted` names an older export or a directory
    of checkpoints that the proofs start from.
    Raises: ExportUnusable (the directory is not empty, nothing is signed yet, no such incident),
    Problem.
    """
    files = begun(out, "incident")
    files.clear()
    found = Found(incident)
    first = signed_log(remote)
    before = signed_size(first)
    for lines in log_pages(remote, 0, before, progress):
        found.see(lines)
    found.judge(claim_in(first["head"]["note"], "the newest checkpoint"))
    if not found.account.is_fine:
        return Exported(manifest=None, account=found.account)
    taken = remote.post(f"/v1/audit/incidents/{found.incident_id}/inventory")
    log = signed_log(remote)
    size = signed_size(log)
    if size < int(taken["position"]):
        raise ExportUnusable("The notary has not signed the inventory yet: is it on? Try again.")
    (out / CHECKPOINTS).write_bytes(written(CheckpointLine(size=size, note=log["head"]["note"])))
    for lines in log_pages(remote, before, size, progress):
        found.see(lines)
    found.judge(claim_in(log["head"]["note"], "the newest checkpoint"))
    attached, positions = Attached(), []
    with closing(files):
        for lines in pages_of_streams(remote, found.streams, size):
            files.write(lines)
            see_attached(attached, lines)
            positions += [position_in(line) for line in lines]
    found.require_all(positions)
    write_proofs(remote, out, positions, size)
    write_attachments(remote, out, attached)
    if trusted is not None:
        write_consistency(remote, out, trusted, size)
    return Exported(manifest=finished(out, files, log, incident), account=found.account)


def require_same_log(remote: Remote, files: EventFiles) -> int:
    """Return the position to go on behind, once it is clear that the log still holds that event.

    Raises: ExportUnusable, Problem.
    """
    if not files.newest:
        return 0
    position = event_of(files.newest).position
    if page_of(remote, position - 1, 1) != [files.newest]:
        raise ExportUnusable(
            f"The log has another event at position {position} than the unfinished export: keep"
            " that one, and name a directory that is new"
        )
    return position


def signed_log(remote: Remote) -> Any:
    """Return where the log ends, once the notary has signed that far or has had the time to."""
    log = first = remote.get("/v1/audit/log")
    deadline = time.monotonic() + NOTARY_SECONDS
    while time.monotonic() < deadline and not covers(log, int(first["position"])):
        time.sleep(LOOK_SECONDS)
        log = remote.get("/v1/audit/log")
    return log


def signed_size(log: Any) -> int:
    """Return how many events are signed and there.

    Raises: ExportUnusable (none).
    """
    if log["head"] is None:
        raise ExportUnusable("Nothing is signed yet, so nothing can be proved: is the notary on?")
    return min(int(log["head"]["size"]), int(log["position"]))


def covers(log: Any, position: int) -> bool:
    """Say whether everything up to a position is signed."""
    return log["head"] is not None and int(log["head"]["size"]) >= position


def checkpoints(remote: Remote, size: int) -> Iterator[CheckpointLine]:
    """Yield every checkpoint up to a size, the smallest first."""
    for head in remote.all_of("/v1/audit/heads", "heads", "after"):
        if int(head["size"]) > size:
            return
        yield CheckpointLine(size=int(head["size"]), note=head["note"])


def page_of(remote: Remote, after: int, limit: int, **query: list[str]) -> list[bytes]:
    """Return the lines of one page of events."""
    text: str = remote.get("/v1/audit/events", after=after, limit=limit, **query)
    return text.encode().splitlines(keepends=True)


def log_pages(remote: Remote, after: int, end: int, progress: Progress) -> Iterator[list[bytes]]:
    """Yield the lines of the log between positions; a page may be empty: where it has a hole."""
    while after < end:
        yield page_of(remote, after, min(PAGE, end - after))
        after = min(after + PAGE, end)
        progress(after, end)


def pages_of_streams(remote: Remote, streams: list[str], size: int) -> Iterator[list[bytes]]:
    """Yield the lines of some streams up to a position, in the log's order."""
    lines: list[tuple[int, bytes]] = []
    for start in range(0, len(streams), STREAMS_IN_A_REQUEST):
        asked, after = streams[start : start + STREAMS_IN_A_REQUEST], 0
        while page := page_of(remote, after, PAGE, stream=asked):
            lines += [(position_in(line), line) for line in page]
            after = lines[-1][0]
    lines.sort()
    for start in range(0, len(lines), PAGE):
        yield [line for position, line in lines[start : start + PAGE] if position <= size]


def write_proofs(remote: Remote, out: Path, positions: list[int], size: int) -> None:
    """Write the proof of each event, in the events' order."""
    with (out / PROOFS).open("wb") as file:
        for start in range(0, len(positions), PROOFS_IN_A_REQUEST):
            asked = positions[start : start + PROOFS_IN_A_REQUEST]
            answer = remote.get("/v1/audit/proofs/inclusion", size=size, position=asked)
            for one in answer["proofs"]:
                line = ProofLine(position=int(one["position"]), size=size, path=one["path"])
                file.write(written(line))


def see_attached(attached: Attached, lines: list[bytes]) -> None:
    """Note the files that lines name; most lines name none."""
    for line in lines:
        if b'"attachment.' in line:
            attached.see(event_of(line))


def write_attachments(remote: Remote, out: Path, attached: Attached) -> None:
    """Write the bytes of every file as they are stored, forged ones too: a verification tells.

    What is not there is left out: a verification tells that as well.
    """
    for file in attached.files():
        content = stored_bytes(remote, file)
        if content is None:
            continue
        place = attachment_in(out, file.incident_id, file.sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def position_in(line: bytes) -> int:
    """Return the position of the event in a line."""
    position: int = msgspec.json.decode(line)["position"]
    return position


def write_consistency(remote: Remote, out: Path, trusted: Path, size: int) -> None:
    """Write why the tree begins with the newest one that is trusted."""
    sizes = [claim.size for claim in trusted_claims(trusted) if claim.size <= size]
    if not sizes:
        raise ExportUnusable(f"{trusted} holds no checkpoint of this log's first {size} events")
    answer = remote.get("/v1/audit/proofs/consistency", first=max(sizes), second=size)
    line = ConsistencyLine(first=max(sizes), second=size, path=answer["path"])
    (out / CONSISTENCY).write_bytes(written(line))


def finished(out: Path, files: EventFiles, log: Any, incident: str | None) -> Manifest:
    """Write what describes the export, the manifest last."""
    (out / KEYS).write_text("".join(f"{key}\n" for key in log["keys"]), "utf-8")
    if log["head"] is not None:
        (out / NEWEST).write_text(log["head"]["note"], "utf-8")
    manifest = Manifest(
        format=FORMAT,
        kind="incident" if incident else "log",
        incident=incident,
        exported_at=datetime.now(UTC),
        events=files.events,
        position=int(log["position"]),
        parts=files.names,
    )
    draft = out / f".{MANIFEST}.new"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    draft.replace(out / MANIFEST)
    ended(out)
    return manifest
