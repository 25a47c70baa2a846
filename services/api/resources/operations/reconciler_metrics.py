"""Reconciler metrics: what it found and repaired."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from events.log.liveness.looks import LastLook
from events.repair.events import Finding


class OfReconciler:
    """The numbers of its last look, as the client library collects them."""

    def __init__(self, last: LastLook) -> None:
        self._last = last

    def collect(self) -> Iterator[Metric]:
        """Yield every metric; the first only once there was a look."""
        if self._last.seconds is not None:
            yield GaugeMetricFamily(
                "tocsin_reconciler_look_age_seconds",
                "Age of the last comparison of workflows with the log.",
                self._last.seconds,
            )
        repairs = CounterMetricFamily(
            "tocsin_workflow_repairs", "Workflows put right from the log.", labels=["finding"]
        )
        troubles = GaugeMetricFamily(
            "tocsin_workflow_troubles",
            "Workflows that do not agree with the log and are not repaired yet.",
            labels=["finding"],
        )
        for finding in Finding:
            repairs.add_metric([finding.value], self._last.repaired.get(finding.value, 0))
            troubles.add_metric([finding.value], self._last.troubles.get(finding.value, 0))
        troubles.add_metric(["unknown"], self._last.troubles.get("unknown", 0))
        yield repairs
        yield troubles
