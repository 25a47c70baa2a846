"""The postmortem is written in the browser, section by section, by several people."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from events.configuration.api_key import ApiScope
from tests.harness import now
from tests.services.api.live.test_private_relatives import happened
from tests.services.web.conftest import Browser, Site

stack = pytest.mark.stack


async def begun(site: Site, ada: Browser) -> str:
    await site.api.responder("ada")
    declared = await site.api.declare(severity="SEV1")
    at = f"/incidents/{declared['reference']}/postmortem"
    shown = await ada.get(at)
    assert shown.status_code == 200, shown.text
    assert "Begin postmortem" in shown.text
    answer = await ada.send(at, command=str(uuid4()), author="ada")
    assert answer.status_code == 200, answer.text
    return at


async def save(ada: Browser, at: str, text: str, revision: int, **more: Any) -> Any:
    fields = {"section": "impact", "text": text, "revision": str(revision), **more}
    return await ada.send(f"{at}/sections/impact", command=str(uuid4()), **fields)


@stack
async def test_the_head_of_the_page_says_that_it_is_overdue(site: Site, ada: Browser) -> None:
    began = now() - timedelta(days=10)
    times = ("began_at", "declared_at", "acknowledged_at", "mitigated_at", "resolved_at")
    body = {
        "title": "Search is slow",
        "severity": "SEV2",
        "mitigation_summary": "Rolled back",
        "resolution_summary": "The index is there again",
        **{name: (began + timedelta(minutes=n)).isoformat() for n, name in enumerate(times)},
    }
    answer = await site.api.http.post("/v1/incidents/backfill", json=body)
    assert answer.status_code == 201, answer.text
    at = f"/incidents/{answer.json()['reference']}/postmortem"
    await pressed(ada, at, author="")
    shown = await page_at(site, ada, at)
    assert re.search(r'<span class="late">Overdue since \S', shown)


@stack
async def test_a_section_is_written_and_who_is_slower_sees_both_texts(
    site: Site, ada: Browser
) -> None:
    at = await begun(site, ada)
    assert (await save(ada, at, "One.\nTwo.\nThree.", 0)).status_code == 200
    assert (await save(ada, at, "ONE.\nTwo.\nThree.", 1)).status_code == 200
    late = await save(ada, at, "One.\nTwo.\nThree!", 1)
    assert late.status_code == 412
    assert "has written this meanwhile" in late.text
    assert "ONE.\nTwo.\nThree!</textarea>" in late.text  # both together
    assert 'name="revision" value="2"' in late.text
    assert (await save(ada, at, "ONE.\nTwo.\nThree!", 2)).status_code == 200
    shown = (await ada.get(f"{at}?after_position={await site.api.log.head()}")).text
    assert "revision 3" in shown


@stack
async def test_it_is_reviewed_published_and_its_timeline_is_chosen(
    site: Site, ada: Browser
) -> None:
    at = await begun(site, ada)
    page = (await ada.get(f"{at}?after_position={await site.api.log.head()}")).text
    [place] = re.findall(rf'action="({at}/timeline/\d+)"', page)[:1]
    assert (await ada.send(place, command=str(uuid4()), choice="hidden")).status_code == 200
    assert (await ada.send(f"{at}/review", command=str(uuid4()))).status_code == 200
    page = (await ada.get(f"{at}?after_position={await site.api.log.head()}")).text
    assert "0 of 2 approvals" in page
    [digest] = re.findall(r'name="digest" value="([0-9a-f]+)"', page)
    own = await ada.send(f"{at}/approval", command=str(uuid4()), digest=digest)
    assert own.status_code == 403
    assert "somebody else approves it" in own.text
    bare = await ada.send(f"{at}/publication", command=str(uuid4()))
    assert bare.status_code == 409
    reason = {"reason": "We retire the service"}
    assert (await ada.send(f"{at}/publication", command=str(uuid4()), **reason)).is_success
    page = (await ada.get(f"{at}?after_position={await site.api.log.head()}")).text
    assert "Begin another edition" in page
    assert f'action="{at}/sections/impact"' not in page
    assert f'action="{at}/sections/impact/comments"' in page  # also once it is published


@stack
async def test_whoever_may_only_read_sees_the_document_and_no_form(
    site: Site, ada: Browser
) -> None:
    at = await begun(site, ada)
    observer = await site.browser_of("obi", ApiScope.OBSERVER)
    page = await observer.get(f"{at}?after_position={await site.api.log.head()}")
    assert '<article class="document">' in page.text
    assert "<textarea" not in page.text


@stack
async def test_a_long_section_is_shown_whole_and_its_headings_begin_no_section(
    site: Site, ada: Browser
) -> None:
    at = await begun(site, ada)
    paragraph = "日本語 **Word** upon word.\n\n"
    text = "# Lessons Learned\n\n" + paragraph * (49_000 // len(paragraph)) + "The very last."
    assert (await save(ada, at, text, 0)).status_code == 200
    page = (await ada.get(f"{at}?after_position={await site.api.log.head()}")).text
    assert "<p>The very last.</p>" in page
    assert page.count("<strong>Word</strong>") == text.count("Word**")
    assert "<h3>Lessons Learned</h3>" in page


async def page_at(site: Site, ada: Browser, address: str) -> str:
    answer = await ada.get(f"{address}?after_position={await site.api.log.head()}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def pressed(ada: Browser, address: str, **fields: str) -> None:
    answer = await ada.send(address, command=str(uuid4()), **fields)
    assert answer.status_code == 200, answer.text


@stack
async def test_what_happened_outside_is_added_changed_and_taken_out_again(
    site: Site, ada: Browser
) -> None:
    at = await begun(site, ada)
    entry = {"happened_at": "2026-03-02T11:42:05", "text": "Their page said nothing"}
    bad = await ada.send(
        f"{at}/added", command=str(uuid4()), place="entry-new", **entry, source_url="x"
    )
    assert bad.status_code == 422
    assert "Their page said nothing</textarea>" in bad.text
    await pressed(ada, f"{at}/added", **entry, source_url="https://status.example.com/7")
    page = await page_at(site, ada, at)
    assert 'href="https://status.example.com/7"' in page
    assert 'value="2026-03-02T11:42:05"' in page
    [added] = re.findall(rf'action="({at}/added/[0-9a-f-]+)"', page)
    await pressed(ada, added, **{**entry, "text": "Their page said all was well"})
    page = await page_at(site, ada, at)
    assert "Their page said all was well" in page
    assert "1 added by people" in page
    await pressed(ada, f"{added}/removal")
    assert "0 added by people" in await page_at(site, ada, at)


@stack
async def test_an_entry_is_pinned_annotated_and_commented_on(site: Site, ada: Browser) -> None:
    at = await begun(site, ada)
    page = await page_at(site, ada, at)
    [place] = re.findall(rf'action="({at}/timeline/\d+)"', page)[:1]
    await pressed(ada, place, choice="pinned")
    await pressed(ada, f"{place}/annotation", text="The graph was red since noon.")
    await pressed(ada, f"{at}/sections/impact/comments", revision="0", text="Since when?")
    page = await page_at(site, ada, at)
    assert "<em>The graph was red since noon.</em>" in page
    assert "Unpin" in page
    assert "Since when?" in page


@stack
async def test_factors_are_a_tree_and_one_that_ends_at_a_person_is_not_finished(
    site: Site, ada: Browser
) -> None:
    at = await begun(site, ada)
    trigger = {"factor_kind": "trigger", "category": "deploy", "primary": "yes"}
    await pressed(ada, f"{at}/factors", text="The operator typed the wrong host", **trigger)
    page = await page_at(site, ada, at)
    assert "Unfinished: this why ends at a person" in page
    why = {"factor_kind": "factor", "category": "process", "because_of": "1"}
    await pressed(ada, f"{at}/factors", text="The tool takes any host", **why)
    page = await page_at(site, ada, at)
    assert "Unfinished" not in page
    assert "because The tool takes any host" in page
    await pressed(ada, f"{at}/factors/2", text="No host is checked", **why, primary="yes")
    circle = {
        "factor_kind": "trigger",
        "category": "deploy",
        "because_of": "2",
        "place": "factor-1",
    }
    bad = await ada.send(f"{at}/factors/1", command=str(uuid4()), text="Round", **circle)
    assert bad.status_code == 422
    assert "that would be a circle" in bad.text
    await pressed(ada, f"{at}/factors/2/retraction")
    assert "No host is checked" not in await page_at(site, ada, at)


@stack
async def test_a_hint_stands_below_what_one_wrote_until_it_is_dismissed(
    site: Site, ada: Browser
) -> None:
    at = await begun(site, ada)
    assert (await save(ada, at, "It was human error.", 0)).status_code == 200
    ben = await site.browser_of("ben")
    assert "“human error”" not in await page_at(site, ben, at)
    page = await page_at(site, ada, at)
    [hint] = re.findall(rf'action="({at}/hints/[0-9a-f]+)"', page)
    await pressed(ada, hint)
    assert "“human error”" not in await page_at(site, ada, at)


@stack
async def test_an_entry_is_lifted_into_the_story_while_the_incident_is_open(
    site: Site, ada: Browser
) -> None:
    await site.api.responder("ada")
    declared = await site.api.declare(severity="SEV1")
    incident = f"/incidents/{declared['reference']}"
    assert (await ada.send(f"{incident}/notes", command=str(uuid4()), text="Seen.")).is_success
    page = await page_at(site, ada, f"{incident}/timeline")
    lift = rf'action="({incident}/postmortem/timeline/\d+)\?next=[^"]+" class="lift">'
    place = re.findall(lift, page)[-1]
    assert 'data-key="l"' in page
    assert 'data-key="l"' in await page_at(site, ada, incident)
    await pressed(ada, place, choice="shown")
    assert "· in the story" in await page_at(site, ada, f"{incident}/timeline")
    assert "in the story</span>" in await page_at(site, ada, incident)
    document = await page_at(site, ada, f"{incident}/postmortem")
    assert "Begin postmortem" in document


@stack
async def test_what_was_seen_before_is_there_at_triage_and_said_to_be_the_same_again(
    site: Site, ada: Browser
) -> None:
    await site.api.responder("ada")
    title = "Connection pool to the orders database is exhausted"
    first = await site.api.declare(severity="SEV3", title=title)
    for other in ("Mail is late", "Search is stale", "Certificate expired"):
        await site.api.declare(title=other)
    again = await site.api.declare(severity="SEV2", title="Orders: connection pool exhausted")
    incident = f"/incidents/{again['reference']}"
    for address in (incident, f"{incident}/postmortem"):
        page = await page_at(site, ada, address)
        assert "Seen before" in page
        assert f"<code>{first['reference']}</code> {title}" in page
    judgement = f"{incident}/repeats/{first['reference']}"
    await pressed(ada, judgement, confirmed="yes")
    assert "<b>the same again</b>" in await page_at(site, ada, incident)
    await pressed(ada, judgement, confirmed="no")
    assert "only alike" in await page_at(site, ada, f"{incident}/postmortem")


@stack
async def test_a_text_for_customers_is_written_and_an_edition_published_for_the_team(
    site: Site, ada: Browser
) -> None:
    at = await begun(site, ada)
    text = {"summary": "Some cards failed.", "what_happened": "A release.", "what_we_do": ""}
    await pressed(ada, f"{at}/public-text", revision="0", **text)
    page = await page_at(site, ada, at)
    assert "Some cards failed.</textarea>" in page
    late = {**text, "revision": "0", "place": "public-text", "summary": "All of them."}
    slow = await ada.send(f"{at}/public-text", command=str(uuid4()), **late)
    assert slow.status_code == 412
    assert "All of them.</textarea>" in slow.text
    assert "<pre>Some cards failed.</pre>" in slow.text
    wanted = {"visibility": "team", "reason": "Retired", "place": "publish"}
    alone = await ada.send(f"{at}/publication", command=str(uuid4()), **wanted)
    assert alone.status_code == 422
    assert "No team owns the incident" in alone.text


@stack
async def test_what_was_written_of_a_duplicate_is_offered_and_writes_over_nothing(
    site: Site, ada: Browser
) -> None:
    await site.api.responder("ada")
    other = await site.api.started(severity="SEV1", title="Cards fail")
    goes_on = await site.api.started(severity="SEV1", title="Checkout fails")
    was, at = [f"/incidents/{one['reference']}/postmortem" for one in (other, goes_on)]
    for address in (was, at):
        await pressed(ada, address, author="ada")
    assert (await save(ada, was, "Cards of **one** bank.", 0)).is_success
    summary = {"section": "summary", "text": "From the other one.", "revision": "0"}
    await pressed(ada, f"{was}/sections/summary", **summary)
    assert (await save(ada, at, "All of them.", 0)).is_success
    into = {"into": goes_on["reference"], "reason": "The same pool"}
    answer = await site.api.give(other["incident_id"], "merge", into)
    assert answer.is_success, answer.text
    await happened(site.api, other, "incident.merged")
    page = await page_at(site, ada, at)
    assert f"Written of {other['reference']} before it was merged: 2 sections" in page
    assert "Cards of <strong>one</strong> bank." in page
    offered = dict(
        re.findall(r'name="section" value="(\w+)"><input[^>]+name="text" value="([^"]*)"', page)
    )
    assert offered == {
        "summary": "From the other one.",
        "impact": "All of them.\n\nCards of **one** bank.",
    }
    for revision, (section, text) in zip("01", offered.items(), strict=True):
        fields = {"section": section, "text": text, "revision": revision}
        await pressed(ada, f"{at}/sections/{section}", **fields)
    page = await page_at(site, ada, at)
    assert "All of them.\n\nCards of **one** bank.</textarea>" in page
    assert ">From the other one.</textarea>" in page
    gone = await page_at(site, ada, was)
    assert f'href="{at}">{goes_on["reference"]}</a>' in gone
    assert "<textarea" not in gone
    path = f"/v1/incidents/{other['incident_id']}/postmortem/sections/impact"
    late = await site.api.http.put(path, json={"text": "Late."}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (409, "postmortem-of-duplicate")
