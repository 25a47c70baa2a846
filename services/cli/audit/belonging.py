"""Incident membership: which events are about an incident, and which streams belong to it."""

from math import inf
from typing import Final
from uuid import UUID

from events.errors import EventUnreadable
from events.ids import IncidentId, incident_stream, inventory_stream
from events.incident.events import IncidentDeclared
from events.inventory.events import InventoryTaken
from events.inventory.listing import NAMING, Head, digest_of, own_streams
from events.log.codec import codec_for
from events.log.lookup.named_incident import incident_in
from events.log.proof.chain import FaultKind, Row
from events.registry import ALL_EVENTS
from services.cli.audit.account import Account

INVENTORY: Final = "inventory"  # the noun of the streams of inventories


def noun_of(stream: str) -> str:
    """Return what a stream is of."""
    return stream.partition("-")[0]


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


class Belonging:
    """Reads the events of one incident's export and judges whether they are that, and all of it."""

    def __init__(self) -> None:
        self._named: dict[str, dict[UUID, int]] = {}  # by stream, and from which position on
        self._declared: list[tuple[IncidentDeclared, Row]] = []
        self._inventories: dict[str, tuple[int, InventoryTaken]] = {}  # the newest, by stream
        self._heads: list[tuple[int, str, Head]] = []  # after each position

    def see(self, event: Row) -> None:
        """Take in the next event."""
        named = self._named.setdefault(event.stream, {})
        if (incident := incident_in(event.payload)) is not None:
            named.setdefault(incident, event.position)
        self._heads.append((event.position, event.stream, (event.version, event.hash)))
        if (declared := declaration_in(event)) is not None:
            self._declared.append((declared, event))
        taken = decoded(event) if noun_of(event.stream) == INVENTORY else None
        if isinstance(taken, InventoryTaken):
            self._inventories[event.stream] = (event.position, taken)

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
        self._judge_inventory(declared.incident_id, account)

    def _judge_streams(self, incident_id: IncidentId, account: Account) -> None:
        own = (*own_streams(incident_id), inventory_stream(incident_id))
        for stream, named in self._named.items():
            if stream not in own and not (noun_of(stream) in NAMING and incident_id in named):
                account.fault(FaultKind.STREAM, f"{stream} does not belong to the incident")

    def _judge_inventory(self, incident_id: IncidentId, account: Account) -> None:
        position, taken = self._inventories.get(inventory_stream(incident_id), (0, None))
        if taken is None or taken.incident_id != incident_id:
            account.fault(
                FaultKind.STREAM,
                "no inventory of the incident is here, so anything may have been left out",
            )
            return
        counted = {
            stream
            for stream, named in self._named.items()
            if noun_of(stream) != INVENTORY and named.get(incident_id, inf) <= taken.position
        }
        heads = {
            stream: head
            for position, stream, head in self._heads
            if position <= taken.position and stream in counted
        }
        if digest_of(heads) == taken.digest:
            account.complete_to = taken.position
            return
        here = sum(version for version, _ in heads.values())
        account.fault(
            FaultKind.STREAM,
            f"the inventory counts {taken.events} events of {taken.streams} streams, and here are"
            f" {here} of {len(heads)}: something was left out, or is another",
            position,
        )
