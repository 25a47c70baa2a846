"""Opsgenie's create: the same alias is one alert, and what it says is kept where people look.

The bodies are the samples of Opsgenie's own page on its alert API ("Create Alert", "Close Alert").
"""

import json
from typing import Any

import hypothesis.strategies as st
import pytest
from httpx import AsyncClient
from hypothesis import given
from pydantic import ValidationError

from events.alert.events import AlertTriggered
from events.log.memory import MemoryLog
from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.opsgenie import SOURCE
from services.api.intake.sources.opsgenie.creation import CreateAlert, batch_of
from services.intake.arrival import Arrival
from services.intake.batch.signal import Signal
from tests.services.api.intake.doors import door_for, recorded
from tests.services.api.intake.monitor import SENDER, STARTED, signals_in, story_of
from tests.services.api.intake.sources.opsgenie.opsgenie_door import OpsgenieDoor, opsgenie_at
from tests.services.api.kept_letters import KeptLetters

DOCUMENTED = recorded("opsgenie/documented-create.json")
UNPROCESSABLE = "Request body is not processable. Please check the errors."


def signal_of(body: Any) -> Signal:
    reader = SOURCE.reader(Arrival(sender=SENDER, at=STARTED))
    reader.feed(body if isinstance(body, bytes) else json.dumps(body).encode())
    (signal,) = signals_in(reader.finish().batch)
    return signal


@pytest.fixture
async def door(client: AsyncClient, dependencies: Dependencies) -> OpsgenieDoor:
    return await opsgenie_at(client, dependencies)


def test_the_documented_body_is_one_alert_with_all_that_it_says() -> None:
    signal = signal_of(DOCUMENTED)
    assert signal.dedup_key == "Life is too short for no alias"
    assert signal.title == "An example alert message"
    assert signal.severity is Severity.SEV1
    assert signal.labels == {
        "tags": "OverwriteQuietHours, Critical",
        "entity": "An example entity",
        "priority": "P1",
        "responders": "team 4513b7ea-3b91-438f-b7e4-e3e54af9147c, team NOC,"
        " user bb4d9938-c3c2-455d-aaab-727aa701c0d8, user trinity@opsgenie.com,"
        " escalation aee8a0de-c80f-4515-a232-501c0bc9d715, escalation Nightwatch Escalation,"
        " schedule 80564037-1984-4f38-b98e-8a1f662df552, schedule First Responders Schedule",
    }
    assert signal.annotations["description"] == "Every alert needs a description"
    assert signal.annotations["key1"] == "value1"
    assert signal.annotations["actions"] == "Restart, AnExampleAction"
    assert "team rocket_team" in signal.annotations["visibleTo"]


@pytest.mark.parametrize(
    ("priority", "severity"),
    [
        ("P1", Severity.SEV1),
        ("p2", Severity.SEV2),
        (None, Severity.SEV3),
        ("", Severity.SEV3),
        ("P4", Severity.SEV4),
        ("P5", Severity.SEV4),
        ("P9", None),
    ],
)
def test_a_priority_is_a_severity_and_one_that_is_none_is_left_to_triage(
    priority: str | None, severity: Severity | None
) -> None:
    signal = signal_of({"message": "Disk full", "priority": priority})
    assert signal.severity is severity


def test_alerts_without_an_alias_are_never_the_same() -> None:
    one, other = (signal_of({"message": "Disk full"}) for _ in range(2))
    assert one.dedup_key != other.dedup_key


@given(
    st.fixed_dictionaries(
        {"message": st.text(min_size=1).filter(lambda text: any(map(str.isalnum, text)))},
        optional={
            "alias": st.text(),
            "description": st.text(),
            "tags": st.lists(st.text() | st.integers()) | st.text(),
            "responders": st.lists(st.dictionaries(st.text(), st.text()) | st.text()),
            "details": st.dictionaries(st.text(), st.text() | st.integers() | st.none()),
            "priority": st.text(),
        },
    )
)
def test_whatever_a_sender_fills_in_fires(body: dict[str, Any]) -> None:
    (signal,) = signals_in(
        batch_of(CreateAlert.model_validate(body), Arrival(sender=SENDER, at=STARTED))
    )
    assert signal.firing
    assert signal.title
    assert signal.dedup_key


@pytest.mark.parametrize("base", ["/v2/alerts", "/jsm/ops/integration/v2/alerts"])
async def test_an_alert_is_taken_and_answered_as_opsgenie_does(
    door: OpsgenieDoor, base: str
) -> None:
    answer = await OpsgenieDoor(door.http, door.log, door.key, door.integration_id, base).post(
        body=DOCUMENTED
    )
    assert answer.status_code == 202
    told = answer.json()
    assert told.keys() == {"result", "took", "requestId"}
    assert told["result"] == "Request will be processed"
    assert answer.headers["x-request-id"].replace("-", "") == told["requestId"].replace("-", "")
    assert answer.headers["x-ratelimit-state"] == "OK"
    assert float(answer.headers["x-response-time"]) == told["took"]
    assert (await door.alert("Life is too short for no alias")).is_open


async def test_the_same_alias_is_one_alert_until_it_is_closed(door: OpsgenieDoor) -> None:
    close = recorded("opsgenie/documented-action.json")
    body = {"message": "Disk full", "alias": "disk / of db-1"}
    for _ in range(3):
        await door.post(body=body)
    answer = await door.post("/disk%20%2F%20of%20db-1/close", close, identifierType="alias")
    assert answer.status_code == 202
    assert not (await door.alert(body["alias"])).is_open
    story = await story_of(door.log)
    assert story.types.count("alert.triggered") == 1
    assert len(story.incidents) == 1


