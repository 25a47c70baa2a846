"""Reminder plan: what is due after an incident, and a message for each way to each person.

What is due is a fact of the thing itself, decided by its own rules; the messages follow from that.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from temporalio import activity

from activities.delivery.provider import supports
from activities.follow_up.due import DueReminder
from activities.follow_up.item_reminders import items_due
from activities.follow_up.items import found_items
from activities.follow_up.matter import Matter, matter_of
from activities.follow_up.people import HoursOf, people_for, work_hours_of
from activities.follow_up.postmortem_reminders import postmortem_due
from activities.follow_up.writing import writing_of
from activities.payloads import PLAN_REMINDERS, PlannedReminder, ReminderPlan, ReminderPlanInput
from events.configuration.responder import responder_decider
from events.delivery.events import REMINDER, IntendedDelivery
from events.follow_up.decide import follow_up_decider
from events.follow_up.reminders import ReminderTo
from events.ids import ResponderId, follow_up_stream, reminder_id_for, responder_stream
from events.loading import load
from events.log.store import Log
from projections.engine.catching_up import ConnectionPool

SOON: Final = timedelta(minutes=1)  # while the read model is behind


class ReminderPlanning:
    """Plans reminders from the log."""

    def __init__(
        self, log: Log, database: ConnectionPool, hours_of: HoursOf = work_hours_of
    ) -> None:
        self._log = log
        self._hours_of = hours_of
        self._database = database

    @activity.defn(name=PLAN_REMINDERS)
    async def plan_reminders(self, task: ReminderPlanInput) -> ReminderPlan:
        """Say in the log what this moment brings, and return whom to tell and when to look again.

        Raises: LogFault.
        """
        found = await found_items(self._log, self._database, task.incident_id, task.position)
        matter = await matter_of(self._log, task.incident_id)
        items = await items_due(self._log, found.items, matter, task.at, self._hours_of)
        writing = await writing_of(self._log, matter)
        document = await postmortem_due(self._log, writing, matter, task.at, self._hours_of)
        instants = [*items.instants, *document.instants]
        if not found.complete:
            instants.append(task.at + SOON)
        links = [(one.action_item_id, one.link) for one in found.items if one.is_open]
        dated = tuple(one.action_item_id for one in found.items if one.issue_lacks_date)
        return ReminderPlan(
            reminders=await self._planned(task, matter, [*items.reminders, *document.reminders]),
            again_at=min(instants, default=None),
            wanted_issues=(*(key for key, link in links if link and link.is_wanted), *dated),
            watched_issues=tuple(key for key, link in links if link and link.key),
            ended_issues=tuple(one.action_item_id for one in found.items if one.outlived_by_issue),
        )

    async def _planned(
        self, task: ReminderPlanInput, matter: Matter, due: Iterable[DueReminder]
    ) -> tuple[PlannedReminder, ...]:
        follow_up, _ = await load(self._log, follow_up_decider, follow_up_stream(task.incident_id))
        planned: list[PlannedReminder] = []
        for one in due:
            if one.reminder.name in follow_up.given:
                continue
            people = await people_for(self._log, one.reminder.to, one.concerned, matter)
            if not people and one.reminder.to is not ReminderTo.OWNER:
                continue  # whoever sees to it has it from the other one
            ways = [await self._ways_to(matter, one, who, task.at) for who in people]
            deliveries = tuple(way for each in ways for way in each)
            planned.append(PlannedReminder(reminder=one.reminder, deliveries=deliveries))
        return tuple(planned)

    async def _ways_to(
        self, matter: Matter, due: DueReminder, who: ResponderId, at: datetime
    ) -> list[IntendedDelivery]:
        responder, _ = await load(self._log, responder_decider, responder_stream(who))
        goes_at = due.goes_at(await self._hours_of(self._log, who), at)
        if goes_at is None:
            return []
        methods = enumerate(responder.contact_methods if responder else ())
        return [
            IntendedDelivery(
                delivery_id=reminder_id_for(
                    matter.incident_id, due.reminder.name, who, method.channel, address
                ),
                responder_id=who,
                channel=method.channel,
                address=address,
                not_before=goes_at if goes_at > at else None,
            )
            for address, method in methods
            if supports(method.channel, REMINDER)
        ]
