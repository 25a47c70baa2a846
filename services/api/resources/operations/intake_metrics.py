"""What monitoring wants to know of the alert door: what it was not told, or could not read."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, Metric

from services.api.intake.loss_tally import LossTally


class OfIntake:
    """The numbers of one moment, as the client library collects them."""

    def __init__(self, dead_letters: int, losses: LossTally) -> None:
        self._dead_letters = dead_letters
        self._losses = losses

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        yield CounterMetricFamily(
            "tocsin_dead_letters",
            "Messages of monitors that could not be read at all, since the beginning.",
            self._dead_letters,
        )
        missing = CounterMetricFamily(
            "tocsin_alerts_missing",
            "Alerts of messages that were read, but are not among them; of this process.",
            labels=["why"],
        )
        missing.add_metric(["unread"], self._losses.unread)
        missing.add_metric(["left_out"], self._losses.left_out)
        missing.add_metric(["cut_off"], self._losses.cut_off)
        yield missing
