"""Export of a postmortem over HTTP: every format of one document, for whoever may know of it."""

import re
from xml.etree import ElementTree as ET

import pytest

from services.api.resources.postmortem.export import OFFERED
from services.markdown import as_html
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_private_incidents import cast_of, declared_by

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

HEADINGS = [
    *("Summary", "Impact", "Timeline (UTC)", "Root Cause", "Contributing Factors"),
    *("What Went Well", "What Could Be Improved", "Action Items", "Lessons Learned"),
]


async def test_every_format_says_the_same_as_the_template_does(alone: Api) -> None:
    await alone.responder("ana")
    declared = await alone.declare(title="Payments | fail <b>", severity="SEV2")
    path = f"/v1/incidents/{declared['incident_id']}"
    item = {"text": "Add a canary | stage", "action": "prevent", "owner": "ana", "priority": "P1"}
    opened = await alone.http.post(f"{path}/action-items", json=item)
    assert opened.status_code == 200, opened.text
    found = {}
    for wanted in OFFERED:
        answer = await alone.http.get(
            f"{path}/postmortem/export",
            params={"format": wanted, "after_position": opened.json()["position"]},
        )
        assert answer.status_code == 200, answer.text
        found[wanted] = answer
    markdown = found["markdown"].text
    assert markdown.startswith("# Incident Postmortem: Payments \\| fail \\<b>\n\n**Date:** ")
    assert re.findall(r"^## (.+)$", markdown, re.MULTILINE) == HEADINGS
    assert re.search(r"\| Add a canary \\\| stage \| @ana \| \d{4}-\d\d-\d\d \| \w+ \|", markdown)
    assert re.findall(r"<h2>(.+?)</h2>", found["html"].text) == HEADINGS
    assert re.findall(r"<h2>(.+?)</h2>", as_html(markdown)) == HEADINGS
    page = ET.fromstring(f'<p xmlns:ac="urn:c">{found["confluence"].text}</p>')
    assert [one.text for one in page if one.tag == "h2"] == HEADINGS
    told = found["json"].json()
    assert told["title"] == "Payments | fail <b>"
    assert [one["owner"] for one in told["action_items"]] == ["ana"]
    assert "attachment" in found["html"].headers["content-disposition"]
    assert "sandbox" in found["html"].headers["content-security-policy"]


async def test_a_format_that_is_not_there_is_named(alone: Api) -> None:
    declared = await alone.declare()
    path = f"/v1/incidents/{declared['incident_id']}/postmortem/export"
    answer = await alone.http.get(path, params={"format": "docx"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "query.format"


async def test_what_is_not_there_has_no_export(alone: Api) -> None:
    path = "/v1/incidents/01890a5d-ac96-774b-bcce-b302099a8057/postmortem/export"
    answer = await alone.http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "incident-not-found")


async def test_what_people_wrote_chose_and_found_is_in_it_and_hostile_text_stays_inert(
    api: Api,
) -> None:
    declared = await api.declare(title="Payments fail", severity="SEV2")
    path = f"/v1/incidents/{declared['incident_id']}/postmortem"
    begun = await api.http.post(path, json={"author_id": None})
    assert begun.status_code == 200, begun.text
    text = "See <img src=x onerror=alert(1)>\n\n```\n## Root Cause"
    written = await api.http.put(
        f"{path}/sections/summary", json={"text": text}, headers={"If-Match": '"0"'}
    )
    assert written.status_code == 200, written.text
    first = {"factor_kind": "trigger", "category": "deploy", "text": "No index", "primary": True}
    why = {"factor_kind": "factor", "category": "process", "text": "No test", "because_of": 1}
    for factor in (first, why):
        recorded = await api.http.post(f"{path}/factors", json=factor)
        assert recorded.status_code == 200, recorded.text

    async def exported(wanted: str) -> str:
        query: dict[str, str | int] = {"format": wanted, "after_position": await api.log.head()}
        answer = await api.http.get(f"{path}/export", params=query)
        assert answer.status_code == 200, answer.text
        return answer.text

    markdown = await exported("markdown")
    assert (
        "- No index (trigger, Deploy issues, primary)\n  - No test (factor, Ways of working)"
        in (markdown)
    )
    assert "\\<img src=x onerror=alert(1)>" in markdown
    for page in (as_html(markdown), await exported("html")):
        assert re.findall(r"<h2>(.+?)</h2>", page) == HEADINGS
        assert "<img" not in page


async def test_a_private_postmortem_is_there_for_its_members_alone(api: Api) -> None:
    cast = await cast_of(api)
    declared = await declared_by(api, cast.ada)
    path = f"/v1/incidents/{declared['incident_id']}/postmortem/export"
    after = {"after_position": await api.log.head()}
    assert (await api.http.get(path, params=after, headers=cast.ada)).status_code == 200
    for outsider in cast.outsiders:
        assert (await api.http.get(path, params=after, headers=outsider)).status_code == 404
