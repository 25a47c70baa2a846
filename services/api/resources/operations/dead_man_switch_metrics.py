"""Dead-man switch metrics: how long ago a synthetic page passed each part of its way."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric

from events.log.liveness.dead_man_switch import Passed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # the registry keeps it by identity
class OfDeadManSwitch:
    """The numbers of one moment, as the client library collects them."""

    switch: Passed

    def collect(self) -> Iterator[Metric]:
        """Yield every metric; none for a switch that nobody has switched on."""
        if self.switch.begun is None:
            return
        ages = GaugeMetricFamily(
            "tocsin_dead_man_switch_age_seconds",
            "How long ago a synthetic page was begun, arrived, and made a heartbeat go out.",
            labels=["part"],
        )
        ages.add_metric(["begun"], self.switch.begun)
        ages.add_metric(["arrived"], self.switch.arrived)
        if self.switch.heartbeat is not None:
            ages.add_metric(["heartbeat"], self.switch.heartbeat)
        yield ages
