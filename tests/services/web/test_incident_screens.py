"""Screens beside the incident: declare, timeline, updates, notes, postmortem, record."""

import re
from typing import Any
from uuid import uuid4

import pytest

from events.configuration.api_key import ApiScope
from services.web.pages.declare import severity_by
from services.web.pages.incidents.updates import sent_of
from tests.services.web.conftest import Browser, Site
from tests.services.web.test_incident import stream_of

stack = pytest.mark.stack
NEW = {"command": str(uuid4())}


async def head(site: Site) -> str:
    events = (await site.api.http.get("/v1/events?limit=200")).json()["events"]
    return f"after_position={events[-1]['position']}"


@stack
async def test_before_it_is_declared_the_page_says_what_it_does_and_whom_it_pages(
    site: Site, ada: Browser
) -> None:
    policy = await site.api.policy("ola", "ines", escalation_timeout=300)
    body = {"name": "Shop", "escalation_policy_id": policy}
    assert (await site.api.http.put("/v1/services/shop", json=body)).is_success
    seen = await site.api.http.get(f"/v1/services?{await head(site)}")
    assert "shop" in seen.text
    said = {"title": "Shop <b>fails</b>", "service_id": "shop"}
    said |= {"impact": "complete_loss", "scope": "widespread"}
    shown = await ada.send("/declare/preview", command=str(uuid4()), **said)
    assert shown.status_code == 200, shown.text
    assert "Shop &lt;b&gt;fails" in shown.text
    assert 'data-person="ola"' in shown.text
    assert "People are paged at once" in shown.text
    listed = (await site.api.http.get("/v1/incidents")).json()["incidents"]
    assert listed == []


@stack
async def test_who_declares_sees_the_incident_and_the_same_press_twice_is_one(
    site: Site, ada: Browser
) -> None:
    said = {"title": "Search is slow", "severity": "SEV3", "command": str(uuid4())}
    shown = await ada.send("/declare", **said)
    assert shown.status_code == 200, shown.text
    assert "<h1>Search is slow</h1>" in shown.text
    assert (await ada.send("/declare", **said)).status_code == 200
    listed = await ada.get(f"/incidents?{await head(site)}")
    assert listed.text.count("Search is slow") == 1


@stack
async def test_a_declaration_that_is_refused_keeps_what_was_written(ada: Browser) -> None:
    said = {"title": "x" * 2000, "summary": "Since 3 o'clock", "severity": "SEV3"}
    shown = await ada.send("/declare", command=str(uuid4()), **said)
    assert shown.status_code == 422
    assert "Since 3 o&#39;clock" in shown.text
    assert 'id="wrong-title"' in shown.text


@stack
async def test_the_timeline_filters_and_says_both_times(site: Site, ada: Browser) -> None:
    declared = await site.api.declare(severity="SEV2")
    at = f"/incidents/{declared['reference']}"
    await ada.send(f"{at}/notes", command=str(uuid4()), text="The graph <i>falls</i>")
    after = await head(site)
    found = await ada.get(f"{at}/timeline?type=note&{after}")
    assert found.status_code == 200, found.text
    assert "The graph" in found.text
    assert "<i>falls" not in found.text
    assert "As it was then" in found.text
    nothing = await ada.get(f"{at}/timeline?q=nowhere&{after}")
    assert "The filter hides all there are" in nothing.text


@stack
async def test_an_update_is_published_from_the_draft_and_corrected_by_another(
    site: Site, ada: Browser
) -> None:
    declared = await site.api.started(severity="SEV2")
    at = f"/incidents/{declared['reference']}/updates"
    shown = await ada.get(at)
    assert shown.status_code == 200, shown.text
    assert "Nobody was informed yet" in shown.text
    said = {"impact": "A third of payments fails", "current_actions": "Rolling back"}
    wrong = await ada.send(at, command=str(uuid4()), **said, next_update_at="soon")
    assert wrong.status_code == 422
    assert "A third of payments fails" in wrong.text
    sent = await ada.send(at, command=str(uuid4()), **said)
    assert sent.status_code == 200, sent.text
    await site.api.happens(stream_of(declared), "status_update.published")
    after = await head(site)
    corrected = await ada.get(f"{at}?correct=1&{after}")
    assert "Correct update 1" in corrected.text
    assert "Rolling back</textarea>" in corrected.text
    assert "No message went out" in corrected.text


