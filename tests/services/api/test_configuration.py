"""People, policies and services are set up by an admin, and what could never work is refused."""

from typing import Any

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from events.configuration.responder import responder_decider
from events.ids import ResponderId, ServiceId, responder_stream, service_stream
from events.incident.phases import DEFAULT_DEADLINES
from events.loading import load
from events.service.decide import service_decider
from services.api.dependencies import Dependencies
from tests.services.api.key_holders import holder_of

SECRET = "whsec_" + "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
ADA: dict[str, Any] = {
    "name": "Ada",
    "contact_methods": [
        {"channel": "email", "address": "ada@example.com"},
        {"channel": "webhook", "address": "https://example.com/page", "secret": SECRET},
        {"channel": "push", "address": "https://ntfy.sh/ada", "secret": "tk_1"},
    ],
}


ADA_TARGET = {"responder_id": "ada"}


@pytest.fixture
async def admin(client: AsyncClient, dependencies: Dependencies) -> AsyncClient:
    client.headers.update(await holder_of(dependencies.log, ApiScope.ADMIN))
    return client


def policy(*responder_ids: str, **more: Any) -> dict[str, Any]:
    levels = [
        {"targets": [{"responder_id": named}], "escalation_timeout_seconds": 300}
        for named in responder_ids
    ]
    return {"name": "Default", "levels": levels, "repeats": 1, **more}


async def test_a_responder_is_kept_with_every_way_to_reach_them(
    admin: AsyncClient, dependencies: Dependencies
) -> None:
    answer = await admin.put("/v1/responders/ada", json=ADA)
    assert answer.status_code == 200, answer.text
    assert answer.json()["version"] == 1
    assert answer.headers["ETag"] == '"1"'
    assert SECRET not in answer.text
    stream = responder_stream(ResponderId("ada"))
    ada, _ = await load(dependencies.log, responder_decider, stream)
    assert ada is not None
    assert [method.secret for method in ada.contact_methods] == [None, SECRET, "tk_1"]


async def test_the_same_responder_again_changes_nothing(admin: AsyncClient) -> None:
    await admin.put("/v1/responders/ada", json=ADA)
    again = await admin.put("/v1/responders/ada", json=ADA)
    assert (again.json()["version"], again.json()["hash"]) == (1, None)


