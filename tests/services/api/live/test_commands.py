"""Commands: carried out once, answered exactly, and never lost."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import Response

from events.configuration.api_key import ApiScope
from events.errors import IncidentNotResolved
from events.log.liveness.pulses import MAIL, pulse
from events.log.queues.inbox import InboxState, PostgresInbox
from services.api.dependencies import Dependencies
from services.commanding.deferred import refused_outcome
from tests.servers import Database
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]


async def test_a_command_is_answered_with_its_receipt(api: Api) -> None:
    declared = await api.started()
    answer = await api.give(declared["incident_id"], "acknowledgement")
    assert answer.status_code == 200
    receipt = answer.json()
    stored = await api.log.read_stream(receipt["stream"])
    assert stored[-1].type == "incident.acknowledged"
    assert (receipt["version"], receipt["position"]) == (2, str(stored[-1].position))
    assert receipt["hash"] == stored[-1].hash.hex()
    assert answer.headers["etag"] == '"2"'


async def test_an_incident_lives_its_whole_life_through_the_api(api: Api) -> None:
    for name in ("ada", "grace"):
        await api.responder(name)
    declared = await api.started(severity="SEV2")
    steps: list[tuple[str, Any]] = [
        ("acknowledgement", None),
        ("triage", {"impact": "degraded", "scope": "widespread"}),
        ("severity", {"severity": "SEV1", "reason": "payments too"}),
        ("phase", {"phase": "response"}),
        ("responders", {"responder_id": "grace"}),
        ("roles/commander", {"responder_id": "ada"}),
        ("roles/commander/handover", {"to_responder_id": "grace", "reason": "asleep"}),
        ("status-updates", {"impact": "no checkout", "current_actions": "rolling back",
                            "next_update_at": "2026-11-23T13:00:00+01:00"}),
        ("mitigation", {"summary": "rolled back"}),
        ("resolution", {"summary": "fixed the query", "reason": "she is on a plane"}),
        ("reopening", {"phase": "response", "reason": "errors again"}),
        ("mitigation", {"summary": "rolled back further"}),
        ("resolution", {"summary": "fixed the other query", "reason": "she still is"}),
        ("closure", {"reason": "nothing to learn"}),
    ]  # fmt: skip
    answers = [await api.give(declared["reference"], noun, body) for noun, body in steps]
    assert [answer.status_code for answer in answers] == [200] * len(steps)
    position, version = answers[-1].json()["position"], answers[-1].json()["version"]
    path = f"/v1/incidents/{declared['incident_id']}"
    shown = await api.http.get(path, params={"after_position": position})
    assert shown.status_code == 200, shown.text
    detail = shown.json()
    assert (detail["status"], detail["severity"], detail["roles"]) == (
        "closed",
        "SEV1",
        {"commander": "grace"},
    )
    assert detail["status_update"]["next_update_at"] == "2026-11-23T12:00:00Z"
    assert shown.headers["etag"] == f'"{version}"'
    after = {"Tocsin-After-Position": position}
    for part in ("timeline", "pages", "alerts", "events"):
        assert (await api.http.get(f"{path}/{part}", headers=after)).status_code == 200
    postmortem = await api.http.get(f"{path}/postmortem.md", headers=after)
    assert postmortem.headers["content-type"] == "text/markdown; charset=utf-8"
    assert postmortem.text.startswith("# Incident Postmortem: Checkout fails")
    after_all = await api.give(declared["reference"], "mitigation", {"summary": "again"})
    assert (after_all.status_code, after_all.json()["code"]) == (409, "incident-ended")
    assert (await api.give(declared["reference"], "closure")).status_code == 200


async def test_a_refusal_says_what_is_allowed_instead(api: Api) -> None:
    declared = await api.started()
    answer = await api.give(declared["incident_id"], "closure")
    assert (answer.status_code, answer.json()["code"]) == (409, "incident-not-resolved")
    assert answer.json()["allowed"] == ["resolve", "decline"]


async def test_a_stale_version_is_refused_and_the_new_one_told(api: Api) -> None:
    declared = await api.started()
    incident = declared["incident_id"]
    first = await api.give(incident, "acknowledgement", **{"If-Match": '"1"'})
    assert first.status_code == 200
    stale = await api.give(
        incident, "mitigation", {"summary": "rolled back"}, **{"If-Match": '"1"'}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")
    assert stale.json()["version"] == 2


async def test_an_unknown_incident_is_not_found_by_id_or_by_reference(api: Api) -> None:
    for unknown in (str(uuid4()), "INC-999999", "no-such-thing", "%00", "INC-١٢٣"):
        answer = await api.give(unknown, "acknowledgement")
        assert (answer.status_code, answer.json()["code"]) == (404, "incident-not-found")


async def test_a_role_goes_only_to_somebody_who_exists(api: Api) -> None:
    declared = await api.started()
    answer = await api.give(declared["incident_id"], "roles/commander", {"responder_id": "nobody"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "body.responder_id", "reason": "No such responder: nobody."}
    ]


async def test_a_repeated_command_gets_its_first_answer(api: Api) -> None:
    declared = await api.started()
    incident, key = declared["incident_id"], {"Idempotency-Key": "retry-1"}
    first = await api.give(incident, "mitigation", {"summary": "rolled back"}, **key)
    await api.give(incident, "acknowledgement")
    again = await api.give(incident, "mitigation", {"summary": "rolled back"}, **key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    other = await api.give(incident, "mitigation", {"summary": "something else"}, **key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_one_key_for_two_callers_is_two_commands(api: Api) -> None:
    declared = await api.started()
    other = await holder_of(api.log, ApiScope.RESPONDER)
    key = {"Idempotency-Key": "same"}
    mine = await api.give(declared["incident_id"], "mitigation", {"summary": "a"}, **key)
    theirs = await api.give(declared["incident_id"], "mitigation", {"summary": "b"}, **key, **other)
    assert (mine.status_code, theirs.status_code) == (200, 200)
    assert mine.json()["command_id"] != theirs.json()["command_id"]


async def test_fifty_equal_commands_at_once_happen_once(api: Api) -> None:
    declared = await api.started()
    body = {"impact": "no checkout", "current_actions": "rolling back"}
    answers = await asyncio.gather(
        *(
            api.give(declared["incident_id"], "status-updates", body, **{"Idempotency-Key": "one"})
            for _ in range(50)
        )
    )
    taken = [one for one in answers if one.status_code != 503]  # there may be too much to do
    assert {answer.status_code for answer in taken} <= {200, 202}
    ids = {answer.json()["command_id"] for answer in taken}
    assert len(ids) == 1
    assert len({a.content for a in answers if a.status_code == 200}) == 1
    stored = await api.log.read_stream(f"incident-{declared['incident_id']}")
    assert [event.type for event in stored].count("status_update.published") == 1


async def test_a_command_right_after_the_declaration_waits_for_the_relay(api: Api) -> None:
    declared = await api.declare()
    command = asyncio.create_task(api.give(declared["incident_id"], "acknowledgement"))
    await asyncio.sleep(0.2)
    await api.start(declared["incident_id"])
    assert (await command).status_code == 200


async def test_a_command_to_an_open_incident_without_a_workflow_is_kept(api: Api) -> None:
    declared = await api.declare()
    answer = await api.give(declared["incident_id"], "acknowledgement")
    assert (answer.status_code, answer.json()["delivery"]) == (202, "deferred")


async def test_without_a_worker_a_command_is_kept(unworked: Api) -> None:
    declared = await unworked.started()
    answer = await unworked.give(declared["incident_id"], "acknowledgement")
    assert (answer.status_code, answer.json()["delivery"]) == (202, "deferred")
    handle = unworked.temporal.get_workflow_handle(f"incident/{declared['incident_id']}")
    await handle.terminate()


async def test_health_says_that_every_worker_is_dead_though_temporal_answers(
    unworked: Api, connected: Dependencies, routed: FastAPI, database: Database
) -> None:
    later = datetime.now(UTC) + timedelta(seconds=70)  # whoever worked for other tests is forgotten
    routed.state.dependencies = replace(connected, clock=lambda: later)
    degraded = (await unworked.http.get("/health/ready")).json()["degraded"]
    for queue in ("incident", "comms"):
        text = f"workers: nobody works on the task queue {queue}"
        assert any(one.startswith(text) for one in degraded)
    assert "temporal" not in degraded

    await pulse(unworked.log.database, "host:1")
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute("update es.worker set pulsed_at = pulsed_at - interval '40 seconds'")
    await owner.close()
    degraded = (await unworked.http.get("/health/ready")).json()["degraded"]
    assert [one for one in degraded if one.startswith("workers: none has been heard of for 4")]


async def test_health_says_that_nobody_takes_mail_any_more(alone: Api, database: Database) -> None:
    def of_mail(degraded: list[str]) -> list[str]:
        return [one for one in degraded if one.startswith("mail: no process has taken any for 4")]

    await pulse(alone.log.database, f"{MAIL}host:1")
    assert not of_mail((await alone.http.get("/health/ready")).json()["degraded"])
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute("update es.worker set pulsed_at = pulsed_at - interval '40 seconds'")
    await owner.close()
    assert of_mail((await alone.http.get("/health/ready")).json()["degraded"])
    assert "tocsin_mail_pulse_age_seconds 4" in (await alone.http.get("/metrics")).text


async def test_while_temporal_is_down_declaring_and_commanding_go_on(alone: Api) -> None:
    declared = await alone.declare()
    key = {"Idempotency-Key": "during-the-outage"}
    kept = await alone.give(declared["incident_id"], "acknowledgement", **key)
    assert (kept.status_code, kept.json()["status"]) == (202, "pending")
    where = kept.headers["location"]
    assert (await alone.http.get(where)).json() == kept.json()
    again = await alone.give(declared["incident_id"], "acknowledgement", **key)
    assert (again.status_code, again.json()) == (202, kept.json())
    unknown = await alone.give(str(uuid4()), "acknowledgement")
    assert unknown.status_code == 404
    ready = await alone.http.get("/health/ready")
    assert (ready.status_code, "temporal" in ready.json()["degraded"]) == (200, True)


async def test_the_refusal_of_a_kept_command_is_at_its_place(alone: Api) -> None:
    declared = await alone.declare()
    key = {"Idempotency-Key": "too-early"}
    kept = await alone.give(declared["incident_id"], "closure", **key)
    assert kept.status_code == 202
    refusal = IncidentNotResolved("It is not resolved.", allowed=["resolve"])
    command_id = kept.json()["command_id"]
    await PostgresInbox(alone.log.database).finish(
        command_id, InboxState.REFUSED, refused_outcome(refusal)
    )
    told = (await alone.http.get(kept.headers["location"])).json()
    assert (told["status"], told["problem"]["code"]) == ("refused", "incident-not-resolved")
    assert told["problem"]["allowed"] == ["resolve"]
    again = await alone.give(declared["incident_id"], "closure", **key)
    assert (again.status_code, again.json()["code"]) == (409, "incident-not-resolved")


async def test_commands_never_overtake_those_that_are_kept(api: Api) -> None:
    declared = await api.declare()
    kept = await api.give(declared["incident_id"], "acknowledgement")
    assert kept.status_code == 202
    await api.start(declared["incident_id"])
    later = await api.give(declared["incident_id"], "mitigation", {"summary": "rolled back"})
    assert (later.status_code, later.json()["delivery"]) == (202, "deferred")


async def test_an_unknown_command_is_not_found(alone: Api) -> None:
    answer = await alone.http.get(f"/v1/commands/{uuid4()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "command-not-found")


async def test_a_correction_stands_beside_the_update_whose_place_it_takes(api: Api) -> None:
    declared = await api.started()
    path = f"/v1/incidents/{declared['incident_id']}/status-updates"
    body = {"impact": "no checkout", "current_actions": "rolling back"}

    async def give(**more: Any) -> Response:
        return await api.give(declared["incident_id"], "status-updates", body | more)

    assert (await give()).status_code == 200
    written = await give(impact="one checkout in five fails", corrects=1)
    assert written.status_code == 200, written.text
    after = {"after_position": written.json()["position"]}
    wrong, right = (await api.http.get(path, params=after)).json()["status_updates"]
    assert (wrong["impact"], wrong["corrects"]) == ("no checkout", None)
    assert wrong["corrected"] == {
        "number": 2,
        "published_by": right["published_by"],
        "published_at": right["published_at"],
    }
    assert (right["corrects"], right["corrected"]) == (1, None)
    assert right["text"].startswith("Correction: this takes the place of update 1 of ")
    again, nowhere = await give(corrects=1), await give(corrects=3)
    assert (again.status_code, again.json()["code"]) == (409, "status-update-corrected")
    assert "correct update 2" in again.json()["detail"]
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "status-update-unknown")
