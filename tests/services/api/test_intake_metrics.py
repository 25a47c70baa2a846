"""Messages that are kept and not processed are counted, with how long the oldest has waited."""

from prometheus_client import CollectorRegistry, generate_latest

from events.log.intake.arrivals import Waiting
from services.api.resources.operations.intake_metrics import OfArrivals


def test_waiting_and_failed_messages_are_in_the_metrics() -> None:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(OfArrivals(Waiting(number=3, seconds=75.5), 2))
    lines = generate_latest(registry).decode().splitlines()
    assert [one for one in lines if not one.startswith("#")] == [
        "tocsin_arrivals_waiting 3.0",
        "tocsin_arrivals_waiting_age_seconds 75.5",
        "tocsin_arrivals_failed 2.0",
    ]
