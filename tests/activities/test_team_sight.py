"""Which team hides a service's incidents is read in the log, as it is now."""

from activities.on_call.team_sight import people_of_hiding_team
from events.configuration.team_visibility import AGGREGATE, ChangeTeamVisibility
from events.ids import ResponderId, TeamId
from events.log.memory import MemoryLog
from tests.services.api.rights.cast import BY, given, service, set_up, team


async def hide(log: MemoryLog, name: str, *, team_only: bool) -> None:
    command = ChangeTeamVisibility(team_id=TeamId(name), team_only=team_only, **BY)
    await given(log, AGGREGATE, name, command)


def people(*names: str) -> frozenset[ResponderId]:
    return frozenset(map(ResponderId, names))


async def test_a_team_hides_the_incidents_of_what_it_owns_from_who_is_not_in_it() -> None:
    log = MemoryLog()
    await set_up(log)
    assert await people_of_hiding_team(log, "shop") is None
    await hide(log, "payments", team_only=True)
    assert await people_of_hiding_team(log, "shop") == people("grace", "ben", "mia")
    for other in ("invoices", "attic", "nothing", None):
        assert await people_of_hiding_team(log, other) is None
    await team(log, "payments", "ben")
    assert await people_of_hiding_team(log, "shop") == people("ben")
    await service(log, "shop", "billing")
    assert await people_of_hiding_team(log, "shop") is None
    await service(log, "shop", "payments")
    await hide(log, "payments", team_only=False)
    assert await people_of_hiding_team(log, "shop") is None
