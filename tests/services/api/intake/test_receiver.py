"""Reports come again, at once, out of order and half-way; the log tells one story."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from itertools import permutations

import pytest

from events.actor import Actor
from events.errors import LogUnavailable
from events.ids import IncidentId
from events.incident.commands import ResolveIncident
from events.incident.events import IncidentClosed, IncidentDeclined, IncidentResolved
from events.incident.relations.events import IncidentMerged
from events.log.memory import MemoryLog
from events.log.queues.memory_inbox import MemoryInbox
from events.log.recorded import Append, AppendResult
from events.values.severity import Severity
from services.request_refusals import FiringInDoubt
from tests.services.api.intake.monitor import (
    STARTED,
    FailingLog,
    body_of,
    captured,
    incident_lives,
    keep,
    one_alert,
    send,
    story_of,
)


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


def ended(incident_id: IncidentId, how: str) -> object:
    """Return how people end an incident."""
    match how:
        case "resolved":
            return IncidentResolved(
                incident_id=incident_id, summary="", resolved_by="ada", resolved_at=STARTED
            )
        case "closed":
            return IncidentClosed(incident_id=incident_id, closed_by="ada", closed_at=STARTED)
        case _:
            return IncidentDeclined(
                incident_id=incident_id, reason="", declined_by="ada", declined_at=STARTED
            )


async def test_the_captured_bodies_are_one_incident_with_two_alerts_that_end(
    log: MemoryLog,
) -> None:
    first, second, third = [await send(log, captured(number)) for number in (1, 2, 3)]
    assert first.placed is not None
    assert (first.placed.opened, second.placed, third.placed) == (True, None, None)
    assert (await story_of(log)).types == [
        "alert_group.opened",
        "incident.declared",
        "alert.triggered",
        "alert.triggered",
        "alert.resolved",
        "alert.resolved",
    ]
    assert [one.alert.is_open for one in second.alerts] == [False, True]


async def test_the_incident_says_what_fires_and_asks_for_its_workflow(log: MemoryLog) -> None:
    await send(log, captured(1))
    (declared,) = (await story_of(log)).incidents
    assert (declared.title, declared.severity) == ("5xx above 5%", None)
    assert "Alerts firing: 2." in declared.summary
    assert "instance=pod-2" in declared.summary
    assert declared.declared_by == "integration:prometheus"
    (entry,) = log.outbox
    assert (entry.kind, entry.key) == ("start_incident_workflow", str(declared.incident_id))


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_webhook_that_comes_again_changes_nothing(log: MemoryLog, number: int) -> None:
    for before in range(1, number + 1):
        await send(log, captured(before))
    told = (await story_of(log)).types
    repeated = await send(log, captured(number))
    assert repeated.placed is None
    assert (await story_of(log)).types == told
    assert repeated.position == len(told)


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
async def test_in_any_order_there_is_one_incident_and_no_alert_opens_twice(
    log: MemoryLog, order: tuple[int, ...]
) -> None:
    for number in order:
        with suppress(FiringInDoubt):  # it is asked for again, a minute later
            await send(log, captured(number))
    story = await story_of(log)
    assert len(story.incidents) == 1
    assert all(len(incidents) == 1 for incidents in story.open_alerts.values())


async def test_a_late_retry_of_the_first_webhook_does_not_open_what_has_ended(
    log: MemoryLog,
) -> None:
    for number in (1, 2, 3):
        await send(log, captured(number))
    with pytest.raises(FiringInDoubt) as refusal:
        await send(log, captured(1))
    assert refusal.value.facts["retry_after"] == 60
    story = await story_of(log)
    assert (len(story.incidents), story.open_alerts) == (1, {})


async def test_twenty_equal_webhooks_at_once_are_one_incident(log: MemoryLog) -> None:
    received = await asyncio.gather(*(send(log, captured(1)) for _ in range(20)))
    story = await story_of(log)
    assert len(story.incidents) == 1
    assert [len(incidents) for incidents in story.open_alerts.values()] == [1, 1]
    assert len({one.placed.incident_id for one in received if one.placed}) == 1
    assert sum(one.placed.opened for one in received if one.placed) == 1
    assert len(log.outbox) == 1


async def test_an_alert_that_comes_later_joins_the_groups_incident(log: MemoryLog) -> None:
    first = await send(log, body_of(one_alert("a")))
    later = await send(log, body_of(one_alert("a"), one_alert("b", after=60)))
    assert first.placed is not None
    assert later.placed is not None
    assert (later.placed.incident_id, later.placed.opened) == (first.placed.incident_id, False)
    assert later.placed.reference == first.placed.reference


async def test_a_group_that_fires_again_while_its_incident_is_worked_on_joins_it(
    log: MemoryLog,
) -> None:
    await send(log, body_of(one_alert("a")))
    await send(log, body_of(one_alert("a", "resolved")))
    again = await send(log, body_of(one_alert("a", after=300)))
    assert again.placed is not None
    assert not again.placed.opened


@pytest.mark.parametrize("ending", ["resolved", "closed", "declined"])
async def test_a_group_that_fires_again_after_its_incident_is_a_new_incident(
    log: MemoryLog, ending: str
) -> None:
    first = await send(log, body_of(one_alert("a")))
    assert first.placed is not None
    incident_id = first.placed.incident_id
    await send(log, body_of(one_alert("a", "resolved")))
    await incident_lives(log, incident_id, ended(incident_id, ending))
    again = await send(log, body_of(one_alert("a", after=300)))
    assert again.placed is not None
    assert again.placed.opened
    assert again.placed.incident_id != incident_id
    assert again.placed.reference != first.placed.reference


async def test_an_alert_that_fires_on_after_people_have_ended_its_incident_opens_one_more(
    log: MemoryLog,
) -> None:
    first = await send(log, body_of(one_alert("a")))
    assert first.placed is not None
    resolved = IncidentResolved(
        incident_id=first.placed.incident_id, summary="", resolved_by="ada", resolved_at=STARTED
    )
    await incident_lives(log, first.placed.incident_id, resolved)
    with pytest.raises(FiringInDoubt) as refusal:  # the monitor may take a while to agree
        await send(log, body_of(one_alert("a")), STARTED + timedelta(minutes=2))
    assert refusal.value.facts["retry_after"] == 180
    again = await send(log, body_of(one_alert("a")), STARTED + timedelta(minutes=5))
    assert again.placed is not None
    assert again.placed.opened
    assert again.alerts[0].alert.incident_id == again.placed.incident_id
    repeat = await send(log, body_of(one_alert("a")), STARTED + timedelta(minutes=9))
    assert repeat.placed is None
    assert len((await story_of(log)).incidents) == 2


@pytest.mark.parametrize("ending", ["resolved", "closed", "declined"])
async def test_an_alert_whose_end_was_never_told_is_not_swallowed_when_it_fires_again(
    log: MemoryLog, ending: str
) -> None:
    first = await send(log, body_of(one_alert("a")))
    assert first.placed is not None
    await incident_lives(log, first.placed.incident_id, ended(first.placed.incident_id, ending))
    again = await send(log, body_of(one_alert("a", after=90)), STARTED + timedelta(seconds=91))
    assert again.placed is not None
    assert again.placed.opened
    assert (await story_of(log)).types[-2:] == ["alert.resolved", "alert.triggered"]
    assert again.alerts[0].alert.incident_id == again.placed.incident_id


async def test_an_alert_of_an_ended_incident_goes_on_at_once_where_its_group_has_another(
    log: MemoryLog,
) -> None:
    first = await send(log, body_of(one_alert("a")))
    assert first.placed is not None
    await incident_lives(log, first.placed.incident_id, ended(first.placed.incident_id, "resolved"))
    second = await send(log, body_of(one_alert("a"), one_alert("b", after=60)))
    assert second.placed is not None
    assert {one.alert.incident_id for one in second.alerts} == {second.placed.incident_id}
    assert (await story_of(log)).types.count("alert.moved") == 1


async def test_an_alert_that_fires_again_a_moment_after_its_end_is_asked_for_again(
    log: MemoryLog,
) -> None:
    await send(log, body_of(one_alert("a")))
    await send(log, body_of(one_alert("a", "resolved")), STARTED + timedelta(minutes=1))
    with pytest.raises(FiringInDoubt):
        await send(log, body_of(one_alert("a")), STARTED + timedelta(seconds=70))
    again = await send(log, body_of(one_alert("a")), STARTED + timedelta(minutes=2))
    assert again.alerts[0].alert.is_open


async def test_what_is_certain_is_stored_though_an_alert_of_the_report_is_in_doubt(
    log: MemoryLog,
) -> None:
    await send(log, body_of(one_alert("a")))
    await send(log, body_of(one_alert("a", "resolved")))
    with pytest.raises(FiringInDoubt):
        await send(log, body_of(one_alert("a"), one_alert("b")))
    assert len((await story_of(log)).open_alerts) == 1


async def test_an_end_by_a_clock_that_is_behind_ends_the_occurrence_it_names(
    log: MemoryLog,
) -> None:
    ahead = one_alert("a", after=3600)
    await send(log, body_of(ahead))
    behind = ahead | {"status": "resolved", "endsAt": STARTED.isoformat()}
    await send(log, body_of(behind))
    assert (await story_of(log)).open_alerts == {}


async def test_an_alert_finds_its_incident_resolved_though_that_waits_for_temporal(
    log: MemoryLog,
) -> None:
    inbox = MemoryInbox()
    first = await send(log, body_of(one_alert("a")), inbox=inbox)
    assert first.placed is not None
    commander = Actor(principal="api_key:root", is_admin=True)
    resolve = ResolveIncident(summary="Fixed.", reason="Now.", actor=commander, at=STARTED)
    await keep(inbox, first.placed.incident_id, resolve)
    again = await send(log, body_of(one_alert("b", after=60)), inbox=inbox)
    assert again.placed is not None
    assert again.placed.opened


async def test_two_groups_that_share_an_alert_have_it_open_once(log: MemoryLog) -> None:
    first = await send(log, body_of(one_alert("shared"), group="by-name"))
    other = await send(log, body_of(one_alert("shared"), group="by-instance"))
    assert first.placed is not None
    assert other.placed is None
    assert other.alerts[0].alert.incident_id == first.placed.incident_id
    assert len((await story_of(log)).incidents) == 1


async def test_two_groups_that_share_an_alert_at_once_have_it_open_once(log: MemoryLog) -> None:
    bodies = [body_of(one_alert("shared"), group=f"group-{number}") for number in range(5)]
    await asyncio.gather(*(send(log, body) for body in bodies))
    assert [len(held) for held in (await story_of(log)).open_alerts.values()] == [1]


@pytest.mark.parametrize("stored", [False, True], ids=["before storing", "after storing"])
@pytest.mark.parametrize("step", range(1, 5))
async def test_a_webhook_cut_off_at_any_step_is_completed_by_its_retry(
    step: int, *, stored: bool
) -> None:
    calm, broken = MemoryLog(), MemoryLog()
    await send(calm, captured(1))
    with pytest.raises(LogUnavailable):
        await send(FailingLog(broken, step, stored=stored), captured(1))
    await send(broken, captured(1))
    told, expected = await story_of(broken), await story_of(calm)
    assert sorted(told.types) == sorted(expected.types)
    assert told.open_alerts == expected.open_alerts
    assert broken.outbox == calm.outbox


async def test_a_resolution_cut_off_is_completed_by_its_retry(log: MemoryLog) -> None:
    await send(log, captured(1))
    with pytest.raises(LogUnavailable):
        await send(FailingLog(log, 1, stored=True), captured(2))
    await send(log, captured(2))
    assert (await story_of(log)).types.count("alert.resolved") == 1


async def test_a_storm_of_alerts_is_one_incident(log: MemoryLog) -> None:
    received = await send(log, body_of(*(one_alert(str(number)) for number in range(500))))
    story = await story_of(log)
    assert len(received.alerts) == 500
    assert (len(story.incidents), len(story.open_alerts)) == (1, 500)


async def test_a_truncated_group_says_in_the_incident_how_much_is_missing(log: MemoryLog) -> None:
    await send(log, body_of(one_alert("a"), truncatedAlerts=17))
    (declared,) = (await story_of(log)).incidents
    assert "left 17 more out" in declared.summary


async def test_a_severity_in_our_words_is_taken_and_any_other_left_to_triage(
    log: MemoryLog,
) -> None:
    await send(log, body_of(one_alert("a"), group="1", commonLabels={"severity": "sev2"}))
    await send(log, body_of(one_alert("b"), group="2", commonLabels={"severity": "critical"}))
    told = [incident.severity for incident in (await story_of(log)).incidents]
    assert told == [Severity.SEV2, None]


async def test_a_resolution_of_something_unknown_changes_nothing(log: MemoryLog) -> None:
    received = await send(log, body_of(one_alert("a", "resolved")))
    assert (received.placed, (await story_of(log)).types) == (None, [])


async def test_a_resolution_that_overtakes_its_alert_leaves_it_open_rather_than_unseen(
    log: MemoryLog,
) -> None:
    await send(log, body_of(one_alert("a", "resolved")))
    await send(log, body_of(one_alert("a")))
    assert len((await story_of(log)).open_alerts) == 1
    await send(log, body_of(one_alert("a", "resolved")))
    assert (await story_of(log)).open_alerts == {}


async def test_a_group_whose_incident_was_merged_fires_into_the_one_that_goes_on(
    log: MemoryLog,
) -> None:
    first = await send(log, body_of(one_alert("a")))
    other = await send(log, body_of(one_alert("b"), group="other"))
    assert first.placed is not None
    assert other.placed is not None
    merged = IncidentMerged(
        incident_id=first.placed.incident_id,
        into_incident_id=other.placed.incident_id,
        into_reference=other.placed.reference,
        reason="The same",
        merged_by="responder:ada",
        merged_at=STARTED,
    )
    await incident_lives(log, first.placed.incident_id, merged)
    again = await send(log, body_of(one_alert("c", after=60)))
    assert again.placed is not None
    assert (again.placed.incident_id, again.placed.opened) == (other.placed.incident_id, False)


class EndingLog(MemoryLog):
    """A log in which people resolve an incident just before the next alert is stored."""

    ends: IncidentId | None = None

    async def append(self, request: Append) -> AppendResult:
        incident_id = self.ends
        if incident_id is not None and request.stream.startswith("alert-"):
            self.ends = None
            await incident_lives(self, incident_id, ended(incident_id, "resolved"))
        return await super().append(request)


async def test_an_alert_whose_incident_ends_while_it_joins_opens_one_more() -> None:
    log = EndingLog()
    first = await send(log, body_of(one_alert("a")))
    assert first.placed is not None
    log.ends = first.placed.incident_id
    joined = await send(log, body_of(one_alert("b")))
    assert joined.placed is not None
    assert joined.placed.opened
    assert joined.alerts[0].alert.incident_id == joined.placed.incident_id
    assert joined.placed.incident_id != first.placed.incident_id
