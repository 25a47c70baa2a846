"""Health says that customers read an old status page: nobody else of us would hear of it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from services.api.dependencies import Dependencies
from services.status_page.files import StatusDirectory, Written
from tests.services.api.live.conftest import Api

pytestmark = pytest.mark.stack


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (None, ["status pages: never written"]),
        (290, []),
        (400, ["status pages: written last 400 s ago"]),
    ],
    ids=["never", "fresh", "old"],
)
async def test_a_status_page_that_nobody_writes_any_more_is_named_by_health(
    alone: Api,
    routed: FastAPI,
    dependencies: Dependencies,
    tmp_path: Path,
    age: int | None,
    said: list[str],
) -> None:
    now = dependencies.clock()
    if age is not None:
        written = Written(position=1, at=now - timedelta(seconds=age))
        StatusDirectory(tmp_path).write({}, written)
    settings = dependencies.settings.model_copy(update={"status_directory": tmp_path})
    routed.state.dependencies = replace(dependencies, settings=settings, clock=lambda: now)
    degraded = (await alone.http.get("/health/ready")).json()["degraded"]
    assert [one for one in degraded if "status pages" in one] == said
