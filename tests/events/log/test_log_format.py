"""A second implementation, written from docs/log-format.md alone."""

import struct
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import NAMESPACE_DNS, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.log.proof.chain import ChainCheck, FaultKind, event_hash, event_id
from events.log.recorded import RecordedEvent
from events.log.store import Log
from tests.events.log.requests import append, data


def hash_of(row: RecordedEvent, previous: bytes) -> bytes:
    content = sha256(
        struct.pack(">bi", 0, row.schema_version)
        + sha256(row.type.encode("utf-8")).digest()
        + sha256(row.payload).digest()
        + sha256(row.meta).digest()
    )
    micros = round((row.recorded_at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    return sha256(
        b"\x01"
        + previous
        + sha256(row.stream.encode("utf-8")).digest()
        + struct.pack(">qq", row.version, row.position)
        + row.event_id.bytes
        + row.command_id.bytes
        + struct.pack(">q", micros)
        + content.digest()
    ).digest()


async def written(log: Log) -> list[RecordedEvent]:
    for n in range(12):
        await log.append(append(f"notes-ü{n % 3}", data(f'{{"n":{n}}}'.encode()), data(b"")))
    return list(await log.read_all(0))


async def test_the_page_about_the_format_is_enough_to_recompute_every_hash(any_log: Log) -> None:
    heads: dict[str, bytes] = {}
    for row in await written(any_log):
        previous = heads.get(row.stream, bytes(32))
        assert row.hash == hash_of(row, previous)
        heads[row.stream] = row.hash
    assert len(heads) == 3


async def test_event_ids_follow_from_the_command(any_log: Log) -> None:
    first, second = (await written(any_log))[:2]
    assert [first.event_id, second.event_id] == [
        uuid5(first.command_id, "0"),
        uuid5(first.command_id, "1"),
    ]


@given(st.uuids(), st.integers(0, 2**15 - 1))
def test_an_event_id_is_the_uuid5_of_its_command_and_its_place(command_id: UUID, n: int) -> None:
    assert event_id(command_id, n) == uuid5(command_id, str(n))


async def test_a_wrong_event_id_under_a_right_command_is_found_though_its_hash_matches(
    memory_log: Log,
) -> None:
    events = await written(memory_log)
    wrong = replace(events[0], event_id=uuid5(events[0].command_id, "1"))
    wrong = replace(wrong, hash=event_hash(bytes(32), wrong))
    (fault,) = ChainCheck().faults_of(wrong)
    assert (fault.kind, fault.position) == (FaultKind.EVENT_ID, 1)


async def test_an_untouched_log_has_no_faults(any_log: Log) -> None:
    check = ChainCheck()
    assert list(check.faults(await written(any_log))) == []
    assert check.events == 24


@pytest.mark.parametrize(
    "change",
    [
        {"payload": b'{"n":99}'},
        {"meta": b'{"principal":"nobody"}'},
        {"type": "note.removed"},
        {"schema_version": 2},
        {"stream": "notes-ü1"},
        {"recorded_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"event_id": uuid5(NAMESPACE_DNS, "another")},
        {"hash": bytes(32)},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_an_edited_event_is_found(memory_log: Log, change: dict[str, object]) -> None:
    events = await written(memory_log)
    events[6] = replace(events[6], **change)
    faults = list(ChainCheck().faults(events))
    assert faults
    assert "position 7" in faults[0]


async def test_an_edited_event_with_a_hash_to_match_is_found_at_the_next_of_its_stream(
    memory_log: Log,
) -> None:
    events = await written(memory_log)
    edited = replace(events[0], payload=b"{}")
    events[0] = replace(edited, hash=event_hash(bytes(32), edited))
    (fault,) = ChainCheck().faults(events)
    assert "position 2 " in fault


async def test_a_missing_a_moved_and_a_repeated_event_are_found(memory_log: Log) -> None:
    events = await written(memory_log)
    for changed in (
        events[:5] + events[6:],
        events[1:],
        [*events[:5], events[6], events[5], *events[7:]],
        [*events[:5], events[4], *events[5:]],
    ):
        assert list(ChainCheck().faults(changed))
