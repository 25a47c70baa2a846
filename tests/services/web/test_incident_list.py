"""The list of incidents: filters in the address, the next one, CSV, and many at once."""

import re
from typing import Any
from uuid import UUID

import pytest

from events.ids import IncidentId, incident_stream
from services.web.csv_text import csv_line
from services.web.pages.incidents.finding.filters import chosen_in, filters_in
from services.web.pages.incidents.finding.neighbours import between
from services.web.pages.work import ordered
from tests.services.web.conftest import Browser, Site

stack = pytest.mark.stack


async def head(site: Site) -> str:
    events = (await site.api.http.get("/v1/events?limit=200")).json()["events"]
    return str(events[-1]["position"])


@stack
async def test_filters_stand_in_the_address_and_an_empty_list_says_what_hides_all(
    site: Site, ada: Browser
) -> None:
    await site.api.declare(title="Search is slow", severity="SEV3")
    await site.api.declare(title="Checkout <b>fails</b>", severity="SEV1")
    after = f"after_position={await head(site)}"
    shown = await ada.get(f"/incidents?severity=SEV1&{after}")
    assert "Checkout &lt;b&gt;fails&lt;/b&gt;" in shown.text
    assert "Search is slow" not in shown.text
    assert '<option value="SEV1" selected>' in shown.text
    nothing = await ada.get(f"/incidents?q=nowhere&severity=SEV1&{after}")
    assert re.search(
        r'href="[^"]+\?severity=SEV1">Without title or reference “nowhere”</a>: 1 inc', nothing.text
    )
    both = await ada.get(f"/incidents?q=nowhere&status=resolved&{after}")
    assert "The filters together hide all there are" in both.text
    oldest = (await ada.get(f"/incidents?oldest=true&{after}")).text
    assert oldest.index("Search is slow") < oldest.index("Checkout")


@stack
async def test_a_quarter_has_numbers_and_each_leads_to_its_incidents(
    site: Site, ada: Browser
) -> None:
    await site.api.declare(title="Search is slow", severity="SEV3")  # in this quarter
    for severity, day in (
        ("SEV2", "06-30T23:59:59"),
        ("SEV2", "07-01T00:00:00"),
        ("SEV1", "09-30"),
    ):
        at = f"2026-{day}Z" if "T" in day else f"2026-{day}T23:59:59Z"
        body = {"title": f"Ended {day}", "severity": severity, "began_at": at, "declared_at": at}
        made = await site.api.http.post("/v1/incidents/backfill", json=body)
        assert made.is_success, made.text
    after = f"after_position={await head(site)}"
    shown = (await ada.get(f"/incidents?quarter=2026-Q3&{after}")).text
    assert "2026-Q3 in numbers" in shown
    assert "Ended 07-01" in shown
    assert "Ended 06-30" not in shown
    assert "Search is slow" not in shown
    found = re.search(r'href="([^"]+)">SEV1: 1</a>', shown)
    assert found is not None
    assert found[1] == "/incidents?quarter=2026-Q3&amp;severity=SEV1"
    behind = (await ada.get(f"{found[1].replace('&amp;', '&')}&{after}")).text
    assert "Ended 09-30" in behind
    assert "Ended 07-01" not in behind
    lines = (await ada.get(f"/incidents.csv?quarter=2026-Q3&{after}")).text.splitlines()
    assert len(lines) == 3
    wrong = await ada.get("/incidents?quarter=2026-Q5")
    assert wrong.status_code == 422
    asked = await site.api.http.get("/v1/incidents?quarter=2026-Q5")
    assert "2026-Q5 is no quarter" in asked.text


@stack
async def test_inside_an_incident_the_next_of_the_list_is_one_press_away(
    site: Site, ada: Browser
) -> None:
    for title in ("First", "Second", "Third"):
        await site.api.declare(title=title, severity="SEV3")
    listed = await ada.get(f"/incidents?severity=SEV3&after_position={await head(site)}")
    inside = re.findall(r'class="title" href="([^"]+)"', listed.text)
    opened = await ada.get(inside[1].replace("&amp;", "&"))
    assert "2 of 3" in opened.text
    links = dict(re.findall(r'href="([^"]+)" rel="(prev|next)"', opened.text))
    found = {rel: address for address, rel in links.items()}
    assert (await ada.get(found["prev"].replace("&amp;", "&"))).text.count("1 of 3") == 1
    assert (await ada.get(found["next"].replace("&amp;", "&"))).text.count("3 of 3") == 1
    board = await ada.get("/")
    assert "?in=board" in board.text


