"""Groups: teams, or what the rules make of them; their people come and go as the directory says."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from scim2_models import (
    Context,
    InvalidValueException,
    NotFoundException,
    PatchOp,
    PreconditionFailedException,
    ResponseParameters,
    UniquenessException,
)
from starlette.requests import Request

from events.directory.group import (
    AGGREGATE,
    DefineDirectoryGroup,
    DirectoryGroupDefined,
    DirectoryGroupId,
    EndDirectoryGroup,
    directory_group_decider,
)
from events.errors import StreamConflict
from events.ids import ResponderId, TeamId
from projections.configuration import directory_groups
from projections.configuration.directory_groups import DirectoryGroupRow
from services.identity.directory.directory import Directory
from services.identity.directory.grouping import revalue, set_team
from services.identity.directory.newcomers import alone, caught_up
from services.identity.directory.people import ids_for
from services.scim.answers import Answer, answered, asked_version
from services.scim.desk import Desk
from services.scim.resources import Group
from services.scim.searching import asked_of, page_of
from services.scim.shapes import Age, etag, group_shape, members_of, require_text
from services.scim.stored import Stored, stored_group, stored_user


async def list_groups(desk: Desk, directory: Directory, request: Request, body: Any) -> Answer:
    """List the groups that a filter lets through."""
    asked = asked_of(Group, request, body)
    await caught_up(directory)
    async with desk.database.connection() as reader:
        rows = await directory_groups.groups(reader)
    return Answer(page_of(Group, [_listed(desk, row) for row in rows], asked))


async def show_group(desk: Desk, _directory: Directory, request: Request, _body: Any) -> Answer:
    """Show a group."""
    stored = await _require(desk, request)
    parameters = ResponseParameters[Group].model_validate(dict(request.query_params))
    return answered(_shape(desk, stored), Context.RESOURCE_QUERY_RESPONSE, request, parameters)


async def create_group(desk: Desk, directory: Directory, request: Request, body: Any) -> Answer:
    """Make a group; a team of its name takes its people."""
    group = Group.model_validate(body, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    async with alone(directory):
        await _require_free(desk, group, but=None)
        group_id = await _free_id(desk, group)
        await _write(desk, directory, group_id, None, group)
    stored = await stored_group(desk.log, group_id)
    if stored is None:
        raise NotFoundException(detail="It was taken out again meanwhile.")
    context = Context.RESOURCE_CREATION_RESPONSE
    return answered(_shape(desk, stored), context, request, status=HTTPStatus.CREATED)


async def replace_group(desk: Desk, directory: Directory, request: Request, body: Any) -> Answer:
    """Replace what the directory says of a group."""
    stored = await _require(desk, request)
    group = Group.model_validate(body, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
    group.replace(_shape(desk, stored))
    context = Context.RESOURCE_REPLACEMENT_RESPONSE
    return await _changed(desk, directory, request, stored, group, context)


async def patch_group(desk: Desk, directory: Directory, request: Request, body: Any) -> Answer:
    """Change a group in parts."""
    stored = await _require(desk, request)
    without = without_nothing(body)
    patch = PatchOp[Group].model_validate(without, scim_ctx=Context.RESOURCE_PATCH_REQUEST)
    group = _shape(desk, stored)
    patch.patch(group)
    context = Context.RESOURCE_PATCH_RESPONSE
    return await _changed(desk, directory, request, stored, group, context)


def without_nothing(value: Any) -> Any:
    """Return JSON without members that are null: Entra says `"$ref": null` of whom it removes."""
    if isinstance(value, dict):
        return {name: without_nothing(one) for name, one in value.items() if one is not None}
    return [without_nothing(one) for one in value] if isinstance(value, list) else value


async def remove_group(desk: Desk, directory: Directory, request: Request, _body: Any) -> Answer:
    """Take a group out; a team stays, with those who manage it, because it owns things."""
    stored = await _require(desk, request)
    said = stored.said
    await caught_up(directory)
    if desk.rules.is_team(said.display_name):
        await set_team(directory, TeamId(said.directory_group_id), said.display_name, ())
    for person in said.member_ids:
        await revalue(directory, desk.rules, person, (said.display_name,), ())
    command = EndDirectoryGroup(actor=directory.actor, at=directory.now)
    await directory.carried_out(
        directory_group_decider,
        AGGREGATE.stream(said.directory_group_id),
        command,
        "end",
        expected_version=stored.version,
    )
    return Answer(None, status=HTTPStatus.NO_CONTENT)


async def _changed(
    desk: Desk,
    directory: Directory,
    request: Request,
    stored: Stored[DirectoryGroupDefined],
    group: Group,
    context: Context,
) -> Answer:
    await caught_up(directory)
    if group.display_name != stored.said.display_name:
        await _require_free(desk, group, but=stored.said.directory_group_id)
    await _write(desk, directory, stored.said.directory_group_id, stored, group)
    newest = await _require(desk, request, check=False)
    return answered(_shape(desk, newest), context, request)


async def _write(
    desk: Desk,
    directory: Directory,
    group_id: DirectoryGroupId,
    before: Stored[DirectoryGroupDefined] | None,
    group: Group,
) -> None:
    """Have teams and roles be so, then write down what the directory said."""
    name = (group.display_name or "").strip()
    if not name:
        raise InvalidValueException(detail="displayName is empty.")
    require_text("displayName", name)
    require_text("externalId", group.external_id)
    people = await _people(desk, group, before)
    if desk.rules.is_team(name):
        await set_team(directory, TeamId(group_id), name, people)
    await _revalue(desk, directory, before, name, people)
    command = DefineDirectoryGroup(
        directory_group_id=group_id,
        display_name=name,
        external_id=group.external_id,
        member_ids=people,
        actor=directory.actor,
        at=directory.now,
    )
    await directory.carried_out(
        directory_group_decider,
        AGGREGATE.stream(group_id),
        command,
        "define",
        expected_version=before.version if before else None,
    )


async def _revalue(
    desk: Desk,
    directory: Directory,
    before: Stored[DirectoryGroupDefined] | None,
    name: str,
    people: Collection[ResponderId],
) -> None:
    """Give and take what the group is worth, of those who joined, left or see it renamed."""
    old_name = before.said.display_name if before else name
    if desk.rules.is_team(name) and desk.rules.is_team(old_name):
        return
    were = set(before.said.member_ids) if before else set()
    affected = were | set(people) if old_name != name else were ^ set(people)
    for person in sorted(affected):
        joined = (name,) if person in people else ()
        await revalue(directory, desk.rules, person, (old_name,), joined)


async def _people(
    desk: Desk, group: Group, before: Stored[DirectoryGroupDefined] | None
) -> tuple[ResponderId, ...]:
    """Return the members, of whom those that are new are users.

    Raises: InvalidValueException.
    """
    known = set(before.said.member_ids) if before else set()
    named = members_of(group)
    for one in named:
        if one not in known and await stored_user(desk.log, one) is None:
            raise InvalidValueException(detail=f"members: there is no user {one}.")
    return tuple(map(ResponderId, named))


async def _free_id(desk: Desk, group: Group) -> DirectoryGroupId:
    for one in ids_for((group.display_name or "").replace("@", "-")):
        if await stored_group(desk.log, one) is None:
            return DirectoryGroupId(one)
    raise StreamConflict(f"No id is free for {group.display_name}.")


async def _require_free(desk: Desk, group: Group, but: str | None) -> None:
    """Return if no other group has the name: a rule would mean both.

    Raises: UniquenessException.
    """
    async with desk.database.connection() as reader:
        rows = await directory_groups.groups(reader)
    same = [row for row in rows if row.display_name == (group.display_name or "").strip()]
    if any(row.directory_group_id != but for row in same):
        raise UniquenessException(detail="Another group has this displayName.")


async def _require(
    desk: Desk, request: Request, *, check: bool = True
) -> Stored[DirectoryGroupDefined]:
    stored = await stored_group(desk.log, request.path_params["id"])
    if stored is None:
        raise NotFoundException(detail=f"There is no group {request.path_params['id']}.")
    if check and not asked_version(request, stored.version):
        raise PreconditionFailedException(detail=f"The group is at {etag(stored.version)}.")
    return stored


def _shape(desk: Desk, stored: Stored[DirectoryGroupDefined]) -> Group:
    said = stored.said
    age = Age(stored.since, said.defined_at, stored.version)
    return group_shape(said.directory_group_id, said, age, desk.base)


def _listed(desk: Desk, row: DirectoryGroupRow) -> Group:
    age = Age(row.since or row.changed_at, row.changed_at, row.version)
    return group_shape(row.directory_group_id, row, age, desk.base)
