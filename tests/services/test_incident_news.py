"""What happened to incidents is told for many at once: by the log, and by what waits for it."""

from typing import cast
from uuid import UUID

import pytest

from events.ids import IncidentId, incident_stream
from events.log.memory import MemoryLog
from events.log.queues.inbox import Inbox
from services.commanding import accepted
from services.commanding.accepted import IncidentNews
from tests.projections.stories import story, tell
from workflows.ids import incident_workflow_id

QUIET, KEPT = IncidentId(UUID(int=1)), IncidentId(UUID(int=2))


class OneWaits:
    """An inbox in which an answer to one incident waits for Temporal."""

    async def waited_for(self) -> frozenset[str]:
        return frozenset({incident_workflow_id(KEPT)})


async def test_an_answer_that_is_stored_or_waits_is_news_and_an_older_one_is_not() -> None:
    log, told = MemoryLog(), story()
    news = IncidentNews(log, cast("Inbox", OneWaits()))
    asked = {told.incident_id, QUIET, KEPT}
    before = await news.now()
    await tell(log, incident_stream(told.incident_id), told.declared())
    assert await news.since(before, asked) == {told.incident_id, KEPT}
    assert await news.since(await news.now(), asked) == {KEPT}
    assert await news.since(before, {QUIET}) == set()


async def test_where_more_happened_than_is_read_anything_may_be_news(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log, told = MemoryLog(), story()
    await tell(log, incident_stream(told.incident_id), told.declared())
    news = IncidentNews(log, cast("Inbox", OneWaits()))
    monkeypatch.setattr(accepted, "MOST", 1)
    assert await news.since(0, {QUIET}) == {QUIET}
