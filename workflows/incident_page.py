"""One of an incident's pages, seen from the incident: started while wanted, stopped after."""

from contextlib import suppress

from temporalio import workflow
from temporalio.common import Priority, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.orders import LOAD_PAGE, PLAN_PAGE, PageSnapshot, PlanOrder
    from events.actor import actor_named
    from events.ids import IncidentId, page_id_for
    from events.incident.called_pages import CalledPage
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
    """Follows the need for a page; every step may be repeated in a later life without harm."""

    def __init__(self, incident_id: IncidentId, number: int) -> None:
        self._incident_id = incident_id
        self._page_id = page_id_for(incident_id, number)
        self._started = False
        self._told = False

    async def follow(self, page: CalledPage, reference: str) -> PageAnswer | None:
        """Bring the page in line with what is wanted; return an answer an earlier life missed."""
        if self._told:
            return None
        if page.wanted:
            waits = self._started or page.not_before is not None
            return None if waits else await self._start(page, reference)
        if page.answered_by is not None:
            answer = IncidentAnswer(acknowledged_by=page.answered_by, at=workflow.now())
            await self._tell(INCIDENT_ANSWERED, answer)
        else:
            over = IncidentOver(reason=page.over or "", at=workflow.now())
            await self._tell(INCIDENT_OVER, over)
        return None

    async def _start(self, page: CalledPage, reference: str) -> PageAnswer | None:
        stored = await self._load()
        self._started = True
        if stored.acknowledged_by is not None:
            actor = actor_named(stored.acknowledged_by)
            return PageAnswer(page_id=self._page_id, actor=actor, at=workflow.now())
        await self._start_workflow(page, reference)
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

    async def _start_workflow(self, page: CalledPage, reference: str) -> None:
        plan = await workflow.execute_local_activity(
            PLAN_PAGE,
            PlanOrder(target=page.target),
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
                    reference=reference,
                    plan=plan,
                    purpose=page.purpose,
                    ask=page.ask,
                ),
                id=page_workflow_id(self._page_id),
                task_queue=PAGING_QUEUE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                # However a life of it ended: the log has just said that nobody has answered.
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                static_summary=f"Page {page.number} for {reference}",
                priority=URGENT,
            )

    async def _tell(self, signal: str, message: IncidentAnswer | IncidentOver) -> None:
        page = workflow.get_external_workflow_handle(page_workflow_id(self._page_id))
        # Not found: the page is over or was never started, and nobody is being paged.
        with suppress(ApplicationError):
            await page.signal(signal, message)
        self._told = True
