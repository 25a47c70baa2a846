"""What the API answered at a position is what it answers when it is asked as of that position."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from events.configuration.api_key import ApiScope
from projections.engine.catching_up import wait_for
from projections.registry import VERSIONS
from tests.eventually import eventually
from tests.projections.stories import story, tell_whole
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

PARTS = (
    *("", "/timeline", "/pages", "/alerts", "/events", "/postmortem"),
    *("/checklist", "/mitigation-actions", "/notes"),
    *("/attachments", "/timeline?q=o&phase=detection&by=ada"),
)
NOUNS = ("incidents", "responders", "escalation-policies", "services", "integrations", "api-keys")


@dataclass(frozen=True)
class Recorded:
    """An answer, and the position it was true at."""

    path: str
    position: int
    status: int
    body: bytes
    etag: str | None


async def settled(api: Api) -> int:
    """Return the head of the log once every projection has reached it."""
    head = await api.log.head()
    assert await wait_for(api.log.database, tuple(VERSIONS), head, 30)
    return head


async def watched(api: Api, paths: list[str]) -> list[Recorded]:
    """Return what the paths answer, all at one position."""
    while True:
        head = await settled(api)
        answers = [(path, await api.http.get(path)) for path in paths]
        if await api.log.head() == head:
            return [
                Recorded(path, head, answer.status_code, answer.content, answer.headers.get("etag"))
                for path, answer in answers
            ]


async def asked_again(api: Api, seen: Recorded) -> None:
    """Ask as of then, and compare byte for byte."""
    separator = "&" if "?" in seen.path else "?"
    path = f"{seen.path}{separator}as_of={seen.position}"

    async def answered() -> httpx.Response | None:
        found = await api.http.get(path)
        return None if found.status_code == HTTPStatus.SERVICE_UNAVAILABLE else found

    answer = await eventually(f"{path} is answered, on a busy machine too", answered)
    assert (answer.status_code, seen.path, answer.content) == (seen.status, seen.path, seen.body)
    assert answer.headers["tocsin-position"] == str(seen.position)
    assert answer.headers.get("etag") == seen.etag


class Desk:
    """Somebody who does random legal things through the API."""

    def __init__(self, api: Api, seed: int) -> None:
        self.api = api
        self.dice = random.Random(seed)
        self.incidents: list[str] = []
        self.names: list[str] = []
        self.alert_key = ""

    async def settle(self) -> None:
        """Make a team known, and a monitor."""
        for name in ("zoe", "ada", "grace"):
            await self.put(f"responders/{name}", self.person(name))
        await self.put("escalation-policies/shop", self.policy())
        await self.put("services/shop", {"name": "Shop", "escalation_policy_id": "shop"})
        monitor = {"name": "Prometheus", "service_id": "shop"}
        answer = await self.api.http.post("/v1/integrations", json=monitor)
        assert answer.status_code == 201, answer.text
        self.alert_key = answer.json()["key"]
        self.names += ["responders/ada", "escalation-policies/shop", "services/shop"]
        self.names.append(f"integrations/{answer.json()['integration_id']}")

    async def act(self) -> None:
        """Do something; what is forbidden at the moment is refused and changes nothing."""
        await self.dice.choice([self.declare, self.configure, self.alert, *[self.command] * 5])()

    async def declare(self) -> None:
        service = self.dice.choice([{}, {"service_id": "shop"}])
        declared = await self.api.started(title=f"100% of carts {self.dice.random()}", **service)
        self.incidents.append(declared["incident_id"])

    async def configure(self) -> None:
        match self.dice.randrange(3):
            case 0:
                await self.put("responders/ada", self.person(f"ada {self.dice.random()}"))
            case 1:
                await self.put("escalation-policies/shop", self.policy())
            case _:
                name = f"shop-{self.dice.randrange(5)}"
                await self.put(f"services/{name}", {"name": name, "escalation_policy_id": None})

    async def alert(self) -> None:
        status = self.dice.choice(["firing", "resolved"])
        ended = "2026-11-23T12:00:00Z" if status == "resolved" else "0001-01-01T00:00:00Z"
        labels = {"alertname": self.dice.choice(["Slow", "Down"]), "b": "1", "aa": "2"}
        body = {
            "version": "4",
            "groupKey": "shop",
            "status": status,
            "receiver": "tocsin",
            "groupLabels": {},
            "commonLabels": {},
            "commonAnnotations": {},
            "externalURL": "http://alertmanager",
            "alerts": [
                {
                    "status": status,
                    "labels": labels,
                    "annotations": {"summary": "It is slow"},
                    "startsAt": "2026-11-23T11:00:00Z",
                    "endsAt": ended,
                    "generatorURL": "",
                    "fingerprint": labels["alertname"],
                }
            ],
        }
        answer = await self.api.http.post(
            f"/v1/integrations/{self.alert_key}/alertmanager", json=body
        )
        assert answer.is_success, answer.text

    async def command(self) -> None:
        if not self.incidents:
            return await self.declare()
        noun, body = self.dice.choice(
            [
                ("acknowledgement", None),
                ("triage", {"impact": "degraded", "scope": "limited"}),
                ("severity", {"severity": self.dice.choice(["SEV1", "SEV3"]), "reason": "so"}),
                ("phase", {"phase": self.dice.choice(["triage", "response"]), "reason": "so"}),
                ("roles/commander", {"responder_id": "ada"}),
                ("roles/commander/offer", {"to_responder_id": "grace"}),
                ("roles/commander/offer/acceptance", None),
                ("roles/commander/handover", {"to_responder_id": "ada", "reason": "tired"}),
                ("status-updates", {"impact": "some", "current_actions": "looking"}),
                ("mitigation", {"summary": "rolled back"}),
                ("checklist/alert_valid/tick", None),
                ("notes", {"text": f"**so** {self.dice.random()}"}),
                ("checklist", {"section": "detection", "text": "Call", "mandatory": True}),
                ("mitigation-actions", {"kind": "rollback", "description": "back"}),
                ("mitigation-actions/1/outcome", {"outcome": "worked"}),
                ("resolution", {"summary": "fixed"}),
                ("reopening", {"phase": "response", "reason": "again"}),
                ("decline", {"reason": "false alarm"}),
                ("closure", None),
            ]
        )
        who = {"Tocsin-Responder": self.dice.choice(["ada", "grace"])}
        await self.api.give(self.dice.choice(self.incidents), noun, body, **who)
        return None

    def person(self, name: str) -> dict[str, Any]:
        address = f"{self.dice.randrange(99)}@example.com"
        return {"name": name, "contact_methods": [{"channel": "email", "address": address}]}

    def policy(self) -> dict[str, Any]:
        escalation_timeout = self.dice.randrange(30, 7000)
        level = {
            "targets": [{"responder_id": "ada"}, {"responder_id": "zoe"}],
            "escalation_timeout_seconds": escalation_timeout,
        }
        return {"name": "Shop", "levels": [level], "repeats": self.dice.randrange(3)}

    async def put(self, name: str, body: dict[str, Any]) -> None:
        answer = await self.api.http.put(f"/v1/{name}", json=body)
        assert answer.is_success, answer.text

    def paths(self) -> list[str]:
        """Return what to look at now."""
        shown = self.dice.sample(self.incidents, min(2, len(self.incidents)))
        return [
            *(f"/v1/{noun}" for noun in NOUNS),
            "/v1/incidents?q=%25&status=declared&status=acknowledged&limit=2",
            *(f"/v1/{name}" for name in self.names),
            *(f"/v1/incidents/{incident}{part}" for incident in shown for part in PARTS),
        ]


@pytest.mark.parametrize("seed", [1, 2])
async def test_any_answer_is_given_again_byte_for_byte_as_of_then(api: Api, seed: int) -> None:
    desk = Desk(api, seed)
    await desk.settle()
    seen: list[Recorded] = []
    for _ in range(12):
        for _ in range(desk.dice.randrange(1, 4)):
            await desk.act()
        seen += await watched(api, desk.paths())
    assert len({one.body for one in seen}) > 50
    await settled(api)
    for one in seen:
        await asked_again(api, one)


async def refused(api: Api, path: str, **headers: str) -> dict[str, Any]:
    answer = await api.http.get(path, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    return problem


async def test_a_time_means_all_that_was_recorded_until_then(alone: Api) -> None:
    for number in range(5):
        await alone.declare(title=f"Incident {number}")
    events = await alone.log.read_all(0)
    before = events[0].recorded_at - timedelta(microseconds=1)
    for known, at in enumerate([before, *(event.recorded_at for event in events)]):
        time = at.isoformat().replace("+00:00", "Z")
        answer = await alone.http.get("/v1/incidents", params={"as_of": time})
        assert answer.headers["tocsin-position"] == str(known)
        declared = sum(event.type == "incident.declared" for event in events[:known])
        assert len(answer.json()["incidents"]) == declared


async def test_what_did_not_exist_yet_is_said_to_come_later(alone: Api) -> None:
    declared = await alone.declare()
    path, position = f"/v1/incidents/{declared['incident_id']}", int(declared["position"])
    for part in PARTS[:4]:
        for early in (0, position - 1):
            problem = await refused(alone, f"{path}{part}?as_of={early}")
            assert (problem["status"], problem["code"]) == (404, "did-not-exist-yet")
            assert f"position {position}" in problem["detail"]
    by_name = f"/v1/incidents/{declared['reference']}?as_of={position}"
    assert (await alone.http.get(by_name)).json()["position"] == str(position)
    await alone.responder("ada")
    problem = await refused(alone, f"/v1/responders/ada?as_of={position}")
    assert problem["code"] == "did-not-exist-yet"
    problem = await refused(alone, f"/v1/responders/nobody?as_of={position}")
    assert problem["code"] == "responder-not-found"


@pytest.mark.parametrize(
    "as_of", ["", "-1", "yesterday", "2026-11-23", "2026-11-23T12:00:00", "1e3", "٣", "9" * 19]
)
async def test_a_moment_that_is_none_is_refused_with_the_field(alone: Api, as_of: str) -> None:
    answer = await alone.http.get("/v1/services", params={"as_of": as_of})
    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")
    assert [error["field"] for error in answer.json()["errors"]] == ["query.as_of"]


async def test_the_future_is_not_known(alone: Api) -> None:
    head = await alone.log.head()
    for as_of in (str(head + 1), "2999-01-01T00:00:00Z"):
        problem = await refused(alone, f"/v1/incidents?as_of={as_of}")
        assert (problem["status"], problem["code"]) == (422, "request-invalid")
        assert "future" in problem["errors"][0]["reason"]


async def test_nobody_asks_for_the_past_and_for_the_newest_at_once(alone: Api) -> None:
    declared = await alone.declare()
    both = f"/v1/incidents?as_of={declared['position']}"
    header = {"Tocsin-After-Position": declared["position"]}
    for problem in (
        await refused(alone, f"{both}&after_position={declared['position']}"),
        await refused(alone, both, **header),
    ):
        assert (problem["status"], problem["code"]) == (422, "request-invalid")


async def test_an_incident_can_be_asked_at_each_of_its_events(alone: Api) -> None:
    told = story()
    await tell_whole(alone.log, told)
    events = await alone.log.read_all(0)
    own = [event for event in events if event.stream == f"incident-{told.incident_id}"]
    for event in own:
        shown = await alone.http.get(f"/v1/incidents/{told.reference}?as_of={event.position}")
        assert shown.json()["version"] == event.version
        assert datetime.fromisoformat(shown.json()["updated_at"]) == event.recorded_at


async def test_the_past_asks_for_the_same_permission_as_the_present(alone: Api) -> None:
    observer = await holder_of(alone.log, ApiScope.OBSERVER)
    answer = await alone.http.get("/v1/api-keys?as_of=1", headers=observer)
    assert answer.status_code == 403
