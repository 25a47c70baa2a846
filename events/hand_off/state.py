"""Hand-off state, folded from its events: which notices were given, and which are on their way."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from events.delivery.events import NOTICE
from events.delivery.ledger import Ledger, after
from events.hand_off.events import HandOffEvent, NoticeGiven
from events.hand_off.notices import Notice, NoticeKind

# After this nothing that a notice was about can come up again, so it is not remembered.
REMEMBERED: Final = timedelta(days=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOff:
    """The notices of one schedule as their rules, and whoever sends them, see them."""

    given: dict[str, Notice] = field(default_factory=dict)  # by name
    ledger: Ledger = field(default_factory=Ledger)


INITIAL = HandOff()


def evolve(hand_off: HandOff, event: HandOffEvent) -> HandOff:
    """Return the notices after the event; never refuses."""
    if not isinstance(event, NoticeGiven):
        return replace(hand_off, ledger=after(hand_off.ledger, event))
    about = about_of(event)
    recent = event.given_at - REMEMBERED
    kept = {
        name: one
        for name, one in hand_off.given.items()
        if one.ends_at > recent or one.kind is NoticeKind.GAP_BY_DESIGN  # once an edition
    }
    return HandOff(
        given=kept | {event.notice.name: event.notice},
        ledger=hand_off.ledger.intending(NOTICE, about, None, event.deliveries),
    )


def about_of(event: NoticeGiven) -> str:
    """Return what the messages of a notice are about: its schedule and its name."""
    return f"{event.schedule_id} {event.notice.name}"
