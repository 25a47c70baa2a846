"""Commands over HTTP: what a request says of its command, and what the command is answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request, Response

from events.decider import Decider
from events.incident.commands import IncidentCommand
from services.api.http.authentication import TheCaller, metadata_of
from services.api.http.dependencies import Deps, HttpDependencies
from services.api.http.incident_in_path import TheIncident
from services.api.http.owner_in_path import bound_of
from services.api.writing.attempts import attempt_of
from services.api.writing.idempotency import TheIdentity
from services.api.writing.preconditions import DryRun, ExpectedVersion
from services.api.writing.receipts import answered, done, previewed, receipt_of
from services.commanding.configuration_change import ConfigurationChange
from services.commanding.incident_commands import IncidentCommands


class HttpIncidentCommands(IncidentCommands):
    """A command to the incident that the path names."""

    async def give(self, command: IncidentCommand) -> Response:
        """Have the command carried out, or deferred, and answer which of the two.

        Raises: every refusal of the incident, KeyReused, VersionMismatch, LogUnavailable,
        LogOverloaded.
        """
        return answered(await self.outcome_of(command))


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpConfigurationChange(ConfigurationChange):
    """A change of what the path names."""

    dependencies: HttpDependencies
    dry_run: bool = False  # only say what would change

    async def receipt[Command, State, Event](
        self,
        decider: Decider[Command, State, Event],
        stream: str,
        command: Command,
        warnings: Sequence[str] = (),
        effects: Sequence[str] = (),
    ) -> Response:
        """Have the command carried out, once, and answer with its receipt and these warnings.

        `effects` are what follows from the change elsewhere: they are said with what it changes.
        Raises: every refusal of the decider, KeyReused, VersionMismatch, LogUnavailable,
        LogOverloaded.
        """
        if self.dry_run:
            preview = await self.preview(decider, stream, command)
            preview = replace(preview, changes=[*preview.changes, *effects])
            return previewed(self.identity.command_id, stream, preview, warnings)
        handled, changes = await self.make_and_compare(decider, stream, command)
        outcome = self.done(handled)
        additions = {"warnings": list(warnings), "changes": [*changes, *effects]}
        return done(receipt_of(outcome).model_copy(update=additions), replayed=outcome.replayed)


async def incident_command(
    request: Request,
    dependencies: Deps,
    caller: TheCaller,
    identity: TheIdentity,
    incident_id: TheIncident,
    expected_version: ExpectedVersion,
) -> HttpIncidentCommands:
    """Return everything about the command that a request gives but what it says."""
    return HttpIncidentCommands(
        dependencies=dependencies,
        incident_id=incident_id,
        actor=caller.actor,
        at=dependencies.clock(),
        identity=identity,
        metadata=metadata_of(request, caller),
        expected_version=expected_version,
        attempt=attempt_of(request),
    )


async def configuration_change(
    request: Request,
    dependencies: Deps,
    caller: TheCaller,
    identity: TheIdentity,
    expected_version: ExpectedVersion,
    dry_run: DryRun,
) -> HttpConfigurationChange:
    """Return everything about the change that a request asks for but what it says."""
    return HttpConfigurationChange(
        dependencies=dependencies,
        only=bound_of(request, caller),
        actor=caller.actor,
        at=dependencies.clock(),
        identity=identity,
        metadata=metadata_of(request, caller),
        expected_version=expected_version,
        attempt=attempt_of(request),
        dry_run=dry_run,
    )


TheCommands = Annotated[HttpIncidentCommands, Depends(incident_command)]
TheConfigurationChange = Annotated[HttpConfigurationChange, Depends(configuration_change)]
