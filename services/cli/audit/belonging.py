"""Which incident events are about, and which streams belong to it: as the events themselves say."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from events.errors import EventUnreadable
from events.ids import (
    IncidentId,
    announcement_stream,
    incident_stream,
    notes_stream,
    page_id_for,
    page_stream,
    paging_stream,
    repair_stream,
)
from events.incident.called_pages import CalledPages, pages_after
from events.incident.events import IncidentDeclared
from events.incident.modes import Mode
from events.log.chain import FaultKind, Row
from events.log.codec import codec_for
from events.registry import ALL_EVENTS
from services.cli.audit.account import Account

# A page that is wanted has an attempt by then, or the paging stream says why not: promise P2.
PAGED_WITHIN: Final = timedelta(seconds=60)
# Of what has a stream of its own. Alerts and pages name the incident in their events.
NOUNS: Final = frozenset({"incident", "notes", "page", "paging", "repair", "announcement", "alert"})
INTEGRATION: Final = "integration:"


class Named(msgspec.Struct, frozen=True):
    """What most payloads have."""

    incident_id: UUID | None = None


_NAMED: Final = msgspec.json.Decoder(Named)


def incident_in(event: Row) -> UUID | None:
    """Return the incident that an event names as its own."""
    try:
        return _NAMED.decode(event.payload).incident_id
    except msgspec.MsgspecError:
        return None


def noun_of(stream: str) -> str:
    """Return what a stream is of."""
    return stream.partition("-")[0]


def own_streams(incident_id: IncidentId) -> tuple[str, ...]:
    """Return the streams that an incident has by its id alone."""
    streams = (incident_stream, notes_stream, paging_stream, repair_stream, announcement_stream)
    return tuple(stream(incident_id) for stream in streams)


def declaration_in(event: Row) -> IncidentDeclared | None:
    """Return the declaration of the incident whose stream it begins; None for any other event."""
    if event.version != 1 or noun_of(event.stream) != "incident":
        return None
    declared = decoded(event)
    if not isinstance(declared, IncidentDeclared):
        return None
    return declared if incident_stream(declared.incident_id) == event.stream else None


def decoded(event: Row) -> object:
    """Return what happened; None where this program cannot read it."""
    try:
        return codec_for(ALL_EVENTS).read(event.type, event.schema_version, event.payload)
    except EventUnreadable:
        return None


def is_named(asked: str, reference: str, incident_id: UUID) -> bool:
    """Say whether a reference, or an id, names this incident."""
    return asked.upper() == reference.upper() or asked.lower() == str(incident_id)


class CallsForPages:
    """The pages that an incident has called for, and how long each was wanted."""

    def __init__(self) -> None:
        self._pages: CalledPages = ()
        self._since: dict[int, datetime] = {}
        self._until: dict[int, datetime] = {}

    def see(self, event: object, at: datetime) -> None:
        """Take in the incident's next event."""
        self._pages = pages_after(self._pages, event)
        for page in self._pages:
            if page.not_before is not None:
                self._since[page.number] = max(at, page.not_before)
            elif page.number not in self._since:
                self._since[page.number] = at
            if not page.wanted:
                self._until.setdefault(page.number, at)

    def wanted(self, newest: datetime) -> Iterator[tuple[int, timedelta]]:
        """Yield the number of each page, and for how long it was wanted."""
        for number, since in self._since.items():
            yield number, self._until.get(number, newest) - since


class Belonging:
    """Reads the events of one incident's export and judges whether they are that, and all of it."""

    def __init__(self) -> None:
        self._named: dict[str, set[UUID]] = {}  # by stream
        self._declared: list[tuple[IncidentDeclared, Row]] = []
        self._calls = CallsForPages()
        self._newest: datetime | None = None

    def see(self, event: Row) -> None:
        """Take in the next event."""
        named = self._named.setdefault(event.stream, set())
        if (incident := incident_in(event)) is not None:
            named.add(incident)
        if noun_of(event.stream) == "incident":
            if (declared := declaration_in(event)) is not None:
                self._declared.append((declared, event))
            self._calls.see(decoded(event), event.recorded_at)
        self._newest = max(self._newest or event.recorded_at, event.recorded_at)

    def judge(self, asked: list[str], account: Account) -> None:
        """Say what was proved, and what is wrong with it."""
        if len(self._declared) != 1:
            what = "no declaration of an incident is" if not self._declared else "several are"
            account.fault(FaultKind.IDENTITY, f"{what} in the export, so it proves none")
            return
        declared, event = self._declared[0]
        account.prove(declared.reference, declared.incident_id, event.position)
        for name in asked:
            if not is_named(name, declared.reference, declared.incident_id):
                account.fault(
                    FaultKind.IDENTITY,
                    f"{name} was asked for, and the events are those of {declared.reference}"
                    f" ({event.stream})",
                )
        self._judge_streams(declared.incident_id, account)
        if declared.mode is not Mode.RETROSPECTIVE:
            self._judge_pages(declared.incident_id, account)
        if declared.declared_by.startswith(INTEGRATION) and not self._streams_of("alert"):
            account.fault(
                FaultKind.STREAM,
                "an alert declared the incident, and no stream of an alert is here",
            )

    def _judge_streams(self, incident_id: IncidentId, account: Account) -> None:
        own = own_streams(incident_id)
        for stream, named in self._named.items():
            by_name = noun_of(stream) in {"page", "alert"} and incident_id in named
            if stream not in own and not by_name:
                account.fault(FaultKind.STREAM, f"{stream} does not belong to the incident")

    def _judge_pages(self, incident_id: IncidentId, account: Account) -> None:
        told = paging_stream(incident_id) in self._named
        assert self._newest is not None  # noqa: S101  there is a declaration
        for number, wanted in self._calls.wanted(self._newest):
            stream = page_stream(page_id_for(incident_id, number))
            if stream in self._named:
                continue
            words = f"page {number} was called for, and its stream {stream} is not here"
            if wanted > PAGED_WITHIN and not told:
                account.fault(FaultKind.STREAM, words)
            else:
                account.notices.append(f"{words}: it was not wanted long enough to begin.")

    def _streams_of(self, noun: str) -> list[str]:
        return [stream for stream in self._named if noun_of(stream) == noun]
