"""A private incident tells nobody who is no member of it anything, at any door of learning."""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from events.configuration.api_key import ApiScope
from events.ids import ResponderId
from events.log.postgres import PostgresLog
from projections.lag import lag
from projections.live.runner import Runner
from projections.registry import ALL_PROJECTIONS
from services.simulation.clockwork.world import World
from services.simulation.sandbox.loading import load
from services.simulation.year import Span, simulated
from tests.eventually import eventually
from tests.keys import keyring
from tests.servers import Database, fresh_database
from tests.services.api.key_holders import holder_of
from tests.services.api.private_learning.companies import (
    TRACKER,
    Life,
    Told,
    events_of,
    kept_private,
    likest,
    lives_in,
    opened_up,
    tracker,
    without,
    world_of,
)
from tests.services.api.private_learning.doors import Door, doors
from tests.services.real_dependencies import dependencies_on

pytestmark = pytest.mark.stack

BEGINS: Final = datetime(2025, 3, 1, tzinfo=UTC)
DAYS: Final = 50
ISSUED: Final = {"quarter": "2025-Q1", "zone": "Europe/Berlin"}
UNAVAILABLE: Final = 503
PATIENCE: Final = 5
SAME_REPORT: Final = {"Idempotency-Key": "00000000-0000-0000-0000-000000000015"}
# Doors that have nothing to tell of another incident than the one that is asked about.
OF_ONE_INCIDENT: Final = tuple(
    f"/v1/incidents/{{incident_id}}/{noun}" for noun in ("postmortem", "action-items")
)
OF_NONE: Final = {
    *("/v1/trackers", "/v1/trackers/{tracker_id}"),
    "/v1/teams/{team_id}/practice/weekly-questions",  # whether they are asked
}

type Headers = dict[str, str]
type Sites = Callable[[Sequence[Told]], AbstractAsyncContextManager[Site]]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Company:
    """A simulated company, and the keys that people and machines have there."""

    world: World
    events: Sequence[Told]
    lives: Sequence[Life]
    people: Mapping[ResponderId, Headers]
    observer: Headers
    machine: Headers
    admin: Headers

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001  hypothesis's own
        printer.text(f"<a company with {len(self.lives)} incidents>")  # not the whole log

    @property
    def now(self) -> datetime:
        return self.world.now + timedelta(hours=1)

    def named(self, kind: str, name: str) -> list[str]:
        """Return what a kind of thing is called here."""
        events = [one.event for one in self.events]
        return sorted({getattr(one, name) for one in events if one.type == f"{kind}.defined"})

    def outsider(self, private: Sequence[Life], dice: Random) -> Headers:
        """Return somebody who is no member of these incidents, whatever they may do else."""
        knowing = {who for one in private for who in one.people}
        stranger = dice.choice(sorted({*self.people} - knowing))
        speaks = {"Tocsin-Responder": dice.choice(sorted(knowing))}
        return dice.choice(
            [
                self.people[stranger],
                self.observer,
                self.machine | speaks,  # it says that it is a member's
                self.admin | {"Tocsin-Responder": stranger},
            ]
        )


