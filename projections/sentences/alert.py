"""Alert sentences."""

from events.alert.events import AlertAmended, AlertMoved, AlertResolved, AlertTriggered
from events.alert_group.events import AlertGroupOpened
from projections.sentences.words import clock, words


@words.register
def _(event: AlertTriggered) -> str:
    return f"Alert {event.title} triggered, seen by integration {event.integration_id}"


@words.register
def _(event: AlertResolved) -> str:
    return f"Alert {event.title or event.alert_id} resolved at {clock(event.ended_at)}"


@words.register
def _(event: AlertMoved) -> str:
    name = event.title or event.alert_id
    return f"Alert {name} still fires and goes on here: its incident was merged or is over"


@words.register
def _(event: AlertAmended) -> str:
    return f"Alert {event.title or event.alert_id} was changed by its sender"


@words.register
def _(event: AlertGroupOpened) -> str:
    source = f"integration {event.integration_id}"
    return f"Alerts of group {event.group_key} from {source} go to this incident"
