"""Change command: report what was deployed or switched."""

from dataclasses import dataclass
from datetime import datetime

from events.ids import ChangeId, IntegrationId, ServiceId
from events.values.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportChange:
    """Report a deployment or another change, and when it happened."""

    change_id: ChangeId
    integration_id: IntegrationId
    service_id: ServiceId
    summary: str
    source: str
    happened_at: datetime
    details: dict[str, str]
    links: tuple[Link, ...]
    at: datetime
