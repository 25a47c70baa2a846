"""Commands that a facet of the incident answers by itself: roles, checklist, pages and more."""

from events.incident.checklist import decide_checklist
from events.incident.checklist_commands import (
    AddChecklistItem,
    ChecklistCommand,
    TickChecklistItem,
    UntickChecklistItem,
)
from events.incident.events import IncidentEvent
from events.incident.lives import LifeCommand, decide_life
from events.incident.members import decide_privacy
from events.incident.mitigation import end_mitigation_action, start_mitigation_action
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
    TakeOverCommand,
    VacateRole,
)
from events.incident.role_offers import OfferCommand, decide_offer
from events.incident.state import Incident
from events.incident.taking_over import decide_role
from events.incident.work_item_commands import CompleteWorkItem, ReassignWorkItem
from events.incident.work_items import decide_work_item

type FacetCommand = (
    AssignRole
    | MakeIncidentPrivate
    | OpenIncident
    | AddMember
    | RemoveMember
    | HandOverRole
    | VacateRole
    | TakeOverCommand
    | OfferCommand
    | ChecklistCommand
    | MitigationCommand
    | CallPage
    | CallOffPage
    | ReleasePage
    | ReassignWorkItem
    | CompleteWorkItem
    | LifeCommand
)


def decide_facet(command: FacetCommand, incident: Incident) -> list[IncidentEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case MakeIncidentPrivate() | OpenIncident() | AddMember() | RemoveMember():
            return decide_privacy(command, incident)
        case AssignRole() | HandOverRole() | VacateRole() | TakeOverCommand():
            return decide_role(command, incident)
        case OfferRole() | AcceptRole() | DeclineRole() | RetractRoleOffer():
            return decide_offer(command, incident)
        case TickChecklistItem() | UntickChecklistItem() | AddChecklistItem():
            return decide_checklist(command, incident)
        case StartMitigationAction():
            return start_mitigation_action(command, incident)
        case EndMitigationAction():
            return end_mitigation_action(command, incident)
        case CallPage() | CallOffPage() | ReleasePage():
            return decide_page(command, incident)
        case ReassignWorkItem() | CompleteWorkItem():
            return decide_work_item(command, incident)
        case _:
            return decide_life(command, incident)
