"""Response policy command: define a service's next version."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import ServiceId
from events.response_policy.policy import MatrixCell, ResponsePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineResponsePolicy:
    """Replace what a service's response policy says."""

    service_id: ServiceId
    policy: ResponsePolicy
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMatrix:
    """Replace how a severity is found, and nothing else of the policy."""

    service_id: ServiceId
    matrix: tuple[MatrixCell, ...]
    actor: Actor
    at: datetime


type ResponsePolicyCommand = DefineResponsePolicy | ChangeMatrix
