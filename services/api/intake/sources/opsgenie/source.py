"""Opsgenie source: its alert API, so that a sender moves here by its base URL."""

from http import HTTPStatus
from typing import Final

from pydantic import TypeAdapter

from services.api.intake.alert_source import take_alerts
from services.api.intake.arrival import Arrival, Intake
from services.api.intake.batch.signal import Batch
from services.api.intake.source import JsonReader, Source, any_json, json_body
from services.api.intake.sources.opsgenie.answers import (
    Accepted,
    Stopwatch,
    accepted,
    refused,
    stopwatch,
)
from services.api.intake.sources.opsgenie.closing import CLOSE
from services.api.intake.sources.opsgenie.creation import TITLE, CreateAlert, batch_of
from services.api.intake.sources.opsgenie.paths import KEY, below_each


async def create(batch: Batch, intake: Intake) -> Stopwatch:
    """Store the alert.

    Raises: LogUnavailable, LogOverloaded, FiringInDoubt: it must come again.
    """
    done = stopwatch(intake)
    await take_alerts(batch, intake)
    return done


def _reader(arrival: Arrival) -> JsonReader[CreateAlert, Batch]:
    return JsonReader(_BODY, lambda body: batch_of(body, arrival))


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
    paths=below_each(),
    key=KEY,
    wording=refused,
    operations=(CLOSE,),
)
