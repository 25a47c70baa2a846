"""Opsgenie's actions on an alert act on the incident it is in, and each tells what became of it.

The body of an action is the sample of Opsgenie's own page on its alert API ("Acknowledge Alert").
"""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from events.ids import IncidentId
from events.incident.commands import AcknowledgeIncident
from events.log.queues.inbox import Inbox
from events.notes.events import NoteWritten
from services.api.dependencies import Dependencies
from services.commanding.expected_incident import expected_incident
from tests.services.api.intake.doors import door_for, recorded
from tests.services.api.intake.monitor import keep, story_of
from tests.services.api.intake.sources.opsgenie.opsgenie_door import OpsgenieDoor, opsgenie_at
from tests.services.api.intake.world import ADA
from tests.services.api.kept_letters import KeptLetters

ACTION = recorded("opsgenie/documented-action.json")
SIGNED = "Action executed via Alert API\n\n— Monitoring Script · AWS Lambda"


@pytest.fixture
async def door(client: AsyncClient, dependencies: Dependencies) -> OpsgenieDoor:
    door = await opsgenie_at(client, dependencies)
    assert (await door.post(body={"message": "Disk full", "alias": "a"})).status_code == 202
    return door


@pytest.fixture
def inbox(dependencies: Dependencies) -> Inbox:
    return dependencies.inbox


async def home_of(door: OpsgenieDoor) -> IncidentId:
    incident_id = (await door.alert("a")).incident_id
    assert incident_id is not None
    return incident_id


async def holder(door: OpsgenieDoor, inbox: Inbox) -> str | None:
    expected = await expected_incident(door.log, inbox, await home_of(door))
    return expected.incident.acknowledged_by


async def notes(door: OpsgenieDoor) -> list[str]:
    return [one.text for one in (await story_of(door.log)).events if isinstance(one, NoteWritten)]


async def outcome(door: OpsgenieDoor, request_id: str) -> Any:
    answer = await door.ask("GET", f"/requests/{request_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def shown(door: OpsgenieDoor) -> Any:
    answer = await door.ask("GET", "/a", identifierType="alias")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


@pytest.mark.parametrize(
    ("action", "body", "told"),
    [
        ("acknowledge", ACTION, ("Acknowledge", "Acknowledged alert")),
        ("close", ACTION, ("Close", "Closed alert")),
        ("notes", ACTION, ("AddNote", "Added note to alert")),
    ],
)
async def test_an_action_is_noted_and_its_outcome_is_told(
    door: OpsgenieDoor, action: str, body: bytes, told: tuple[str, str]
) -> None:
    answer = await door.post(f"/a/{action}", body, identifierType="alias")
    assert answer.status_code == 202
    became = await outcome(door, answer.json()["requestId"])
    assert (became["action"], became["status"]) == told
    assert became["isSuccess"] is True
    assert became["alertId"] == str(door.alert_id("a"))
    assert became["alias"] == "a"
    assert became["integrationId"] == door.integration_id
    assert await notes(door) == [SIGNED]


async def test_an_acknowledged_alert_has_the_senders_integration_for_an_owner(
    door: OpsgenieDoor, inbox: Inbox
) -> None:
    assert (await shown(door))["acknowledged"] is False
    await door.post("/a/acknowledge", None, identifierType="alias")
    assert await holder(door, inbox) == f"integration:{door.integration_id}"
    assert (await shown(door))["acknowledged"] is True


async def test_a_person_who_has_the_incident_keeps_it(door: OpsgenieDoor, inbox: Inbox) -> None:
    command = AcknowledgeIncident(actor=ADA, at=(await door.alert("a")).started_at or None)  # type: ignore[arg-type]
    await keep(inbox, await home_of(door), command)
    answer = await door.post("/a/acknowledge", ACTION, identifierType="alias")
    became = await outcome(door, answer.json()["requestId"])
    assert (became["isSuccess"], became["status"]) == (False, "Alert is already acknowledged")
    assert await holder(door, inbox) == ADA.name


async def test_an_alert_given_back_is_nobodys(door: OpsgenieDoor, inbox: Inbox) -> None:
    answer = await door.post("/a/unacknowledge", {}, identifierType="alias")
    became = await outcome(door, answer.json()["requestId"])
    assert became["status"] == "Alert is not acknowledged"
    await door.post("/a/acknowledge", {}, identifierType="alias")
    await door.post("/a/unacknowledge", {}, identifierType="alias")
    assert await holder(door, inbox) is None


async def test_a_snoozed_alert_is_left_alone_until_its_time(
    door: OpsgenieDoor, dependencies: Dependencies
) -> None:
    until = dependencies.clock() + timedelta(hours=2)
    body = {"endTime": until.isoformat(), "note": "After the deploy."}
    assert (await door.post("/a/snooze", body, identifierType="alias")).status_code == 202
    there = await shown(door)
    assert there["snoozed"] is True
    assert there["snoozedUntil"].startswith(until.isoformat()[:19])
    assert await notes(door) == ["After the deploy."]


@pytest.mark.parametrize("days", [-1, 0, 8, 36_500])
async def test_a_snooze_that_is_too_short_or_too_long_is_refused(
    door: OpsgenieDoor, dependencies: Dependencies, days: int
) -> None:
    body = {"endTime": (dependencies.clock() + timedelta(days=days)).isoformat()}
    answer = await door.post("/a/snooze", body, identifierType="alias")
    assert answer.status_code == 422
    assert "snooze until" in answer.json()["message"]
    assert (await shown(door))["snoozed"] is False


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("snooze", {}, "endTime"),
        ("snooze", {"endTime": "tomorrow"}, "endTime"),
        ("snooze", {"endTime": None}, "endTime"),
        ("snooze", {"endTime": {"a": 1}}, "endTime"),
        ("notes", {}, "note"),
        ("notes", {"note": " "}, "note"),
        ("notes", {"note": 7}, "note"),
        ("close", {"note": ["a"]}, "note"),
        ("acknowledge", {"user": {}}, "user"),
    ],
)
async def test_what_an_action_lacks_is_refused_by_field_and_nothing_is_done(
    door: OpsgenieDoor, dependencies: Dependencies, action: str, body: Any, field: str
) -> None:
    answer = await door.post(f"/a/{action}", body, identifierType="alias")
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]
    assert (await door.alert("a")).is_open
    assert await notes(door) == []
    assert isinstance(dependencies.dead_letters, KeptLetters)
    assert [one.source for one in dependencies.dead_letters.kept] == [f"opsgenie-{action}"]