async def test_what_fires_again_right_after_it_was_closed_opens_anew(door: OpsgenieDoor) -> None:
    for _ in range(2):
        answer = await door.post(body={"message": "Disk full", "alias": "a"})
        assert answer.status_code == 202
        await door.post("/a/close", {}, identifierType="alias")
    assert (await story_of(door.log)).types.count("alert.triggered") == 2


async def test_an_alert_is_closed_by_its_id_and_by_its_short_number(door: OpsgenieDoor) -> None:
    for alias in "ab":
        await door.post(body={"message": "Disk full", "alias": alias})
    assert isinstance(door.log, MemoryLog)
    (short,) = (
        one.position
        for one in await door.log.read_all(0)
        if one.type == "alert.triggered" and b'"dedup_key":"b"' in one.payload
    )
    await door.post(f"/{door.alert_id('a')}/close")
    await door.post(f"/{short}/close", {}, identifierType="tiny")
    assert not (await door.alert("a")).is_open
    assert not (await door.alert("b")).is_open


async def test_an_alert_without_an_alias_has_its_id_for_one(door: OpsgenieDoor) -> None:
    await door.post(body={"message": "Disk full"})
    (began,) = (one for one in (await story_of(door.log)).events if isinstance(one, AlertTriggered))
    await door.post(f"/{began.alert_id}/close", {}, identifierType="alias")
    assert (await story_of(door.log)).types.count("alert.resolved") == 1


async def test_no_key_finds_the_alerts_of_another_integration(
    door: OpsgenieDoor, client: AsyncClient, dependencies: Dependencies
) -> None:
    await door.post(body={"message": "Disk full", "alias": "a"})
    other = (await door_for(client, dependencies, "opsgenie")).split("/")[3]
    headers = {"Authorization": f"GenieKey {other}"}
    answer = await client.post(f"/v2/alerts/{door.alert_id('a')}/close", headers=headers, json={})
    assert answer.status_code == 202
    assert (await door.alert("a")).is_open


@pytest.mark.parametrize("identifier", ["nobody", "0", "1", "-1", "9" * 40, "%00", "a%2Fb"])
@pytest.mark.parametrize("kind", ["id", "alias", "tiny"])
async def test_what_is_unknown_is_taken_and_changes_nothing(
    door: OpsgenieDoor, identifier: str, kind: str
) -> None:
    before = (await story_of(door.log)).types
    answer = await door.post(f"/{identifier}/close", {}, identifierType=kind)
    assert answer.status_code == 202
    assert (await story_of(door.log)).types == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "message"),
        ({"message": ""}, "message"),
        ({"message": None}, "message"),
        ({"message": " \n"}, "message"),
        ({"message": 7}, "message"),
        ({"message": "x", "alias": ["a"]}, "alias"),
        ({"message": "x", "details": {"a": {"b": "c"}}}, "details.a"),
        ({"message": "x", "details": {"a": ["b"]}}, "details.a"),
        ({"message": "x", "details": "a=b"}, "details"),
    ],
)
async def test_what_is_no_alert_is_refused_by_field_and_kept(
    door: OpsgenieDoor, dependencies: Dependencies, body: Any, field: str
) -> None:
    answer = await door.post(body=body)
    assert answer.status_code == 422
    told = answer.json()
    assert told["message"] == UNPROCESSABLE
    assert list(told["errors"]) == [field]
    assert told["requestId"]
    assert isinstance(dependencies.dead_letters, KeptLetters)
    assert [one.source for one in dependencies.dead_letters.kept] == ["opsgenie"]
    assert not (await story_of(door.log)).incidents


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"disk full",
        b"[1]",
        b'{"message": "x"',
        b'{"message": "a", "message": "b"}',
        b"[" * 5_000,
        b'{"message": "\xff"}',
        b'{"message": "x", "details": {"a": 1e999}}',
    ],
)
async def test_a_body_that_nobody_can_read_is_refused_in_opsgenies_words(
    door: OpsgenieDoor, body: bytes
) -> None:
    answer = await door.post(body=body)
    assert answer.status_code in {400, 422}
    assert {"message", "took", "requestId"} <= answer.json().keys()
    assert (await door.post(body={"message": "next"})).status_code == 202


@pytest.mark.parametrize(
    "header", [None, "GenieKey", "GenieKey nobody", "Bearer {key}", "GenieKey {key}x", "{key}"]
)
async def test_without_its_key_nothing_is_taken(door: OpsgenieDoor, header: str | None) -> None:
    headers = {"Authorization": header.format(key=door.key)} if header else {}
    answer = await door.http.post("/v2/alerts", headers=headers, json={"message": "x"})
    assert answer.status_code == 401
    assert answer.json()["message"].startswith("Could not authenticate")
    assert not (await story_of(door.log)).incidents


async def test_an_identifier_of_no_known_kind_is_refused(door: OpsgenieDoor) -> None:
    answer = await door.post("/a/close", {}, identifierType="colour")
    assert answer.status_code == 422
    assert "identifierType" in json.dumps(answer.json()["errors"])


def test_a_body_of_numbers_is_no_alert() -> None:
    with pytest.raises(ValidationError):
        CreateAlert.model_validate({"message": 1})


@pytest.mark.parametrize("path", ["", "/"])
async def test_a_slash_at_the_end_costs_no_page(
    client: AsyncClient, dependencies: Dependencies, path: str
) -> None:
    """Opsgenie's client for Node.js posts to `/v2/alerts/`."""
    door = await opsgenie_at(client, dependencies)
    assert (await door.post(path, {"message": "Disk full", "alias": "a"})).status_code == 202
    assert (await door.alert("a")).is_open
