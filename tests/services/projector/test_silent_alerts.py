"""An alert whose sender stopped repeating it ends when its declared end has passed, once."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import asyncpg
import pytest

from events.alert.decide import alert_decider
from events.alert.events import AlertEnding, AlertResolved
from events.alert.state import Alert
from events.configuration.integration import IntegrationCreated
from events.ids import AlertId, alert_id_for, alert_stream, integration_stream, service_stream
from events.loading import load
from events.log.intake.alert_news import heard_of, held, intake_seen
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from events.log.recorded import Metadata
from events.service.alert_handling import AlertHandling
from events.service.events import ServiceAlertHandlingChanged, ServiceDefined
from projections.incidents.alerts import AlertFilter, list_alerts
from projections.incidents.board_list import find_incident
from projections.incidents.timeline import read_timeline
from services.api.intake.sources.monitors.prometheus import posted_signal
from services.attending import Attending
from services.intake.alerts.storing import take_parts
from services.intake.arrival import Intake
from services.intake.batch.signal import Batch
from services.intake.batch.spool import packed
from services.projector.alerts.silent_alerts import SilentAlerts
from tests.projections.stories import catch_up, tell
from tests.servers import Database
from tests.services.api.intake.monitor import SENDER, story_of

pytestmark = pytest.mark.stack

LABELS = {"alertname": "DiskFull", "instance": "db-1"}
BEGAN = datetime.now(UTC) - timedelta(minutes=30)
ALREADY = timedelta(0)  # senders could be heard long enough


async def post(
    log: PostgresLog, *, ends_in: float | None, at: datetime | None = None
) -> UUID | None:
    """Say that the alert fires, as Prometheus does, and return its incident."""
    at = at or datetime.now(UTC)
    ends_at = None if ends_in is None else (at + timedelta(seconds=ends_in)).isoformat()
    members = {"labels": LABELS, "startsAt": BEGAN.isoformat(), "endsAt": ends_at}
    batch = Batch(
        sender="Prometheus", group_key="DiskFull", signals=packed([posted_signal(members, at)])
    )
    intake = Intake(
        log=log,
        attending=Attending(log, PostgresInbox(log.database)),
        sender=SENDER,
        source="prometheus",
        losses=Counter(),
        metadata=Metadata(principal=SENDER.principal),
        at=at,
        storms=asyncio.Semaphore(),
        note=partial(heard_of, log.database),
    )
    taken = await take_parts(batch, intake)
    return taken.placed.incident_id if taken.placed else None


def alert_id() -> AlertId:
    named = posted_signal({"labels": LABELS}, BEGAN).dedup_key
    return alert_id_for(SENDER.integration_id, named)


async def alert_in(log: PostgresLog) -> Alert:
    alert, _ = await load(log, alert_decider, alert_stream(alert_id()))
    return alert


async def time_passes(database: Database, log: PostgresLog, **ago: str) -> None:
    """Let the declared end lie in the past, while somebody listened."""
    await intake_seen(log.database)
    owner = await asyncpg.connect(database.owner_dsn)
    for column, interval in {"expires_at": "1 second", **ago}.items():
        table = "es.alert_news" if column == "expires_at" else "es.intake_watch"
        await owner.execute(
            f"update {table} set {column} = clock_timestamp() - $1::text::interval", interval
        )
    await owner.close()


async def endings(log: PostgresLog) -> list[AlertEnding]:
    return [one.ending for one in (await story_of(log)).events if isinstance(one, AlertResolved)]


async def test_an_alert_ends_when_its_declared_end_passes_and_people_read_why(
    database: Database, log: PostgresLog
) -> None:
    incident_id = await post(log, ends_in=240)
    assert incident_id is not None
    silent = SilentAlerts(log, ALREADY)
    await intake_seen(log.database)
    assert await silent.step() == 0
    await time_passes(database, log)
    assert await silent.step() == 1
    assert await silent.step() == 0
    assert await endings(log) == [AlertEnding.EXPIRED]
    await catch_up(database)
    async with log.database.connection() as reader:
        shown = await list_alerts(reader, AlertFilter(), None, 10)
        board = await find_incident(reader, incident_id)
        timeline = await read_timeline(reader, incident_id)
    assert [(one.state, one.ending) for one in shown.rows] == [("resolved", AlertEnding.EXPIRED)]
    assert board is not None
    assert (board.open_alerts, board.resolved_at) == (0, None)
    assert any("expired: its sender declared" in one.sentence for one in timeline)


async def test_an_alert_that_is_repeated_stays_open(database: Database, log: PostgresLog) -> None:
    await post(log, ends_in=240)
    await time_passes(database, log)
    await post(log, ends_in=240)
    assert await SilentAlerts(log, ALREADY).step() == 0
    assert (await alert_in(log)).is_open


async def test_an_alert_without_a_declared_end_stays_open(
    database: Database, log: PostgresLog
) -> None:
    await post(log, ends_in=None)
    await time_passes(database, log)
    assert await SilentAlerts(log, ALREADY).step() == 0
    assert (await alert_in(log)).is_open


async def test_an_alert_that_expired_opens_anew_at_its_next_repeat(
    database: Database, log: PostgresLog
) -> None:
    first = await post(log, ends_in=240)
    await time_passes(database, log)
    await SilentAlerts(log, ALREADY).step()
    assert await post(log, ends_in=240) == first  # its incident goes on
    assert (await alert_in(log)).is_open
    await time_passes(database, log)
    assert await SilentAlerts(log, ALREADY).step() == 1
    assert await endings(log) == [AlertEnding.EXPIRED, AlertEnding.EXPIRED]


async def test_a_repeat_while_the_end_is_stored_waits_for_it_and_opens_the_alert_anew(
    database: Database, log: PostgresLog
) -> None:
    await post(log, ends_in=240)
    await time_passes(database, log)
    silent = SilentAlerts(log, ALREADY)
    async with held(log.database, alert_id()) as found:
        assert found is not None
        repeat = asyncio.create_task(post(log, ends_in=240))
        done, _ = await asyncio.wait([repeat], timeout=0.3)
        assert not done
        await silent._judged(alert_id(), found)
    await repeat
    assert (await alert_in(log)).is_open
    assert await silent.step() == 0
    assert await endings(log) == [AlertEnding.EXPIRED]


async def test_whoever_is_first_a_repeated_alert_is_open_afterwards(
    database: Database, log: PostgresLog
) -> None:
    await post(log, ends_in=240)
    for _ in range(10):
        await time_passes(database, log)
        ours, theirs = SilentAlerts(log, ALREADY), SilentAlerts(log, ALREADY)
        ended = asyncio.gather(ours.step(), theirs.step())
        await asyncio.gather(ended, post(log, ends_in=240))
        assert sum(ended.result()) <= 1
        assert (await alert_in(log)).is_open


@pytest.mark.parametrize(
    "watch",
    [{"since": "4 minutes"}, {"since": "1 hour", "seen_at": "2 minutes"}],
    ids=["heard-for-too-short", "nobody-listens"],
)
async def test_a_sender_that_could_not_be_heard_is_not_silent(
    database: Database, log: PostgresLog, watch: dict[str, str]
) -> None:
    await post(log, ends_in=240)
    await time_passes(database, log, **watch)
    assert await SilentAlerts(log).step() == 0
    assert (await alert_in(log)).is_open


async def test_listening_begins_anew_after_a_gap(database: Database, log: PostgresLog) -> None:
    await post(log, ends_in=240)
    await time_passes(database, log, since="1 hour", seen_at="2 minutes")
    await intake_seen(log.database)
    assert await SilentAlerts(log).step() == 0
    await time_passes(database, log, since="1 hour")
    assert await SilentAlerts(log).step() == 1


async def with_auto_resolution(log: PostgresLog, hours: float, *, changed: datetime) -> None:
    """Let there be a service whose alerts end without news, and its integration."""
    created = IntegrationCreated(
        integration_id=SENDER.integration_id,
        name="Prometheus",
        service_id=SENDER.service_id,
        secret_hash="00",
        created_by="root",
        created_at=BEGAN,
    )
    defined = ServiceDefined(
        service_id=SENDER.service_id,
        name="Checkout",
        escalation_policy_id=None,
        deadlines=(),
        defined_by="root",
        defined_at=BEGAN,
    )
    handling = ServiceAlertHandlingChanged(
        service_id=SENDER.service_id,
        alert_handling=AlertHandling(auto_resolve_after=timedelta(hours=hours)),
        alert_handling_changed_by="root",
        alert_handling_changed_at=changed,
    )
    await tell(log, integration_stream(SENDER.integration_id), created)
    await tell(log, service_stream(SENDER.service_id), defined, handling)


async def post_earlier(log: PostgresLog, hours: float) -> None:
    await post(log, ends_in=None, at=datetime.now(UTC) - timedelta(hours=hours))


YESTERDAY = datetime.now(UTC) - timedelta(days=1)


async def test_an_alert_without_news_ends_after_as_long_as_its_service_says(
    database: Database, log: PostgresLog
) -> None:
    await with_auto_resolution(log, 4, changed=YESTERDAY)
    await post_earlier(log, 4.1)
    await intake_seen(log.database)
    await catch_up(database)
    silent = SilentAlerts(log, ALREADY)
    assert await silent.step() == 1
    assert await silent.step() == 0
    await catch_up(database)
    assert await silent.step() == 0
    assert await endings(log) == [AlertEnding.AUTO_RESOLVED]
    assert await post(log, ends_in=None) is not None
    assert (await alert_in(log)).is_open


async def test_a_repeat_is_news_and_the_time_counts_anew(
    database: Database, log: PostgresLog
) -> None:
    await with_auto_resolution(log, 4, changed=YESTERDAY)
    await post_earlier(log, 4.1)
    await post_earlier(log, 1)
    await intake_seen(log.database)
    await catch_up(database)
    assert await SilentAlerts(log, ALREADY).step() == 0
    assert (await alert_in(log)).is_open


async def test_silence_from_before_the_service_said_so_does_not_count(
    database: Database, log: PostgresLog
) -> None:
    await post_earlier(log, 4.1)
    await with_auto_resolution(log, 4, changed=datetime.now(UTC) - timedelta(hours=1))
    await intake_seen(log.database)
    await catch_up(database)
    assert await SilentAlerts(log, ALREADY).step() == 0
    assert (await alert_in(log)).is_open


async def test_what_is_kept_of_alerts_that_are_over_is_dropped_a_day_later(
    database: Database, log: PostgresLog
) -> None:
    await post(log, ends_in=240)
    await time_passes(database, log)
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute("update es.alert_news set heard_at = heard_at - interval '2 days'")
    await catch_up(database)
    silent = SilentAlerts(log, ALREADY)
    assert await silent.tend() == 0  # it is open
    over = AlertResolved(
        alert_id=alert_id(),
        incident_id=(await story_of(log)).incidents[0].incident_id,
        ended_at=BEGAN,
        resolved_at=datetime.now(UTC),
    )
    await tell(log, alert_stream(alert_id()), over)
    await catch_up(database)
    assert await silent.tend() == 1
    assert await owner.fetchval("select count(*) from es.alert_news") == 0
    await owner.close()
