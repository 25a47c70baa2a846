"""Own changes: who made the changes that factors name, where their sender said whose they were."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from projections.configuration.tables import RESPONDER, ResponderRow
from projections.engine.rows import Reader
from projections.incidents.changes import CHANGE
from projections.practice.postmortems import FactorRow

# Under which names the senders of changes say it.
AUTHORS: Final = ("author", "changed_by", "deployed_by", "triggered_by", "user")


async def changed_by(reader: Reader, factors: Iterable[FactorRow]) -> Mapping[UUID, str]:
    """Return who made each change that a factor names; those are left out that nobody knows.

    They are known by their id, or by a name that nobody else has.
    """
    ids = (change_of(one) for one in factors)
    named = sorted({one for one in ids if one is not None})
    if not named:
        return {}
    changes = await CHANGE.select(reader, "where change_id = any ($1)", named)
    people = _by_name(await RESPONDER.select(reader, "where kind = 'person'"))
    authors = {one.change_id: _author(one.details) for one in changes}
    return {
        change: people[author] for change, author in authors.items() if author and author in people
    }


def change_of(factor: FactorRow) -> UUID | None:
    """Return the reported change that a factor names; people may have written anything there."""
    try:
        return UUID(factor.change_id) if factor.change_id else None
    except ValueError:
        return None


def _author(details: Mapping[str, str]) -> str | None:
    return next((details[name].casefold() for name in AUTHORS if name in details), None)


def _by_name(rows: Iterable[ResponderRow]) -> dict[str, str]:
    rows = tuple(rows)
    names = Counter(row.name.casefold() for row in rows)
    people = {row.name.casefold(): row.responder_id for row in rows}
    alone = {name: who for name, who in people.items() if names[name] == 1}
    return alone | {row.responder_id.casefold(): row.responder_id for row in rows}
