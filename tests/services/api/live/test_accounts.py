"""Accounts over HTTP: people are invited, changed and suspended, and it counts at once."""

from typing import Any
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient, Response

from events.account.values import SignInMethod
from events.configuration.api_key import ApiScope
from events.ids import AccountId, ResponderId
from services.access.callers import SESSION
from services.api.dependencies import Dependencies
from services.identity.clients import Client
from services.identity.sessions import OpenSession
from services.identity.signing_in import Fresh, Proven, sign_in
from services.settings import Settings
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api
from tests.services.identity.local.arranging import LINK_KEY, PASSWORD, Door, door_to

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]
SETTINGS = Settings(link_key=LINK_KEY)


@pytest.fixture
def dependencies(dependencies: Dependencies) -> Dependencies:
    """The API of an installation that signs links."""
    object.__setattr__(dependencies, "settings", SETTINGS)
    return dependencies


@pytest.fixture
def door(alone: Api) -> Door:
    """Where invited people come in."""
    door = door_to(alone.log)
    door.now = alone_now(alone)
    return door


def alone_now(api: Api) -> Any:
    app = api.http._transport.app  # type: ignore[attr-defined]
    return app.state.dependencies.clock()


async def known(http: AsyncClient, *people: str) -> None:
    for person in people:
        body = {"name": person.title(), "contact_methods": []}
        answer = await http.put(f"/v1/responders/{person}", json=body)
        assert answer.status_code == 200, answer.text


async def invite(http: AsyncClient, person: str, *roles: str, **headers: str) -> Response:
    body = {"email": f"{person}@example.com", "roles": list(roles or ("responder",))}
    return await http.post(f"/v1/accounts/{person}/invitation", json=body, headers=headers or None)


async def come_in(door: Door, invited: Response) -> OpenSession:
    assert invited.status_code == 200, invited.text
    token = invited.json()["link"].rpartition("/")[2]
    return await door.coming_in.accept(token, PASSWORD, door.visit())


async def fresh(http: AsyncClient, person: str, position: str) -> dict[str, Any]:
    answer = await http.get(f"/v1/accounts/{person}", params={"after_position": position})
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_managers_invite_the_people_of_their_team_by_their_own_addresses(
    alone: Api,
) -> None:
    await known(alone.http, "grace", "omar", "root")
    mail = {"channel": "email", "address": "ada@example.com"}
    for person in ("ada", "eve"):
        body = {"name": person.title(), "contact_methods": [mail]}
        assert (await alone.http.put(f"/v1/responders/{person}", json=body)).status_code == 200
    members = [{"responder_id": "grace", "manager": True}, {"responder_id": "ada"}]
    team = {"name": "Payments", "members": members}
    made = await alone.http.put("/v1/teams/payments", json=team)
    after = {"after_position": made.headers["Tocsin-Position"]}
    assert (await alone.http.get("/v1/teams", params=after)).status_code == 200
    keys = {
        who: await holder_of(alone.log, ApiScope.RESPONDER, responder_id=ResponderId(who))
        for who in ("grace", "omar", "ada")
    }
    for who, person in (("omar", "ada"), ("ada", "ada"), ("grace", "eve"), ("grace", "grace")):
        refused = await invite(alone.http, person, **keys[who])
        assert (refused.status_code, refused.json()["permission"]) == (403, "account:invite")
    wider = await invite(alone.http, "ada", "responder", "admin", **keys["grace"])
    assert (wider.status_code, wider.json()["permission"]) == (403, "account:invite")
    elsewhere = {"email": "grace@example.com", "roles": ["responder"]}
    path = "/v1/accounts/ada/invitation"
    refused = await alone.http.post(path, json=elsewhere, headers=keys["grace"])
    assert refused.status_code == 403
    assert "by an address they have" in refused.json()["detail"]
    invited = await invite(alone.http, "ada", **keys["grace"])
    assert invited.status_code == 200, invited.text
    assert (invited.json()["taken"], invited.json()["link"]) == (False, None)  # it is Ada's alone


async def test_an_invited_person_comes_in_and_is_listed(alone: Api, door: Door) -> None:
    await known(alone.http, "ada")
    invited = await invite(alone.http, "ada")
    assert not invited.json()["taken"]  # nobody takes mail here
    assert invited.json()["link"].startswith("http://localhost:8080/invitation/")
    shown = await fresh(alone.http, "ada", invited.json()["position"])
    assert (shown["state"], shown["email"]) == ("invited", "ada@example.com")
    await come_in(door, invited)
    answer = await alone.http.get("/v1/accounts", params={"after_position": await head(alone)})
    [account] = answer.json()["accounts"]
    assert (account["account_id"], account["state"]) == ("ada", "active")
    assert account["has_password"]
    assert account["signed_in_at"] is not None
    assert "argon2" not in answer.text


