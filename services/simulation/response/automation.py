"""Automation: what an incident's workflow does by itself, driven by the same pure rules.

`due` says which timers an incident has, `overdue` without any grace which step a page takes next;
the commands and their ids are those of workflows/incident.py and workflows/escalation.py.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from activities.page.policies import chain_of
from activities.page.reaching import reached
from activities.payloads import Intended, IntendInput
from events.actor import actor_named
from events.delivery.commands import RecordSent, RecordSuppressed
from events.delivery.ledger import Pending
from events.ids import IncidentId, incident_stream, page_id_for, page_stream
from events.incident.decide import AGGREGATE as INCIDENT
from events.incident.due import due
from events.incident.pages.rules import page_numbered, wanted_pages
from events.incident.pages.state import RequestedPage
from events.incident.state import Incident
from events.page.commands import (
    AcknowledgePage,
    ExhaustPage,
    PageCommand,
    StartPage,
    StopPage,
    TimeOutLevel,
)
from events.page.decide import AGGREGATE as PAGE
from events.page.decide import behind_the_last, exhausting, next_step
from events.page.overdue import Missed, overdue
from events.page.planning import plan_for
from events.page.state import Page
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.world import Itself, World
from services.simulation.response.answering import answers
from workflows.ids import incident_workflow_id

NO_GRACE: Final = timedelta(0)
SENDING: Final = (1.0, 3.0)  # seconds that a provider takes


async def automation(world: World, incident_id: IncidentId) -> AsyncGenerator[Wait]:
    """Give the incident the commands of its timers, and follow each of its pages."""
    stream, given, followed = incident_stream(incident_id), set[str](), set[int]()
    while True:
        incident: Incident = await world.state(INCIDENT, incident_id)
        for page in wanted_pages(incident):
            if page.number not in followed:
                followed.add(page.number)
                world.agenda.begin(Escalation(world, incident_id, page.number).run())
        if incident.ended:
            return
        timers = [one for one in due(incident) if one.why not in given]
        following = min(timers, key=lambda one: one.at, default=None)
        if following is None or following.at > world.now:
            yield Wait(until=following.at if following else None, streams=(stream,))
            continue
        given.add(following.why)
        command = replace(following.command, at=max(following.at, world.now))
        itself = Itself.workflow(incident_workflow_id(incident_id), incident_id, following.why)
        await world.try_to(INCIDENT, incident_id, command, itself)


class Escalation:
    """One page, level after level, until somebody has it or nobody is left."""

    def __init__(self, world: World, incident_id: IncidentId, number: int) -> None:
        self._world = world
        self._incident_id = incident_id
        self._number = number
        self._page_id = page_id_for(incident_id, number)
        self._streams = (incident_stream(incident_id), page_stream(self._page_id))

    async def run(self) -> AsyncGenerator[Wait]:
        """Take each step when it is due."""
        while True:
            incident: Incident = await self._world.state(INCIDENT, self._incident_id)
            page: Page = await self._world.state(PAGE, self._page_id)
            called = page_numbered(incident, self._number)
            if called is None or not called.wanted:
                await self._end(called, page)
                return
            following = None
            if called.not_before is None:
                following = overdue(
                    page, self._world.now, NO_GRACE, may_send=False, steering=called.steering
                )
            if following is None or following.at > self._world.now:
                yield Wait(until=following.at if following else None, streams=self._streams)
                continue
            await self._take(following.step, called, incident, page)

    async def _take(
        self, step: Missed, called: RequestedPage, incident: Incident, page: Page
    ) -> None:
        match step:
            case Missed.START:
                await self._start(called, incident)
            case Missed.TIME_OUT if page.step is not None:
                name = f"time_out:{page.step.round}:{page.step.level}"
                await self._give(TimeOutLevel(step=page.step, at=self._world.now), name)
            case Missed.REACH:
                await self._reach(page)
            case _:
                raise AssertionError(f"nobody steers a simulated page: {step}")

    async def _start(self, called: RequestedPage, incident: Incident) -> None:
        policies = await chain_of(self._world.log, called.target.escalation_policy_id)
        command = StartPage(
            page_id=self._page_id,
            incident_id=self._incident_id,
            reference=incident.reference,
            plan=plan_for(called.target, policies),
            at=self._world.now,
            purpose=called.purpose,
            ask=called.ask,
        )
        await self._give(command, "start")

    async def _reach(self, page: Page) -> None:
        step, intended = next_step(page), Intended(deliveries=())
        level = page.plan.level_at(step) if page.plan else None
        if level is not None and page.plan is not None:
            where = step or behind_the_last(page)
            task = IntendInput(
                incident_id=self._incident_id,
                page_id=self._page_id,
                step=where,
                level=level,
                at=self._world.now,
                but=page.plan.but,
                alarm=where.round == page.plan.first_round,
            )
            intended = await reached(self._world.log, task, self._world.now)
        if step is None:
            exhaust = ExhaustPage(deliveries=intended.deliveries, at=self._world.now)
            await self._give(exhaust, exhausting(page))
        else:
            command = intended.reaching(step, self._world.now)
            await self._give(command, f"reach:{step.round}:{step.level}")
        await self._send(page)

    async def _send(self, before: Page) -> None:
        page: Page = await self._world.state(PAGE, self._page_id)
        for delivery_id, pending in page.ledger.pending.items():
            if delivery_id not in before.ledger.pending:
                self._world.agenda.begin(self._delivered(pending))

    async def _delivered(self, pending: Pending) -> AsyncGenerator[Wait]:
        """Send a message when its time has come, unless nobody wants it any more."""
        delivery, world = pending.delivery, self._world
        while delivery.waits(world.now) and await self._why_unwanted() is None:
            yield Wait(until=delivery.not_before, streams=self._streams)
        dice = world.draws.dice("sending", delivery.delivery_id)
        yield Wait(until=world.in_minutes(dice.uniform(*SENDING) / 60))
        unwanted, name = await self._why_unwanted(), f"outcome:{delivery.delivery_id}"
        if unwanted is not None:
            held_back = RecordSuppressed(
                delivery_id=delivery.delivery_id, reason=unwanted, at=world.now
            )
            await self._give(held_back, name)
            return
        sent = RecordSent(
            delivery_id=delivery.delivery_id,
            attempts=1,
            provider_id=f"<{delivery.delivery_id}@simulation.invalid>",
            at=world.now,
        )
        await self._give(sent, name)
        world.agenda.begin(answers(world, self._incident_id, self._page_id, delivery.responder_id))

    async def _why_unwanted(self) -> str | None:
        incident: Incident = await self._world.state(INCIDENT, self._incident_id)
        page: Page = await self._world.state(PAGE, self._page_id)
        called = page_numbered(incident, self._number)
        if called is not None and not called.wanted:
            return called.why_unwanted
        return page.why_unwanted

    async def _end(self, called: RequestedPage | None, page: Page) -> None:
        """Record why nobody is paged any more; a page that never began needs no end."""
        if called is None or page.page_id is None:
            return
        if called.answered_by is None:
            await self._give(StopPage(reason=called.over or "", at=self._world.now), "over")
            return
        command = AcknowledgePage(
            actor=actor_named(called.answered_by),
            via="link" if called.answered_with == self._page_id else "incident",
            at=self._world.now,
        )
        await self._give(command, "answered")

    async def _give(self, command: PageCommand, why: str) -> None:
        workflow_id = incident_workflow_id(self._incident_id)
        itself = Itself.workflow(workflow_id, self._page_id, why)
        await self._world.give(PAGE, self._page_id, command, itself)
