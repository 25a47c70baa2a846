"""A line of an export gives back the very bytes, whatever they were."""

import pytest
from msgspec.structs import asdict

from events.log.memory import MemoryLog
from events.log.proof.event_line import LineUnreadable, event_in, line_of
from events.log.recorded import RecordedEvent
from tests.events.log.requests import append, data

PAYLOADS = [
    b'{"note":"hello"}',
    '{"note":"Küche, 100 €, \u2028"}'.encode(),
    b"",
    b"{}",
    b' {"a":1}',
    b'{"a":1}\n',
    b'{"a":1,\n"b":2}',
    b'{"a":1, "a":2}',
    b'{"big":9007199254740993,"small":-0.0}',
    b"not json",
    b'{"a":"\xff"}',
    b"\x00",
]


@pytest.mark.parametrize("payload", PAYLOADS, ids=repr)
async def test_every_byte_of_a_payload_comes_back(memory_log: MemoryLog, payload: bytes) -> None:
    await memory_log.append(append("notes-ü", data(payload)))
    (row,) = await memory_log.read_all(0)
    line = line_of(row)
    assert line.count(b"\n") == 1
    assert RecordedEvent(**asdict(event_in(line))) == row


async def test_a_line_that_is_no_event_is_refused(memory_log: MemoryLog) -> None:
    await memory_log.append(append("notes-1", data()))
    (row,) = await memory_log.read_all(0)
    line = line_of(row)
    for wrong in (
        b"",
        b"{}",
        b"[]",
        line[:-3],
        line.replace(b'"position":1', b'"position":0'),
        line.replace(b'"position":1', b'"position":9223372036854775808'),
        line.replace(b'"schema_version":1', b'"schema_version":2147483648'),
        line.replace(b"Z", b""),
        line.replace(b'"payload"', b'"nothing"'),
        line.replace(b'"hash":"', b'"hash":"x'),
        line[:-2] + b',"foreign":1}\n',
    ):
        with pytest.raises(LineUnreadable):
            event_in(wrong)


@pytest.mark.parametrize("space", [b"", b" "])
async def test_a_line_that_names_a_member_twice_is_refused(
    memory_log: MemoryLog, space: bytes
) -> None:
    await memory_log.append(append('notes-"quoted":', data(b'{"a":"b","c":"d"}')))
    (row,) = await memory_log.read_all(0)
    line = line_of(row)
    assert RecordedEvent(**asdict(event_in(line))) == row
    for name, value in (("payload", b"{}"), ("position", b"1"), ("type", b'""')):
        member = b'"' + name.encode() + b'"' + space + b":" + value
        for twice in (
            b"{" + member + b"," + line[1:],
            line[:-2] + b"," + member + b"}\n",
            b"{" + member + b"," + line[1:-2] + b"," + member + b"}\n",
        ):
            with pytest.raises(LineUnreadable, match=f"the member {name} stands in it twice"):
                event_in(twice)
