"""Answers that were accepted while Temporal was away, and have not reached their incident yet."""

import json
from collections.abc import Mapping
from typing import Any, Final

from events.ids import IncidentId, PageId
from events.log.inbox import Inbox
from events.purpose import Purpose
from workflows.ids import incident_workflow_id

ENDS: Final = frozenset({"resolve_incident", "decline_incident", "close_incident"})
ACKNOWLEDGES: Final = "acknowledge_incident"


class WaitingAnswers:
    """Whoever decides to page asks here first, so that an answer on its way counts."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def waits(self, incident_id: IncidentId, page_id: PageId, purpose: Purpose) -> bool:
        """Return whether an answer to this page waits to be carried out.

        Raises: LogUnavailable.
        """
        waiting = await self._inbox.waiting(incident_workflow_id(incident_id))
        return any(
            answers(json.loads(entry.body)["command"], page_id, purpose) for entry in waiting
        )


def answers(command: Mapping[str, Any], page_id: PageId, purpose: Purpose) -> bool:
    """Return whether a command, as the inbox keeps it, ends this page.

    An acknowledgement that names another page may be the answer to a nudge: the incident will say.
    Until then it counts for every page that asks somebody to take the incident.
    """
    if command["kind"] in ENDS:
        return True
    if command["kind"] != ACKNOWLEDGES:
        return False
    return purpose is Purpose.RESPONSE or command.get("page_id") == str(page_id)
