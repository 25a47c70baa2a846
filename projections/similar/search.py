"""Search for similar incidents: those that share rare words or a monitor, the likest first."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from msgspec import Struct

from projections.engine.rows import Reader
from projections.similar.incidents import EVERY, FREQUENCY, WORDS, WordsRow
from projections.similar.likeness import Frequencies, Likeness, Shared, likeness, rarest

MOST: Final = 5
MOST_LOOKED_UP: Final = 4_000  # places at which rare words stand
MOST_COMPARED: Final = 60  # of those found by words, and of those found by a monitor

EARLIER: Final = """
t.declared_at < $1 and t.incident_id <> all ($2::uuid[]) and not t.merged and t.mode <> 'drill'
"""
# One look into the index for each word: a join would read every incident there is.
BY_WORDS: Final = f"""
select t.incident_id
from unnest($4::text[], $5::double precision[]) rare (word, weight)
cross join lateral (
    select t.incident_id, t.declared_at from read.incident_words t
    where t.words ? rare.word and {EARLIER}
    offset 0
) t
group by t.incident_id, t.declared_at
order by sum(rare.weight) desc, t.declared_at desc limit $3
"""  # noqa: S608  constants
BY_MONITOR: Final = f"""
select t.incident_id from read.incident_words t
where t.monitors ?| $4::text[] and {EARLIER}
order by t.declared_at desc limit $3
"""  # noqa: S608  constants


class Similar(Struct, frozen=True, kw_only=True):
    """One incident that another is like, and by what."""

    incident_id: UUID
    likeness: Likeness


async def similar_incidents(
    reader: Reader, incident_id: UUID, hidden: Collection[UUID] = (), most: int = MOST
) -> tuple[Similar, ...]:
    """Return the earlier incidents that this one is like most, none of what is hidden."""
    one = (await WORDS.load(reader, [incident_id])).get(incident_id)
    if one is None or one.declared_at is None:
        return ()
    found = await _found(reader, one, sorted({*hidden, incident_id}))
    others = (await WORDS.load(reader, found)).values() if found else ()
    frequencies = await _frequencies(reader, one, *others)
    alike = [
        Similar(
            incident_id=other.incident_id,
            likeness=likeness(one.words, other.words, frequencies, shared(one, other)),
        )
        for other in sorted(others, key=lambda row: row.reference)
    ]
    alike = [each for each in alike if each.likeness.says_something]
    alike.sort(key=lambda each: each.likeness.score, reverse=True)
    return tuple(alike[:most])


def shared(one: WordsRow, other: WordsRow) -> tuple[Shared, ...]:
    """Return what two incidents have in common beside words."""
    return tuple(
        kind
        for kind, both in (
            (Shared.SERVICE, one.service_id is not None and one.service_id == other.service_id),
            (Shared.MONITOR, not {*one.monitors}.isdisjoint(other.monitors)),
        )
        if both
    )


async def _found(reader: Reader, one: WordsRow, left_out: list[UUID]) -> set[UUID]:
    frequencies = await _frequencies(reader, one)
    rare = looked_up(one, frequencies)
    weights = [frequencies.weight(word) for word in rare]
    among = (one.declared_at, left_out, MOST_COMPARED)
    records = await reader.fetch(BY_WORDS, *among, rare, weights) if rare else []
    if one.monitors:
        records += await reader.fetch(BY_MONITOR, *among, list(one.monitors))
    return {record["incident_id"] for record in records}


def looked_up(one: WordsRow, frequencies: Frequencies) -> list[str]:
    """Return the words that others are found by: the rarest, as long as they find not too many."""
    words, places = list[str](), 0
    for word in rarest(one.words, frequencies):
        places += frequencies.of[word]
        if words and places > MOST_LOOKED_UP:
            break
        words.append(word)
    return words


async def _frequencies(reader: Reader, *rows: WordsRow) -> Frequencies:
    words = {EVERY, *(word for row in rows for word in row.words)}
    known = await FREQUENCY.load(reader, words)
    of = {row.word: row.incidents for row in known.values()}
    return Frequencies(incidents=of.pop(EVERY, 0), of=of)
