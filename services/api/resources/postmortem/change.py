"""Postmortem change: what a request asks of the postmortem of the incident in its path."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Response

from activities.payloads import invite
from events.handle import Handled
from events.ids import IncidentId, incident_stream
from events.incident.decide import incident_decider
from events.loading import load
from events.postmortem.commands import EraseText, PostmortemCommand, StartPostmortem
from events.postmortem.decide import AGGREGATE, postmortem_decider
from events.postmortem.events import PostmortemEvent
from events.postmortem.refusals import PostmortemOfDuplicate
from projections.practice.postmortem_document import PostmortemDocument
from services.access.reads import Reads
from services.api.http.incident_in_path import ExistingIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.postmortem.reading import document_of
from services.api.writing.commands import HttpConfigurationChange, TheConfigurationChange


class PostmortemChange:
    """Everything about a change of a postmortem but what it says."""

    def __init__(
        self, incident_id: IncidentId, change: HttpConfigurationChange, reads: Reads
    ) -> None:
        self.incident_id = incident_id
        self.change = change
        self._reads = reads

    def telling_invitees(self) -> "PostmortemChange":
        """Return the change with the invitations that follow from it, in one transaction."""
        entry = invite(self.incident_id, self.change.identity.command_id)
        return self.with_change(replace(self.change, outbox=(entry,)))

    def with_change(self, change: HttpConfigurationChange) -> "PostmortemChange":
        """Return another change of the same postmortem."""
        return PostmortemChange(self.incident_id, change, self._reads)

    async def receipt(self, command: PostmortemCommand, *hints: str) -> Response:
        """Have the command carried out, once, and answer with its receipt.

        Raises: PostmortemOfDuplicate, what `HttpConfigurationChange.receipt` raises.
        """
        await self._require_goes_on(command)
        return await self.change.receipt(postmortem_decider, self._stream, command, warnings=hints)

    async def make(self, command: PostmortemCommand) -> Handled[PostmortemEvent]:
        """Have the command carried out, once, and return what followed.

        Raises: PostmortemOfDuplicate, what `HttpConfigurationChange.make` raises.
        """
        await self._require_goes_on(command)
        return await self.change.make(postmortem_decider, self._stream, command)

    async def document(self) -> PostmortemDocument:
        """Return the postmortem as it stands.

        Raises: what `document_of` raises.
        """
        return await document_of(
            self.change.dependencies, self._reads, ReadQuery(), self.incident_id
        )

    async def _require_goes_on(self, command: PostmortemCommand) -> None:
        """Refuse what would be written of a duplicate; its texts can be erased all the same."""
        if isinstance(command, StartPostmortem | EraseText):
            return
        log, stream = self.change.dependencies.log, incident_stream(self.incident_id)
        incident, _ = await load(log, incident_decider, stream)
        if incident.relations.merged_into is not None:
            raise PostmortemOfDuplicate(
                "It was merged: what was written here is offered in the postmortem of the incident"
                " that goes on."
            )

    @property
    def _stream(self) -> str:
        return AGGREGATE.stream(self.incident_id)


async def postmortem_change(
    incident_id: ExistingIncident, change: TheConfigurationChange, reads: TheReads
) -> PostmortemChange:
    """Return the change of the postmortem of the incident that the path names."""
    return PostmortemChange(incident_id, change, reads)


ThePostmortem = Annotated[PostmortemChange, Depends(postmortem_change)]