@stack
async def test_a_corrected_update_is_struck_through_and_leads_to_its_correction(
    site: Site, ada: Browser
) -> None:
    declared = await site.api.started(severity="SEV2")
    at = f"/incidents/{declared['reference']}/updates"
    said = {"impact": "All payments fail", "current_actions": "Rolling back"}
    assert (await ada.send(at, command=str(uuid4()), **said)).status_code == 200
    await site.api.happens(stream_of(declared), "status_update.published")
    said["impact"] = "A <third> of payments fails"
    right = {**said, "corrects": "1"}
    shown = await ada.send(f"{at}?correct=1", command=str(uuid4()), **right)
    assert shown.status_code == 200, shown.text
    await site.api.happens(stream_of(declared), "status_update.published", times=2)
    shown = await ada.get(f"{at}?{await head(site)}")
    assert "<del>All payments fail</del>" in shown.text
    assert "A &lt;third&gt; of payments fails" in shown.text
    assert '<a href="#update-2">update 2</a> takes its place' in shown.text
    assert '<b>Correction</b> of <a href="#update-1">update 1</a>' in shown.text
    assert "?correct=2#write" in shown.text
    assert "?correct=1#write" not in shown.text
    late = await ada.send(f"{at}?correct=1", command=str(uuid4()), **right)
    assert late.status_code == 409
    assert "correct update 2" in late.text
    assert "A &lt;third&gt; of payments fails</textarea>" in late.text
    assert 'name="corrects" value="2"' in late.text


def test_an_update_says_what_each_channel_got_and_first_what_failed() -> None:
    def message(about: str, state: str) -> dict[str, Any]:
        return {"about": about, "state": state}

    sent = sent_of([message("2", "sent"), message("1", "sent"), message("2", "failed")])
    assert sent["2"].counts == [("failed", 1), ("sent", 1)]
    assert [one["state"] for one in sent["2"].deliveries] == ["failed", "sent"]
    assert sent["1"].counts == [("sent", 1)]


@stack
async def test_a_note_is_edited_lifted_into_the_story_and_taken_back(
    site: Site, ada: Browser
) -> None:
    declared = await site.api.declare(severity="SEV2")
    at = f"/incidents/{declared['reference']}"
    shown = await ada.send(
        f"{at}/notes?next={at}/notes", command=str(uuid4()), text="Password is hunter2"
    )
    found = re.search(r'id="note-([0-9a-f-]{36})"', shown.text)
    assert found is not None, shown.text
    note = f"{at}/notes/{found[1]}"
    shown = await ada.send(f"{note}/edit", command=str(uuid4()), text="A password was here")
    assert "edited 1 time" in shown.text
    shown = await ada.send(f"{note}/pin/new", command=str(uuid4()))
    assert "in the story" in shown.text
    refused = await ada.send(
        f"{note}/removal", command=str(uuid4()), reason="A secret", erase="yes"
    )
    assert refused.status_code == 403
    shown = await ada.send(f"{note}/removal", command=str(uuid4()), reason="Not so")
    assert "took it back" in shown.text
    assert "Not so" in shown.text
    admin = await site.browser_of("root", ApiScope.ADMIN)
    shown = await admin.send(
        f"{note}/removal", command=str(uuid4()), reason="A secret", erase="yes"
    )
    assert "Its text was erased" in shown.text
    assert "hunter2" not in shown.text


