"""Publishing of public pages: at each new fact, and every minute so that their age says something.

The process that serves the files writes them, so they lie where they are read.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from projections.communication import public_posts, public_stories, status_pages
from projections.communication.public_posts import PublicIncidentRow, list_public_incidents
from projections.communication.public_stories import PublicStoryRow, stories_of
from projections.communication.status_pages import StatusPageRow, list_status_pages
from projections.engine.catching_up import ConnectionPool, reached
from projections.privacy import members
from projections.privacy.members import PRIVATE
from services.status_page.facts import page_of
from services.status_page.files import StatusDirectory, Written, address_of
from services.status_page.rendering import files_of

REFRESH: Final = timedelta(minutes=1)
PAUSE: Final = 1.0  # seconds between two looks
READ_MODELS: Final = (status_pages.NAME, public_posts.NAME, public_stories.NAME, members.NAME)
# The newest fact that any file depends on.
NEWEST: Final = """
select coalesce(max(position), 0) from es.event where type in (
    'status_page.defined', 'status_page.removed', 'public_post.published', 'public_post.corrected',
    'incident.privacy_changed', 'postmortem.published', 'postmortem.text_erased')
"""

logs = structlog.get_logger(__name__)
type Known = Sequence[tuple[StatusPageRow, Sequence[PublicIncidentRow]]]


@dataclass(kw_only=True)
class Publishing:
    """Publishing: the files are brought up to what the log says."""

    database: ConnectionPool
    directory: StatusDirectory
    public_url: str
    clock: Callable[[], datetime]
    _saying: Written | None = field(default=None, init=False)

    async def step(self) -> int | None:
        """Write the files anew if there is a new fact, or their minute is over.

        While the read models do not know of the newest fact nothing is written: the pages say by
        their age that they may lack something.
        Raises: LogUnavailable, OSError.
        """
        at = self.clock()
        async with self.database.connection() as connection:
            newest: int = await connection.fetchval(NEWEST)
            if not self._due(newest, at) or await reached(connection, READ_MODELS) < newest:
                return None
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                rows = await list_status_pages(connection)
                known = [
                    (row, await list_public_incidents(connection, row.status_page_id))
                    for row in rows
                ]
                public = {one.incident_id for _, incidents in known for one in incidents}
                stories = await stories_of(connection, sorted(public))
                hidden = await PRIVATE.select(connection, "where private")
        private = frozenset(row.incident_id for row in hidden)
        saying = Written(position=newest, at=at)
        await asyncio.to_thread(self._write, known, private, stories, saying)
        self._saying = saying
        return None

    def _due(self, newest: int, at: datetime) -> bool:
        before = self._saying
        return before is None or newest != before.position or at - before.at >= REFRESH

    def _write(
        self,
        known: Known,
        private: frozenset[UUID],
        stories: dict[UUID, PublicStoryRow],
        saying: Written,
    ) -> None:
        pages = {
            row.status_page_id: files_of(
                page_of(row, incidents, private, saying.at, stories),
                address_of(self.public_url, row.status_page_id),
            )
            for row, incidents in known
        }
        self.directory.write(pages, saying)
