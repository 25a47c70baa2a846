"""Hand-off rules: each notice once, and one outcome for each message."""

from events.aggregate import Aggregate
from events.decider import Decider
from events.delivery.ledger import record
from events.hand_off.commands import GiveNotice, HandOffCommand
from events.hand_off.events import HAND_OFF_EVENTS, HandOffEvent, NoticeGiven
from events.hand_off.state import INITIAL, HandOff, evolve
from events.ids import ScheduleId


def decide(command: HandOffCommand, hand_off: HandOff) -> list[HandOffEvent]:
    """Return the facts this command leads to; none if it is already so."""
    if not isinstance(command, GiveNotice):
        return [*record(command, hand_off.ledger)]
    if command.notice.name in hand_off.given:
        return []
    return [
        NoticeGiven(
            schedule_id=command.schedule_id,
            notice=command.notice,
            deliveries=command.deliveries,
            given_at=command.at,
        )
    ]


hand_off_decider: Decider[HandOffCommand, HandOff, HandOffEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=HAND_OFF_EVENTS
)

AGGREGATE = Aggregate(
    noun="hand_off", id=ScheduleId, decider=hand_off_decider, commands=HandOffCommand
)
