"""Commands that a facet of the incident answers by itself: roles, checklist, pages and more."""

from events.incident.alerts.commands import JoinAlerts
from events.incident.alerts.rules import join_alerts
from events.incident.checklist.commands import (
    AddChecklistItem,
    ChecklistCommand,
    TickChecklistItem,
    UntickChecklistItem,
)
from events.incident.checklist.rules import decide_checklist
from events.incident.events import IncidentEvent
from events.incident.fields.commands import SetFields, SetIncidentType
from events.incident.fields.rules import set_fields, set_incident_type
from events.incident.links.commands import AddLink, RemoveLink
from events.incident.links.rules import decide_link
from events.incident.lives import LifeCommand, decide_life
from events.incident.mitigation.commands import (
    EndMitigationAction,
    MitigationCommand,
    StartMitigationAction,
)
from events.incident.mitigation.rules import decide_mitigation
from events.incident.pages.commands import CancelPage, RequestPage, SendPageNow
from events.incident.pages.rules import decide_page
from events.incident.privacy.commands import (
    AddMember,
    MakeIncidentPrivate,
    MakeIncidentPublic,
    RemoveMember,
)
from events.incident.privacy.rules import decide_privacy
from events.incident.roles.commands import (
    AcceptRole,
    AssignRole,
    DeclineRole,
    HandOverRole,
    OfferRole,
    ReplaceCommander,
    RoleCommand,
    UnassignRole,
    WithdrawRoleOffer,
)
from events.incident.roles.takeover import decide_role
from events.incident.state import Incident
from events.incident.status_updates.commands import MissStatusUpdate, RemindOfUpdate
from events.incident.status_updates.rules import watch_updates
from events.incident.watch.commands import NoticeUnfilledRoles, WatchCommand
from events.incident.watch.rules import notice_unfilled_roles
from events.incident.work_item.commands import CompleteWorkItem, ReassignWorkItem
from events.incident.work_item.rules import decide_work_item

type FacetCommand = (
    RoleCommand
    | SetFields
    | SetIncidentType
    | AddLink
    | RemoveLink
    | MakeIncidentPrivate
    | MakeIncidentPublic
    | AddMember
    | RemoveMember
    | ChecklistCommand
    | MitigationCommand
    | RequestPage
    | CancelPage
    | SendPageNow
    | ReassignWorkItem
    | CompleteWorkItem
    | WatchCommand
    | JoinAlerts
    | LifeCommand
)


def decide_facet(command: FacetCommand, incident: Incident) -> list[IncidentEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case SetFields():
            return set_fields(command, incident)
        case SetIncidentType():
            return set_incident_type(command, incident)
        case AddLink() | RemoveLink():
            return decide_link(command, incident)
        case (
            AssignRole()
            | HandOverRole()
            | UnassignRole()
            | ReplaceCommander()
            | OfferRole()
            | AcceptRole()
            | DeclineRole()
            | WithdrawRoleOffer()
        ):
            return decide_role(command, incident)
        case MakeIncidentPrivate() | MakeIncidentPublic() | AddMember() | RemoveMember():
            return decide_privacy(command, incident)
        case TickChecklistItem() | UntickChecklistItem() | AddChecklistItem():
            return decide_checklist(command, incident)
        case StartMitigationAction() | EndMitigationAction():
            return decide_mitigation(command, incident)
        case RequestPage() | CancelPage() | SendPageNow():
            return decide_page(command, incident)
        case ReassignWorkItem() | CompleteWorkItem():
            return decide_work_item(command, incident)
        case NoticeUnfilledRoles() | RemindOfUpdate() | MissStatusUpdate():
            return decide_watch(command, incident)
        case JoinAlerts():
            return join_alerts(command, incident)
        case _:
            return decide_life(command, incident)


def decide_watch(
    command: NoticeUnfilledRoles | RemindOfUpdate | MissStatusUpdate, incident: Incident
) -> list[IncidentEvent]:
    """Return what is due about roles that stay empty and status updates that do not come."""
    if isinstance(command, NoticeUnfilledRoles):
        return notice_unfilled_roles(command, incident)
    return watch_updates(command, incident)
