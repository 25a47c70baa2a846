"""Customers are told things in their order, of what is no secret, and corrections are facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from events.actor import Actor
from events.ids import IncidentId, StatusPageId
from events.public_post.commands import Affected, CorrectPublicPost, PublishPublicPost
from events.public_post.events import PublicPostCorrected, PublicPostPublished
from events.public_post.refusals import (
    IncidentNotPublic,
    PublicPostNotFound,
    PublicPostOutOfOrder,
    PublicPostRefused,
)
from events.public_post.words import ComponentStatus, PublicState
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=30)
ADA = Actor(principal="account:ada", is_admin=False)
ACME, OFFICE = StatusPageId("acme"), StatusPageId("office")
CHECKOUT = Affected(
    status_page_id=ACME, component_id="checkout", status=ComponentStatus.PARTIAL_OUTAGE
)

publish = PublishPublicPost(
    incident_id=IncidentId(UUID(int=1)),
    public_id=UUID(int=2),
    status_page_ids=(ACME,),
    title="Payments fail",
    state=PublicState.INVESTIGATING,
    text="Some card payments fail.",
    affected=(CHECKOUT,),
    next_post_at=LATER,
    reopens=False,
    private=False,
    drill=False,
    actor=ADA,
    at=NOW,
)
published = PublicPostPublished(
    incident_id=publish.incident_id,
    public_id=publish.public_id,
    number=1,
    status_page_ids=(ACME,),
    title="Payments fail",
    state=PublicState.INVESTIGATING,
    text=publish.text,
    affected=(CHECKOUT,),
    next_post_at=LATER,
    reopens=False,
    published_by="account:ada",
    published_at=NOW,
)
resolve = replace(
    publish,
    title=None,
    state=PublicState.RESOLVED,
    text="All payments work.",
    affected=(),
    next_post_at=None,
)
resolved = replace(
    published,
    number=2,
    state=PublicState.RESOLVED,
    text="All payments work.",
    affected=(),
    next_post_at=None,
)


def test_a_post_is_published_and_its_title_stays_for_the_next() -> None:
    given().when(publish).then(published)
    given(published).when(resolve).then(resolved)


def test_a_post_that_says_what_the_last_one_says_is_none() -> None:
    given(published).when(publish).then_nothing()
    given(published, resolved).when(resolve).then_nothing()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PublicState.IDENTIFIED, PublicState.INVESTIGATING),
        (PublicState.MONITORING, PublicState.IDENTIFIED),
        (PublicState.RESOLVED, PublicState.MONITORING),
        (PublicState.RESOLVED, PublicState.RESOLVED),
    ],
)
def test_an_older_state_comes_after_a_newer_one_only_if_it_is_back(
    before: PublicState, after: PublicState
) -> None:
    was = replace(published, state=before)
    asked = replace(publish, state=after, text="Again.", affected=(), next_post_at=None)
    given(was).when(asked).refused(PublicPostOutOfOrder, str(before))
    back = replace(published, number=2, state=after, text="Again.", affected=(), reopens=True)
    given(was).when(replace(asked, reopens=True)).then(replace(back, next_post_at=None))


@pytest.mark.parametrize(
    ("secret", "words"), [({"private": True}, "private"), ({"drill": True}, "drill")]
)
def test_customers_are_told_of_no_private_incident_and_no_drill(
    secret: dict[str, Any], words: str
) -> None:
    given().when(replace(publish, **secret)).refused(IncidentNotPublic, words)


def test_a_page_that_was_told_of_an_incident_is_told_its_end() -> None:
    elsewhere = replace(resolve, status_page_ids=(OFFICE,))
    given(published).when(elsewhere).then(replace(resolved, status_page_ids=(ACME, OFFICE)))
    given(published).when(replace(resolve, status_page_ids=())).then(resolved)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": None}, "title for customers"),
        ({"status_page_ids": (), "affected": ()}, "which status page"),
        ({"affected": (CHECKOUT, CHECKOUT)}, "once"),
        ({"next_post_at": NOW}, "time to come"),
        ({"state": PublicState.RESOLVED}, "everything works"),
        ({"state": PublicState.RESOLVED, "affected": ()}, "Nothing follows"),
    ],
)
def test_a_post_that_makes_no_sense_to_customers_is_refused(
    change: dict[str, Any], words: str
) -> None:
    given().when(replace(publish, **change)).refused(PublicPostRefused, words)


def test_a_correction_is_a_fact_of_its_own() -> None:
    correct = CorrectPublicPost(number=1, text="Card payments fail.", actor=ADA, at=LATER)
    corrected = PublicPostCorrected(
        incident_id=publish.incident_id,
        number=1,
        text="Card payments fail.",
        corrected_by="account:ada",
        corrected_at=LATER,
    )
    given(published, resolved).when(correct).then(corrected)
    given(published, corrected).when(correct).then_nothing()
    given(published).when(replace(correct, number=2)).refused(PublicPostNotFound, "2")
    given().when(correct).refused(PublicPostNotFound, "1")
