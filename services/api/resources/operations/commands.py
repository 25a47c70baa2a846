"""Command outcome: what became of a command that was accepted for later."""

from typing import Any, Literal
from uuid import UUID

from fastapi import Request

from events.log.queues.inbox import InboxState
from services.access.callers import Caller
from services.access.permissions import Permission
from services.access.redaction import redacted_refusal
from services.access.visibility import sees_stream
from services.api.dependencies import Dependencies, Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import View
from services.api.http.guard import api_router, requires
from services.api.problems.table import problem_members
from services.api.writing.receipts import Pending, Receipt, receipt_of
from services.commanding.deferred import answer_in, refusal_in
from services.commanding.outcomes import done_by_log, done_by_workflow
from services.request_refusals import CommandNotFound

router = api_router("incident commands")


class Refused(View):
    """The command was refused; the problem says why and what is allowed instead."""

    status: Literal["refused"] = "refused"
    command_id: UUID
    problem: dict[str, Any]


@router.get("/v1/commands/{command_id}", dependencies=[requires(Permission.INCIDENT_READ)])
async def show_command(
    request: Request, dependencies: Deps, caller: TheCaller, command_id: UUID
) -> Receipt | Pending | Refused:
    """Show the outcome of a command: the log has what was done, the inbox what waits."""
    if record := await dependencies.log.find_command(command_id):
        await _require_seen(dependencies, caller, command_id, record.stream)
        return receipt_of(done_by_log(command_id, record))
    entry = await dependencies.inbox.find(command_id)
    if entry is None:
        raise _unknown(command_id)
    await _require_seen(dependencies, caller, command_id, entry.workflow_id.replace("/", "-", 1))
    if entry.outcome is None:
        return Pending(command_id=command_id, delivery="deferred")
    if entry.state is InboxState.REFUSED:
        refusal = await redacted_refusal(dependencies, caller.visibility, refusal_in(entry.outcome))
        problem = problem_members(request, refusal)
        return Refused(command_id=command_id, problem=problem)
    return receipt_of(done_by_workflow(answer_in(entry.outcome)))


async def _require_seen(
    dependencies: Dependencies, caller: Caller, command_id: UUID, stream: str
) -> None:
    """Let a command pass whose incident the caller may know of.

    Raises: CommandNotFound.
    """
    if not await sees_stream(dependencies, caller.visibility, stream):
        raise _unknown(command_id)


def _unknown(command_id: UUID) -> CommandNotFound:
    return CommandNotFound(f"No such command: {command_id}.")
