"""Intake metrics: what of each source is missing or could not be read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from events.log.intake.arrivals import Waiting
from projections.practice.alert_storms import AlertStormRow
from services.api.intake.sources import all_sources
from services.intake.batch.losses import WHYS, LossCounts


class OfIntake:
    """The numbers of one moment, as the client library collects them."""

    def __init__(
        self, dead_letters: Mapping[str, int], losses: LossCounts, mail_seconds: float | None
    ) -> None:
        self._dead_letters = dead_letters
        self._losses = losses
        self._mail_seconds = mail_seconds  # since mail was taken

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        letters = CounterMetricFamily(
            "tocsin_dead_letters",
            "Messages of monitors that could not be read at all, since the beginning.",
            labels=["source"],
        )
        missing = CounterMetricFamily(
            "tocsin_alerts_missing",
            "Alerts of messages that were read, but are not among them; of this process.",
            labels=["source", "why"],
        )
        for source in all_sources():
            letters.add_metric([source.name], self._dead_letters.get(source.name, 0))
            for why in WHYS:
                missing.add_metric([source.name, why], self._losses[source.name, why])
        yield letters
        yield missing
        if self._mail_seconds is not None:
            yield GaugeMetricFamily(
                "tocsin_mail_pulse_age_seconds",
                "How long ago a process said that it takes mail.",
                self._mail_seconds,
            )


class OfStorms:
    """The storms that go on, as the client library collects them."""

    def __init__(self, storms: Iterable[AlertStormRow]) -> None:
        self._storms = Counter(one.integration_id for one in storms)

    def collect(self) -> Iterator[Metric]:
        """Yield the metric: an integration without a storm is not among its labels."""
        storms = GaugeMetricFamily(
            "tocsin_alert_storms",
            "Storms that go on: what the integration sends goes to one incident.",
            labels=["integration"],
        )
        for integration_id, number in self._storms.items():
            storms.add_metric([integration_id], number)
        yield storms


class OfArrivals:
    """What became of the messages that are kept, as the client library collects it."""

    def __init__(self, waiting: Waiting, failed: int) -> None:
        self._waiting = waiting
        self._failed = failed

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        yield GaugeMetricFamily(
            "tocsin_arrivals_waiting",
            "Messages that are kept and not processed yet: each may be a page not sent.",
            self._waiting.number,
        )
        yield GaugeMetricFamily(
            "tocsin_arrivals_waiting_age_seconds",
            "How long the oldest of them has waited.",
            self._waiting.seconds,
        )
        yield GaugeMetricFamily(
            "tocsin_arrivals_failed",
            "Messages that were tried in vain, of all that are kept.",
            self._failed,
        )
