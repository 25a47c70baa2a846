"""Directory user: what the organisation's directory says of one person.

It has the id of its person, whose key seals what is personal: with the person it is forgotten.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, NewType

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition_with_end
from events.errors import NotFound
from events.values.personal import Personal

DirectoryUserId = NewType("DirectoryUserId", str)


class DirectoryUserNotFound(NotFound):
    """The directory has no such user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryEmail:
    """An e-mail address of a user, as the directory has it."""

    value: Annotated[str, Personal("directory_user_id")] = field(repr=False)
    kind: str | None = None  # work, home, …
    primary: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineDirectoryUser:
    """Say what the directory says of a person."""

    directory_user_id: DirectoryUserId
    user_name: str = field(repr=False)
    external_id: str | None = field(repr=False)
    display_name: str | None = field(repr=False)
    formatted_name: str | None = field(repr=False)
    given_name: str | None = field(repr=False)
    family_name: str | None = field(repr=False)
    emails: tuple[DirectoryEmail, ...] = field(repr=False)
    active: bool | None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDirectoryUser:
    """Take a person out of the directory."""

    actor: Actor
    at: datetime


type DirectoryUserCommand = DefineDirectoryUser | EndDirectoryUser


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryUserDefined:
    """The directory says this of a person from now on."""

    directory_user_id: DirectoryUserId
    user_name: Annotated[str, Personal("directory_user_id")] = field(repr=False)
    external_id: Annotated[str | None, Personal("directory_user_id")] = field(repr=False)
    display_name: Annotated[str | None, Personal("directory_user_id")] = field(repr=False)
    formatted_name: Annotated[str | None, Personal("directory_user_id")] = field(repr=False)
    given_name: Annotated[str | None, Personal("directory_user_id")] = field(repr=False)
    family_name: Annotated[str | None, Personal("directory_user_id")] = field(repr=False)
    emails: tuple[DirectoryEmail, ...] = field(repr=False)
    active: bool | None  # whether they may sign in; None: it does not say, so they may
    defined_by: str
    defined_at: datetime
    type: Literal["directory_user.defined"] = "directory_user.defined"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryUserEnded:
    """The directory has the person no more."""

    directory_user_id: DirectoryUserId
    ended_by: str
    ended_at: datetime
    type: Literal["directory_user.ended"] = "directory_user.ended"


directory_user_decider = definition_with_end(
    DefineDirectoryUser,
    DirectoryUserDefined,
    EndDirectoryUser,
    DirectoryUserEnded,
    missing=lambda: DirectoryUserNotFound("The directory has no such user."),
)

AGGREGATE = Aggregate(
    noun="directory_user",
    id=DirectoryUserId,
    decider=directory_user_decider,
    commands=DirectoryUserCommand,
)