@stack
async def test_a_file_is_only_ever_downloaded(site: Site, ada: Browser) -> None:
    declared = await site.api.declare(severity="SEV2")
    at = f"incidents/{declared['incident_id']}/attachments"
    added = await site.api.http.post(
        f"/v1/{at}?name=log.txt", content=b"<script>", headers={"Content-Type": "text/plain"}
    )
    assert added.is_success, added.text
    shown = await ada.get(f"/incidents/{declared['reference']}/notes?{await head(site)}")
    assert "log.txt" in shown.text
    file = re.search(r'href="([^"]+/attachments/[^"]+)" download', shown.text)
    assert file is not None
    answer = await ada.get(file[1])
    assert answer.content == b"<script>"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


@stack
async def test_a_file_is_attached_from_a_browser_and_one_that_runs_is_refused(
    site: Site, ada: Browser
) -> None:
    declared = await site.api.declare(severity="SEV2")
    at = f"/incidents/{declared['reference']}/attachments"
    log = ("app.log", b"03:02 timeout", "application/octet-stream")
    shown = await ada.upload(at, log, command=str(uuid4()))
    assert shown.status_code == 200, shown.text
    assert "app.log" in shown.text
    page = ("page.html", b"<script>alert(1)</script>", "text/html")
    refused = await ada.upload(at, page, command=str(uuid4()))
    assert refused.status_code == 415
    assert 'role="alert"' in refused.text
    nothing = await ada.send(at, command=str(uuid4()))
    assert nothing.status_code == 422
    assert "Choose a file first." in nothing.text
    stolen = await ada.upload(at, log, csrf="somebody else's")
    assert stolen.status_code == 403


@stack
async def test_the_postmortem_is_read_as_a_document_and_kept_as_markdown(
    site: Site, ada: Browser
) -> None:
    declared = await site.api.declare(severity="SEV2", title="Checkout [x](javascript:alert(1))")
    at = f"/incidents/{declared['reference']}/postmortem"
    shown = await ada.get(at)
    assert shown.status_code == 200, shown.text
    assert '<article class="document">' in shown.text
    assert 'href="javascript' not in shown.text
    assert (await ada.get(f"{at}.md")).headers["content-type"].startswith("text/markdown")
    for ending, media_type in (("html", "text/html"), ("xml", "application/xml")):
        kept = await ada.get(f"{at}.{ending}")
        assert kept.headers["content-type"].startswith(media_type)
        assert kept.headers["content-disposition"].startswith("attachment")
        assert "Incident Postmortem: Checkout" in kept.text
        assert 'href="javascript' not in kept.text


@stack
async def test_an_auditor_leaves_with_the_events_their_hashes_and_what_was_refused(
    site: Site, ada: Browser
) -> None:
    declared = await site.api.started(severity="SEV2")
    at = f"/incidents/{declared['reference']}"
    auditor = await site.browser_of("aki", ApiScope.AUDITOR)
    await ada.send(f"{at}/reopening", command=str(uuid4()), phase="response", reason="It is back")
    events: list[dict[str, Any]] = (await site.api.http.get(f"/v1{at}/events")).json()["events"]
    shown = await auditor.get(f"{at}/record?proof={declared['position']}")
    assert shown.status_code == 200, shown.text
    assert events[0]["hash"] in shown.text
    assert "Commands that were refused" in shown.text
    assert "newer than the signed head" in shown.text or "Proof of position" in shown.text
    assert "Signed head" not in (await ada.get(f"{at}/record")).text
    lines = (await auditor.get(f"{at}/record.ndjson")).text.splitlines()
    assert len(lines) >= len(events)


def test_the_matrix_says_the_severity_once_both_are_known() -> None:
    matrix = [{"impact": "degraded", "scope": "limited", "severity": "SEV3"}]
    assert severity_by(matrix, "degraded", "limited") == "SEV3"
    assert severity_by(matrix, "degraded", None) is None
