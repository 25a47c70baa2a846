import asyncio
from uuid import uuid4

import pytest
from msgspec.structs import replace

from events.errors import AppendTooLarge, NotStorable
from events.log.codec import decode_metadata
from events.log.limits import MAX_APPEND_BYTES
from events.log.proof.chain import event_id
from events.log.recorded import NO_STREAM, Bookmark, EventData, Metadata, Verdict
from events.log.store import Log
from tests.events.log.requests import DIGEST, METADATA, OTHER_DIGEST, append, data


async def test_what_was_appended_is_read_back_byte_for_byte(any_log: Log) -> None:
    request = append("notes-1", data(b'{"a":1}'), data(b'{"b":2}'), expected=NO_STREAM)
    result = await any_log.append(request)
    first, second = await any_log.read_stream("notes-1")
    assert result.verdict is Verdict.APPENDED
    assert (result.first_position, result.last_position, result.version) == (1, 2, 2)
    assert (first.position, first.version, first.payload) == (1, 1, b'{"a":1}')
    assert (second.position, second.version, second.payload) == (2, 2, b'{"b":2}')
    assert second.event_id == event_id(request.command_id, 1)
    assert second.command_id == request.command_id
    assert second.hash == result.hash
    assert second.recorded_at == result.recorded_at
    assert decode_metadata(second.meta) == METADATA


async def test_a_writer_who_saw_an_older_version_is_told_the_true_one(any_log: Log) -> None:
    await any_log.append(append("notes-1", data(), data()))
    result = await any_log.append(append("notes-1", data(), expected=1))
    assert (result.verdict, result.version, result.first_position) == (Verdict.CONFLICT, 2, None)
    assert result.hash is None
    assert await any_log.head() == 2


async def test_a_stream_that_must_not_exist_is_made_only_once(any_log: Log) -> None:
    first = await any_log.append(append("notes-1", data(), expected=NO_STREAM))
    second = await any_log.append(append("notes-1", data(), expected=NO_STREAM))
    assert (first.verdict, second.verdict) == (Verdict.APPENDED, Verdict.CONFLICT)


async def test_of_32_writers_with_the_same_version_exactly_one_wins(any_log: Log) -> None:
    results = await asyncio.gather(
        *(any_log.append(append("notes-1", data(), expected=NO_STREAM)) for _ in range(32))
    )
    verdicts = [result.verdict for result in results]
    assert verdicts.count(Verdict.APPENDED) == 1
    assert verdicts.count(Verdict.CONFLICT) == 31
    assert {result.version for result in results} == {1}
    assert len(await any_log.read_stream("notes-1")) == 1


async def test_32_writers_without_an_expectation_all_get_a_version_of_their_own(
    any_log: Log,
) -> None:
    results = await asyncio.gather(*(any_log.append(append("notes-1", data())) for _ in range(32)))
    assert sorted(result.version for result in results) == list(range(1, 33))
    assert sorted(result.last_position for result in results) == list(range(1, 33))


async def test_a_command_that_led_to_no_event_is_remembered(any_log: Log) -> None:
    await any_log.append(append("notes-2", data()))
    nothing = append("notes-1")
    first = await any_log.append(nothing)
    await any_log.append(append("notes-1", data()))
    again = await any_log.append(replace(nothing, events=(data(),)))
    assert (first.verdict, first.version, first.first_position) == (Verdict.APPENDED, 0, None)
    assert (first.last_position, first.hash) == (1, None)
    assert again == replace(first, verdict=Verdict.DUPLICATE)
    assert len(await any_log.read_stream("notes-1")) == 1


async def test_a_retry_gets_the_first_answer_also_after_the_stream_moved_on(any_log: Log) -> None:
    request = append("notes-1", data(), expected=NO_STREAM)
    first = await any_log.append(request)
    await any_log.append(append("notes-1", data(), data()))
    again = await any_log.append(request)
    assert again == replace(first, verdict=Verdict.DUPLICATE)
    assert await any_log.head() == 3


@pytest.mark.parametrize("other", ["digest", "stream"])
async def test_a_command_id_used_for_something_else_stores_nothing(
    any_log: Log, other: str
) -> None:
    request = append("notes-1", data())
    await any_log.append(request)
    reused = (
        replace(request, request_digest=OTHER_DIGEST)
        if other == "digest"
        else replace(request, stream="notes-2")
    )
    result = await any_log.append(reused)
    assert result.verdict is Verdict.KEY_REUSED
    assert await any_log.head() == 1


async def test_the_same_command_50_times_at_once_is_stored_once(any_log: Log) -> None:
    request = append("notes-1", data(), data(), expected=NO_STREAM)
    results = await asyncio.gather(*(any_log.append(request) for _ in range(50)))
    verdicts = [result.verdict for result in results]
    assert verdicts.count(Verdict.APPENDED) == 1
    assert verdicts.count(Verdict.DUPLICATE) == 49
    assert len({replace(result, verdict=Verdict.APPENDED) for result in results}) == 1
    assert await any_log.head() == 2


async def test_in_one_group_a_winner_a_loser_and_a_retry_each_get_their_own_answer(
    any_log: Log,
) -> None:
    first = append("notes-1", data())
    await any_log.append(first)
    late = append("notes-1", data(), expected=0)
    new = append("notes-2", data(), expected=0)
    answers = await asyncio.gather(*(any_log.append(one) for one in (new, late, first)))
    verdicts = [answer.verdict for answer in answers]
    assert verdicts == [Verdict.APPENDED, Verdict.CONFLICT, Verdict.DUPLICATE]
    assert [event.stream for event in await any_log.read_all(0)] == ["notes-1", "notes-2"]


