"""Alert group rule: two webhooks at the same time open one incident, not two."""

from events.aggregate import Aggregate
from events.alert_group.commands import OpenAlertGroup
from events.alert_group.events import ALERT_GROUP_EVENTS, AlertGroupOpened
from events.alert_group.state import INITIAL, AlertGroup, evolve
from events.decider import Decider
from events.ids import AlertGroupId


def decide(command: OpenAlertGroup, group: AlertGroup) -> list[AlertGroupOpened]:
    """Return the fact of the new incident; none if another webhook was first."""
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


alert_group_decider: Decider[OpenAlertGroup, AlertGroup, AlertGroupOpened] = Decider(
    initial=INITIAL,
    decide=decide,
    evolve=evolve,
    event_types=ALERT_GROUP_EVENTS,
    afresh=(AlertGroupOpened,),  # a group may open incidents for years
)

AGGREGATE = Aggregate(
    noun="alert_group", id=AlertGroupId, decider=alert_group_decider, commands=OpenAlertGroup
)
