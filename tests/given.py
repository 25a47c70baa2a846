"""Rules as sentences: `given(*events).when(command).then(*events)`, for every aggregate."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAliasType

import pytest

from events.alert.commands import AlertCommand
from events.alert.decide import alert_decider
from events.alert_group.commands import OpenAlertGroup
from events.alert_group.decide import alert_group_decider
from events.announcement.commands import AnnouncementCommand
from events.announcement.decide import announcement_decider
from events.api_key.commands import ApiKeyCommand
from events.api_key.decide import api_key_decider
from events.change.commands import ReportChange
from events.change.decide import change_decider
from events.decider import Decider, members_of
from events.errors import CommandRejected
from events.escalation_policy.commands import DefineEscalationPolicy
from events.escalation_policy.decide import escalation_policy_decider
from events.incident.commands import IncidentCommand
from events.incident.decide import incident_decider
from events.incident_type.commands import DefineIncidentType
from events.incident_type.decide import incident_type_decider
from events.integration.commands import IntegrationCommand
from events.integration.decide import integration_decider
from events.inventory.commands import TakeInventory
from events.inventory.decide import inventory_decider
from events.notes.commands import NotesCommand
from events.notes.decide import notes_decider
from events.page.commands import PageCommand
from events.page.decide import page_decider
from events.paging.commands import PagingCommand
from events.paging.decide import paging_decider
from events.repair.commands import RecordRepair
from events.repair.decide import repair_decider
from events.responder.commands import RegisterResponder
from events.responder.decide import responder_decider
from events.response_policy.commands import ResponsePolicyCommand
from events.response_policy.decide import response_policy_decider
from events.service.commands import ServiceCommand
from events.service.decide import service_decider
from events.subject.commands import ForgetSubject
from events.subject.decide import subject_decider
from events.subscription.commands import SubscriptionCommand
from events.subscription.decide import subscription_decider

type AnyDecider = Decider[Any, Any, Any]
type Commands = TypeAliasType | type  # one command class, or the union of several

AGGREGATES: tuple[tuple[AnyDecider, Commands], ...] = (
    (incident_decider, IncidentCommand),
    (notes_decider, NotesCommand),
    (page_decider, PageCommand),
    (paging_decider, PagingCommand),
    (repair_decider, RecordRepair),
    (inventory_decider, TakeInventory),
    (alert_decider, AlertCommand),
    (alert_group_decider, OpenAlertGroup),
    (change_decider, ReportChange),
    (responder_decider, RegisterResponder),
    (escalation_policy_decider, DefineEscalationPolicy),
    (service_decider, ServiceCommand),
    (response_policy_decider, ResponsePolicyCommand),
    (incident_type_decider, DefineIncidentType),
    (integration_decider, IntegrationCommand),
    (api_key_decider, ApiKeyCommand),
    (subject_decider, ForgetSubject),
    (subscription_decider, SubscriptionCommand),
    (announcement_decider, AnnouncementCommand),
)


DECIDERS: dict[type, AnyDecider] = {
    command: decider for decider, kind in AGGREGATES for command in members_of(kind)
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A command, put to an aggregate that has lived through some events."""

    events: tuple[object, ...]
    command: object

    def decide(self) -> list[object]:
        decider = DECIDERS[type(self.command)]
        return decider.decide(self.command, decider.fold(self.events))

    def then(self, *events: object) -> None:
        """Expect exactly these facts, in this order."""
        assert self.decide() == list(events)

    def then_nothing(self) -> None:
        """Expect that it is already so."""
        assert self.decide() == []

    def refused(
        self,
        refusal: type[CommandRejected],
        saying: str = "",
        *,
        allowed: Iterable[str] | None = None,
    ) -> CommandRejected:
        """Expect this refusal, these words in its text, and what it allows instead."""
        with pytest.raises(refusal) as caught:
            self.decide()
        assert type(caught.value) is refusal
        assert saying in caught.value.detail
        if allowed is not None:
            assert caught.value.facts["allowed"] == list(allowed)
        return caught.value


@dataclass(frozen=True, slots=True)
class Given:
    """What has happened so far."""

    events: tuple[object, ...]

    def when(self, command: object) -> Asked:
        return Asked(self.events, command)


def given(*events: object) -> Given:
    """Begin with what has happened; nothing means that the aggregate does not exist yet."""
    return Given(events)
