"""Every operation, asked for by every kind of caller, answers as the table of rights says."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from starlette.types import Receive, Scope, Send

from events.configuration.api_key import ApiScope
from events.configuration.team import Member
from events.errors import LogUnavailable
from events.ids import ResponderId
from events.log.database import Database
from events.log.memory import MemoryLog
from projections.on_call.teams import TeamRow
from services.access.callers import SESSION, Session
from services.access.permissions import RIGHTS, Permission, permissions_of
from services.access.rights import own_person
from services.api.dependencies import Dependencies
from services.api.http.guard import Requires, operations
from tests.services.api.key_holders import holder_of
from tests.services.api.rights.cast import ARRIVED, NOW, OVERRIDE, PEOPLE, set_up
from tests.services.api.rights.kind import STAND, Kind

TOMORROW, AFTER = NOW + timedelta(days=3), NOW + timedelta(days=4)
PATH: Final[Mapping[str, str]] = {
    "responder_id": "ben",
    "account_id": "ben",
    "routing_rules_id": "team.payments",
    "team_id": "payments",
    "override_id": str(OVERRIDE),
    "incident_id": "INC-1",
    "number": "1",
    "role": "scribe",
    "timestamp": "detected",
    "calendar": "work",
    "command_id": str(UUID(int=1)),
    "arrival_id": str(UUID(int=1)),
    "page_id": str(UUID(int=1)),
}
# Nothing is changed by asking, so each kind is asked alike; and a stream ends before it begins.
HARMLESS: Final = {"Tocsin-Dry-Run": "true", "Last-Event-ID": str(10**15)}
SHIFT = {
    "starts_at": TOMORROW.strftime("%FT%TZ"),
    "ends_at": AFTER.strftime("%FT%TZ"),
    "off": "ben",
    "on": "mia",
}
BODIES: Final[Mapping[str, Mapping[str, Any]]] = {  # other than the example in the document
    "make_override": SHIFT,
    "change_override": {"on": "mia"},
    "take_pager": {"responder_id": "mia"},
    "define_service": {"name": "Shop", "escalation_policy_id": None, "team_id": "payments"},
    "create_integration": {"name": "Prometheus", "service_id": "shop"},
    "define_heartbeat": {"name": "Shop", "integration_id": "shop", "interval_seconds": 60},
    "define_maintenance_window": {
        "name": "Upgrade",
        "reason": "Work",
        "service_ids": ["shop"],
        "ends_at": AFTER.strftime("%FT%TZ"),
    },
    "define_routing_rules": {"rules": []},
    "define_status_page": {"name": "Shop", "team_id": "payments", "components": []},
    "invite_person": {"email": "ben@example.com", "roles": ["responder"]},
}


def kinds() -> Iterator[Kind]:
    """Yield nobody's keys of every scope, people's keys, and people who are signed in."""
    for scope in ApiScope:
        yield Kind(name=f"a key of {scope}", roles=(scope,))
    for person in PEOPLE:
        yield Kind(name=f"{person}'s key", roles=(ApiScope.RESPONDER,), person=person)
        yield Kind(
            name=f"{person}, signed in",
            roles=(ApiScope.RESPONDER,),
            person=person,
            signed_in=True,
        )
    for scope in (ApiScope.ADMIN, ApiScope.OBSERVER, ApiScope.AUDITOR):
        yield Kind(name=f"a signed-in {scope}", roles=(scope,), person="grace", signed_in=True)
    both = (ApiScope.AUDITOR, ApiScope.RESPONDER)
    yield Kind(name="an auditor who responds", roles=both, person="ada", signed_in=True)


@pytest.fixture
async def memory(dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch) -> MemoryLog:
    assert isinstance(dependencies.log, MemoryLog)
    await set_up(dependencies.log)
    monkeypatch.setattr(own_person, "every_team", _teams)
    monkeypatch.setattr(Database, "connection", _no_connection)  # a refusal takes longer
    await dependencies.arrivals.keep(ARRIVED)
    return dependencies.log


@asynccontextmanager
async def _no_connection(_database: object) -> AsyncIterator[None]:
    """Refuse at once, as the pool does after it has tried."""
    raise LogUnavailable("There is no database here.")
    yield


async def _teams(_database: object) -> list[TeamRow]:
    """Return what the projection of teams would say: there is no database here."""
    names = (("grace", True), ("ben", False), ("mia", False))
    members = tuple(Member(responder_id=ResponderId(one), manager=is_) for one, is_ in names)
    return [
        TeamRow(
            team_id="payments",
            name="Payments",
            members=members,
            members_may_override=False,
            zone=None,
            changed_by="tests",
            changed_at=NOW,
            version=1,
        )
    ]


@pytest.fixture
async def clients(app: FastAPI, memory: MemoryLog) -> AsyncIterator[Mapping[Kind, AsyncClient]]:
    """A client for each kind of caller."""
    async with AsyncExitStack() as stack:
        found: dict[Kind, AsyncClient] = {}
        for kind in kinds():
            person = ResponderId(kind.person) if kind.person else None
            headers = dict(HARMLESS)
            if kind.signed_in:
                assert person is not None
                session = Session(
                    session_id="1", account_id="7", person=person, roles=frozenset(kind.roles)
                )
                transport = ASGITransport(_within(app, session))
            else:
                transport = ASGITransport(app)
                headers |= await holder_of(memory, *kind.roles, responder_id=person)
            client = AsyncClient(transport=transport, base_url="http://tocsin", headers=headers)
            found[kind] = await stack.enter_async_context(client)
        yield found


def _within(app: FastAPI, session: Session) -> Any:
    async def within(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, SESSION: session}, receive, send)

    return within


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One guarded operation, as it is asked for here."""

    name: str
    method: str
    path: str
    permission: Permission
    body: Any