@pytest.mark.parametrize(
    "contact",
    [
        {"channel": "email", "address": "ada@example.com, eve@example.com"},
        {"channel": "email", "address": "Ada <ada@example.com>"},
        {"channel": "email", "address": "ada"},
        {"channel": "email", "address": "ada@example.com\r\nBcc: eve@example.com"},
        {"channel": "email", "address": "ada@example.com", "secret": "x"},
        {"channel": "webhook", "address": "https://example.com/", "secret": "secret"},
        {"channel": "webhook", "address": "https://example.com/", "secret": "whsec_c2hvcnQ="},
        {"channel": "webhook", "address": "https://example.com/"},
        {"channel": "webhook", "address": "ftp://example.com/", "secret": SECRET},
        {"channel": "webhook", "address": "http://example.com/", "secret": SECRET},
        {"channel": "webhook", "address": "https://me:pw@example.com/", "secret": SECRET},
        {"channel": "webhook", "address": "https:///nowhere", "secret": SECRET},
        {"channel": "webhook", "address": "https://169.254.169.254/", "secret": SECRET},
        {"channel": "webhook", "address": "https://10.0.0.9/", "secret": SECRET},
        {"channel": "webhook", "address": "https://example.com:25/", "secret": SECRET},
        {"channel": "push", "address": "https://127.1/ada"},
        {"channel": "push", "address": "https://ntfy.sh:0/ada"},
        {"channel": "push", "address": "https://ntfy.sh/a b"},
        {"channel": "push", "address": "https://ntfy.sh/ada", "secret": "two words"},
        {"channel": "pigeon", "address": "loft 3"},
        {"address": "ada@example.com"},
    ],
)
async def test_an_address_that_could_never_be_paged_is_refused_and_not_repeated(
    admin: AsyncClient, contact: dict[str, str]
) -> None:
    answer = await admin.put(
        "/v1/responders/ada", json={"name": "Ada", "contact_methods": [contact]}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("body.contact_methods.0")
    private = ("eve@example.com", "me:pw", "two words", "c2hvcnQ", SECRET)
    assert not [text for text in private if text in answer.text]


async def test_an_installation_on_a_private_network_may_page_over_plain_http(
    admin: AsyncClient, dependencies: Dependencies
) -> None:
    dependencies.settings.webhook_allow_private = True
    contact = {"channel": "push", "address": "http://ntfy.internal/ada"}
    answer = await admin.put(
        "/v1/responders/ada", json={"name": "Ada", "contact_methods": [contact]}
    )
    assert answer.status_code == 200


async def test_a_policy_needs_responders_that_exist_and_names_each_that_does_not(
    admin: AsyncClient,
) -> None:
    await admin.put("/v1/responders/ada", json=ADA)
    body = policy("ada", "nobody")
    body["levels"][0]["targets"].append({"responder_id": "ghost"})
    answer = await admin.put("/v1/escalation-policies/default", json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [
        "body.levels.0.targets.1.responder_id",
        "body.levels.1.targets.0.responder_id",
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"levels": []}, "body.levels"),
        (
            {"levels": [{"targets": [], "escalation_timeout_seconds": 60}]},
            "body.levels.0.targets",
        ),
        (
            {"levels": [{"targets": [ADA_TARGET, ADA_TARGET], "escalation_timeout_seconds": 60}]},
            "body.levels.0.targets",
        ),
        (
            {"levels": [{"targets": [ADA_TARGET], "escalation_timeout_seconds": 0}]},
            "body.levels.0.escalation_timeout_seconds",
        ),
        (
            {"levels": [{"targets": [ADA_TARGET], "escalation_timeout_seconds": 7_201}]},
            "body.levels.0.escalation_timeout_seconds",
        ),
        (
            {"levels": [{"targets": [ADA_TARGET], "escalation_timeout_seconds": "60"}]},
            "body.levels.0.escalation_timeout_seconds",
        ),
        ({"repeats": 10}, "body.repeats"),
        ({"repeats": True}, "body.repeats"),
        ({"name": ""}, "body.name"),
        ({"colour": "red"}, "body.colour"),
    ],
)
async def test_a_policy_out_of_bounds_is_refused_by_field(
    admin: AsyncClient, change: dict[str, Any], field: str
) -> None:
    await admin.put("/v1/responders/ada", json=ADA)
    answer = await admin.put("/v1/escalation-policies/default", json=policy("ada") | change)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]


async def test_a_service_follows_a_policy_that_exists(
    admin: AsyncClient, dependencies: Dependencies
) -> None:
    await admin.put("/v1/responders/ada", json=ADA)
    await admin.put("/v1/escalation-policies/default", json=policy("ada"))
    wrong = {"name": "Checkout", "escalation_policy_id": "other"}
    assert (await admin.put("/v1/services/checkout", json=wrong)).status_code == 422
    right = {"name": "Checkout", "escalation_policy_id": "default"}
    assert (await admin.put("/v1/services/checkout", json=right)).status_code == 200
    service, _ = await load(
        dependencies.log, service_decider, service_stream(ServiceId("checkout"))
    )
    assert service.deadlines == DEFAULT_DEADLINES


