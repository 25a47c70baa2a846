"""Probe workflow: a synthetic page, decided and sent by those who decide and send the real ones."""

from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.payloads import DELIVER, DeliveryInput, DeliveryOutcome
    from activities.probe.sink import HEARTBEAT, PROBE, SINK
    from activities.probe.wanted import probe_delivery
    from workflows.ids import PROBE_WORKFLOW

WITHIN: Final = timedelta(seconds=25)  # each end; then the next probe tries
ONCE_MORE: Final = RetryPolicy(initial_interval=timedelta(seconds=2), maximum_attempts=5)


@workflow.defn(name=PROBE_WORKFLOW)
class ProbeWorkflow:
    """Sends a probe to the sink, and from there the heartbeat to the outside."""

    @workflow.run
    async def run(self) -> None:
        """Send both; that the heartbeat is not taken is noted where it is sent."""
        await self._send(SINK)
        try:
            await self._send(HEARTBEAT)
        except ActivityError as error:
            workflow.logger.warning("heartbeat_not_sent", extra={"reason": str(error.cause)})

    async def _send(self, end: str) -> None:
        await workflow.execute_activity(
            DELIVER,
            DeliveryInput(
                kind=PROBE,
                about=end,
                incident_id=None,
                delivery_id=probe_delivery(workflow.uuid4(), end),
            ),
            result_type=DeliveryOutcome,
            start_to_close_timeout=WITHIN,
            schedule_to_close_timeout=WITHIN,
            retry_policy=ONCE_MORE,
            summary=f"probe to the {end}",
        )
