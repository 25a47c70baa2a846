"""Bad input on-call: refused with the field and the reason, and nothing of it is stored."""

from typing import Any, Final

import pytest
from httpx import AsyncClient, Response

from events.log.memory import MemoryLog
from tests.services.api.test_bad_input import admin, memory

__all__ = ["admin", "memory"]

ADA: Final = {
    "name": "Ada",
    "contact_methods": [{"channel": "email", "address": "ada@example.org"}],
}
LEVEL: Final = {"targets": [{"responder_id": "ada"}], "escalation_timeout_seconds": 60}
HOURS: Final = {"zone": "Europe/Berlin", "weekdays": [1], "opens": "09:00", "closes": "17:00"}
ROTATION: Final = {"slots": [["ada"]], "first_hand_off": "2026-11-23", "hand_off_at": "10:00"}
LAYER: Final = {"layer_id": "weekly", "name": "Weekly", "rotation": ROTATION}
POLICY: Final = "/v1/escalation-policies/payments"
SCHEDULE: Final = "/v1/schedules/payments"
ANSWERS: Final = [
    {"severity": "SEV1", "when": "immediate"},
    {"severity": "SEV2", "when": "immediate"},
    {"severity": "SEV3", "when": "business_hours"},
    {"severity": "SEV4", "when": "never", "work_item_within_seconds": 60},
]


def fields_of(answer: Response) -> list[str]:
    """Return the fields that a refusal names."""
    problem = answer.json()
    return [one["field"] for one in problem.get("errors", [])] or [problem["field"]]


