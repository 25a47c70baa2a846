"""How long an incident lasted is the same in the list and in the message, and ends with it."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.status_update.published import newest_update
from events.ids import incident_stream
from events.incident.events import IncidentReopened, IncidentResolved
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import Timestamp
from events.log.memory import MemoryLog
from events.log.recorded import Metadata, Recorded
from projections.communication.status_update_text import lasted
from projections.communication.status_updates import UPDATES, briefing, project
from projections.past import Folding
from tests.projections.stories import at, story, tell

TOLD = story()


def corrected(timestamp: Timestamp, minutes: float) -> IncidentTimestampCorrected:
    return IncidentTimestampCorrected(
        incident_id=TOLD.incident_id,
        name=timestamp,
        happened_at=at(minutes),
        previously_at=None,
        reason="By the logs",
        corrected_by="responder:ana",
        corrected_at=at(90),
    )


def published(minutes: float) -> object:
    return replace(TOLD.update_published(), published_at=at(minutes))


async def told_after(*events: object) -> tuple[str, str]:
    """Return the newest update's duration: in the list, and in the message to subscribers."""
    log, folding, stream = MemoryLog(), Folding(), incident_stream(TOLD.incident_id)
    happened = (TOLD.declared(), *events)
    await tell(log, stream, *happened)
    batch = [
        Recorded(
            position=position,
            stream=stream,
            version=position,
            event_id=UUID(int=position),
            command_id=UUID(int=position),
            event=event,
            metadata=Metadata(principal="api_key:desk"),
            recorded_at=at(position),
            hash=bytes(32),
        )
        for position, event in enumerate(happened, 1)
    ]
    await project(batch, folding)
    [row] = folding.all_of(UPDATES)
    sent = await newest_update(log, TOLD.incident_id)
    assert sent is not None
    return lasted(briefing(row, row.updates[-1])), lasted(sent.briefing)


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ((published(30),), "30 minutes since the declaration"),
        ((corrected(Timestamp.DECLARED, -10), published(30)), "40 minutes since the declaration"),
        (
            (TOLD.resolved(), published(60 * 24)),
            "45 minutes, from the declaration to the resolution",
        ),
        (
            (TOLD.resolved(), corrected(Timestamp.RESOLVED, 40), published(60)),
            "40 minutes, from the declaration to the resolution",
        ),
        (
            (TOLD.resolved(), TOLD.reopened(), published(75)),
            "1 hour 15 minutes since the declaration",
        ),
    ],
)
async def test_a_duration_runs_from_the_declaration_and_no_longer_than_the_incident(
    events: tuple[object, ...], told: str
) -> None:
    assert await told_after(*events) == (told, told)


def possible(events: list[object]) -> list[object]:
    """Leave out what the rules of an incident would refuse."""
    told: list[object] = []
    over = False
    for event in events:
        ends = isinstance(event, IncidentResolved)
        of_the_end = event == corrected(Timestamp.RESOLVED, 40) or isinstance(
            event, IncidentReopened
        )
        if over if of_the_end else not (ends and over):
            told.append(event)
            over = ends or (over and not isinstance(event, IncidentReopened))
    return told


@given(
    st.lists(
        st.sampled_from(
            [
                TOLD.mitigated(),
                TOLD.resolved(),
                TOLD.reopened(),
                corrected(Timestamp.DECLARED, 1),
                corrected(Timestamp.RESOLVED, 40),
            ]
        ),
        max_size=8,
    ),
    st.integers(50, 10_000),
)
def test_the_list_and_the_message_never_tell_two_durations(
    events: list[object], minutes: int
) -> None:
    listed, sent = asyncio.run(told_after(*possible(events), published(minutes)))
    assert listed == sent
