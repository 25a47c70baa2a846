"""A postmortem's incident, its people and its first events, for the tests of its rules."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from events.actor import Actor
from events.ids import IncidentId, ResponderId
from events.postmortem.decide import postmortem_decider as rules
from events.postmortem.document.sections import NEEDED, Section
from events.postmortem.document.terms import DEFAULT_TERMS
from events.postmortem.events import PostmortemReviewRequested, PostmortemStarted
from events.postmortem.state import Postmortem
from tests.given import Given
from tests.given import given as given_events

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
INC_7 = IncidentId(UUID(int=7))
ANA, BEN, CEM = (ResponderId(name) for name in ("ana", "ben", "cem"))


def person(name: str) -> Actor:
    return Actor(principal="api_key:1", responder_id=ResponderId(name))


def by(name: str) -> Any:
    return {"actor": person(name), "at": NOW}


started = PostmortemStarted(
    incident_id=INC_7,
    author_id=ANA,
    terms=DEFAULT_TERMS,
    started_by="workflow:relay",
    started_at=NOW,
)
in_review = PostmortemReviewRequested(
    incident_id=INC_7,
    reviewer_ids=(BEN, CEM),
    timeline_until=90,
    requested_by="responder:ana",
    requested_at=NOW,
)


def given(*events: object) -> Given:
    return given_events(*events, by=rules)


def continued(known: Postmortem, *commands: Any) -> Postmortem:
    """Return the postmortem after these commands."""
    for command in commands:
        known = rules.fold(rules.decide(command, known), known)
    return known


def after(*commands: Any) -> Postmortem:
    return continued(rules.fold([started]), *commands)


ANSWERS = {section: f"What people say of the {section}." for section in (*NEEDED, *Section)}