@pytest.fixture(scope="module")
async def company() -> Company:
    world = await simulated(Span(seed=7, begins=BEGINS, ends=BEGINS + timedelta(days=DAYS)))
    log = world.log
    people = {
        one: await holder_of(log, ApiScope.RESPONDER, responder_id=one) for one in world.zones
    }
    observer, machine, admin = [
        await holder_of(log, scope)
        for scope in (ApiScope.OBSERVER, ApiScope.RESPONDER, ApiScope.ADMIN)
    ]
    events = [*await events_of(world), tracker(world.now)]
    return Company(
        world=world,
        events=events,
        lives=lives_in(events, world.zones),
        people=people,
        observer=observer,
        machine=machine,
        admin=admin,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The API over one log, once everything of it is projected."""

    http: AsyncClient
    company: Company
    report_id: str

    async def answers(
        self, document: Mapping[str, Any], lives: Sequence[Life], who: Headers
    ) -> dict[Door, tuple[int, bytes]]:
        """Return what somebody is told at every door."""
        company = self.company
        services = company.named("service", "service_id")[:3]
        teams = company.named("team", "team_id")
        schedules = company.named("schedule", "schedule_id")[:2]
        known: dict[str, Sequence[str]] = {
            "incident_id": [one.reference for one in lives],
            "action_item_id": [str(item) for one in lives for item in one.items[:1]],
            "quarter": ["2025-Q1", "2025-Q2"],
            "report_id": [self.report_id],
            "section": ["summary", "timeline", "action_items"],
            "tracker_id": [TRACKER],
            **dict.fromkeys(("service", "service_id"), services),
            **dict.fromkeys(("team", "team_id"), teams),
            **dict.fromkeys(("schedule", "schedule_id"), schedules),
            "responder_id": [*company.people][:2],
        }
        found = {}
        for door in [*doors(document, known), *self.questions()]:
            found[door] = await self.answer(door, who)
        return found

    async def answer(self, door: Door, who: Headers) -> tuple[int, bytes]:
        """Return what somebody is told at one door; a machine under load is asked again."""
        asked = {"params": dict(door.query), "json": door.body, "headers": who}
        answer = await self.http.request(door.method, door.url, **asked)
        for _ in range(PATIENCE):
            if answer.status_code != UNAVAILABLE:
                break
            answer = await self.http.request(door.method, door.url, **asked)
        return answer.status_code, unnumbered(answer.content)

    def questions(self) -> Iterator[Door]:
        """Yield what is asked by a body, and stores nothing."""
        [target, *_] = self.company.people
        level = {"targets": [{"responder_id": target}], "escalation_timeout_seconds": 600}
        changed = {"name": "By one", "levels": [level]}
        query = (("from", f"{BEGINS:%Y-%m-%dT%H:%M:%SZ}"),)
        for policy in self.company.named("escalation_policy", "escalation_policy_id"):
            body = {"escalation_policy_id": policy, "policy": changed}
            url = f"/v1/escalation-policies/{policy}/backtest"
            for path, asked in (("/v1/what-if", body), (url, changed)):
                noun = path.rpartition("/")[2]
                yield Door(path=noun, url=path, query=query, method="POST", body=asked)


def unnumbered(body: bytes) -> bytes:
    """Return an answer without the id of the request: every request has one of its own."""
    try:
        found = json.loads(body)
    except ValueError:
        return body
    if not isinstance(found, dict) or "request_id" not in found:
        return body
    return json.dumps(found | {"request_id": None}).encode()


@pytest.fixture
def sites(
    postgres: Database, database_template: Database, routed: FastAPI, company: Company
) -> Sites:
    """Return what opens a site over a log."""

    @asynccontextmanager
    async def opened(events: Sequence[Told]) -> AsyncIterator[Site]:
        async with fresh_database(postgres, database_template) as database:
            await load(database.owner_dsn, await world_of(events, company.world), keyring())
            log = await PostgresLog.open(database.app_dsn, keyring=keyring())
            routed.state.dependencies = replace(dependencies_on(log), clock=lambda: company.now)
            transport = ASGITransport(routed)
            async with AsyncClient(transport=transport, base_url="http://tocsin") as http:
                headers = company.admin | SAME_REPORT
                await projected(database)
                made = await http.post("/v1/reports", json=ISSUED, headers=headers)
                assert made.status_code == 200, made.text
                await projected(database)
                yield Site(http=http, company=company, report_id=made.json()["report_id"])
            await routed.state.dependencies.sightings.settle(0)
            await log.close()

    return opened


async def projected(database: Database) -> None:
    """Have every read model read the whole log, also where one had to halt for a while."""
    connection = await asyncpg.connect(database.projector_dsn)
    runner = Runner(connection, "a test", ALL_PROJECTIONS, keyring=keyring())
    await runner.start()

    async def all_is_read() -> bool:
        while await runner.step():
            pass
        return not any(one.events for one in await lag(connection))

    await eventually("every read model has read the whole log", all_is_read)
    await connection.close()


@settings(
    max_examples=max(1, settings().max_examples // 25),  # each asks some 200 questions, twice
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller example says no more
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
async def test_a_log_with_and_without_a_private_incident_gives_the_same_bytes_at_every_door(
    company: Company, sites: Sites, routed: FastAPI, seed: int
) -> None:
    dice, document = Random(seed), routed.openapi()
    whole = dice.choice([one for one in company.lives if one.whole])
    others = dice.sample([one for one in company.lives if one is not whole], dice.randrange(4))
    private = [whole, *others]
    public = [one for one in company.lives if one not in private]
    seen = [next(one for one in public if one.whole), likest(public, private)]
    who = company.outsider(private, dice)
    with_them = kept_private(company.events, private, public[0], company.world.now)
    async with sites(with_them) as site:
        told = await site.answers(document, seen, who)
    async with sites(without(with_them, private)) as site:
        for door, answer in (await site.answers(document, seen, who)).items():
            assert told[door] == answer, f"{door} tells of {[one.reference for one in private]}"


async def test_every_door_would_tell_of_it_if_it_were_not_private(
    company: Company, sites: Sites, routed: FastAPI
) -> None:
    document = routed.openapi()
    private = [one for one in company.lives if one.whole][:-1]
    public = [one for one in company.lives if one not in private]
    seen = [next(one for one in public if one.whole), likest(public, private)]
    kept = kept_private(company.events, private, public[0], company.world.now)
    async with sites(kept) as site:
        told = await site.answers(document, seen, company.observer)
    async with sites(opened_up(kept)) as site:
        openly = await site.answers(document, seen, company.observer)
    telling = {door.path for door, answer in told.items() if openly[door] != answer}
    silent = {door.path for door in told} - telling
    assert {path for path in silent if not path.startswith(OF_ONE_INCIDENT)} == OF_NONE
