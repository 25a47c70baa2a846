"""Personal fields in the real log: sealed before they are hashed, gone with their key."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

import asyncpg
import pytest

from events.actor import Actor
from events.configuration.responder import (
    ContactMethod,
    RegisterResponder,
    ResponderEvent,
    ResponderRegistered,
    responder_decider,
)
from events.errors import EventUnreadable, LogUnavailable, SubjectErased
from events.handle import Handled, handle
from events.ids import ResponderId, responder_stream
from events.loading import load
from events.log.codec import codec_for
from events.log.postgres import PostgresLog
from events.log.privacy.personal_data import in_clear
from events.log.privacy.subject_keys import destroy_subject_key
from events.log.proof.chain import ChainCheck
from events.log.recorded import Append, Metadata
from events.values.personal import ERASED
from tests.eventually import eventually
from tests.keys import KEY, OTHER_KEY, keyring
from tests.servers import Database

pytestmark = pytest.mark.stack

PRIVATE = (b"Ada Lovelace", b"ada@example.com", b"whsec_adas")


@pytest.fixture
async def sealed_log(database: Database) -> AsyncIterator[PostgresLog]:
    log = await PostgresLog.open(database.app_dsn, keyring=keyring())
    yield log
    await log.close()


async def register(
    log: PostgresLog, name: str = "Ada Lovelace", responder_id: str = "ada"
) -> Handled[ResponderEvent]:
    command = RegisterResponder(
        responder_id=ResponderId(responder_id),
        name=name,
        contact_methods=(
            ContactMethod(channel="email", address="ada@example.com", secret="whsec_adas"),
        ),
        actor=Actor(principal="api_key:test", is_admin=True),
        at=datetime.now(UTC),
    )
    return await handle(
        log,
        responder_decider,
        responder_stream(command.responder_id),
        command,
        command_id=uuid4(),
        request_digest=sha256(name.encode()).digest(),
        metadata=Metadata(principal="api_key:test"),
    )


async def name_of(log: PostgresLog, responder_id: str = "ada") -> str:
    state, _ = await load(log, responder_decider, responder_stream(ResponderId(responder_id)))
    assert state is not None
    return state.name


async def test_the_log_stores_and_hashes_only_what_is_sealed(sealed_log: PostgresLog) -> None:
    handled = await register(sealed_log)
    [stored] = await sealed_log.read_all(0)
    assert not [text for text in PRIVATE if text in stored.payload]
    assert list(ChainCheck().faults([stored])) == []
    assert in_clear([stored]) == []
    event = handled.events[0].event
    assert isinstance(event, ResponderRegistered)
    assert event.name == "Ada Lovelace"
    assert handled.events[0].hash == stored.hash == handled.result.hash
    assert await name_of(sealed_log) == "Ada Lovelace"


async def test_registering_the_same_again_still_changes_nothing(sealed_log: PostgresLog) -> None:
    await register(sealed_log)
    assert (await register(sealed_log)).events == ()


async def test_many_first_events_of_a_person_at_once_share_one_key(
    database: Database, sealed_log: PostgresLog
) -> None:
    other = await PostgresLog.open(database.app_dsn, keyring=keyring())
    try:
        await asyncio.gather(
            *(register(log, f"Ada {number}") for number in range(2) for log in (sealed_log, other))
        )
        for log in (sealed_log, other):
            assert (await name_of(log)).startswith("Ada")
    finally:
        await other.close()


async def test_with_the_key_gone_the_person_reads_erased_and_takes_no_new_name(
    database: Database, sealed_log: PostgresLog
) -> None:
    await register(sealed_log)
    await destroy_subject_key(sealed_log.database, "ada")
    fresh = await PostgresLog.open(database.app_dsn, keyring=keyring())
    try:
        state, version = await load(fresh, responder_decider, "responder-ada")
        assert version == 1
        assert state is not None
        assert state.name == ERASED
        assert [one.address for one in state.contact_methods] == [ERASED]
        with pytest.raises(SubjectErased):
            await register(fresh, "Ada Byron")
        assert await fresh.head() == 1
    finally:
        await fresh.close()


async def test_every_process_has_forgotten_within_five_seconds(sealed_log: PostgresLog) -> None:
    await register(sealed_log)
    assert await name_of(sealed_log) == "Ada Lovelace"
    await destroy_subject_key(sealed_log.database, "ada")

    async def forgotten() -> bool:
        return await name_of(sealed_log) == ERASED

    await eventually("this process has forgotten", forgotten, within=5)


async def test_a_person_nothing_was_kept_of_can_be_forgotten_ahead(sealed_log: PostgresLog) -> None:
    await destroy_subject_key(sealed_log.database, "ada")
    await destroy_subject_key(sealed_log.database, "ada")
    with pytest.raises(SubjectErased):
        await register(sealed_log)


async def test_an_event_from_before_there_were_keys_is_read_then_shows_erased(
    database: Database, log: PostgresLog, sealed_log: PostgresLog
) -> None:
    await register(log)
    assert in_clear(await log.read_all(0)) == [1]
    assert await name_of(sealed_log) == "Ada Lovelace"
    await register(sealed_log, "Ada King")
    assert in_clear(await log.read_all(0)) == [1]
    await destroy_subject_key(sealed_log.database, "ada")
    fresh = await PostgresLog.open(database.app_dsn, keyring=keyring())
    try:
        shown = await fresh.opened(await fresh.read_all(0))
    finally:
        await fresh.close()
    assert not [one for one in shown for text in PRIVATE if text in one.payload]
    assert list(ChainCheck().faults(await sealed_log.read_all(0))) == []


async def test_without_the_right_wrapping_key_nothing_is_read_and_nothing_is_said_to_be_erased(
    database: Database, log: PostgresLog, sealed_log: PostgresLog
) -> None:
    registered = (await register(sealed_log)).events[0].event
    with pytest.raises(EventUnreadable):
        await name_of(log)
    stranger = await PostgresLog.open(database.app_dsn, keyring=keyring(OTHER_KEY))
    try:
        with pytest.raises(EventUnreadable):
            await name_of(stranger)
        with pytest.raises(LogUnavailable):
            await stranger.append(
                Append(
                    stream="responder-ada",
                    command_id=uuid4(),
                    request_digest=bytes(32),
                    expected_version=None,
                    events=(codec_for(responder_decider.event_types).encode(registered),),
                    metadata=Metadata(principal="api_key:test"),
                )
            )
    finally:
        await stranger.close()


async def test_a_rotated_wrapping_key_is_not_needed_once_every_key_was_read(
    database: Database, sealed_log: PostgresLog
) -> None:
    await register(sealed_log)
    for keys in ((OTHER_KEY, KEY), (OTHER_KEY,)):
        rotated = await PostgresLog.open(database.app_dsn, keyring=keyring(*keys))
        try:
            assert await name_of(rotated) == "Ada Lovelace"
        finally:
            await rotated.close()
    owner = await asyncpg.connect(database.owner_dsn)
    try:
        assert await owner.fetchval("select distinct kek_id from es.subject_key") == "other"
    finally:
        await owner.close()


@pytest.mark.parametrize("role", ["app_dsn", "projector_dsn"])
async def test_no_process_can_look_through_the_keys_or_bring_one_back(
    database: Database, sealed_log: PostgresLog, role: str
) -> None:
    await register(sealed_log)
    connection = await asyncpg.connect(getattr(database, role))
    try:
        for sql in (
            "select * from es.subject_key",
            "update es.subject_key set destroyed_at = null",
            "delete from es.subject_key",
            "truncate es.subject_key",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(sql)
    finally:
        await connection.close()
