"""Change sentences: deployments and switches."""

from events.change.events import ChangeReported
from projections.sentences.words import clock, words


@words.register
def _(event: ChangeReported) -> str:
    where = f" at {event.source}" if event.source else ""
    what = f"a change of {event.service_id}{where}"
    when = clock(event.happened_at)
    return f"Integration {event.integration_id} reported {what}, {when}: {event.summary}"
