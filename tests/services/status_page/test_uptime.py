"""Uptime follows what customers were told, and is never rounded up."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from events.public_post.words import ComponentStatus, PublicState
from services.status_page.bars import paths
from services.status_page.uptime import DAYS, days, percent, stretches, total
from tests.services.status_page.pages import MARK, NOW, incident, page, post, public

DOWN, SOME = ComponentStatus.MAJOR_OUTAGE, ComponentStatus.PARTIAL_OUTAGE
LOOKING, OVER = PublicState.INVESTIGATING, PublicState.RESOLVED
LONG = NOW - timedelta(days=200)
KEY = f"{MARK}-checkout"


def troubled(begin: float, end: float, status: ComponentStatus, number: int = 1) -> object:
    """An incident of some hours before now."""
    return incident(
        post(1, LOOKING, NOW - timedelta(hours=begin), checkout=status),
        post(2, OVER, NOW - timedelta(hours=end)),
        incident_id=UUID(int=number),
    )


@pytest.mark.parametrize(
    ("troubles", "yesterday"),
    [
        ([], "100.00"),
        ([(30, 24, DOWN)], "75.00"),  # from 06:00 to 12:00 of yesterday
        ([(30, 24, SOME)], "92.50"),
        ([(30, 24, ComponentStatus.DEGRADED_PERFORMANCE)], "100.00"),
        ([(30, 24, DOWN), (30, 24, SOME)], "75.00"),  # at once: the worse counts
        ([(30, 27, DOWN), (27, 24, DOWN)], "75.00"),
        ([(40, 30, DOWN)], "75.00"),  # it began the day before
    ],
)
def test_a_day_counts_what_was_down_whole_and_what_worked_for_some_in_part(
    troubles: list[tuple[float, float, ComponentStatus]], yesterday: str
) -> None:
    rows = [troubled(*one, number=place) for place, one in enumerate(troubles)]
    shown = public(page("checkout"), *rows)  # type: ignore[arg-type]
    measured = days(stretches(shown.incidents, KEY, NOW), LONG, NOW)
    assert len(measured) == DAYS
    assert measured[-2].percent == Decimal(yesterday)


def test_an_open_incident_counts_until_now() -> None:
    begun = incident(post(1, LOOKING, NOW - timedelta(hours=6), checkout=DOWN))
    shown = public(page("checkout"), begun)
    today = days(stretches(shown.incidents, KEY, NOW), LONG, NOW)[-1]
    assert today.percent == Decimal("50.00")  # of the twelve hours that there were


def test_what_was_not_on_the_page_yet_has_no_number() -> None:
    since = NOW - timedelta(days=3)
    measured = days([], since, NOW)
    assert [one.percent for one in measured[:-4]] == [None] * (DAYS - 4)
    assert total(measured) == Decimal("100.00")
    assert paths(measured)["unknown"].count("M") == DAYS - 4
    assert total(days([], NOW, NOW)) is None


def test_less_than_all_is_never_shown_as_all() -> None:
    assert percent(timedelta(days=90), timedelta(seconds=1)) == Decimal("99.99")
