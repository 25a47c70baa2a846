"""Typed ids, the stream each aggregate lives in, and ids derived from other ids."""

from datetime import date
from typing import NewType
from uuid import UUID, uuid5

IncidentId = NewType("IncidentId", UUID)
PageId = NewType("PageId", UUID)
DeliveryId = NewType("DeliveryId", UUID)
AlertId = NewType("AlertId", UUID)
AlertGroupId = NewType("AlertGroupId", UUID)
AlertStormId = NewType("AlertStormId", UUID)
NoteId = NewType("NoteId", UUID)
AttachmentId = NewType("AttachmentId", UUID)
ResponderId = NewType("ResponderId", str)
EscalationPolicyId = NewType("EscalationPolicyId", str)
ServiceId = NewType("ServiceId", str)
IncidentTypeId = NewType("IncidentTypeId", str)
ChangeId = NewType("ChangeId", UUID)
IntegrationId = NewType("IntegrationId", str)
ApiKeyId = NewType("ApiKeyId", str)
SubscriptionId = NewType("SubscriptionId", str)
TeamId = NewType("TeamId", str)
ScheduleId = NewType("ScheduleId", str)
OverrideId = NewType("OverrideId", UUID)
AbsenceId = NewType("AbsenceId", UUID)
MaintenanceWindowId = NewType("MaintenanceWindowId", str)
RoundRobinId = NewType("RoundRobinId", str)
LearningPolicyId = NewType("LearningPolicyId", str)  # of its service; or "default"
ActionItemId = NewType("ActionItemId", UUID)
ReportId = NewType("ReportId", UUID)
StatusPageId = NewType("StatusPageId", str)
AccountId = NewType("AccountId", str)  # the id of its person: nobody has two
SubjectId = NewType("SubjectId", str)  # of a person whom events tell something personal about

TOCSIN = UUID("6f1c7d0e-5a3b-5c57-9a52-2f1f6d0c7a11")  # our UUIDv5 namespace; part of stored ids


def incident_stream(incident_id: IncidentId) -> str:
    """Return the stream of one incident."""
    return f"incident-{incident_id}"


def notes_stream(incident_id: IncidentId) -> str:
    """Return the stream of what is written down beside an incident."""
    return f"notes-{incident_id}"


def page_stream(page_id: PageId) -> str:
    """Return the stream of one page."""
    return f"page-{page_id}"


def account_stream(account_id: AccountId) -> str:
    """Return the stream of how a person signs in."""
    return f"account-{account_id}"


def contact_verification_stream(responder_id: ResponderId) -> str:
    """Return the stream of the codes that verify a responder's contact methods."""
    return f"contact_verification-{responder_id}"


def receipt_stream(delivery_id: DeliveryId) -> str:
    """Return the stream of what came back about one message."""
    return f"receipt-{delivery_id}"


def paging_stream(incident_id: IncidentId) -> str:
    """Return the stream that says whether an incident's paging is stuck."""
    return f"paging-{incident_id}"


def repair_stream(incident_id: IncidentId) -> str:
    """Return the stream of the repairs of an incident's workflows."""
    return f"repair-{incident_id}"


def inventory_stream(incident_id: IncidentId) -> str:
    """Return the stream of what was found to belong to an incident."""
    return f"inventory-{incident_id}"


def alert_stream(alert_id: AlertId) -> str:
    """Return the stream of one alert, which all its occurrences share."""
    return f"alert-{alert_id}"


def alert_group_stream(group_id: AlertGroupId) -> str:
    """Return the stream that says which incident a group of alerts belongs to."""
    return f"alert_group-{group_id}"


def alert_storm_stream(storm_id: AlertStormId) -> str:
    """Return the stream of the storms of an integration."""
    return f"alert_storm-{storm_id}"


def responder_stream(responder_id: ResponderId) -> str:
    """Return the stream of one responder."""
    return f"responder-{responder_id}"


def subject_stream(subject_id: SubjectId) -> str:
    """Return the stream that says whether a person was forgotten."""
    return f"subject-{subject_id}"


def team_stream(team_id: TeamId) -> str:
    """Return the stream of one team."""
    return f"team-{team_id}"


def schedule_stream(schedule_id: ScheduleId) -> str:
    """Return the stream of one schedule."""
    return f"schedule-{schedule_id}"


def escalation_policy_stream(policy_id: EscalationPolicyId) -> str:
    """Return the stream of one escalation policy."""
    return f"escalation_policy-{policy_id}"


def round_robin_stream(round_robin_id: RoundRobinId) -> str:
    """Return the stream of the turns of one level of an escalation policy."""
    return f"round_robin-{round_robin_id}"


def response_policy_stream(service_id: ServiceId) -> str:
    """Return the stream of one service's response policy."""
    return f"response_policy-{service_id}"


def service_stream(service_id: ServiceId) -> str:
    """Return the stream of one service."""
    return f"service-{service_id}"


def integration_stream(integration_id: IntegrationId) -> str:
    """Return the stream of one integration."""
    return f"integration-{integration_id}"


def subscription_stream(subscription_id: SubscriptionId) -> str:
    """Return the stream of one subscription."""
    return f"subscription-{subscription_id}"


def announcement_stream(incident_id: IncidentId) -> str:
    """Return the stream that keeps what stakeholders of an incident were sent."""
    return f"announcement-{incident_id}"


