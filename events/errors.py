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
    """There is nothing by that name."""


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
    """The log's database refused a request for a reason nobody foresaw."""


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
    """A value cannot be kept in the log as it is."""


class IncidentNotFound(NotFound):
    """There is no such incident."""


class IncidentNotPrivate(Conflict):
    """Everybody who reads incidents may know of this one."""


class LinkRefused(Unprocessable):
    """The link is not one that people could follow safely."""


class RemovedFromIncident(Forbidden):
    """Whoever was removed from a private incident does nothing in it until they are let in."""


class MemberHoldsRole(Conflict):
    """Whoever holds a role in an incident has to see it."""


class IncidentAlreadyDeclared(Conflict):
    """The incident is already declared."""


class IncidentEnded(Conflict):
    """The incident is over and takes no more commands."""


class IncidentResolvedAlready(Conflict):
    """The incident is resolved; reopen it first."""


class IncidentNotResolved(Conflict):
    """The incident is not resolved yet."""


class PhaseOutOfOrder(Conflict):
    """The incident cannot go to this phase from where it is."""


class ReasonRequired(Unprocessable):
    """A reason is needed for that step."""


class NotTheCommander(Forbidden):
    """Only the incident commander may do this."""


class RoleHeld(Conflict):
    """Somebody else holds the role."""


class RoleNotHeld(Conflict):
    """Nobody holds the role."""


class ChecklistItemNotFound(NotFound):
    """There is no such item on the checklist."""


class MandatoryItemsOpen(Unprocessable):
    """Mandatory items of the checklist are open."""


class MitigationActionNotFound(NotFound):
    """There is no such mitigation action."""


class MitigationActionReverted(Conflict):
    """The mitigation action was reverted; nothing more comes of it."""


class TimestampNotSet(Conflict):
    """That has not happened yet, so there is no time to correct."""


class TimesOutOfOrder(Unprocessable):
    """The times cannot have been in that order."""


class RolesConflict(Conflict):
    """One person cannot hold these two roles in an incident this severe."""


class RoleOfferedAlready(Conflict):
    """The role is offered to somebody else."""


class RoleNotOffered(Conflict):
    """The role was not offered to this person."""


class CommanderPresent(Conflict):
    """The commander was heard of a moment ago."""


class NoteNotFound(NotFound):
    """There is no such note."""


class NoteGone(Conflict):
    """The note was taken back."""


class NotTheAuthor(Forbidden):
    """Only who wrote it may do this."""


class AttachmentNotFound(NotFound):
    """There is no such attachment."""


class AttachmentForged(Conflict):
    """The stored bytes of the file are not those that the log has the hash of, or are gone."""


class MergedIntoAnother(Conflict):
    """The incident was merged into another one; go there."""


class RelatedToItself(Unprocessable):
    """An incident cannot be joined with itself."""


class RelationUnderWay(Conflict):
    """The incident waits for another one's answer."""


class DrillStaysApart(Conflict):
    """A drill and a real incident cannot be joined."""


class HasParent(Conflict):
    """The incident is part of another one."""


class HasChildren(Conflict):
    """Other incidents are parts of this one."""


class ChildrenOpen(Conflict):
    """Parts of the incident are still open."""


class DeadlineNotDue(Conflict):
    """The deadline has not passed yet."""


class PageNotFound(NotFound):
    """There is no such page."""


class NobodyToPage(Unprocessable):
    """The page has nobody to go to."""


class PageOver(Conflict):
    """The page is over; nobody is being paged any more."""


class AckLinkInvalid(NotFound):
    """The acknowledgement link is not valid."""


class AckLinkWithdrawn(Gone):
    """The acknowledgement link belongs to somebody who may not answer any more."""


class AckLinkExpired(Gone):
    """The acknowledgement link has expired."""


class AlertNotFound(NotFound):
    """There is no such alert."""


class SubjectNotFound(NotFound):
    """Nothing personal was ever kept of such a person."""


class SubjectErased(Conflict):
    """The person was forgotten; nothing personal can be kept under their id any more."""


class ResponsePolicyIncomplete(Unprocessable):
    """The response policy leaves something open."""


class CalendarNeverOpens(Unprocessable):
    """The calendar has no business hours."""


class WorkItemNotFound(NotFound):
    """There is no work item to do that to."""


class ServiceNotFound(NotFound):
    """There is no such service."""


class FieldUnknown(Unprocessable):
    """The incident has no such field."""


class FieldInvalid(Unprocessable):
    """A field does not take this value."""


class FieldsMissing(Unprocessable):
    """Fields that must have a value have none."""


class AlreadyExists(Conflict):
    """Something with this id already exists."""


class CursorInvalid(Unprocessable):
    """The cursor is not one that a list gave."""


class HistoryTooLong(Unprocessable):
    """More events have to be read for the answer than is allowed at a time."""


class PastNotKept(Unprocessable):
    """Only the present can be asked for here."""
