"""Hints on a postmortem's wording: for whoever wrote it, and counted when it is published."""

from typing import Any
from uuid import UUID

import pytest

from events.handle import known
from events.ids import IncidentId
from events.log.codec import codec_for
from events.postmortem.decide import AGGREGATE, postmortem_decider
from events.postmortem.events import PostmortemPublished
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_postmortems import Desk, begun, person

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

BLAMING = "It was human error: the engineer should have asked."


async def hints_of(desk: Desk, **headers: str) -> list[Any]:
    after = {"after_position": await desk.api.log.head()}
    answer = await desk.api.http.get(f"{desk.path}/hints", params=after, headers=headers)
    assert answer.status_code == 200, answer.text
    hints: list[Any] = answer.json()["hints"]
    return hints


async def test_hints_are_for_whoever_wrote_it_and_publishing_waits_for_none(api: Api) -> None:
    desk = await begun(api)
    ada, ben = [await person(api, name) for name in ("ada", "ben")]
    assert (await desk.write("summary", BLAMING, 0, **ada)).status_code == 200
    found = await hints_of(desk, **ada)
    assert [one["rule"] for one in found] == ["label", "counterfactual"]
    assert BLAMING[found[1]["start"] : found[1]["end"]] == "engineer should have"
    assert found[0]["question"].startswith("A human error is where the question starts")
    assert await hints_of(desk, **ben) == []
    after = {"Tocsin-After-Position": str(await api.log.head())}
    await desk.done("POST", "/publication", {"reason": "Nobody is left"}, **ada, **after)
    assert len(await hints_of(desk, **ben)) == 2
    stream = AGGREGATE.stream(IncidentId(UUID((await desk.shown())["incident_id"])))
    stored = await api.log.opened(await api.log.read_stream(stream))
    [*_, last] = known(codec_for(postmortem_decider.event_types), stored)
    assert isinstance(last.event, PostmortemPublished)
    counted = {one.rule: one.count for one in last.event.hints_left}
    assert counted == {"label": 1, "counterfactual": 1}


async def test_a_hint_is_waved_aside_by_whoever_wrote_the_section_and_counted_no_more(
    api: Api,
) -> None:
    desk = await begun(api)
    ada, ben = [await person(api, name) for name in ("ada", "ben")]
    assert (await desk.write("summary", BLAMING, 0, **ada)).status_code == 200
    [label, _] = await hints_of(desk, **ada)
    dismissal = f"/hints/{label['key']}/dismissal"
    assert (await desk.ask("POST", dismissal, None, **ben)).status_code == 404
    await desk.done("POST", dismissal, None, **ada)
    await desk.done("POST", dismissal, None, **ada)  # twice is once
    assert [one["rule"] for one in await hints_of(desk, **ada)] == ["counterfactual"]
    # The same phrase in the same section stays dismissed; in another section it is a new hint.
    after = {"Tocsin-After-Position": str(await api.log.head())}
    assert (await desk.write("summary", f"Again. {BLAMING}", 1, **ada, **after)).is_success
    assert (await desk.write("impact", "Human error.", 0, **ada, **after)).is_success
    found = await hints_of(desk, **ada)
    assert [(one["section"], one["rule"]) for one in found] == [
        ("summary", "counterfactual"),
        ("impact", "label"),
    ]
    stream = AGGREGATE.stream(IncidentId(UUID((await desk.shown())["incident_id"])))
    stored = [one for one in await api.log.read_stream(stream) if "hint" in one.type]
    assert len(stored) == 1
    assert b"human" not in stored[0].payload
