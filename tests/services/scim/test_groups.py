"""A directory's groups become teams, or are worth what the rules say."""

from typing import Any

import pytest

from events.configuration.api_key import ApiScope
from events.ids import AccountId
from tests.services.scim.conftest import Directory

pytestmark = pytest.mark.stack

# Microsoft Entra, from "Develop and plan provisioning for a SCIM endpoint" (learn.microsoft.com).
ENTRA_GROUP: dict[str, Any] = {
    "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:Group",
        "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
    ],
    "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
    "displayName": "displayName",
    "meta": {"resourceType": "Group"},
}


async def test_a_group_is_a_team_of_its_people(directory: Directory) -> None:
    grace, ola = await directory.made("grace@example.com"), await directory.made("ola@example.com")
    group = await directory.grouped("Payments EU", grace["id"], ola["id"])
    assert group["id"] == "payments-eu"
    assert await directory.team("payments-eu") == {grace["id"]: False, ola["id"]: False}
    shown = await directory.send("GET", f"/Groups/{group['id']}")
    assert shown.json() == group
    assert group["members"][0]["$ref"].endswith(f"/Users/{grace['id']}")


async def test_a_group_as_entra_makes_it(directory: Directory) -> None:
    answer = await directory.send("POST", "/Groups", ENTRA_GROUP)
    assert answer.status_code == 201, answer.text
    for asked in (
        'externalId eq "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159"',
        'displayName eq "displayName"',
    ):
        found = await directory.send("GET", f"/Groups?excludedAttributes=members&filter={asked}")
        assert found.json()["totalResults"] == 1
        assert "members" not in found.json()["Resources"][0]


@pytest.mark.parametrize(
    ("add", "remove"),
    [
        (
            {"op": "Add", "path": "members", "value": [{"$ref": None, "value": "ola"}]},
            {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": "ola"}]},
        ),
        (
            {"op": "add", "path": "members", "value": [{"value": "ola", "display": "Ola"}]},
            {"op": "remove", "path": 'members[value eq "ola"]'},
        ),
        (
            {"op": "replace", "path": "members", "value": [{"value": "grace"}, {"value": "ola"}]},
            {"op": "replace", "path": "members", "value": [{"value": "grace"}]},
        ),
        (
            {"op": "add", "value": {"members": [{"value": "ola"}]}},
            {"op": "replace", "value": {"members": [{"value": "grace"}]}},
        ),
    ],
    ids=["Entra", "Okta", "whole lists", "without a path"],
)
async def test_people_come_and_go(
    directory: Directory, add: dict[str, Any], remove: dict[str, Any]
) -> None:
    for name in ("grace", "ola"):
        await directory.made(f"{name}@example.com")
    group = await directory.grouped("Payments", "grace")
    answer = await directory.patched(f"/Groups/{group['id']}", add)
    assert answer.status_code == 200, answer.text
    assert await directory.team("payments") == {"grace": False, "ola": False}
    answer = await directory.patched(f"/Groups/{group['id']}", remove)
    assert answer.status_code == 200, answer.text
    assert await directory.team("payments") == {"grace": False}


async def test_who_manages_a_team_here_goes_on_doing_so(directory: Directory) -> None:
    for name in ("grace", "ola", "ben"):
        await directory.made(f"{name}@example.com")
    members = [{"responder_id": "ben", "manager": True}, {"responder_id": "ola"}]
    kept = {"members_may_override": False, "zone": "Europe/Berlin"}
    body = {"name": "Payments", "members": members, **kept}
    assert (await directory.api.http.put("/v1/teams/payments", json=body)).is_success
    group = await directory.grouped("Payments", "grace")
    assert await directory.team("payments") == {"ben": True, "grace": False}
    assert (await directory.send("DELETE", f"/Groups/{group['id']}")).status_code == 204
    assert await directory.team("payments") == {"ben": True}
    assert (await directory.send("GET", f"/Groups/{group['id']}")).status_code == 404
    head = await directory.api.log.head()
    team = (await directory.api.http.get(f"/v1/teams/payments?after_position={head}")).json()
    assert {name: team[name] for name in kept} == kept


async def test_a_group_with_a_rule_gives_roles_and_takes_them(directory: Directory) -> None:
    for name in ("grace", "ola"):
        await directory.made(f"{name}@example.com")
    group = await directory.grouped("SRE leads", "grace", "ola")
    both = {ApiScope.ADMIN, ApiScope.RESPONDER}
    assert await directory.roles("grace") == await directory.roles("ola") == both
    await directory.patched(
        f"/Groups/{group['id']}", {"op": "remove", "path": 'members[value eq "ola"]'}
    )
    assert await directory.roles("ola") == {ApiScope.RESPONDER}
    assert await directory.roles("grace") == both
    await directory.grouped("SRE leads 2", "ola")
    assert await directory.roles("ola") == {ApiScope.RESPONDER}  # it has no rule: it is a team


async def test_a_group_with_a_rule_can_make_managers(directory: Directory) -> None:
    await directory.made("grace@example.com")
    body = {"name": "Platform", "members": []}
    assert (await directory.api.http.put("/v1/teams/platform", json=body)).is_success
    group = await directory.grouped("Platform managers", "grace")
    assert await directory.team("platform") == {"grace": True}
    await directory.send("DELETE", f"/Groups/{group['id']}")
    assert await directory.team("platform") == {}


async def test_a_lost_role_ends_the_sessions_that_had_it(directory: Directory) -> None:
    for name in ("grace", "ola"):
        await directory.made(f"{name}@example.com")
    group = await directory.grouped("SRE leads", "grace", "ola")
    token, _ = await directory.people.sign_in(AccountId("ola"))
    assert await directory.people.who(token) is not None
    await directory.patched(
        f"/Groups/{group['id']}", {"op": "remove", "path": 'members[value eq "ola"]'}
    )
    assert await directory.people.who(token) is None


async def test_a_group_is_renamed_and_its_team_with_it(directory: Directory) -> None:
    group = await directory.grouped("Payments")
    body = {"op": "replace", "value": {"id": group["id"], "displayName": "Payments EU"}}
    answer = await directory.patched(f"/Groups/{group['id']}", body)
    assert answer.status_code == 200, answer.text
    head = await directory.api.log.head()
    team = await directory.api.http.get(f"/v1/teams/payments?after_position={head}")
    assert team.json()["name"] == "Payments EU"


async def test_a_member_that_is_no_user_is_refused(directory: Directory) -> None:
    group = await directory.grouped("Payments")
    answer = await directory.patched(
        f"/Groups/{group['id']}", {"op": "add", "path": "members", "value": [{"value": "nobody"}]}
    )
    assert answer.status_code == 400, answer.text
    assert answer.json()["scimType"] == "invalidValue"
    assert (await directory.send("GET", f"/Groups/{group['id']}")).json() == group


async def test_a_name_belongs_to_one_group(directory: Directory) -> None:
    await directory.grouped("Payments")
    body = {"schemas": ENTRA_GROUP["schemas"][:1], "displayName": "Payments"}
    answer = await directory.send("POST", "/Groups", body)
    assert answer.status_code == 409
    assert answer.json()["scimType"] == "uniqueness"
