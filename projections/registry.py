"""Every projection there is: what the runner feeds and what readers may wait for."""

from projections.communication import notes, status_updates, subscriptions
from projections.configuration import incident_types, response_policies
from projections.configuration import tables as configuration
from projections.engine.projection import Projection
from projections.incidents import alerts, changes, timeline, work_items
from projections.incidents import board as incident_board
from projections.incidents import detail as incident_detail
from projections.paging import delivery_log
from projections.practice import noise
from projections.privacy import members as privacy

ALL_PROJECTIONS: tuple[Projection, ...] = (
    incident_board,
    incident_detail,
    timeline,
    notes,
    alerts,
    delivery_log,
    configuration,
    privacy,
    noise,
    status_updates,
    subscriptions,
    response_policies,
    incident_types,
    work_items,
    changes,
)
BY_NAME = {projection.NAME: projection for projection in ALL_PROJECTIONS}
VERSIONS = {projection.NAME: projection.VERSION for projection in ALL_PROJECTIONS}
