"""An integration with a mapping takes any JSON; what it cannot read is kept until it can."""

import asyncio
import json
import time
from typing import Any

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.resources.mapping.bodies import EXAMPLE
from tests.services.api.intake.monitor import story_of
from tests.services.api.intake.test_alertmanager_route import monitor_at
from tests.services.api.intake.test_keeping import kept
from tests.services.api.key_holders import holder_of

BODY: dict[str, Any] = {
    "host": "db-1",
    "check": {"name": "Disk", "state": "CRITICAL", "priority": "P1", "output": "93 % full"},
    "tags": {"env": "prod"},
    "links": [{"rel": "graph", "href": "https://graphs.example.com/d/1"}],
}
OVER = BODY | {"check": BODY["check"] | {"state": "OK"}}


class Monitor:
    """A monitor of its own kind, and who sets up how it is read."""

    def __init__(self, admin: AsyncClient, sender: AsyncClient, key: str, identity: str) -> None:
        self.admin, self.sender, self.key = admin, sender, key
        self.identity = identity

    async def maps(self, mapping: Any = EXAMPLE) -> Any:
        return await self.admin.put(f"/v1/integrations/{self.identity}/mapping", json=mapping)

    async def sends(self, body: Any, source: str = "generic") -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        path = f"/v1/integrations/{self.key}/{source}"
        return await self.sender.post(path, content=content, headers={"Authorization": ""})

    async def tries(self, **asked: Any) -> Any:
        path = f"/v1/integrations/{self.identity}/mapping/test"
        return await self.admin.post(path, json=asked)


@pytest.fixture
async def monitor(client: AsyncClient, dependencies: Dependencies) -> Monitor:
    _, admin = await monitor_at(client, dependencies)
    body = {"name": "Checks", "service_id": "checkout"}
    made = (await admin.post("/v1/integrations", json=body)).json()
    return Monitor(admin, client, made["key"], made["integration_id"])


async def test_any_json_is_an_alert_until_the_same_one_is_over(
    monitor: Monitor, dependencies: Dependencies
) -> None:
    assert (await monitor.maps()).status_code == 200
    for body in (BODY, BODY, OVER):
        answer = await monitor.sends(body)
        assert answer.status_code == 200, answer.text
    story = await story_of(dependencies.log)
    assert story.types.count("alert.triggered") == 1
    assert not story.open_alerts
    (triggered,) = (one for one in story.events if one.type == "alert.triggered")
    assert triggered.title == "Disk on db-1"
    assert triggered.labels["env"] == "prod"
    assert triggered.labels["host"] == "db-1"


async def test_a_body_that_the_mapping_cannot_read_is_kept_and_replayed_with_todays_mapping(
    monitor: Monitor, dependencies: Dependencies
) -> None:
    await monitor.maps()
    answer = await monitor.sends({"name": "Disk full, and secret"})
    assert answer.status_code == 422
    said = answer.json()
    assert said["code"] == "body-unmapped"
    assert said["errors"][0]["field"] == "mapping.title"
    (letter,) = await dependencies.dead_letters.newest(10)
    assert 'title by expression body.check.name + " on " + body.host' in letter.reason
    assert "secret" not in letter.reason
    (arrival,) = await kept(dependencies)
    await monitor.maps({"title": {"path": "$.name"}})
    again = await monitor.admin.post(
        f"/v1/arrivals/{arrival.arrival_id}/replay", json={"for_real": True}
    )
    assert again.json()["outcome"] == "opened", again.text
    assert (await story_of(dependencies.log)).types.count("alert.triggered") == 1


async def test_without_a_mapping_our_own_fields_are_read_again(monitor: Monitor) -> None:
    await monitor.maps()
    removed = await monitor.admin.delete(f"/v1/integrations/{monitor.identity}/mapping")
    assert removed.status_code == 200
    assert (await monitor.sends(BODY)).status_code == 422
    assert (await monitor.sends({"title": "Disk full"})).status_code == 200


async def test_what_was_mapped_at_rootly_is_mapped_here(
    monitor: Monitor, dependencies: Dependencies
) -> None:
    await monitor.maps()
    assert (await monitor.sends(BODY, "rootly")).status_code == 200
    assert (await story_of(dependencies.log)).types.count("alert.triggered") == 1


async def test_an_alert_that_cannot_be_read_costs_no_other_one(monitor: Monitor) -> None:
    mapping = {"alerts": "$.all[*]", "title": {"path": "@.n"}, "dedup_key": {"path": "@.n"}}
    await monitor.maps(mapping)
    answer = await monitor.sends({"all": [{"n": "a"}, {"n": None}, {"n": "b"}]})
    assert answer.status_code == 200
    assert (answer.json()["alerts_read"], answer.json()["alerts_unread"]) == (2, 1)


@pytest.mark.parametrize(
    ("word", "severity"), [("P1", Severity.SEV1), ("p2", Severity.SEV2), ("P9", None)]
)
async def test_a_word_of_the_table_is_the_severity(
    monitor: Monitor, dependencies: Dependencies, word: str, severity: Severity | None
) -> None:
    await monitor.maps()
    await monitor.sends(BODY | {"check": BODY["check"] | {"priority": word}})
    (declared,) = (
        one for one in (await story_of(dependencies.log)).events if one.type == "incident.declared"
    )
    assert declared.severity is severity


