"""Managers change what their team owns, and nobody else's; admins change everything."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response

from events.configuration.api_key import ApiScope
from events.ids import ResponderId
from events.log.memory import MemoryLog
from services.api.dependencies import Dependencies
from tests.services.api.key_holders import holder_of
from tests.services.api.rights.cast import NOW, owned, service, set_up, team

POLICY = {"levels": [], "name": "x"}
RULES: dict[str, Any] = {"rules": []}
WINDOW = {
    "name": "Upgrade",
    "reason": "Work",
    "service_ids": ["shop"],
    "ends_at": (NOW + timedelta(hours=2)).strftime("%FT%TZ"),
}
# What a manager changes of what there is, by path and body; NAME is the thing's.
CHANGES: dict[str, tuple[str, str, dict[str, Any] | None]] = {
    "links": ("PUT", "/v1/services/NAME/links", {"links": []}),
    "alert handling": ("PUT", "/v1/services/NAME/alert-handling", {"alert_handling": {}}),
    "a signing secret": (
        "PUT",
        "/v1/integrations/NAME/signing-secret",
        {"signing_secret": "s" * 32},
    ),
    "no mapping": ("DELETE", "/v1/integrations/NAME/mapping", None),
    "an integration's end": ("DELETE", "/v1/integrations/NAME", None),
    "an integration's rules": ("PUT", "/v1/routing-rules/integration.NAME", RULES),
    "a heartbeat's end": ("DELETE", "/v1/heartbeats/NAME", None),
    "a window's end": ("POST", "/v1/maintenance-windows/NAME/cancellation", {"reason": "Done"}),
    "mail addresses": ("GET", "/v1/integrations/NAME/mail-addresses", None),
}


@pytest.fixture
async def memory(dependencies: Dependencies) -> MemoryLog:
    assert isinstance(dependencies.log, MemoryLog)
    await set_up(dependencies.log)
    return dependencies.log


async def key_of(log: MemoryLog, person: str | None, **more: str) -> dict[str, str]:
    """Return the headers of somebody who is a responder, and no more."""
    who = ResponderId(person) if person else None
    return await holder_of(log, ApiScope.RESPONDER, responder_id=who) | more


async def put_service(
    client: AsyncClient, who: dict[str, str], name: str, owner: str | None
) -> Response:
    body = {"name": name.title(), "escalation_policy_id": None, "team_id": owner}
    return await client.put(f"/v1/services/{name}", json=body, headers=who)


@pytest.mark.parametrize(("method", "path", "body"), CHANGES.values(), ids=CHANGES)
async def test_a_manager_changes_what_the_team_owns_and_others_do_not(
    method: str,
    path: str,
    body: dict[str, Any] | None,
    client: AsyncClient,
    memory: MemoryLog,
) -> None:
    for stranger in ("omar", "ben", "ada", None):
        who = await key_of(memory, stranger)
        refused = await client.request(method, path.replace("NAME", "shop"), json=body, headers=who)
        assert (refused.status_code, refused.json()["permission"]) == (403, "team:write")
        assert refused.json()["team_id"] == "payments"
        assert "Payments" in refused.json()["detail"]
        assert "grace" in refused.json()["detail"]
    grace = await key_of(memory, "grace")
    done = await client.request(method, path.replace("NAME", "shop"), json=body, headers=grace)
    assert done.status_code == 200, done.text


async def test_what_no_team_owns_is_changed_by_admins_alone(
    client: AsyncClient, memory: MemoryLog
) -> None:
    for method, path, body in CHANGES.values():
        who = await key_of(memory, "grace")
        refused = await client.request(
            method, path.replace("NAME", "attic"), json=body, headers=who
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "permission-missing")
        assert "only an admin" in refused.json()["detail"]
    admin = await holder_of(memory, ApiScope.ADMIN)
    assert (await put_service(client, admin, "attic", None)).status_code == 200


async def test_a_manager_makes_services_for_the_own_team_only(
    client: AsyncClient, memory: MemoryLog
) -> None:
    grace = await key_of(memory, "grace")
    assert (await put_service(client, grace, "basket", "payments")).status_code == 200
    others = await put_service(client, grace, "dunning", "billing")
    assert (others.status_code, others.json()["team_id"]) == (403, "billing")
    assert "would be team Billing's" in others.json()["detail"]
    nobodys = await put_service(client, grace, "loft", None)
    assert nobodys.status_code == 403
    assert "Say which team it is of" in nobodys.json()["detail"]
    assert not await memory.read_stream("service-dunning")
    assert not await memory.read_stream("service-loft")


async def test_nobody_gives_away_or_takes_what_they_do_not_manage(
    client: AsyncClient, memory: MemoryLog
) -> None:
    grace, omar = await key_of(memory, "grace"), await key_of(memory, "omar")
    assert (await put_service(client, grace, "shop", "billing")).status_code == 403
    assert (await put_service(client, grace, "shop", None)).status_code == 403
    assert (await put_service(client, omar, "shop", "billing")).status_code == 403
    assert (await put_service(client, grace, "attic", "payments")).status_code == 403
    await team(memory, "billing", "omar grace")
    given = await put_service(client, grace, "shop", "billing")
    assert given.status_code == 200, given.text
    assert (await put_service(client, omar, "shop", "billing")).status_code == 200


async def test_an_integration_is_made_for_a_service_that_one_manages(
    client: AsyncClient, memory: MemoryLog
) -> None:
    grace = await key_of(memory, "grace")
    body = {"name": "Prometheus", "service_id": "shop"}
    made = await client.post("/v1/integrations", json=body, headers=grace)
    assert made.status_code == 201, made.text
    others = {"name": "Prometheus", "service_id": "invoices"}
    refused = await client.post("/v1/integrations", json=others, headers=grace)
    assert (refused.status_code, refused.json()["team_id"]) == (403, "billing")


async def test_a_window_is_planned_by_whoever_manages_all_its_services(
    client: AsyncClient, memory: MemoryLog
) -> None:
    grace, path = await key_of(memory, "grace"), "/v1/maintenance-windows/upgrade"
    assert (await client.put(path, json=WINDOW, headers=grace)).status_code == 200
    for services in (["shop", "invoices"], []):
        wider = WINDOW | {"service_ids": services}
        assert (await client.put(path, json=wider, headers=grace)).status_code == 403
        dry = grace | {"Tocsin-Dry-Run": "true"}
        assert (await client.put(path, json=wider, headers=dry)).status_code == 403


async def test_a_manager_changes_the_own_team_and_makes_none(
    client: AsyncClient, memory: MemoryLog
) -> None:
    grace = await key_of(memory, "grace")
    members = [{"responder_id": "grace", "manager": True}, {"responder_id": "ada"}]
    body = {"name": "Payments", "members": members}
    assert (await client.put("/v1/teams/payments", json=body, headers=grace)).status_code == 200
    for path in ("/v1/teams/billing", "/v1/teams/brand-new"):
        assert (await client.put(path, json=body, headers=grace)).status_code == 403


async def test_rules_of_a_team_are_its_managers_and_those_of_everybody_an_admins(
    client: AsyncClient, memory: MemoryLog
) -> None:
    grace = await key_of(memory, "grace")
    answers = {
        name: (await client.put(f"/v1/routing-rules/{name}", json=RULES, headers=grace)).status_code
        for name in ("team.payments", "team.billing", "organisation", "nonsense")
    }
    assert answers == {
        "team.payments": 200,
        "team.billing": 403,
        "organisation": 403,
        "nonsense": 422,
    }


async def test_who_manages_is_asked_at_every_change(client: AsyncClient, memory: MemoryLog) -> None:
    grace, ben = await key_of(memory, "grace"), await key_of(memory, "ben")
    await team(memory, "payments", "ben", "grace")
    assert (await put_service(client, grace, "shop", "payments")).status_code == 403
    assert (await put_service(client, ben, "shop", "payments")).status_code == 200
    await service(memory, "shop", "billing")
    rules = "/v1/routing-rules/integration.shop"
    assert (await client.put(rules, json=RULES, headers=ben)).status_code == 403


async def test_whoever_gave_up_the_right_is_not_answered_again_what_they_did_with_it(
    client: AsyncClient, memory: MemoryLog
) -> None:
    grace = await key_of(memory, "grace", **{"Idempotency-Key": "once"})
    members = [{"responder_id": "ben", "manager": True}]
    body = {"name": "Payments", "members": members}
    first = await client.put("/v1/teams/payments", json=body, headers=grace)
    again = await client.put("/v1/teams/payments", json=body, headers=grace)
    assert first.status_code == 200, first.text
    assert again.status_code == 403  # as with a key that was revoked


async def test_a_key_of_nobody_is_nobody_whomever_it_speaks_for(
    client: AsyncClient, memory: MemoryLog
) -> None:
    shared = await key_of(memory, None, **{"Tocsin-Responder": "grace"})
    assert (await put_service(client, shared, "shop", "payments")).status_code == 403
    admins = await holder_of(memory, ApiScope.ADMIN) | {"Tocsin-Responder": "grace"}
    assert (await put_service(client, admins, "shop", "payments")).status_code == 200
    assert (await put_service(client, admins, "invoices", "billing")).status_code == 403


@pytest.mark.parametrize("scope", [ApiScope.OBSERVER, ApiScope.AUDITOR, ApiScope.INGEST])
async def test_a_manager_whose_key_only_reads_changes_nothing(
    scope: ApiScope, client: AsyncClient, memory: MemoryLog
) -> None:
    who = await holder_of(memory, scope, responder_id=ResponderId("grace"))
    refused = await put_service(client, who, "shop", "payments")
    assert (refused.status_code, refused.json()["permission"]) == (403, "team:write")


async def test_a_heartbeat_that_ended_begins_again_where_its_new_owner_is_managed(
    client: AsyncClient, memory: MemoryLog
) -> None:
    await owned(memory, "ledger", "billing")
    grace = await key_of(memory, "grace")
    body = {"name": "Nightly", "integration_id": "ledger", "interval_seconds": 60}
    refused = await client.put("/v1/heartbeats/shop", json=body, headers=grace)
    assert (refused.status_code, refused.json()["team_id"]) == (403, "billing")


async def test_people_see_to_how_they_are_reached_themselves(
    client: AsyncClient, memory: MemoryLog
) -> None:
    ada, ben = await key_of(memory, "ada"), await key_of(memory, "ben")
    body = {"name": "Ada", "contact_methods": []}
    assert (await client.put("/v1/responders/ada", json=body, headers=ada)).status_code == 200
    refused = await client.put("/v1/responders/ada", json=body, headers=ben)
    assert (refused.status_code, refused.json()["permission"]) == (403, "person:write")
    assert "Only ada and admins" in refused.json()["detail"]
    room = body | {"kind": "channel"}
    wrong = await client.put("/v1/responders/ada", json=room, headers=ada)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "body.kind")
    tried = await client.post("/v1/responders/ada/page-tests", headers=ada)
    assert (tried.status_code, tried.json()["methods"]) == (200, [])  # she has none any more
    assert (await client.post("/v1/responders/ada/page-tests", headers=ben)).status_code == 403
