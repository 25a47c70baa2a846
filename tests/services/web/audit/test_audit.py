"""The audit screens: who did what, as it was then, and proof that the log is as it was."""

import re
from pathlib import Path

import pytest

from events.configuration.api_key import ApiScope
from events.log import database as pools
from events.log.proof.tree_heads import TreeHeads
from events.sighting.decide import AGGREGATE
from services.web.pages.audit.export import MOST, at_most
from services.web.pages.audit.private import readers
from services.web.pages.audit.trail import is_of
from tests.eventually import eventually
from tests.servers import Database
from tests.services.notary.notaries import notary
from tests.services.web.conftest import Browser, Site


@pytest.mark.parametrize(
    ("stream", "type_", "kinds"),
    [
        ("service-checkout", "service.defined", {"configuration", "all"}),
        ("api_key-1", "api_key.created", {"configuration", "access", "all"}),
        ("incident-1", "incident.declared", {"work", "all"}),
        ("incident-1", "incident.member_added", {"work", "configuration", "access", "all"}),
        ("alert_group-1", "alert_group.opened", {"work", "all"}),
    ],
)
def test_a_deed_is_listed_where_an_auditor_looks_for_it(
    stream: str, type_: str, kinds: set[str]
) -> None:
    deed = {"outcome": "accepted", "stream": stream, "type": type_}
    assert {kind for kind in ("configuration", "access", "work", "all") if is_of(deed, kind)} == (
        kinds
    )


@pytest.fixture
async def olga(site: Site) -> Browser:
    """Olga, an auditor."""
    return await site.browser_of("olga", ApiScope.AUDITOR)


@pytest.mark.stack
async def test_the_trail_says_who_did_what_and_who_was_refused(site: Site, olga: Browser) -> None:
    body = {"name": "<b>Mei", "contact_methods": []}
    before = await site.api.http.put("/v1/responders/mei", json=body)
    await olga.send("/settings/people", id="tom", name="Tom")
    shown = await olga.get("/audit")
    assert shown.status_code == 200, shown.text
    assert "responder registered" in shown.text
    assert "<code>responder-mei</code>" in shown.text
    assert "Refused" in shown.text
    past = await olga.get(f"/audit?as_of={int(before.json()['position']) - 1}")
    assert "<code>responder-mei</code>" not in past.text
    assert "As it was at" in past.text
    one = await olga.get("/audit?stream=responder-mei&outcome=accepted")
    assert one.text.count("responder registered") == 1


@pytest.mark.stack
async def test_the_newest_signed_head_is_checked_from_its_own_bytes(
    site: Site, olga: Browser, database: Database, tmp_path: Path
) -> None:
    unsigned = await olga.get("/audit/proof")
    assert "Nothing is signed yet." in unsigned.text
    pool = await pools.Database.open(database.notary_dsn)
    await notary(TreeHeads(pool), tmp_path).sign_new()
    await site.register("mei")
    await notary(TreeHeads(pool), tmp_path).sign_new()
    await pool.close()
    shown = await olga.get("/audit/proof")
    assert shown.text.count("<b>Holds.</b>") == 3, shown.text
    assert "hashed anew, leads to the signed root" in shown.text


@pytest.mark.stack
async def test_events_are_exported_byte_for_byte(site: Site, olga: Browser) -> None:
    answer = await olga.get("/audit/export?after=0&limit=2")
    raw = await site.api.http.get("/v1/audit/events?after=0&limit=2")
    assert answer.content == raw.content
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await olga.get("/audit/private")).status_code == 200


@pytest.mark.stack
async def test_a_responder_has_no_business_in_the_audit(ada: Browser) -> None:
    assert (await ada.get("/audit")).status_code == 403
    assert (await ada.get("/audit/export")).status_code == 403


@pytest.mark.parametrize(
    ("wanted", "given"), [("2", 2), ("", MOST), ("all", MOST), ("-1", MOST), ("9" * 30, MOST)]
)
def test_no_export_holds_the_whole_log_in_memory(wanted: str, given: int) -> None:
    assert at_most(wanted) == given


@pytest.mark.stack
async def test_an_auditor_sees_who_read_a_private_incident_and_nobody_else_does(
    site: Site, ada: Browser, olga: Browser
) -> None:
    declared = await site.api.declare(title="Salaries <b>leaked</b>", private=True)
    incident_id, reference = declared["incident_id"], declared["reference"]
    member = {"responder_id": "ada"}
    path = f"/v1/incidents/{incident_id}/members"
    await site.api.start(incident_id)
    added = await site.api.http.post(path, json=member)
    assert added.is_success, added.text
    ask = {"after_position": added.json()["position"]}
    await site.api.http.get(f"/v1/incidents/{incident_id}", params=ask)
    assert (await ada.get(f"/incidents/{reference}")).status_code == 200
    stream = AGGREGATE.stream(incident_id)

    async def ada_is_kept() -> bool:
        kept = await site.api.log.read_stream(stream)
        return any(b"responder:ada" in event.payload for event in kept)

    await eventually("it is kept that Ada read it", ada_is_kept)
    newest = (await site.api.log.read_stream(stream))[-1].position
    shown = (await olga.get(f"/audit/private?after_position={newest}")).text
    assert "Salaries &lt;b&gt;leaked&lt;/b&gt;" in shown
    assert re.search(r"<li><[^>]*>Ada</[^>]*>: <time", shown), shown
    assert f"/audit?stream=sighting-{incident_id}" in shown
    past = (await olga.get(f"/audit/private?as_of={added.json()['position']}")).text
    assert "Nobody has read it since this is kept." in past
    own = (await ada.get("/audit/private")).text
    assert "Who read it is shown to admins and auditors." in own


def test_a_person_who_read_for_hours_is_one_line() -> None:
    seen = [
        {"seen_by": "responder:ada", "seen_at": "2026-11-23T05:01:00Z", "via": "web"},
        {"seen_by": "responder:ben", "seen_at": "2026-11-23T04:30:00Z", "via": "api"},
        {"seen_by": "responder:ada", "seen_at": "2026-11-23T04:00:00Z", "via": "api"},
    ]
    ada, ben = readers(seen)
    assert (ada.who, ada.hours, ada.first[11:16], ada.last[11:16], ada.by) == (
        "responder:ada",
        2,
        "04:00",
        "05:01",
        "web",
    )
    assert ben.hours == 1
