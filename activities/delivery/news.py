"""News of incidents: to which of them anything happened while messages were made ready."""

from collections.abc import Collection
from typing import Protocol

from events.ids import IncidentId


class News(Protocol):
    """What happens to incidents, cheap to ask for many at once."""

    async def now(self) -> int:
        """Return the moment from which on is asked.

        Raises: LogFault.
        """
        ...

    async def since(self, moment: int, incidents: Collection[IncidentId]) -> frozenset[IncidentId]:
        """Return those of the incidents to which something happened since, or is about to.

        Raises: LogFault.
        """
        ...
