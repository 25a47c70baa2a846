"""Commands that a facet of the incident answers by itself: roles, checklist, pages and more."""

from events.incident.alert_commands import JoinAlerts
from events.incident.checklist import decide_checklist
from events.incident.checklist_commands import (
    AddChecklistItem,
    ChecklistCommand,
    TickChecklistItem,
    UntickChecklistItem,
)
from events.incident.events import IncidentEvent
from events.incident.field_events import SetFields, SetIncidentType
from events.incident.filling import set_fields, set_incident_type
from events.incident.joining_alerts import join_alerts
from events.incident.link_events import AddLink, RemoveLink
from events.incident.linking import decide_link
from events.incident.lives import LifeCommand, decide_life
from events.incident.members import decide_privacy
from events.incident.mitigation import decide_mitigation
from events.incident.mitigation_commands import (
    EndMitigationAction,
    MitigationCommand,
    StartMitigationAction,
)
from events.incident.page_commands import CallOffPage, CallPage, ReleasePage
from events.incident.pages import decide_page
from events.incident.privacy import AddMember, MakeIncidentPrivate, OpenIncident, RemoveMember
from events.incident.role_commands import (
    AcceptRole,
    AssignRole,
    DeclineRole,
    HandOverRole,
    OfferRole,
    RetractRoleOffer,
    RoleCommand,
    TakeOverCommand,
    VacateRole,
)
from events.incident.state import Incident
from events.incident.taking_over import decide_role
from events.incident.watch_commands import (
    MissStatusUpdate,
    NoticeUnfilledRoles,
    RemindOfUpdate,
    WatchCommand,
)
from events.incident.watching import decide_watch
from events.incident.work_item_commands import CompleteWorkItem, ReassignWorkItem
from events.incident.work_items import decide_work_item

type FacetCommand = (
    RoleCommand
    | SetFields
    | SetIncidentType
    | AddLink
    | RemoveLink
    | MakeIncidentPrivate
    | OpenIncident
    | AddMember
    | RemoveMember
    | ChecklistCommand
    | MitigationCommand
    | CallPage
    | CallOffPage
    | ReleasePage
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
            | VacateRole()
            | TakeOverCommand()
            | OfferRole()
            | AcceptRole()
            | DeclineRole()
            | RetractRoleOffer()
        ):
            return decide_role(command, incident)
        case MakeIncidentPrivate() | OpenIncident() | AddMember() | RemoveMember():
            return decide_privacy(command, incident)
        case TickChecklistItem() | UntickChecklistItem() | AddChecklistItem():
            return decide_checklist(command, incident)
        case StartMitigationAction() | EndMitigationAction():
            return decide_mitigation(command, incident)
        case CallPage() | CallOffPage() | ReleasePage():
            return decide_page(command, incident)
        case ReassignWorkItem() | CompleteWorkItem():
            return decide_work_item(command, incident)
        case NoticeUnfilledRoles() | RemindOfUpdate() | MissStatusUpdate():
            return decide_watch(command, incident)
        case JoinAlerts():
            return join_alerts(command, incident)
        case _:
            return decide_life(command, incident)
