"""Response policy state, folded from its events: the newest version."""

from dataclasses import dataclass

from events.response_policy.events import ResponsePolicyDefined
from events.response_policy.policy import DEFAULT, CapturedPolicy, ResponsePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinedPolicy:
    """A service's policy as it is now; number 0 is the default, which nobody has to define."""

    number: int = 0
    policy: ResponsePolicy = DEFAULT

    @property
    def captured(self) -> CapturedPolicy:
        """Return it as an incident keeps it."""
        return CapturedPolicy(number=self.number, policy=self.policy)


INITIAL = DefinedPolicy()


def evolve(_defined: DefinedPolicy, event: ResponsePolicyDefined) -> DefinedPolicy:
    """Return the policy after the event; never refuses."""
    return DefinedPolicy(number=event.number, policy=event.policy)
