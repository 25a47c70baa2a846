"""Differences between what runs and what the log knows as open. Pure: every case is a test."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from events.ids import IncidentId, PageId
from events.repair.events import Finding
from projections.incidents.open_work import OpenIncident, OpenPage
from services.projector.reconciler.running import RunningWorkflow
from workflows.ids import incident_workflow_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A workflow that does not agree with the log. Two looks that see the same one are equal."""

    workflow_id: str
    incident_id: IncidentId
    page_id: PageId | None = None  # the page that is not over, if that is the difference
    finding: Finding
    log_version: int
    workflow_version: int | None
    run_id: str | None  # None: none runs


# What a workflow is to blame for only while somebody runs it.
NEEDS_A_WORKER: Final = frozenset({Finding.BEHIND, Finding.STUCK, Finding.STILL_PAGING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What the log knows as open at one moment."""

    incidents: Sequence[OpenIncident]
    pages: Sequence[OpenPage]  # not over, though nobody is wanted for them any more
    unanswered: AbstractSet[str]  # workflows that do not answer the commands they are given

    @property
    def workflow_ids(self) -> frozenset[str]:
        """Return every workflow that has to run."""
        return frozenset(
            incident_workflow_id(IncidentId(one.incident_id)) for one in self.incidents
        )


def differences(
    known: Open, running: Mapping[str, RunningWorkflow], *, worked: bool
) -> frozenset[Difference]:
    """Return every open incident whose workflow is not as it has to be.

    Where nobody works, or not for long (not `worked`), a workflow is to blame for nothing it has
    not done. A page is its workflow's: it comes after what is wrong with that.
    """
    incidents = [*of_incidents(known, running)]
    first = {one.incident_id for one in incidents}
    pages = (one for one in of_pages(known, running) if one.incident_id not in first)
    found = [*incidents, *pages]
    return frozenset(one for one in found if worked or one.finding not in NEEDS_A_WORKER)


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
    """Yield the pages that go on, though somebody has answered."""
    for one in known.pages:
        workflow_id = incident_workflow_id(IncidentId(one.incident_id))
        workflow = running.get(workflow_id)
        if workflow is not None:
            yield Difference(
                workflow_id=workflow_id,
                incident_id=IncidentId(one.incident_id),
                page_id=PageId(one.page_id),
                finding=Finding.STILL_PAGING,
                log_version=one.version,
                workflow_version=None,
                run_id=workflow.run_id,
            )


def finding_of(
    workflow: RunningWorkflow | None, version: int, *, unanswered: bool
) -> Finding | None:
    """Return what is wrong with a workflow whose stream is at this version, None if nothing is."""
    if workflow is None:
        return Finding.MISSING
    if workflow.failing or unanswered:
        return Finding.STUCK
    if workflow.version is None or workflow.version == version:
        return None
    return Finding.BEHIND if workflow.version < version else Finding.AHEAD
