"""Metrics: what a monitoring system wants to know, as Prometheus reads it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Final

from fastapi import Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from events.errors import LogRefused
from events.log.liveness.dead_man_switch import passed
from events.log.liveness.looks import last_look
from events.log.liveness.pulses import seconds_since_mail_pulse, seconds_since_pulse
from events.log.proof.notary_looks import signing
from events.log.queues.backlog import Backlog, backlog
from projections.lag import Lag, lag
from projections.paging.channel_health import levels_empty, pages_exhausted, unsent
from projections.practice.alert_storms import storms_going_on
from services.access.permissions import Permission
from services.api.dependencies import Dependencies, Deps
from services.api.http.guard import api_router, requires
from services.api.resources.operations.dead_man_switch_metrics import OfDeadManSwitch
from services.api.resources.operations.intake_metrics import OfArrivals, OfIntake, OfStorms
from services.api.resources.operations.notary_health import OfNotary
from services.api.resources.operations.paging_metrics import OfPaging
from services.api.resources.operations.reconciler_metrics import OfReconciler

router = api_router("operations")

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
LABELS: Final = ["projection"]

OF_PROJECTION: Final = (
    ("position", "Position the projection has read up to.", "position"),
    ("lag_events", "Events it has not read.", "events"),
    ("lag_seconds", "Age of the oldest event it has not read.", "seconds"),
    ("quarantined_keys", "Keys that wait aside for a fix.", "quarantined"),
    ("batch_seconds", "How long its last batch took.", "batch_seconds"),
    ("lease_seconds", "What is left of its owner's lease.", "lease_seconds"),
)


class Reading:
    """The numbers of one moment, as the client library collects them."""

    def __init__(
        self, head: int, waits: Backlog, lags: tuple[Lag, ...], dependencies: Dependencies
    ) -> None:
        self._head = head
        self._waits = waits
        self._lags = lags
        self._unrecorded = dependencies.refused.unrecorded
        self._shed = dependencies.load_shedding.shed
        self._missed = dependencies.sightings.missed

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        # Positions are dense, so the newest one is a count.
        yield CounterMetricFamily(
            "tocsin_log_events", "Events appended to the log since its beginning.", self._head
        )
        yield GaugeMetricFamily(
            "tocsin_outbox_age_seconds",
            "Age of the oldest workflow start that waits for Temporal.",
            self._waits.outbox_seconds,
        )
        yield GaugeMetricFamily(
            "tocsin_inbox_age_seconds",
            "Age of the oldest deferred command that waits for Temporal.",
            self._waits.inbox_seconds,
        )
        yield CounterMetricFamily(
            "tocsin_refusals_unrecorded",
            "Refused commands that this process could not keep for the audit trail.",
            self._unrecorded,
        )
        yield CounterMetricFamily(
            "tocsin_sightings_missed",
            "Reads of private incidents that this process could not keep for the audit trail.",
            self._missed,
        )
        shed = CounterMetricFamily(
            "tocsin_requests_shed",
            "Requests that this process turned away, because too many of their priority waited.",
            labels=["priority"],
        )
        for priority, count in self._shed.items():
            shed.add_metric([priority], count)
        yield shed
        yield from self._of_projections()

    def _of_projections(self) -> Iterator[Metric]:
        for name, text, attribute in OF_PROJECTION:
            family = GaugeMetricFamily(f"tocsin_projection_{name}", text, labels=LABELS)
            for one in self._lags:
                family.add_metric([one.name], getattr(one, attribute))
            yield family
        states = GaugeMetricFamily(
            "tocsin_projection_state", "1 for the state it is in.", labels=[*LABELS, "state"]
        )
        for one in self._lags:
            states.add_metric([one.name, one.state], 1)
        yield states


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    dependencies=[requires(Permission.METRICS_READ)],
)
async def show_metrics(dependencies: Deps) -> Response:
    """Show the log's growth and signing, what waits for Temporal, how pages and projections do."""
    waits = await backlog(dependencies.database)
    async with dependencies.database.connection() as connection:
        lags = await lag(connection)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Reading(await dependencies.log.head(), waits, lags, dependencies))
    registry.register(OfReconciler(await last_look(dependencies.database)))
    registry.register(OfNotary(await signing(dependencies.database)))
    registry.register(OfDeadManSwitch(switch=await passed(dependencies.database)))
    with suppress(LogRefused):  # the rows are those of another version; the lag says so
        registry.register(await _of_paging(dependencies))
    with suppress(LogRefused):
        async with dependencies.database.connection() as connection:
            registry.register(OfStorms(await storms_going_on(connection)))
    letters = await dependencies.dead_letters.by_source()
    mail_seconds = await seconds_since_mail_pulse(dependencies.database)
    waiting = await dependencies.arrivals.waiting(timedelta(0))
    registry.register(OfArrivals(waiting, await dependencies.arrivals.failed()))
    registry.register(OfIntake(letters, dependencies.losses, mail_seconds))
    return Response(generate_latest(registry), media_type=MEDIA_TYPE)


async def _of_paging(dependencies: Dependencies) -> OfPaging:
    unattended = await dependencies.temporal.unattended(dependencies.clock())
    pulse_seconds = await seconds_since_pulse(dependencies.database)
    async with dependencies.database.connection() as connection:
        await dependencies.settled.catch_up(connection)
        return OfPaging(
            settled=dependencies.settled,
            unsent=await unsent(connection),
            exhausted=await pages_exhausted(connection),
            empty=await levels_empty(connection),
            unattended=unattended,
            pulse_seconds=pulse_seconds,
        )
