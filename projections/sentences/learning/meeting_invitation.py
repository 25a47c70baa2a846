"""Invitation sentences: who is told of a postmortem meeting."""

from events.meeting_invitation.events import MeetingInvitationPlanned
from events.meeting_invitation.method import Method
from projections.sentences.words import person, words


@words.register
def _(event: MeetingInvitationPlanned) -> str:
    people = dict.fromkeys(delivery.responder_id for delivery in event.deliveries)
    if not people:
        return "Nobody is mailed about the postmortem meeting: no address, or nobody invited"
    named, be = ", ".join(map(person, people)), "is" if len(people) == 1 else "are"
    if event.method is Method.CANCEL:
        return f"{named} {be} told not to come to the postmortem meeting"
    return f"{named} {be} mailed an invitation to the postmortem meeting"
