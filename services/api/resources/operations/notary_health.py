"""Notary health: its troubles in words, and its metrics."""

from collections.abc import Iterator
from typing import Final

from prometheus_client.core import GaugeMetricFamily, Metric

from events.log.proof.notary_looks import Signing, Trouble

UNSEEN_SECONDS: Final = 60.0  # the notary looks each second and says so every five
UNSIGNED_SECONDS: Final = 30.0  # an event is signed within two


def troubles_of(signing: Signing) -> list[str]:
    """Return what is wrong with the notary and its signatures, in words."""
    if signing.look_seconds is None:
        return ["notary: has never looked"]
    found = []
    if (finding := signing.finding) is not None:
        found.append(
            f"notary: {finding.trouble} since {finding.since:%Y-%m-%dT%H:%M:%SZ}: {finding.reason}"
        )
    if signing.look_seconds > UNSEEN_SECONDS:
        found.append(f"notary: last looked {signing.look_seconds:.0f} s ago")
    if signing.unsigned_seconds > UNSIGNED_SECONDS:
        found.append(
            f"notary: signed {signing.signed} of {signing.events} events for"
            f" {signing.unsigned_seconds:.0f} s"
        )
    return found


class OfNotary:
    """The notary's numbers, as the client library collects them."""

    def __init__(self, signing: Signing) -> None:
        self._signing = signing

    def collect(self) -> Iterator[Metric]:
        """Yield every metric; the age of its last look only once there was one."""
        yield GaugeMetricFamily(
            "tocsin_notary_signed_events", "Events under the newest head.", self._signing.signed
        )
        yield GaugeMetricFamily(
            "tocsin_notary_unsigned_seconds",
            "Age of the oldest event that no head covers.",
            self._signing.unsigned_seconds,
        )
        if self._signing.look_seconds is not None:
            yield GaugeMetricFamily(
                "tocsin_notary_look_age_seconds",
                "Age of the notary's last word.",
                self._signing.look_seconds,
            )
        finding = self._signing.finding
        troubles = GaugeMetricFamily(
            "tocsin_notary_trouble",
            "1 for why the notary signs nothing, or for what nobody has looked at yet.",
            labels=["trouble"],
        )
        for trouble in Trouble:
            here = finding is not None and finding.trouble == trouble
            troubles.add_metric([trouble.value], int(here))
        yield troubles
