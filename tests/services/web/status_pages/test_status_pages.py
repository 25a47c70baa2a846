"""A person tells customers of an incident in the browser, and the files say it and nothing else."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from events.configuration.api_key import ApiScope
from services.status_page.files import StatusDirectory
from services.status_page.publishing import Publishing
from services.web.pages.status_pages import overview
from tests.eventually import eventually
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack
MARK = "INTERNAL"
ACME = {"status_page_ids": "acme"}
SERVICE = {"name": f"{MARK} service", "escalation_policy_id": None}


@pytest.fixture
async def root(site: Site) -> Browser:
    """An admin, whose service and page have names that customers must not read."""
    browser = await site.browser_of("root", ApiScope.ADMIN)
    assert (await site.api.http.put("/v1/services/internal", json=SERVICE)).is_success
    made = await browser.send(
        "/new-status-page",
        command="p",
        id="acme",
        name="Acme",
        **{"name-0": "Checkout", "services-0": "internal", "name-1": "Search"},
    )
    assert (made.status_code, "Search" in made.text) == (200, True), made.text
    return browser


def publishing(site: Site, root: Path) -> Publishing:
    return Publishing(
        database=site.api.log.database,
        directory=StatusDirectory(root),
        public_url="https://status.example.org",
        clock=lambda: datetime.now(UTC),
    )


async def published(to: Publishing, position: str | int) -> None:
    """Wait until the files say what stands at a position."""

    async def there() -> bool | None:
        await to.step()
        written = to.directory.written()
        return True if written and written.position >= int(position) else None

    await eventually("the files say it", there)


def read(root: Path) -> dict[str, str]:
    files = [path for path in (root / "public").rglob("*") if path.is_file()]
    return {str(path.relative_to(root)): path.read_text() for path in files}


def position_in(address: str) -> str:
    found = re.search(r"after_position=(\d+)", address)
    assert found is not None, address
    return found[1]


async def test_customers_read_what_was_written_for_them_and_no_word_more(
    site: Site, root: Browser, tmp_path: Path
) -> None:
    body: dict[str, Any] = {"title": f"{MARK} title", "service_id": "internal"}
    declared = await site.api.declare(**body, summary=f"{MARK} summary")
    incident = declared["incident_id"]
    note = {"text": f"{MARK} note"}
    assert (await site.api.http.post(f"/v1/incidents/{incident}/notes", json=note)).is_success
    posts = f"/incidents/{declared['reference']}/public-posts"
    shown = await root.get(f"{posts}?after_position={declared['position']}")
    assert "Customers were told nothing of this incident." in shown.text
    assert f"{MARK} title" not in shown.text.split('id="write"')[1]  # nothing is copied
    sent = await root.send(
        posts,
        command="t",
        status_page_ids="acme",
        title="Some payments fail",
        state="investigating",
        text="We look for the cause.",
        **{"component/acme/checkout": "partial_outage", "component/acme/search": "operational"},
    )
    assert (sent.status_code, "We look for the cause." in sent.text) == (200, True), sent.text
    to = publishing(site, tmp_path)
    await published(to, position_in(str(sent.url)))
    files = read(tmp_path)
    assert "Checkout works for some only." in files["public/s/acme/index.html"]
    for path, content in files.items():
        assert MARK not in content, path
        assert "internal" not in content, path
        for word in (declared["reference"], incident, "account:", "Root"):
            assert word not in content + path, path


async def test_an_older_state_is_refused_and_a_correction_is_shown_as_one(
    site: Site, root: Browser, tmp_path: Path
) -> None:
    declared = await site.api.declare(service_id="internal")
    posts = f"/incidents/{declared['reference']}/public-posts"
    post = {"status_page_ids": "acme", "title": "Slow", "text": "It is over."}
    await root.send(posts, command="1", state="resolved", **post)
    refused = await root.send(posts, command="2", state="identified", **post)
    assert (refused.status_code, "out of order" in refused.text) == (409, True)
    corrected = await root.send(f"{posts}/1", command="3", text="It is really over.")
    assert "Corrected by" in corrected.text
    to = publishing(site, tmp_path)
    await published(to, position_in(str(corrected.url)))
    assert any("It is really over." in one for one in read(tmp_path).values())
    privacy = f"/v1/incidents/{declared['incident_id']}/public-posts"
    public_id = (await site.api.http.get(privacy)).json()["public_id"]
    assert f"public/s/acme/incidents/{public_id}/index.html" in read(tmp_path)


async def test_a_page_lists_what_its_readers_were_told_by_the_clock_of_whoever_looks(
    site: Site, root: Browser, ada: Browser
) -> None:
    team = {"name": "Payroll", "members": [{"responder_id": "root"}]}
    assert (await site.api.http.put("/v1/teams/payroll", json=team)).is_success
    only = {"team_only": True}
    assert (await site.api.http.put("/v1/teams/payroll/visibility", json=only)).is_success
    owned = {**SERVICE, "team_id": "payroll"}
    assert (await site.api.http.put("/v1/services/internal", json=owned)).is_success
    declared = await site.api.declare(service_id="internal")
    posts = f"/incidents/{declared['reference']}/public-posts"
    said = {"title": "Slow", "state": "identified", "text": "A disk is\n\nfull.", **ACME}
    await root.send(posts, command="1", **said, **{"component/acme/search": "major_outage"})
    corrected = await root.send(f"{posts}/1", command="2", text="Some disk is\n\nfull.")
    page = f"/status-pages/acme?after_position={position_in(str(corrected.url))}"
    mine, others = (await root.get(page)).text, (await ada.get(page)).text
    for shown in (mine, others):
        assert "<p>Some disk is</p><p>full.</p>" in shown
        assert "Search: down" in shown
        assert "Corrected" in shown
    link = f'<a href="{posts}#post-1">Slow</a>'
    assert (link in mine, link in others) == (True, False)
    assert (declared["reference"] in mine, declared["reference"] in others) == (True, False)
    [post] = (await site.api.http.get(f"/v1{posts}")).json()["posts"]
    there = datetime.fromisoformat(post["published_at"]).astimezone(ZoneInfo("Asia/Kolkata"))
    root.http.cookies.set("tocsin_zone", "Asia/Kolkata")
    assert f"{there:%Y-%m-%d %H:%M:%S} UTC+5:30" in (await root.get(page)).text


async def test_older_posts_of_a_page_are_behind_a_link(
    site: Site, root: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "SHOWN", 1)
    assert "Nothing yet." in (await root.get("/status-pages/acme")).text
    declared = await site.api.declare()
    posts = f"/incidents/{declared['reference']}/public-posts"
    said = {"title": "Slow", "state": "identified", **ACME}
    await root.send(posts, command="1", text="The first.", **said)
    sent = await root.send(posts, command="2", text="The second.", **said)
    newest = await root.get(f"/status-pages/acme?after_position={position_in(str(sent.url))}")
    assert ("The second." in newest.text, "The first." in newest.text) == (True, False)
    older = re.search(r'href="(/status-pages/acme\?cursor=[^"#]+)#posts">Older', newest.text)
    assert older is not None, newest.text
    rest = await root.get(older[1])
    assert ("The second." in rest.text, "The first." in rest.text) == (False, True)
    assert "Older" not in rest.text


async def test_a_page_is_edited_and_taken_down(root: Browser) -> None:
    form = await root.get("/status-pages/acme/edit")
    assert 'value="Checkout"' in form.text
    seen = re.search(r'name="seen" value="(\d+)"', form.text)
    assert seen is not None
    kept = {"component-0": "checkout", "name-0": "Till", "name-1": "Search"}
    saved = await root.send(
        "/status-pages/acme/edit", command="e", seen=seen[1], name="Acme", **kept
    )
    assert ("Till" in saved.text, "Checkout" in saved.text) == (True, False), saved.text
    same = {"name-0": "API", "name-1": "API"}
    refused = await root.send("/status-pages/acme/edit", command="f", name="Acme", **same)
    assert (refused.status_code, "own name" in refused.text) == (422, True)
    gone = await root.send("/status-pages/acme/removal", command="g")
    assert "There is no status page yet" in gone.text


async def test_a_responder_tells_customers_but_does_not_make_pages(
    site: Site, root: Browser, ada: Browser
) -> None:
    declared = await site.api.declare()
    posts = f"/incidents/{declared['reference']}/public-posts"
    said = {"title": "Slow", "state": "monitoring", "text": "Mended.", "status_page_ids": "acme"}
    sent = await ada.send(posts, command="t", **said)
    assert "Mended." in sent.text
    refused = await ada.send("/new-status-page", command="n", id="mine", name="Mine")
    assert refused.status_code == 403
    drill = await site.api.declare(drill=True)
    shown = await root.get(
        f"/incidents/{drill['reference']}/public-posts?after_position={drill['position']}"
    )
    assert "customers are never told of one" in shown.text