async def test_one_bad_request_among_200_hurts_only_itself(any_log: Log) -> None:
    requests = [append("notes-1", data(f'{{"n":{n}}}'.encode())) for n in range(200)]
    requests[100] = append("notes-1", data(type_="note\x00added"))
    results = await asyncio.gather(
        *(any_log.append(request) for request in requests), return_exceptions=True
    )
    assert isinstance(results[100], NotStorable)
    stored = await any_log.read_stream("notes-1")
    assert [event.payload for event in stored] == [
        f'{{"n":{n}}}'.encode() for n in range(200) if n != 100
    ]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        rb'{"nul":"\u0000"}',
        '{"rtl":"שלום","emoji":"🚨","nfd":"e\u0301","nfc":"\u00e9"}'.encode(),
        b'{"lines":"a\\r\\nb"}\r\n',
        b"\x00\xff not text at all",
        b"x" * 200_000,
    ],
    ids=["empty", "object", "nul", "unicode", "crlf", "binary", "large"],
)
async def test_payload_bytes_come_back_as_they_went_in(any_log: Log, payload: bytes) -> None:
    await any_log.append(append("notes-1", data(payload)))
    (event,) = await any_log.read_stream("notes-1")
    assert event.payload == payload


async def test_more_than_256_kib_in_one_request_is_refused_before_it_is_queued(
    any_log: Log,
) -> None:
    with pytest.raises(AppendTooLarge):
        await any_log.append(append("notes-1", data(b"x" * (MAX_APPEND_BYTES + 1))))
    assert await any_log.head() == 0


@pytest.mark.parametrize(
    "bad",
    [
        append("", data()),
        append("notes-\x00", data()),
        append("notes-\ud800", data()),
        append("notes-" + "x" * 200, data()),
        append("notes-1", data(), digest=b"short"),
        append("notes-1", EventData(type="note.added", schema_version=0, payload=b"")),
        append("notes-1", EventData(type="note.added", schema_version=2**40, payload=b"")),
        replace(append("notes-1", data()), metadata=Metadata(principal="\ud800")),
    ],
    ids=["empty", "nul", "surrogate", "long", "digest", "version-0", "version-huge", "metadata"],
)
async def test_what_cannot_be_stored_is_a_named_refusal(any_log: Log, bad: object) -> None:
    with pytest.raises(NotStorable):
        await any_log.append(bad)  # type: ignore[arg-type]
    assert await any_log.head() == 0


async def test_the_log_is_read_in_pages_without_overlap(any_log: Log) -> None:
    for stream in ("notes-1", "notes-2", "notes-1"):
        await any_log.append(append(stream, data(), data()))
    pages = [[one.position for one in await any_log.read_all(after, 4)] for after in (0, 4, 6)]
    assert pages == [[1, 2, 3, 4], [5, 6], []]
    assert [one.version for one in await any_log.read_stream("notes-1", after_version=3)] == [4]
    assert await any_log.read_stream("notes-nobody") == []
    assert await any_log.head() == 6


@pytest.mark.parametrize("events", [0, 1, 3])
async def test_an_answered_command_can_be_looked_up(any_log: Log, events: int) -> None:
    await any_log.append(append("notes-2", data(), data()))
    request = append("notes-1", *(data(),) * events)
    result = await any_log.append(request)
    await any_log.append(append("notes-1", data()))
    record = await any_log.find_command(request.command_id)
    assert record is not None
    assert record.answer(Verdict.APPENDED) == result
    assert record.request_digest == DIGEST
    assert await any_log.find_command(uuid4()) is None


async def test_commands_asked_for_together_are_stored_in_the_order_they_were_asked_for(
    any_log: Log,
) -> None:
    requests = [append(f"notes-{n}", data()) for n in range(40)]
    results = await asyncio.gather(*(any_log.append(request) for request in requests))
    assert [result.last_position for result in results] == list(range(1, 41))
    stored = {event.stream: event for event in await any_log.read_all(0)}
    for request, result in zip(requests, results, strict=True):
        event = stored[request.stream]
        assert (event.position, event.hash) == (result.last_position, result.hash)
        assert event.command_id == request.command_id


async def test_references_for_people_start_at_1001_and_never_repeat(any_log: Log) -> None:
    assert await any_log.next_reference() == 1001
    numbers = await asyncio.gather(*(any_log.next_reference() for _ in range(8)))
    assert len(set(numbers)) == 8


async def test_a_reader_goes_on_behind_its_bookmark_and_begins_anew_where_that_is_not_in_the_log(
    any_log: Log,
) -> None:
    for stream in ("notes-1", "notes-2", "notes-3"):
        await any_log.append(append(stream, data(), data()))
    first, second = [Bookmark.behind(one) for one in await any_log.read_stream("notes-1")]
    elsewhere = Bookmark(2, b"of another log")
    found = await any_log.read_on(
        {"notes-1": first, "notes-2": elsewhere, "notes-3": elsewhere, "notes-9": second}
    )
    versions = {stream: [one.version for one in found[stream]] for stream in found}
    assert versions == {"notes-1": [2], "notes-2": [1, 2], "notes-3": [1, 2], "notes-9": []}
    assert found["notes-1"] == (await any_log.read_stream("notes-1"))[1:]
    assert await any_log.read_on({"notes-1": second}) == {}
    assert await any_log.read_on({"notes-1": Bookmark(3, second.hash)}) == {
        "notes-1": await any_log.read_stream("notes-1")
    }
