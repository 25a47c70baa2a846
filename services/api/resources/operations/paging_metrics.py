"""Paging metrics: deliveries, channels, pages, workers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from projections.paging.channel_health import SettledDeliveries, UnsentMessages
from services.temporal.task_queues import ALL


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # the registry keeps it by identity
class OfPaging:
    """The numbers of one moment, as the client library collects them."""

    settled: SettledDeliveries
    unsent: Sequence[UnsentMessages]
    exhausted: int  # pages
    empty: int  # levels that reached nobody
    unattended: Mapping[str, datetime | None] | None  # task queues; None: Temporal is away
    pulse_seconds: float | None  # since a worker was heard of; None: there never was one

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        outcomes = CounterMetricFamily(
            "tocsin_deliveries",
            "Messages of pages by what became of them.",
            labels=["channel", "outcome"],
        )
        for (channel, outcome), number in sorted(self.settled.numbers.items()):
            outcomes.add_metric([channel, outcome], number)
        yield outcomes
        waiting = GaugeMetricFamily(
            "tocsin_deliveries_unsent",
            "Messages of pages that are meant to be sent and have no outcome yet.",
            labels=["channel"],
        )
        delayed = GaugeMetricFamily(
            "tocsin_deliveries_delayed",
            "Of those: could not be sent so far, and are tried again.",
            labels=["channel"],
        )
        for one in self.unsent:
            waiting.add_metric([one.channel], one.waiting)
            delayed.add_metric([one.channel], one.delayed)
        yield from (waiting, delayed)
        yield GaugeMetricFamily(
            "tocsin_delivery_oldest_unsent_seconds",
            "Age of the oldest message of a page without an outcome.",
            max((one.oldest_seconds for one in self.unsent), default=0),
        )
        yield CounterMetricFamily(
            "tocsin_pages_exhausted", "Pages that nobody answered until the end.", self.exhausted
        )
        yield CounterMetricFamily(
            "tocsin_levels_empty",
            "Levels on which nobody could be paged when a page came to them.",
            self.empty,
        )
        yield from self._of_task_queues()

    def _of_task_queues(self) -> Iterator[Metric]:
        attended = GaugeMetricFamily(
            "tocsin_task_queue_attended",
            "1 while Temporal answers and a worker takes the task queue's work.",
            labels=["queue"],
        )
        for queue in sorted({queue for queue, _ in ALL}):
            works = self.unattended is not None and queue not in self.unattended
            attended.add_metric([queue], int(works))
        yield attended
        if self.pulse_seconds is not None:
            yield GaugeMetricFamily(
                "tocsin_worker_pulse_age_seconds",
                "How long ago any worker said that it lives.",
                self.pulse_seconds,
            )