async def head(api: Api) -> str:
    return str(await api.log.head())


async def test_a_repeated_invitation_is_one(alone: Api) -> None:
    await known(alone.http, "ada")
    key = {"Idempotency-Key": str(UUID(int=7))}
    first = await invite(alone.http, "ada", **key)
    again = await invite(alone.http, "ada", **key)
    assert first.status_code == again.status_code == 200
    assert first.json()["position"] == again.json()["position"]
    assert first.json()["expires_at"] == again.json()["expires_at"]


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"email": "ada@example.com", "roles": ["ingest"]}, 422, "roles-invalid"),
        ({"email": "ada@example.com", "roles": []}, 422, "body.roles"),
        ({"email": "ada@example.com", "roles": ["owner"]}, 422, "body.roles"),
        ({"email": "not an address", "roles": ["admin"]}, 422, "body.email"),
        ({"email": "ada@example.com, ben@example.com", "roles": ["admin"]}, 422, "body.email"),
        ({"roles": ["admin"]}, 422, "body.email"),
    ],
)
async def test_a_bad_invitation_is_refused(
    alone: Api, body: dict[str, Any], status: int, word: str
) -> None:
    await known(alone.http, "ada")
    answer = await alone.http.post("/v1/accounts/ada/invitation", json=body)
    assert answer.status_code == status, answer.text
    assert word in answer.text


async def test_only_a_person_who_is_known_is_invited(alone: Api) -> None:
    answer = await invite(alone.http, "nobody")
    assert answer.status_code == 422
    assert "Register them first" in answer.text


async def test_two_people_do_not_sign_in_with_one_address(alone: Api) -> None:
    await known(alone.http, "ada", "ben")
    invited = await invite(alone.http, "ada")
    await fresh(alone.http, "ada", invited.json()["position"])
    body = {"email": "ADA@example.com", "roles": ["responder"]}
    answer = await alone.http.post("/v1/accounts/ben/invitation", json=body)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("email-taken")


