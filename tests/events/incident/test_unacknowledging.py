"""Unacknowledging gives an incident back: nobody has it, and whoever is on call is paged afresh."""

from datetime import timedelta

from events.errors import IncidentResolvedAlready
from events.incident.acknowledgement.commands import UnacknowledgeIncident
from events.incident.acknowledgement.events import IncidentUnacknowledged
from events.incident.decide import incident_decider
from events.incident.pages.events import IncidentPageRequested
from events.incident.snooze.commands import SnoozeIncident
from events.page.purpose import Purpose
from tests.events.incident.story import INC_7, NOW, ana, ben, resolved
from tests.events.incident.test_acknowledgement_lapse import BEN_HAS_IT, SEV2, TAKEN
from tests.given import given

GIVE_BACK = UnacknowledgeIncident(actor=ana, at=NOW, reason="Ben is off sick.")


def test_nobody_has_it_any_more_and_it_is_paged_afresh() -> None:
    events = incident_decider.decide(GIVE_BACK, incident_decider.fold(TAKEN))
    given_back, page = events
    assert given_back == IncidentUnacknowledged(
        incident_id=INC_7,
        holder="responder:ben",
        reason="Ben is off sick.",
        unacknowledged_by="responder:ana",
        unacknowledged_at=NOW,
    )
    assert isinstance(page, IncidentPageRequested)
    assert page.purpose is Purpose.RESPONSE
    assert page.ask == "Unacknowledged: Ben is off sick."
    assert incident_decider.fold([*TAKEN, *events]).acknowledged_by is None


def test_what_nobody_has_is_not_paged_again() -> None:
    given(SEV2).when(GIVE_BACK).then_nothing()
    events = incident_decider.decide(GIVE_BACK, incident_decider.fold(TAKEN))
    given(*TAKEN, *events).when(GIVE_BACK).then_nothing()


def test_a_snooze_ends_with_it_and_the_page_after_it_is_not_sent_twice() -> None:
    before = incident_decider.fold([SEV2, BEN_HAS_IT])
    later = SnoozeIncident(until=NOW + timedelta(hours=2), actor=ben, at=NOW)
    snoozed = incident_decider.fold(incident_decider.decide(later, before), before)
    events = incident_decider.decide(GIVE_BACK, snoozed)
    incident = incident_decider.fold(events, snoozed)
    assert incident.snooze is None
    assert incident.acknowledged_by is None
    assert [page.not_before for page in incident.pages if page.wanted] == [None]


def test_what_is_resolved_is_nobodys_to_give_back() -> None:
    given(*TAKEN, resolved).when(GIVE_BACK).refused(IncidentResolvedAlready)
