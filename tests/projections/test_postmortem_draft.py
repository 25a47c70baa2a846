"""The postmortem's draft: the practice's template, and nothing in it that the log does not know."""

import re
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from events.ids import incident_stream
from events.log.postgres import PostgresLog
from events.postmortem.state import INITIAL
from projections.practice.postmortem_document import postmortem_document
from projections.practice.postmortem_draft import escaped
from tests.projections.as_markdown import as_markdown
from tests.projections.stories import catch_up, story, tell, tell_whole
from tests.servers import Database

GOLDEN = Path(__file__).parent / "postmortem_draft.md"
HEADINGS = [
    "Summary",
    "Impact",
    "Timeline (UTC)",
    "Root Cause",
    "Contributing Factors",
    "What Went Well",
    "What Could Be Improved",
    "Action Items",
    "Lessons Learned",
]


@pytest.mark.stack
async def test_a_resolved_incident_has_a_draft_with_everything_the_log_knows(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story(1042)
    await tell_whole(log, told)
    await catch_up(database)
    document = await postmortem_document(reader, told.incident_id, INITIAL)
    assert document is not None
    written = await as_markdown(document)
    assert written.replace(str(told.alert_id), "ALERT") == GOLDEN.read_text("utf-8")
    assert re.findall(r"^## (.+)$", written, re.MULTILINE) == HEADINGS


@pytest.mark.stack
async def test_a_fresh_incident_has_a_draft_of_questions(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell(log, incident_stream(told.incident_id), told.declared("One | two\n## three <b>"))
    await catch_up(database)
    document = await postmortem_document(reader, told.incident_id, INITIAL)
    assert document is not None
    written = await as_markdown(document)
    assert written.startswith("# Incident Postmortem: One \\| two ## three \\<b>\n")
    assert "**Duration:** *not resolved yet*" in written
    assert "**Severity:** *not judged*" in written
    assert re.findall(r"^## (.+)$", written, re.MULTILINE) == HEADINGS
    row = "| 12:00 | Integration prometheus declared INC-1001: One \\| two ## three \\<b>. |"
    assert row in written


@pytest.mark.stack
async def test_an_incident_nobody_declared_has_no_draft(
    database: Database, reader: asyncpg.Connection
) -> None:
    assert await postmortem_document(reader, uuid4(), INITIAL) is None


def test_what_people_write_means_itself_in_markdown() -> None:
    assert escaped("a|b *c* _d_ `e` [f](g) <h>\r\ni\\") == (
        r"a\|b \*c\* \_d\_ \`e\` \[f\](g) \<h\> i\\"
    )
