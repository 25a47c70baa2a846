"""Role offer rules: a handover that is offered, then accepted, declined or withdrawn."""

from events.errors import RoleNotOffered, RoleOfferedAlready
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.require import live
from events.incident.roles.authority import kept_apart
from events.incident.roles.commands import (
    AcceptRole,
    DeclineRole,
    HandOverRole,
    OfferRole,
    WithdrawRoleOffer,
)
from events.incident.roles.events import (
    RoleAccepted,
    RoleDeclined,
    RoleOffered,
    RoleOfferWithdrawn,
    spoken,
)
from events.incident.roles.rules import disposed_of_by, hand_over_role, held, joined, passed_on
from events.incident.roles.state import Offer
from events.incident.state import Incident


def offer_role(command: OfferRole, incident: Incident) -> list[IncidentEvent]:
    """Ask somebody to take the role over; who takes it themselves has accepted already.

    Raises: RoleNotHeld, NotTheCommander, RoleOfferedAlready, RolesConflict.
    """
    holder = held(command.role, incident)
    offer = incident.staffing.offers.get(command.role)
    if command.to_responder_id in {holder, offer and offer.to_responder_id}:
        return []
    disposed_of_by(command.actor, command.role, holder, incident)
    at_once = HandOverRole(
        role=command.role,
        to_responder_id=command.to_responder_id,
        actor=command.actor,
        at=command.at,
    )
    if command.actor.responder_id == command.to_responder_id:
        return hand_over_role(at_once, incident)
    if offer is not None:
        raise RoleOfferedAlready(
            f"{spoken(command.role)} is offered to {offer.to_responder_id}: withdraw that first.",
            offered_to=offer.to_responder_id,
            allowed=["withdraw_role_offer"],
        )
    kept_apart(command.role, command.to_responder_id, at_once, incident)
    return [
        RoleOffered(
            incident_id=live(incident),
            role=command.role,
            from_responder_id=holder,
            to_responder_id=command.to_responder_id,
            offered_by=command.actor.name,
            offered_at=command.at,
        )
    ]


def accept_role(command: AcceptRole, incident: Incident) -> list[IncidentEvent]:
    """Take the role that was offered.

    Raises: RoleNotOffered, RolesConflict, ReasonRequired.
    """
    incident_id = live(incident)
    person = command.actor.responder_id
    if person is not None and incident.roles.get(command.role) == person:
        return []
    offer = offered_to_the_actor(command, incident)
    forced = kept_apart(command.role, offer.to_responder_id, command, incident)
    accepted = RoleAccepted(
        incident_id=incident_id,
        role=command.role,
        responder_id=offer.to_responder_id,
        accepted_by=command.actor.name,
        accepted_at=command.at,
    )
    holder = held(command.role, incident)
    return [
        *joined(incident, offer.to_responder_id, command),
        *forced,
        accepted,
        passed_on(command.role, holder, offer.to_responder_id, command, incident),
    ]


def decline_role(command: DeclineRole, incident: Incident) -> list[IncidentEvent]:
    """Say no; the holder goes on.

    Raises: RoleNotOffered.
    """
    incident_id = live(incident)
    offer = offered_to_the_actor(command, incident)
    return [
        RoleDeclined(
            incident_id=incident_id,
            role=command.role,
            responder_id=offer.to_responder_id,
            reason=command.reason,
            declined_by=command.actor.name,
            declined_at=command.at,
        )
    ]


def withdraw_role_offer(command: WithdrawRoleOffer, incident: Incident) -> list[IncidentEvent]:
    """Take the offer back: whoever made it may, the holder, the incident commander or an admin.

    Raises: NotTheCommander.
    """
    incident_id = live(incident)
    offer = incident.staffing.offers.get(command.role)
    if offer is None:
        return []
    if offer.offered_by != command.actor.name:
        disposed_of_by(command.actor, command.role, held(command.role, incident), incident)
    return [
        RoleOfferWithdrawn(
            incident_id=incident_id,
            role=command.role,
            responder_id=offer.to_responder_id,
            withdrawn_by=command.actor.name,
            withdrawn_at=command.at,
        )
    ]


def offered_to_the_actor(command: AcceptRole | DeclineRole, incident: Incident) -> Offer:
    """Return the offer that the actor may answer.

    Raises: RoleNotOffered.
    """
    offer = incident.staffing.offers.get(command.role)
    if offer is not None and offer.to_responder_id == command.actor.responder_id:
        return offer
    to = offer.to_responder_id if offer else None
    raise RoleNotOffered(
        f"{spoken(command.role)} is offered to {to}, who answers for themselves."
        if to
        else f"{spoken(command.role)} is offered to nobody.",
        offered_to=to,
        allowed=[],
    )


RULES: Rules = {
    OfferRole: offer_role,
    AcceptRole: accept_role,
    DeclineRole: decline_role,
    WithdrawRoleOffer: withdraw_role_offer,
}