async def test_roles_are_changed_and_the_last_admin_stays_one(alone: Api, door: Door) -> None:
    await known(alone.http, "ada", "ben")
    await come_in(door, await invite(alone.http, "ada", "admin"))
    for method, path, body in (
        ("PUT", "/v1/accounts/ada/roles", {"roles": ["responder"]}),
        ("POST", "/v1/accounts/ada/suspension", {"reason": "Left."}),
    ):
        answer = await alone.http.request(method, path, json=body)
        assert answer.status_code == 409, answer.text
        assert answer.json()["type"].endswith("last-admin")
    await come_in(door, await invite(alone.http, "ben", "admin", "responder"))
    answer = await alone.http.put("/v1/accounts/ada/roles", json={"roles": ["responder"]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["changes"] == ["roles: admin leaves", "roles: responder joins"]
    shown = await fresh(alone.http, "ada", answer.json()["position"])
    assert shown["roles"] == ["responder"]


async def test_suspension_ends_sessions_and_the_person_s_keys_at_once(
    alone: Api, door: Door
) -> None:
    await known(alone.http, "ada", "ben")
    await come_in(door, await invite(alone.http, "ben", "admin"))
    visit = door.visit()
    await come_in(door, await invite(alone.http, "ada"))
    await door.entering.with_password("ada", PASSWORD, visit)
    key = await holder_of(alone.log, ApiScope.RESPONDER, responder_id=ResponderId("ada"))
    assert (await alone.http.get("/v1/me", headers=key)).status_code == 200
    assert await door.who(visit.fresh.token) is not None
    answer = await alone.http.post("/v1/accounts/ada/suspension", json={"reason": "Left."})
    assert answer.status_code == 200, answer.text
    assert (await alone.http.get("/v1/me", headers=key)).status_code == 401
    assert await door.who(visit.fresh.token) is None
    shown = await fresh(alone.http, "ada", answer.json()["position"])
    assert (shown["state"], shown["suspended_because"]) == ("suspended", "Left.")
    answer = await alone.http.delete("/v1/accounts/ada/suspension")
    assert answer.status_code == 200, answer.text
    assert (await alone.http.get("/v1/me", headers=key)).status_code == 200
    assert await door.who(visit.fresh.token) is None


async def signed_in(api: Api, person: str, number: int) -> OpenSession:
    dependencies: Dependencies = api.http._transport.app.state.dependencies  # type: ignore[attr-defined]
    return await sign_in(
        api.log,
        dependencies.sessions,
        Proven(account_id=AccountId(person), method=SignInMethod.PASSWORD),
        Client.of("Firefox", "203.0.113.77"),
        Fresh(session_id=UUID(int=number), token=number.to_bytes(32)),
        now=dependencies.clock(),
        via="web",
    )


class Browser:
    """Calls the API as the web app does for somebody who is signed in."""

    def __init__(self, api: Api, token: bytes) -> None:
        self._api = api
        self._token = token

    async def call(self, method: str, path: str) -> Response:
        app = self._api.http._transport.app  # type: ignore[attr-defined]
        found = await app.state.dependencies.sessions.find(
            self._token, app.state.dependencies.clock()
        )
        assert found is not None

        async def inside(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, SESSION: found.session}, receive, send)

        async with AsyncClient(transport=ASGITransport(inside), base_url="http://tocsin") as http:
            return await http.request(method, path)


async def test_people_see_and_end_their_own_sessions(alone: Api, door: Door) -> None:
    await known(alone.http, "ada")
    await come_in(door, await invite(alone.http, "ada"))
    here, there = await signed_in(alone, "ada", 1), await signed_in(alone, "ada", 2)
    browser = Browser(alone, (1).to_bytes(32))
    me = (await browser.call("GET", "/v1/me")).json()
    assert (me["account_id"], me["roles"]) == ("ada", ["responder"])
    assert me["session_id"] == str(here.session_id)
    listed = (await browser.call("GET", "/v1/me/sessions")).json()["sessions"]
    shown = {one["session_id"]: one["is_this_one"] for one in listed}
    assert shown[str(here.session_id)]
    assert not shown[str(there.session_id)]
    answer = await browser.call("DELETE", f"/v1/me/sessions/{there.session_id}")
    assert answer.status_code == 200, answer.text
    sessions = alone.http._transport.app.state.dependencies.sessions  # type: ignore[attr-defined]
    now = alone_now(alone)
    assert await sessions.find((2).to_bytes(32), now) is None
    answer = await browser.call("DELETE", f"/v1/me/sessions/{UUID(int=99)}")
    assert answer.status_code == 404
    answer = await browser.call("DELETE", "/v1/me/sessions")
    assert answer.status_code == 200, answer.text
    assert await sessions.find((1).to_bytes(32), now) is None


async def test_an_admin_signs_a_person_out(alone: Api, door: Door) -> None:
    await known(alone.http, "ada")
    await come_in(door, await invite(alone.http, "ada"))
    session = await signed_in(alone, "ada", 3)
    answer = await alone.http.get("/v1/accounts/ada/sessions")
    assert str(session.session_id) in answer.text
    answer = await alone.http.delete(f"/v1/accounts/ada/sessions/{session.session_id}")
    assert answer.status_code == 200, answer.text
    answer = await alone.http.delete("/v1/accounts/ada/sessions")
    assert answer.status_code == 200, answer.text
    answer = await alone.http.get("/v1/accounts/ada/sessions")
    assert answer.json() == {"sessions": []}
    assert (await alone.http.delete("/v1/accounts/nobody/sessions")).status_code == 404


async def test_an_admin_has_a_reset_link_sent(alone: Api, door: Door) -> None:
    await known(alone.http, "ada")
    await come_in(door, await invite(alone.http, "ada"))
    answer = await alone.http.post("/v1/accounts/ada/password-reset")
    assert answer.status_code == 200, answer.text
    token = answer.json()["link"].rpartition("/")[2]
    assert await door.coming_in.reset(token, "another long one", door.visit()) == "ada"


async def test_a_machine_s_key_has_no_sessions(alone: Api) -> None:
    assert (await alone.http.get("/v1/me/sessions")).status_code == 403
    me = (await alone.http.get("/v1/me")).json()
    assert (me["account_id"], me["responder_id"], me["roles"]) == (None, None, [])
    assert "account:manage" in me["permissions"]


@pytest.mark.parametrize("scope", [ApiScope.RESPONDER, ApiScope.OBSERVER, ApiScope.AUDITOR])
async def test_nobody_but_an_admin_changes_accounts(alone: Api, scope: ApiScope) -> None:
    await known(alone.http, "ada")
    key = await holder_of(alone.log, scope, responder_id=ResponderId("ada"))
    body = {"email": "x@example.com", "roles": ["admin"]}
    for method, path, said in (
        ("POST", "/v1/accounts/ada/invitation", body),
        ("PUT", "/v1/accounts/ada/roles", {"roles": ["admin"]}),
        ("POST", "/v1/accounts/ada/suspension", {"reason": "x"}),
        ("DELETE", "/v1/accounts/ada/sessions", None),
    ):
        answer = await alone.http.request(method, path, json=said, headers=key)
        assert answer.status_code == 403, path
