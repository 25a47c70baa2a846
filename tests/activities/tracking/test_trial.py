"""A tracker is asked whether it works, and each fault says what to do; nothing is written there."""

import socket
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from activities.tracking import trial
from activities.tracking.trial import TrackerTrial, try_out
from events.configuration.tracker import TrackerDefined
from tests.activities.tracking.trackers import KINDS, NOW, Fake, Kind, known
from tests.fakes.jira import Jira
from tests.fakes.receiver import Behaviour, Misbehaviour, Reply, receiver

ON_GITHUB, IN_JIRA = KINDS


async def tried(
    kind: Kind,
    *script: Behaviour | None,
    fake: Fake | None = None,
    allow_private: bool = True,
    **changes: Any,
) -> TrackerTrial:
    async with receiver(*script, vendor=fake or kind.fake()) as there:
        asked: TrackerDefined = replace(known(kind.vendor, there.base), **changes)
        return await try_out(asked, NOW, allow_private=allow_private)


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.vendor)
async def test_a_tracker_that_works_is_said_to_and_has_no_issue_afterwards(kind: Kind) -> None:
    fake = kind.fake()
    assert await tried(kind, fake=fake) == TrackerTrial()
    assert not fake.issues


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.vendor)
async def test_what_is_wrong_is_named_with_what_to_do(kind: Kind) -> None:
    token = await tried(kind, token="old")
    assert (token.problem, token.advice) == ("http_401", trial.REFUSED["http_401"])
    project = await tried(kind, project="acme/nothing")
    assert (project.problem, project.advice) == ("http_404", trial.REFUSED["http_404"])
    waits = await tried(kind, Reply(status=429, headers={"retry-after": "60"}))
    assert "try again" in str(waits.advice)
    down = await tried(kind, Reply(status=503))
    assert (down.problem, "address" in str(down.advice)) == ("http_503", True)
    inside = await tried(kind, allow_private=False)
    assert inside.problem is not None
    with socket.socket() as held:  # nobody listens there
        held.bind(("127.0.0.1", 0))
        nowhere = known(kind.vendor, f"http://127.0.0.1:{held.getsockname()[1]}")
        away = await try_out(nowhere, NOW, allow_private=True)
    assert "No connection" in str(away.advice)


async def test_a_type_that_jira_does_not_let_us_create_is_named() -> None:
    assert (await tried(IN_JIRA, fake=Jira(types=("Epic",)))).problem == "no_issue_type"
    assert (await tried(IN_JIRA, issue_type="Bug")).problem == "no_issue_type"
    assert (await tried(IN_JIRA, issue_type="Epic")).problem is None


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.vendor)
async def test_one_that_is_silent_is_not_waited_for(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(seconds=5) >= trial.DEADLINE
    monkeypatch.setattr(trial, "DEADLINE", timedelta(milliseconds=200))
    assert (await tried(kind, Misbehaviour.HANG)).problem in {"timeout", "connect_timeout"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.vendor)
async def test_what_answers_otherwise_than_a_tracker_does_not_work(kind: Kind) -> None:
    page = Reply(body=b"<html>Sign in</html>")
    assert (await tried(kind, page)).problem is not None
