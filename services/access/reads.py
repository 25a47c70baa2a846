"""Reads of projections: read your own writes, read the past, and never wait without end."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from events.ids import IncidentId, incident_stream
from projections.configuration import tables as configuration
from projections.engine.catching_up import wait_for
from projections.engine.moments import beginning_of, newest, position_at
from projections.engine.rows import Connection, Reader
from projections.incidents import timeline
from projections.incidents.actor_names import NOBODY, ActorNames, actor_names, principals_in
from projections.incidents.redaction import Redaction
from projections.past import Past, streams_of_incident
from projections.privacy import members as privacy
from projections.privacy import team_sight
from services.access.dependencies import ReadDependencies
from services.access.incident_names import Look, find_at_last
from services.access.visibility import Visibility, hidden_incidents, redaction_for
from services.request_refusals import DidNotExistYet, Invalid, ProjectionBehind, RequestInvalid

WAIT_SECONDS: Final = 2.0  # for the position that a request names


class ReadAt(Protocol):
    """Read consistency: read your own write (`after_position`), or the past (`as_of`)."""

    @property
    def after_position(self) -> int | None: ...  # noqa: D102

    @property
    def as_of(self) -> int | datetime | None: ...  # noqa: D102


class Reads:
    """The read models, for one request."""

    def __init__(
        self, dependencies: ReadDependencies, after: int, answers_as_of: Callable[[int], None]
    ) -> None:
        self._dependencies = dependencies
        self._after = after  # the least position to be read
        self._answers_as_of = answers_as_of  # the answer names the position, too
        self._then: int | None = None  # the position that as_of means: one for the whole answer

    @asynccontextmanager
    async def of(
        self,
        query: ReadAt,
        *names: str,
        stream: str | None = None,
        incident_id: IncidentId | None = None,
        beside: Collection[str] = (),
    ) -> AsyncIterator[Reader]:
        """Lend a connection once the projections have seen what the request asks for.

        With `as_of`, lend what answers as one did then. What shows one thing names the thing's
        stream, or the incident it is about, so that no more than this is folded; and `beside` it
        the other streams that tell of it.
        Raises: ProjectionBehind, LogUnavailable, RequestInvalid, DidNotExistYet.
        """
        position = await self._catch_up(query, names)
        async with self._dependencies.database.connection() as connection:
            if position is None:
                yield connection
                return
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                streams = await _streams(connection, position, stream, incident_id)
                if streams is not None:
                    streams = [*streams, *beside]
                past = Past(connection, position, self._dependencies.log.opened, streams)
                yield past

    async def find[Row](
        self,
        query: ReadAt,
        look: Look[Row],
        *names: str,
        stream: str | None = None,
        incident_id: IncidentId | None = None,
    ) -> Row | None:
        """Return what is found once the projections have seen what the request asks for.

        Raises: ProjectionBehind, LogUnavailable, RequestInvalid, DidNotExistYet.
        """
        if query.as_of is None:
            await self._catch_up(query, names)
            return await find_at_last(self._dependencies, look, *names)
        async with self.of(query, *names, stream=stream, incident_id=incident_id) as past:
            return await look(past)

    async def hidden(self, query: ReadAt, visibility: Visibility) -> frozenset[UUID]:
        """Return the incidents that the caller must not know of, as of now, also in the past.

        Whoever waits for a position sees what it let them see.
        Raises: ProjectionBehind, LogUnavailable, RequestInvalid.
        """
        if visibility.everything:
            return frozenset()
        await self._catch_up(query, [privacy.NAME, team_sight.NAME])
        return await hidden_incidents(self._dependencies, visibility)

    async def redaction(self, query: ReadAt, visibility: Visibility) -> Redaction:
        """Return the same incidents by all their names: others may tell of them.

        Raises: ProjectionBehind, LogUnavailable, RequestInvalid.
        """
        return await redaction_for(self._dependencies, await self.hidden(query, visibility))

    async def names_in(self, query: ReadAt, texts: Iterable[str | None]) -> ActorNames:
        """Return the names of the integrations and API keys in texts, as they are now.

        Raises: ProjectionBehind, LogUnavailable, RequestInvalid.
        """
        principals = principals_in([*texts])
        if not principals:
            return NOBODY
        await self._catch_up(query, [configuration.NAME])
        async with self._dependencies.database.connection() as connection:
            return await actor_names(connection, principals)

    async def position_of(self, query: ReadAt) -> int | None:
        """Return the position that `as_of` means, None without one; the answer names it too.

        Raises: RequestInvalid, LogUnavailable.
        """
        if query.as_of is None:
            return None
        if self._after or query.after_position:
            raise RequestInvalid(_not_both(query))
        if self._then is None:
            self._then = await self._position_at(query.as_of)
            self._answers_as_of(self._then)
        return self._then

    async def _catch_up(self, query: ReadAt, names: Collection[str]) -> int | None:
        """Wait until the projections know what is asked for; return the position of the past."""
        then = await self.position_of(query)
        if then is not None:
            position, names = then, {*names, timeline.NAME}
        else:
            position = max(self._after, query.after_position or 0)
            if position:
                await self._require_written(position)
        if position and not await wait_for(
            self._dependencies.database, names, position, WAIT_SECONDS
        ):
            raise ProjectionBehind(
                f"Position {position} is not readable yet.", position=str(position)
            )
        return then

    async def _require_written(self, position: int) -> None:
        """Let a position pass that is in the log: no waiting makes another one readable.

        Raises: RequestInvalid.
        """
        head = await self._dependencies.log.head()
        if position > head:
            raise RequestInvalid(
                Invalid(field="after_position", reason=f"The log ends at position {head}.")
            )

    async def _position_at(self, as_of: int | datetime) -> int:
        async with self._dependencies.database.connection() as connection:
            head, now = await newest(connection)
            if isinstance(as_of, int):
                if as_of <= head:
                    return as_of
                raise RequestInvalid(_in_the_future(f"The newest position is {head}."))
            if as_of <= now:
                return await position_at(connection, as_of)
            raise RequestInvalid(_in_the_future(f"For the database it is {now:%FT%T}Z."))


async def _streams(
    connection: Connection, position: int, stream: str | None, incident_id: IncidentId | None
) -> list[str] | None:
    """Return the streams to fold, None for all that a list needs.

    Raises: DidNotExistYet.
    """
    if incident_id is not None:
        stream = incident_stream(incident_id)
    if stream is None:
        return None
    beginning = await beginning_of(connection, stream)
    if beginning is not None and beginning > position:
        raise DidNotExistYet(
            f"It came into being at position {beginning}, after position {position}.",
            position=str(position),
        )
    if incident_id is None:
        return [stream]
    return await streams_of_incident(connection, stream, incident_id, position)


def _in_the_future(known: str) -> Invalid:
    return Invalid(field="query.as_of", reason=f"That is in the future. {known}")


def _not_both(query: ReadAt) -> Invalid:
    field = "header.Tocsin-After-Position" if query.after_position is None else "query.as_of"
    return Invalid(field=field, reason="Ask for as_of, or for after_position, not for both.")
