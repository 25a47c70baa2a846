"""How long a snooze lasts is typed as people say it."""

import pytest

from services.cli.remote import Problem
from services.cli.respond.handing_on import seconds_in


@pytest.mark.parametrize(("typed", "seconds"), [("30m", 1800), ("4h", 14_400), ("2d", 172_800)])
def test_a_duration_is_a_number_and_its_unit(typed: str, seconds: int) -> None:
    assert seconds_in(typed) == seconds


@pytest.mark.parametrize("typed", ["", "30", "m", "1h30m", "-5m", "2w", "٣m"])
def test_anything_else_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Problem, match="30m"):
        seconds_in(typed)
