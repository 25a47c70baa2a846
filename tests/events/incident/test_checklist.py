"""The practice's checklists: ticked by what happened, by people, and in the way of leaving."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from events.errors import ChecklistItemNotFound, IncidentEnded, MandatoryItemsOpen
from events.ids import PageId
from events.incident.checklist.commands import (
    AddChecklistItem,
    TickChecklistItem,
    UntickChecklistItem,
)
from events.incident.checklist.events import (
    ChecklistItemAdded,
    ChecklistItemsLeft,
    ChecklistItemTicked,
    ChecklistItemUnticked,
)
from events.incident.checklist.items import ITEMS, Section
from events.incident.decide import incident_decider
from events.incident.mitigation.events import MitigationActionStarted, MitigationKind
from events.incident.pages.events import IncidentPageRequested
from events.incident.phases import Phase
from events.incident.roles.events import Role, RoleUnassigned
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from events.response_policy.policy import DEFAULT, CapturedPolicy, OwnItem
from tests.events.incident.story import (
    ANA,
    BEN,
    CEM,
    INC_7,
    NOW,
    acknowledged_by,
    advance,
    advanced,
    ana,
    assigned,
    ben,
    closed,
    declared,
    in_phase,
    mitigate,
    mitigated,
    reopened,
    resolved,
    triage,
    triaged,
)
from tests.given import given

called_again = IncidentPageRequested(
    incident_id=INC_7,
    number=2,
    purpose=Purpose.RESPONSE,
    about="reopened:1",
    ask="",
    target=PageTarget(responder_ids=(ANA,)),
    not_before=None,
    requested_by="responder:ana",
    requested_at=NOW,
)

PRACTICE = """
Detection Checklist: Alert fired (or customer report received); Verify alert is valid (not false
positive); Assess initial scope and impact; Declare incident and severity; Create incident
channel/bridge; Page appropriate responders
Initial Response (First 5 Minutes): IC identified and announced; Roles assigned (Comms, Ops,
Scribe); Initial status posted; Known information shared; Initial theories identified
Investigation: Check recent deployments; Review recent config changes; Examine metrics and logs;
Check dependencies; Identify blast radius
Mitigation Options: Rollback deployment; Toggle feature flag; Scale up resources; Failover to
backup; Enable degraded mode
Resolution Checklist: Service restored to normal operation; Metrics confirm recovery;
Customer-facing comms updated; Incident timeline documented; IC declares incident resolved;
Schedule postmortem
"""

tick = TickChecklistItem(item_id="alert_valid", actor=ana, at=NOW)
untick = UntickChecklistItem(item_id="alert_valid", actor=ben, at=NOW)
ticked = ChecklistItemTicked(
    incident_id=INC_7,
    item_id="alert_valid",
    text="Verify alert is valid (not false positive)",
    ticked_by="responder:ana",
    ticked_at=NOW,
)
add = AddChecklistItem(
    section=Section.DETECTION, text="Call the bank", mandatory=True, actor=ana, at=NOW
)
added = ChecklistItemAdded(
    incident_id=INC_7,
    item_id="added_1",
    section=Section.DETECTION,
    text="Call the bank",
    mandatory=True,
    added_by="responder:ana",
    added_at=NOW,
)
rollback = MitigationActionStarted(
    incident_id=INC_7,
    number=1,
    kind=MitigationKind.ROLLBACK,
    description="Back to v41",
    started_by="responder:ana",
    started_at=NOW,
)


def left(reason: str) -> ChecklistItemsLeft:
    return ChecklistItemsLeft(
        incident_id=INC_7,
        phase=Phase.DETECTION,
        item_ids=("added_1",),
        texts=("Call the bank",),
        reason=reason,
        left_by="responder:ana",
        left_at=NOW,
    )


def done_after(*events: object) -> set[str]:
    return set(incident_decider.fold(events).checklist.ticks)  # type: ignore[arg-type]


def test_the_lists_are_those_of_the_practice_word_by_word() -> None:
    lists = {
        section.heading: [item.text for item in ITEMS if item.section is section]
        for section in Section
    }
    written = {}
    for line in re.split(r"\n(?=[A-Z][\w ()5]+: )", PRACTICE.strip()):
        heading, _, items = " ".join(line.split()).partition(": ")
        written[heading] = items.split("; ")
    assert lists == written


def test_every_item_that_ticks_itself_says_when_and_no_two_have_one_id() -> None:
    ids = [item.item_id for item in ITEMS]
    assert len(ids) == len(set(ids)) == 27
    assert {one.value for one in MitigationKind} - set(ids) == {"other"}


def test_only_what_the_rules_demand_anyway_is_mandatory_from_the_start() -> None:
    assert [item.item_id for item in ITEMS if item.mandatory] == ["resolution_declared"]


def test_an_alert_that_declares_the_incident_has_fired_and_a_person_may_have_seen_none() -> None:
    assert done_after(declared) == {"alert_fired"}
    assert done_after(replace(declared, declared_by="responder:ana")) == set()


def test_triage_proves_that_scope_was_assessed_and_severity_declared() -> None:
    assert done_after(declared, triaged) >= {"scope_assessed", "severity_declared"}


def test_a_page_that_was_answered_proves_that_responders_were_paged() -> None:
    from_the_page = type(acknowledged_by("x"))(
        incident_id=INC_7,
        acknowledged_by="responder:ana",
        acknowledged_at=NOW,
        page_id=PageId(INC_7),
    )
    assert "responders_paged" not in done_after(declared, acknowledged_by("responder:ana"))
    assert "responders_paged" in done_after(declared, from_the_page)


def test_a_page_that_was_only_requested_proves_nothing() -> None:
    assert "responders_paged" not in done_after(declared, called_again)


def test_a_tick_that_a_sent_page_made_can_be_taken_back_once() -> None:
    untick = UntickChecklistItem(item_id="responders_paged", actor=ana, at=NOW)
    [unticked] = given(declared, called_again).when(untick).decide()
    given(declared, called_again, unticked).when(untick).then_nothing()
    given(replace(declared, escalation_policy_id=None)).when(untick).then_nothing()


def test_roles_are_assigned_once_all_three_are_held() -> None:
    two = (declared, assigned(Role.COMMUNICATIONS, ANA), assigned(Role.OPERATIONS, BEN))
    assert "roles_assigned" not in done_after(*two)
    assert "roles_assigned" in done_after(*two, assigned(Role.SCRIBE, CEM))
    assert "ic_identified" not in done_after(*two)
    assert "ic_identified" in done_after(declared, assigned(Role.COMMANDER, ANA))


def test_a_role_that_nobody_holds_any_more_opens_its_item_again() -> None:
    unassigned = RoleUnassigned(
        incident_id=INC_7,
        role=Role.COMMANDER,
        responder_id=ANA,
        reason=None,
        unassigned_by="responder:ana",
        unassigned_at=NOW,
    )
    assert "ic_identified" not in done_after(declared, assigned(Role.COMMANDER, ANA), unassigned)
    by_hand = replace(ticked, item_id="ic_identified")
    assert "ic_identified" in done_after(declared, by_hand, unassigned)


def test_what_was_tried_ticks_its_option() -> None:
    assert "rollback" in done_after(declared, rollback)


def test_the_resolution_ticks_what_it_proves_and_reopening_opens_it_again() -> None:
    over = (*in_phase(Phase.RESOLUTION), rollback, resolved)
    assert done_after(*over) >= {"resolution_declared", "timeline_documented"}
    again = done_after(*over, reopened(Phase.RESOLUTION, Phase.RESPONSE))
    assert not again & {"resolution_declared", "timeline_documented"}
    assert again >= {"rollback", "ic_identified"}


def test_reopening_opens_what_people_ticked_in_the_phases_that_come_again() -> None:
    later = type(ticked)(
        incident_id=INC_7,
        item_id="metrics_examined",
        text="Examine metrics and logs",
        ticked_by="responder:ana",
        ticked_at=NOW,
    )
    road = (*in_phase(Phase.MITIGATION), ticked, later)
    assert done_after(*road, reopened(Phase.MITIGATION, Phase.TRIAGE)) >= {"alert_valid"}
    assert "metrics_examined" not in done_after(*road, reopened(Phase.MITIGATION, Phase.TRIAGE))
    assert "metrics_examined" in done_after(*road, reopened(Phase.MITIGATION, Phase.RESPONSE))


def test_a_person_ticks_an_item_and_takes_it_back() -> None:
    given(declared).when(tick).then(ticked)
    given(declared, ticked).when(tick).then_nothing()
    given(declared).when(untick).then_nothing()
    given(declared, ticked).when(untick).then(
        ChecklistItemUnticked(
            incident_id=INC_7,
            item_id="alert_valid",
            text=ticked.text,
            unticked_by="responder:ben",
            unticked_at=NOW,
        )
    )


def test_what_an_event_ticked_can_be_contested() -> None:
    contested = UntickChecklistItem(item_id="alert_fired", actor=ben, at=NOW)
    [event] = given(declared).when(contested).decide()
    assert "alert_fired" not in done_after(declared, event)


def test_an_item_that_is_not_there_is_refused() -> None:
    unknown = TickChecklistItem(item_id="coffee", actor=ana, at=NOW)
    given(declared).when(unknown).refused(ChecklistItemNotFound, "no checklist item")
    given(declared, resolved, closed).when(tick).refused(IncidentEnded)


def test_an_incident_gets_an_item_of_its_own_once() -> None:
    given(declared).when(add).then(added)
    given(declared, added).when(add).then_nothing()
    own = TickChecklistItem(item_id="added_1", actor=ana, at=NOW)
    [event] = given(declared, added).when(own).decide()
    assert done_after(declared, added, event) >= {"added_1"}


def test_a_phase_with_a_mandatory_item_open_is_not_left_without_a_reason() -> None:
    refusal = (
        given(declared, added)
        .when(advance(Phase.TRIAGE))
        .refused(
            MandatoryItemsOpen,
            "Open and mandatory in detection: Call the bank.",
            allowed=["tick_checklist_item", "advance_phase"],
        )
    )
    assert refusal.facts["open"] == [{"item_id": "added_1", "text": "Call the bank"}]
    given(declared, added).when(triage()).refused(MandatoryItemsOpen)


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_empty_reason_is_none(reason: str) -> None:
    given(declared, added).when(advance(Phase.TRIAGE, reason)).refused(MandatoryItemsOpen)


def test_with_a_reason_the_phase_is_left_and_the_reason_is_kept() -> None:
    given(declared, added).when(advance(Phase.TRIAGE, "The bank is closed.")).then(
        left("The bank is closed."),
        advanced(Phase.DETECTION, Phase.TRIAGE, "The bank is closed."),
    )


def test_what_stopped_the_impact_is_the_reason_for_what_was_left_open() -> None:
    given(declared, added).when(mitigate()).then(
        left("Rolled back."),
        advanced(Phase.DETECTION, Phase.MITIGATION, "Rolled back."),
        mitigated,
    )


def test_nothing_is_asked_once_the_item_is_done_or_its_phase_is_behind() -> None:
    own = type(ticked)(
        incident_id=INC_7,
        item_id="added_1",
        text="Call the bank",
        ticked_by="responder:ana",
        ticked_at=NOW,
    )
    given(declared, added, own).when(advance(Phase.TRIAGE)).then(
        advanced(Phase.DETECTION, Phase.TRIAGE)
    )
    given(*in_phase(Phase.TRIAGE), added).when(advance(Phase.RESPONSE)).then(
        advanced(Phase.TRIAGE, Phase.RESPONSE)
    )


def test_the_page_about_checklists_names_every_item_that_ticks_itself() -> None:
    page = Path(__file__).parents[3] / "docs" / "how-to" / "work-with-checklists.md"
    text = page.read_text(encoding="utf-8")
    for item in ITEMS:
        assert item.text in text
        assert not item.proof or item.proof in text, item.item_id


def test_a_services_own_items_follow_those_of_the_practice() -> None:
    item = OwnItem(section=Section.DETECTION, text="Check the card scheme's page", mandatory=True)
    policy = CapturedPolicy(number=1, policy=replace(DEFAULT, checklist=(item,)))
    incident = incident_decider.fold([replace(declared, policy=policy)])
    own = incident.checklist.find("service_1")
    assert own is not None
    assert (own.text, own.section, own.mandatory) == (item.text, Section.DETECTION, True)
    assert own in incident.checklist.open_mandatory(Phase.DETECTION)
