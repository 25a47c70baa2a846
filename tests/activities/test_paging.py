"""Sending a page, from the log to the provider and back to Temporal."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from structlog.testing import capture_logs
from temporalio.exceptions import ApplicationErrorCategory
from temporalio.testing import ActivityEnvironment

from activities.delivery.faults import (
    DeliveryDeferred,
    DeliveryRefused,
    OutcomeUnknown,
    ProviderUnreachable,
)
from activities.delivery.message import Message
from activities.page.ack_links import AckLinks
from activities.payloads import DeliveryOutcome, DeliveryState
from activities.waiting_answers import Carry
from events.configuration.responder import ContactMethod
from events.delivery.events import DeliverySent
from events.errors import LogUnavailable
from events.ids import (
    DeliveryId,
    IncidentId,
    SubjectId,
    incident_stream,
    page_stream,
    responder_stream,
    subject_stream,
)
from events.incident.decide import incident_decider
from events.incident.events import IncidentResolved
from events.incident.privacy.events import IncidentMemberRemoved, IncidentPrivacyChanged
from events.log.memory import MemoryLog
from events.log.recorded import RecordedEvent
from events.page.events import (
    PageStopped,
)
from events.subject.events import SubjectForgotten
from events.values.personal import ERASED
from tests.activities.attempts import (
    ACKNOWLEDGED,
    ADDRESS,
    ANNA,
    DECLARED,
    DELIVERY,
    INCIDENT,
    INCIDENT_ACKNOWLEDGED,
    KEY,
    NOON,
    ORDER,
    PAGE,
    REACHED,
    STARTED,
    FakeProvider,
    attempts,
    delivering_with,
    failed,
    record,
    registered,
)

RESOLVED = IncidentResolved(
    incident_id=INCIDENT, summary="Fixed.", resolved_by="anna", resolved_at=NOON
)


@pytest.fixture
async def log() -> MemoryLog:
    """A declared incident whose page is about to reach Anna."""
    log = MemoryLog()
    method = ContactMethod(channel="email", address=ADDRESS)
    await record(log, responder_stream(ANNA), registered(method))
    await record(log, incident_stream(INCIDENT), DECLARED)
    await record(log, page_stream(PAGE), STARTED, REACHED)
    return log


async def test_a_wanted_page_is_sent_with_what_the_log_knows(log: MemoryLog) -> None:
    run, provider = attempts(log)
    outcome = await run.next()
    assert outcome == DeliveryOutcome(state=DeliveryState.SENT, attempts=1, provider_id="4F0A1B")
    (message,) = provider.messages
    assert message.headline == "SEV1 INC-1042: Checkout is down"
    assert message.facts["incident"]["summary"] == "Payments fail."
    assert message.facts["responder"]["name"] == "Anna Ek"
    assert message.facts["next_step"].endswith("paging starts again at level 1.")
    link = AckLinks(KEY).read(message.actions[0].url.removeprefix("https://tocsin.test/ack/"), NOON)
    assert (link.page_id, link.delivery_id, link.responder_id) == (PAGE, DELIVERY, ANNA)
    assert link.expires_at == NOON + timedelta(hours=24)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (ACKNOWLEDGED, "page_acknowledged"),
        (
            PageStopped(page_id=PAGE, incident_id=INCIDENT, reason="resolved", stopped_at=NOON),
            "page_stopped",
        ),
        (
            DeliverySent(
                kind="page",
                about=str(PAGE),
                incident_id=INCIDENT,
                delivery_id=DELIVERY,
                responder_id=ANNA,
                channel="email",
                attempts=1,
                provider_id=None,
                sent_at=NOON,
            ),
            "already_settled",
        ),
    ],
)
async def test_a_page_that_is_over_or_settled_is_not_sent(
    log: MemoryLog, event: object, reason: str
) -> None:
    await record(log, page_stream(PAGE), event)
    run, provider = attempts(log)
    outcome = await run.next()
    assert outcome == DeliveryOutcome(state=DeliveryState.SUPPRESSED, attempts=1, reason=reason)
    assert not provider.messages


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (INCIDENT_ACKNOWLEDGED, "incident_acknowledged"),
        (RESOLVED, "incident_over"),
    ],
)
async def test_what_the_incident_knows_counts_before_its_page_has_heard_of_it(
    log: MemoryLog, event: object, reason: str
) -> None:
    await record(log, incident_stream(INCIDENT), event)
    run, provider = attempts(log)
    outcome = await run.next()
    assert isinstance(outcome, DeliveryOutcome)
    assert outcome.reason == reason
    assert not provider.messages


async def test_an_answer_that_reaches_the_incident_while_the_log_is_read_is_not_missed(
    log: MemoryLog,
) -> None:
    """Its way from the inbox into the log ends between the looks at both."""

    class Moving:
        async def waiting(self, incident_id: IncidentId) -> Carry | None:
            await record(log, incident_stream(incident_id), INCIDENT_ACKNOWLEDGED)
            return None

    run, provider = attempts(log, answers=Moving())
    outcome = await run.next()
    assert isinstance(outcome, DeliveryOutcome)
    assert outcome.reason == "incident_acknowledged"
    assert not provider.messages


async def test_an_answer_that_waits_holds_the_page_back(log: MemoryLog) -> None:
    class Waiting:
        async def waiting(self, incident_id: IncidentId) -> Carry | None:
            return lambda incident: incident_decider.evolve(incident, RESOLVED)

    run, provider = attempts(log, answers=Waiting())
    fault = failed(await run.next())
    assert fault.type == "AnswerWaits"
    assert not fault.non_retryable
    assert not provider.messages


async def test_who_was_removed_from_a_private_incident_is_not_paged_for_it(log: MemoryLog) -> None:
    private = IncidentPrivacyChanged(
        incident_id=INCIDENT,
        private=True,
        members=(ANNA,),
        reason="Breach.",
        changed_by="ops",
        changed_at=NOON,
    )
    removed = IncidentMemberRemoved(
        incident_id=INCIDENT, responder_id=ANNA, removed_by="ops", removed_at=NOON
    )
    await record(log, incident_stream(INCIDENT), private, removed)
    run, provider = attempts(log)
    outcome = await run.next()
    assert isinstance(outcome, DeliveryOutcome)
    assert outcome.reason == "responder_removed"
    assert not provider.messages


async def test_an_incident_that_was_acknowledged_before_this_page_began_is_paged_again() -> None:
    log = MemoryLog()
    method = ContactMethod(channel="email", address=ADDRESS)
    await record(log, responder_stream(ANNA), registered(method))
    await record(log, incident_stream(INCIDENT), DECLARED, INCIDENT_ACKNOWLEDGED)
    await record(log, page_stream(PAGE), STARTED, REACHED)
    run, provider = attempts(log)
    await run.next()
    assert len(provider.messages) == 1


async def test_an_answer_that_comes_while_the_page_is_being_prepared_stops_it() -> None:
    class AnsweredMeanwhile(MemoryLog):
        async def read_stream(self, stream: str, after_version: int = 0) -> list[RecordedEvent]:
            found = await super().read_stream(stream, after_version)
            if stream == incident_stream(INCIDENT):
                await record(self, page_stream(PAGE), ACKNOWLEDGED)
            return list(found)

    log = AnsweredMeanwhile()
    method = ContactMethod(channel="email", address=ADDRESS)
    await record(log, responder_stream(ANNA), registered(method))
    await record(log, incident_stream(INCIDENT), DECLARED)
    await record(log, page_stream(PAGE), STARTED, REACHED)
    run, provider = attempts(log)
    outcome = await run.next()
    assert isinstance(outcome, DeliveryOutcome)
    assert outcome.reason == "page_acknowledged"
    assert not provider.messages


async def test_a_delivery_nobody_intended_is_not_sent(log: MemoryLog) -> None:
    run, _ = attempts(log)
    outcome = await run.next(ORDER.model_copy(update={"delivery_id": DeliveryId(uuid4())}))
    assert isinstance(outcome, DeliveryOutcome)
    assert outcome.reason == "never_intended"


async def test_a_contact_method_that_became_another_channel_is_refused(log: MemoryLog) -> None:
    method = ContactMethod(channel="push", address="https://ntfy.example/anna")
    await record(log, responder_stream(ANNA), registered(method))
    run, _ = attempts(log)
    error = failed(await run.next())
    assert (error.type, error.non_retryable) == ("DeliveryRefused", True)
    assert error.details == (1, "contact_method_gone")


async def test_a_person_who_was_forgotten_is_not_paged(log: MemoryLog) -> None:
    method = ContactMethod(channel="email", address=ERASED)
    await record(log, responder_stream(ANNA), registered(method))
    run, provider = attempts(log)
    error = failed(await run.next())
    assert (error.type, error.non_retryable) == ("DeliveryRefused", True)
    assert error.details == (1, "responder_forgotten")
    assert not provider.messages


async def test_whose_key_is_still_remembered_is_not_paged_once_the_log_says_forgotten(
    log: MemoryLog,
) -> None:
    forgotten = SubjectForgotten(
        subject_id=SubjectId(ANNA), reason="They left.", forgotten_by="ops", forgotten_at=NOON
    )
    await record(log, subject_stream(SubjectId(ANNA)), forgotten)
    run, provider = attempts(log)
    assert failed(await run.next()).details == (1, "responder_forgotten")
    assert not provider.messages


async def test_after_an_unknown_outcome_the_page_is_sent_once_more_and_marked(
    log: MemoryLog,
) -> None:
    run, provider = attempts(log, OutcomeUnknown("timeout"), OutcomeUnknown("timeout"))
    first, second = failed(await run.next()), failed(await run.next())
    assert [one.possible_repeat for one in provider.messages] == [False, True]
    assert [one.type for one in (first, second)] == ["OutcomeUnknown"] * 2
    assert [one.non_retryable for one in (first, second)] == [False, True]


async def test_a_provider_that_answers_with_errors_is_tried_again_and_again(
    log: MemoryLog,
) -> None:
    run, provider = attempts(log, *(OutcomeUnknown("http_500", answered=True) for _ in range(5)))
    errors = [failed(await run.next()) for _ in range(5)]
    assert not any(error.non_retryable for error in errors)
    assert isinstance(await run.next(), DeliveryOutcome)
    assert [one.possible_repeat for one in provider.messages] == [False] + [True] * 5


async def test_attempts_that_certainly_sent_nothing_leave_the_page_unmarked(
    log: MemoryLog,
) -> None:
    run, provider = attempts(
        log, ProviderUnreachable("connect_failed"), DeliveryDeferred("http_429")
    )
    await run.next()
    await run.next()
    outcome = await run.next()
    assert outcome == DeliveryOutcome(state=DeliveryState.SENT, attempts=3, provider_id="4F0A1B")
    assert not any(one.possible_repeat for one in provider.messages)


async def test_a_worker_that_died_in_between_makes_the_next_page_a_possible_repeat(
    log: MemoryLog,
) -> None:
    run, provider = attempts(log, ProviderUnreachable("connect_failed"))
    await run.next()
    run.vanish()
    await run.next()
    assert [one.possible_repeat for one in provider.messages] == [False, True]


async def test_an_unknown_outcome_is_not_forgotten_when_the_next_attempt_sends_nothing(
    log: MemoryLog,
) -> None:
    run, provider = attempts(log, OutcomeUnknown("timeout"), ProviderUnreachable("connect_failed"))
    for _ in range(3):
        await run.next()
    assert [one.possible_repeat for one in provider.messages] == [False, True, True]


async def test_a_page_from_an_earlier_life_of_its_workflow_is_marked_at_once(
    log: MemoryLog,
) -> None:
    run, provider = attempts(log)
    await run.next(ORDER.model_copy(update={"possible_repeat": True}))
    assert provider.messages[0].possible_repeat


@pytest.mark.parametrize(("asked", "delay"), [(5, 5), (0, 1), (3600, 60), (None, None)])
async def test_a_deferral_waits_as_long_as_asked_but_never_long(
    log: MemoryLog, asked: int | None, delay: int | None
) -> None:
    wait = None if asked is None else timedelta(seconds=asked)
    run, _ = attempts(log, DeliveryDeferred("http_429", retry_after=wait))
    error = failed(await run.next())
    assert error.type == "DeliveryDeferred"
    assert not error.non_retryable
    assert error.category is ApplicationErrorCategory.BENIGN
    assert error.next_retry_delay == (None if delay is None else timedelta(seconds=delay))


async def test_a_refusal_is_final(log: MemoryLog) -> None:
    run, _ = attempts(log, DeliveryRefused("smtp_550"))
    error = failed(await run.next())
    assert (error.type, error.non_retryable, error.details) == (
        "DeliveryRefused",
        True,
        (1, "smtp_550"),
    )


async def test_a_bug_in_a_channel_tells_temporal_nothing_private(log: MemoryLog) -> None:
    run, _ = attempts(log, RuntimeError(f"cannot reach {ADDRESS}"))
    with capture_logs():
        error = failed(await run.next())
    assert (error.type, error.details) == ("OutcomeUnknown", (1, "internal"))
    assert ADDRESS not in f"{error}{error.details}{error.__cause__}"


async def test_a_log_that_cannot_be_read_is_tried_again_and_certainly_sent_nothing() -> None:
    class Unavailable(MemoryLog):
        async def read_stream(self, stream: str, after_version: int = 0) -> list[RecordedEvent]:
            raise LogUnavailable("postgresql://tocsin_app:hunter22@db")

    run, _ = attempts(Unavailable())
    error = failed(await run.next())
    assert (error.type, error.non_retryable) == ("LogUnavailable", False)
    assert "hunter22" not in str(error)
    assert run.heartbeat == [1]


async def test_each_attempt_leaves_one_line_with_its_ids_and_without_the_address(
    log: MemoryLog,
) -> None:
    run, _ = attempts(log, ProviderUnreachable("connect_failed"))
    with capture_logs() as lines:
        await run.next()
        await run.next()
    assert [line["event"] for line in lines] == ["page_send_failed", "page_sent"]
    assert lines[0]["fault"] == "ProviderUnreachable"
    assert lines[0]["seconds"] >= 0
    assert ADDRESS not in str(lines)


async def test_a_cancelled_send_stays_cancelled(log: MemoryLog) -> None:
    class Hanging(FakeProvider):
        async def send(self, message: Message, to: ContactMethod) -> str | None:
            await asyncio.sleep(60)
            return None

    delivering = delivering_with(log, Hanging())
    sending = asyncio.create_task(ActivityEnvironment().run(delivering.deliver, ORDER))
    await asyncio.sleep(0.05)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
