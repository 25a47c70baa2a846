"""Alert sentences."""

from events.alert.events import (
    AlertAmended,
    AlertEnding,
    AlertMoved,
    AlertResolved,
    AlertTriggered,
)
from events.alert_group.events import AlertGroupOpened
from events.routing.decision import AppliedRule
from projections.sentences.words import clock, listed, words


@words.register
def _(event: AlertTriggered) -> str:
    seen = f"Alert {event.title} triggered, seen by integration {event.integration_id}"
    deciding = [rule for rule in event.applied if rule.said] or event.applied[-1:]
    return "; ".join([seen, *map(_applied, deciding)])


@words.register
def _(event: AlertResolved) -> str:
    name, ended = event.title or event.alert_id, clock(event.ended_at)
    if event.ending is AlertEnding.EXPIRED:
        return (
            f"Alert {name} expired: its sender declared that it ends at {ended}, and did not"
            " repeat it"
        )
    return f"Alert {name} resolved at {ended}"


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


def _applied(rule: AppliedRule) -> str:
    named = f"routing rule {rule.rule} ({rule.routing_rules_id}, version {rule.number})"
    if not rule.said:
        return f"{named} left it as it is"
    return f"{named} decided its {listed(one.replace('_', ' ') for one in rule.said)}"
