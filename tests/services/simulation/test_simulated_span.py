"""A simulated span is what the rules let happen, and nothing of it is left to be done."""

from collections import Counter
from collections.abc import Sequence

from events.alert.decide import alert_decider
from events.configuration.responder import responder_decider
from events.configuration.sandbox import SandboxOpened
from events.handle import known
from events.ids import schedule_stream
from events.incident.decide import incident_decider
from events.incident.pages.rules import wanted_pages
from events.incident.privacy.events import IncidentPrivacyChanged
from events.incident.status_updates.events import StatusUpdatePublished
from events.loading import load
from events.log.codec import codec_for
from events.log.proof.chain import ChainCheck
from events.log.recorded import Recorded
from events.on_call.who import on_call
from events.page.decide import page_decider
from events.page.events import PageLevelReached
from events.postmortem.decide import AGGREGATE as POSTMORTEM
from events.registry import ALL_EVENTS
from events.schedule.decide import schedule_decider
from services.simulation.clockwork.world import World
from services.simulation.year import simulated
from tests.services.simulation.spans import span

CODEC = codec_for(ALL_EVENTS)


async def everything(world: World) -> Sequence[Recorded[object]]:
    return known(CODEC, await world.log.read_all(0, await world.log.head()))


def streams_of(events: Sequence[Recorded[object]], noun: str) -> set[str]:
    return {one.stream for one in events if one.stream.startswith(f"{noun}-")}


async def test_the_first_event_says_that_everything_is_made_up(world: World) -> None:
    first = (await everything(world))[0].event
    assert isinstance(first, SandboxOpened)
    assert first.seed == world.draws.seed


async def test_no_incident_is_open_and_no_page_wanted_at_the_end(world: World) -> None:
    for stream in streams_of(await everything(world), "incident"):
        incident, _ = await load(world.log, incident_decider, stream)
        assert incident.ended
        assert not [page for page in wanted_pages(incident) if page.wanted]


async def test_every_page_is_over_and_every_message_has_an_outcome(world: World) -> None:
    for stream in streams_of(await everything(world), "page"):
        page, _ = await load(world.log, page_decider, stream)
        assert page.over
        assert not page.ledger.pending


async def test_nobody_has_an_address_any_more_so_a_running_sandbox_sends_nothing(
    world: World,
) -> None:
    for stream in streams_of(await everything(world), "responder"):
        responder, _ = await load(world.log, responder_decider, stream)
        assert responder is not None
        assert responder.contact_methods == ()


async def test_no_alert_fires_at_the_end(world: World) -> None:
    for stream in streams_of(await everything(world), "alert"):
        alert, _ = await load(world.log, alert_decider, stream)
        assert not alert.is_open


async def test_whoever_is_paged_by_a_schedule_is_on_call_in_it_at_that_moment(world: World) -> None:
    events, paged = await everything(world), 0
    rotas = {}
    for stream in streams_of(events, "schedule"):
        schedule, _ = await load(world.log, schedule_decider, stream)
        rotas[stream] = schedule.rota
    for one in events:
        if not isinstance(one.event, PageLevelReached):
            continue
        for person in one.event.people:
            if person.target.schedule_id is not None:
                rota = rotas[schedule_stream(person.target.schedule_id)]
                assert person.responder_id in on_call(rota, one.event.reached_at).responder_ids
                paged += 1
    assert paged > 10


async def test_the_log_verifies_and_its_clock_is_the_simulations(world: World) -> None:
    stored = await world.log.read_all(0, await world.log.head())
    assert list(ChainCheck().faults(stored)) == []
    assert stored[0].recorded_at.year == world.ends.year
    assert all(one.recorded_at <= world.now for one in stored)


async def test_incidents_of_every_life_are_there(world: World) -> None:
    kinds = Counter(type(one.event).__name__ for one in await everything(world))
    for wanted in (
        "IncidentDeclined",
        "IncidentReopened",
        "IncidentClosed",
        "StatusUpdatePublished",
        "WorkItemCompleted",
        "MitigationActionEnded",
        "ActionItemOpened",
        "RoleAssigned",
    ):
        assert kinds[wanted], wanted


async def test_what_seldom_happens_to_an_incident_is_there_as_well(world: World) -> None:
    other = await simulated(span(seed=10, days=60))
    logs = [await one.log.read_all(0, await one.log.head()) for one in (world, other)]
    kinds = {one.type for stored in logs for one in stored}
    assert kinds >= {
        *("incident.merged", "duplicate.absorbed", "child.linked", "parent.linked"),
        *("incident.privacy_changed", "incident.member_added"),
        *("incident.snoozed", "incident.snooze_ended", "role.offered", "role.handed_over"),
        *("meeting.scheduled", "meeting.moved", "meeting.attended", "meeting.ended"),
        *("routing_rules.defined", "alert.held", "alert.passed", "responder.hours_defined"),
    }


async def test_a_corrected_update_stands_in_for_the_one_before_it(world: World) -> None:
    updates = [one.event for one in await everything(world)]
    [corrected, *_] = [
        one for one in updates if isinstance(one, StatusUpdatePublished) and one.corrects
    ]
    assert corrected.corrects == corrected.number - 1


async def test_whoever_writes_about_a_private_incident_is_a_member_of_it(world: World) -> None:
    private = [
        one for one in await everything(world) if isinstance(one.event, IncidentPrivacyChanged)
    ]
    assert private
    for one in private:
        incident, _ = await load(world.log, incident_decider, one.stream)
        postmortem = await world.state(POSTMORTEM, incident.incident_id)
        members = incident.privacy.members
        approved = {one.by.removeprefix("responder:") for one in postmortem.approvals}
        assert approved <= members
        assert incident.responders <= members
