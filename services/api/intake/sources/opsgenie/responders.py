"""Responders: who is asked to take an alert, or to help with it, as its sender names them."""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, field_validator

from events.ids import (
    EscalationPolicyId,
    IncidentId,
    ResponderId,
    escalation_policy_stream,
)
from events.page.plan import PageTarget
from events.values.plain_text import one_line
from services.access.people import is_known
from services.api.intake.sources.generic import Words
from services.api.intake.sources.opsgenie import outcomes
from services.api.intake.sources.opsgenie.acting import act
from services.api.intake.sources.opsgenie.answers import Stopwatch
from services.api.intake.sources.opsgenie.asking import ActionBody, Asked, operation
from services.api.intake.sources.opsgenie.finding import FoundAlert
from services.api.intake.sources.opsgenie.outcomes import Outcome
from services.intake.arrival import Intake

_ASK: Final = "The sender of an alert asks for your help: {title}"
_LONGEST: Final = 63  # characters of an id


class Recipient(BaseModel):
    """A person or an escalation, by the id or the name that it has here."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: Words = ""
    id: Words = ""
    name: Words = ""
    username: Words = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Return what it may be called here; who is named by an address may be called as in it."""
        said = (self.id, self.username, self.name)
        called = [one_line(one) for one in said if one_line(one)]
        called += [one.partition("@")[0] for one in called if "@" in one]
        return tuple(one.lower() for one in called if len(one) <= _LONGEST)


def _named(recipient: Recipient) -> Recipient:
    if not recipient.names:
        raise ValueError("Name one, by its id or its name.")
    return recipient


class AssignBody(ActionBody):
    """Who is to have the alert."""

    owner: Recipient

    _is_named = field_validator("owner")(_named)


class EscalateBody(ActionBody):
    """Which escalation policy is asked."""

    escalation: Recipient

    _is_named = field_validator("escalation")(_named)


class ResponderBody(ActionBody):
    """Who is asked to help."""

    responder: Recipient

    _is_named = field_validator("responder")(_named)


async def person_called(recipient: Recipient, intake: Intake) -> ResponderId | None:
    """Return the responder who is meant; None if there is no such one.

    Raises: LogUnavailable.
    """
    for name in recipient.names:
        if await is_known(intake.log, ResponderId(name)):
            return ResponderId(name)
    return None


async def policy_called(recipient: Recipient, intake: Intake) -> EscalationPolicyId | None:
    """Return the escalation policy that is meant; None if there is no such one.

    Raises: LogUnavailable.
    """
    for name in recipient.names:
        if await intake.log.read_stream(escalation_policy_stream(EscalationPolicyId(name))):
            return EscalationPolicyId(name)
    return None


async def assign(asked: Asked[AssignBody], intake: Intake) -> Stopwatch:
    """Ask one person to take the alert's incident; whoever has it has it no longer.

    Raises: LogUnavailable, LogOverloaded.
    """

    async def assigned(_: FoundAlert, home: IncidentId) -> Outcome:
        person = await person_called(asked.body.owner, intake)
        if person is None:
            return outcomes.NO_OWNER
        target = PageTarget(responder_ids=(person,))
        handed = await intake.attending.hand_on(home, target, intake.metadata, intake.at)
        return outcomes.ASSIGNED if handed else outcomes.NOT_ASSIGNED

    return await act(asked, intake, outcomes.ASSIGNED, assigned)


async def escalate(asked: Asked[EscalateBody], intake: Intake) -> Stopwatch:
    """Ask the next level of the policy that is paged, or another policy from its first level on.

    Raises: LogUnavailable, LogOverloaded.
    """

    async def escalated(_: FoundAlert, home: IncidentId) -> Outcome:
        policy = await policy_called(asked.body.escalation, intake)
        if policy is None:
            return outcomes.NO_ESCALATION
        seen = await intake.attending.expected(home)
        if seen.incident.escalation_policy_id == policy:
            done = await intake.attending.escalate(home, intake.metadata, intake.at)
        else:
            target = PageTarget(escalation_policy_id=policy)
            done = await intake.attending.hand_on(home, target, intake.metadata, intake.at)
        return outcomes.ESCALATED if done else outcomes.NOT_ESCALATED

    return await act(asked, intake, outcomes.ESCALATED, escalated)


async def add_responder(asked: Asked[ResponderBody], intake: Intake) -> Stopwatch:
    """Page one person more, or a policy, to help; who has the incident keeps it.

    Raises: LogUnavailable, LogOverloaded.
    """

    async def joined(found: FoundAlert, home: IncidentId) -> Outcome:
        responder = asked.body.responder
        person = policy = None
        if responder.type.lower() in {"user", ""}:
            person = await person_called(responder, intake)
        if responder.type.lower() in {"escalation", ""} and person is None:
            policy = await policy_called(responder, intake)
        if person is None and policy is None:
            return outcomes.NO_RESPONDER
        target = PageTarget(
            escalation_policy_id=policy, responder_ids=(person,) if person is not None else ()
        )
        ask = _ASK.format(title=found.says.title)
        called = await intake.attending.call_in(home, target, ask, intake.metadata, intake.at)
        return outcomes.JOINED if called else outcomes.NOT_JOINED

    return await act(asked, intake, outcomes.JOINED, joined)


_SAMPLE: Final[dict[str, Any]] = {"user": "Monitoring Script", "note": "It is the database."}
CALLS: Final = (
    operation(
        "assign",
        "Ask one person to take the alert's incident; whoever has it has it no longer.",
        AssignBody,
        _SAMPLE | {"owner": {"username": "ada@example.com"}},
        assign,
    ),
    operation(
        "escalate",
        "Ask the next level, or another escalation policy from its first level on.",
        EscalateBody,
        _SAMPLE | {"escalation": {"name": "databases"}},
        escalate,
    ),
    operation(
        "responders",
        "Page one person or one escalation policy more, to help with the alert.",
        ResponderBody,
        _SAMPLE | {"responder": {"type": "user", "username": "ada@example.com"}},
        add_responder,
    ),
)
