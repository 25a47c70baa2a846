"""Similar incidents are looked up in the rows, and nobody learns from them of what is private."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

import asyncpg
import pytest

from events.ids import IncidentId, IntegrationId
from events.incident.events import IncidentMitigated
from events.incident.modes import Mode
from events.incident.privacy.events import IncidentPrivacyChanged
from events.incident.relations.events import IncidentMerged
from events.log.recorded import Recorded
from projections.engine.rows import StoredRows
from projections.past import Folding
from projections.similar import incidents
from projections.similar.incidents import EVERY, FREQUENCY, WORDS
from projections.similar.likeness import Shared
from projections.similar.search import similar_incidents
from tests.projections.similar.repeats import PAIRS
from tests.projections.stories import Story, at
from tests.projections.test_alerts_of_incidents import recorded
from tests.servers import Database


def story(number: int) -> Story:
    return Story(IncidentId(UUID(int=number)), f"INC-{number}")


def declared(number: int, text: str, mode: Mode = Mode.REAL) -> object:
    event = story(number).declared(text)
    return replace(event, summary="", service_id=None, declared_at=at(number), mode=mode)


def private(number: int, *, now: bool = True) -> object:
    return IncidentPrivacyChanged(
        incident_id=story(number).incident_id,
        private=now,
        members=(),
        reason="A customer is named.",
        changed_by="responder:ana",
        changed_at=at(number + 1),
    )


def mitigated(number: int, text: str) -> object:
    return IncidentMitigated(
        incident_id=story(number).incident_id,
        summary=text,
        mitigated_by="responder:ana",
        mitigated_at=at(number + 2),
    )


def merged(number: int, into: int) -> object:
    return IncidentMerged(
        incident_id=story(number).incident_id,
        into_incident_id=story(into).incident_id,
        into_reference=f"INC-{into}",
        reason="The same database.",
        merged_by="responder:ana",
        merged_at=at(number + 3),
    )


def batch(*events: object) -> list[Recorded[object]]:
    return [recorded(position, event) for position, event in enumerate(events, 1)]


async def folded(parts: Sequence[list[Recorded[object]]]) -> Folding:
    rows = Folding()
    for part in parts:
        await incidents.project(part, rows)
    return rows


STORY = batch(
    *(declared(number, first) for number, (first, _) in enumerate(PAIRS, 1)),
    private(3),
    mitigated(4, "Old logs were deleted"),
    declared(40, "A drill of the pool", Mode.DRILL),
    private(3, now=False),
    private(5),
    replace(story(6).triggered(), started_at=at(6)),
    replace(story(6).triggered(), started_at=at(7)),
    merged(8, into=9),
)


async def test_however_the_log_is_cut_the_rows_are_the_same() -> None:
    whole = await folded([STORY])
    dice = Random(7)
    for _ in range(20):
        cuts = sorted(dice.sample(range(len(STORY)), 5))
        parts = [
            STORY[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(STORY)], strict=True)
        ]
        cut = await folded([*parts, STORY[-3:]])  # and once more what is in the rows already
        assert sorted(map(repr, cut.all_of(WORDS))) == sorted(map(repr, whole.all_of(WORDS)))
        assert {*map(repr, cut.all_of(FREQUENCY))} == {*map(repr, whole.all_of(FREQUENCY))}


async def test_how_rare_a_word_is_tells_of_nothing_private_and_of_no_drill() -> None:
    hidden = [declared(50, "Merger with Initech leaks"), private(50)]
    rows = await folded([batch(declared(1, "Pool exhausted"), *hidden)])
    frequencies = {row.word: row.incidents for row in rows.all_of(FREQUENCY)}
    assert frequencies[EVERY] == 1
    assert not frequencies["merger"]
    rows = await folded([batch(*hidden, private(50, now=False), declared(51, "x y", Mode.DRILL))])
    frequencies = {row.word: row.incidents for row in rows.all_of(FREQUENCY)}
    assert (frequencies[EVERY], frequencies["merger"]) == (1, 1)


@pytest.mark.stack
async def test_a_repeat_finds_what_it_repeats_and_not_what_is_hidden(
    database: Database, reader: asyncpg.Connection
) -> None:
    again = [declared(100 + number, text) for number, (_, text) in enumerate(PAIRS, 1)]
    monitor = [
        replace(
            story(200).triggered(),
            integration_id=IntegrationId("prometheus"),
            triggered_at=at(200) + timedelta(minutes=1),
        )
    ]
    more = [declared(200, "Paged by the same monitor"), *monitor]
    owner = await asyncpg.connect(database.owner_dsn)
    await incidents.project(
        [
            *STORY,
            *(recorded(len(STORY) + number, one) for number, one in enumerate([*again, *more], 1)),
        ],
        StoredRows(owner),
    )
    await owner.close()

    async def found(number: int, *hidden: int) -> dict[str, tuple[Shared, ...]]:
        aside = [story(each).incident_id for each in hidden]
        similar = await similar_incidents(reader, story(number).incident_id, aside)
        names = {story(each).incident_id: f"INC-{each}" for each in range(1, 300)}
        return {names[IncidentId(each.incident_id)]: each.likeness.shared for each in similar}

    assert next(iter(await found(101))) == "INC-1"
    assert "INC-1" not in await found(101, 1)
    assert "INC-8" not in await found(108), "it was merged, and goes on elsewhere"
    assert "INC-101" not in await found(1), "what came later told nobody anything"
    assert (await found(200))["INC-6"] == (Shared.MONITOR,)
    assert await found(250) == {}
