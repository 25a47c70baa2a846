"""Openings: which groups this process let open an incident, as many as it takes to tell a storm."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from events.ids import AlertGroupId, AlertStormId

WITHIN: Final = timedelta(minutes=1)
MOST_COUNTED: Final = 10_000  # integrations of which openings are remembered

type Groups = dict[AlertGroupId, datetime]


@dataclass(slots=True)
class Openings:
    """Openings of every integration, that of the newest message last."""

    counted: OrderedDict[AlertStormId, Groups] = field(default_factory=OrderedDict)

    def has(self, storm_id: AlertStormId, group_id: AlertGroupId, at: datetime) -> bool:
        """Return whether the group was let open an incident just now: it may go on to do so."""
        let_at = self.counted.get(storm_id, {}).get(group_id)
        return let_at is not None and at - let_at < WITHIN

    def lets(
        self, storm_id: AlertStormId, group_id: AlertGroupId, above: int, at: datetime
    ) -> bool:
        """Let the group open an incident, unless so many others did within a minute."""
        known = self.counted.pop(storm_id, {})
        groups = {one: let_at for one, let_at in known.items() if at - let_at < WITHIN}
        self.counted[storm_id] = groups
        if len(self.counted) > MOST_COUNTED:
            self.counted.popitem(last=False)
        if len(groups) >= above:
            return False
        groups[group_id] = at
        return True
