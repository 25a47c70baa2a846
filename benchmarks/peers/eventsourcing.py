"""The `eventsourcing` library: its PostgreSQL recorder as it comes, a thread for each writer."""

import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final, Self
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

from benchmarks.log.samples import EVENT, declared

CHUNK: Final = 1000  # events in one insert while a store is filled
TOPIC: Final = "benchmark:IncidentDeclared"

# The fields of our own event that the library's has not got already.
FIELDS: Final = {
    "reference": str,
    "title": str,
    "summary": str,
    "service_id": str,
    "severity": str,
    "escalation_policy_id": str,
    "deadlines": list,
    "declared_by": str,
}


def part(name: str) -> Any:
    """Load a part of the library: by name, because only `make bench` installs it."""
    return import_module(f"eventsourcing.{name}")


class Eventsourcing:
    """One recorder over a pool with a connection for each thread, and the default mapper."""

    def __init__(self, recorder: Any) -> None:
        self._recorder = recorder
        self._stored_event = part("persistence").StoredEvent

    @classmethod
    @contextmanager
    def open(cls, dsn: str, threads: int) -> Iterator[Self]:
        """Connect, and make the library's own tables."""
        address = urlsplit(dsn)
        with part("postgres").PostgresDatastore(
            dbname=address.path.removeprefix("/"),
            host=address.hostname,
            port=address.port,
            user=address.username,
            password=unquote(address.password or ""),
            pool_size=threads,
        ) as datastore:
            recorder = part("postgres").PostgresApplicationRecorder(
                datastore, events_table_name="stored_events"
            )
            recorder.create_table()
            yield cls(recorder)

    def write(self) -> None:
        """Store the event as the first of a new aggregate."""
        event = self._stored_event(
            originator_id=uuid4(), originator_version=1, topic=EVENT.type, state=EVENT.payload
        )
        self._recorder.insert_events([event])

    def fill(self, events: int) -> None:
        """Store so many events, each as the library's mapper writes it."""
        event, mapper = event_class(), new_mapper()
        for _ in range(0, events, CHUNK):
            self._recorder.insert_events(
                [mapper.to_stored_event(library_event(event)) for _ in range(CHUNK)]
            )

    def replay(self, page: int, events: int) -> float:
        """Read so many events into the library's domain events.

        Units: events a second.
        """
        event_class()
        mapper = new_mapper()
        begin, position = time.perf_counter(), 0
        while notifications := self._recorder.select_notifications(position + 1, page):
            position = notifications[-1].id
            for notification in notifications:
                mapper.to_domain_event(notification)
        return events / (time.perf_counter() - begin)


def new_mapper() -> Any:
    """Return the mapper an application gets by default: JSON, neither packed nor encrypted."""
    persistence = part("persistence")
    transcoder = persistence.JSONTranscoder()
    transcoder.register(persistence.UUIDAsHex())
    transcoder.register(persistence.DatetimeAsISO())
    return persistence.Mapper(transcoder)


def event_class() -> Any:
    """Return our event as the library would declare it; made at the first call."""
    utils = part("utils")
    try:
        return utils.resolve_topic(TOPIC)
    except utils.TopicError:
        made = types.new_class(
            "IncidentDeclared",
            (part("domain").AggregateEvent,),
            exec_body=lambda body: body.update(__annotations__=FIELDS, TOPIC=TOPIC),
        )
        utils.register_topic(TOPIC, made)
        return made


def library_event(event: Any) -> Any:
    """Return one such event, with the same content as ours."""
    incident_id: UUID = uuid4()
    ours = declared(incident_id)
    return event(
        originator_id=incident_id,
        originator_version=1,
        timestamp=ours.declared_at,
        deadlines=[{"phase": one.phase.value, "within": "PT300S"} for one in ours.deadlines],
        **{name: str(getattr(ours, name)) for name in FIELDS if name != "deadlines"},
    )
