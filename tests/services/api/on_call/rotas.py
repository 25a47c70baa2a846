"""A schedule in the log, with people who have keys of their own, and an API over it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient, Response

from events.actor import Actor
from events.configuration.api_key import ApiScope
from events.configuration.responder import RegisterResponder, responder_decider
from events.configuration.team import DefineTeam, Member, team_decider
from events.handle import handle
from events.ids import (
    ResponderId,
    ScheduleId,
    TeamId,
    responder_stream,
    schedule_stream,
    team_stream,
)
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from events.log.recorded import Metadata
from events.on_call.layer import Frequency, Layer, Rotation
from events.on_call.rota import HolidayCalendar
from events.schedule.commands import DefineSchedule, EndSchedule
from events.schedule.decide import schedule_decider
from services.api.app import create_app
from services.api.dependencies import Dependencies
from services.identity.settings import sessions_of
from tests.services.api.key_holders import holder_of
from tests.services.api.test_configuration_reads import projecting

__all__ = ["projecting", "team"]

BOSS = Actor(principal="tests", is_admin=True)
NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)  # a Tuesday
ADA, BEN, CEM, DAN = map(ResponderId, ("ada", "ben", "cem", "dan"))


@dataclass
class Rota:
    """Ada, Ben and Cem take a day each, in Berlin at nine; Dan is on no rotation."""

    log: PostgresLog
    http: AsyncClient
    headers: dict[str, dict[str, str]]
    schedule: str = field(default_factory=lambda: f"rota-{uuid4().hex[:8]}")

    async def settle(self) -> None:
        for who in (ADA, BEN, CEM, DAN):
            register = RegisterResponder(
                responder_id=who, name=who, contact_methods=(), actor=BOSS, at=NOW
            )
            await self.store(responder_decider, responder_stream(who), register)
        members = (
            Member(responder_id=DAN, manager=True),
            *(Member(responder_id=who, manager=False) for who in (ADA, BEN, CEM)),
        )
        team = DefineTeam(
            team_id=TeamId("payments"), name="Payments", members=members, actor=BOSS, at=NOW
        )
        await self.store(team_decider, team_stream(team.team_id), team)
        rotation = Rotation(
            slots=((ADA,), (BEN,), (CEM,)),
            first_hand_off=date(2026, 11, 30),
            hand_off_at=time(9),
            frequency=Frequency.DAILY,
        )
        layer = Layer(layer_id="first", name="First", rotation=rotation)
        define = DefineSchedule(
            schedule_id=ScheduleId(self.schedule),
            name="Payments",
            team_id=TeamId("payments"),
            zone="Europe/Berlin",
            layers=(layer,),
            holidays=HolidayCalendar(country="DE"),
            actor=BOSS,
            at=NOW - timedelta(days=2),
        )
        await self.store(schedule_decider, schedule_stream(define.schedule_id), define)

    async def end(self) -> None:
        command = EndSchedule(schedule_id=ScheduleId(self.schedule), actor=BOSS, at=NOW)
        await self.store(schedule_decider, schedule_stream(command.schedule_id), command)

    async def store(self, decider: Any, stream: str, command: Any) -> None:
        await handle(
            self.log,
            decider,
            stream,
            command,
            command_id=uuid4(),
            request_digest=bytes(32),
            metadata=Metadata(principal="tests"),
        )

    async def post(self, path: str, body: Any = None, *, by: str) -> Response:
        url = path if path.startswith("/") else f"/v1/schedules/{self.schedule}/{path}"
        return await self.http.post(url, json=body, headers=self.headers[by])

    async def delete(self, path: str, *, by: str) -> Response:
        url = path if path.startswith("/") else f"/v1/schedules/{self.schedule}/{path}"
        return await self.http.delete(url, headers=self.headers[by])

    async def read(self, path: str, *, by: str = "ada", **query: Any) -> Response:
        url = path if path.startswith("/") else f"/v1/schedules/{self.schedule}/{path}"
        position = await self.log.head()
        asked = {"after_position": position, **query}
        return await self.http.get(url, params=asked, headers=self.headers[by])


@pytest.fixture
async def team(
    dependencies: Dependencies, log: PostgresLog, projecting: None
) -> AsyncIterator[Rota]:
    real = replace(
        dependencies,
        log=log,
        database=log.database,
        inbox=PostgresInbox(log.database),
        sessions=sessions_of(log, log.database, dependencies.settings),
        clock=lambda: NOW,
    )
    headers: dict[str, dict[str, str]] = {
        who: await holder_of(log, ApiScope.RESPONDER, responder_id=who)
        for who in (ADA, BEN, CEM, DAN)
    }
    named: dict[str, dict[str, str]] = {
        **headers,
        "admin": await holder_of(log, ApiScope.ADMIN),
        "observer": await holder_of(log, ApiScope.OBSERVER),
        "machine": await holder_of(log, ApiScope.RESPONDER),
    }
    transport = ASGITransport(create_app(real))
    async with AsyncClient(transport=transport, base_url="http://tocsin") as http:
        rota = Rota(log, http, named)
        await rota.settle()
        yield rota
