"""Rules are tried on all that came: what they say is what the receiver would have done."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from events.actor import Actor
from events.backtest.routed import Routed, RuleName
from services.api.dependencies import Dependencies
from services.api.intake.keeping import rules_backtest
from services.api.intake.keeping.looking import Look, Message
from services.api.intake.keeping.rules_backtest import BacktestWanted, RulesBacktest
from services.api.intake.keeping.sweep import sender_of, source_named
from services.api.resources.routing.trials import DraftBody, draft_of
from tests.services.api.intake.monitor import body_of, one_alert
from tests.services.api.intake.test_keeping import arrivals_of
from tests.services.api.intake.test_routing import fire, route
from tests.services.api.intake.test_rule_trials import PAGERDUTY, integration_in

DISKS: dict[str, Any] = {
    "name": "disks",
    "conditions": [{"field": "labels.kind", "comparison": "equals", "values": ["disk"]}],
    "outcome": {"grouping": {"fields": ["labels.host"]}},
}
SUPPRESSED: dict[str, Any] = {
    "name": "chatter",
    "conditions": [{"field": "labels.kind", "comparison": "equals", "values": ["cpu"]}],
    "outcome": {"suppress": True},
}


def drafted(*rules: dict[str, Any]) -> Any:
    body = DraftBody.model_validate({"routing_rules_id": "organisation", "rules": list(rules)})
    return draft_of(body, Actor(principal="api_key:test"), datetime.now(UTC))


async def backtest(
    dependencies: Dependencies, draft: Any = None, *, days: int = 1
) -> RulesBacktest:
    now = datetime.now(UTC)
    wanted = BacktestWanted(
        begin=now - timedelta(days=days),
        end=now + timedelta(minutes=1),
        quiet=timedelta(minutes=30),
        draft=draft,
    )

    async def here(work: Any) -> Any:
        return await asyncio.to_thread(work)

    made = RulesBacktest(dependencies, wanted)
    await made.begin()
    async for _ in made.portions(here):
        pass
    return made


def totals(routed: Routed) -> tuple[int, int, int]:
    return routed.total.alerts, routed.total.incidents, routed.total.held


async def declared(dependencies: Dependencies) -> int:
    stored = await dependencies.log.read_all(0)
    return sum(one.type == "incident.declared" for one in stored)


async def a_busy_day(client: AsyncClient, path: str) -> None:
    for number in range(4):
        host = f"db-{number % 2}"
        await fire(client, path, f"disk-{number}", kind="disk", host=host)
        await fire(client, path, f"cpu-{number}", kind="cpu", host=host)
    await fire(client, path, "disk-0", kind="disk", host="db-0")  # it fires still
    group = body_of(one_alert("a"), one_alert("b"))
    assert (await client.post(path, json=group)).status_code == 200


async def test_the_rules_that_were_there_make_of_it_what_really_became_of_it(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await integration_in(client, dependencies)
    await route(client, DISKS, SUPPRESSED)
    await a_busy_day(client, path)
    before = await dependencies.log.head()
    made = await backtest(dependencies)
    assert await dependencies.log.head() == before
    # Two hosts with disks, and the group of two; each other message is an incident of its own.
    assert made.after.total.incidents == await declared(dependencies) == 3
    assert totals(made.after) == (6, 3, 4)
    assert totals(made.before) == (10, 9, 0)
    rules = made.after.by_rule
    assert (rules[RuleName("organisation", "disks")].incidents) == 2
    assert (rules[RuleName("organisation", "chatter")].held) == 4
    assert made.heard.messages == 10
    assert not made.heard.left_out


async def test_a_draft_is_compared_with_the_rules_of_now(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await integration_in(client, dependencies)
    await route(client, DISKS)
    await a_busy_day(client, path)
    together = DISKS | {"outcome": {"grouping": {"fields": []}}}
    made = await backtest(dependencies, drafted(together, SUPPRESSED))
    assert totals(made.before) == (10, 2 + 4 + 1, 0)
    assert totals(made.after) == (6, 1 + 1, 4)


async def test_what_came_before_and_what_was_replayed_does_not_count(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await integration_in(client, dependencies)
    await fire(client, path, "a")
    kept = next(iter(arrivals_of(dependencies).messages.values()))
    headers = {"Idempotency-Key": "once"}
    path = f"/v1/arrivals/{kept.arrival_id}/replay"
    replayed = await client.post(path, json={"for_real": True}, headers=headers)
    assert replayed.status_code == 200, replayed.text
    assert len(arrivals_of(dependencies).messages) == 2
    assert (await backtest(dependencies)).heard.messages == 1
    assert (await backtest(dependencies, days=0)).heard.messages == 0


async def test_it_reads_in_portions_and_what_is_known_goes_on_from_one_to_the_next(
    client: AsyncClient, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = await integration_in(client, dependencies)
    await route(client, DISKS, SUPPRESSED)
    await a_busy_day(client, path)
    monkeypatch.setattr(rules_backtest, "FIRST", 2)
    monkeypatch.setattr(rules_backtest, "MOST_AT_ONCE", 3)
    assert totals((await backtest(dependencies)).after) == (6, 3, 4)


async def test_messages_of_an_integration_that_was_revoked_are_counted_as_left_out(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, integration_id = await integration_in(client, dependencies)
    await fire(client, path, "a")
    revoked = await client.delete(f"/v1/integrations/{integration_id}")
    assert revoked.status_code == 200, revoked.text
    made = await backtest(dependencies)
    assert totals(made.after) == (0, 0, 0)
    assert made.heard.left_out == {"integration_revoked": 1}


async def seen_of(dependencies: Dependencies, look: Look) -> list[list[tuple[str, bool]]]:
    """Return what each message that is kept says of which alert."""
    said = []
    for arrival_id in sorted(arrivals_of(dependencies).messages):
        found = await arrivals_of(dependencies).find(arrival_id)
        assert found is not None
        arrival, content = found
        source = source_named(arrival.source)
        sender = await sender_of(dependencies.log, arrival.integration_id)
        assert content is not None
        assert source is not None
        assert sender is not None
        looked = await look.at(
            Message(arrival=arrival, content=content, source=source, sender=sender)
        )
        assert looked.batches is not None
        said.append(
            [(one.dedup_key, one.firing) for batch in looked.batches for one in batch.signals.last]
        )
    return said


async def test_an_end_that_only_names_its_alert_is_seen_too(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await integration_in(client, dependencies)
    key = path.split("/")[3]
    headers = {"Authorization": f"GenieKey {key}"}
    # Source: Opsgenie's "Create Alert" and "Close Alert".
    creation = {"message": "An example alert message", "alias": "Life is too short"}
    await client.post("/v2/alerts", json=creation, headers=headers)
    closing = "/v2/alerts/Life is too short/close?identifierType=alias"
    answer = await client.post(closing, json={"note": "done"}, headers=headers)
    assert answer.status_code == 202, answer.text
    event = PAGERDUTY | {"routing_key": key}
    for action in ("trigger", "acknowledge", "resolve"):
        sent = await client.post("/v2/enqueue", json=event | {"event_action": action})
        assert sent.status_code == 202, sent.text
    before = await dependencies.log.head()
    [created, closed, *events] = await seen_of(dependencies, Look())
    assert await dependencies.log.head() == before
    alias = "Life is too short"
    assert (created, closed) == ([(alias, True)], [(alias, False)])
    assert events == [[("samplekeyhere", True)], [], [("samplekeyhere", False)]]


async def test_a_body_that_nobody_can_read_any_more_keeps_no_other_out(
    client: AsyncClient, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = await integration_in(client, dependencies)
    await fire(client, path, "a")
    await fire(client, path, "b")
    arrivals = arrivals_of(dependencies)
    first = min(arrivals.messages)
    broken = arrivals.messages[first]
    monkeypatch.setitem(arrivals.messages, first, broken.__class__(**_with(broken, b"no zlib")))
    made = await backtest(dependencies)
    assert (made.after.total.alerts, made.heard.left_out) == (1, {"failed": 1})


def _with(message: Any, content: bytes) -> dict[str, Any]:
    names = message.__dataclass_fields__
    return {name: getattr(message, name) for name in names} | {"content": content}