@pytest.mark.parametrize("action", ["close", "acknowledge", "unacknowledge", "notes"])
async def test_an_action_on_an_alert_that_is_not_there_says_so_when_it_is_asked(
    door: OpsgenieDoor, action: str
) -> None:
    answer = await door.post(f"/nobody/{action}", ACTION, identifierType="alias")
    assert answer.status_code == 202
    became = await outcome(door, answer.json()["requestId"])
    assert (became["isSuccess"], became["status"]) == (False, "Alert does not exist")
    assert "alertId" not in became


async def test_a_note_may_be_written_on_a_closed_alert_but_nothing_else_is_done_to_it(
    door: OpsgenieDoor, inbox: Inbox
) -> None:
    await door.post("/a/close", {}, identifierType="alias")
    noted = await door.post("/a/notes", {"note": "It was the cron job."}, identifierType="alias")
    taken = await door.post("/a/acknowledge", {}, identifierType="alias")
    assert (await outcome(door, noted.json()["requestId"]))["isSuccess"] is True
    assert (await outcome(door, taken.json()["requestId"]))["status"] == "Alert is closed"
    assert await notes(door) == ["It was the cron job."]
    assert await holder(door, inbox) is None


async def test_the_note_of_a_new_alert_is_written_once(door: OpsgenieDoor) -> None:
    for _ in range(3):
        await door.post(body={"message": "x", "alias": "a", "note": "See the runbook."})
    assert await notes(door) == ["See the runbook."]


async def test_an_alert_is_shown_as_it_was_sent(door: OpsgenieDoor) -> None:
    await door.post(body=recorded("opsgenie/documented-create.json"))
    answer = await door.ask("GET", f"/{door.alert_id('Life is too short for no alias')}")
    there = answer.json()["data"]
    assert there["id"] == str(door.alert_id("Life is too short for no alias"))
    assert there["alias"] == "Life is too short for no alias"
    assert there["message"] == "An example alert message"
    assert there["description"] == "Every alert needs a description"
    assert there["status"] == "open"
    assert there["priority"] == "P1"
    assert there["tags"] == ["OverwriteQuietHours", "Critical"]
    assert there["actions"] == ["Restart", "AnExampleAction"]
    assert there["entity"] == "An example entity"
    assert {"key1": "value1", "key2": "value2"}.items() <= there["details"].items()
    by_number = await door.ask("GET", f"/{there['tinyId']}", identifierType="tiny")
    assert by_number.json()["data"] == there


async def test_what_is_not_there_is_not_found_in_opsgenies_words(door: OpsgenieDoor) -> None:
    for path in ("/nobody", "/requests/nobody", "/requests/" + "9" * 500):
        answer = await door.ask("GET", path)
        assert answer.status_code == 404
        assert answer.json().keys() == {"message", "took", "requestId"}


async def test_nobody_reads_what_came_by_another_key(
    door: OpsgenieDoor, client: AsyncClient, dependencies: Dependencies
) -> None:
    request = (await door.post("/a/close", {}, identifierType="alias")).json()["requestId"]
    other = (await door_for(client, dependencies, "opsgenie")).split("/")[3]
    headers = {"Authorization": f"GenieKey {other}"}
    for path in (f"/requests/{request}", f"/{door.alert_id('a')}"):
        answer = await client.get(f"/v2/alerts{path}", headers=headers)
        assert answer.status_code == 404
