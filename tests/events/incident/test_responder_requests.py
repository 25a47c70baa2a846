"""People who are asked to help accept or decline, each for themselves."""

from dataclasses import replace
from typing import Any

import pytest

from events.errors import IncidentResolvedAlready, PageNotFound, PageOver
from events.ids import EscalationPolicyId, ResponderId, page_id_for
from events.incident.commands import AcknowledgeIncident
from events.incident.decide import incident_decider
from events.incident.pages.answers import Standing, standing_for
from events.incident.pages.commands import AcceptPage, DeclinePage, RequestPage
from events.incident.pages.events import (
    IncidentPageAnswered,
    IncidentPageDeclined,
    IncidentPageRequested,
)
from events.incident.pages.requests import PageForOthers, PageNotARequest
from events.incident.pages.rules import page_numbered, wanted_pages
from events.incident.state import Incident
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from tests.events.incident.story import (
    BEN,
    CEM,
    INC_7,
    NOW,
    acknowledged_by,
    ana,
    ben,
    cem,
    declared,
    joined,
    resolved,
    robot,
)
from tests.given import given

DATABASE = EscalationPolicyId("database-on-call")
ASK = RequestPage(
    ask="Look at the database", target=PageTarget(responder_ids=(BEN, CEM)), actor=ana, at=NOW
)
ANA_HAS_IT = acknowledged_by("responder:ana")


def asked(
    number: int, *people: ResponderId, policy: EscalationPolicyId | None = None
) -> IncidentPageRequested:
    return IncidentPageRequested(
        incident_id=INC_7,
        number=number,
        purpose=Purpose.REMINDER,
        about="requested:1",
        ask="Look at the database",
        target=PageTarget(escalation_policy_id=policy, responder_ids=people),
        not_before=None,
        requested_by="responder:ana",
        requested_at=NOW,
    )


BOTH = (declared, ANA_HAS_IT, asked(2, BEN), asked(3, CEM))
ACCEPTED = IncidentPageAnswered(
    incident_id=INC_7,
    number=2,
    page_id=page_id_for(INC_7, 2),
    answered_by="responder:ben",
    answered_at=NOW,
)
DECLINED = IncidentPageDeclined(
    incident_id=INC_7,
    number=2,
    responder_id=BEN,
    reason="On a train.",
    declined_by="responder:ben",
    declined_at=NOW,
)
TOLD = IncidentPageRequested(
    incident_id=INC_7,
    number=4,
    purpose=Purpose.REMINDER,
    about="declined:1",
    ask="ben does not come (On a train.); asked for: Look at the database",
    target=PageTarget(responder_ids=(ResponderId("ana"),)),
    not_before=None,
    requested_by="responder:ben",
    requested_at=NOW,
)
accept = AcceptPage(number=2, actor=ben, at=NOW)
decline = DeclinePage(number=2, reason="On a train.", actor=ben, at=NOW)


def after_all(*events: Any) -> Incident:
    return incident_decider.fold(events)


def wanted(*events: Any) -> list[int]:
    return [one.number for one in wanted_pages(after_all(*events)) if one.wanted]


def test_each_who_is_asked_has_a_page_of_their_own() -> None:
    given(declared, ANA_HAS_IT).when(ASK).then(asked(2, BEN), asked(3, CEM))
    policy = PageTarget(escalation_policy_id=DATABASE)
    given(declared).when(replace(ASK, target=policy)).then(asked(2, policy=DATABASE))


def test_whoever_accepts_joins_and_the_others_are_asked_still() -> None:
    given(*BOTH).when(accept).then(ACCEPTED, joined(BEN, "responder:ben"))
    story = (*BOTH, ACCEPTED, joined(BEN, "responder:ben"))
    assert wanted(*story) == [3]
    given(*story).when(accept).then_nothing()
    assert after_all(*story).acknowledged_by == "responder:ana"


def test_whoever_declines_is_asked_no_more_and_whoever_asked_is_told() -> None:
    given(*BOTH).when(decline).then(DECLINED, TOLD)
    assert wanted(*BOTH, DECLINED, TOLD) == [3, 4]
    given(*BOTH, DECLINED, TOLD).when(decline).then_nothing()
    given(*BOTH, DECLINED, TOLD).when(accept).refused(PageOver, "declined")


