"""Refusals across Temporal: each is one ApplicationError type, which is never retried."""

from temporalio.exceptions import ApplicationError

from events import registry
from events.errors import CommandRejected

REFUSALS = {refusal.__name__: refusal for refusal in registry.REFUSALS}


def as_application_error(refusal: CommandRejected) -> ApplicationError:
    """Return the refusal as Temporal carries it: type is its name, details its text and facts."""
    return ApplicationError(
        refusal.detail,
        refusal.detail,
        refusal.facts,
        type=type(refusal).__name__,
        non_retryable=True,
    )


def as_refusal(error: ApplicationError) -> CommandRejected | None:
    """Return the refusal that the error carries, None if it carries none."""
    refusal = REFUSALS.get(error.type or "")
    if refusal is None:
        return None
    detail = str(error.details[0]) if error.details else str(error)
    facts = error.details[1] if len(error.details) > 1 else {}
    return refusal(detail, **(facts if isinstance(facts, dict) else {}))
