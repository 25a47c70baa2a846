"""An incident begins, and somebody takes it."""

from dataclasses import replace

import pytest

from events.errors import (
    IncidentAlreadyDeclared,
    IncidentEnded,
    IncidentNotFound,
    IncidentResolvedAlready,
    StatusUpdateCorrected,
    StatusUpdateUnknown,
)
from events.ids import page_id_for
from events.incident.commands import AcknowledgeIncident, CloseIncident
from events.incident.decide import incident_decider
from events.incident.modes import Mode
from events.incident.phases import Phase
from events.incident.roles.events import Role
from events.incident.status_updates.commands import PublishStatusUpdate
from events.incident.status_updates.events import StatusUpdatePublished
from events.values.severity import Severity
from tests.events.incident.story import (
    ANA,
    BEN,
    INC_7,
    NOW,
    acknowledged_by,
    add,
    advance,
    after,
    ana,
    ana_commands,
    assign,
    ben,
    change_severity,
    closed,
    declare,
    declared,
    decline,
    declined,
    hand_over,
    in_phase,
    joined,
    miss,
    mitigate,
    reopen,
    resolve,
    resolved,
    robot,
    triage,
)
from tests.given import given

taken_by_ben = AcknowledgeIncident(actor=ben, at=NOW)
closing = CloseIncident(actor=ana, at=NOW)
update = PublishStatusUpdate(
    impact="30 % of payments fail.",
    current_actions="Preparing a rollback.",
    next_update_at=after(10),
    actor=ana,
    at=NOW,
)

EVERY_COMMAND_AFTER_THE_FIRST = (
    taken_by_ben,
    triage(),
    change_severity(Severity.SEV1),
    advance(Phase.TRIAGE),
    add(BEN),
    assign(Role.SCRIBE, BEN),
    hand_over(Role.SCRIBE, BEN),
    update,
    mitigate(),
    resolve(),
    reopen(Phase.DETECTION),
    decline(),
    closing,
)


def name_of(command: object) -> str:
    return type(command).__name__


def test_a_monitor_can_declare_an_incident() -> None:
    given().when(declare).then(declared)


def test_an_incident_is_declared_only_once() -> None:
    given(declared).when(declare).refused(
        IncidentAlreadyDeclared, "INC-7 is already declared", allowed=["declare"]
    )


@pytest.mark.parametrize("command", EVERY_COMMAND_AFTER_THE_FIRST, ids=name_of)
def test_an_incident_nobody_declared_takes_no_command(command: object) -> None:
    given().when(command).refused(IncidentNotFound, "No such incident")


def test_an_incident_nobody_declared_misses_no_deadline() -> None:
    given().when(miss(Phase.RESPONSE, after(6))).refused(IncidentNotFound)


@pytest.mark.parametrize(
    "command",
    [command for command in EVERY_COMMAND_AFTER_THE_FIRST if command is not closing],
    ids=name_of,
)
def test_a_closed_incident_takes_no_command(command: object) -> None:
    refusal = (
        given(*in_phase(Phase.POSTMORTEM), closed)
        .when(command)
        .refused(IncidentEnded, "INC-7 was closed", allowed=["declare"])
    )
    assert "declare a new incident" in refusal.detail


@pytest.mark.parametrize(
    "command",
    [one for one in EVERY_COMMAND_AFTER_THE_FIRST if name_of(one) != "DeclineIncident"],
    ids=name_of,
)
def test_a_false_alarm_takes_no_command(command: object) -> None:
    given(declared, declined).when(command).refused(
        IncidentEnded, "declined as a false alarm", allowed=["declare"]
    )


def test_who_acknowledges_joins_the_response() -> None:
    given(declared).when(taken_by_ben).then(
        acknowledged_by("responder:ben"), joined(BEN, "responder:ben")
    )


def test_a_second_acknowledgement_by_the_same_person_changes_nothing() -> None:
    given(declared, acknowledged_by("responder:ben")).when(taken_by_ben).then_nothing()


def test_a_responder_who_is_already_in_only_acknowledges() -> None:
    given(declared, joined(BEN, "responder:ana")).when(taken_by_ben).then(
        acknowledged_by("responder:ben")
    )


def test_a_second_person_may_take_the_incident_too() -> None:
    given(declared, acknowledged_by("responder:ana")).when(taken_by_ben).then(
        acknowledged_by("responder:ben"), joined(BEN, "responder:ben")
    )


def test_a_key_without_a_person_acknowledges_in_its_own_name() -> None:
    given(declared).when(AcknowledgeIncident(actor=robot, at=NOW)).then(
        acknowledged_by("integration:grafana")
    )


