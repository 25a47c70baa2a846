"""An old link: it stands for the incident as it is now, not as it was when the link was sent."""

import pytest

from events.ids import page_id_for
from events.incident.commands import AcknowledgeIncident
from events.incident.decide import incident_decider
from events.incident.pages.answers import Standing, standing_for, times_asked
from events.incident.pages.events import IncidentPageAnswered, IncidentPageRequested
from events.incident.pages.rules import page_with
from events.incident.phases import Phase
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from tests.events.incident.story import (
    BEN,
    CEM,
    INC_7,
    NOW,
    acknowledged_by,
    ben,
    cem,
    declared,
    declined,
    joined,
    reopened,
    resolved,
)
from tests.given import given

BEN_HAS_IT = acknowledged_by("responder:ben")


def requested(number: int, purpose: Purpose) -> IncidentPageRequested:
    return IncidentPageRequested(
        incident_id=INC_7,
        number=number,
        purpose=purpose,
        about=f"about {number}",
        ask="Come.",
        target=PageTarget(responder_ids=(BEN,)),
        not_before=None,
        requested_by="responder:ana",
        requested_at=NOW,
    )


REMINDED = requested(2, Purpose.REMINDER)
REMINDER_ANSWERED = IncidentPageAnswered(
    incident_id=INC_7,
    number=2,
    page_id=page_id_for(INC_7, 2),
    answered_by="responder:cem",
    answered_at=NOW,
)
AGAIN = (reopened(Phase.RESOLUTION, Phase.TRIAGE), requested(2, Purpose.RESPONSE))


@pytest.mark.parametrize(
    ("lived", "page", "standing"),
    [
        ((), 1, Standing.ASKED),
        ((BEN_HAS_IT,), 1, Standing.YOURS),
        ((acknowledged_by("responder:cem"),), 1, Standing.OTHERS),
        ((BEN_HAS_IT, resolved), 1, Standing.STOPPED),
        ((declined,), 1, Standing.STOPPED),
        ((BEN_HAS_IT, resolved, *AGAIN), 1, Standing.ASKED),
        ((BEN_HAS_IT, resolved, *AGAIN, BEN_HAS_IT), 1, Standing.YOURS),
        ((BEN_HAS_IT, REMINDED), 2, Standing.ASKED),
        ((BEN_HAS_IT, REMINDED, REMINDER_ANSWERED), 2, Standing.OTHERS),
        ((BEN_HAS_IT, REMINDED, REMINDER_ANSWERED, resolved), 2, Standing.STOPPED),
        (
            (BEN_HAS_IT, REMINDED, REMINDER_ANSWERED, requested(3, Purpose.RESPONSE)),
            2,
            Standing.ASKED,
        ),
    ],
)
def test_a_link_tells_how_the_incident_stands(
    lived: tuple[object, ...], page: int, standing: Standing
) -> None:
    incident = incident_decider.fold((declared, *lived))  # type: ignore[arg-type]
    called_page = page_with(incident, page_id_for(INC_7, page))
    assert standing_for(BEN, incident, called_page)[0] is standing


def test_an_answer_by_an_old_link_takes_the_incident_that_asks_anew() -> None:
    old = AcknowledgeIncident(actor=cem, at=NOW, page_id=page_id_for(INC_7, 1))
    story = (declared, BEN_HAS_IT, resolved, *AGAIN)
    facts = given(*story).when(old).decide()
    assert facts[1:] == [joined(CEM, "responder:cem")]
    given(*story, *facts).when(old).then_nothing()


def test_an_answer_to_a_page_takes_the_incident_from_nobody() -> None:
    late = AcknowledgeIncident(actor=cem, at=NOW, page_id=page_id_for(INC_7, 1))
    given(declared, BEN_HAS_IT).when(late).then_nothing()
    assert given(declared, BEN_HAS_IT).when(AcknowledgeIncident(actor=cem, at=NOW)).decide()


def test_the_answer_to_a_reminder_that_is_over_takes_an_incident_that_nobody_has() -> None:
    late = AcknowledgeIncident(actor=ben, at=NOW, page_id=page_id_for(INC_7, 2))
    story = (declared, BEN_HAS_IT, REMINDED, REMINDER_ANSWERED)
    given(*story).when(late).then_nothing()
    assert given(*story, requested(3, Purpose.RESPONSE)).when(late).decide()


def test_each_time_it_asks_who_takes_it_is_an_asking_of_its_own() -> None:
    asked = [
        times_asked(incident_decider.fold(story))
        for story in ((declared,), (declared, REMINDED), (declared, BEN_HAS_IT, resolved, *AGAIN))
    ]
    assert asked == [1, 1, 2]
