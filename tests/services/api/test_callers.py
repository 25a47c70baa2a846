"""Who may call, as whom: the key decides, and the log says what the key is worth now."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from fastapi import FastAPI, Request
from httpx import ASGITransport, AsyncClient
from starlette.types import Receive, Scope, Send

from events.account.commands import (
    AccountCommand,
    ChangeAccountRoles,
    OpenAccount,
    SuspendAccount,
)
from events.account.decide import account_decider
from events.actor import Actor
from events.configuration.api_key import ApiScope
from events.configuration.responder import RegisterResponder, responder_decider
from events.handle import handle
from events.ids import (
    AccountId,
    ResponderId,
    SubjectId,
    account_stream,
    responder_stream,
    subject_stream,
)
from events.log.memory import MemoryLog
from events.log.recorded import Metadata
from events.subject.commands import ForgetSubject
from events.subject.decide import subject_decider
from services.access.callers import SESSION, Session
from services.access.permissions import permissions_of
from services.access.secret_keys import new_key
from services.api.dependencies import Dependencies
from services.api.http.authentication import admitted
from services.request_refusals import PermissionMissing
from tests.services.api.key_holders import holder_of

STRANGERS = {
    "no key": "",
    "another scheme": "Basic YWRtaW46YWRtaW4=",
    "no secret": "Bearer",
    "nonsense": "Bearer nonsense",
    "an unknown key": f"Bearer {new_key('key').text}",
    "an integration's key": f"Bearer {new_key('ingest').text}",
    "a mistyped key": f"Bearer {new_key('key').text[:-1]}_",
    "two keys": f"Bearer {new_key('key').text}, Bearer {new_key('key').text}",
    "a very long one": "Bearer " + "a" * 8000,
    "not ASCII": "Bearer tocsin_key_é",
}


@pytest.fixture
def memory(dependencies: Dependencies) -> MemoryLog:
    assert isinstance(dependencies.log, MemoryLog)
    return dependencies.log


@pytest.fixture
async def ada(memory: MemoryLog) -> ResponderId:
    ada = ResponderId("ada")
    await handle(
        memory,
        responder_decider,
        responder_stream(ada),
        RegisterResponder(
            responder_id=ada,
            name="Ada",
            contact_methods=(),
            actor=Actor(principal="test"),
            at=datetime.now(UTC),
        ),
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal="test"),
    )
    return ada


@pytest.mark.parametrize("shown", STRANGERS.values(), ids=STRANGERS)
async def test_a_stranger_learns_nothing_but_how_to_come_in(
    shown: str, client: AsyncClient
) -> None:
    headers = [(b"Authorization", shown.encode())] if shown else []
    answer = await client.post("/v1/incidents", content=b"not even JSON", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["cache-control"] == "no-store"


async def test_an_observer_declares_nothing(client: AsyncClient, memory: MemoryLog) -> None:
    for scope in (ApiScope.OBSERVER, ApiScope.AUDITOR, ApiScope.INGEST):
        headers = await holder_of(memory, scope)
        answer = await client.post("/v1/incidents", json={"title": "Slow"}, headers=headers)
        assert (answer.status_code, answer.json()["permission"]) == (403, "incident:declare")
    assert [event.type for event in await memory.read_all(0)] == ["api_key.created"] * 3


async def declared_by(client: AsyncClient, memory: MemoryLog, headers: dict[str, str]) -> str:
    answer = await client.post("/v1/incidents", json={"title": "Slow"}, headers=headers)
    assert answer.status_code == 201, answer.text
    stored = await memory.read_stream(f"incident-{answer.json()['incident_id']}")
    return stored[0].payload.decode().split('"declared_by":"')[1].split('"')[0]


async def test_a_responders_key_speaks_for_the_responder(
    client: AsyncClient, memory: MemoryLog, ada: ResponderId
) -> None:
    headers = await holder_of(memory, ApiScope.RESPONDER, responder_id=ada)
    assert await declared_by(client, memory, headers) == "responder:ada"
    assert await declared_by(client, memory, {**headers, "Tocsin-Responder": ada}) == (
        "responder:ada"
    )


async def test_a_responders_key_speaks_for_nobody_else(
    client: AsyncClient, memory: MemoryLog, ada: ResponderId
) -> None:
    grace = await holder_of(memory, ApiScope.RESPONDER, responder_id=ResponderId("grace"))
    headers = {**grace, "Tocsin-Responder": ada}
    answer = await client.post("/v1/incidents", json={"title": "Slow"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "speaks-for-another")


async def test_a_key_of_nobody_speaks_for_whom_it_names_and_says_so(
    client: AsyncClient, memory: MemoryLog, ada: ResponderId
) -> None:
    headers = await holder_of(memory, ApiScope.RESPONDER)
    assert (await declared_by(client, memory, headers)).startswith("api_key:")
    assert await declared_by(client, memory, {**headers, "Tocsin-Responder": ada}) == (
        "responder:ada"
    )
    last = (await memory.read_all(0))[-1]
    assert b'"on_behalf_of":"ada"' in last.meta
    assert b'"principal":"api_key:' in last.meta


@pytest.mark.parametrize("named", ["nobody", "", "a" * 65, "ada\x7f", "../ada", "Ada"])
async def test_nobody_speaks_for_somebody_who_does_not_exist(
    named: str, client: AsyncClient, memory: MemoryLog, ada: ResponderId
) -> None:
    headers = {**await holder_of(memory, ApiScope.RESPONDER), "Tocsin-Responder": named}
    answer = await client.post("/v1/incidents", json={"title": "Slow"}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "header.Tocsin-Responder"


async def forget(log: MemoryLog, responder_id: ResponderId) -> None:
    command = ForgetSubject(
        subject_id=SubjectId(responder_id),
        reason="They left.",
        actor=Actor(principal="test"),
        at=datetime.now(UTC),
    )
    await handle(
        log,
        subject_decider,
        subject_stream(command.subject_id),
        command,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal="test"),
    )


async def test_the_key_of_somebody_who_was_forgotten_opens_nothing_any_more(
    client: AsyncClient, memory: MemoryLog, ada: ResponderId
) -> None:
    headers = await holder_of(memory, ApiScope.ADMIN, responder_id=ada)
    assert await declared_by(client, memory, headers) == "responder:ada"
    await forget(memory, ada)
    for method, path in (("POST", "/v1/incidents"), ("GET", "/v1/api-keys"), ("GET", "/v1/stream")):
        answer = await client.request(method, path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated")


async def test_nobody_speaks_for_somebody_who_was_forgotten_and_nobody_makes_them_a_key(
    client: AsyncClient, memory: MemoryLog, ada: ResponderId
) -> None:
    await forget(memory, ada)
    admin = await holder_of(memory, ApiScope.ADMIN)
    for_ada = {**admin, "Tocsin-Responder": ada}
    answer = await client.post("/v1/incidents", json={"title": "Slow"}, headers=for_ada)
    assert answer.json()["errors"][0]["field"] == "header.Tocsin-Responder"
    body = {"name": "phone", "scopes": ["responder"], "responder_id": ada}
    made = await client.post("/v1/api-keys", json=body, headers=admin)
    assert (made.status_code, made.json()["errors"][0]["field"]) == (422, "body.responder_id")
    told = await client.put("/v1/subscriptions/ada", json={"responder_id": ada}, headers=admin)
    assert (told.status_code, told.json()["errors"][0]["field"]) == (422, "body.responder_id")


async def test_whoever_speaks_for_somebody_gives_up_the_rights_of_the_key(
    client: AsyncClient, memory: MemoryLog, ada: ResponderId
) -> None:
    admin = await holder_of(memory, ApiScope.ADMIN)
    for_ada = {**admin, "Tocsin-Responder": ada}
    service = {"name": "Shop", "escalation_policy_id": None}
    refused = await client.put("/v1/services/shop", json=service, headers=for_ada)
    assert (refused.status_code, refused.json()["permission"]) == (403, "team:write")
    assert "leave Tocsin-Responder out" in refused.json()["detail"]
    assert (await client.put("/v1/services/shop", json=service, headers=admin)).is_success
    assert await declared_by(client, memory, for_ada) == "responder:ada"


async def test_nobody_gains_a_right_by_speaking_for_somebody(
    client: AsyncClient, memory: MemoryLog, ada: ResponderId
) -> None:
    for scope in (ApiScope.OBSERVER, ApiScope.AUDITOR, ApiScope.INGEST):
        headers = {**await holder_of(memory, scope), "Tocsin-Responder": ada}
        answer = await client.post("/v1/incidents", json={"title": "Slow"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "permission-missing")


@pytest.mark.parametrize("scope", ApiScope)
@pytest.mark.parametrize("own", [None, ResponderId("ada")])
async def test_a_caller_is_an_admin_only_in_its_own_name(
    scope: ApiScope,
    own: ResponderId | None,
    dependencies: Dependencies,
    memory: MemoryLog,
    ada: ResponderId,
) -> None:
    headers = await holder_of(memory, scope, responder_id=own)
    for named in (None, ada):
        in_own_name = named in {None, own}
        request = asking(dependencies, headers | ({"Tocsin-Responder": named} if named else {}))
        for permission in permissions_of([scope]):
            try:
                caller = await admitted(request, permission)
            except PermissionMissing:
                assert not in_own_name
                continue
            assert caller.actor.is_admin == (scope is ApiScope.ADMIN and in_own_name)
            sees_all = scope in {ApiScope.ADMIN, ApiScope.AUDITOR}
            assert caller.visibility.everything == (sees_all and in_own_name)
            assert in_own_name or caller.permissions <= permissions_of([ApiScope.RESPONDER])


def asking(dependencies: Dependencies, headers: dict[str, str]) -> Request:
    app = FastAPI()
    app.state.dependencies = dependencies
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw, "app": app, "state": {}})


def signed_in(app: FastAPI, session: Session) -> AsyncClient:
    """Return a client whose requests come from within the process, for whoever is signed in."""

    async def within(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, SESSION: session}, receive, send)

    return AsyncClient(transport=ASGITransport(within), base_url="http://tocsin")


async def test_whoever_is_signed_in_acts_with_the_roles_of_the_account(
    app: FastAPI, memory: MemoryLog, ada: ResponderId
) -> None:
    roles = frozenset({ApiScope.RESPONDER})
    session = Session(session_id="1", account_id="7", person=ada, roles=roles)
    body = {"title": "Checkout fails", "severity": "SEV3"}
    async with signed_in(app, session) as browser:
        refused = await browser.post(
            "/v1/api-keys", json={}, headers={"Idempotency-Key": str(uuid4())}
        )
        assert refused.status_code == 403
        assert "your roles (responder) do not carry it" in refused.json()["detail"]
        declared = await browser.post(
            "/v1/incidents", json=body, headers={"Idempotency-Key": str(uuid4())}
        )
    assert declared.status_code == 201, declared.text
    (first, *_) = await memory.read_stream(f"incident-{declared.json()['incident_id']}")
    meta = json.loads(first.meta)
    assert (meta["principal"], meta["on_behalf_of"]) == ("account:7", ada)


async def test_no_header_makes_a_session(client: AsyncClient) -> None:
    headers = {SESSION: "1", "X-Tocsin-Session": "1", "Cookie": f"{SESSION}=1"}
    answer = await client.get("/v1/incidents", headers=headers)
    assert answer.status_code == 401


async def account(dependencies: Dependencies, command: AccountCommand) -> None:
    await handle(
        dependencies.log,
        account_decider,
        account_stream(command.account_id),
        command,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal="tests"),
    )


async def test_a_person_s_key_loses_what_their_account_loses(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    """A right taken away is taken from everything handed out before."""
    ada, by = AccountId("ada"), Actor(principal="tests")
    key = await holder_of(dependencies.log, ApiScope.ADMIN, responder_id=ResponderId("ada"))
    now = datetime.now(UTC)
    manage = {"Tocsin-Dry-Run": "true", **key}
    rota = {"name": "Ada", "contact_methods": []}
    answer = await client.put("/v1/responders/ada", json=rota, headers=manage)
    assert answer.status_code == 200, answer.text
    admin = (ApiScope.ADMIN, ApiScope.RESPONDER)
    await account(
        dependencies, OpenAccount(account_id=ada, email=None, roles=admin, actor=by, at=now)
    )
    answer = await client.delete("/v1/api-keys/nothing", headers=key)
    assert answer.status_code == 404
    await account(
        dependencies,
        ChangeAccountRoles(
            account_id=ada, roles=(ApiScope.RESPONDER,), is_last_admin=False, actor=by, at=now
        ),
    )
    answer = await client.delete("/v1/api-keys/nothing", headers=key)
    assert answer.status_code == 403
    assert "the roles of ada do not carry it now" in answer.text
    await account(
        dependencies,
        SuspendAccount(account_id=ada, reason="Left.", is_last_admin=False, actor=by, at=now),
    )
    answer = await client.delete("/v1/api-keys/nothing", headers=key)
    assert answer.status_code == 401
