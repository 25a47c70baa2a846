"""Whatever the rota and whatever the clocks do, the rules decide who is on call."""

import itertools
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from events.on_call.final import shifts
from events.on_call.rota import Rota
from events.on_call.who import on_call
from tests.events.on_call import oracle
from tests.events.on_call.any_rota import instants, noon, rotas

SECOND = timedelta(seconds=1)
AROUND = timedelta(days=5)
MANY = 2 * settings().max_examples  # twice the profile: a rota has many sides


@settings(max_examples=MANY)
@given(rotas(), st.data())
def test_whoever_is_asked_for_is_who_the_rules_say(
    drawn: tuple[Rota, date], data: st.DataObject
) -> None:
    plan, day = drawn
    read = shifts(plan, noon(day) - AROUND, noon(day) + AROUND)
    edges = [shift.starts_at for shift in read]
    near = data.draw(st.lists(st.sampled_from(edges), max_size=4))
    asked = [*data.draw(st.lists(instants(day), min_size=3, max_size=6)), *near]
    asked += [edge - SECOND for edge in near if edge != edges[0]]
    for at in asked:
        now = on_call(plan, at)
        people = set(now.responder_ids), {duty.responder_id for duty in now.shadows}
        assert people == oracle.who(plan, at), at


@settings(max_examples=MANY)
@given(rotas())
def test_shifts_follow_each_other_without_overlap_or_hole(drawn: tuple[Rota, date]) -> None:
    plan, day = drawn
    begin, end = noon(day) - AROUND, noon(day) + AROUND
    read = shifts(plan, begin, end)
    assert (read[0].starts_at, read[-1].ends_at) == (begin, end)
    for earlier, later in itertools.pairwise(read):
        assert earlier.starts_at < earlier.ends_at == later.starts_at
        assert (earlier.duties, earlier.shadows) != (later.duties, later.shadows)
    for shift in read:
        assert len(set(shift.responder_ids)) == len(shift.duties)


@settings(max_examples=MANY)
@given(rotas(), st.data())
def test_to_ask_now_is_to_read_the_final_schedule(
    drawn: tuple[Rota, date], data: st.DataObject
) -> None:
    plan, day = drawn
    read = shifts(plan, noon(day) - 2 * AROUND, noon(day) + 2 * AROUND)
    at = data.draw(instants(day))
    now = on_call(plan, at)
    [same] = [shift for shift in read if shift.starts_at <= at < shift.ends_at]
    assert (now.duties, now.shadows) == (same.duties, same.shadows)
    if same is not read[0]:
        assert now.starts_at == same.starts_at
    if same is not read[-1]:
        assert now.ends_at == same.ends_at
    parted = shifts(plan, at, noon(day) + 2 * AROUND)
    assert parted[0].duties == now.duties
    assert parted[1:] == tuple(shift for shift in read if shift.starts_at > at)
