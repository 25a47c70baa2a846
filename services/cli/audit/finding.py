"""Finding an incident in the whole log: event by event, so that nothing is hidden or swapped."""

from uuid import UUID

from events.ids import IncidentId, inventory_stream
from events.inventory.listing import belongs
from events.log.lookup.named_incident import incident_in
from events.log.proof.chain import ChainCheck, FaultKind, Row
from events.log.proof.merkle import CompactRange, leaf_hash
from services.cli.audit.account import Account
from services.cli.audit.belonging import declaration_in, is_named
from services.cli.audit.export_directory import ExportUnusable, event_of
from services.cli.audit.trusting import Claim


class Finder:
    """Reads every event of the log and finds the streams that belong to an incident."""

    def __init__(self, asked: str) -> None:
        self.asked = asked
        self.incident_id: IncidentId | None = None
        self.streams: set[str] = set()
        self._needle = b""
        self._newest: dict[str, int] = {}  # position of the last event of each stream
        self._others: list[str] = []  # streams of incidents with the same name
        self._account: tuple[str, UUID, int] | None = None

    def see(self, event: Row) -> None:
        """Take in the next event; an incident's declaration precedes what belongs to it."""
        if event.version == 1 and event.stream.startswith("incident-"):
            self._declared(event)
        self._newest[event.stream] = event.position
        if not self._needle or self._needle not in event.payload:
            return
        incident_id = self.incident_id
        if incident_id is None or incident_in(event.payload) != incident_id:
            return
        if belongs(event.stream, incident_id):
            self.streams.add(event.stream)

    def judge(self, account: Account) -> None:
        """Say which incident was found, and what is wrong with its name or its streams."""
        if self._account is not None:
            account.prove(*self._account)
        for other in self._others:
            account.fault(FaultKind.IDENTITY, f"{other} has the reference {self.asked}, too")

    def require_signed(self, account: Account) -> None:
        """Tell events of the incident that no signature covers: anybody can have added them."""
        unsigned = [one for one in self.streams if self._newest[one] > account.signed]
        if unsigned:
            account.fault(
                FaultKind.SIGNATURE,
                f"{min(unsigned)} has events under no good checkpoint: the newest good one signs"
                f" {account.signed}",
            )

    def _declared(self, event: Row) -> None:
        declared = declaration_in(event)
        if declared is None or not is_named(self.asked, declared.reference, declared.incident_id):
            return
        if self.incident_id is not None:
            self._others.append(event.stream)
            return
        self.incident_id = declared.incident_id
        self._needle = str(declared.incident_id).encode()
        self._account = (declared.reference, declared.incident_id, event.position)


class Found:
    """The whole log, read and held against its signed root, and what of it belongs to an incident.

    What it finds wrong is in its account: then the export is written, and proves nothing.
    """

    def __init__(self, asked: str) -> None:
        self.account = Account(subject=asked)
        self._finder = Finder(asked)
        self._chain = ChainCheck()
        self._tree = CompactRange()

    @property
    def incident_id(self) -> IncidentId:
        """Return the incident.

        Raises: ExportUnusable (there is no such incident).
        """
        if self._finder.incident_id is None:
            raise ExportUnusable(
                f"No signed event of the log declares {self.account.subject}:"
                " it is named by its reference, INC-1042, or its id"
            )
        return self._finder.incident_id

    @property
    def streams(self) -> list[str]:
        """Return the streams that belong to the incident, and that of its inventories."""
        return sorted({*self._finder.streams, inventory_stream(self.incident_id)})

    def see(self, lines: list[bytes]) -> None:
        """Take in the next lines of the log.

        Raises: ExportUnusable.
        """
        for line in lines:
            event = event_of(line)
            self.account.add(self._chain.faults_of(event))
            self._tree.add(leaf_hash(event.hash))
            self._finder.see(event)

    def judge(self, head: Claim) -> None:
        """Hold everything read against the signed root, and say what was found."""
        if (self._tree.size, self._tree.root()) != (head.size, head.root):
            self.account.fault(
                FaultKind.ROOT,
                f"the log's first {head.size} events are not those that were signed: what"
                " belongs to the incident may be missing (tocsin audit export shows the place)",
            )
        self._finder.judge(self.account)

    def require_all(self, positions: list[int]) -> None:
        """Hold what was fetched of the streams against what was seen of them."""
        expected = sum(self._chain.head_of(stream)[0] for stream in self.streams)
        if len(positions) != expected:
            self.account.fault(
                FaultKind.STREAM,
                f"the incident's streams have {expected} events, and {len(positions)} were given",
            )
