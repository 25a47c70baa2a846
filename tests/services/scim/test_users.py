"""A directory makes people, changes them and takes them out, by the bodies it really sends."""

from typing import Any

import pytest

from events.account.commands import OpenAccount
from events.configuration.api_key import ApiScope
from events.ids import AccountId
from tests.services.api.key_holders import holder_of
from tests.services.identity.signing_people_in import operator
from tests.services.scim.conftest import Directory

pytestmark = pytest.mark.stack

# Microsoft Entra, from "Develop and plan provisioning for a SCIM endpoint" (learn.microsoft.com).
ENTRA_USER = {
    "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    ],
    "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
    "userName": "Test_User_ab6490ee-1e48-479e-a20b-2d77186b5dd1",
    "active": True,
    "emails": [
        {
            "primary": True,
            "type": "work",
            "value": "Test_User_fd0ea19b-0777-472c-9f96-4f70d2226f2e@testuser.com",
        }
    ],
    "meta": {"resourceType": "User"},
    "name": {
        "formatted": "givenName familyName",
        "familyName": "familyName",
        "givenName": "givenName",
    },
    "roles": [],
}
# Okta, from "SCIM 2.0 protocol reference" (developer.okta.com).
OKTA_USER = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "test.user@okta.local",
    "name": {"givenName": "Test", "familyName": "User"},
    "emails": [{"primary": True, "value": "test.user@okta.local", "type": "work"}],
    "displayName": "Test User",
    "locale": "en-US",
    "externalId": "00ujl29u0le5T6Aj10h7",
    "groups": [],
    "password": "1mz050nq",
    "active": True,
}


@pytest.mark.parametrize("body", [ENTRA_USER, OKTA_USER], ids=["Entra", "Okta"])
async def test_a_new_user_is_a_person_who_may_sign_in(
    directory: Directory, body: dict[str, Any]
) -> None:
    answer = await directory.send("POST", "/Users", body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["content-type"] == "application/scim+json"
    user = answer.json()
    assert answer.headers["location"] == user["meta"]["location"]
    assert user["userName"] == body["userName"]
    assert user["externalId"] == body["externalId"]
    assert "password" not in user
    assert await directory.roles(user["id"]) == {ApiScope.RESPONDER}
    shown = await directory.send("GET", f"/Users/{user['id']}")
    assert shown.json() == user
    assert shown.headers["etag"] == user["meta"]["version"]
    head = await directory.api.log.head()
    person = await directory.api.http.get(f"/v1/responders/{user['id']}?after_position={head}")
    assert person.json()["contact_methods"][0]["address"] == body["emails"][0]["value"].lower()


async def test_a_user_is_found_by_name_and_by_external_id(directory: Directory) -> None:
    grace = await directory.made("Grace@example.com", externalId="00u1")
    await directory.made("ola@example.com", externalId="00u2")
    for asked in ('userName eq "grace@EXAMPLE.com"', 'externalId eq "00u1"', 'id sw "gr"'):
        answer = await directory.send("GET", f"/Users?filter={asked}")
        found = answer.json()
        assert found["totalResults"] == 1, answer.text
        assert found["Resources"][0]["id"] == grace["id"]
    nobody = (await directory.send("GET", '/Users?filter=externalId eq "00U1"')).json()
    assert nobody["totalResults"] == 0


async def test_users_come_in_pages(directory: Directory) -> None:
    for number in range(5):
        await directory.made(f"person{number}@example.com")
    seen: list[str] = []
    for start in (1, 3, 5):
        page = (await directory.send("GET", f"/Users?startIndex={start}&count=2")).json()
        assert page["totalResults"] == 5
        seen += [one["userName"] for one in page["Resources"]]
    assert seen == [f"person{number}@example.com" for number in range(5)]
    none = (await directory.send("GET", "/Users?count=0")).json()
    assert (none["totalResults"], none.get("Resources", [])) == (5, [])


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "value": {"active": False}},
        {"op": "Replace", "path": "active", "value": False},
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "Add", "path": "active", "value": "false"},
    ],
    ids=["Okta", "Entra", "Entra without its flag", "Entra adds"],
)
async def test_who_is_deactivated_is_out_at_once(
    directory: Directory, operation: dict[str, Any]
) -> None:
    grace = await directory.made()
    token, _ = await directory.people.sign_in(AccountId(grace["id"]))
    assert await directory.people.who(token) is not None
    answer = await directory.patched(f"/Users/{grace['id']}", operation)
    assert answer.status_code == 200, answer.text
    assert answer.json()["active"] is False
    assert await directory.people.who(token) is None
    assert await directory.state(grace["id"]) == "suspended"
    again = await directory.patched(
        f"/Users/{grace['id']}", {"op": "replace", "value": {"active": True}}
    )
    assert again.json()["active"] is True
    assert await directory.state(grace["id"]) == "active"
    assert await directory.people.who(token) is None  # what ended has ended


