"""The chain, read through the API: the quick look that needs no export."""

from typing import Any

from events.log.chain import ChainCheck
from services.cli.remote import Remote
from services.cli.stored_events import stored

PART = 200


def audited(remote: Remote) -> dict[str, Any]:
    """Return how many events the log has and one sentence for each fault found.

    Raises: Problem.
    """
    check = ChainCheck()
    views = remote.all_of("/v1/events", "events", "after", limit=PART)
    faults = list(check.faults(stored(view) for view in views))
    return {"events": check.events, "faults": faults}
