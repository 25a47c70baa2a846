"""Closing an alert: it is over, whatever may come later under the same alias."""

from typing import Final

from services.api.intake.alert_source import take_alerts
from services.api.intake.arrival import Arrival, Intake
from services.api.intake.sources.opsgenie.answers import Stopwatch, stopwatch
from services.api.intake.sources.opsgenie.asking import ActionBody, Asked, operation
from services.api.intake.sources.opsgenie.creation import end_of
from services.api.intake.sources.opsgenie.finding import find_alert


async def close(asked: Asked[ActionBody], intake: Intake) -> Stopwatch:
    """End the alert; one that is unknown or closed is none to end.

    Raises: LogUnavailable, LogOverloaded.
    """
    done = stopwatch(intake)
    found = await find_alert(intake.log, intake.sender, asked.identifier, asked.kind)
    if found is not None and found.alert.is_open:
        arrival = Arrival(sender=intake.sender, at=intake.at)
        await take_alerts(end_of(found.began.dedup_key, arrival), intake)
    return done


CLOSE: Final = operation(
    "close",
    "Close the alert: it is over. The same alias opens it anew.",
    ActionBody,
    {"source": "Monitoring", "note": "The disk was cleaned."},
    close,
)
