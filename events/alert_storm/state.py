"""Alert storm state, folded from its events: whether it goes on, and where its alerts go."""

from dataclasses import dataclass, replace
from typing import assert_never
from uuid import uuid5

from events.alert_storm.events import AlertStormCalmed, AlertStormDetected, AlertStormEvent
from events.ids import AlertGroupId, AlertStormId, IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStorm:
    """The storms of an integration as their rules see them."""

    newest: AlertStormDetected | None = None
    goes_on: bool = False

    @property
    def number(self) -> int:
        """Return the number of the newest storm, 0 before the first."""
        return self.newest.number if self.newest else 0


INITIAL = AlertStorm()


def evolve(storm: AlertStorm, event: AlertStormEvent) -> AlertStorm:
    """Return the storms after the event; never refuses."""
    match event:
        case AlertStormDetected():
            return AlertStorm(newest=event, goes_on=True)
        case AlertStormCalmed():
            return replace(storm, goes_on=False)
        case _:
            assert_never(event)


def group_of(storm_id: AlertStormId, number: int) -> AlertGroupId:
    """Return the group that the alerts of a storm are: it opens an incident as every group does."""
    return AlertGroupId(uuid5(storm_id, f"storm:{number}"))


def incident_of(storm_id: AlertStormId, number: int) -> IncidentId:
    """Return the incident of a storm: the first that its group opens."""
    return first_incident_of(group_of(storm_id, number))


def first_incident_of(group_id: AlertGroupId) -> IncidentId:
    """Return the incident that a group opens first."""
    return IncidentId(uuid5(group_id, "incident:0"))
