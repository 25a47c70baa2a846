"""Opsgenie source: its alert API, so that a sender moves here by its base URL."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from pydantic import TypeAdapter

from events.ids import alert_stream
from services.api.intake.alert_source import take_alerts
from services.api.intake.source import JsonReader, Source, any_json, json_body
from services.api.intake.sources.opsgenie.acting import ACTIONS
from services.api.intake.sources.opsgenie.amending import CHANGES
from services.api.intake.sources.opsgenie.answers import (
    Accepted,
    Stopwatch,
    accepted,
    refused,
    stopwatch,
)
from services.api.intake.sources.opsgenie.creation import TITLE, CreateAlert, batch_of
from services.api.intake.sources.opsgenie.noting import note_down, note_from
from services.api.intake.sources.opsgenie.outcomes import CREATED, keep_outcome
from services.api.intake.sources.opsgenie.paths import KEY, below_each
from services.api.intake.sources.opsgenie.responders import CALLS
from services.api.intake.sources.opsgenie.search.listing import LISTS
from services.api.intake.sources.opsgenie.telling import QUESTIONS
from services.intake.arrival import Arrival, Intake
from services.intake.batch.signal import Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """A new alert, and what is noted down with it."""

    batch: Batch
    note: str


async def create(creation: Creation, intake: Intake) -> Stopwatch:
    """Store the alert, and its note with the first message of it.

    Raises: LogUnavailable, LogOverloaded, FiringInDoubt: it must come again.
    """
    done = stopwatch(intake)
    taken = await take_alerts(creation.batch, intake)
    for one in taken.shown:
        if one.alert.incident_id is not None:
            await note_down(intake, one.alert.incident_id, creation.note, once="create")
        stream = alert_stream(one.alert_id)
        await keep_outcome(intake, done.request_id, stream, CREATED)
    return done


def _creation(body: CreateAlert, arrival: Arrival) -> Creation:
    note = note_from(body.note, body.user, body.source)
    return Creation(batch=batch_of(body, arrival), note=note)


def _reader(arrival: Arrival) -> JsonReader[CreateAlert, Creation]:
    return JsonReader(_BODY, lambda body: _creation(body, arrival))


_BODY: Final = TypeAdapter(CreateAlert)
SOURCE: Final = Source(
    name="opsgenie",
    title=TITLE,
    description="""\
Take in a new alert as Opsgenie's API takes it, at its path and with its `GenieKey`.

The alert is stored when this answers. The same alias again, while the alert is open, is the same
alert. `responders` are kept as a label: here the service says who is paged.""",
    parts=any_json,
    reader=_reader,
    body=json_body(
        _BODY,
        {
            "message": "Disk of db-1 is full",
            "alias": "db-1-disk",
            "description": "98 % of /var are used.",
            "responders": [{"name": "Databases", "type": "team"}],
            "tags": ["disk", "production"],
            "details": {"host": "db-1", "region": "eu1"},
            "entity": "db-1",
            "priority": "P1",
        },
    ),
    heeds_idempotency_key=True,
    take=create,
    answer=accepted,
    answers=Accepted,
    status=HTTPStatus.ACCEPTED,
    paths=(*below_each(), *below_each("/")),  # its client for Node.js ends it with a slash
    key=KEY,
    wording=refused,
    operations=(*LISTS, *QUESTIONS, *ACTIONS, *CALLS, *CHANGES),
)
