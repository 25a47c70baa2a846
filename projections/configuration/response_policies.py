"""Response policies: every version of every service's, as it was defined."""

from collections.abc import Hashable
from typing import Final

from events.log.recorded import Recorded
from events.response_policy.events import ResponsePolicyDefined
from events.response_policy.policy import ResponsePolicy
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Reader, Row, Rows, Table, fold

NAME: Final = "response_policies"
VERSION: Final = 2  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class ResponsePolicyRow(Row, frozen=True, kw_only=True):
    """One version of a service's policy."""

    id: str  # service and number
    service_id: str
    number: int
    policy: ResponsePolicy
    defined_by: str
    defined_at: Moment
    version: int


RESPONSE_POLICY = Table(
    "response_policy",
    "id",
    ResponsePolicyRow,
    OWN_STREAM,
    indexes={
        "newest": "(service_id, number desc)",
    },
)
TABLES: Final = (RESPONSE_POLICY,)


async def versions_of(reader: Reader, service_id: str) -> tuple[ResponsePolicyRow, ...]:
    """Return every version of a service's policy, the newest first; none: it has the default."""
    clauses = "where service_id = $1 order by number desc"
    return tuple(await RESPONSE_POLICY.select(reader, clauses, service_id))


async def newest(reader: Reader) -> tuple[ResponsePolicyRow, ...]:
    """Return the newest version of each service's policy that somebody defined, by service."""
    rows = await RESPONSE_POLICY.select(reader, "order by service_id, number")
    return tuple({row.service_id: row for row in rows}.values())


async def project(batch: Batch, tx: Rows) -> None:
    """Add the versions the batch defines."""
    await fold(RESPONSE_POLICY, tx, batch, version_of, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return whose policy is quarantined when the event cannot be applied."""
    return stream_key(recorded, "response_policy")


def version_of(event: object) -> tuple[str, ...]:
    """Return the version an event defines, if any."""
    if not isinstance(event, ResponsePolicyDefined):
        return ()
    return (f"{event.service_id}:{event.number}",)


def evolve(
    row: ResponsePolicyRow | None, recorded: Recorded[object], _key: Hashable
) -> ResponsePolicyRow | None:
    """Return the version; it never changes."""
    event = recorded.event
    if not isinstance(event, ResponsePolicyDefined):
        return row
    return ResponsePolicyRow(
        id=f"{event.service_id}:{event.number}",
        service_id=event.service_id,
        number=event.number,
        policy=event.policy,
        defined_by=event.defined_by,
        defined_at=event.defined_at,
        version=recorded.version,
    )
