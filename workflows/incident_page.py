"""An incident's page, seen from the incident: start it while somebody is needed, stop it after."""

from contextlib import suppress

from temporalio import workflow
from temporalio.common import Priority, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.orders import LOAD_PAGE, PLAN_PAGE, PageSnapshot, PlanOrder
    from events.actor import actor_named
    from events.ids import EscalationPolicyId, IncidentId, page_id_for
    from events.incident.state import Incident
    from events.page.plan import PagePlan
    from events.page.state import Page
    from workflows.aggregate import APPEND_TIMEOUT, FOR_EVER
    from workflows.ids import (
        INCIDENT_ANSWERED,
        INCIDENT_OVER,
        PAGE_WORKFLOW,
        PAGING_QUEUE,
        page_workflow_id,
    )
    from workflows.messages import IncidentAnswer, IncidentOver, PageAnswer, PageInput

URGENT = Priority(priority_key=1)


class IncidentPage:
    """Follows the incident's state; every step may be repeated in a later life without harm."""

    def __init__(self, incident_id: IncidentId) -> None:
        self._incident_id = incident_id
        self._page_id = page_id_for(incident_id, 1)
        self._started = False
        self._told = False

    async def follow(self, incident: Incident) -> PageAnswer | None:
        """Bring the page in line with the incident; return an answer an earlier life missed."""
        policy_id = incident.escalation_policy_id
        if policy_id is None or self._told:
            return None
        over = incident.ended or incident.resolved
        if incident.acknowledged_by is None and not over:
            return None if self._started else await self._start(policy_id, incident)
        if incident.acknowledged_by is not None:
            answer = IncidentAnswer(acknowledged_by=incident.acknowledged_by, at=workflow.now())
            await self._tell(INCIDENT_ANSWERED, answer)
        else:
            reason = "declined" if incident.declined else "resolved"
            await self._tell(INCIDENT_OVER, IncidentOver(reason=reason, at=workflow.now()))
        return None

    def forget(self) -> None:
        """Look after the page as a new life would: what is already so stays so."""
        self._started = self._told = False

    async def _start(self, policy_id: EscalationPolicyId, incident: Incident) -> PageAnswer | None:
        page = await self._load()
        self._started = True
        if page.acknowledged_by is not None:
            actor = actor_named(page.acknowledged_by)
            return PageAnswer(page_id=self._page_id, actor=actor, at=workflow.now())
        await self._start_workflow(policy_id, incident)
        return None

    async def _load(self) -> Page:
        snapshot: PageSnapshot = await workflow.execute_local_activity(
            LOAD_PAGE,
            self._page_id,
            result_type=PageSnapshot,
            start_to_close_timeout=APPEND_TIMEOUT,
            retry_policy=FOR_EVER,
        )
        return snapshot.state

    async def _start_workflow(self, policy_id: EscalationPolicyId, incident: Incident) -> None:
        plan = await workflow.execute_local_activity(
            PLAN_PAGE,
            PlanOrder(escalation_policy_id=policy_id),
            result_type=PagePlan,
            start_to_close_timeout=APPEND_TIMEOUT,
            retry_policy=FOR_EVER,
        )
        # Already started: an earlier life of this incident did, and it is the same page.
        with suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                PAGE_WORKFLOW,
                PageInput(
                    page_id=self._page_id,
                    incident_id=self._incident_id,
                    reference=incident.reference,
                    plan=plan,
                ),
                id=page_workflow_id(self._page_id),
                task_queue=PAGING_QUEUE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                # However a life of it ended: the log has just said that nobody has answered.
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                static_summary=f"Page for {incident.reference}",
                priority=URGENT,
            )

    async def _tell(self, signal: str, message: IncidentAnswer | IncidentOver) -> None:
        page = workflow.get_external_workflow_handle(page_workflow_id(self._page_id))
        # Not found: the page is over or was never started, and nobody is being paged.
        with suppress(ApplicationError):
            await page.signal(signal, message)
        self._told = True