async def test_what_entra_changes_arrives(directory: Directory) -> None:
    grace = await directory.made(emails=[])
    answer = await directory.patched(
        f"/Users/{grace['id']}",
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "hopper@example.com"},
        {"op": "Replace", "path": "name.givenName", "value": "Grace"},
        {"op": "Replace", "value": {"displayName": "Grace Hopper", "name.familyName": "Hopper"}},
        {"op": "Add", "path": "nickName", "value": "nobody reads this"},
    )
    assert answer.status_code == 200, answer.text
    user = answer.json()
    assert user["emails"] == [{"value": "hopper@example.com", "type": "work"}]
    assert user["name"] == {"givenName": "Grace", "familyName": "Hopper"}
    head = await directory.api.log.head()
    person = await directory.api.http.get(f"/v1/responders/{grace['id']}?after_position={head}")
    assert person.json()["name"] == "Grace Hopper"
    assert person.json()["contact_methods"][0]["address"] == "hopper@example.com"


async def test_a_user_is_replaced_whole(directory: Directory) -> None:
    grace = await directory.made(displayName="Grace", externalId="00u1")
    body = {**grace, "displayName": "Grace Hopper"}
    del body["externalId"]
    answer = await directory.send("PUT", f"/Users/{grace['id']}", body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["displayName"] == "Grace Hopper"
    assert "externalId" not in answer.json()
    assert answer.json()["meta"]["created"] == grace["meta"]["created"]
    assert answer.json()["meta"]["version"] != grace["meta"]["version"]


async def test_who_is_taken_out_cannot_sign_in_and_can_come_back(directory: Directory) -> None:
    grace = await directory.made()
    token, _ = await directory.people.sign_in(AccountId(grace["id"]))
    assert (await directory.send("DELETE", f"/Users/{grace['id']}")).status_code == 204
    assert await directory.people.who(token) is None
    for method in ("GET", "DELETE"):
        gone = await directory.send(method, f"/Users/{grace['id']}")
        assert gone.status_code == 404
        assert gone.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
        assert gone.json()["status"] == "404"
    assert (await directory.send("GET", "/Users")).json()["totalResults"] == 0
    back = await directory.made()
    assert back["id"] == grace["id"]
    assert await directory.state(grace["id"]) == "active"


async def test_a_name_belongs_to_one_user(directory: Directory) -> None:
    await directory.made("grace@example.com")
    ola = await directory.made("ola@example.com")
    body = {"schemas": ola["schemas"], "userName": "GRACE@example.com"}
    for answer in (
        await directory.send("POST", "/Users", body),
        await directory.send("PUT", f"/Users/{ola['id']}", body),
        await directory.patched(
            f"/Users/{ola['id']}",
            {"op": "replace", "path": "userName", "value": "GRACE@example.com"},
        ),
    ):
        assert answer.status_code == 409, answer.text
        assert answer.json()["scimType"] == "uniqueness"


async def test_somebody_with_an_account_is_taken_over_and_not_doubled(
    directory: Directory,
) -> None:
    await directory.api.http.put(
        "/v1/responders/hopper", json={"name": "Hopper", "contact_methods": []}
    )
    command = OpenAccount(
        account_id=AccountId("hopper"),
        email="grace@example.com",
        roles=(ApiScope.AUDITOR,),
        actor=operator,
        at=directory.people.now,
    )
    await directory.people.give(command)
    grace = await directory.made("grace@example.com")
    assert grace["id"] == "hopper"
    assert await directory.roles("hopper") == {ApiScope.AUDITOR, ApiScope.RESPONDER}


async def test_a_change_of_what_somebody_else_changed_is_refused(directory: Directory) -> None:
    grace = await directory.made()
    old = grace["meta"]["version"]
    body = {**grace, "displayName": "Grace"}
    first = await directory.send("PUT", f"/Users/{grace['id']}", body, **{"If-Match": old})
    assert first.status_code == 200
    for method in ("PUT", "DELETE"):
        answer = await directory.send(method, f"/Users/{grace['id']}", body, **{"If-Match": old})
        assert answer.status_code == 412
    same = await directory.send(
        "GET", f"/Users/{grace['id']}", **{"If-None-Match": first.headers["etag"]}
    )
    assert same.status_code == 304


async def test_the_last_admin_is_not_deactivated(directory: Directory) -> None:
    grace = await directory.made()
    await directory.grouped("SRE leads", grace["id"])
    assert ApiScope.ADMIN in await directory.roles(grace["id"])
    answer = await directory.patched(
        f"/Users/{grace['id']}", {"op": "replace", "value": {"active": False}}
    )
    assert answer.status_code == 409, answer.text
    assert "last active admin" in answer.json()["detail"]
    assert (await directory.send("GET", f"/Users/{grace['id']}")).json()["active"] is True


BAD: dict[str, tuple[Any, str]] = {
    "no name": ({"schemas": OKTA_USER["schemas"]}, "invalidValue"),
    "an empty name": ({**OKTA_USER, "userName": " "}, "invalidValue"),
    "a name that is a number": ({**OKTA_USER, "userName": 7}, "invalidValue"),
    "a name with a line break": ({**OKTA_USER, "userName": "a\nb"}, "invalidValue"),
    "a name without end": ({**OKTA_USER, "userName": "a" * 300}, "invalidValue"),
    "active in words": ({**OKTA_USER, "active": "perhaps"}, "invalidValue"),
    "addresses that are a text": ({**OKTA_USER, "emails": "a@b.example"}, "invalidValue"),
    "a list": ([], "invalidSyntax"),
    "another schema": ({**OKTA_USER, "schemas": ["urn:example:x"]}, "invalidSyntax"),
}


@pytest.mark.parametrize("kind", BAD)
async def test_what_cannot_be_a_user_is_refused_in_scims_own_form(
    directory: Directory, kind: str
) -> None:
    body, scim_type = BAD[kind]
    answer = await directory.send("POST", "/Users", body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert answer.json()["status"] == "400"
    assert answer.json()["scimType"] in {scim_type, "invalidValue", "invalidSyntax"}
    assert (await directory.send("GET", "/Users")).json()["totalResults"] == 0


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff", b'{"userName": "a", "userName": "b"}', b"[" * 5_000, b"x" * 1_100_000],
)
async def test_a_body_that_cannot_be_read_is_refused(directory: Directory, raw: bytes) -> None:
    answer = await directory.http.post("/scim/v2/Users", content=raw)
    assert answer.status_code in {400, 413}
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]


@pytest.mark.parametrize(
    "asked",
    [
        "userName eq",
        'userName like "a"',
        'nobodysAttribute eq "a"',
        "(" * 3_000,
        'userName eq "' + "a" * 5_000,
        " or ".join(['userName eq "a"'] * 1_000),
    ],
    ids=["cut short", "no operator", "unknown", "nested", "long", "many"],
)
async def test_a_filter_that_is_none_is_refused(directory: Directory, asked: str) -> None:
    answer = await directory.http.get("/scim/v2/Users", params={"filter": asked})
    assert answer.status_code == 400, answer.text
    assert answer.json()["scimType"] == "invalidFilter"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/Nobody"), ("PATCH", "/Users"), ("GET", "/Users/%00")]
)
async def test_an_address_that_leads_nowhere_says_so(
    directory: Directory, method: str, path: str
) -> None:
    answer = await directory.send(method, path, {} if method == "PATCH" else None)
    assert answer.status_code in {404, 405}
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]


