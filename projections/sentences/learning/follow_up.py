"""Follow-up sentences: who is reminded of what is still to be done."""

from events.follow_up.events import ReminderGiven
from events.follow_up.reminders import ReminderTo
from projections.sentences.words import person, words


@words.register
def _(event: ReminderGiven) -> str:
    reminder = event.reminder
    people = dict.fromkeys(delivery.responder_id for delivery in event.deliveries)
    about = "the postmortem" if reminder.stream.startswith("postmortem-") else "an action item"
    if not people:
        return f"Nobody could be reminded of {about}: no way leads to whom it is for"
    named = ", ".join(map(person, people))
    be = "is" if len(people) == 1 else "are"
    match reminder.to:
        case ReminderTo.OTHERS:
            return f"{named} {'hears' if len(people) == 1 else 'hear'} that {about} is late"
        case ReminderTo.INVITED:
            return f"{named} {be} asked to read the postmortem before its meeting"
        case ReminderTo.OWNER:
            return f"{named} {be} reminded of {about}"
