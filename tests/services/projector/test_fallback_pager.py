"""While Temporal is away somebody is paged all the same, once, and an answer given then counts."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from temporalio import activity

from activities.integrations.email.provider import EmailProvider
from activities.payloads import (
    DELIVER,
    DeliveryInput,
    DeliveryOutcome,
    DeliveryState,
    IntendInput,
)
from activities.recording import Recording
from events.actor import Actor
from events.configuration.notification_rules import NotificationRule, NotificationRules
from events.delivery.events import DeliveryDelayed
from events.delivery.limits import TEXT_MESSAGES
from events.ids import incident_stream, page_id_for, page_stream
from events.incident.commands import AcknowledgeIncident, ReopenIncident, ResolveIncident
from events.incident.decide import incident_decider
from events.incident.pages.rules import wanted_pages
from events.incident.phases import Phase
from events.incident.snooze.commands import SnoozeIncident
from events.loading import load
from events.log.codec import codec_for, decode_metadata
from events.log.queues.inbox import InboxState
from events.page.commands import ReachLevel, StartPage
from events.page.decide import page_decider
from events.page.overdue import Missed
from events.page.plan import PageTarget, Step
from events.page.state import INITIAL
from services.attending import Attending, Firing
from services.commanding.accepted import WaitingAnswers
from services.projector import walking
from services.projector.walking import METADATA as FALLBACK
from services.projector.walking import Walk
from services.temporal.task_queues import somebody_works
from services.worker.workers import incident_worker
from tests.answers import NoAnswers
from tests.eventually import eventually
from tests.harness import now
from tests.services.projector.conftest import (
    ANA,
    METADATA,
    POLICY,
    Night,
)

pytestmark = pytest.mark.stack

ADMIN = Actor(principal="api_key:desk", is_admin=True)


async def test_whoever_is_not_paged_for_a_minute_is_paged_without_temporal(night: Night) -> None:
    assert await night.after(55) == 0
    assert night.mailed == []
    assert await night.after(62) == 1
    assert night.mailed == ["ada"]
    assert await night.happened() == ["page.started", "page.level_reached", "delivery.sent"]
    stored = await night.relay.log.read_stream(page_stream(night.page_id))
    assert {decode_metadata(event.meta) for event in stored} == {FALLBACK}
    assert [await night.after(seconds) for seconds in (63, 120, 300)] == [0, 0, 0]
    assert night.mailed == ["ada"]


async def test_a_contact_that_has_had_enough_gets_the_next_page_in_its_turn(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmailProvider, "LIMITS", TEXT_MESSAGES)
    second = page_stream(page_id_for(await night.relay.declare(), 1))
    assert await night.after(62) == 2
    assert night.mailed == ["ada"]
    waits = ["page.started", "page.level_reached"]
    pages = (await night.happened(), await night.relay.happened(second))
    assert sorted(pages, key=len) == [waits, [*waits, "delivery.sent"]]  # no level is left for it

    owner = await asyncpg.connect(night.database.owner_dsn)
    await owner.execute("update es.contact_handover set handed_at = handed_at - interval '2 min'")
    await owner.close()
    assert await night.after(62 + 70) == 1
    assert night.mailed == ["ada", "ada"]
    pages = (await night.happened(), await night.relay.happened(second))
    assert [page[-1] for page in pages] == ["delivery.sent"] * 2


async def test_somebody_is_paged_though_every_read_model_has_stopped(night: Night) -> None:
    owner = await asyncpg.connect(night.database.owner_dsn)
    await owner.execute("drop schema read cascade")
    await owner.close()
    assert await night.after(62) == 1
    assert night.mailed == ["ada"]


async def test_a_message_whose_worker_died_is_sent_once_within_75_seconds(night: Night) -> None:
    """Every worker is dead and Temporal answers: that it answers helps nobody."""
    begun = asyncio.Event()

    class Dying:
        @activity.defn(name=DELIVER)
        async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
            begun.set()
            await asyncio.Event().wait()
            raise AssertionError(task)

    await night.relay.line.mend()
    night.works = None
    recording = Recording(night.relay.log, NoAnswers())
    async with incident_worker(night.relay.temporal, recording, Dying()):
        await night.relay.starts.relay()
        async with asyncio.timeout(20):
            await begun.wait()
        assert await somebody_works(night.relay.temporal, now)
    assert [await night.after(seconds) for seconds in (30, 55)] == [0, 0]
    assert await night.after(70) == 1
    assert night.mailed == ["ada"]
    assert [await night.after(seconds) for seconds in (75, 80, 300)] == [0, 0, 0]
    assert await night.happened() == ["page.started", "page.level_reached", "delivery.sent"]


async def test_a_message_that_a_worker_may_be_sending_is_left_to_it(night: Night) -> None:
    await night.relay.line.mend()
    async with night.relay.working():
        await eventually("a worker polls", lambda: somebody_works(night.relay.temporal, now))
        await night.relay.starts.relay()
        await night.relay.happens(page_stream(night.page_id), "delivery.sent")
    assert await night.after(70) == 0
    assert night.mailed == []


async def test_a_level_that_stays_silent_is_followed_by_the_next_and_then_by_the_end(
    night: Night,
) -> None:
    assert await night.after(62) == 1
    assert await night.after(62 + 300) == 0
    assert await night.after(62 + 300 + 61) == 1
    assert night.mailed == ["ada", "ben"]
    assert await night.after(62 + 2 * (300 + 61)) == 1
    assert (await night.happened())[-2:] == ["page.timed_out", "escalation.exhausted"]
    assert await night.after(3600) == 0


async def test_an_answer_that_waits_in_the_inbox_counts(night: Night) -> None:
    command = AcknowledgeIncident(actor=ANA, at=now())
    await night.relay.defer(night.incident_id, command)
    assert await night.after(62) == 0
    assert night.mailed == []


async def test_an_answer_before_a_reopening_is_none_to_what_it_asks_anew(night: Night) -> None:
    """All of it was accepted while Temporal is away."""
    for command in (
        AcknowledgeIncident(actor=ANA, at=now()),
        ResolveIncident(summary="Rolled back.", reason="Alone.", actor=ADMIN, at=now()),
        ReopenIncident(phase=Phase.MITIGATION, reason="It is back.", actor=ADMIN, at=now()),
    ):
        await night.relay.defer(night.incident_id, command)
    assert await night.after(62) == 1
    assert night.mailed == ["ada"]


async def test_a_reopening_that_waits_pages_for_an_incident_that_the_log_has_as_over(
    night: Night,
) -> None:
    await night.relay.store(
        incident_decider,
        incident_stream(night.incident_id),
        ResolveIncident(summary="Rolled back.", reason="Alone.", actor=ADMIN, at=now()),
    )
    again = ReopenIncident(phase=Phase.MITIGATION, reason="It is back.", actor=ADMIN, at=now())
    await night.relay.defer(night.incident_id, again)
    assert await night.after(62) == 1
    assert night.mailed == ["ada"]


async def test_an_answer_that_was_refused_in_the_end_leaves_nobody_unpaged(night: Night) -> None:
    command_id = await night.relay.defer(
        night.incident_id, AcknowledgeIncident(actor=ANA, at=now())
    )
    assert await night.after(62) == 0
    await night.relay.inbox.finish(command_id, InboxState.REFUSED, b"{}")
    assert await night.after(63) == 1
    assert night.mailed == ["ada"]


async def test_an_alert_that_joins_while_temporal_is_away_pages_whoever_stayed_silent(
    night: Night,
) -> None:
    for seconds in (62, 62 + 361, 62 + 2 * 361):
        await night.after(seconds)
    assert (await night.happened())[-1] == "escalation.exhausted"
    firing = Firing(name="DiskFull", count=1, severity=None, news=True)
    attending = Attending(night.relay.log, night.relay.inbox)
    assert await attending.see_to(night.incident_id, firing, METADATA, now())
    assert await night.after(62 + 3 * 361) == 1
    assert night.mailed == ["ada", "ben", "ada"]


async def test_an_answer_by_the_link_of_a_fallback_page_stops_it(night: Night) -> None:
    assert await night.after(62) == 1
    answer = AcknowledgeIncident(actor=ANA, at=now(), page_id=night.page_id)
    await night.relay.defer(night.incident_id, answer)
    assert await night.after(62 + 300 + 61) == 0
    assert night.mailed == ["ada"]


async def test_a_snooze_that_ends_while_temporal_is_away_pages_and_its_answer_counts(
    night: Night,
) -> None:
    until = now() + timedelta(minutes=5)
    await night.relay.store(
        incident_decider,
        incident_stream(night.incident_id),
        SnoozeIncident(until=until, actor=ANA, at=now()),
    )
    assert [await night.after(seconds) for seconds in (62, 300, 355)] == [0, 0, 0]
    assert await night.after(365) == 1
    assert night.mailed == ["ada"]
    answer = AcknowledgeIncident(
        actor=ANA, at=until + timedelta(seconds=70), page_id=page_id_for(night.incident_id, 2)
    )
    await night.relay.defer(night.incident_id, answer)
    assert await night.after(365 + 300 + 61) == 0
    assert night.mailed == ["ada"]


async def test_two_pagers_at_once_page_once(night: Night) -> None:
    await night.after(0)
    night.gone_by = timedelta(seconds=62)
    other = night.another_pager()
    taken = await asyncio.gather(night.pager.look(), other.look())
    assert sorted(taken) == [0, 1]
    incident, _ = await load(night.relay.log, incident_decider, incident_stream(night.incident_id))
    (called,) = wanted_pages(incident)
    second = Walk(night.relay.log, NoAnswers(), night.delivering, night.incident_id, now())
    assert not await second.take(Missed.START, called, incident.reference, INITIAL)
    assert night.mailed == ["ada"]


async def test_a_provider_that_refuses_sends_the_pager_to_the_next_level_at_once(
    night: Night,
) -> None:
    night.mail.rcpt = "550 no such mailbox"
    assert await night.after(62) == 1
    assert await night.happened() == [
        "page.started",
        *("page.level_reached", "delivery.failed", "page.level_unreached") * 2,
        "escalation.exhausted",
    ]


async def test_a_provider_that_hangs_keeps_the_next_level_waiting_for_one_attempt_only(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "LONG", 0.0)
    night.mail.rcpt = "451 try again later"
    assert await night.after(62) == 1
    stored = await night.relay.log.read_stream(page_stream(night.page_id))
    events = [codec_for(page_decider.event_types).decode(one).event for one in stored]
    delayed = [one for one in events if isinstance(one, DeliveryDelayed)]
    assert [(one.responder_id, one.attempts) for one in delayed] == [("ada", 1), ("ben", 1)]


async def test_while_the_provider_is_away_too_every_level_is_tried_until_it_is_back(
    night: Night,
) -> None:
    night.mail.rcpt = "451 try again later"
    assert await night.after(62) == 1
    assert await night.happened() == [
        "page.started",
        "page.level_reached",
        "delivery.delayed",
        "page.level_unreached",
        "page.level_reached",
        "delivery.delayed",
    ]
    assert await night.after(40) == 0  # the log tells the time as it is
    night.mail.rcpt = "250 OK"
    assert await night.after(62 + 70) == 1
    assert sorted(night.mailed) == ["ada", "ben"]
    assert (await night.happened())[-2:] == ["delivery.sent", "delivery.sent"]
    assert await night.after(62 + 140) == 0


async def test_messages_of_unknown_outcome_are_repeated_only_where_nobody_else_can_send_them(
    night: Night,
) -> None:
    """The workflow meant to send one, and then Temporal was gone."""
    recording, stream = Recording(night.relay.log, NoAnswers()), page_stream(night.page_id)
    incident, _ = await load(night.relay.log, incident_decider, incident_stream(night.incident_id))
    (called,) = wanted_pages(incident)
    target = PageTarget(escalation_policy_id=POLICY)
    assert called.target == target
    plan = await recording.plan(target)
    await night.relay.store(
        page_decider,
        stream,
        StartPage(
            page_id=night.page_id,
            incident_id=night.incident_id,
            reference=incident.reference,
            plan=plan,
            at=now(),
        ),
    )
    step = Step(round=1, level=1)
    intended = await recording.intend_deliveries(
        IntendInput(
            incident_id=night.incident_id,
            page_id=night.page_id,
            step=step,
            level=plan.levels[0],
            at=now(),
        )
    )
    reach = ReachLevel(step=step, deliveries=intended.deliveries, at=now())
    await night.relay.store(page_decider, stream, reach)

    night.works = True
    assert await night.after(62) == 0
    night.works = False
    assert await night.after(63) == 1
    assert night.mailed == ["ada"]
    assert "(possible repeat)" in str(night.mail.mails[0]["subject"])


async def test_temporal_goes_on_where_the_fallback_left_and_sends_nothing_twice(
    night: Night,
) -> None:
    assert await night.after(62) == 1
    sent: list[DeliveryInput] = []

    class Mailbox:
        @activity.defn(name=DELIVER)
        async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
            sent.append(task)
            return DeliveryOutcome(state=DeliveryState.SENT, attempts=1)

    relay = night.relay
    await relay.line.mend()
    recording = Recording(relay.log, WaitingAnswers(relay.inbox))
    async with incident_worker(relay.temporal, recording, Mailbox()):
        await relay.starts.relay()
        command_id = await relay.defer(night.incident_id, AcknowledgeIncident(actor=ANA, at=now()))
        await relay.settled(command_id, relay.commands)
        await relay.happens(page_stream(night.page_id), "page.acknowledged")
    assert sent == []
    assert await night.happened() == [
        "page.started",
        "page.level_reached",
        "delivery.sent",
        "page.acknowledged",
    ]
    assert await night.after(3600) == 0
    assert night.mailed == ["ada"]


async def pushed_later(night: Night) -> None:
    """Let Ada get a second e-mail four minutes after the first one."""
    twice = NotificationRule(contact_method=1, repeats=1, every=timedelta(minutes=4))
    await night.relay.responder("ada", rules=NotificationRules(high=(twice,)))


async def test_a_message_whose_time_has_not_come_is_not_missed_and_goes_out_a_minute_late(
    night: Night,
) -> None:
    await pushed_later(night)
    assert await night.after(62) == 1
    assert night.mailed == ["ada"]
    assert await night.after(62 + 235) == 0
    assert await night.after(62 + 295) == 0
    assert night.mailed == ["ada"]
    assert await night.after(62 + 302) == 1
    assert night.mailed == ["ada", "ada"]


async def test_a_waiting_message_is_left_to_whoever_works(night: Night) -> None:
    await pushed_later(night)
    assert await night.after(62) == 1
    night.works = True
    await night.after(62 + 362)
    assert night.mailed.count("ada") == 1


async def test_an_answer_during_the_outage_drops_what_waits(night: Night) -> None:
    await pushed_later(night)
    assert await night.after(62) == 1
    await night.relay.defer(night.incident_id, AcknowledgeIncident(actor=ANA, at=now()))
    assert await night.after(62 + 600) == 0
    assert night.mailed == ["ada"]
