"""PagerDuty event: what one message says, in either version of the API, and what follows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Never
from uuid import uuid4, uuid5

from fastapi.exceptions import RequestValidationError
from msgspec.structs import replace as rewritten

from events.ids import TOCSIN
from events.values.plain_text import cut, one_line, plain
from events.values.severity import Severity
from services.api.intake.alert_source import take_alerts
from services.api.intake.source import OneAlert
from services.api.intake.sources.generic import text_of
from services.intake.alerts.acknowledging import acknowledge_alert
from services.intake.arrival import Arrival, Intake
from services.intake.batch.cleaning import storable, told_apart, url_from
from services.intake.batch.signal import TITLE_LENGTH, Batch, Signal
from services.intake.batch.spool import packed

SENDER: Final = "PagerDuty event"
SUMMARY_LENGTH: Final = 2_000  # of what an incident's summary takes over of an event
FRESH: Final = timedelta(days=7)  # an older time was copied from an example, or of no clock
LINKED: Final = 20  # links, and images, that are kept


class Action(StrEnum):
    """What an event asks for."""

    TRIGGER = "trigger"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event, as its sender wrote it."""

    action: Action
    dedup_key: str
    summary: str = ""
    severity: Severity | None = None
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])
    details: str = ""  # as lines: the first thing a responder reads
    client: str = ""
    url: str = ""  # where to look
    began_at: datetime | None = None


def key_of(sent: str, action: Action, where: str, arrival: Arrival) -> str:
    """Return the event's key; a trigger without one is a new alert each time.

    Raises: RequestValidationError.
    """
    if sent.strip():
        return sent
    if action is not Action.TRIGGER:
        missing(where)
    if arrival.idempotency_key is not None:
        named = f"{arrival.sender.integration_id} {arrival.idempotency_key}"
        return uuid5(TOCSIN, named).hex
    return uuid4().hex


def missing(*where: str) -> Never:
    """Refuse a body for a member that it lacks.

    Raises: RequestValidationError.
    """
    lacks = {"type": "missing", "loc": ("body", *where), "msg": "Field required", "input": None}
    raise RequestValidationError([lacks])


async def take_event(event: Event, intake: Intake) -> str:
    """Do what the event asks for, and return its key.

    What asks for an alert that is not open is taken and dropped, as PagerDuty does.
    Raises: LogUnavailable, LogOverloaded.
    """
    if event.action is Action.ACKNOWLEDGE:
        await acknowledge_alert(told_apart(event.dedup_key), intake)
    else:
        await take_alerts(batch_of(event, intake.at), intake)
    return event.dedup_key


def trigger_of(event: Event, at: datetime) -> Batch | None:
    """Return the alert if the event says that it fires."""
    return batch_of(event, at) if event.action is Action.TRIGGER else None


def batch_of(event: Event, at: datetime) -> Batch:
    """Return the event as a batch of its own: an alert of PagerDuty's is an incident.

    A repeat of a trigger has a new time and is the same alert; after a resolve it is a new one. So
    its order counts, and its own time says only since when there is trouble.
    """
    signal = signal_of(event, at)
    began_at = event.began_at
    if began_at is not None and (not signal.firing or not at - FRESH <= began_at <= at):
        began_at = None
    return Batch(
        sender=cut(one_line(event.client), TITLE_LENGTH) or SENDER,
        group_key=signal.dedup_key,
        signals=replace(packed([signal]), began_at=began_at),
        summary=cut("\n".join(_first_words(event)), SUMMARY_LENGTH),
        source_url=signal.source_url,
        comes_again=False,
    )


def signal_of(event: Event, at: datetime) -> Signal:
    """Return the alert, clean enough to be stored."""
    title = one_line(event.summary)
    signal = Signal(
        dedup_key=told_apart(event.dedup_key),
        firing=event.action is Action.TRIGGER,
        title=cut(title, TITLE_LENGTH),
        severity=event.severity,
        labels=storable(event.labels),
        annotations=storable(event.annotations),
        started_at=at,
        start_known=False,
        source_url=url_from(event.url),
    )
    sent = (event.summary, event.dedup_key, event.labels, event.annotations, event.url)
    taken = (title, signal.dedup_key, signal.labels, signal.annotations, signal.source_url)
    return rewritten(signal, mended=sent != taken)


def linked(values: Any, address: str, words: str) -> list[str]:
    """Return links, or images, as lines: their words and their address, where it is a safe one."""
    if not isinstance(values, list):
        return []
    found = (_link(one, address, words) for one in values[:LINKED] if isinstance(one, dict))
    return [line for line in found if line]


def lines_of(details: Any) -> str:
    """Return what else the sender knows as lines, without what says nothing."""
    if isinstance(details, dict):
        texts = ((one_line(name), plain(text_of(of)).strip()) for name, of in details.items())
        return "\n".join(f"{name}: {text}" for name, text in texts if text)
    return plain(text_of(details)).strip()


def with_texts(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the texts that say something, by their names."""
    return {name: text for name, text in pairs if text}


ONE_ALERT: Final = OneAlert[Event, str](
    key=lambda event: told_apart(event.dedup_key),
    trigger=trigger_of,
    became=lambda event: event.dedup_key,
)


def _link(one: Mapping[str, Any], address: str, words: str) -> str:
    url = url_from(one.get(address))
    return f"{one_line(text_of(one.get(words)))} {url}".strip() if url else ""


def _first_words(event: Event) -> Iterable[str]:
    if len(one_line(event.summary)) > TITLE_LENGTH:  # the title was cut
        yield plain(event.summary)
    if event.details:
        yield event.details