def guarded(app: FastAPI) -> list[Operation]:
    """Return every guarded operation, with what its path names and a body that it takes."""
    found: list[Operation] = []
    for route, mark in operations(app.router.routes):
        for method in sorted(route.methods or ()):
            if isinstance(mark, Requires):
                told = app.openapi()["paths"][route.path_format][method.lower()]
                content = told.get("requestBody", {}).get("content", {})
                example = content.get("application/json", {}).get("example")
                found.append(
                    Operation(
                        name=route.name,
                        method=method,
                        path=re.sub(r"\{(\w+)[^}]*\}", _named, route.path),
                        permission=mark.permission,
                        body=BODIES.get(route.name, example),
                    )
                )
    return found


def _named(found: re.Match[str]) -> str:
    return PATH.get(found[1], "shop")


def test_the_table_says_of_every_permission_who_has_it() -> None:
    assert set(RIGHTS) == set(Permission)
    assert {relation for one in RIGHTS.values() if (relation := one.to_responder)} == set(STAND)
    for permission, granted in RIGHTS.items():
        assert ApiScope.ADMIN in granted.roles, permission
        if granted.to_responder is not None:  # then admins alone may do it to whatever there is
            assert granted.roles == {ApiScope.ADMIN}


def test_an_auditor_changes_nothing_and_reads_what_an_admin_reads_but_addresses(
    app: FastAPI,
) -> None:
    carried = permissions_of([ApiScope.AUDITOR])
    changing = {
        one.permission
        for one in guarded(app)
        if one.method != "GET"
        and not one.path.endswith(("/test", "/backtest", "/preview", "/what-if"))
    }
    # an inventory, and one's own sessions
    assert {one for one in changing if one in carried} == {
        Permission.LOG_READ,
        Permission.ACCOUNT_OWN,
    }
    reading = {one.permission for one in guarded(app) if one.method == "GET"}
    assert reading - carried <= {Permission.TEAM_WRITE}  # where an integration takes mail: a key


def asking(
    permission: Permission, clients: Mapping[Kind, AsyncClient]
) -> list[tuple[Kind, AsyncClient]]:
    """Return who asks: where the person does not matter, one responder stands for them all."""
    all_matter = RIGHTS[permission].to_responder is not None
    others = {person for person in PEOPLE if person != "ada"}
    responders = (ApiScope.RESPONDER,)
    return [
        (kind, client)
        for kind, client in clients.items()
        if all_matter or not (kind.person in others and kind.roles == responders)
    ]


async def test_without_a_good_key_every_operation_is_refused(
    app: FastAPI, client: AsyncClient
) -> None:
    for one in guarded(app):
        for headers in ({}, {"Authorization": "Bearer tocsin_key_wrong"}):
            answer = await client.request(one.method, one.path, json=one.body, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated")


async def test_every_operation_answers_every_kind_of_caller_as_the_table_says(
    app: FastAPI, clients: Mapping[Kind, AsyncClient]
) -> None:
    wrong: list[str] = []
    for one in guarded(app):
        for kind, client in asking(one.permission, clients):
            answer = await client.request(one.method, one.path, json=one.body)
            refused = answer.status_code == 403 and answer.json().get("permission") == (
                one.permission.value
            )
            if refused is kind.may(one.permission) or answer.status_code in {401, 500}:
                wrong.append(f"{one.name}: {kind.name}: {answer.status_code} {answer.text[:160]}")
    assert not wrong, "\n".join(wrong)