OPERATIONS = [
    ("GET", "/Users"),
    ("POST", "/Users"),
    ("GET", "/Users/grace"),
    ("PUT", "/Users/grace"),
    ("PATCH", "/Users/grace"),
    ("DELETE", "/Users/grace"),
    ("GET", "/Groups"),
    ("POST", "/Groups"),
    ("GET", "/Groups/oncall"),
    ("PUT", "/Groups/oncall"),
    ("PATCH", "/Groups/oncall"),
    ("DELETE", "/Groups/oncall"),
    ("GET", "/ServiceProviderConfig"),
    ("GET", "/Schemas"),
    ("GET", "/ResourceTypes"),
]


async def test_nobody_but_a_directory_comes_in(directory: Directory) -> None:
    others = set(ApiScope) - {ApiScope.SCIM, ApiScope.ADMIN}
    keys = [await holder_of(directory.api.log, scope) for scope in sorted(others)]
    for method, path in OPERATIONS:
        for headers in keys:
            answer = await directory.send(method, path, {} if method[0] == "P" else None, **headers)
            assert answer.status_code == 403, (method, path)
        for headers in ({"Authorization": ""}, {"Authorization": "Bearer tocsin_key_x_y_z"}):
            answer = await directory.send(method, path, None, **headers)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["www-authenticate"] == "Bearer"
