"""Weekly question sentences: whether a team wants them, and who is asked."""

from events.questions.events import QuestionsAsked, QuestionsWanted
from projections.sentences.words import person, words


@words.register
def _(event: QuestionsWanted) -> str:
    return "Weekly questions were switched on" if event.weekly else "No more weekly questions"


@words.register
def _(event: QuestionsAsked) -> str:
    people = dict.fromkeys(delivery.responder_id for delivery in event.deliveries)
    if not people:
        return f"Nothing was to be asked in the week of {event.week}"
    return f"{', '.join(map(person, people))} asked the questions of the week of {event.week}"
