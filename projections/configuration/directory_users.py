"""Users of the organisation's directory as they are now."""

from collections.abc import Collection, Hashable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from events.directory.user import DirectoryUserDefined, DirectoryUserEnded
from events.log.recorded import Recorded
from events.subject.events import SubjectForgotten
from events.values.personal import ERASED
from projections.engine.defined import DefinedRows
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Reader, Row, Rows, Table, fold

NAME: Final = "directory_users"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class Email(Struct, frozen=True, kw_only=True):
    """An e-mail address of a user."""

    value: str
    kind: str | None
    primary: bool | None


class DirectoryUserRow(Row, frozen=True, kw_only=True):
    """What the directory says of one person, also of one who left it."""

    directory_user_id: str
    user_name: str
    external_id: str | None
    display_name: str | None
    formatted_name: str | None
    given_name: str | None
    family_name: str | None
    emails: tuple[Email, ...]
    active: bool | None
    changed_by: str
    changed_at: Moment
    since: Moment | None = None  # after they left, if they did
    ended_at: Moment | None = None
    version: int


DIRECTORY_USER = Table(
    "directory_user",
    "directory_user_id",
    DirectoryUserRow,
    OWN_STREAM,
    {"user_name": "(lower(user_name))", "external_id": "(external_id)"},
)
TABLES: Final = (DIRECTORY_USER,)
_ROWS: Final = DefinedRows(DIRECTORY_USER, DirectoryUserDefined, (DirectoryUserEnded,))


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the rows that the batch names up to date."""
    await fold(DIRECTORY_USER, tx, batch, whose, user)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return whose row is quarantined when the event cannot be applied."""
    return stream_key(recorded, DIRECTORY_USER.name)


def whose(event: object) -> tuple[Hashable, ...]:
    """Return the user that an event tells of, or makes us forget."""
    if isinstance(event, SubjectForgotten):
        return (event.subject_id,)
    return tuple(_ROWS.keys(event))


def user(
    row: DirectoryUserRow | None, recorded: Recorded[object], key: Hashable
) -> DirectoryUserRow | None:
    """Return the user after the event."""
    event = recorded.event
    if not isinstance(event, SubjectForgotten):
        changed = _ROWS.evolve(row, recorded, key)
        if changed is None or not isinstance(event, DirectoryUserDefined):
            return changed
        goes_on = row is not None and row.ended_at is None
        since = row.since if row is not None and goes_on else event.defined_at
        return replace(changed, since=since)
    if row is None:
        return None
    return replace(
        row,
        user_name=ERASED,
        external_id=_erased(row.external_id),
        display_name=_erased(row.display_name),
        formatted_name=_erased(row.formatted_name),
        given_name=_erased(row.given_name),
        family_name=_erased(row.family_name),
        emails=tuple(replace(one, value=ERASED) for one in row.emails),
    )


def _erased(text: str | None) -> str | None:
    return None if text is None else ERASED


async def users(reader: Reader) -> list[DirectoryUserRow]:
    """Return every user that the directory has, by their id."""
    clauses = "where t.ended_at is null order by t.directory_user_id"
    return await DIRECTORY_USER.select(reader, clauses)


async def users_among(reader: Reader, ids: Collection[str]) -> list[DirectoryUserRow]:
    """Return who of these the directory has."""
    clauses = "where t.ended_at is null and t.directory_user_id = any($1::text[])"
    return await DIRECTORY_USER.select(reader, clauses, list(ids))


async def users_named(reader: Reader, user_name: str) -> list[DirectoryUserRow]:
    """Return who has this user name, however it is written."""
    clauses = "where t.ended_at is null and lower(t.user_name) = lower($1)"
    return await DIRECTORY_USER.select(reader, clauses, user_name)


async def users_known_as(reader: Reader, external_id: str) -> list[DirectoryUserRow]:
    """Return whom the directory knows by this id of its own."""
    clauses = "where t.ended_at is null and t.external_id = $1 order by t.directory_user_id"
    return await DIRECTORY_USER.select(reader, clauses, external_id)
