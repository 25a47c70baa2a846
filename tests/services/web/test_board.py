"""The board: what needs whom first, and an acknowledgement in one press."""

from uuid import uuid4

import pytest

from services.web.pages import board
from services.web.pages.board import SHOWN, grouped
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack


def row(**facts: object) -> dict[str, object]:
    plain = {"severity": "SEV2", "declared_at": "2026-11-29T03:00:00Z", "paging": "paging"}
    ours = {"incident_id": str(uuid4()), "held_by": None, "acknowledged_at": None}
    return {"status": "declared", **plain, **ours, **facts}


def test_what_nobody_has_answered_stands_first_and_what_is_acknowledged_stays_in_sight() -> None:
    rows = [
        row(status="mitigated"),
        row(status="acknowledged", paging="acknowledged"),
        row(severity="SEV4", paging="waiting"),
        row(severity="SEV2"),
        row(severity="SEV1", paging="exhausted"),
    ]
    groups = grouped(rows)
    assert [group.name for group in groups] == [
        "Nobody has answered",
        "Being worked on",
        "Waiting",
        "Mitigated, being watched",
    ]
    assert [one["severity"] for one in groups[0].rows] == ["SEV1", "SEV2"]


def test_of_a_long_group_the_first_are_shown_and_all_are_counted() -> None:
    rows = [row(severity=f"SEV{1 + number % 4}") for number in range(SHOWN + 70)]
    (group,) = grouped(rows)
    assert (group.count, len(group.rows)) == (SHOWN + 70, SHOWN)
    assert {one["severity"] for one in group.rows} == {"SEV1", "SEV2"}
    (whole,) = grouped(rows, "unanswered")
    assert len(whole.rows) == SHOWN + 70


def test_whoever_takes_the_least_severe_of_many_still_sees_it() -> None:
    taken = {"status": "acknowledged", "paging": "acknowledged", "held_by": "responder:ada"}
    rows = [
        row(severity="SEV1", acknowledged_at="2026-11-29T03:01:00Z", **taken) for _ in range(SHOWN)
    ]
    older = [
        row(severity="SEV3", acknowledged_at="2026-11-29T03:02:00Z", **taken) for _ in range(SHOWN)
    ]
    mine = row(severity="SEV4", acknowledged_at="2026-11-29T03:03:00Z", **taken)
    (group,) = grouped([mine, *rows, *older])
    assert group.rows[-1] == mine
    assert (group.count, len(group.rows)) == (2 * SHOWN + 1, 2 * SHOWN)


async def test_the_rest_of_a_long_group_is_one_press_away_and_acknowledged_there(
    site: Site, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "SHOWN", 2)
    declared = [await site.api.started(severity=f"SEV{level}") for level in (1, 2, 3)]
    shown = await ada.get(f"/?after_position={declared[-1]['position']}")
    assert declared[2]["reference"] not in shown.text
    assert 'Nobody has answered <span class="quiet">3</span>' in shown.text
    assert "Select these 2" in shown.text
    assert '<a class="button" href="/?whole=unanswered">Show all 3</a>' in shown.text
    whole = await ada.get("/?whole=unanswered")
    reference = declared[2]["reference"]
    address = f"/incidents/{reference}/acknowledgement?next=/%3Fwhole%3Dunanswered"
    assert f'action="{address}"' in whole.text
    again = await ada.send(address, seen="1")
    assert again.url.query.startswith(b"whole=unanswered")
    assert "Being worked on" in again.text
    assert reference in again.text


async def test_a_board_that_cannot_count_all_says_where_the_rest_is(
    site: Site, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "MOST", 1)
    await site.api.declare(severity="SEV1")
    declared = await site.api.declare(severity="SEV2")
    shown = await ada.get(f"/?after_position={declared['position']}")
    assert "More incidents are open than this board counts." in shown.text
    assert 'href="/incidents?status=declared&amp;status=acknowledged' in shown.text


async def test_an_open_incident_is_on_the_board_with_its_words(site: Site, ada: Browser) -> None:
    declared = await site.api.declare(severity="SEV1")
    shown = await ada.get(f"/?after_position={declared['position']}")
    assert shown.status_code == 200
    assert "Nobody has answered" in shown.text
    assert "Checkout fails" in shown.text
    assert declared["reference"] in shown.text
    assert 'class="severity sev1"' in shown.text


async def test_one_press_acknowledges_and_the_board_shows_who_has_it(
    site: Site, ada: Browser
) -> None:
    declared = await site.api.started(severity="SEV1")
    await ada.get(f"/?after_position={declared['position']}")
    reference = declared["reference"]
    shown = await ada.send(f"/incidents/{reference}/acknowledgement?next=/", seen="1")
    assert shown.status_code == 200, shown.text
    assert "Being worked on" in shown.text
    assert 'Acknowledged by <span data-person="ada">Ada</span>' in shown.text
