"""However many try, and in however many processes, few attempts are looked at."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from events.log.database import Database as Pool
from events.log.postgres import PostgresLog
from services.identity.proofs.attempts import OF_A_NETWORK, OF_AN_ACCOUNT, Attempts
from tests.servers import Database

pytestmark = pytest.mark.stack
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOME, AWAY = "203.0.113.77", "198.51.100.9"
FREE = OF_AN_ACCOUNT.free + 1  # the one after the free ones is looked at too, and the next waits


@pytest.fixture
def attempts(log: PostgresLog) -> Attempts:
    return Attempts(log.database)


async def test_of_a_thousand_attempts_at_once_a_handful_is_looked_at(
    attempts: Attempts, database: Database
) -> None:
    elsewhere = await Pool.open(database.app_dsn)
    try:
        other = Attempts(elsewhere)
        for _ in range(20):
            await asyncio.gather(
                *(attempts.begin("ada", None, NOON) for _ in range(5)),
                *(other.begin("ada", None, NOON) for _ in range(5)),
            )
        looked_at = 0
        for _ in range(800):
            looked_at += await attempts.begin("ada", None, NOON) is not None
        assert looked_at == 0
        [row] = await log_rows(elsewhere)
        assert row["failures"] == FREE
    finally:
        await elsewhere.close()


async def log_rows(pool: Pool) -> list[dict[str, int]]:
    return [dict(row) for row in await pool.fetch("select failures from es.sign_in_attempt")]


async def test_in_a_day_of_trying_every_second_a_minute_lies_between_two_looks(
    attempts: Attempts,
) -> None:
    looked_at = 0
    for minute in range(120):
        for second in (0, 20, 40):
            now = NOON + timedelta(minutes=minute, seconds=second)
            looked_at += await attempts.begin("ada", None, now) is not None
    assert looked_at <= 120 + 12


async def test_failures_are_counted_from_the_first_of_a_streak(attempts: Attempts) -> None:
    for number in range(1, 4):
        attempt = await attempts.begin("ada", HOME, NOON + timedelta(seconds=number))
        assert attempt is not None
        assert (attempt.failures, attempt.since) == (number, NOON + timedelta(seconds=1))
    later = NOON + timedelta(days=1, seconds=10)
    attempt = await attempts.begin("ada", HOME, later)
    assert attempt is not None
    assert (attempt.failures, attempt.since) == (1, later)


async def test_success_ends_a_streak(attempts: Attempts) -> None:
    for _ in range(4):
        assert await attempts.begin("ada", HOME, NOON) is not None
    await attempts.succeeded("ada", HOME, NOON)
    attempt = await attempts.begin("ada", HOME, NOON)
    assert attempt is not None
    assert attempt.failures == 1


async def test_who_is_tried_on_one_account_may_sign_in_to_another(attempts: Attempts) -> None:
    while await attempts.begin("ada", AWAY, NOON) is not None:
        pass
    assert await attempts.begin("ben", HOME, NOON) is not None
    assert await attempts.begin("ADA", HOME, NOON) is None


async def test_one_network_does_not_try_account_after_account(attempts: Attempts) -> None:
    tried = 0
    while await attempts.begin(f"person-{tried}", AWAY, NOON) is not None:
        tried += 1
    assert tried == OF_A_NETWORK.free + 1
    assert await attempts.begin("ben", HOME, NOON) is not None
    assert await attempts.begin("ben", None, NOON) is not None


async def test_an_own_account_does_not_buy_more_attempts_on_others(attempts: Attempts) -> None:
    tried = 0
    for number in range(100):
        if await attempts.begin("mallory", AWAY, NOON) is not None:
            await attempts.succeeded("mallory", AWAY, NOON)
        tried += await attempts.begin(f"person-{number}", AWAY, NOON) is not None
    assert tried <= OF_A_NETWORK.free + 2


@pytest.mark.parametrize(
    ("one", "other"),
    [("2001:db8::1", "2001:db8::ffff:2"), ("::ffff:203.0.113.77", "203.0.113.77")],
)
async def test_a_customer_s_addresses_are_one_network(
    attempts: Attempts, one: str, other: str
) -> None:
    tried = 0
    while await attempts.begin(f"person-{tried}", one, NOON) is not None:
        tried += 1
    assert await attempts.begin("ben", other, NOON) is None


async def test_old_counts_are_cleared_away(attempts: Attempts, log: PostgresLog) -> None:
    for number in range(5):
        await attempts.begin(f"person-{number}", None, NOON)
    await attempts.begin("ben", None, NOON + timedelta(days=2))
    assert len(await log_rows(log.database)) == 1
