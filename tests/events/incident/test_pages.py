"""Who is paged for an incident: at once, later, again, or for one action, and what ends it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from events.errors import NobodyToPage, PageNotFound, ReasonRequired
from events.ids import EscalationPolicyId, page_id_for
from events.incident.commands import AcknowledgeIncident
from events.incident.decide import incident_decider
from events.incident.due import due
from events.incident.noise import DeclineCategory
from events.incident.pages.commands import CancelPage, RequestPage, SendPageNow
from events.incident.pages.events import (
    IncidentPageAnswered,
    IncidentPageCancelled,
    IncidentPageRequested,
    IncidentPageSentNow,
)
from events.incident.pages.rules import wanted_pages
from events.incident.phases import Phase
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from tests.events.incident.story import (
    BEN,
    INC_7,
    NOW,
    acknowledged_by,
    after,
    ana,
    ben,
    closed,
    declared,
    in_phase,
    joined,
    reopen,
    reopened,
    resolved,
    timer,
)
from tests.given import given

ON_CALL = PageTarget(escalation_policy_id=EscalationPolicyId("checkout-on-call"))
TO_BEN = PageTarget(responder_ids=(BEN,))


def requested(
    number: int = 2, purpose: Purpose = Purpose.REMINDER, not_before: datetime | None = None
) -> IncidentPageRequested:
    return IncidentPageRequested(
        incident_id=INC_7,
        number=number,
        purpose=purpose,
        about="requested:1",
        ask="Look at the database",
        target=TO_BEN,
        not_before=not_before,
        requested_by="responder:ana",
        requested_at=NOW,
    )


def wanted(*events: Any) -> list[int]:
    return [one.number for one in wanted_pages(incident_decider.fold(events)) if one.wanted]


def test_a_declaration_requests_the_first_page_and_nobody_is_paged_without_a_policy() -> None:
    assert wanted(declared) == [1]
    assert wanted(replace(declared, escalation_policy_id=None)) == []


def test_whoever_takes_the_incident_ends_its_response_pages_and_no_reminder() -> None:
    pages = (requested(2, Purpose.REMINDER), requested(3, Purpose.RESPONSE))
    assert wanted(declared, *pages) == [1, 2, 3]
    assert wanted(declared, *pages, acknowledged_by("responder:ben")) == [2]


def test_an_incident_that_is_over_wants_no_page() -> None:
    assert wanted(declared, requested(), resolved) == []
    assert wanted(declared, requested(), resolved, closed) == []


def test_a_resolved_incident_that_is_reopened_pages_again_and_nobody_has_it() -> None:
    story: list[Any] = [*in_phase(Phase.RESOLUTION), acknowledged_by("responder:ana"), resolved]
    again = IncidentPageRequested(
        incident_id=INC_7,
        number=2,
        purpose=Purpose.RESPONSE,
        about="reopened:1",
        ask="Reopened: Errors are back.",
        target=ON_CALL,
        not_before=None,
        requested_by="responder:ana",
        requested_at=NOW,
    )
    back = reopened(Phase.RESOLUTION, Phase.RESPONSE)
    given(*story).when(reopen(Phase.RESPONSE)).then(back, again)
    incident = incident_decider.fold([*story, back, again])
    assert incident.acknowledged_by is None
    assert wanted(*story, back, again) == [2]


def test_a_step_back_while_people_work_on_it_pages_nobody() -> None:
    given(*in_phase(Phase.MITIGATION)).when(reopen(Phase.RESPONSE)).then(
        reopened(Phase.MITIGATION, Phase.RESPONSE)
    )


def test_the_answer_to_a_reminder_leaves_the_incident_to_whoever_has_it() -> None:
    page_id = page_id_for(INC_7, 2)
    answer = AcknowledgeIncident(actor=ben, at=NOW, page_id=page_id)
    answered = IncidentPageAnswered(
        incident_id=INC_7,
        number=2,
        page_id=page_id,
        answered_by="responder:ben",
        answered_at=NOW,
    )
    taken = acknowledged_by("responder:ana")
    given(declared, taken, requested()).when(answer).then(answered, joined(BEN, "responder:ben"))
    given(declared, taken, requested(), answered).when(answer).then_nothing()
    assert incident_decider.fold([declared, taken, requested(), answered]).acknowledged_by == (
        "responder:ana"
    )


def test_people_can_be_paged_with_words_of_ones_own() -> None:
    request = RequestPage(ask="Look at the database", target=TO_BEN, actor=ana, at=NOW)
    given(declared).when(request).then(requested())  # more in test_responder_requests.py
    given(declared).when(replace(request, ask=" ")).refused(ReasonRequired)
    given(declared).when(replace(request, target=PageTarget())).refused(NobodyToPage)


def test_a_page_is_cancelled_once_and_with_a_reason() -> None:
    cancel = CancelPage(number=2, reason="Ben is here", actor=ana, at=NOW)
    cancelled = IncidentPageCancelled(
        incident_id=INC_7,
        number=2,
        reason="Ben is here",
        cancelled_by="responder:ana",
        cancelled_at=NOW,
    )
    given(declared, requested()).when(cancel).then(cancelled)
    given(declared, requested(), cancelled).when(cancel).then_nothing()
    given(declared, requested()).when(replace(cancel, reason="")).refused(ReasonRequired)
    given(declared).when(cancel).refused(PageNotFound, "page 2")


def test_a_page_that_waits_is_let_go_by_the_clock_once() -> None:
    waiting = requested(2, Purpose.RESPONSE, not_before=after(60))
    release = SendPageNow(number=2, actor=timer, at=after(60))
    released = IncidentPageSentNow(
        incident_id=INC_7,
        number=2,
        reason="its time has come",
        sent_now_by="workflow:incident",
        sent_now_at=after(60),
    )
    [following] = [
        one for one in due(incident_decider.fold([declared, waiting])) if "page" in one.why
    ]
    assert (following.at, following.why) == (after(60), "page_sent_now:2")
    given(declared, waiting).when(release).then(released)
    given(declared, waiting, released).when(release).then_nothing()
    assert not [
        one
        for one in due(incident_decider.fold([declared, waiting, released]))
        if "page" in one.why
    ]


def test_what_is_due_by_itself_ends_with_the_incident() -> None:
    waiting = requested(2, not_before=after(60))
    whys = {one.why for one in due(incident_decider.fold([declared, waiting]))}
    assert whys == {"deadline:response", "page_sent_now:2"}
    assert due(incident_decider.fold([declared, waiting, resolved])) == ()


def test_what_an_older_version_folded_wants_its_first_page_all_the_same() -> None:
    older = replace(incident_decider.fold([declared]), pages=())
    [first] = wanted_pages(older)
    assert first.wanted
    [taken] = wanted_pages(replace(older, acknowledged_by="responder:ana"))
    assert (taken.over, taken.answered_by) == ("acknowledged", "responder:ana")
    assert [
        one.over for one in wanted_pages(replace(older, declined_as=DeclineCategory.OTHER))
    ] == ["declined"]
    assert [one.over for one in wanted_pages(replace(older, resolved=True))] == ["resolved"]
