"""Every refusal and every fault of the log by name; knows nothing of HTTP, SQL or Temporal.

A refusal's docstring is its title; its message says what happened and what is allowed instead.
"""


class CommandRejected(Exception):
    """The command was refused."""

    def __init__(self, detail: str, **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts  # extension members of the problem: JSON values only


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


class StreamConflict(CommandRejected):
    """Somebody else changed it at the same time."""


class KeyReused(CommandRejected):
    """The idempotency key was used for another request."""


class AppendTooLarge(CommandRejected):
    """The request is larger than the log takes."""


class NotStorable(CommandRejected):
    """A value cannot be kept in the log as it is."""


class IncidentNotFound(CommandRejected):
    """There is no such incident."""


class IncidentNotPrivate(CommandRejected):
    """Everybody who reads incidents may know of this one."""


class LinkRefused(CommandRejected):
    """The link is not one that people could follow safely."""


class RemovedFromIncident(CommandRejected):
    """Whoever was removed from a private incident does nothing in it until they are let in."""


class MemberHoldsRole(CommandRejected):
    """Whoever holds a role in an incident has to see it."""


class IncidentAlreadyDeclared(CommandRejected):
    """The incident is already declared."""


class IncidentEnded(CommandRejected):
    """The incident is over and takes no more commands."""


class IncidentResolvedAlready(CommandRejected):
    """The incident is resolved; reopen it first."""


class IncidentNotResolved(CommandRejected):
    """The incident is not resolved yet."""


class PhaseOutOfOrder(CommandRejected):
    """The incident cannot go to this phase from where it is."""


class ReasonRequired(CommandRejected):
    """A reason is needed for that step."""


class NotTheCommander(CommandRejected):
    """Only the incident commander may do this."""


class RoleHeld(CommandRejected):
    """Somebody else holds the role."""


class RoleNotHeld(CommandRejected):
    """Nobody holds the role."""


class ChecklistItemNotFound(CommandRejected):
    """There is no such item on the checklist."""


class MandatoryItemsOpen(CommandRejected):
    """Mandatory items of the checklist are open."""


class MitigationActionNotFound(CommandRejected):
    """There is no such mitigation action."""


class MitigationActionReverted(CommandRejected):
    """The mitigation action was reverted; nothing more comes of it."""


class TimestampNotSet(CommandRejected):
    """That has not happened yet, so there is no time to correct."""


class TimesOutOfOrder(CommandRejected):
    """The times cannot have been in that order."""


class RolesConflict(CommandRejected):
    """One person cannot hold these two roles in an incident this severe."""


class RoleOfferedAlready(CommandRejected):
    """The role is offered to somebody else."""


class RoleNotOffered(CommandRejected):
    """The role was not offered to this person."""


class CommanderPresent(CommandRejected):
    """The commander was heard of a moment ago."""


class NoteNotFound(CommandRejected):
    """There is no such note."""


class NoteGone(CommandRejected):
    """The note was taken back."""


class NotTheAuthor(CommandRejected):
    """Only who wrote it may do this."""


class AttachmentNotFound(CommandRejected):
    """There is no such attachment."""


class AttachmentForged(CommandRejected):
    """The stored bytes of the file are not those that the log has the hash of, or are gone."""


class MergedIntoAnother(CommandRejected):
    """The incident was merged into another one; go there."""


class RelatedToItself(CommandRejected):
    """An incident cannot be joined with itself."""


class RelationUnderWay(CommandRejected):
    """The incident waits for another one's answer."""


class DrillStaysApart(CommandRejected):
    """A drill and a real incident cannot be joined."""


class HasParent(CommandRejected):
    """The incident is part of another one."""


class HasChildren(CommandRejected):
    """Other incidents are parts of this one."""


class ChildrenOpen(CommandRejected):
    """Parts of the incident are still open."""


class DeadlineNotDue(CommandRejected):
    """The deadline has not passed yet."""


class PageNotFound(CommandRejected):
    """There is no such page."""


class NobodyToPage(CommandRejected):
    """The page has nobody to go to."""


class PageOver(CommandRejected):
    """The page is over; nobody is being paged any more."""


class AckLinkInvalid(CommandRejected):
    """The acknowledgement link is not valid."""


class AckLinkWithdrawn(CommandRejected):
    """The acknowledgement link belongs to somebody who may not answer any more."""


class AckLinkExpired(CommandRejected):
    """The acknowledgement link has expired."""


class AlertNotFound(CommandRejected):
    """There is no such alert."""


class ResponderNotFound(CommandRejected):
    """There is no such responder."""


class SubjectNotFound(CommandRejected):
    """Nothing personal was ever kept of such a person."""


class SubjectErased(CommandRejected):
    """The person was forgotten; nothing personal can be kept under their id any more."""


class EscalationPolicyNotFound(CommandRejected):
    """There is no such escalation policy."""


class ResponsePolicyIncomplete(CommandRejected):
    """The response policy leaves something open."""


class CalendarNeverOpens(CommandRejected):
    """The calendar has no business hours."""


class WorkItemNotFound(CommandRejected):
    """There is no work item to do that to."""


class ServiceNotFound(CommandRejected):
    """There is no such service."""


class IntegrationNotFound(CommandRejected):
    """There is no such integration."""


class ApiKeyNotFound(CommandRejected):
    """There is no such API key."""


class SubscriptionNotFound(CommandRejected):
    """There is no such subscription."""


class PolicyHasNoLevels(CommandRejected):
    """An escalation policy needs at least one level."""


class IncidentTypeNotFound(CommandRejected):
    """There is no such incident type."""


class IncidentTypeRefused(CommandRejected):
    """An incident type's fields contradict each other."""


class FieldUnknown(CommandRejected):
    """The incident has no such field."""


class FieldInvalid(CommandRejected):
    """A field does not take this value."""


class FieldsMissing(CommandRejected):
    """Fields that must have a value have none."""


class AlreadyExists(CommandRejected):
    """Something with this id already exists."""


class CursorInvalid(CommandRejected):
    """The cursor is not one that a list gave."""


class HistoryTooLong(CommandRejected):
    """More events have to be read for the answer than is allowed at a time."""


class PastNotKept(CommandRejected):
    """Only the present can be asked for here."""