@pytest.mark.parametrize(
    "deadlines",
    [
        [{"phase": "sleep", "within_seconds": 60}],
        [{"phase": "triage", "within_seconds": 0}],
        [{"phase": "triage", "within_seconds": 60}, {"phase": "triage", "within_seconds": 90}],
    ],
)
async def test_a_deadline_that_means_nothing_is_refused(admin: AsyncClient, deadlines: Any) -> None:
    body = {"name": "Checkout", "escalation_policy_id": None, "deadlines": deadlines}
    answer = await admin.put("/v1/services/checkout", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("body.deadlines")


@pytest.mark.parametrize("name", ["Ada", "-ada", "a" * 64, "a%20b", "%00", "a%0a"])
async def test_an_id_that_is_no_slug_is_refused(admin: AsyncClient, name: str) -> None:
    answer = await admin.put(f"/v1/responders/{name}", json=ADA)
    assert answer.status_code == 422


async def test_a_change_on_an_old_version_is_refused(admin: AsyncClient) -> None:
    await admin.put("/v1/responders/ada", json=ADA)
    await admin.put("/v1/responders/ada", json=ADA | {"name": "Ada L."})
    stale = await admin.put("/v1/responders/ada", json=ADA, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


async def test_a_retry_with_the_same_key_gets_the_first_answer(admin: AsyncClient) -> None:
    key = {"Idempotency-Key": "once"}
    first = await admin.put("/v1/responders/ada", json=ADA, headers=key)
    await admin.put("/v1/responders/ada", json=ADA | {"name": "Ada L."})
    again = await admin.put("/v1/responders/ada", json=ADA, headers=key)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    other = await admin.put("/v1/responders/ada", json=ADA | {"name": "A."}, headers=key)
    assert other.status_code == 422


@pytest.mark.parametrize(
    "scope", [scope for scope in ApiScope if scope is not ApiScope.ADMIN], ids=str
)
@pytest.mark.parametrize(
    "path",
    ["/v1/responders/ada", "/v1/escalation-policies/default", "/v1/services/checkout"],
)
async def test_only_an_admin_changes_configuration(
    client: AsyncClient, dependencies: Dependencies, scope: ApiScope, path: str
) -> None:
    headers = await holder_of(dependencies.log, scope)
    answer = await client.put(path, json={}, headers=headers)
    assert answer.status_code == 403


RULES: dict[str, Any] = {
    "high": [
        {"contact_method": 3, "after_seconds": 0, "repeats": 2, "every_seconds": 120},
        {"contact_method": 1, "after_seconds": 60, "repeats": 0, "every_seconds": 300},
    ],
    "low": [{"contact_method": 1, "after_seconds": 0, "repeats": 0, "every_seconds": 300}],
}
QUIET = {"begins": "22:00:00", "ends": "07:00:00", "zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        (
            {"notification_rules": {"high": [{"contact_method": 4}]}},
            "notification_rules.high.0",
            "there are 3",
        ),
        (
            {"notification_rules": {"low": [{"contact_method": 1, "after_seconds": 60}]}},
            "notification_rules.low",
            "at once",
        ),
        (
            {"quiet_hours": QUIET | {"zone": "Europe/Atlantis"}},
            "quiet_hours.zone",
            "is not a time zone",
        ),
        ({"quiet_hours": QUIET | {"ends": "21:00:00"}}, "quiet_hours", "longer than 16 hours"),
    ],
)
async def test_rules_that_would_page_nobody_are_refused_by_their_place(
    admin: AsyncClient, more: dict[str, Any], field: str, words: str
) -> None:
    answer = await admin.put("/v1/responders/ada", json=ADA | more)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert words in answer.json()["detail"]


async def test_a_responder_is_kept_with_their_rules_and_quiet_hours(
    admin: AsyncClient, dependencies: Dependencies
) -> None:
    more = {"notification_rules": RULES, "quiet_hours": QUIET}
    answer = await admin.put("/v1/responders/ada", json=ADA | more)
    assert answer.status_code == 200, answer.text
    stream = responder_stream(ResponderId("ada"))
    ada, _ = await load(dependencies.log, responder_decider, stream)
    assert ada is not None
    assert [rule.contact_method for rule in ada.notification_rules.high] == [3, 1]
    assert ada.quiet_hours is not None
    assert ada.quiet_hours.zone == "Europe/Berlin"
