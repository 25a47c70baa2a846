"""A repeat has the service and the cause of one that was over not long before."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from projections.reports.repeats import Caused, repeats_among

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
REACH = timedelta(days=90)


def caused(number: int, day: float, over: float | None, what: str = "checkout/deploy") -> Caused:
    service, _, cause = what.partition("/")
    return Caused(
        incident_id=UUID(int=number),
        service_id=service,
        cause=cause,
        declared_at=BEGIN + timedelta(days=day),
        over_at=None if over is None else BEGIN + timedelta(days=over),
    )


def test_the_same_again_within_ninety_days_is_a_repeat() -> None:
    first = caused(1, -80, -79)
    assert repeats_among([first, caused(2, 11, 12)], BEGIN, REACH) == {"checkout": 1}
    assert repeats_among([first, caused(2, 12, 13)], BEGIN, REACH) == {}
    assert repeats_among([first, caused(2, 5, 6, "checkout/network")], BEGIN, REACH) == {}
    assert repeats_among([first, caused(2, 5, 6, "search/deploy")], BEGIN, REACH) == {}


def test_what_is_not_over_is_not_repeated() -> None:
    assert repeats_among([caused(1, 1, None), caused(2, 5, 6)], BEGIN, REACH) == {}
    assert repeats_among([caused(1, 1, 5.5), caused(2, 5, 6)], BEGIN, REACH) == {}


@given(
    st.lists(
        st.tuples(
            st.integers(-120, 90),
            st.none() | st.integers(0, 100),
            st.sampled_from(["a/x", "a/y", "b/x"]),
        ),
        max_size=12,
    )
)
def test_repeats_are_those_that_pairs_say(lives: list[tuple[int, int | None, str]]) -> None:
    some = [
        caused(number, day, None if lasts is None else day + lasts, what)
        for number, (day, lasts, what) in enumerate(lives)
    ]
    expected = [
        one.service_id
        for one in some
        if one.declared_at >= BEGIN
        and any(
            other.over_at is not None
            and other is not one
            and (other.service_id, other.cause) == (one.service_id, one.cause)
            and timedelta() <= one.declared_at - other.over_at <= REACH
            for other in some
        )
    ]
    found = repeats_among(some, BEGIN, REACH)
    # One that was over in the moment of its own declaration cannot be its own repeat.
    own = sum(1 for one in some if one.over_at == one.declared_at and one.declared_at >= BEGIN)
    assert len(expected) <= sum(found.values()) <= len(expected) + own
