"""Two teams, what they own and one of everything that a form is about; and who visits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from httpx import ASGITransport, AsyncClient, Response

from events.configuration.api_key import ApiScope
from events.ids import AccountId
from services.access.permissions import Permission, is_unbound, permissions_of
from services.identity.sessions import TOKEN_BYTES
from services.web.forms import csrf_token
from services.web.session_cookie import PLAIN_NAME, written
from tests.services.api.rights.cast import ARRIVED, OVERRIDE, PEOPLE, set_up
from tests.services.api.rights.kind import Kind
from tests.services.web.conftest import BASE, SAME_ORIGIN, Site
from tests.services.web.rights.entries import Entry, Whose
from tests.services.web.rights.watching import Watching, watched

CONFIGURED: Final = (
    *("responders", "teams", "services", "escalation-policies", "schedules", "integrations"),
    *("maintenance-windows", "schedules/shop/overrides", "schedules/shop/cover-requests"),
)
OFFICES: Final = {  # people in no team, by role
    "root": (ApiScope.ADMIN,),
    "olga": (ApiScope.OBSERVER,),
    "tess": (ApiScope.AUDITOR,),
    "anna": (ApiScope.AUDITOR, ApiScope.RESPONDER),
}
MANAGERS: Final = {"payments": "grace", "billing": "omar"}
OWNERS: Final = {"shop": "payments", "invoices": "billing", "attic": None} | {
    written: one for one in MANAGERS for written in (one, f"team.{one}")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody in front of a browser."""

    kind: Kind
    http: AsyncClient
    token: bytes

    async def send(self, address: str, fields: Mapping[str, Any]) -> Response:
        form = {"csrf": csrf_token(self.token), **fields}
        if address.endswith("/attachments"):
            files = {"file": ("a.txt", b"a", "text/plain")}
            return await self.http.post(address, data=form, files=files, headers=SAME_ORIGIN)
        return await self.http.post(address, data=form, headers=SAME_ORIGIN)

    def may(self, entry: Entry, named: Mapping[str, str], chosen: str | None = None) -> bool:
        """Say what the table of rights says of a form that goes to an address.

        What is chosen is made for that team; where nothing is yet, any would do.
        """
        carried = permissions_of(self.kind.roles)
        if entry.permission is None:
            return True
        if entry.permission not in carried or is_unbound(carried):
            return entry.permission in carried
        match entry.whose:
            case Whose.ONES_OWN:
                return True
            case Whose.EVERYBODYS:
                return False
            case Whose.CHOSEN:
                teams = [chosen] if chosen else MANAGERS
                return self.kind.person in [MANAGERS[one] for one in teams]
            case Whose.NAMED:
                return self._may_change(entry.permission, named)

    def _may_change(self, permission: Permission, named: Mapping[str, str]) -> bool:
        owners = {OWNERS[one] for one in named.values() if one in OWNERS}
        if permission is not Permission.TEAM_WRITE or not owners:
            return self.kind.may(permission)
        return all(one is not None and MANAGERS[one] == self.kind.person for one in owners)


@dataclass(kw_only=True)
class World:
    """Everything the walks go through."""

    site: Site
    api: Watching
    visitors: dict[str, Visitor] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)  # what addresses name

    async def head(self) -> int:
        return await self.site.api.log.head()

    async def visitor(self, name: str, token: bytes, *roles: ApiScope) -> Visitor:
        """Put somebody in front of a browser."""
        http = AsyncClient(
            transport=ASGITransport(self.site.app, raise_app_exceptions=False),
            base_url=BASE,
            cookies={PLAIN_NAME: written(token)},
        )
        kind = Kind(name=name, roles=roles, person=name, signed_in=True)
        client = await self.site.open.enter_async_context(http)
        return Visitor(kind=kind, http=client, token=token)

    async def stranger(self) -> Visitor:
        """Put somebody in front of a browser whose cookie nobody was ever given."""
        return await self.visitor("a stranger", bytes(TOKEN_BYTES))


