"""Whose an incident is, and who has a part in it, as lists and streams are told of it."""

from dataclasses import replace
from datetime import UTC, datetime

from events.configuration.team import Member, TeamDefined
from events.configuration.team_visibility import TeamVisibilityChanged
from events.ids import ResponderId, TeamId
from projections.privacy.team_sight import TeamIncidentRow, incident_after, team_after
from tests.events.incident.story import ANA, BEN, CEM, INC_7, declared
from tests.events.incident.test_privacy import added, removed
from tests.projections.test_alerts_of_incidents import recorded

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def people_after(*events: object) -> tuple[ResponderId, ...]:
    row: TeamIncidentRow | None = None
    for position, event in enumerate(events, 1):
        row = incident_after(row, recorded(position, event), INC_7)
    assert row is not None
    return row.people


def test_whoever_declared_an_incident_or_was_brought_in_has_a_part_in_it_until_removed() -> None:
    by_ana = replace(declared, declared_by=f"responder:{ANA}")
    assert people_after(by_ana) == (ANA,)
    assert people_after(replace(declared, declared_by="api_key:1")) == ()
    assert people_after(by_ana, added(CEM), added(BEN)) == (ANA, BEN, CEM)
    assert people_after(by_ana, added(CEM), removed(CEM)) == (ANA,)


def test_a_team_that_hides_its_incidents_does_so_when_its_people_change_too() -> None:
    team = TeamDefined(
        team_id=TeamId("payments"),
        name="Payments",
        members=(Member(responder_id=BEN, manager=True),),
        defined_by="tests",
        defined_at=NOW,
    )
    hides = TeamVisibilityChanged(
        team_id=team.team_id, team_only=True, changed_by="tests", changed_at=NOW
    )
    row = team_after(None, recorded(1, team), "payments")
    assert row is not None
    assert (row.members, row.team_only) == ((BEN,), False)
    row = team_after(row, recorded(2, hides), "payments")
    row = team_after(row, recorded(3, replace(team, members=())), "payments")
    assert row is not None
    assert (row.members, row.team_only) == ((), True)
    row = team_after(row, recorded(4, replace(hides, team_only=False)), "payments")
    assert row is not None
    assert not row.team_only
