"""Response policy event: a version was defined."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from events.ids import ServiceId
from events.response_policy.policy import ResponsePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsePolicyDefined:
    """The policy is, from now on, this; incidents under way keep theirs."""

    service_id: ServiceId
    number: int  # 1 for the service's first definition
    policy: ResponsePolicy
    defined_by: str
    defined_at: datetime
    schema_version: ClassVar[int] = 2
    type: Literal["response_policy.defined"] = "response_policy.defined"


RESPONSE_POLICY_EVENTS: tuple[type, ...] = (ResponsePolicyDefined,)
