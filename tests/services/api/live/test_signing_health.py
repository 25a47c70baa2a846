"""A notary that finds something, falls behind or is not there is seen without reading a log."""

import re
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from events.configuration.api_key import ApiScope
from events.log import database as pools
from events.log.proof.notary_looks import NotaryFinding, NotaryLooks, Trouble
from tests.servers import Database
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api
from tests.services.cli.tampering import tamper

pytestmark = pytest.mark.stack

ROOT = Path(__file__).parents[4]
SINCE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FOUND = NotaryFinding(trouble=Trouble.ROLLED_BACK, since=SINCE, reason="6 events were signed")


async def told(database: Database, what: NotaryFinding | None) -> None:
    pool = await pools.Database.open(database.notary_dsn)
    await NotaryLooks(pool).looked(what)
    await pool.close()


async def of_the_notary(api: Api) -> list[str]:
    degraded = (await api.http.get("/health/ready")).json()["degraded"]
    return [one for one in degraded if one.startswith("notary")]


async def numbers(api: Api) -> dict[tuple[str, str | None], float]:
    headers = await holder_of(api.log, ApiScope.OBSERVER)
    text = (await api.http.get("/metrics", headers=headers)).text
    return {
        (sample.name, sample.labels.get("trouble")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("tocsin_notary")
    }


async def test_a_log_that_is_not_the_signed_one_is_in_health_and_metrics(
    alone: Api, database: Database
) -> None:
    assert await of_the_notary(alone) == ["notary: has never looked"]
    await told(database, FOUND)
    assert await of_the_notary(alone) == [
        "notary: log_rolled_back since 2026-03-01T12:00:00Z: 6 events were signed"
    ]
    found = await numbers(alone)
    assert found["tocsin_notary_trouble", "log_rolled_back"] == 1
    assert found["tocsin_notary_trouble", "log_rewritten"] == 0
    await told(database, None)
    assert await of_the_notary(alone) == []
    assert (await numbers(alone))["tocsin_notary_trouble", "log_rolled_back"] == 0


async def test_events_that_wait_for_their_signature_are_told_with_their_age(
    alone: Api, database: Database
) -> None:
    await alone.declare()
    await told(database, None)
    head = await alone.log.head()
    await tamper(
        database,
        "update es.event set recorded_at = clock_timestamp() - interval '65 s' where position = 1",
        "insert into es.tree_head (size, root, frontier, note)"
        " values (1000000, decode(repeat('00', 32), 'hex'), '{}', 'of nobody')",
    )
    (sentence,) = await of_the_notary(alone)
    assert re.fullmatch(rf"notary: signed 0 of {head} events for 6\d s", sentence)
    found = await numbers(alone)
    assert found["tocsin_notary_signed_events", None] == 0
    assert 65 <= found["tocsin_notary_unsigned_seconds", None] < 90


async def test_a_notary_that_is_silent_is_told(alone: Api, database: Database) -> None:
    await told(database, None)
    connection = await asyncpg.connect(database.owner_dsn)
    await connection.execute(
        "update es.notary_look set looked_at = looked_at - interval '95 s',"
        " trouble = 'of a later version', reason = 'x', trouble_since = looked_at"
    )
    await connection.close()
    first, second = await of_the_notary(alone)
    assert first.startswith("notary: of a later version since ")
    assert re.fullmatch(r"notary: last looked 9\d s ago", second)
    assert (await numbers(alone))["tocsin_notary_look_age_seconds", None] >= 95


async def test_every_alert_rule_asks_for_a_metric_that_there_is(
    alone: Api, database: Database
) -> None:
    await told(database, FOUND)
    headers = await holder_of(alone.log, ApiScope.OBSERVER)
    text = (await alone.http.get("/metrics", headers=headers)).text
    there = {
        sample.name for family in text_string_to_metric_families(text) for sample in family.samples
    }
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())
    asked = [
        name
        for group in rules["groups"]
        for rule in group["rules"]
        for name in re.findall(r"tocsin_\w+", rule["expr"])
    ]
    assert "tocsin_notary_trouble" in asked
    assert set(asked) <= there
