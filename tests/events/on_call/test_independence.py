"""The answer depends on the rota and the instant, and on nothing else."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.on_call.final import shifts
from events.on_call.rota import Rota
from tests.events.on_call.any_rota import instants, noon, rotas
from tests.events.on_call.rotas import layer, read, rota, rotation, window

AROUND = timedelta(days=5)
READ = """
from tests.events.on_call.test_independence import a_month_of_two_zones
print("\\n".join(a_month_of_two_zones()))
"""


def a_month_of_two_zones() -> list[str]:
    berlin = layer(rotation("A B C", first="2026-03-01T02:30"), zone="Europe/Berlin")
    sydney = layer(
        rotation("D E", first="2026-03-02T09:00"),
        layer_id="sydney",
        priority=1,
        zone="Australia/Sydney",
        windows=(window("22:00", "06:30"),),
    )
    return read(rota(berlin, sydney), "2026-03-15T00:00", "2026-04-15T00:00")


@pytest.mark.parametrize("zone", ["America/St_Johns", "Pacific/Kiritimati", ":/nowhere"])
def test_the_zone_of_the_server_makes_no_difference(zone: str) -> None:
    elsewhere = {
        **os.environ,
        "TZ": zone,
        "PYTHONTZPATH": "",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    printed = subprocess.run(
        [sys.executable, "-c", READ], env=elsewhere, capture_output=True, text=True, check=True
    )
    assert printed.stdout.splitlines() == a_month_of_two_zones()


@given(rotas(), st.data())
def test_when_a_schedule_was_defined_makes_no_difference(
    drawn: tuple[Rota, date], data: st.DataObject
) -> None:
    """Row 6 of the disagreements: the same layers again are the same turns."""
    plan, day = drawn
    once = replace(plan, editions=plan.editions[:1])
    again = replace(
        plan,
        editions=(
            plan.editions[0],
            *(
                replace(plan.editions[0], holds_from=at)
                for at in sorted(data.draw(st.lists(instants(day), min_size=1, max_size=3)))
            ),
        ),
    )
    begin, end = noon(day) - AROUND, noon(day) + AROUND
    assert shifts(once, begin, end) == shifts(again, begin, end)


@given(rotas(), st.data())
def test_a_change_from_now_on_leaves_the_past_as_it_was(
    drawn: tuple[Rota, date], data: st.DataObject
) -> None:
    plan, day = drawn
    now, (other, _) = data.draw(instants(day)), data.draw(rotas())
    newest = max(edition.holds_from for edition in plan.editions)
    changed = replace(
        plan,
        editions=(*plan.editions, replace(other.editions[0], holds_from=max(now, newest))),
        overrides=(
            *plan.overrides,
            *(replace(one, made_at=max(now, newest)) for one in other.overrides),
        ),
    )
    begin, end = noon(day) - 2 * AROUND, max(now, newest)
    assert shifts(plan, begin, end) == shifts(changed, begin, end)
