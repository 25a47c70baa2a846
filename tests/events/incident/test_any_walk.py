"""However an incident is worked on, it never gets into a state that cannot be."""

from dataclasses import fields
from datetime import datetime
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from events.actor import Actor
from events.errors import CommandRejected
from events.ids import PageId, ResponderId, page_id_for
from events.incident.checklist.commands import AddChecklistItem, TickChecklistItem
from events.incident.checklist.events import ChecklistItemsLeft
from events.incident.checklist.items import Section
from events.incident.commands import (
    AcknowledgeIncident,
    CloseIncident,
    IncidentCommand,
    MitigateIncident,
    ResolveIncident,
)
from events.incident.decide import incident_decider
from events.incident.events import (
    IncidentAcknowledged,
    IncidentDeadlineMissed,
    IncidentDeclared,
    IncidentEvent,
    IncidentPhaseAdvanced,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.phases import Phase
from events.incident.privacy.commands import (
    AddMember,
    MakeIncidentPrivate,
    MakeIncidentPublic,
    RemoveMember,
)
from events.incident.roles.commands import AcceptRole, OfferRole, ReplaceCommander, UnassignRole
from events.incident.roles.events import Role, RoleAssigned, RoleHandedOver
from events.incident.status_updates.commands import PublishStatusUpdate
from events.incident.status_updates.events import StatusUpdatePublished
from events.incident.timestamps.commands import CorrectTimestamp
from events.incident.timestamps.names import Timestamp
from events.values.severity import Impact, Scope, Severity
from tests.events.incident.story import (
    ANA,
    BEN,
    CEM,
    INC_7,
    NOW,
    add,
    admin,
    advance,
    after,
    ana,
    assign,
    ben,
    cem,
    change_severity,
    declare,
    decline,
    hand_over,
    miss,
    reopen,
    robot,
    triage,
)

actors = st.sampled_from([ana, ben, cem, admin, robot])
people = st.sampled_from([ANA, BEN, CEM])
roles = st.sampled_from(Role)
phases = st.sampled_from(Phase)
reasons = st.sampled_from(["", "We know why."])


def authorship(event: IncidentEvent) -> tuple[str, datetime] | None:
    """Return who the event says did it, and when; None if it was time."""
    names = [field.name for field in fields(event)]
    by = next((name for name in reversed(names) if name.endswith("_by")), None)
    if by is None:
        return None
    at = "joined_at" if by == "added_by" and "joined_at" in names else f"{by[:-3]}_at"
    return getattr(event, by), getattr(event, at)


class AnIncidentUnderAnyCommands(RuleBasedStateMachine):
    """Everybody asks for everything, in any order; what is refused must leave no trace."""

    def __init__(self) -> None:
        super().__init__()
        self.incident = incident_decider.initial
        self.events: list[IncidentEvent] = []

    def ask(self, command: IncidentCommand) -> None:
        before = self.incident
        try:
            events = incident_decider.decide(command, before)
        except CommandRejected:
            return
        assert not (before.ended and events), "an ended incident lives on"
        resolved = [event for event in events if isinstance(event, IncidentResolved)]
        if resolved and not command.actor.is_admin:
            assert command.actor.responder_id == before.roles[Role.COMMANDER]
        for event in events:
            assert authorship(event) in {None, (command.actor.name, command.at)}, "somebody else"
        taken = [event for event in events if isinstance(event, IncidentAcknowledged)]
        assert not (before.resolved and taken), "nobody takes what is over"
        self.events += events
        self.incident = incident_decider.fold(events, before)
        if before.privacy.shuts_out(person := command.actor.responder_id):
            assert self.incident.privacy.shuts_out(person), "somebody let themselves in again"

    @rule()
    def declare(self) -> None:
        self.ask(declare)

    @rule(actor=actors, page=st.sampled_from([None, *(page_id_for(INC_7, n) for n in (1, 2))]))
    def acknowledge(self, actor: Actor, page: PageId | None) -> None:
        self.ask(AcknowledgeIncident(actor=actor, at=NOW, page_id=page))

    @rule(impact=st.sampled_from(Impact), scope=st.sampled_from(Scope))
    def triage(self, impact: Impact, scope: Scope) -> None:
        self.ask(triage(impact, scope))

    @rule(severity=st.sampled_from(Severity), reason=reasons)
    def change_severity(self, severity: Severity, reason: str) -> None:
        self.ask(change_severity(severity, reason))

    @rule(phase=phases, reason=reasons)
    def advance(self, phase: Phase, reason: str) -> None:
        self.ask(advance(phase, reason))

    @rule(phase=phases, reason=reasons)
    def reopen(self, phase: Phase, reason: str) -> None:
        self.ask(reopen(phase, reason))

    @rule(person=people, actor=actors)
    def add_responder(self, person: ResponderId, actor: Actor) -> None:
        self.ask(add(person, actor))

    @rule(role=roles, person=people, actor=actors)
    def assign_role(self, role: Role, person: ResponderId, actor: Actor) -> None:
        self.ask(assign(role, person, actor))

    @rule(role=roles, person=people, actor=actors)
    def hand_over_role(self, role: Role, person: ResponderId, actor: Actor) -> None:
        self.ask(hand_over(role, person, actor))

    @rule(role=roles, person=people, actor=actors)
    def offer_role(self, role: Role, person: ResponderId, actor: Actor) -> None:
        self.ask(OfferRole(role=role, to_responder_id=person, actor=actor, at=NOW))

    @rule(role=roles, actor=actors, answer=st.sampled_from([AcceptRole, UnassignRole]))
    def answer(self, role: Role, actor: Actor, answer: type[AcceptRole | UnassignRole]) -> None:
        self.ask(answer(role=role, reason=None, actor=actor, at=NOW))

    @rule(actor=actors, minutes=st.sampled_from([1, 600]), reason=reasons)
    def take_over(self, actor: Actor, minutes: int, reason: str) -> None:
        self.ask(ReplaceCommander(reason=reason, actor=actor, at=after(minutes)))

    @rule(actor=actors)
    def publish_status_update(self, actor: Actor) -> None:
        self.ask(
            PublishStatusUpdate(
                impact="", current_actions="", next_update_at=None, actor=actor, at=NOW
            )
        )

    @rule(actor=actors, summary=reasons)
    def mitigate(self, actor: Actor, summary: str) -> None:
        self.ask(MitigateIncident(summary=summary, actor=actor, at=NOW))

    @rule(actor=actors, summary=reasons)
    def resolve(self, actor: Actor, summary: str) -> None:
        self.ask(ResolveIncident(summary=summary, actor=actor, at=NOW))

    @rule(phase=phases, minutes=st.sampled_from([4, 5, 600]))
    def miss_deadline(self, phase: Phase, minutes: int) -> None:
        self.ask(miss(phase, after(minutes)))

    @rule(section=st.sampled_from(Section), mandatory=st.booleans())
    def add_an_item(self, section: Section, *, mandatory: bool) -> None:
        self.ask(
            AddChecklistItem(section=section, text="Call", mandatory=mandatory, actor=ana, at=NOW)
        )

    @rule(item_id=st.sampled_from(["alert_valid", "added_1"]), actor=actors)
    def tick(self, item_id: str, actor: Actor) -> None:
        self.ask(TickChecklistItem(item_id=item_id, actor=actor, at=NOW))

    @rule(reason=reasons)
    def decline(self, reason: str) -> None:
        self.ask(decline(reason))

    @rule(
        timestamp=st.sampled_from(Timestamp),
        minutes=st.sampled_from([-5, 0, 3, 90]),
        reason=reasons,
    )
    def correct_time(self, timestamp: Timestamp, minutes: int, reason: str) -> None:
        self.ask(
            CorrectTimestamp(
                timestamp=timestamp,
                happened_at=after(minutes),
                reason=reason,
                actor=ana,
                at=after(60),
            )
        )

    @rule(
        actor=actors, reason=reasons, to=st.sampled_from([MakeIncidentPrivate, MakeIncidentPublic])
    )
    def show(
        self, actor: Actor, reason: str, to: type[MakeIncidentPrivate | MakeIncidentPublic]
    ) -> None:
        self.ask(to(reason=reason, actor=actor, at=NOW))

    @rule(actor=actors, person=people, act=st.sampled_from([AddMember, RemoveMember]))
    def let_in_or_out(
        self, actor: Actor, person: ResponderId, act: type[AddMember | RemoveMember]
    ) -> None:
        self.ask(act(responder_id=person, actor=actor, at=NOW))

    @rule(actor=actors, number=st.integers(1, 3))
    def answer_a_page(self, actor: Actor, number: int) -> None:
        page_id = page_id_for(INC_7, number)
        self.ask(AcknowledgeIncident(actor=actor, page_id=page_id, at=NOW))

    @rule(actor=actors)
    def close(self, actor: Actor) -> None:
        self.ask(CloseIncident(actor=actor, at=NOW))

    @invariant()
    def it_begins_with_its_declaration_and_has_one(self) -> None:
        begun = [event for event in self.events if isinstance(event, IncidentDeclared)]
        assert begun == self.events[:1]

    @invariant()
    def resolved_means_that_the_resolution_was_reached_and_declined_means_it_was_not(self) -> None:
        if self.incident.resolved:
            assert self.incident.phase in {Phase.RESOLUTION, Phase.POSTMORTEM}
            assert not self.incident.declined
        if self.incident.closed or self.incident.phase is Phase.POSTMORTEM:
            assert self.incident.resolved
        assert not (self.incident.closed and self.incident.declined)

    @invariant()
    def what_has_happened_has_a_time_and_what_has_not_has_none(self) -> None:
        timestamps = self.incident.timestamps
        assert (timestamps.mitigated is not None) == self.incident.mitigated
        assert (timestamps.resolved is not None) == self.incident.resolved

    @invariant()
    def everybody_with_a_role_is_part_of_the_response(self) -> None:
        assert set(self.incident.roles.values()) <= self.incident.responders

    @invariant()
    def nobody_is_offered_a_role_that_nobody_or_they_themselves_hold(self) -> None:
        for role, offer in self.incident.staffing.offers.items():
            assert self.incident.roles.get(role) not in {None, offer.to_responder_id}

    @invariant()
    def on_a_sev1_command_and_operations_came_together_only_before_it_was_one(self) -> None:
        together = self.incident.roles.get(Role.COMMANDER) == self.incident.roles.get(
            Role.OPERATIONS
        )
        if self.events and isinstance(self.events[-1], RoleAssigned | RoleHandedOver):
            apart = self.events[-1].role not in {Role.COMMANDER, Role.OPERATIONS}
            assert apart or not together or self.incident.severity is not Severity.SEV1

    @invariant()
    def phases_go_forward_one_by_one_or_with_a_reason_and_back_only_by_reopening(self) -> None:
        here = Phase.DETECTION
        for event in self.events:
            if isinstance(event, IncidentPhaseAdvanced):
                assert event.previous_phase is here
                assert event.phase.rank > here.rank
                assert event.phase is here.following or (event.reason or "").strip()
                here = event.phase
            if isinstance(event, IncidentReopened):
                assert event.previous_phase is here
                assert event.phase.rank < here.rank
                assert event.reason.strip()
                here = event.phase
        assert here is self.incident.phase

    @invariant()
    def no_phase_is_left_with_a_mandatory_item_open_unless_somebody_said_why(self) -> None:
        incident = incident_decider.initial
        for before, event in pairwise([None, *self.events]):
            if isinstance(event, IncidentPhaseAdvanced):
                behind = (
                    one for one in Phase if incident.phase.rank <= one.rank < event.phase.rank
                )
                if any(incident.checklist.open_mandatory(phase) for phase in behind):
                    assert isinstance(before, ChecklistItemsLeft)
                    assert before.reason.strip()
            if event is not None:
                incident = incident_decider.evolve(incident, event)

    @invariant()
    def status_updates_count_from_one_without_a_gap(self) -> None:
        numbers = [one.number for one in self.events if isinstance(one, StatusUpdatePublished)]
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def an_incident_is_resolved_twice_only_if_it_was_reopened_between(self) -> None:
        steps = (IncidentResolved, IncidentReopened)
        told = [event for event in self.events if isinstance(event, steps)]
        for one, other in pairwise(told):
            assert not (isinstance(one, IncidentResolved) and isinstance(other, IncidentResolved))

    @invariant()
    def no_deadline_is_missed_that_was_met_and_none_twice(self) -> None:
        missed: list[Phase] = []
        reached = 0
        for event in self.events:
            if isinstance(event, IncidentPhaseAdvanced):
                reached = max(reached, event.phase.rank)
            if isinstance(event, IncidentDeadlineMissed):
                assert event.phase.rank > reached
                missed.append(event.phase)
        assert len(missed) == len(set(missed))


TestAnIncidentUnderAnyCommands = AnIncidentUnderAnyCommands.TestCase
