"""A calendar feed is issued once, of one schedule or of one person, and revoked for good."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from events.actor import Actor
from events.configuration.feed import (
    FeedId,
    FeedIssued,
    FeedNotFound,
    FeedOfNothing,
    FeedRevoked,
    IssueFeed,
    RevokeFeed,
)
from events.errors import AlreadyExists
from events.ids import ResponderId, ScheduleId
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ADA = Actor(principal="api_key:k1", responder_id=ResponderId("ada"))

issue = IssueFeed(
    feed_id=FeedId("f1"),
    schedule_id=ScheduleId("payments"),
    responder_id=None,
    secret_hash="ab" * 32,
    issued_with="api_key:k1",
    actor=ADA,
    at=NOW,
)
issued = FeedIssued(
    feed_id=FeedId("f1"),
    schedule_id=ScheduleId("payments"),
    responder_id=None,
    meetings=False,
    secret_hash="ab" * 32,
    issued_with="api_key:k1",
    issued_by="responder:ada",
    issued_at=NOW,
)
revoke = RevokeFeed(actor=ADA, at=NOW)
revoked = FeedRevoked(feed_id=FeedId("f1"), revoked_by="responder:ada", revoked_at=NOW)


def test_a_feed_is_issued_once_because_its_address_is_shown_once() -> None:
    given().when(issue).then(issued)
    given(issued).when(issue).refused(AlreadyExists, "Calendar feed f1 already exists")


@pytest.mark.parametrize("responder_id", [None, ResponderId("ada")])
def test_a_feed_is_of_one_schedule_or_of_one_person(responder_id: ResponderId | None) -> None:
    schedule_id = None if responder_id is None else ScheduleId("payments")
    wrong = replace(issue, schedule_id=schedule_id, responder_id=responder_id)
    given().when(wrong).refused(FeedOfNothing, "either schedule_id or responder_id")


@pytest.mark.parametrize("responder_id", [None, ResponderId("ada")])
def test_a_feed_of_meetings_is_of_all_or_of_one_person(responder_id: ResponderId | None) -> None:
    of_meetings: dict[str, Any] = {
        "schedule_id": None,
        "responder_id": responder_id,
        "meetings": True,
    }
    wanted = replace(issue, **of_meetings)
    given().when(wanted).then(replace(issued, **of_meetings))
    wrong = replace(wanted, schedule_id=ScheduleId("payments"))
    given().when(wrong).refused(FeedOfNothing, "leave schedule_id out")


def test_a_revoked_feed_stays_revoked() -> None:
    given(issued).when(revoke).then(revoked)
    given(issued, revoked).when(revoke).then_nothing()
    given(issued, revoked).when(issue).refused(AlreadyExists, "f1 already exists")


def test_a_feed_nobody_issued_is_not_revoked() -> None:
    given().when(revoke).refused(FeedNotFound, "No such calendar feed")
