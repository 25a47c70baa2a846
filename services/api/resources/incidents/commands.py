"""Incident commands: which command stands at which path. The few with code of their own are beside.

A row's words are an example of its body. What may be in it, and what is said of it, is with the
command in `events/incident/`; `services/api/writing/command_routes.py` reads it from there.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Body

from events.incident.acknowledgement.commands import UnacknowledgeIncident
from events.incident.checklist.commands import (
    AddChecklistItem,
    TickChecklistItem,
    UntickChecklistItem,
)
from events.incident.commands import (
    AcknowledgeIncident,
    AdvancePhase,
    CloseIncident,
    DeclineIncident,
    MitigateIncident,
    ReopenIncident,
    ResolveIncident,
)
from events.incident.escalation.commands import EscalateIncident
from events.incident.mitigation.commands import EndMitigationAction
from events.incident.pages.commands import AcceptPage, CancelPage, DeclinePage
from events.incident.privacy.commands import (
    AddMember,
    MakeIncidentPrivate,
    MakeIncidentPublic,
    RemoveMember,
)
from events.incident.relations.commands import UnlinkParent
from events.incident.roles.commands import (
    AcceptRole,
    AddResponder,
    AssignRole,
    DeclineRole,
    OfferRole,
    ReplaceCommander,
    UnassignRole,
    WithdrawRoleOffer,
)
from events.incident.severity.commands import ChangeSeverity, TriageIncident
from events.incident.snooze.commands import EndSnooze
from events.incident.status_updates.commands import PublishStatusUpdate
from events.incident.timestamps.commands import CorrectTimestamp
from events.incident.work_item.commands import CompleteWorkItem, ReassignWorkItem
from services.api.http.formats import Strict
from services.api.resources.incidents.children import open_children
from services.api.resources.incidents.escalation import where_it_is
from services.api.writing.command_routes import COMMAND, INCIDENT, command_router, delete, post

__all__ = ["COMMAND", "INCIDENT", "ROUTERS", "NoBody"]

COMMANDS: Final = {
    "incident commands": (
        post("acknowledgement", AcknowledgeIncident),
        post("unacknowledgement", UnacknowledgeIncident, reason="I am off sick."),
        delete("snooze", EndSnooze),
        post("escalation", EscalateIncident, where_it_is, page=1, round=1, level=1),
        post("triage", TriageIncident, impact="degraded", scope="limited"),
        post("severity", ChangeSeverity, severity="SEV1", reason="Payments fail too."),
        post("phase", AdvancePhase, phase="mitigation"),
        post("mitigation", MitigateIncident, summary="Rolled back to release 411."),
        post(
            "resolution", ResolveIncident, open_children, summary="Release 413 closes connections."
        ),
        post("reopening", ReopenIncident, phase="response", reason="The errors are back."),
        post("decline", DeclineIncident, reason="A load test.", category="expected"),
        post("closure", CloseIncident, reason="A known fault; its postmortem is INC-1038's."),
        post(
            "timestamps/{timestamp}",
            CorrectTimestamp,
            happened_at="2026-11-23T11:42:00Z",
            reason="The first error in the log of the load balancer.",
        ),
    ),
    "roles": (
        post("responders", AddResponder, responder_id="grace"),
        post("roles/{role}", AssignRole, responder_id="grace"),
        delete("roles/{role}", UnassignRole, reason="End of my shift."),
        post("roles/{role}/offer", OfferRole, to_responder_id="grace"),
        delete("roles/{role}/offer", WithdrawRoleOffer),
        post("roles/{role}/offer/acceptance", AcceptRole),
        post("roles/{role}/offer/decline", DeclineRole, reason="On a train."),
        post("takeover", ReplaceCommander, reason="Silent for 20 minutes."),
    ),
    "pages": (
        post("pages/{number}/acceptance", AcceptPage),
        post("pages/{number}/decline", DeclinePage, reason="On a train."),
        post("pages/{number}/cancellation", CancelPage, reason="Grace has joined."),
    ),
    "status updates": (
        post(
            "status-updates",
            PublishStatusUpdate,
            impact="One checkout in five fails.",
            current_actions="Rolling back release 412.",
            next_update_at="2026-11-23T12:30:00Z",
        ),
    ),
    "checklist": (
        post("checklist", AddChecklistItem, section="investigation", text="Ask the bank."),
        post("checklist/{item_id}/tick", TickChecklistItem),
        delete("checklist/{item_id}/tick", UntickChecklistItem),
    ),
    "mitigation actions": (
        post("mitigation-actions/{number}/outcome", EndMitigationAction, outcome="worked"),
    ),
    "related incidents": (delete("parent", UnlinkParent),),
    "privacy": (
        post("privacy", MakeIncidentPrivate, reason="A security hole that is not closed yet."),
        delete("privacy", MakeIncidentPublic, reason="The hole is closed."),
        post("members", AddMember, responder_id="grace"),
        delete("members/{responder_id}", RemoveMember),
    ),
    "work items": (
        post("work-item/assignment", ReassignWorkItem, owner="grace"),
        post("work-item/completion", CompleteWorkItem, summary="The certificate is renewed."),
    ),
}
ROUTERS: Final[tuple[APIRouter, ...]] = tuple(
    command_router(tag, routes) for tag, routes in COMMANDS.items()
)


class Nothing(Strict, json_schema_extra={"examples": [{}]}):
    """A body without members; it may be left out."""


type NoBody = Annotated[Nothing | None, Body()]
