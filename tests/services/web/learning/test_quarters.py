"""The quarter's report in the browser: read, issued, and what was restated since."""

import re

import pytest

from events.configuration.api_key import ApiScope
from projections.metrics.quarters import quarter_at
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack


async def test_the_report_is_read_issued_and_restated(site: Site, ada: Browser) -> None:
    declared = await site.api.declare(title="Checkout <b>fails</b>", severity="SEV1")
    this = quarter_at(site.people.now, "UTC").name
    head = await site.api.log.head()
    shown = await ada.get(f"/insights/quarter?after_position={head}")
    assert "Total Incidents: 1" in shown.text
    assert f'href="/incidents/{declared["reference"]}"' in shown.text
    assert "Checkout &lt;b&gt;fails" in shown.text
    assert "None yet." in shown.text
    assert shown.text.count("<svg") == shown.text.count("<desc>") > 0
    assert "style=" not in shown.text

    issued = await ada.send("/insights/quarter", command="1", quarter=this, zone="UTC")
    assert "Nothing: every figure of the box still holds." in issued.text
    (address,) = set(re.findall(r'href="(/insights/reports/[0-9a-f-]+)/report', issued.text))
    other = await site.api.declare(title="Search fails", severity="SEV3")
    head = await site.api.log.head()
    later = await ada.get(f"{address}?after_position={head}")
    assert "<b>Total incidents</b> 1 → 2" in later.text
    assert f"{other['reference']} was declared" in later.text
    assert "Total Incidents: 1" in later.text
    assert this in (await ada.get("/insights/quarter")).text


async def test_the_report_is_a_file_in_every_form(site: Site, ada: Browser) -> None:
    await site.api.declare(title="Checkout fails", severity="SEV1")
    head = await site.api.log.head()
    this = quarter_at(site.people.now, "UTC").name
    await ada.get(f"/insights/quarter?after_position={head}")
    for form in ("html", "txt", "md", "csv", "json"):
        found = await ada.get(f"/insights/quarter.{form}?quarter={this}&zone=UTC")
        assert "Total Incidents: 1" in found.text
        downloaded = found.headers.get("content-disposition", "")
        assert downloaded.startswith("attachment") == (form != "html")
        if form == "html":
            assert found.headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_quarter_that_there_is_not_is_refused_in_words(ada: Browser) -> None:
    refused = await ada.get("/insights/quarter?quarter=2026-Q7")
    assert refused.status_code == 422
    assert "is no quarter" in refused.text


async def test_who_may_only_look_issues_nothing(site: Site, ada: Browser) -> None:
    eve = await site.browser_of("eve", ApiScope.OBSERVER)
    shown = await eve.get("/insights/quarter")
    assert "Issue the report" not in shown.text
    assert "Issue the report" in (await ada.get("/insights/quarter")).text
