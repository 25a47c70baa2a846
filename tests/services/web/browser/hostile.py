"""Hostile texts: markup in every text that a person or a monitor writes, one of everything."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.services.web.conftest import Site

EVIL: Final = "evil.example"
SHORT: Final = "<script>stolen()</script>{{7*7}}"
LINE: Final = (
    f'{SHORT}"><svg/onload=stolen()><img src=//{EVIL}/i onerror=stolen()>'
    "<iframe srcdoc='<script>stolen()</script>'></iframe>${7*7}</textarea><b hidden>"
)
MARKDOWN: Final = (
    f"{LINE}\n\n![x](https://{EVIL}/pixel.png) [x](javascript:stolen())"
    f' <a href="javascript:stolen()">x</a> <style>@import "//{EVIL}/s"</style>'
    f"\n\n[ref]: javascript:stolen()\n[ref]\n\n<base href=//{EVIL}><meta http-equiv=refresh"
    f' content="0;url=//{EVIL}">'
)
FORMULA: Final = f'=HYPERLINK("//{EVIL}")'
TURNED: Final = "txt.\u202egnp.exe"  # read as another name than it is
ID: Final = "evil"
READ: Final = (
    *("responders", "teams", "schedules", "escalation-policies", "services", "incident-types"),
    *("maintenance-windows", "routing-rules", "integrations", "api-keys", "incidents", "alerts"),
    *("schedules/evil/cover-requests", "schedules/evil/overrides"),
)
OF_AN_INCIDENT: Final = ("", "/notes", "/timeline", "/status-updates", "/checklist", "/postmortem")


def by_hour(**span: float) -> str:
    """Return a time around now."""
    return (datetime.now(UTC) + timedelta(**span)).replace(microsecond=0).isoformat()


async def asked(site: Site, method: str, path: str, body: Any = None) -> dict[str, Any]:
    """Have an admin give a command."""
    answer = await site.api.http.request(method, f"/v1/{path}", json=body)
    assert answer.is_success, f"{path}: {answer.text}"
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found


async def write_everywhere(site: Site) -> dict[str, str]:
    """Write markup wherever it can be written; return what addresses call the things."""
    await configured(site)
    incident = await declared(site)
    arrival = await received(site)
    await site.settled(*READ, *(f"incidents/{incident}{part}" for part in OF_AN_INCIDENT))
    return {
        "reference": incident,
        "arrival": arrival["arrival_id"],
        "integration": arrival["integration_id"],
        "service": ID,
        "schedule": ID,
        "policy": ID,
        "team": ID,
        "person": ID,
    }


async def configured(site: Site) -> None:
    """Have people, a team, and what it owns."""
    person = {"name": SHORT, "contact_methods": [{"channel": "email", "address": "e@example.com"}]}
    await asked(site, "PUT", f"responders/{ID}", person)
    await asked(site, "PUT", "responders/other", {"name": LINE, "contact_methods": []})
    members = [{"responder_id": ID, "manager": True}, {"responder_id": "other"}]
    await asked(site, "PUT", f"teams/{ID}", {"name": LINE, "members": members})
    rotation = {"slots": [[ID]], "first_hand_off": "2026-01-05", "hand_off_at": "09:00:00"}
    layer = {"layer_id": ID, "name": LINE, "rotation": rotation}
    schedule = {"name": LINE, "team_id": ID, "zone": "UTC", "layers": [layer]}
    await asked(site, "PUT", f"schedules/{ID}", schedule)
    level = {"targets": [{"responder_id": ID}], "escalation_timeout_seconds": 300}
    await asked(site, "PUT", f"escalation-policies/{ID}", {"name": LINE, "levels": [level]})
    service = {"name": LINE, "escalation_policy_id": ID, "team_id": ID}
    await asked(site, "PUT", f"services/{ID}", service)
    link = {"kind": "runbook", "title": LINE, "url": f"https://{EVIL}/onclick=stolen()"}
    await asked(site, "PUT", f"services/{ID}/links", {"links": [link]})
    field = {"field_id": ID, "kind": "text", "label": LINE}
    await asked(site, "PUT", f"incident-types/{ID}", {"name": LINE, "fields": [field]})
    window = {"name": LINE, "reason": MARKDOWN, "service_ids": [ID], "ends_at": by_hour(hours=9)}
    await asked(site, "PUT", f"maintenance-windows/{ID}", {**window, "starts_at": by_hour(hours=8)})
    condition = {"field": f"labels.{ID}", "comparison": "equals", "values": [LINE]}
    rule = {"name": LINE, "conditions": [condition], "outcome": {"title": LINE}}
    await asked(site, "PUT", "routing-rules/organisation", {"rules": [rule]})
    span = {"starts_at": by_hour(hours=20), "ends_at": by_hour(hours=22)}
    override = {**span, "off": ID, "on": None, "reason": LINE}
    await asked(site, "POST", f"schedules/{ID}/overrides", override)
    span = {"starts_at": by_hour(hours=30), "ends_at": by_hour(hours=32)}
    cover = {**span, "responder_id": ID, "asked_ids": [], "reason": LINE}
    await asked(site, "POST", f"schedules/{ID}/cover-requests", cover)
    note = {"text": MARKDOWN, "responder_id": ID}
    await asked(site, "POST", f"schedules/{ID}/hand-over-notes", note)
    await asked(site, "POST", "api-keys", {"name": SHORT, "scopes": ["observer"]})


async def declared(site: Site) -> str:
    """Have an incident with everything that is written about one."""
    body = {"title": LINE, "summary": MARKDOWN, "service_id": ID, "severity": "SEV2"}
    told = await site.api.started(**body, incident_type_id=ID, fields={ID: LINE})
    at = f"incidents/{told['reference']}"
    await asked(site, "POST", f"{at}/notes", {"text": MARKDOWN})
    update = {"impact": MARKDOWN, "current_actions": MARKDOWN}
    await asked(site, "POST", f"{at}/status-updates", update)
    await asked(site, "POST", f"{at}/checklist", {"section": "investigation", "text": LINE})
    action = {"kind": "rollback", "description": LINE}
    await asked(site, "POST", f"{at}/mitigation-actions", action)
    link = {"kind": "other", "title": LINE, "url": f"https://{EVIL}/?'onclick='stolen()"}
    await asked(site, "POST", f"{at}/links", link)
    await asked(site, "POST", f"{at}/severity", {"severity": "SEV1", "reason": LINE})
    await asked(site, "POST", f"{at}/roles/scribe", {"responder_id": ID})
    await asked(
        site,
        "POST",
        f"{at}/action-items",
        {"text": LINE, "owner": ID, "action": "prevent", "priority": "P1"},
    )
    name = {"name": f"{SHORT}.txt"}
    plain = {"Content-Type": "text/plain"}
    path = f"/v1/{at}/attachments"
    sent = await site.api.http.post(path, params=name, content=LINE.encode(), headers=plain)
    assert sent.is_success, sent.text
    return str(told["reference"])


async def received(site: Site) -> dict[str, Any]:
    """Have a monitor and a deployment say something."""
    made = await asked(site, "POST", "integrations", {"name": LINE, "service_id": ID})
    alert = {
        "title": f"{LINE}{TURNED}",
        "dedup_key": LINE,
        "description": MARKDOWN,
        "labels": {"host": LINE, "url": "javascript:stolen()"},
        "links": [{"url": "javascript:stolen()", "title": LINE}],
    }
    await asked(site, "POST", f"integrations/{made['key']}/generic", alert)
    await asked(site, "POST", f"integrations/{made['key']}/generic", {"title": f"{FORMULA}{LINE}"})
    change = {"summary": LINE, "links": [{"href": "javascript:stolen()", "text": LINE}]}
    await site.api.http.post(f"/v1/integrations/{made['key']}/change-events", json=change)
    found = await asked(site, "GET", f"integrations/{made['integration_id']}/arrivals")
    return {**made, "arrival_id": found["arrivals"][0]["arrival_id"]}
