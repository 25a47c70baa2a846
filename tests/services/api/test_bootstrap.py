"""The development key is made once, kept privately, and replaced when it opens nothing."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from events.actor import Actor
from events.configuration.api_key import ApiKeyCreated, ApiScope, RevokeApiKey, api_key_decider
from events.errors import LogUnavailable
from events.handle import handle
from events.ids import ApiKeyId, api_key_stream
from events.loading import load
from events.log.memory import MemoryLog
from events.log.recorded import Metadata
from services.access.bootstrap import KEY_FILE, ensure_development_key, ensure_key
from services.access.secret_keys import parse_key
from tests.servers import Database
from tests.services.api.intake.monitor import FailingLog


async def test_a_fresh_installation_gets_an_admin_key_that_only_its_user_can_read(
    tmp_path: Path,
) -> None:
    log, file = MemoryLog(), tmp_path / KEY_FILE
    text = await ensure_key(log, file)
    assert text is not None
    shown = parse_key(text)
    assert shown is not None
    key, _ = await load(log, api_key_decider, api_key_stream(ApiKeyId(shown.key_id)))
    assert isinstance(key, ApiKeyCreated)
    assert shown.matches(key.secret_hash)
    assert key.scopes == (ApiScope.ADMIN,)
    assert file.read_text().strip() == text
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_later_start_makes_no_other_key(tmp_path: Path) -> None:
    log, file = MemoryLog(), tmp_path / KEY_FILE
    await ensure_key(log, file)
    assert await ensure_key(log, file) is None
    assert await log.head() == 1


async def test_a_key_of_another_log_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / KEY_FILE
    old = await ensure_key(MemoryLog(), file)
    new = await ensure_key(MemoryLog(), file)
    assert new not in {None, old}


async def test_a_revoked_key_is_replaced(tmp_path: Path) -> None:
    log, file = MemoryLog(), tmp_path / KEY_FILE
    shown = parse_key(await ensure_key(log, file) or "")
    assert shown is not None
    await handle(
        log,
        api_key_decider,
        api_key_stream(ApiKeyId(shown.key_id)),
        RevokeApiKey(actor=Actor(principal="tests"), at=datetime.now(UTC)),
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal="tests"),
    )
    assert await ensure_key(log, file) is not None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"tocsin_key_half", b"\x00" * 10])
async def test_a_damaged_file_is_replaced(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / KEY_FILE
    file.write_bytes(content)
    assert await ensure_key(MemoryLog(), file) is not None


async def test_a_start_that_was_cut_off_is_made_good_by_the_next(tmp_path: Path) -> None:
    log, file = MemoryLog(), tmp_path / KEY_FILE
    with pytest.raises(LogUnavailable):
        await ensure_key(FailingLog(log, 1, stored=False), file)
    assert await ensure_key(log, file) is not None
    assert await log.head() == 1


@pytest.mark.stack
async def test_the_key_lands_in_the_log_of_the_installation(
    database: Database, tmp_path: Path
) -> None:
    assert await ensure_development_key(database.app_dsn, tmp_path) is not None
    assert await ensure_development_key(database.app_dsn, tmp_path) is None
