"""Refusals by kind, and faults of the log by name; knows nothing of HTTP, SQL or Temporal.

A refusal's docstring is its title; its message says what happened and what is allowed instead. What
the API answers follows from its kind. A refusal of one noun may stand in the noun's own file.
"""

from typing import ClassVar, Final


class CommandRejected(Exception):
    """The command was refused."""

    slug: ClassVar = ""  # of its problem, where it is another one than its name in words

    def __init__(self, detail: str, **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts  # extension members of the problem: JSON values only


class NotFound(CommandRejected):
    """Nothing has that name."""


class Conflict(CommandRejected):
    """It cannot be done to it as it stands now; it may later."""


class Forbidden(CommandRejected):
    """Whoever asks may not do this; somebody else may."""


class Unprocessable(CommandRejected):
    """What is asked for makes no sense, now or later."""


class Gone(CommandRejected):
    """It was there, and will not be again."""


KINDS: Final = (NotFound, Conflict, Forbidden, Unprocessable, Gone)


class LogFault(Exception):
    """The log could not answer; the same request may go through later."""


class LogUnavailable(LogFault):
    """The log's database cannot be reached or did not answer in time."""


class LogRefused(LogUnavailable):
    """The log's database refused a request unexpectedly."""


class LogOverloaded(LogFault):
    """Too many appends are waiting; this one was not queued."""


class EventUnreadable(LogFault):
    """A stored event does not have the shape this version expects."""


class EventTooNew(EventUnreadable):
    """A stored event was written by a newer version of Tocsin."""


class StreamConflict(Conflict):
    """Somebody else changed it at the same time."""


class KeyReused(Unprocessable):
    """The idempotency key was used for another request."""

    slug = "idempotency-key-reused"


class AppendTooLarge(CommandRejected):
    """The request is larger than the log takes."""


class NotStorable(Unprocessable):
    """A value cannot be stored in the log."""


class IncidentNotFound(NotFound):
    """There is no such incident."""


class IncidentNotPrivate(Conflict):
    """The incident is not private."""


class LinkRefused(Unprocessable):
    """The link is not a safe address."""


class RemovedFromIncident(Forbidden):
    """You were removed from this private incident."""


class MemberHoldsRole(Conflict):
    """A member who holds a role cannot be removed."""


class IncidentAlreadyDeclared(Conflict):
    """The incident is already declared."""


class IncidentEnded(Conflict):
    """The incident is over and takes no more commands."""


class IncidentResolvedAlready(Conflict):
    """The incident is resolved; reopen it first."""


class IncidentNotResolved(Conflict):
    """The incident is not resolved yet."""


class PhaseOutOfOrder(Conflict):
    """The incident cannot go to that phase from its present one."""


class ReasonRequired(Unprocessable):
    """A reason is required."""


class NotTheCommander(Forbidden):
    """Only the incident commander may do this."""


class RoleHeld(Conflict):
    """Somebody else holds the role."""


class RoleNotHeld(Conflict):
    """Nobody holds the role."""


class ChecklistItemNotFound(NotFound):
    """There is no such checklist item."""


class MandatoryItemsOpen(Unprocessable):
    """Mandatory checklist items are open."""


class MitigationActionNotFound(NotFound):
    """There is no such mitigation action."""


class MitigationActionReverted(Conflict):
    """The mitigation action was reverted already."""


class StatusUpdateUnknown(Unprocessable):
    """The incident has no such status update."""


class StatusUpdateCorrected(Conflict):
    """The status update was corrected already."""


class TimestampNotSet(Conflict):
    """The timestamp is not set yet."""


class TimesOutOfOrder(Unprocessable):
    """The timestamps are out of order."""


class RolesConflict(Conflict):
    """One person cannot hold both roles at this severity."""


class RoleOfferedAlready(Conflict):
    """The role is already offered to somebody else."""


class RoleNotOffered(Conflict):
    """The role was not offered to this person."""


class CommanderPresent(Conflict):
    """The incident commander is still active."""


class NoteNotFound(NotFound):
    """There is no such note."""


class NoteGone(Conflict):
    """The note was retracted."""


class NotTheAuthor(Forbidden):
    """Only the author may do this."""


class AttachmentNotFound(NotFound):
    """There is no such attachment."""


class AttachmentForged(Conflict):
    """The attachment's bytes do not match the hash in the log."""


class MergedIntoAnother(Conflict):
    """The incident was merged into another one."""


class RelatedToItself(Unprocessable):
    """An incident cannot be related to itself."""


class RelationUnderWay(Conflict):
    """Another request between these incidents is under way."""


class DrillStaysApart(Conflict):
    """A drill and a real incident cannot be related."""


class HasParent(Conflict):
    """The incident has a parent already."""


class HasChildren(Conflict):
    """The incident has children."""


class ChildrenOpen(Conflict):
    """Child incidents are still open."""


class DeadlineNotDue(Conflict):
    """The deadline has not passed yet."""


class PageNotFound(NotFound):
    """There is no such page."""


class NobodyToPage(Unprocessable):
    """Nobody to page."""


class PageOver(Conflict):
    """The page is over."""


class PageMovedOn(Conflict):
    """The page is at another level by now."""


class AckLinkInvalid(NotFound):
    """The acknowledgement link is not valid."""


class AckLinkWithdrawn(Gone):
    """The acknowledgement link was withdrawn."""


class AckLinkExpired(Gone):
    """The acknowledgement link has expired."""


class SubjectNotFound(NotFound):
    """No personal data of such a person was ever stored."""


class SubjectErased(Conflict):
    """The person was forgotten; their id cannot be used again."""


class ResponsePolicyIncomplete(Unprocessable):
    """The response policy is incomplete."""


class CalendarNeverOpens(Unprocessable):
    """The calendar has no business hours."""


class WorkItemNotFound(NotFound):
    """There is no such work item."""


class ServiceNotFound(NotFound):
    """There is no such service."""


class FieldUnknown(Unprocessable):
    """The incident has no such field."""


class FieldInvalid(Unprocessable):
    """The field does not take this value."""


class FieldsMissing(Unprocessable):
    """Required fields are empty."""


class AlreadyExists(Conflict):
    """The id already exists."""


class CursorInvalid(Unprocessable):
    """The cursor is not valid."""


class HistoryTooLong(Unprocessable):
    """The history is too long to read at once."""


class PastNotKept(Unprocessable):
    """`as_of` is not supported here."""
