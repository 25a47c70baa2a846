"""Holding: which alerts a maintenance window is about."""

from events.ids import ServiceId
from events.maintenance_window.events import MaintenanceWindowDefined
from events.routing.alert_facts import AlertFacts


def holds(window: MaintenanceWindowDefined, facts: AlertFacts, service_id: ServiceId) -> bool:
    """Return whether an alert that an incident of this service would be opened for fits."""
    if window.service_ids and service_id not in window.service_ids:
        return False
    return all(condition.holds(facts) for condition in window.conditions)
