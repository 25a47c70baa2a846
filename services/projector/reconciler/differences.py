"""How what runs differs from what the log knows as open; pure, so that every case is a test."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from events.ids import IncidentId, PageId
from events.repair.events import Finding
from projections.open_work import OpenIncident, OpenPage
from services.projector.reconciler.running import RunningWorkflow
from workflows.ids import incident_workflow_id, page_workflow_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A workflow that does not agree with the log. Two looks that see the same one are equal."""

    workflow_id: str
    incident_id: IncidentId
    page_id: PageId | None = None  # None: it is the incident's own workflow
    finding: Finding
    log_version: int
    workflow_version: int | None
    run_id: str | None  # None: none runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What the log knows as open at one moment."""

    incidents: Sequence[OpenIncident]
    pages: Sequence[OpenPage]
    unanswered: AbstractSet[str]  # workflows that do not answer the commands they are given

    @property
    def workflow_ids(self) -> frozenset[str]:
        """Return every workflow that has to run."""
        incidents = (incident_workflow_id(IncidentId(one.incident_id)) for one in self.incidents)
        pages = (page_workflow_id(PageId(one.page_id)) for one in self.pages)
        return frozenset([*incidents, *pages])


def differences(known: Open, running: Mapping[str, RunningWorkflow]) -> frozenset[Difference]:
    """Return every open incident and page whose workflow is not as it has to be.

    Pages come after their incident: put right, its workflow starts by itself those that are due.
    """
    incidents = [*of_incidents(known, running)]
    first = {one.incident_id for one in incidents}
    first |= {IncidentId(one.incident_id) for one in known.incidents if one.starting}
    pages = (one for one in of_pages(known, running) if one.incident_id not in first)
    return frozenset([*incidents, *pages])


def of_incidents(known: Open, running: Mapping[str, RunningWorkflow]) -> Iterator[Difference]:
    """Yield what is wrong with the incidents' own workflows."""
    for one in known.incidents:
        workflow_id = incident_workflow_id(IncidentId(one.incident_id))
        workflow = running.get(workflow_id)
        if workflow is None and one.starting:
            continue  # the relay is at it, and says so when that takes too long
        finding = finding_of(workflow, one.version, unanswered=workflow_id in known.unanswered)
        if finding is not None:
            yield Difference(
                workflow_id=workflow_id,
                incident_id=IncidentId(one.incident_id),
                finding=finding,
                log_version=one.version,
                workflow_version=workflow.version if workflow else None,
                run_id=workflow.run_id if workflow else None,
            )


def of_pages(known: Open, running: Mapping[str, RunningWorkflow]) -> Iterator[Difference]:
    """Yield what is wrong with the pages' workflows.

    They show no version: they read the log again at each of their steps.
    """
    for one in known.pages:
        workflow_id = page_workflow_id(PageId(one.page_id))
        workflow = running.get(workflow_id)
        finding = finding_of(workflow, None, unanswered=workflow_id in known.unanswered)
        if finding is not None:
            yield Difference(
                workflow_id=workflow_id,
                incident_id=IncidentId(one.incident_id),
                page_id=PageId(one.page_id),
                finding=finding,
                log_version=one.version,
                workflow_version=None,
                run_id=workflow.run_id if workflow else None,
            )


def finding_of(
    workflow: RunningWorkflow | None, version: int | None, *, unanswered: bool
) -> Finding | None:
    """Return what is wrong with a workflow whose stream is at this version, None if nothing is."""
    if workflow is None:
        return Finding.MISSING
    if workflow.failing or unanswered:
        return Finding.STUCK
    if version is None or workflow.version is None or workflow.version == version:
        return None
    return Finding.BEHIND if workflow.version < version else Finding.AHEAD