def test_a_robot_that_asked_is_told_by_the_timeline_alone() -> None:
    by_robot = replace(asked(2, BEN), requested_by=robot.name)
    given(declared, by_robot).when(decline).then(DECLINED)


def test_whoever_is_called_by_a_policy_declines_and_the_others_on_it_are_asked_still() -> None:
    story = (declared, ANA_HAS_IT, asked(2, policy=DATABASE))
    [declined, told] = given(*story).when(decline).decide()
    assert wanted(*story, declined, told) == [2, 3]
    given(*story, declined, told).when(AcceptPage(number=2, actor=cem, at=NOW)).then(
        replace(ACCEPTED, answered_by="responder:cem"), joined(CEM, "responder:cem")
    )


@pytest.mark.parametrize("answer", [accept, decline])
def test_nobody_answers_for_somebody_else(answer: AcceptPage | DeclinePage) -> None:
    given(*BOTH).when(replace(answer, actor=cem)).refused(PageForOthers, "ben")
    given(*BOTH).when(replace(answer, actor=robot)).refused(PageForOthers)
    given(*BOTH).when(replace(answer, number=1)).refused(PageNotARequest, "acknowledge")
    given(*BOTH).when(replace(answer, number=9)).refused(PageNotFound)
    given(*BOTH, resolved).when(answer).refused(IncidentResolvedAlready)
    policy = (declared, asked(2, policy=DATABASE), replace(ACCEPTED, answered_by="responder:cem"))
    given(*policy).when(answer).refused(PageOver, "accepted by cem")


def test_whoever_is_asked_to_help_and_acknowledges_instead_leaves_the_first_answer() -> None:
    """Vector V27."""
    acknowledge = AcknowledgeIncident(actor=ben, at=NOW)
    given(*BOTH).when(acknowledge).then(ACCEPTED, joined(BEN, "responder:ben"))
    incident = after_all(*BOTH, ACCEPTED, joined(BEN, "responder:ben"))
    assert incident.acknowledged_by == "responder:ana"
    nobody = (declared, asked(2, BEN), asked(3, CEM))
    given(*nobody).when(acknowledge).then(
        acknowledged_by("responder:ben"), ACCEPTED, joined(BEN, "responder:ben")
    )


@pytest.mark.parametrize(
    ("lived", "standing"),
    [
        ((), Standing.ASKED),
        ((ACCEPTED,), Standing.YOURS),
        ((replace(ACCEPTED, answered_by="responder:cem"),), Standing.OTHERS),
        ((DECLINED,), Standing.DECLINED),
        ((ACCEPTED, resolved), Standing.STOPPED),
    ],
)
def test_the_link_of_a_request_tells_how_the_request_stands(
    lived: tuple[object, ...], standing: Standing
) -> None:
    for story in (BOTH, (declared, asked(2, BEN), asked(3, CEM))):
        incident = after_all(*story, *lived)
        assert standing_for(BEN, incident, page_numbered(incident, 2))[0] is standing


def test_an_old_link_of_a_request_never_takes_the_incident() -> None:
    answer = AcknowledgeIncident(actor=ben, at=NOW, page_id=page_id_for(INC_7, 2))
    given(declared, asked(2, BEN), DECLINED).when(answer).then_nothing()
    given(declared, asked(2, BEN), ACCEPTED).when(answer).then_nothing()


def test_an_answer_after_the_resolution_changes_nothing() -> None:
    """Vector V26."""
    answer = AcknowledgeIncident(actor=ben, at=NOW, page_id=page_id_for(INC_7, 1))
    given(declared, resolved).when(answer).then_nothing()
    given(declared, resolved).when(replace(answer, page_id=None)).refused(
        IncidentResolvedAlready, "resolved"
    )
    standing, by = standing_for(BEN, after_all(declared, resolved), None)
    assert (standing, by) == (Standing.STOPPED, None)
