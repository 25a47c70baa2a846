"""Alert sentences."""

from typing import assert_never

from events.alert.events import (
    AlertAmended,
    AlertEnding,
    AlertHeld,
    AlertMoved,
    AlertPassed,
    AlertReleased,
    AlertResolved,
    AlertTriggered,
)
from events.alert_group.events import AlertGroupJoined, AlertGroupOpened
from events.alert_storm.events import AlertStormCalmed, AlertStormDetected
from events.routing.decision import AppliedRule
from events.routing.holding import Hold, HoldReason
from projections.sentences.words import clock, counted, listed, person, words


@words.register
def _(event: AlertTriggered) -> str:
    seen = f"Alert {event.title} triggered, seen by integration {event.integration_id}"
    deciding = [rule for rule in event.applied if rule.said] or event.applied[-1:]
    held = (
        [f"held back since {clock(event.hold.since)}: {hold_words(event.hold)}"]
        if event.hold
        else []
    )
    return "; ".join([seen, *held, *map(_applied, deciding)])


@words.register
def _(event: AlertHeld) -> str:
    return f"Alert {event.title} fires and is held back from any incident: {hold_words(event.hold)}"


@words.register
def _(event: AlertReleased) -> str:
    return (
        f"{person(event.released_by)} let alert {event.title} through, which was held back:"
        f" {hold_words(event.hold)}"
    )


@words.register
def _(event: AlertPassed) -> str:
    return (
        f"Alert {event.title} was over at {clock(event.ended_at)} and paged nobody:"
        f" {hold_words(event.hold)}"
    )


@words.register
def _(event: AlertResolved) -> str:
    name, ended = event.title or event.alert_id, clock(event.ended_at)
    if event.ending is AlertEnding.EXPIRED:
        return (
            f"Alert {name} expired: its sender declared that it ends at {ended}, and did not"
            " repeat it"
        )
    if event.ending is AlertEnding.AUTO_RESOLVED:
        return f"Alert {name} was resolved at {ended}: nothing was heard of it for too long"
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


@words.register
def _(_: AlertGroupJoined) -> str:
    return "More alerts came to the group, so that its window begins anew"


def hold_words(hold: Hold) -> str:
    """Return why an alert is held back, by whose word, and until when."""
    match hold.reason:
        case HoldReason.SUPPRESSED:
            return f"routing rule {hold.by} ({hold.owner}) suppresses it"
        case HoldReason.PAUSE:
            return f"routing rule {hold.by} ({hold.owner}) waits whether it goes on{_until(hold)}"
        case HoldReason.BUSINESS_HOURS:
            return f"routing rule {hold.by} ({hold.owner}) waits for business hours{_until(hold)}"
        case HoldReason.MAINTENANCE:
            return f"maintenance window {hold.by} ({hold.owner}) runs"
        case _:
            assert_never(hold.reason)


def _until(hold: Hold) -> str:
    return f", until {clock(hold.until)}" if hold.until else ""


@words.register
def _(event: AlertStormDetected) -> str:
    return (
        f"Alert storm: integration {event.integration_id} opens more than"
        f" {event.above} incidents a minute; what it sends beyond those goes to this one"
    )


@words.register
def _(event: AlertStormCalmed) -> str:
    return f"The alert storm is over after {counted(event.alerts, 'alert')}"


def _applied(rule: AppliedRule) -> str:
    named = f"routing rule {rule.rule} ({rule.routing_rules_id}, version {rule.number})"
    if not rule.said:
        return f"{named} left it as it is"
    return f"{named} decided its {listed(one.replace('_', ' ') for one in rule.said)}"
