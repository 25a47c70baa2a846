"""Users: made, changed and taken out as the directory has them; who is inactive is out at once."""

from http import HTTPStatus
from typing import Any

from scim2_models import (
    Context,
    NotFoundException,
    PatchOp,
    PreconditionFailedException,
    ResponseParameters,
    UniquenessException,
)
from starlette.requests import Request

from events.directory.user import (
    AGGREGATE,
    DefineDirectoryUser,
    DirectoryUserDefined,
    DirectoryUserId,
    EndDirectoryUser,
    directory_user_decider,
)
from events.ids import ResponderId
from projections.configuration import directory_users
from projections.configuration.directory_users import DirectoryUserRow
from services.identity.directory.directory import Directory
from services.identity.directory.group_rules import worth
from services.identity.directory.newcomers import alone, caught_up
from services.identity.directory.provisioning import (
    Wanted,
    groups_of,
    person_for,
    provision,
)
from services.scim.answers import Answer, answered, asked_version
from services.scim.desk import Desk
from services.scim.resources import User
from services.scim.searching import asked_of, equals, page_of
from services.scim.shapes import (
    Age,
    emails_of,
    etag,
    require_storable,
    user_shape,
    wanted,
)
from services.scim.stored import Stored, stored_user, version_of_user


async def list_users(desk: Desk, directory: Directory, request: Request, body: Any) -> Answer:
    """List the users that a filter lets through."""
    asked = asked_of(User, request, body)
    await caught_up(directory)
    async with desk.database.connection() as reader:
        if (name := equals(asked, "userName")) is not None:
            rows = await directory_users.users_named(reader, name)
        elif (external_id := equals(asked, "externalId")) is not None:
            rows = await directory_users.users_known_as(reader, external_id)
        else:
            rows = await directory_users.users(reader)
    return Answer(page_of(User, [_listed(desk, row) for row in rows], asked))


async def show_user(desk: Desk, _directory: Directory, request: Request, _body: Any) -> Answer:
    """Show a user."""
    stored = await _require(desk, request)
    parameters = ResponseParameters[User].model_validate(dict(request.query_params))
    return answered(_shape(desk, stored), Context.RESOURCE_QUERY_RESPONSE, request, parameters)


async def create_user(desk: Desk, directory: Directory, request: Request, body: Any) -> Answer:
    """Make a user, and the person and account behind."""
    user = User.model_validate(body, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    require_storable(user)
    async with alone(directory):
        await _require_free(desk, user, but=None)
        person = await person_for(directory, wanted(user))
        if await stored_user(desk.log, person) is not None:
            raise UniquenessException(detail="Somebody else here has this e-mail address.")
        version = await version_of_user(desk.log, person)
        await _write(desk, directory, person, None, user, version)
    stored = await stored_user(desk.log, person)
    if stored is None:
        raise NotFoundException(detail="It was taken out again meanwhile.")
    context = Context.RESOURCE_CREATION_RESPONSE
    return answered(_shape(desk, stored), context, request, status=HTTPStatus.CREATED)


async def replace_user(desk: Desk, directory: Directory, request: Request, body: Any) -> Answer:
    """Replace what the directory says of a user."""
    stored = await _require(desk, request)
    before = _shape(desk, stored)
    user = User.model_validate(body, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
    user.replace(before)
    context = Context.RESOURCE_REPLACEMENT_RESPONSE
    return await _changed(desk, directory, request, stored, user, context)


async def patch_user(desk: Desk, directory: Directory, request: Request, body: Any) -> Answer:
    """Change a user in parts."""
    stored = await _require(desk, request)
    patch = PatchOp[User].model_validate(body, scim_ctx=Context.RESOURCE_PATCH_REQUEST)
    user = _shape(desk, stored)
    patch.patch(user)
    context = Context.RESOURCE_PATCH_RESPONSE
    return await _changed(desk, directory, request, stored, user, context)


async def remove_user(desk: Desk, directory: Directory, request: Request, _body: Any) -> Answer:
    """Take a user out: they cannot sign in any more; what they did stays theirs."""
    stored = await _require(desk, request)
    person = ResponderId(stored.said.directory_user_id)
    gone = Wanted(name="", email=None, active=False)
    given = worth((), frozenset(), ())
    await provision(directory, person, None, gone, given, is_alone=False)
    command = EndDirectoryUser(actor=directory.actor, at=directory.now)
    stream = AGGREGATE.stream(stored.said.directory_user_id)
    await directory.carried_out(
        directory_user_decider, stream, command, "end", expected_version=stored.version
    )
    return Answer(None, status=HTTPStatus.NO_CONTENT)


async def _changed(
    desk: Desk,
    directory: Directory,
    request: Request,
    stored: Stored[DirectoryUserDefined],
    user: User,
    context: Context,
) -> Answer:
    require_storable(user)
    person = ResponderId(stored.said.directory_user_id)
    if (user.user_name or "").lower() != stored.said.user_name.lower():
        await caught_up(directory)
        await _require_free(desk, user, but=person)
    await _write(desk, directory, person, stored, user, stored.version)
    newest = await _require(desk, request, check=False)
    return answered(_shape(desk, newest), context, request)


async def _write(
    desk: Desk,
    directory: Directory,
    person: ResponderId,
    before: Stored[DirectoryUserDefined] | None,
    user: User,
    version: int,
) -> None:
    """Have the account be so, then write down what the directory said: a retry does the rest."""
    given = worth(desk.rules.rules, desk.rules.roles, await groups_of(directory, person))
    was = wanted(_shape(desk, before)) if before is not None else None
    # Who makes a user is alone already.
    await provision(directory, person, was, wanted(user), given, is_alone=before is None)
    name = user.name
    command = DefineDirectoryUser(
        directory_user_id=DirectoryUserId(person),
        user_name=user.user_name or "",
        external_id=user.external_id,
        display_name=user.display_name,
        formatted_name=name.formatted if name else None,
        given_name=name.given_name if name else None,
        family_name=name.family_name if name else None,
        emails=emails_of(user),
        active=user.active,
        actor=directory.actor,
        at=directory.now,
    )
    stream = AGGREGATE.stream(DirectoryUserId(person))
    await directory.carried_out(
        directory_user_decider, stream, command, "define", expected_version=version
    )


async def _require_free(desk: Desk, user: User, but: str | None) -> None:
    """Return if nobody else has the user name.

    Raises: UniquenessException.
    """
    async with desk.database.connection() as reader:
        rows = await directory_users.users_named(reader, user.user_name or "")
    if any(row.directory_user_id != but for row in rows):
        raise UniquenessException(detail="Another user has this userName.")


async def _require(
    desk: Desk, request: Request, *, check: bool = True
) -> Stored[DirectoryUserDefined]:
    stored = await stored_user(desk.log, request.path_params["id"])
    if stored is None:
        raise NotFoundException(detail=f"There is no user {request.path_params['id']}.")
    if check and not asked_version(request, stored.version):
        raise PreconditionFailedException(detail=f"The user is at {etag(stored.version)}.")
    return stored


def _shape(desk: Desk, stored: Stored[DirectoryUserDefined]) -> User:
    said = stored.said
    age = Age(stored.since, said.defined_at, stored.version)
    return user_shape(said.directory_user_id, said, age, desk.base)


def _listed(desk: Desk, row: DirectoryUserRow) -> User:
    age = Age(row.since or row.changed_at, row.changed_at, row.version)
    return user_shape(row.directory_user_id, row, age, desk.base)
