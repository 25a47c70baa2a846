"""Practice sentences: what a team says to its findings."""

from events.practice.finding_answer import PracticeFindingAnswered
from projections.sentences.words import because, person, words


@words.register
def _(event: PracticeFindingAnswered) -> str:
    whose = f"service {event.service_id}" if event.service_id else "everybody"
    whose = f"team {event.team_id}" if event.team_id else whose
    what = event.measure.replace("_", " ") + (f" of {event.about}" if event.about else "")
    until = f"until {event.until:%Y-%m-%d}"
    said = f"answered the finding on {what} for {whose}, {until}"
    return f"{person(event.answered_by)} {said}{because(event.reason)}"
