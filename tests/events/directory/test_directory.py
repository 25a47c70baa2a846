"""What a directory says of people and groups: the newest word counts, until it takes it back."""

from datetime import UTC, datetime
from typing import Any

from events.actor import Actor
from events.directory.group import (
    DefineDirectoryGroup,
    DirectoryGroupDefined,
    DirectoryGroupEnded,
    DirectoryGroupId,
    DirectoryGroupNotFound,
    EndDirectoryGroup,
)
from events.directory.user import (
    DefineDirectoryUser,
    DirectoryEmail,
    DirectoryUserDefined,
    DirectoryUserId,
)
from events.ids import ResponderId
from tests.given import given

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
OKTA = Actor(principal="directory:scim", is_admin=True)
ONCALL = DirectoryGroupId("oncall")


def group(*members: str) -> DefineDirectoryGroup:
    return DefineDirectoryGroup(
        directory_group_id=ONCALL,
        display_name="On call",
        external_id=None,
        member_ids=tuple(map(ResponderId, members)),
        actor=OKTA,
        at=NOON,
    )


def defined(*members: str) -> DirectoryGroupDefined:
    return DirectoryGroupDefined(
        directory_group_id=ONCALL,
        display_name="On call",
        external_id=None,
        member_ids=tuple(map(ResponderId, members)),
        defined_by="directory:scim",
        defined_at=NOON,
    )


ENDED = DirectoryGroupEnded(directory_group_id=ONCALL, ended_by="directory:scim", ended_at=NOON)


def test_the_newest_word_about_a_group_counts() -> None:
    given().when(group("grace")).then(defined("grace"))
    given(defined("grace")).when(group("grace", "ola")).then(defined("grace", "ola"))
    given(defined("grace")).when(group("grace")).then()


def test_a_group_that_is_taken_out_can_come_back() -> None:
    given(defined("grace")).when(EndDirectoryGroup(actor=OKTA, at=NOON)).then(ENDED)
    given(defined("grace"), ENDED).when(group("grace")).then(defined("grace"))


def test_what_is_not_there_cannot_be_taken_out() -> None:
    given().when(EndDirectoryGroup(actor=OKTA, at=NOON)).refused(DirectoryGroupNotFound)


def test_no_name_or_address_shows_in_a_log_line() -> None:
    facts: dict[str, Any] = {
        "user_name": "grace@corp.example",
        "external_id": "00u1",
        "display_name": "Grace",
        "formatted_name": "Grace Hopper",
        "given_name": "Grace",
        "family_name": "Hopper",
    }
    event = DirectoryUserDefined(
        directory_user_id=DirectoryUserId("g"),
        emails=(DirectoryEmail(value="grace@example.com"),),
        active=True,
        defined_by="directory:scim",
        defined_at=NOON,
        **facts,
    )
    command = DefineDirectoryUser(
        directory_user_id=DirectoryUserId("g"),
        emails=event.emails,
        active=True,
        actor=OKTA,
        at=NOON,
        **facts,
    )
    shown = f"{event}{command}{event.emails[0]}".lower()
    assert "grace" not in shown
    assert "hopper" not in shown
