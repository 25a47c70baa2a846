"""Change event: another system reported a deployment, a switch or a setting."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import ChangeId, IntegrationId, ServiceId
from events.values.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReported:
    """A system said that something was changed: a deployment, a switch, a setting."""

    change_id: ChangeId
    integration_id: IntegrationId
    service_id: ServiceId  # the integration's
    summary: str
    source: str  # where it happened, as the sender says; may be empty
    happened_at: datetime  # by the sender's clock
    details: dict[str, str]
    links: tuple[Link, ...]
    reported_at: datetime
    type: Literal["change.reported"] = "change.reported"


CHANGE_EVENTS: tuple[type, ...] = (ChangeReported,)
