"""Group append as the log's SQL functions take it: one array a column, or one of rows."""

from collections.abc import Sequence
from typing import Final, Literal

from events.log.group_commit import Ready
from events.log.proof.chain import event_id

type DurableCommit = Literal["sync", "two_phase"]

ARGUMENTS: Final = (
    "$1::uuid[], $2::es.name[], $3::es.digest[], $4::bigint[], $5::es.meta[], $6::integer[],"
    " $7::uuid[], $8::es.name[], $9::es.schema_version[], $10::es.payload[], $11::integer[],"
    " $12::text[], $13::text[], $14::bytea[]"
)
APPEND: Final = {
    "sync": f"select es.append_batch({ARGUMENTS})",
    "two_phase": f"call es.append({ARGUMENTS}, null)",
}
EACH: Final = "select version, position, hash, recorded_at from es.append_each($1::es.request[])"


def arguments(batch: Sequence[Ready]) -> tuple[list[object], ...]:
    """Return the group as `es.append_batch` takes it."""
    requests = [ready.request for ready in batch]
    events = [event for request in requests for event in request.events]
    outbox = [entry for request in requests for entry in request.outbox]
    return (
        [request.command_id for request in requests],
        [request.stream for request in requests],
        [request.request_digest for request in requests],
        [request.expected_version for request in requests],
        [ready.meta for ready in batch],
        [len(request.events) for request in requests],
        [event_id(r.command_id, index) for r in requests for index in range(len(r.events))],
        [event.type for event in events],
        [event.schema_version for event in events],
        [event.payload for event in events],
        [len(request.outbox) for request in requests],
        [entry.kind for entry in outbox],
        [entry.key for entry in outbox],
        [entry.body for entry in outbox],
    )


def each_is_one(batch: Sequence[Ready]) -> bool:
    """Return whether the group is one event for each of different streams and nothing else."""
    requests = [ready.request for ready in batch]
    return (
        all(len(request.events) == 1 and not request.outbox for request in requests)
        and len({request.stream for request in requests}) == len(requests)
        and len({request.command_id for request in requests}) == len(requests)
    )


def each(batch: Sequence[Ready]) -> list[tuple[object, ...]]:
    """Return such a group as `es.append_each` takes it: one `es.request` for each."""
    return [
        (
            (request := ready.request).command_id,
            request.stream,
            request.request_digest,
            request.expected_version,
            ready.meta,
            event_id(request.command_id, 0),
            (event := request.events[0]).type,
            event.schema_version,
            event.payload,
        )
        for ready in batch
    ]
