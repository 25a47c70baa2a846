"""A replay shows what each event changed, and hears each event once."""

import asyncio
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from events.log.memory import MemoryLog
from services.api.reading.event_view import EventView
from services.cli.remote import LineLost, Problem
from services.cli.understand import history, listening
from services.cli.understand.listening import Message, followed, messages
from services.cli.understand.replaying import Change, Replay, changes
from tests.projections.stories import story, tell_whole


async def told() -> list[dict[str, Any]]:
    log = MemoryLog()
    await tell_whole(log, story())
    events = await log.read_all(0)
    return [EventView.of(event).model_dump(mode="json") for event in events]


def test_a_change_names_its_place_and_both_values() -> None:
    before = {"status": "declared", "pages": [{"state": "paging"}], "version": 1, "roles": {}}
    page = {"state": "paging"}
    after = {
        "status": "acknowledged",
        "pages": [{"state": "stopped"}, page],
        "version": 2,
        "roles": {"commander": "ada"},
    }
    assert list(changes(before, after)) == [
        Change(field="status", before="declared", after="acknowledged"),
        Change(field="page 1 state", before="paging", after="stopped"),
        Change(field="page 2", before=None, after=page),
        Change(field="roles commander", before=None, after="ada"),
    ]
    assert not list(changes(after, after))


async def test_the_state_before_a_step_is_the_state_after_the_one_before() -> None:
    views = await told()

    def steps() -> Iterator[Any]:
        with Replay() as replayed:
            yield from map(replayed.step, views)

    found = await run_aside(lambda: list(steps()))
    assert not found[0].state  # an alert, before the incident is declared
    assert found[1].state["status"] == "declared"
    assert found[-1].state["status"] == "resolved"
    assert found[-1].state["alerts"][0]["ended_at"] is not None
    for earlier, later in pairwise(found):
        assert later.changes == tuple(changes(dict(earlier.state), dict(later.state)))
    [answered] = [step for step in found if step.type == "incident.acknowledged"]
    assert Change(field="status", before="declared", after="acknowledged") in answered.changes


async def run_aside(work: Any) -> Any:
    """Run what a terminal runs without a loop of its own."""
    return await asyncio.to_thread(work)


async def test_a_step_is_readable(capsys: pytest.CaptureFixture[str]) -> None:
    views = await told()

    def show() -> None:
        with Replay() as replayed:
            for view in views:
                history.print_step(replayed.step(view))

    await run_aside(show)
    text = capsys.readouterr().out
    for part in ("→ acknowledged", "+ INC-1001", "severity", "role", "Rolled back to v41"):
        assert part in text
    assert "None" not in text


def test_blocks_of_a_stream_are_read_as_the_standard_says() -> None:
    lines = ["retry: 900", "id: 3", "", ": still here", "", "id: 4", "data: {}", "", "id: 5"]
    assert list(messages(lines)) == [
        Message(position=3),
        Message(position=None),
        Message(position=4, data="{}"),
    ]


class Script:
    """A Tocsin whose line breaks, and which stops."""

    def __init__(self, *parts: Any) -> None:
        self.parts = list(parts)
        self.asked: list[int] = []

    def lines(self, _path: str, _media_type: str, *, incident: str, after: int) -> Iterator[str]:
        self.asked.append(after)
        part = self.parts.pop(0)
        for line in part:
            if line is None:
                raise LineLost("The line is gone.", "")
            yield from (*line.splitlines(), "")


def test_a_line_that_breaks_is_taken_up_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "FIRST_PAUSE", 0)
    end = json.dumps({"reason": "stopping", "resume_after": "4"})
    refused = json.dumps({"reason": "The key is revoked.", "resume_after": "6"})
    script: Any = Script(
        ["id: 2", 'id: 3\ndata: {"n": 3}', None],
        ['id: 4\ndata: {"n": 4}', f"event: end\ndata: {end}"],
        ["id: 5", None],
        ['id: 6\ndata: {"n": 6}', f"event: end\ndata: {refused}"],
    )
    events = followed(script, "INC-1", 1)
    heard = [next(events)["n"] for _ in range(3)]
    with pytest.raises(Problem, match="revoked"):
        next(events)
    assert heard == [3, 4, 6]
    assert script.asked == [1, 3, 4, 5]


def test_the_past_does_not_go_on() -> None:
    with pytest.raises(Problem, match="not both"):
        history.replay("INC-1", at="1", follow=True)
