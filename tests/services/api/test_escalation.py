"""Where an incident is: the level that is seen, and the one that an escalation by hand goes to."""

from datetime import UTC, datetime, timedelta

from events.configuration.escalation_policy import EscalationPolicyDefined
from events.escalation.level import Level
from events.escalation.target import people
from events.ids import EscalationPolicyId, ResponderId
from events.page.plan import PageTarget, Step
from events.page.planning import plan_for
from services.newest_level import seen_at

FIRST, MANAGERS = EscalationPolicyId("on-call"), EscalationPolicyId("managers")


def policy(named: EscalationPolicyId, *names: str) -> EscalationPolicyDefined:
    return EscalationPolicyDefined(
        escalation_policy_id=named,
        name="On call",
        levels=tuple(
            Level(targets=people([ResponderId(name)]), escalation_timeout=timedelta(minutes=5))
            for name in names
        ),
        repeats=1,
        defined_by="api_key:root",
        defined_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


CHAIN = (policy(FIRST, "ada", "ben"), policy(MANAGERS, "cem"))


def following(target: PageTarget, level: int, round: int = 1) -> tuple[str | None, int]:
    seen = seen_at(1, Step(round=round, level=level), plan_for(target, CHAIN))
    assert (seen.page, seen.level) == (1, level)
    return seen.next_policy_id, seen.next_level


def test_the_next_level_is_that_of_the_policy_or_of_the_one_it_hands_over_to() -> None:
    target = PageTarget(escalation_policy_id=FIRST)
    assert following(target, 1) == (FIRST, 2)
    assert following(target, 2, round=2) == (MANAGERS, 1)
    assert following(target, 3, round=2)[0] is None


def test_people_by_name_are_followed_by_the_first_level_and_two_at_once_by_the_third() -> None:
    person = PageTarget(
        escalation_policy_id=FIRST, levels_at_once=0, responder_ids=(ResponderId("eve"),)
    )
    assert following(person, 1) == (FIRST, 1)
    both = PageTarget(escalation_policy_id=FIRST, levels_at_once=2)
    assert following(both, 1, round=2) == (MANAGERS, 1)
