"""The chain and the files, read through the API: the quick look that needs no export."""

from collections.abc import Iterator
from typing import Any

from events.log.chain import ChainCheck
from events.log.recorded import RecordedEvent
from services.cli.audit.attached import Attached, stored_faults
from services.cli.remote import Remote
from services.cli.stored_events import stored

PART = 200


def audited(remote: Remote) -> dict[str, Any]:
    """Return how many events the log has and one sentence for each fault found.

    Raises: Problem.
    """
    check = ChainCheck()
    views = remote.all_of("/v1/events", "events", "after", limit=PART)
    attached = Attached()

    def events() -> Iterator[RecordedEvent]:
        for view in views:
            event = stored(view)
            attached.see(event)
            yield event

    faults = list(check.faults(events()))
    faults += [fault.sentence for fault in stored_faults(remote, attached)]
    return {"events": check.events, "faults": faults}
