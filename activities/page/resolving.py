"""Resolving of levels against the log: whom a level reaches now, and whose turn it is."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import uuid5

import structlog

from activities.delivery.provider import supports
from events.configuration.responder import responder_decider
from events.configuration.team import TeamDefined, team_decider
from events.delivery.events import PAGE
from events.errors import EventUnreadable, LogFault
from events.escalation.round_robin import TakeTurn, next_turn, round_robin_decider
from events.escalation.target import Target, Turn
from events.handle import handle
from events.ids import (
    EscalationPolicyId,
    PageId,
    ResponderId,
    ScheduleId,
    SubjectId,
    TeamId,
    responder_stream,
    round_robin_id_for,
    round_robin_stream,
    schedule_stream,
    subject_stream,
    team_stream,
)
from events.loading import load
from events.log.recorded import Metadata
from events.log.store import Log
from events.on_call.rota import Rota
from events.page.plan import Part, PlannedLevel, Step
from events.page.resolving import (
    About,
    Directory,
    Reach,
    Resolved,
    Turns,
    parts_left,
    people_of,
    resolved,
    whose_turn,
)
from events.schedule.decide import schedule_decider
from events.subject.decide import subject_decider

METADATA: Final = Metadata(principal="workflow:round_robin", via="workflow")

logs = structlog.get_logger(__name__)


class Resolving:
    """Resolves levels at one instant. What it has read it keeps: make a new one each time."""

    def __init__(self, log: Log, about: About) -> None:
        self._log = log
        self._about = about
        self._on_call: dict[tuple[ScheduleId, Turn], tuple[ResponderId, ...]] = {}
        self._teams: dict[TeamId, TeamDefined] = {}
        self._reach: dict[ResponderId, Reach] = {}
        self._unreadable: set[ScheduleId] = set()
        self._owners: dict[ScheduleId, TeamId | None] = {}

    async def paged(
        self, level: PlannedLevel, but: Sequence[ResponderId], page_id: PageId, step: Step
    ) -> Resolved:
        """Return whom the level reaches for this page, and take the turns of those who take turns.

        The same page at the same step gets the same turn, however often it asks.
        Raises: LogFault.
        """
        wanted: list[tuple[Part, tuple[Target, ...]]] = []

        def ask(part: Part, reachable: tuple[Target, ...]) -> Target | None:
            wanted.append((part, reachable))
            return None

        without_turns = await self._resolved(level, but, ask)
        if not wanted:
            return without_turns
        taken = {
            (part.escalation_policy_id, part.level): await self._take(
                part, reachable, page_id, step
            )
            for part, reachable in wanted
        }
        return await self._resolved(
            level, but, lambda part, _: taken[part.escalation_policy_id, part.level]
        )

    async def shown(self, level: PlannedLevel, but: Sequence[ResponderId] = ()) -> Resolved:
        """Return whom the level would reach; nobody's turn is taken by it.

        Raises: LogFault.
        """
        wanted: list[Part] = []

        def ask(part: Part, _reachable: tuple[Target, ...]) -> Target | None:
            wanted.append(part)
            return None

        await self._resolved(level, but, ask)
        last = {(part.escalation_policy_id, part.level): await self._last(part) for part in wanted}
        return await self._resolved(
            level,
            but,
            lambda part, reachable: next_turn(
                last[part.escalation_policy_id, part.level], part.targets, reachable
            ),
        )

    def ways_of(self, responder_id: ResponderId) -> tuple[str, ...]:
        """Return the channels over which somebody who was resolved can be paged."""
        reach = self._reach.get(responder_id)
        return reach.ways if reach else ()

    async def owners_of(self, level: PlannedLevel) -> tuple[ResponderId, ...]:
        """Return who answers for the level: the managers of the teams that own it.

        Those of its policy, and of the schedules it names; of a team without managers, everybody.
        Raises: LogFault.
        """
        schedules = [one.schedule_id for one in level.targets if one.schedule_id is not None]
        named = [
            *(part.team_id for part in level.parts),
            *(self._owners.get(schedule_id) for schedule_id in schedules),
        ]
        found: dict[ResponderId, None] = {}
        for team_id in dict.fromkeys(one for one in named if one is not None):
            await self._learn_team(team_id)
            team = self._teams.get(team_id)
            members = team.members if team else ()
            managers = [one for one in members if one.manager] or members
            found |= dict.fromkeys(one.responder_id for one in managers)
        for responder_id in found:
            await self._reach_of(responder_id)
        return tuple(one for one in found if self.ways_of(one))

    async def _resolved(
        self, level: PlannedLevel, but: Sequence[ResponderId], turn: Turns
    ) -> Resolved:
        parts, _ = parts_left(level, self._about)
        await self._learn(dict.fromkeys(one for part in parts for one in part.targets))
        return resolved(
            level,
            but=but,
            about=self._about,
            directory=self._directory,
            reach=self._reach,
            turn=turn,
        )

    @property
    def _directory(self) -> Directory:
        return Directory(
            on_call=self._on_call, teams=self._teams, unreadable=frozenset(self._unreadable)
        )

    async def _learn(self, targets: Iterable[Target]) -> None:
        for target in targets:
            if target.schedule_id is not None:
                await self._learn_schedule(target.schedule_id, target.turn)
            if target.team_id is not None:
                await self._learn_team(target.team_id)
            for responder_id in people_of(target, self._directory):
                await self._reach_of(responder_id)

    async def _learn_team(self, team_id: TeamId) -> None:
        if team_id not in self._teams:
            team, _ = await load(self._log, team_decider, team_stream(team_id))
            if team is not None:
                self._teams[team_id] = team

    async def _learn_schedule(self, schedule_id: ScheduleId, turn: Turn) -> None:
        """Learn who is on call. A schedule that cannot be read must not keep a page from going on.

        Raises: LogFault, where the log cannot be read at all.
        """
        if (schedule_id, turn) in self._on_call:
            return
        try:
            schedule, _ = await load(self._log, schedule_decider, schedule_stream(schedule_id))
            self._owners[schedule_id] = schedule.team_id
            if schedule.schedule_id is None or schedule.ended_at is not None:
                return
            on_call = await self._without_the_gone(schedule.rota, turn)
        except EventUnreadable as fault:
            self._unreadable.add(schedule_id)
            logs.error("schedule_unreadable", schedule_id=schedule_id, reason=str(fault))  # noqa: TRY400
        except LogFault:
            raise
        except Exception:
            self._unreadable.add(schedule_id)
            logs.exception("schedule_unreadable", schedule_id=schedule_id)
        else:
            self._on_call[schedule_id, turn] = on_call

    async def _without_the_gone(self, rota: Rota, turn: Turn) -> tuple[ResponderId, ...]:
        """Return whose turn it is among those who can be paged at all.

        Who was forgotten is gone; whom a lower layer has instead, is on call.
        """
        gone: dict[ResponderId, datetime] = dict(rota.gone)
        while True:
            known = replace(rota, gone=tuple(gone.items()))
            people = await asyncio.to_thread(whose_turn, known, turn, self._about.at)
            lost = [one for one in people if one not in gone and await self._is_gone(one)]
            if not lost:
                return tuple(one for one in people if one not in gone)
            gone |= dict.fromkeys(lost, self._about.at)

    async def _is_gone(self, responder_id: ResponderId) -> bool:
        about, _ = await load(self._log, subject_decider, subject_stream(SubjectId(responder_id)))
        return about.forgotten

    async def _reach_of(self, responder_id: ResponderId) -> None:
        if responder_id in self._reach:
            return
        responder, _ = await load(self._log, responder_decider, responder_stream(responder_id))
        if responder is None or await self._is_gone(responder_id):
            self._reach[responder_id] = Reach()
            return
        channels = (method.channel for method in responder.contact_methods)
        ways = tuple(dict.fromkeys(one for one in channels if supports(one, PAGE)))
        self._reach[responder_id] = Reach(kind=responder.kind, ways=ways)

    async def _last(self, part: Part) -> Target | None:
        newest, _ = await load(self._log, round_robin_decider, _turns(part))
        return newest.target if newest else None

    async def _take(
        self, part: Part, reachable: tuple[Target, ...], page_id: PageId, step: Step
    ) -> Target | None:
        if part.escalation_policy_id is None:
            return reachable[0]
        command = TakeTurn(
            escalation_policy_id=part.escalation_policy_id,
            level=part.level,
            targets=part.targets,
            reachable=reachable,
            page_id=page_id,
            round=step.round,
            at=self._about.at,
        )
        command_id = uuid5(page_id, f"turn:{step.round}:{step.level}:{_turns(part)}")
        handled = await handle(
            self._log,
            round_robin_decider,
            _turns(part),
            command,
            command_id=command_id,
            request_digest=sha256(command_id.bytes).digest(),
            metadata=METADATA,
        )
        [taken] = handled.events
        target = taken.event.target
        return target if target in reachable else reachable[0]


def _turns(part: Part) -> str:
    policy_id = part.escalation_policy_id or EscalationPolicyId("")
    return round_robin_stream(round_robin_id_for(policy_id, part.level))