@pytest.mark.parametrize(
    ("mapping", "field", "position"),
    [
        ({"title": {"path": "$.a["}}, "title.path", 5),
        ({"title": {"expression": "body.a +"}}, "title.expression", 9),
        ({"title": {"path": "$"}, "labels": {"a": {"path": "$.."}}}, "labels.a.path", 3),
        ({"title": {"expression": "body.a.map(body, body)"}}, "title.expression", None),
        ({"title": {"path": "$", "expression": "body"}}, "title", None),
    ],
)
async def test_a_mapping_that_cannot_be_read_is_refused_by_field_and_position(
    monitor: Monitor, mapping: Any, field: str, position: int | None
) -> None:
    answer = await monitor.maps(mapping)
    assert (answer.status_code, answer.json()["code"]) == (422, "mapping-refused")
    assert (answer.json()["field"], answer.json().get("position")) == (field, position)


HOSTILE: dict[str, Any] = {
    "paths": {"title": {"path": "$..*..*..*..*"}},
    "pattern": {"title": {"path": '$..[?search(@.k, "(v+)+$")]'}},
    "joined": {"title": {"expression": "size(" + "+".join(["body.l"] * 25) + ")"}},
    "listed": {"title": {"expression": "[" + ",".join(["body"] * 190) + "]"}},
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
async def test_what_would_take_long_is_a_dead_letter_and_nobody_waits_for_it(
    monitor: Monitor, dependencies: Dependencies, name: str
) -> None:
    rows = [{"k": "v" * 50, "n": number} for number in range(1_600)]
    assert (await monitor.maps(HOSTILE[name])).status_code == 200
    began = time.thread_time()
    answers = await asyncio.gather(
        monitor.sends({"l": rows, "t": "x" * 300_000}), monitor.admin.get("/health/live")
    )
    assert [one.status_code for one in answers] == [422, 200]
    assert time.thread_time() - began < 2  # of this process's time; it takes some 0.05
    (letter,) = await dependencies.dead_letters.newest(10)
    assert "steps" in letter.reason


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"7", b"null", b"{" * 5_000, b'{"a": 1, "a": 2}', b"disk full", b'"x"']
)
async def test_a_hostile_body_is_refused_and_kept(
    monitor: Monitor, dependencies: Dependencies, body: bytes
) -> None:
    await monitor.maps()
    assert (await monitor.sends(body)).status_code in {400, 422}
    assert len(await dependencies.dead_letters.newest(10)) == 1


async def test_a_trial_shows_each_field_and_by_what_and_stores_nothing(
    monitor: Monitor, dependencies: Dependencies
) -> None:
    await monitor.maps()
    before = len(await dependencies.log.read_all(0, 10_000))
    answer = (await monitor.tries(body=json.dumps(BODY))).json()
    assert (answer["mapping_version"], answer["unread"]) == (1, None)
    (alert,) = answer["alerts"]
    assert alert["fields"][0] == {
        "field": "title",
        "value": "Disk on db-1",
        "by": 'expression body.check.name + " on " + body.host',
        "wrong": None,
    }
    draft = {"title": {"path": "$.host"}, "summary": {"path": "$.nothing"}}
    answer = (await monitor.tries(body=json.dumps(BODY), mapping=draft)).json()
    assert answer["mapping_version"] is None
    title, summary = answer["alerts"][0]["fields"]
    assert (title["value"], title["by"]) == ("db-1", "path $.host")
    assert (summary["value"], summary["wrong"]) == (None, "it finds nothing")
    assert len(await dependencies.log.read_all(0, 10_000)) == before
    assert not await kept(dependencies)


async def test_a_trial_says_why_a_body_would_be_a_dead_letter(
    monitor: Monitor, dependencies: Dependencies
) -> None:
    await monitor.maps()
    answer = (await monitor.tries(body="{}")).json()
    assert answer["unread"]["field"] == "title"
    answer = (
        await monitor.tries(body="{}", mapping={"alerts": "$[*]", "title": {"path": "@"}})
    ).json()
    assert answer["unread"] == {"field": "alerts", "by": "path $[*]", "reason": "it finds no alert"}
    assert not await dependencies.dead_letters.newest(10)


async def test_a_message_that_came_is_tried_by_whoever_may_read_the_log(
    monitor: Monitor, client: AsyncClient, dependencies: Dependencies
) -> None:
    await monitor.sends(BODY)
    (arrival,) = await kept(dependencies)
    asked = {"arrival_id": str(arrival.arrival_id), "mapping": EXAMPLE}
    answer = await monitor.tries(**asked)
    assert answer.json()["alerts"][0]["fields"][0]["value"] == "Disk on db-1"
    headers = await holder_of(dependencies.log, ApiScope.RESPONDER)
    path = f"/v1/integrations/{monitor.identity}/mapping/test"
    assert (await client.post(path, json=asked, headers=headers)).status_code == 403


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "body.mapping"),
        ({"mapping": EXAMPLE}, "body.body"),
        ({"mapping": EXAMPLE, "body": "{}", "arrival_id": "0" * 32}, "body.body"),
        ({"mapping": EXAMPLE, "body": "{"}, "body.body"),
    ],
    ids=["nothing", "no body", "both", "no JSON"],
)
async def test_a_trial_without_a_mapping_or_a_body_is_refused_by_field(
    monitor: Monitor, asked: dict[str, Any], field: str
) -> None:
    answer = await monitor.tries(**asked)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
