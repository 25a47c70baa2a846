"""Alert group rules: two webhooks at the same time open one incident, and a window may roll on."""

from datetime import timedelta
from typing import Final, assert_never

from events.aggregate import Aggregate
from events.alert_group.commands import AlertGroupCommand, JoinAlertGroup, OpenAlertGroup
from events.alert_group.events import (
    ALERT_GROUP_EVENTS,
    AlertGroupEvent,
    AlertGroupJoined,
    AlertGroupOpened,
)
from events.alert_group.state import INITIAL, AlertGroup, evolve
from events.decider import Decider
from events.ids import AlertGroupId

PRECISION: Final = 60  # parts of a window: a storm is no event for each of its alerts


def decide(command: AlertGroupCommand, group: AlertGroup) -> list[AlertGroupEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case OpenAlertGroup():
            return open_group(command, group)
        case JoinAlertGroup():
            return join_group(command, group)
        case _:
            assert_never(command)


def open_group(command: OpenAlertGroup, group: AlertGroup) -> list[AlertGroupEvent]:
    """Send the group to the new incident; nothing if another webhook was first."""
    if group.incident_id != command.instead_of:
        return []
    return [
        AlertGroupOpened(
            group_id=command.group_id,
            integration_id=command.integration_id,
            group_key=command.group_key,
            incident_id=command.incident_id,
            opened_at=command.at,
        )
    ]


def join_group(command: JoinAlertGroup, group: AlertGroup) -> list[AlertGroupEvent]:
    """Let the window begin anew, to a sixtieth of it; nothing if the group has gone elsewhere."""
    if group.incident_id != command.incident_id or group.opened_at is None:
        return []
    since = command.at - (group.joined_at or group.opened_at)
    if since <= timedelta() or since * PRECISION < command.window:
        return []
    return [
        AlertGroupJoined(
            group_id=command.group_id,
            goes_to=command.incident_id,
            opened_at=group.opened_at,
            joined_at=command.at,
        )
    ]


alert_group_decider: Decider[AlertGroupCommand, AlertGroup, AlertGroupEvent] = Decider(
    initial=INITIAL,
    decide=decide,
    evolve=evolve,
    event_types=ALERT_GROUP_EVENTS,
    afresh=(AlertGroupOpened, AlertGroupJoined),  # a group may open incidents for years
)

AGGREGATE = Aggregate(
    noun="alert_group", id=AlertGroupId, decider=alert_group_decider, commands=AlertGroupCommand
)
