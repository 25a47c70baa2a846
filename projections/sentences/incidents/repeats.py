"""Repeat sentences: whether an incident is an earlier one again."""

from events.repeat.judgement import RepeatJudged
from projections.sentences.words import person, words


@words.register
def _(event: RepeatJudged) -> str:
    verdict = "is" if event.confirmed else "is not"
    return f"{person(event.judged_by)} says that this {verdict} {event.earlier_reference} again."
