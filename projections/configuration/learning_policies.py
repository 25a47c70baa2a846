"""Learning policies: every version of every one, as it was defined."""

from collections.abc import Hashable, Mapping
from typing import Final

from events.learning_policy.events import LearningPolicyDefined
from events.learning_policy.policy import DEFAULT, EVERYBODY, CapturedLearningPolicy, LearningPolicy
from events.learning_policy.taxonomy import labels
from events.log.recorded import Recorded
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Reader, Row, Rows, Table, fold

NAME: Final = "learning_policies"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class LearningPolicyRow(Row, frozen=True, kw_only=True):
    """One version of a learning policy."""

    id: str  # of the policy, and number
    learning_policy_id: str
    number: int
    policy: LearningPolicy
    defined_by: str
    defined_at: Moment
    version: int


LEARNING_POLICY = Table(
    "learning_policy",
    "id",
    LearningPolicyRow,
    OWN_STREAM,
    indexes={
        "newest": "(learning_policy_id, number desc)",
    },
)
TABLES: Final = (LEARNING_POLICY,)


async def versions_of(reader: Reader, learning_policy_id: str) -> tuple[LearningPolicyRow, ...]:
    """Return every version of a policy, the newest first; none: nobody has defined it."""
    clauses = "where learning_policy_id = $1 order by number desc"
    return tuple(await LEARNING_POLICY.select(reader, clauses, learning_policy_id))


async def newest(reader: Reader) -> tuple[LearningPolicyRow, ...]:
    """Return the newest version of each policy that somebody defined, by id."""
    rows = await LEARNING_POLICY.select(reader, "order by learning_policy_id, number")
    return tuple({row.learning_policy_id: row for row in rows}.values())


async def of_everybody(reader: Reader) -> CapturedLearningPolicy:
    """Return the policy that holds where a service has none of its own."""
    rows = await versions_of(reader, EVERYBODY)
    return CapturedLearningPolicy(
        learning_policy_id=EVERYBODY,
        number=rows[0].number if rows else 0,
        policy=rows[0].policy if rows else DEFAULT,
    )


async def cause_labels(reader: Reader) -> Mapping[str, str]:
    """Return the label of each category of causes there ever was; everybody's win."""
    rows = await LEARNING_POLICY.select(
        reader, "order by learning_policy_id = $1, position", EVERYBODY
    )
    return labels(row.policy.causes for row in rows)


async def project(batch: Batch, tx: Rows) -> None:
    """Add the versions the batch defines."""
    await fold(LEARNING_POLICY, tx, batch, version_of, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return which policy is quarantined when the event cannot be applied."""
    return stream_key(recorded, "learning_policy")


def version_of(event: object) -> tuple[str, ...]:
    """Return the version an event defines, if any."""
    if not isinstance(event, LearningPolicyDefined):
        return ()
    return (f"{event.learning_policy_id}:{event.number}",)


def evolve(
    row: LearningPolicyRow | None, recorded: Recorded[object], _key: Hashable
) -> LearningPolicyRow | None:
    """Return the version; it never changes."""
    event = recorded.event
    if not isinstance(event, LearningPolicyDefined):
        return row
    return LearningPolicyRow(
        id=f"{event.learning_policy_id}:{event.number}",
        learning_policy_id=event.learning_policy_id,
        number=event.number,
        policy=event.policy,
        defined_by=event.defined_by,
        defined_at=event.defined_at,
        version=recorded.version,
    )
