"""A company at work: what stands on the screens of the pictures."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.eventually import eventually

PEOPLE: Final = {
    "ada": "Ada Lovelace",
    "grace": "Grace Hopper",
    "ines": "Ines Okafor",
    "ola": "Ola Nordmann",
    "mary": "Mary Jackson",
}
TURNS: Final = ("grace", "ada", "ines", "ola")
SERVICES: Final = {"checkout": "Checkout", "payments": "Payments", "search": "Search"}
ROLES: Final = {
    "commander": "ada",
    "communications": "mary",
    "operations": "grace",
    "scribe": "ola",
}
UNANSWERED: Final = "Refunds fail for one bank"
PAST: Final = (
    ("Invoices were sent twice", "payments", "SEV2", 11, 42),
    ("Search returned nothing for new products", "search", "SEV3", 24, 95),
    ("Checkout refused cards of one bank", "checkout", "SEV2", 39, 61),
    ("Images loaded slowly from the second region", "search", "SEV4", 52, 180),
    ("Refunds waited in a queue", "payments", "SEV3", 70, 130),
)


def now() -> datetime:
    return datetime.now(UTC)


def ago(**span: float) -> str:
    return (now() - timedelta(**span)).isoformat()


def ahead(**span: float) -> str:
    return (now() + timedelta(**span)).isoformat()


@dataclass(kw_only=True)
class Company:
    """A company that uses Tocsin, and how its incidents are called."""

    http: httpx.AsyncClient  # as the administrator
    known: dict[str, str] = field(default_factory=dict)  # for addresses

    async def put(self, path: str, body: dict[str, Any]) -> Any:
        return await self._sent("PUT", path, body)

    async def post(self, path: str, body: dict[str, Any] | None = None, by: str = "") -> Any:
        return await self._sent("POST", path, body or {}, by)

    async def give(
        self, reference: str, noun: str, body: dict[str, Any] | None = None, by: str = "ada"
    ) -> Any:
        return await self.post(f"/v1/incidents/{reference}/{noun}", body, by)

    async def sees(self, reference: str, name: str) -> None:
        """Wait until an incident has something."""

        async def look() -> bool:
            found = await self.http.get(f"/v1/incidents/{reference}")
            return found.is_success and bool(found.json()[name])

        await eventually(f"{name} of {reference}", look)

    async def declares(self, title: str, service: str, severity: str, minutes: float) -> str:
        """Declare an incident that began some minutes ago."""
        body = {"title": title, "service_id": service, "severity": severity}
        reference: str = (await self.post("/v1/incidents", body, by="ines"))["reference"]
        when = {"happened_at": ago(minutes=minutes), "reason": "The first error in the logs."}
        await self.give(reference, "timestamps/declared", when)
        return reference

    async def _sent(self, method: str, path: str, body: dict[str, Any], by: str = "") -> Any:
        headers = {"idempotency-key": str(uuid4())} | ({"tocsin-responder": by} if by else {})
        answer = await self.http.request(method, path, json=body, headers=headers)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        written = answer.json()
        if position := written.get("position"):
            seen = await self.http.get("/v1/services", params={"after_position": position})
            assert seen.is_success, seen.text
        return written


async def settled(http: httpx.AsyncClient) -> Company:
    """Have a company with people, services, incidents of every kind, and a past."""
    company = Company(http=http)
    await people_and_turns(company)
    await services(company)
    await the_past(company)
    await small_things(company)
    await unanswered(company)
    await the_great_one(company)
    await changed_afterwards(company)
    await customers_told(company)
    return company


async def people_and_turns(company: Company) -> None:
    for responder_id, name in PEOPLE.items():
        email = {"channel": "email", "address": f"{responder_id}@example.com"}
        body = {"name": name, "contact_methods": [email]}
        await company.put(f"/v1/responders/{responder_id}", body)
    members = [{"responder_id": one, "manager": one == "grace"} for one in TURNS]
    await company.put("/v1/teams/payments", {"name": "Payments", "members": members})
    rotation = {
        "slots": [[one] for one in TURNS],
        "first_hand_off": f"{now() - timedelta(days=10):%Y-%m-%d}",
        "hand_off_at": "10:00:00",
        "frequency": "weekly",
    }
    layer = {"layer_id": "primary", "name": "Primary", "rotation": rotation}
    body = {"name": "Payments", "zone": "Europe/Berlin", "team_id": "payments", "layers": [layer]}
    await company.put("/v1/schedules/payments", body)
    swap = {"starts_at": ahead(days=2), "ends_at": ahead(days=2, hours=6), "reason": "Dentist"}
    shown = await company.http.get("/v1/on-call", params={"at": ahead(days=2, hours=1)})
    [schedule] = shown.json()["schedules"]
    off = schedule["now"]["on_call"][0]["responder_id"]
    on = next(one for one in TURNS if one != off)
    await company.post("/v1/schedules/payments/overrides", swap | {"off": off, "on": on})
    holiday = {"starts_at": ahead(days=12), "ends_at": ahead(days=16)}
    await company.post("/v1/responders/ines/absences", holiday)
    company.known |= {"schedule": "payments", "person": "ada"}


async def services(company: Company) -> None:
    levels = [
        {"targets": [{"schedule_id": "payments", "turn": turn}], "escalation_timeout_seconds": 900}
        for turn in ("current", "next")
    ]
    levels.append({"targets": [{"responder_id": "mary"}], "escalation_timeout_seconds": 900})
    policy = {"name": "Payments, day and night", "levels": levels, "repeats": 1}
    await company.put("/v1/escalation-policies/payments", policy)
    for service_id, name in SERVICES.items():
        body = {"name": name, "escalation_policy_id": "payments", "team_id": "payments"}
        await company.put(f"/v1/services/{service_id}", body)
    runbook = {"kind": "runbook", "title": "Checkout runbook"}
    links = [runbook | {"url": "https://wiki.example.com/checkout"}]
    await company.put("/v1/services/checkout/links", {"links": links})
    window = {
        "name": "Database upgrade",
        "reason": "PostgreSQL 18 to 19",
        "service_ids": ["search"],
        "starts_at": ahead(days=3),
        "ends_at": ahead(days=3, hours=2),
    }
    await company.put("/v1/maintenance-windows/upgrade", window)
    company.known |= {"service": "checkout", "policy": "payments"}


async def the_past(company: Company) -> None:
    for title, service, severity, days, minutes in PAST:
        began = now() - timedelta(days=days, minutes=7 * days)
        body = {
            "title": title,
            "service_id": service,
            "severity": severity,
            "began_at": began.isoformat(),
            "declared_at": (began + timedelta(minutes=4)).isoformat(),
            "acknowledged_at": (began + timedelta(minutes=6)).isoformat(),
            "mitigated_at": (began + timedelta(minutes=minutes)).isoformat(),
            "mitigation_summary": "The deploy was rolled back",
            "resolved_at": (began + timedelta(minutes=minutes + 25)).isoformat(),
            "resolution_summary": "The index is there again",
            "postmortem": severity == "SEV2",
        }
        await company.post("/v1/incidents/backfill", body)


async def small_things(company: Company) -> None:
    slow = await company.declares("Search is slow for large shops", "search", "SEV3", 190)
    await company.give(slow, "acknowledgement", by="ines")
    await company.give(slow, "mitigation", {"summary": "A second replica answers"}, by="ines")
    await company.declares("The nightly report lacks the weekend", "payments", "SEV4", 300)
    drill = {"title": "The second region is gone", "service_id": "search"}
    made = await company.post("/v1/incidents", drill | {"drill": True, "severity": "SEV2"})
    await company.give(made["reference"], "acknowledgement", by="ola")


async def unanswered(company: Company) -> None:
    reference = await company.declares(UNANSWERED, "payments", "SEV2", 3)
    await company.sees(reference, "pages")


async def the_great_one(company: Company) -> None:
    """Have a SEV1 that alerts opened, half an hour old, with everything around it."""
    made = await company.post("/v1/integrations", {"name": "Monitors", "service_id": "checkout"})
    company.known |= {"integration": made["integration_id"]}
    for minutes, what, author in ((51, "Deploy checkout v412", "ola"), (170, "Cache doubled", "")):
        details = {"summary": what, "happened_at": ago(minutes=minutes)}
        await company.post(made["urls"]["change-events"], details | ({"id": author + what}))
    await alerts(company, made["urls"]["alertmanager"])
    listed = await company.http.get("/v1/incidents", params={"service_id": "checkout"})
    reference = next(
        one["reference"] for one in listed.json()["incidents"] if one["status"] == "declared"
    )
    company.known |= {"reference": reference}
    when = {"happened_at": ago(minutes=34), "reason": "The first error in the logs."}
    await company.give(reference, "timestamps/declared", when)
    await company.give(reference, "acknowledgement", by="grace")
    judged = {"impact": "complete_loss", "scope": "widespread"}
    await company.give(reference, "triage", judged)
    for role, who in ROLES.items():
        await company.give(reference, f"roles/{role}", {"responder_id": who}, by=who)
    await company.give(reference, "phase", {"phase": "response"})
    await tried(company, reference)
    await said(company, reference)
    await company.sees(reference, "status_update")


async def changed_afterwards(company: Company) -> None:
    """Have action items, one of them an issue elsewhere."""
    reference = company.known["reference"]
    tracker = {"vendor": "github", "project": "acme/checkout", "token": "github_pat_11AB"}
    await company.put("/v1/trackers/checkout", tracker)
    for text, action, priority in (
        ("Refuse a release that reads a column before its migration", "prevent", "P1"),
        ("Alert on failed payments by card, not by minute", "detect", "P2"),
    ):
        item = {"text": text, "action": action, "owner": "grace", "priority": priority}
        made = await company.give(reference, "action-items", item)
    issue = {"tracker_id": "checkout", "key": "412"}
    await company.give(reference, f"action-items/{made['action_item_id']}/issue", issue)


async def customers_told(company: Company) -> None:
    """Have a status page whose readers were told of an incident, one word of it corrected."""
    parts = [
        {"component_id": one, "name": name, "service_ids": [one]} for one, name in SERVICES.items()
    ]
    page = {"name": "Acme", "team_id": "payments", "components": parts}
    await company.put("/v1/status-pages/acme", page)
    company.known |= {"page": "acme"}
    down = {"status_page_id": "acme", "component_id": "payments", "status": "partial_outage"}
    post = {
        "status_page_ids": ["acme"],
        "title": "Some payments with saved cards fail",
        "affected": [down],
    }
    for state, text in (
        ("investigating", "About a third of payments with saved cards fail since 3:00."),
        ("identified", "A new version cannot read saved cards.\n\nWe go back to the old one."),
    ):
        told = post | {"state": state, "text": text}
        await company.give(company.known["reference"], "public-posts", told, by="mary")
    better = {"text": "About a third of payments with saved cards fail since 03:10 UTC."}
    await company.put(f"/v1/incidents/{company.known['reference']}/public-posts/1", better)


async def alerts(company: Company, address: str) -> None:
    """Send two alerts of one group, as Alertmanager does."""
    group = {"service": "checkout", "cluster": "eu1"}
    firing = [
        {
            "status": "firing",
            "labels": group | {"alertname": name, "severity": severity},
            "annotations": {"summary": title},
            "startsAt": ago(minutes=minutes),
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "",
            "fingerprint": f"bc04b1020bff0d{minutes}",
        }
        for name, title, severity, minutes in (
            ("HighErrorRate", "Checkout: 5xx above 5 %", "critical", 34),
            ("SlowAnswers", "Checkout: p99 above 2 s", "warning", 21),
        )
    ]
    body = {
        "version": "4",
        "receiver": "tocsin",
        "status": "firing",
        "alerts": firing,
        "groupLabels": group,
        "commonLabels": group,
        "commonAnnotations": {},
        "externalURL": "https://alerts.example.com",
        "groupKey": '{}:{service="checkout", cluster="eu1"}',
        "truncatedAlerts": 0,
    }
    answer = await company.http.post(address, json=body)
    assert answer.is_success, answer.text

    async def open_() -> bool:
        found = await company.http.get("/v1/alerts")
        return "SlowAnswers" in found.text or "p99" in found.text

    await eventually("both alerts are open", open_)


async def tried(company: Company, reference: str) -> None:
    restart = {"kind": "other", "description": "Restart the payment workers"}
    await company.give(reference, "mitigation-actions", restart, by="grace")
    failed = {"outcome": "failed", "comment": "The errors came back after a minute"}
    await company.give(reference, "mitigation-actions/1/outcome", failed, by="grace")
    back = {"kind": "rollback", "description": "Checkout back to v411"}
    await company.give(reference, "mitigation-actions", back, by="grace")
    await company.give(reference, "checklist/alert_valid/tick", by="ola")


async def said(company: Company, reference: str) -> None:
    notes = (
        ("Errors began with **v412**: `card_token` is null for saved cards.", "grace"),
        ("d: Roll back before we look for the cause.", "ada"),
        ("Support counts 40 tickets since 03:10.", "mary"),
    )
    for text, who in notes:
        await company.give(reference, "notes", {"text": text}, by=who)
    update = {
        "impact": "About a third of payments with saved cards fail.",
        "current_actions": "Checkout goes back to the version of yesterday.",
        "next_update_at": ahead(seconds=1),
    }
    await company.give(reference, "status-updates", update, by="mary")
    help_ = {"ask": "Look at the card vault, please.", "responder_ids": ["ines"]}
    await company.give(reference, "pages", help_)
