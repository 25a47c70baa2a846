"""The incident board, from the events of a real log."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import asyncpg
import pytest

from events.errors import CursorInvalid
from events.ids import (
    EscalationPolicyId,
    PageId,
    alert_stream,
    incident_stream,
    page_stream,
    paging_stream,
)
from events.incident.events import IncidentAcknowledged
from events.incident.modes import Mode
from events.incident.pages.events import IncidentPageRequested
from events.incident.phases import Phase
from events.incident.reassignment.events import IncidentReassigned
from events.incident.snooze.events import IncidentSnoozed, IncidentSnoozeEnded, SnoozedPage
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import Timestamp
from events.log.postgres import PostgresLog
from events.page.events import EscalationExhausted
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from events.paging.events import PagingDegraded, PagingRestored
from events.postmortem.state import INITIAL
from events.values.severity import Severity
from projections.incidents.board import Paging, Status
from projections.incidents.board_list import BoardFilter, find_incident, list_incidents
from projections.incidents.detail import find_incident_detail
from projections.incidents.timeline import read_timeline
from projections.practice.postmortem_document import postmortem_document
from tests.projections.as_markdown import as_markdown
from tests.projections.stories import ANA, BOB, at, catch_up, story, tell, tell_whole
from tests.servers import Database

pytestmark = pytest.mark.stack

ALL = BoardFilter()


async def test_the_board_shows_how_an_incident_ended(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell_whole(log, told)
    await catch_up(database)

    row = await find_incident(reader, told.reference)
    assert row is not None
    assert (row.status, row.phase, row.severity) == (
        Status.RESOLVED,
        Phase.RESOLUTION,
        Severity.SEV1,
    )
    assert (row.commander, row.acknowledged_by) == (BOB, "responder:bob")
    assert (row.declared_at, row.acknowledged_at) == (at(0), at(4))
    assert (row.mitigated_at, row.resolved_at) == (at(20), at(45))
    assert (row.paging, row.open_alerts, row.version) == (Paging.ACKNOWLEDGED, 0, 13)


async def test_an_alert_that_comes_before_its_incident_is_counted_but_not_shown(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell(log, alert_stream(told.alert_id), told.triggered())
    await catch_up(database)
    assert (await list_incidents(reader, ALL, None, 10)).rows == ()
    assert await find_incident(reader, told.incident_id) is None

    await tell(log, incident_stream(told.incident_id), told.declared())
    await catch_up(database)
    row = await find_incident(reader, told.incident_id)
    assert row is not None
    assert (row.open_alerts, row.title) == (1, "Checkout is down")


async def test_a_reopened_incident_is_acknowledged_again_and_no_longer_mitigated(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell_whole(log, told)
    await tell(log, incident_stream(told.incident_id), told.reopened())
    await catch_up(database)
    row = await find_incident(reader, told.incident_id)
    assert row is not None
    assert (row.status, row.phase) == (Status.ACKNOWLEDGED, Phase.RESPONSE)
    assert (row.mitigated_at, row.resolved_at) == (None, None)


async def test_an_incident_that_pages_again_is_not_acknowledged_until_somebody_answers(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    again = IncidentPageRequested(
        incident_id=told.incident_id,
        number=2,
        purpose=Purpose.RESPONSE,
        about="reopened:1",
        ask="Reopened: it is back",
        target=PageTarget(responder_ids=(ANA,)),
        not_before=None,
        requested_by=BOB,
        requested_at=at(60),
    )
    stream = incident_stream(told.incident_id)

    async def standing() -> tuple[Status, str | None]:
        await catch_up(database)
        row = await find_incident(reader, told.incident_id)
        assert row is not None
        return row.status, row.acknowledged_by

    await tell_whole(log, told)
    await tell(log, stream, told.reopened(), again)
    assert await standing() == (Status.DECLARED, "responder:bob")
    taken = IncidentAcknowledged(
        incident_id=told.incident_id, acknowledged_by="responder:ana", acknowledged_at=at(61)
    )
    await tell(log, stream, taken)
    assert await standing() == (Status.ACKNOWLEDGED, "responder:bob")  # who answered first


async def test_the_board_says_whether_somebody_is_being_paged(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()

    async def paging() -> Paging:
        await catch_up(database)
        row = await find_incident(reader, told.incident_id)
        assert row is not None
        return row.paging

    paging_of, page = paging_stream(told.incident_id), page_stream(told.page_id)
    await tell(log, incident_stream(told.incident_id), told.declared())
    assert await paging() is Paging.NONE
    degraded = PagingDegraded(
        incident_id=told.incident_id, waiting_since=at(0), reason="down", degraded_at=at(1)
    )
    await tell(log, paging_of, degraded)
    assert await paging() is Paging.DEGRADED
    await tell(log, paging_of, PagingRestored(incident_id=told.incident_id, restored_at=at(2)))
    assert await paging() is Paging.NONE
    await tell(log, page, told.page_started(), told.level_reached(1, ANA, 3))
    assert await paging() is Paging.PAGING
    exhausted = EscalationExhausted(
        page_id=told.page_id, incident_id=told.incident_id, rounds=2, exhausted_at=at(9)
    )
    await tell(log, page, exhausted)
    assert await paging() is Paging.EXHAUSTED
    await tell(log, page, told.page_answered())
    assert await paging() is Paging.ACKNOWLEDGED


async def test_a_page_that_waits_says_until_when_and_a_reminder_says_nothing_of_it(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()

    async def paging() -> tuple[Paging, datetime | None]:
        await catch_up(database)
        row = await find_incident(reader, told.incident_id)
        assert row is not None
        return row.paging, row.paged_from

    waiting = IncidentPageRequested(
        incident_id=told.incident_id,
        number=2,
        purpose=Purpose.RESPONSE,
        about="declared",
        ask="",
        target=PageTarget(responder_ids=(ANA,)),
        not_before=at(60),
        requested_by="responder:ana",
        requested_at=at(0),
    )
    await tell(log, incident_stream(told.incident_id), told.declared(), waiting)
    assert await paging() == (Paging.WAITING, at(60))
    page = page_stream(told.page_id)
    await tell(log, page, told.page_started(), told.level_reached(1, ANA, 61))
    assert await paging() == (Paging.PAGING, None)

    reminder = PageId(uuid4())
    of_reminder = page_stream(reminder)
    started = replace(
        told.page_started(), page_id=reminder, purpose=Purpose.REMINDER, ask="Command"
    )
    await tell(log, of_reminder, started, replace(told.page_answered(), page_id=reminder))
    assert await paging() == (Paging.PAGING, None)


async def test_filters_choose_and_wildcards_mean_themselves(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    plain, percent, under = story(1001), story(1002), story(1003)
    await tell(log, incident_stream(plain.incident_id), plain.declared("Disk is full"))
    await tell(log, incident_stream(percent.incident_id), percent.declared("Disk at 100% full"))
    await tell(log, incident_stream(under.incident_id), under.declared("disk_full on c:\\data"))
    await tell(log, incident_stream(under.incident_id), under.acknowledged(), under.triaged())
    await catch_up(database)

    async def found(chosen: BoardFilter) -> list[str]:
        page = await list_incidents(reader, chosen, None, 10)
        return [row.reference for row in page.rows]

    assert await found(ALL) == ["INC-1003", "INC-1002", "INC-1001"]
    assert await found(BoardFilter(text="DISK")) == ["INC-1003", "INC-1002", "INC-1001"]
    assert await found(BoardFilter(text="100%")) == ["INC-1002"]
    assert await found(BoardFilter(text="k_f")) == ["INC-1003"]
    assert await found(BoardFilter(text="c:\\d")) == ["INC-1003"]
    assert await found(BoardFilter(text="inc-1001")) == ["INC-1001"]
    assert await found(BoardFilter(text="'; drop table read.timeline; --\x00")) == []
    assert await found(BoardFilter(severity=Severity.SEV1)) == ["INC-1003"]
    assert await found(BoardFilter(statuses=frozenset({Status.DECLARED}))) == [
        "INC-1002",
        "INC-1001",
    ]
    assert await found(BoardFilter(phase=Phase.RESPONSE)) == []
    assert await found(BoardFilter(service_id="search")) == []


async def test_pages_of_the_board_neither_miss_nor_repeat_while_incidents_are_declared(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    for number in range(1, 8):
        told = story(number)
        await tell(log, incident_stream(told.incident_id), told.declared())
    await catch_up(database)
    first = await list_incidents(reader, ALL, None, 3)
    late = story(8)
    await tell(log, incident_stream(late.incident_id), late.declared())
    await catch_up(database)
    second = await list_incidents(reader, ALL, first.next_cursor, 3)
    third = await list_incidents(reader, ALL, second.next_cursor, 3)
    seen = [row.reference for page in (first, second, third) for row in page.rows]
    assert seen == [f"INC-{number}" for number in range(7, 0, -1)]
    assert third.next_cursor is None


@pytest.mark.parametrize(
    "cursor", ["", "!", "💥", "AAAA", "bnVsbA", "WzEsMl0", "WzEuNSwieCJd", "Wy0xLCJ4Il0", "A" * 999]
)
async def test_a_broken_cursor_is_refused_by_name(
    cursor: str, database: Database, reader: asyncpg.Connection
) -> None:
    with pytest.raises(CursorInvalid):
        await list_incidents(reader, ALL, cursor, 3)


@pytest.mark.parametrize("name", ["INC-9999", "", "\x00", "x" * 500, "inc-1001'--"])
async def test_an_incident_that_is_not_there_is_not_found(
    name: str, database: Database, reader: asyncpg.Connection
) -> None:
    assert await find_incident(reader, name) is None


async def test_drills_are_listed_alone_or_left_out(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    real, drill = story(1), story(2)
    await tell(log, incident_stream(real.incident_id), real.declared())
    declared = replace(drill.declared("[DRILL] Checkout is down"), mode=Mode.DRILL)
    await tell(log, incident_stream(drill.incident_id), declared)
    await catch_up(database)

    async def listed(chosen: BoardFilter) -> list[str]:
        page = await list_incidents(reader, chosen, None, 10)
        return [row.reference for row in page.rows]

    assert await listed(ALL) == ["INC-2", "INC-1"]
    assert await listed(BoardFilter(drill=True)) == ["INC-2"]
    assert await listed(BoardFilter(drill=False)) == ["INC-1"]


async def test_a_corrected_time_is_shown_and_the_one_before_is_kept(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell_whole(log, told)
    correction = IncidentTimestampCorrected(
        incident_id=told.incident_id,
        name=Timestamp.RESOLVED,
        previously_at=at(45),
        happened_at=at(40),
        reason="The graphs say so",
        corrected_by="responder:ana",
        corrected_at=at(90),
    )
    await tell(log, incident_stream(told.incident_id), correction)
    await catch_up(database)
    detail = await find_incident_detail(reader, told.incident_id)
    assert detail is not None
    assert detail.board.resolved_at == at(40)
    (kept,) = detail.row.corrections
    assert (kept.previously_at, kept.happened_at) == (at(45), at(40))
    document = await postmortem_document(reader, told.incident_id, INITIAL)
    assert document is not None
    written = await as_markdown(document)
    assert "**Duration:** 40 minutes, from the declaration to the resolution" in written
    assert "The time it was resolved had to be corrected: The graphs say so." in written
    entries = await read_timeline(reader, told.incident_id)
    assert entries[-1].sentence == (
        "ana corrected when the incident was resolved from 2026-03-02 12:45:00 UTC"
        " to 2026-03-02 12:40:00 UTC: The graphs say so."
    )


async def test_a_snoozed_incident_says_until_when_and_a_reassigned_one_that_nobody_has_it(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    stream = incident_stream(told.incident_id)

    async def shown() -> tuple[Status, Paging, str | None, datetime | None]:
        await catch_up(database)
        row = await find_incident(reader, told.incident_id)
        assert row is not None
        return row.status, row.paging, row.held_by, row.snoozed_until

    snoozed = IncidentSnoozed(
        incident_id=told.incident_id,
        until=at(60),
        page=SnoozedPage(number=2, target=PageTarget(responder_ids=(ANA,)), not_before=at(60)),
        reason=None,
        snoozed_by="responder:bob",
        snoozed_at=at(5),
    )
    await tell(log, stream, told.declared())
    await tell(log, page_stream(told.page_id), told.page_started())
    await tell(log, stream, told.acknowledged(), snoozed)
    held = (Status.ACKNOWLEDGED, Paging.SNOOZED, "responder:bob", at(60))
    assert await shown() == held
    await tell(log, page_stream(told.page_id), told.page_answered())
    assert await shown() == held

    ended = IncidentSnoozeEnded(
        incident_id=told.incident_id,
        until=at(60),
        reason="its time has come",
        still_had=False,
        ended_by="workflow:incident",
        ended_at=at(60),
    )
    await tell(log, stream, ended)
    assert await shown() == (Status.DECLARED, Paging.NONE, None, None)

    reassigned = IncidentReassigned(
        incident_id=told.incident_id,
        responder_ids=(),
        escalation_policy_id=EscalationPolicyId("network"),
        previously="responder:bob",
        reason="It is the network.",
        reassigned_by="responder:bob",
        reassigned_at=at(62),
    )
    await tell(log, stream, told.acknowledged(), reassigned)
    assert await shown() == (Status.DECLARED, Paging.NONE, None, None)
    row = await find_incident(reader, told.incident_id)
    assert row is not None
    assert row.escalation_policy_id == "network"
