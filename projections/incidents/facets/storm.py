"""Storm of an incident, as its detail shows it: how many alerts went to it, and until when."""

from msgspec import Struct
from msgspec.structs import replace

from events.alert.events import AlertMoved, AlertTriggered
from events.alert_storm.events import AlertStormCalmed, AlertStormDetected
from projections.engine.rows import Moment


class StormOfIncident(Struct, frozen=True, kw_only=True):
    """The storm whose alerts go to the incident."""

    integration_id: str
    above: int  # incidents within a minute
    detected_at: Moment
    calmed_at: Moment | None = None  # None: it goes on
    alerts: int = 0  # that came since


def storm_after(storm: StormOfIncident | None, event: object) -> StormOfIncident | None:
    """Return the storm after an event of its incident."""
    match event:
        case AlertStormDetected():
            return StormOfIncident(
                integration_id=event.integration_id,
                above=event.above,
                detected_at=event.detected_at,
            )
        case AlertStormCalmed() if storm is not None:
            return replace(storm, calmed_at=event.calmed_at)
        case AlertTriggered() | AlertMoved() if storm is not None:
            return replace(storm, alerts=storm.alerts + 1)
        case _:
            return storm
