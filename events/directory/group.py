"""Directory group: whom the organisation's directory puts together, as a team or for a role."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition_with_end
from events.errors import NotFound
from events.ids import ResponderId

DirectoryGroupId = NewType("DirectoryGroupId", str)


class DirectoryGroupNotFound(NotFound):
    """The directory has no such group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineDirectoryGroup:
    """Say whom the directory puts together."""

    directory_group_id: DirectoryGroupId
    display_name: str
    external_id: str | None
    member_ids: tuple[ResponderId, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDirectoryGroup:
    """Take a group out of the directory."""

    actor: Actor
    at: datetime


type DirectoryGroupCommand = DefineDirectoryGroup | EndDirectoryGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryGroupDefined:
    """The directory puts these people together from now on."""

    directory_group_id: DirectoryGroupId
    display_name: str
    external_id: str | None
    member_ids: tuple[ResponderId, ...]
    defined_by: str
    defined_at: datetime
    type: Literal["directory_group.defined"] = "directory_group.defined"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryGroupEnded:
    """The directory has the group no more."""

    directory_group_id: DirectoryGroupId
    ended_by: str
    ended_at: datetime
    type: Literal["directory_group.ended"] = "directory_group.ended"


directory_group_decider = definition_with_end(
    DefineDirectoryGroup,
    DirectoryGroupDefined,
    EndDirectoryGroup,
    DirectoryGroupEnded,
    missing=lambda: DirectoryGroupNotFound("The directory has no such group."),
)

AGGREGATE = Aggregate(
    noun="directory_group",
    id=DirectoryGroupId,
    decider=directory_group_decider,
    commands=DirectoryGroupCommand,
)