async def refused(
    client: AsyncClient, memory: MemoryLog, method: str, path: str, **request: Any
) -> Response:
    before = await memory.head()
    answer = await client.request(method, path, **request)
    assert 400 <= answer.status_code < 500, (path, request, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await memory.head() == before, answer.text
    return answer


@pytest.fixture
async def known(admin: AsyncClient) -> AsyncClient:
    """An admin; Ada and a service are there."""
    for path, body in (
        ("/v1/responders/ada", ADA),
        ("/v1/services/checkout", {"name": "Checkout", "escalation_policy_id": None}),
    ):
        answer = await admin.put(path, json=body)
        assert answer.status_code == 200, answer.text
    return admin


def policy(**level: Any) -> dict[str, Any]:
    return {"name": "Payments", "levels": [LEVEL | level]}


def schedule(**layer: Any) -> dict[str, Any]:
    return {"name": "Payments", "zone": "Europe/Berlin", "layers": [LAYER | layer]}


def rotation(**more: Any) -> dict[str, Any]:
    return schedule(rotation=ROTATION | more)


def response_policy(**more: Any) -> dict[str, Any]:
    return {"responses": ANSWERS, "calendar": HOURS} | more


def incident_type(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"name": "Outage", "fields": [*fields]}


def region(**more: Any) -> dict[str, Any]:
    return {"field_id": "region", "label": "Region", "kind": "select", "options": ["eu"]} | more


PATIENCE: Final = "body.levels.0.escalation_timeout_seconds"
CONDITION: Final = {"hours": "inside", "calendar": HOURS | {"zone": "Europe/Atlantis"}}
RESPONSES: Final = "/v1/response-policies/checkout"
LEARNING: Final = "/v1/learning-policies/default"
TYPE: Final = "/v1/incident-types/outage"
# What a schedule refuses beyond its form needs its tables: see ../test_schedules.py.
REFUSED: Final[dict[str, tuple[str, dict[str, Any], str]]] = {
    "no patience": (POLICY, policy(escalation_timeout_seconds=0), PATIENCE),
    "patience below none": (POLICY, policy(escalation_timeout_seconds=-60), PATIENCE),
    "an unknown person": (
        POLICY,
        policy(targets=[{"responder_id": "nobody"}]),
        "body.levels.0.targets.0.responder_id",
    ),
    "an unknown schedule": (
        POLICY,
        policy(targets=[{"schedule_id": "nowhere"}]),
        "body.levels.0.targets.0.schedule_id",
    ),
    "an unknown team": (
        POLICY,
        policy(targets=[{"team_id": "none"}]),
        "body.levels.0.targets.0.team_id",
    ),
    "an unknown policy to hand over to": (
        POLICY,
        policy() | {"hand_over_to": "none"},
        "body.hand_over_to",
    ),
    "an unknown zone of a level": (POLICY, policy(when=CONDITION), "levels.0.when.calendar.zone"),
    "51 targets": (
        POLICY,
        policy(targets=[{"responder_id": f"r{one}"} for one in range(51)]),
        "body.levels.0.targets",
    ),
    "10,000 targets": (
        POLICY,
        policy(targets=[{"responder_id": f"r{one}"} for one in range(10_000)]),
        "body.levels.0.targets",
    ),
    "10,000 targets of schedules": (
        POLICY,
        policy(targets=[{"schedule_id": f"s{one}", "turn": "next"} for one in range(10_000)]),
        "body.levels.0.targets",
    ),
    "10,000 members": (
        "/v1/teams/payments",
        {"name": "Payments", "members": [{"responder_id": f"r{one}"} for one in range(10_000)]},
        "body.members",
    ),
    "10,000 turns": (SCHEDULE, rotation(slots=[["ada"]] * 10_000), "body.layers.0.rotation.slots"),
    "no time": (SCHEDULE, rotation(every=0), "body.layers.0.rotation.every"),
    "a time below none": (SCHEDULE, rotation(every=-1), "body.layers.0.rotation.every"),
    "a day that is none": (
        SCHEDULE,
        rotation(first_hand_off="2026-02-30"),
        "body.layers.0.rotation.first_hand_off",
    ),
    "a response that is missing": (
        RESPONSES,
        response_policy(responses=ANSWERS[1:]),
        "responses",
    ),
    "a response without a time": (
        RESPONSES,
        response_policy(responses=[*ANSWERS[:3], {"severity": "SEV4", "when": "never"}]),
        "responses.3.work_item_within_seconds",
    ),
    "half a matrix": (
        RESPONSES,
        response_policy(matrix=[{"impact": "degraded", "scope": "limited", "severity": "SEV1"}]),
        "matrix",
    ),
    "an unknown zone of business hours": (
        RESPONSES,
        response_policy(calendar=HOURS | {"zone": "Europe/Atlantis"}),
        "calendar.zone",
    ),
    "business hours that never begin": (
        RESPONSES,
        response_policy(calendar=HOURS | {"weekdays": []}),
        "calendar",
    ),
    "a target of nothing": (
        LEARNING,
        {"targets": [{"measure": "ttr", "minutes": 0}]},
        "body.targets.0.minutes",
    ),
    "a severity that no postmortem is asked for": (
        LEARNING,
        {"postmortems": [{"severity": "SEV1", "days": 3}]},
        "postmortems",
    ),
    "a learning policy of no service": (
        "/v1/learning-policies/nowhere",
        {},
        "path.learning_policy_id",
    ),
    "a field twice": (TYPE, incident_type(region(), region()), "fields"),
    "a choice without options": (TYPE, incident_type(region(options=[])), "fields.0.options"),
    "an option twice": (TYPE, incident_type(region(options=["eu", "eu"])), "fields.0.options"),
    "a number with options": (TYPE, incident_type(region(kind="number")), "fields.0.options"),
    "a phone number that is none": (
        "/v1/responders/ben",
        ADA | {"contact_methods": [{"channel": "sms", "address": "+49 000"}]},
        "body.contact_methods.0.sms.address",
    ),
    "a zone of quiet hours that is none": (
        "/v1/responders/ada/notification-rules",
        {"quiet_hours": {"begins": "22:00", "ends": "07:00", "zone": "Europe/Atlantis"}},
        "quiet_hours.zone",
    ),
    "a zone of a calendar that is none": (
        "/v1/responders/ada/absence-calendars/own",
        {"content": "", "zone": "Europe/Atlantis"},
        "zone",
    ),
    "a calendar that is none": (
        "/v1/responders/ada/absence-calendars/own",
        {"content": "BEGIN:VEVENT"},
        "body.content",
    ),
}


@pytest.mark.parametrize(("path", "body", "field"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_is_refused_with_its_field_and_the_reason(
    path: str, body: dict[str, Any], field: str, known: AsyncClient, memory: MemoryLog
) -> None:
    answer = await refused(known, memory, "PUT", path, json=body)
    assert answer.status_code == 422, answer.text
    assert fields_of(answer) == [field]


async def test_policies_hand_over_neither_to_themselves_nor_in_a_circle(
    known: AsyncClient, memory: MemoryLog
) -> None:
    for one, other in (("a", None), ("b", "a")):
        body = policy() | {"hand_over_to": other}
        answer = await known.put(f"/v1/escalation-policies/{one}", json=body)
        assert answer.status_code == 200, answer.text
    for target in ("a", "b"):
        body = policy() | {"hand_over_to": target}
        answer = await refused(known, memory, "PUT", "/v1/escalation-policies/a", json=body)
        assert (answer.status_code, fields_of(answer)) == (409, ["hand_over_to"])