def absence_stream(responder_id: ResponderId) -> str:
    """Return the stream of when one person is away."""
    return f"absence-{responder_id}"


def hand_off_stream(schedule_id: ScheduleId) -> str:
    """Return the stream that keeps what people were told of a schedule."""
    return f"hand_off-{schedule_id}"


def follow_up_stream(incident_id: IncidentId) -> str:
    """Return the stream that keeps what people were reminded of after an incident."""
    return f"follow_up-{incident_id}"


def meeting_invitation_stream(incident_id: IncidentId) -> str:
    """Return the stream that keeps who was invited to the meeting about a postmortem."""
    return f"meeting_invitation-{incident_id}"


def questions_stream(team_id: TeamId) -> str:
    """Return the stream that keeps what a team is asked each week."""
    return f"questions-{team_id}"


def incident_type_stream(incident_type_id: IncidentTypeId) -> str:
    """Return the stream of one incident type."""
    return f"incident_type-{incident_type_id}"


def change_stream(change_id: ChangeId) -> str:
    """Return the stream of one change."""
    return f"change-{change_id}"


def api_key_stream(key_id: ApiKeyId) -> str:
    """Return the stream of one API key."""
    return f"api_key-{key_id}"


def incident_id_for(command_id: UUID) -> IncidentId:
    """Return the incident that a declaring command creates: the same for every retry (P3)."""
    return IncidentId(uuid5(command_id, "incident"))


def round_robin_id_for(policy_id: EscalationPolicyId, level: int) -> RoundRobinId:
    """Return the id of the turns of one level of an escalation policy."""
    return RoundRobinId(f"{policy_id}:{level}")


def page_id_for(incident_id: IncidentId, number: int) -> PageId:
    """Return the id of an incident's n-th page, the same in every run of its workflow."""
    return PageId(uuid5(incident_id, f"page:{number}"))


def alert_id_for(integration_id: IntegrationId, dedup_key: str) -> AlertId:
    """Return the one alert of an integration with this dedup key (P3)."""
    return AlertId(uuid5(TOCSIN, f"alert:{integration_id}:{dedup_key}"))


def change_id_for(integration_id: IntegrationId, name: str) -> ChangeId:
    """Return the one change that an integration knows by this name."""
    return ChangeId(uuid5(TOCSIN, f"change:{integration_id}:{name}"))


def alert_group_id_for(integration_id: IntegrationId, group_key: str) -> AlertGroupId:
    """Return the group that an integration's group key names."""
    return AlertGroupId(uuid5(TOCSIN, f"alert_group:{integration_id}:{group_key}"))


def alert_storm_id_for(
    integration_id: IntegrationId, service_id: ServiceId, policy_id: str
) -> AlertStormId:
    """Return the storms of what an integration sends to a service and an escalation policy."""
    return AlertStormId(uuid5(TOCSIN, f"alert_storm:{integration_id}:{service_id}:{policy_id}"))


def delivery_id_for(
    page_id: PageId, round: int, level: int, responder_id: ResponderId, channel: str, address: int
) -> DeliveryId:
    """Return the id of one message to one person: what receivers use to drop repeats.

    `address` is the index among the responder's contact methods.
    """
    return DeliveryId(uuid5(page_id, f"{round}:{level}:{responder_id}:{channel}:{address}"))


def repeat_id_for(first: DeliveryId, repeat: int) -> DeliveryId:
    """Return the id of a repeat on purpose, which receivers must not drop; 0 is the first one."""
    return DeliveryId(uuid5(first, f"repeat {repeat}")) if repeat else first


def post_id_for(
    incident_id: IncidentId, number: int, responder_id: ResponderId, channel: str, address: int
) -> DeliveryId:
    """Return the id of one status update to one subscriber: what receivers use to drop repeats.

    `number` is the update's; `address` is the index among the responder's contact methods.
    """
    name = f"announcement:{number}:{responder_id}:{channel}:{address}"
    return DeliveryId(uuid5(incident_id, name))


def notice_id_for(
    schedule_id: ScheduleId, notice: str, responder_id: ResponderId, channel: str, address: int
) -> DeliveryId:
    """Return the id of one notice of a schedule to one person: what receivers drop repeats by."""
    name = f"notice:{schedule_id}:{notice}:{responder_id}:{channel}:{address}"
    return DeliveryId(uuid5(TOCSIN, name))


def reminder_id_for(
    incident_id: IncidentId, reminder: str, responder_id: ResponderId, channel: str, address: int
) -> DeliveryId:
    """Return the id of one reminder to one person: what receivers drop repeats by."""
    name = f"reminder:{reminder}:{responder_id}:{channel}:{address}"
    return DeliveryId(uuid5(incident_id, name))


def invitation_id_for(
    incident_id: IncidentId, about: str, responder_id: ResponderId, channel: str, address: int
) -> DeliveryId:
    """Return the id of one invitation to one person: what receivers drop repeats by."""
    name = f"meeting_invitation:{about}:{responder_id}:{channel}:{address}"
    return DeliveryId(uuid5(incident_id, name))


def question_id_for(
    team_id: TeamId, week: date, responder_id: ResponderId, channel: str, address: int
) -> DeliveryId:
    """Return the id of one week's questions to one person: what receivers drop repeats by."""
    name = f"questions:{team_id}:{week}:{responder_id}:{channel}:{address}"
    return DeliveryId(uuid5(TOCSIN, name))
