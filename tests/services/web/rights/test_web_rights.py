"""Every route of the web app does for every kind of visitor what the table of rights says."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from httpx import Response
from starlette.routing import Route

from services.access.permissions import RIGHTS, Permission
from services.web import page
from services.web.application import routes
from services.web.page import OpenRoute, SignedInRoute
from tests.services.api.rights.cast import PEOPLE
from tests.services.web.rights.conftest import Visitor, World
from tests.services.web.rights.entries import ACTIONS, PAGES, Entry
from tests.services.web.rights.watching import forms_on, route_at

SIGNED_IN: Final = [one for one in routes() if isinstance(one, SignedInRoute)]
ONE_RESPONDER: Final = "ada"  # stands for them all where it does not matter which
NO_PAGES: Final = {"/live"}  # a stream
MOST_FORMS: Final = len(ACTIONS)
LATER: Final = datetime.now(UTC) + timedelta(days=3)
SPAN: Final = {
    "starts_at": LATER.strftime("%FT%H:%M"),
    "ends_at": (LATER + timedelta(hours=1)).strftime("%FT%H:%M"),
}
NEW: Final = {"id": "another", "name": "Another", "team_id": "payments"}
LEVEL: Final = {"targets-0": "person:ben", "minutes-0": "5"}
RULE: Final = {"name": "Disks", "severity": "SEV4"}
HAPPENED: Final = {"happened_at": "2026-03-02T11:42", "text": "Their page said nothing"}
FIELDS: Final[Mapping[str, Mapping[str, Any]]] = {  # where the API has to read the form to know
    "/saved-views": {"name": "Ours"},
    "/new-service": NEW,
    "/new-schedule": {**NEW, "zone": "UTC"},
    "/new-status-page": NEW,
    "/new-policy": {**NEW, **LEVEL},
    "/incidents/{reference}/postmortem/added": HAPPENED,
    "/incidents/{reference}/postmortem/added/{entry}": HAPPENED,
    "/settings/integrations": {"name": "Another", "service_id": "shop"},
    "/settings/teams": {**NEW, "managers": "grace"},
    "/settings/people": {"id": "another", "name": "Another"},
    "/services/{service}/maintenance-windows": {"name": "Work", "reason": "Disks", **SPAN},
    "/incidents/{reference}/postmortem/meeting": SPAN,
    "/on-call/{schedule}/overrides": {**SPAN, "off": "ben", "on": "mia"},
    "/on-call/{schedule}/cover-requests": {**SPAN, "responder_id": "ben"},
    "/settings/absences": SPAN,
    "/settings/new-incident-type": {"id": "another", "name": "Another"},
    "/settings/incident-types/{type}/edit": {"name": "Another"},
    "/welcome/service": {"name": "First"},
    "/alerts/rules/{rules}/new": RULE,
    "/alerts/rules/{rules}/{place}": RULE,
    "/alerts/rules/{rules}/{place}/order": {"way": "up"},
    "/settings/contact-methods": {"channel": "email", "address": "a@example.com"},
}


def address_of(route: Route, named: Mapping[str, str]) -> str:
    """Return the address of a route."""
    if route.path.startswith("/incidents/{reference}/attachments/"):
        named = {**named, "item": named["attachment"]}
    return re.sub(r"\{(\w+)\}", lambda found: named[found[1]], route.path)


def of_method(method: str) -> Iterator[SignedInRoute]:
    """Yield the routes of a method for people who are signed in."""
    return (one for one in SIGNED_IN if method in (one.methods or ()))


def visitors_of(world: World, entry: Entry, route: Route) -> list[Visitor]:
    """Return who goes there: where the person does not matter, one responder is all of them."""
    if "GET" in (route.methods or ()) and route.path in ACTIONS and "{reference}" in route.path:
        return [world.visitors[ONE_RESPONDER], world.visitors["olga"]]  # pages of one making
    permission = entry.permission
    by_person = permission is not None and RIGHTS[permission].to_responder is not None
    on_it = route.path.startswith(("/services", "/on-call", "/policies", "/settings", "/alerts"))
    if by_person or (permission is Permission.CONFIGURATION_READ and on_it):
        return [*world.visitors.values()]
    others = {one for one in PEOPLE if one != ONE_RESPONDER}
    return [one for name, one in world.visitors.items() if name not in others]


@dataclass(kw_only=True)
class Walk:
    """What was seen on the way."""

    world: World
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    async def look(self, visitor: Visitor, route: Route) -> None:
        """Look at a page, and at the forms on it."""
        address = address_of(route, self.world.named)
        at = f"{visitor.kind.name} at {address}"
        answer = await visitor.http.get(address)
        if answer.status_code == 503:  # a busy machine puts reads off: a browser asks again
            await asyncio.sleep(float(answer.headers["retry-after"]))
            answer = await visitor.http.get(address)
        may = visitor.may(PAGES[route.path], route_at(SIGNED_IN, "GET", address)[1])
        if answer.status_code not in ({200, 404} if may else {403}):
            self.wrong.append(f"{at}: {answer.status_code}")
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return
        for form in forms_on(answer.text):
            found, named = route_at(SIGNED_IN, "POST", form)
            self.seen.add(found.path)
            if not visitor.may(ACTIONS[found.path], named):
                self.wrong.append(f"{at}: there is the form {form}")

    async def send(self, route: Route) -> None:
        """Have everybody send a form: who may not is refused, and nothing has changed."""
        entry, address = ACTIONS[route.path], address_of(route, self.world.named)
        if entry.permission is None:
            return
        named = route_at(SIGNED_IN, "POST", address)[1]
        visitors = visitors_of(self.world, entry, route)
        allowed = [one for one in visitors if one.may(entry, named, chosen="payments")]
        before = await self.world.head()
        refused = [one for one in visitors if one not in allowed]
        for one, answer in zip(refused, await self._sent(refused, route, address), strict=True):
            missing = [asked.missing for asked in self.world.api.taken(one.kind.name)]
            if answer.status_code != 403 or entry.permission not in missing:
                self.wrong.append(f"{one.kind.name} to {address}: {answer.status_code} {missing}")
        if await self.world.head() != before:
            self.wrong.append(
                f"{address} changed something for {[one.kind.name for one in refused]}"
            )
        self.world.api.pretending |= {one.kind.name for one in allowed}
        await self._sent(allowed, route, address)
        self.world.api.pretending.clear()
        for one in allowed:
            asked = self.world.api.taken(one.kind.name)
            given = [each for each in asked if self.world.api.permission(each) == entry.permission]
            if not given or any(each.missing == entry.permission for each in given):
                self.wrong.append(f"{one.kind.name} to {address}: asked {asked}")

    async def _sent(
        self, visitors: Sequence[Visitor], route: Route, address: str
    ) -> list[Response]:
        for one in visitors:
            self.world.api.taken(one.kind.name)
        fields = FIELDS.get(route.path, {})
        if route.path == "/incidents/acknowledgements":
            fields = {"reference": self.world.named["reference"]}
        return [await one.send(address, fields) for one in visitors]


def test_every_route_has_an_entry_and_every_entry_a_route() -> None:
    assert {one.path for one in of_method("GET")} == set(PAGES)
    assert {one.path for one in of_method("POST")} == set(ACTIONS)
    assert len(list(routes())) == len(SIGNED_IN) + sum(
        isinstance(one, OpenRoute) for one in routes()
    ) + len(["the files"])


@pytest.mark.stack
async def test_no_page_shows_a_form_in_vain_and_what_is_sent_all_the_same_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = Walk(world=world)
    for route in of_method("GET"):
        if route.path not in NO_PAGES:
            who = visitors_of(world, PAGES[route.path], route)
            for one in who:  # by turns: all at once would be turned away as too much
                await walk.look(one, route)
    assert len(walk.seen) > MOST_FORMS // 2, "There is hardly a form to be seen."
    # The page that a form is on has been looked at; whoever may not send it is told so at once.
    monkeypatch.setattr(page, "SAID_ON_THE_PAGE", frozenset())
    for route in of_method("POST"):
        await walk.send(route)
    assert not walk.wrong, "\n".join(sorted(walk.wrong))


@pytest.mark.stack
async def test_whoever_is_not_signed_in_any_more_is_sent_to_the_sign_in_from_everywhere(
    world: World,
) -> None:
    leaving, suspended = world.visitors["mia"], world.visitors["ben"]
    assert (await leaving.send("/sign-out", {})).status_code == 303
    path = "/v1/accounts/ben/suspension"
    answer = await world.site.api.http.post(path, json={"reason": "Left the company"})
    assert answer.is_success, answer.text
    nobody = await world.stranger()
    before, wrong = await world.head(), list[str]()
    for route in SIGNED_IN:
        address = address_of(route, world.named)
        for one in (leaving, suspended, nobody):
            if "POST" in (route.methods or ()):
                answer = await one.send(address, FIELDS.get(route.path, {}))
            else:
                answer = await one.http.get(address)
            is_sent = answer.headers.get("location", "").startswith("/sign-in")
            if not is_sent and route.path not in NO_PAGES:
                wrong.append(f"{one.kind.name} at {address}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert (await world.head(), world.api.asked) == (before, {})
