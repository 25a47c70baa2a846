"""Intake metrics: what of each source is missing or could not be read."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

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
