"""Acknowledgement by all: the first answer takes the incident, and the others are asked on."""

from dataclasses import replace

from events.actor import Actor
from events.ids import ResponderId, page_id_for
from events.incident.commands import AcknowledgeIncident
from events.incident.decide import incident_decider
from events.incident.pages.answers import Standing, standing_for
from events.incident.pages.commands import AskEach
from events.incident.pages.events import IncidentPageAnswered, IncidentPageRequested
from events.incident.pages.rules import wanted_pages
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from tests.events.incident.story import INC_7, NOW, acknowledged_by, declared
from tests.given import given

acknowledged = acknowledged_by("responder:ana")
BEN, CEM = ResponderId("ben"), ResponderId("cem")
ask = AskEach(number=1, responder_ids=(BEN, CEM), actor=Actor(principal="workflow:7"), at=NOW)
ben = Actor(principal="responder:ben", responder_id=BEN)


def asked(person: ResponderId, number: int) -> IncidentPageRequested:
    return IncidentPageRequested(
        incident_id=INC_7,
        number=number,
        purpose=Purpose.REMINDER,
        about=f"each:1:{person}",
        ask="Acknowledge too: everybody on your level is to answer",
        target=PageTarget(responder_ids=(person,)),
        not_before=None,
        requested_by="workflow:7",
        requested_at=NOW,
    )


THERE = (declared, acknowledged, asked(BEN, 2), asked(CEM, 3))


def test_whoever_has_not_answered_is_asked_on_once() -> None:
    given(declared, acknowledged).when(ask).then(asked(BEN, 2), asked(CEM, 3))
    given(*THERE).when(replace(ask)).then_nothing()


def test_their_answer_counts_by_the_link_of_the_first_page_too_and_the_incident_stays() -> None:
    for page_id in (page_id_for(INC_7, 1), page_id_for(INC_7, 2), None):
        command = AcknowledgeIncident(actor=ben, at=NOW, page_id=page_id)
        decided = incident_decider.decide(command, incident_decider.fold(THERE))
        assert [one for one in decided if isinstance(one, IncidentPageAnswered)] == [
            IncidentPageAnswered(
                incident_id=INC_7,
                number=2,
                page_id=page_id_for(INC_7, 2),
                answered_by="responder:ben",
                answered_at=NOW,
            )
        ]
        assert "incident.acknowledged" not in [one.type for one in decided]


def test_an_old_link_says_that_its_holder_is_still_asked() -> None:
    incident = incident_decider.fold(THERE)
    [first, *_] = wanted_pages(incident)
    assert standing_for(BEN, incident, first) == (Standing.ASKED, None)
    assert standing_for(ResponderId("dee"), incident, first)[0] is Standing.OTHERS
