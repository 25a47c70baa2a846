"""Teams as they are now."""

from typing import Final

from events.configuration.team import Member, TeamDefined
from projections.engine.defined import defined
from projections.engine.rows import OWN_STREAM, Moment, Row, Table

NAME: Final = "teams"
VERSION: Final = 3  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class TeamRow(Row, frozen=True, kw_only=True):
    """One team."""

    team_id: str
    name: str
    members: tuple[Member, ...]
    members_may_override: bool
    zone: str | None
    changed_by: str
    changed_at: Moment
    version: int


TEAM = Table("team", "team_id", TeamRow, OWN_STREAM)
TABLES: Final = (TEAM,)

project, key_of = defined(TEAM, TeamDefined)