@stack
async def test_the_list_as_csv_has_every_incident_and_no_formula(site: Site, ada: Browser) -> None:
    await site.api.declare(title='=HYPERLINK("https://evil.example.com")', severity="SEV3")
    answer = await ada.get(f"/incidents.csv?severity=SEV3&after_position={await head(site)}")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert lines[0].startswith("reference,title,severity,status")
    assert "'=HYPERLINK" in lines[1]


@stack
async def test_a_group_is_acknowledged_in_two_presses_without_script(
    site: Site, ada: Browser
) -> None:
    declared = [await site.api.started(severity="SEV2") for _ in range(3)]
    after = f"after_position={await head(site)}"
    selected = await ada.get(f"/?select=unanswered&{after}")
    picked = re.findall(r'name="reference" value="([^"]+)" form="many" checked', selected.text)
    assert len(picked) == 3
    shown = await ada.send("/incidents/acknowledgements?next=/", reference=picked, seen="9")
    assert shown.status_code == 200, shown.text
    for one in declared:
        stream = incident_stream(IncidentId(UUID(one["incident_id"])))
        await site.api.happens(stream, "incident.acknowledged")


@stack
async def test_what_could_not_be_acknowledged_is_named_with_its_reason(
    site: Site, ada: Browser
) -> None:
    declared = await site.api.started(severity="SEV2")
    fields = {"reference": [declared["reference"], "INC-9999"], "seen": "9"}
    shown = await ada.send("/incidents/acknowledgements", **fields)
    assert "1 incident acknowledged" in shown.text
    assert "INC-9999" in shown.text
    nothing = await ada.send("/incidents/acknowledgements", seen="9")
    assert "Nothing was selected" in nothing.text


@stack
async def test_a_work_item_is_taken_and_completed(site: Site, ada: Browser) -> None:
    declared = await site.api.started(severity="SEV4", title="Renew certificates")
    stream = incident_stream(IncidentId(UUID(declared["incident_id"])))
    await site.api.happens(stream, "work_item.opened")
    shown = await ada.get(f"/work?after_position={await head(site)}")
    assert "Renew certificates" in shown.text
    at = f"/incidents/{declared['reference']}/work-item"
    taken = await ada.send(f"{at}/assignment?next=/work", command=str(UUID(int=7)), owner="ada")
    assert taken.status_code == 200, taken.text
    await site.api.happens(stream, "work_item.reassigned")
    done = await ada.send(
        f"{at}/completion?next=/work", command=str(UUID(int=8)), summary="Renewed"
    )
    assert done.status_code == 200, done.text
    await site.api.happens(stream, "work_item.completed")


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (["a", None, True, 1.5], "a,,yes,1.5\r\n"),
        (["=1+1", "-1", "@x"], "'=1+1,'-1,'@x\r\n"),
        (['say "no"', "a,b"], '"say ""no""","a,b"\r\n'),
    ],
)
def test_a_line_of_csv_is_a_text_to_every_spreadsheet(cells: list[Any], line: str) -> None:
    assert csv_line(cells) == line


def test_an_address_keeps_the_filters_that_the_list_knows() -> None:
    items = [("q", "a"), ("evil", "b"), ("status", "open"), ("status", "closed"), ("q", "c")]
    assert chosen_in(items) == [("status", "open"), ("status", "closed"), ("q", "c")]


def test_beside_the_first_is_only_the_second_and_what_left_the_list_leads_to_its_first() -> None:
    first = between(["a", "b"], "a", "board", "/", "Board")
    assert (first.before, first.place) == (None, 1)
    assert first.after == "/incidents/b?in=board"
    gone = between(["a", "b"], "c", "board", "/", "Board")
    assert (gone.place, gone.after) == (None, "/incidents/a?in=board")


def test_what_is_due_first_stands_first_and_what_has_no_date_last() -> None:
    items = [{"due_at": due, "opened_at": "1"} for due in (None, "2026-12-02", "2026-12-01")]
    assert [one["due_at"] for one in ordered(items)] == ["2026-12-01", "2026-12-02", None]


def test_several_states_in_one_field_are_several_filters() -> None:
    chosen = chosen_in([("status", "declared,resolved"), ("severity", "SEV1"), ("drill", "true")])
    assert chosen[:2] == [("status", "declared"), ("status", "resolved")]
    said = [(one.name, one.said, one.without) for one in filters_in(chosen, {})]
    assert said == [
        ("Status", "declared, resolved", "severity=SEV1&drill=true"),
        ("Severity", "SEV1", "status=declared&status=resolved&drill=true"),
        ("Drills", "only drills", "status=declared&status=resolved&severity=SEV1"),
    ]
