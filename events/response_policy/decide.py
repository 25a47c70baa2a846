"""Response policy rules: every severity has an answer, and the calendar opens."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import assert_never

from events.aggregate import Aggregate
from events.decider import Decider
from events.errors import CalendarNeverOpens, ResponsePolicyIncomplete
from events.ids import ServiceId
from events.on_call.zones import require_zone
from events.response_policy.calendar import BusinessCalendar, opening
from events.response_policy.commands import (
    ChangeMatrix,
    DefineResponsePolicy,
    ResponsePolicyCommand,
)
from events.response_policy.events import RESPONSE_POLICY_EVENTS, ResponsePolicyDefined
from events.response_policy.policy import ResponsePolicy, When
from events.response_policy.state import INITIAL, DefinedPolicy, evolve
from events.values.severity import Impact, Scope, Severity


def decide(command: ResponsePolicyCommand, defined: DefinedPolicy) -> list[ResponsePolicyDefined]:
    """Return the fact of the new definition, none if it is already so.

    Raises: ResponsePolicyIncomplete, UnknownZone, CalendarNeverOpens.
    """
    match command:
        case DefineResponsePolicy():
            policy, cells = command.policy, "matrix"
        case ChangeMatrix():
            policy, cells = replace(defined.policy, matrix=command.matrix), "cells"
        case _:
            assert_never(command)
    _complete(policy, cells)
    _opens(policy.calendar, command.at)
    if defined.number and defined.policy == policy:
        return []
    return [
        ResponsePolicyDefined(
            service_id=command.service_id,
            number=defined.number + 1,
            policy=policy,
            defined_by=command.actor.name,
            defined_at=command.at,
        )
    ]


def _complete(policy: ResponsePolicy, where: str) -> None:
    severities = Counter(response.severity for response in policy.responses)
    if severities != Counter(Severity):
        raise ResponsePolicyIncomplete(
            "Say once what each of SEV1, SEV2, SEV3 and SEV4 asks for.", field="responses"
        )
    cells = Counter((cell.impact, cell.scope) for cell in policy.matrix)
    if cells != Counter(product(Impact, Scope)):
        raise ResponsePolicyIncomplete("Give each impact in each scope one severity.", field=where)
    for number, response in enumerate(policy.responses):
        if response.when is When.NEVER and response.work_item_within is None:
            raise ResponsePolicyIncomplete(
                f"{response.severity} pages nobody: say within what time its work item is due.",
                field=f"responses.{number}.work_item_within_seconds",
            )


def _opens(calendar: BusinessCalendar, at: datetime) -> None:
    require_zone("calendar.zone", calendar.zone)
    if opening(calendar, at) is None:
        raise CalendarNeverOpens(
            "The calendar has no business hours in the next year: add some.", field="calendar"
        )


response_policy_decider: Decider[ResponsePolicyCommand, DefinedPolicy, ResponsePolicyDefined] = (
    Decider(initial=INITIAL, decide=decide, evolve=evolve, event_types=RESPONSE_POLICY_EVENTS)
)

AGGREGATE = Aggregate(
    noun="response_policy",
    id=ServiceId,
    decider=response_policy_decider,
    commands=ResponsePolicyCommand,
)