async def asked(site: Site, method: str, path: str, body: Any = None, **more: Any) -> Any:
    answer = await site.api.http.request(method, path, json=body, **more)
    assert answer.is_success, f"{path}: {answer.text}"
    return answer.json() if answer.content else {}


async def furnished(site: Site) -> dict[str, str]:
    """Have one of everything that forms are about; return what addresses call it."""
    # Without its workflow, so that nothing comes into the log but what is sent here.
    declared = await site.api.declare(title="Checkout fails", service_id="shop", severity="SEV2")
    incident = f"/v1/incidents/{declared['reference']}"
    await asked(site, "POST", f"{incident}/notes", {"text": "It is the pool."})
    sent = await site.api.http.post(
        f"{incident}/attachments?name=a.txt", content=b"a", headers={"Content-Type": "text/plain"}
    )
    assert sent.is_success, sent.text
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    span = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=4)).isoformat()}
    await asked(site, "POST", "/v1/responders/ben/absences", span)
    await asked(
        site,
        "POST",
        "/v1/schedules/shop/cover-requests",
        {**span, "responder_id": "ben", "asked_ids": [], "reason": "Dentist"},
    )
    rules = [{"name": one, "conditions": [], "outcome": {"severity": "SEV4"}} for one in "ab"]
    await asked(site, "PUT", "/v1/routing-rules/team.payments", {"rules": rules})
    await asked(site, "PUT", "/v1/incident-types/outage", {"name": "Outage", "fields": []})
    page = {"name": "Shop", "team_id": "payments", "components": []}
    await asked(site, "PUT", "/v1/status-pages/shop", page)
    feed = await asked(site, "POST", "/v1/feeds", {"schedule_id": "shop"})
    key = await asked(site, "POST", "/v1/api-keys", {"name": "Robot", "scopes": ["observer"]})
    await site.api.http.get("/v1/api-keys", params={"after_position": key["position"]})
    report = await asked(site, "POST", "/v1/reports", {"quarter": "2026-Q1"})
    files = await asked(site, "GET", f"{incident}/attachments")
    notes = await asked(site, "GET", f"{incident}/notes")
    return {
        "reference": declared["reference"],
        "item": notes["notes"][0]["note_id"],
        "attachment": files["attachments"][0]["attachment_id"],
        "report": report["report_id"],
        "measure": "small_rotation",
        "form": "csv",
        "absence": "1",
        "number": "1",
        "section": "impact",
        "entry": "00000000-0000-0000-0000-000000000001",
        "hint": "0123456789abcdef",
        "earlier": declared["reference"],
        "position": "1",
        "feed": feed["feed_id"],
        "key": key["api_key_id"],
        "override": str(OVERRIDE),
        "window": "shop",
        "schedule": "shop",
        "service": "shop",
        "policy": "shop",
        "integration": "shop",
        "team": "payments",
        "tracker": "shop",
        "type": "outage",
        "page": "shop",
        "rules": "team.payments",
        "place": "1",
        "person": "ben",
        "arrival": str(ARRIVED.arrival_id),
        "session_id": "00000000-0000-0000-0000-000000000001",
        "alert": "00000000-0000-0000-0000-000000000001",
        "passkey_id": "00000000-0000-0000-0000-000000000001",
    }


@pytest.fixture
async def world(site: Site) -> World:
    await set_up(site.api.log)
    watching = watched(site.app)
    await watching.app.state.dependencies.arrivals.keep(ARRIVED)
    world = World(site=site, api=watching)
    for name, roles in [*((one, (ApiScope.RESPONDER,)) for one in PEOPLE), *OFFICES.items()]:
        if name in OFFICES:
            await site.register(name)
        site.people.now = datetime.now(UTC)
        await site.people.with_account(AccountId(name), *roles)
        token, _ = await site.people.sign_in(AccountId(name))
        world.visitors[name] = await world.visitor(name, token, *roles)
    world.named = await furnished(site)
    await site.settled(*CONFIGURED, "incidents", "feeds", "api-keys")
    return world