def test_a_responder_is_brought_in_once() -> None:
    given(declared).when(add(BEN)).then(joined(BEN, "responder:ana"))
    given(declared, joined(BEN, "responder:ana")).when(add(BEN)).then_nothing()


def test_a_status_update_carries_severity_and_phase_of_the_moment_and_the_next_number() -> None:
    first = StatusUpdatePublished(
        incident_id=INC_7,
        number=1,
        severity=None,
        phase=Phase.DETECTION,
        impact="30 % of payments fail.",
        current_actions="Preparing a rollback.",
        next_update_at=after(10),
        published_by="responder:ana",
        published_at=NOW,
    )
    given(declared).when(update).then(first)
    [second] = given(declared, first).when(update).decide()
    assert isinstance(second, StatusUpdatePublished)
    assert second.number == 2


def published(number: int, corrects: int | None = None) -> StatusUpdatePublished:
    return StatusUpdatePublished(
        incident_id=INC_7,
        number=number,
        severity=None,
        phase=Phase.DETECTION,
        impact="30 % of payments fail.",
        current_actions="Preparing a rollback.",
        next_update_at=after(10),
        published_by="responder:ana",
        published_at=NOW,
        corrects=corrects,
    )


def test_a_status_update_may_correct_any_earlier_one_of_its_incident() -> None:
    told = (declared, published(1), published(2))
    given(*told).when(replace(update, corrects=2)).then(published(3, corrects=2))
    given(*told).when(replace(update, corrects=1)).then(published(3, corrects=1))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (2, "No update 2 was published yet: the newest is update 1."),  # itself
        (7, "No update 7 was published yet: the newest is update 1."),
    ],
)
def test_an_update_corrects_neither_itself_nor_one_that_is_not_there(
    number: int, words: str
) -> None:
    correction = replace(update, corrects=number)
    given(declared, published(1)).when(correction).refused(StatusUpdateUnknown, words)


def test_before_the_first_update_there_is_nothing_to_correct() -> None:
    given(declared).when(replace(update, corrects=1)).refused(
        StatusUpdateUnknown, "No update 1 was published yet: there is none."
    )


def test_what_was_corrected_already_is_corrected_by_its_newest_correction() -> None:
    told = (declared, published(1), published(2, corrects=1), published(3, corrects=2))
    for number in (1, 2):
        given(*told).when(replace(update, corrects=number)).refused(
            StatusUpdateCorrected, f"Update {number} was corrected already: correct update 3."
        )
    given(*told).when(replace(update, corrects=3)).then(published(4, corrects=3))


def test_status_updates_go_on_after_the_resolution() -> None:
    [published] = given(*in_phase(Phase.RESOLUTION), resolved).when(update).decide()
    assert isinstance(published, StatusUpdatePublished)
    assert published.phase is Phase.RESOLUTION


def test_the_commander_is_part_of_the_response() -> None:
    given(declared).when(assign(Role.COMMANDER, ANA)).then(*ana_commands)


def test_a_drill_is_marked_in_its_title_wherever_that_is_shown() -> None:
    marked = replace(declared, title="[DRILL] Checkout is down", mode=Mode.DRILL)
    given().when(replace(declare, mode=Mode.DRILL)).then(marked)


def test_a_drill_that_says_so_itself_is_not_marked_twice() -> None:
    asked = replace(declare, title="[DRILL] Checkout is down", mode=Mode.DRILL)
    given().when(asked).then(replace(declared, title=asked.title, mode=Mode.DRILL))


def test_a_drill_has_the_deadlines_and_the_page_of_a_real_incident() -> None:
    drilled, real = (
        incident_decider.fold([replace(declared, mode=mode)]) for mode in (Mode.DRILL, Mode.REAL)
    )
    assert drilled.running_deadlines == real.running_deadlines
    assert drilled.escalation_policy_id == real.escalation_policy_id


@pytest.mark.parametrize("before", [(), (acknowledged_by("responder:ben"),)], ids=["new", "taken"])
def test_what_is_resolved_is_nobodys_to_take_any_more(before: tuple[object, ...]) -> None:
    given(declared, *before, resolved).when(taken_by_ben).refused(
        IncidentResolvedAlready, "is resolved: reopen it first", allowed=["reopen", "close"]
    )


def test_an_answer_to_a_page_that_arrives_after_the_resolution_changes_nothing() -> None:
    late = replace(taken_by_ben, page_id=page_id_for(INC_7, 1))
    given(declared, resolved).when(late).then_nothing()
