"""What monitors say, in sentences."""

from events.alert.events import AlertMoved, AlertResolved, AlertTriggered
from events.alert_group.events import AlertGroupOpened
from projections.sentences.words import clock, words


@words.register
def _(event: AlertTriggered) -> str:
    return f"Alert {event.title} triggered, seen by integration {event.integration_id}"


@words.register
def _(event: AlertResolved) -> str:
    return f"Alert {event.title or event.alert_id} was over at {clock(event.ended_at)}"


@words.register
def _(event: AlertMoved) -> str:
    return f"Alert {event.title or event.alert_id} came along from the incident that was merged"


@words.register
def _(event: AlertGroupOpened) -> str:
    source = f"integration {event.integration_id}"
    return f"Alerts of group {event.group_key} from {source} are gathered in this incident"
