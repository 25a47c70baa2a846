"""People sign in and out through a certified identity provider, in a browser without script."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from events.account.commands import ChangeAccountRoles, InviteAccount, SuspendAccount
from events.configuration.api_key import ApiScope
from events.ids import AccountId
from projections.configuration import accounts
from projections.engine.catching_up import wait_for
from services.identity.finding import account_of
from services.identity.oidc.connection import Admission
from services.web.pages.identity_providers import link_token
from services.web.session_cookie import PLAIN_NAME
from tests.eventually import eventually
from tests.fakes.receiver import receiver
from tests.identity_providers import PEOPLE, Browser
from tests.services.identity.signing_people_in import operator
from tests.services.web.conftest import BASE
from tests.services.web.entrance import CLIENT, START, Entrance, entrance

__all__ = ["entrance"]

pytestmark = pytest.mark.stack


async def test_who_signs_in_for_the_first_time_becomes_a_person_here(entrance: Entrance) -> None:
    grace = await entrance.person()
    answer = await grace.sign_in("grace", f"{START}?next=/incidents?as_of=now")
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents?as_of=now")
    assert await grace.is_in()
    assert await entrance.roles("grace") == (ApiScope.RESPONDER,)
    shown = (await entrance.api.http.get("/v1/responders/grace?after_position=1")).json()
    assert shown["name"] == "Grace Hopper"
    assert shown["contact_methods"][0]["address"] == "grace@example.com"


async def test_who_signs_in_again_is_the_same_person(entrance: Entrance) -> None:
    for _ in range(2):
        person = await entrance.person()
        await person.sign_in("grace")
        assert await person.is_in()
    assert await entrance.responders() >= {"grace"}
    assert "grace-2" not in await entrance.responders()


async def test_whom_nobody_admits_is_sent_away_in_plain_words(entrance: Entrance) -> None:
    entrance.connection["admission"] = Admission(domains=frozenset({"example.org"}))
    person = await entrance.person()
    answer = await person.sign_in("grace")
    assert answer.status_code == 403
    assert "ask an administrator to invite you" in answer.text
    assert PLAIN_NAME not in person.http.cookies
    assert "grace" not in await entrance.responders()


async def test_an_unverified_address_admits_nobody_and_opens_nothing(entrance: Entrance) -> None:
    await (await entrance.person()).sign_in("grace")
    mallory = await entrance.person()
    answer = await mallory.sign_in("mallory")  # with the address of Grace, not verified
    assert answer.status_code == 403
    assert PLAIN_NAME not in mallory.http.cookies


async def test_a_lost_group_loses_its_role_at_once(entrance: Entrance) -> None:
    await entrance.people.with_account(AccountId("root"), ApiScope.ADMIN)
    await entrance.door().admins.note(AccountId("root"))
    await entrance.groups("grace", "oncall", "sre")
    before = await entrance.person()
    await before.sign_in("grace")
    assert await entrance.roles("grace") == (ApiScope.ADMIN, ApiScope.RESPONDER)
    await entrance.groups("grace", "oncall")
    again = await entrance.person()
    await again.sign_in("grace")
    assert await entrance.roles("grace") == (ApiScope.RESPONDER,)
    assert await again.is_in()
    assert not await before.is_in()  # the session with more rights is over


async def test_what_an_admin_gave_stays(entrance: Entrance) -> None:
    await (await entrance.person()).sign_in("grace")
    roles = (ApiScope.AUDITOR, ApiScope.RESPONDER)
    await entrance.give(
        ChangeAccountRoles(
            account_id=AccountId("grace"),
            roles=roles,
            is_last_admin=False,
            actor=operator,
            at=entrance.people.now,
        )
    )
    await (await entrance.person()).sign_in("grace")
    assert await entrance.roles("grace") == roles


async def test_who_has_lost_every_role_is_shut_out_until_a_group_gives_one_again(
    entrance: Entrance,
) -> None:
    before = await entrance.person()
    await before.sign_in("grace")
    await entrance.groups("grace", "nothing that counts")
    answer = await (await entrance.person()).sign_in("grace")
    assert answer.status_code == 403
    assert await entrance.state("grace") == "suspended"
    assert not await before.is_in()
    await entrance.groups("grace", "oncall")
    again = await entrance.person()
    await again.sign_in("grace")
    assert await again.is_in()


async def test_whom_an_admin_suspended_no_provider_lets_in(entrance: Entrance) -> None:
    before = await entrance.person()
    await before.sign_in("grace")
    await entrance.give(
        SuspendAccount(
            account_id=AccountId("grace"),
            reason="left",
            is_last_admin=False,
            actor=operator,
            at=entrance.people.now,
        )
    )
    assert not await before.is_in()
    answer = await (await entrance.person()).sign_in("grace")
    assert answer.status_code == 403
    assert await entrance.state("grace") == "suspended"


async def test_the_last_admin_stays_one(entrance: Entrance) -> None:
    await entrance.groups("grace", "sre")
    await (await entrance.person()).sign_in("grace")
    await entrance.groups("grace", "oncall")
    again = await entrance.person()
    await again.sign_in("grace")
    assert await again.is_in()
    assert ApiScope.ADMIN in await entrance.roles("grace")


async def test_an_invited_person_needs_no_link(entrance: Entrance) -> None:
    entrance.connection["admission"] = Admission()
    await entrance.give(
        InviteAccount(
            account_id=AccountId("g.hopper"),
            email="grace@example.com",
            roles=(ApiScope.OBSERVER,),
            invitation_id=uuid4(),
            actor=operator,
            at=entrance.people.now,
        )
    )
    async with entrance.api.log.database.connection() as reader:
        assert await wait_for(
            entrance.api.log.database, [accounts.NAME], await entrance.api.log.head(), 10
        )
        assert await accounts.with_email(reader, "grace@example.com")
    grace = await entrance.person()
    await grace.sign_in("grace")
    assert await grace.is_in()
    assert await entrance.state("g.hopper") == "active"


async def test_groups_put_people_into_teams_and_out_again(entrance: Entrance) -> None:
    for person in ("ben",):
        await entrance.api.http.put(
            f"/v1/responders/{person}", json={"name": person, "contact_methods": []}
        )
    body = {"name": "Payments", "members": [{"responder_id": "ben", "manager": True}]}
    assert (await entrance.api.http.put("/v1/teams/payments", json=body)).is_success

    async def members() -> list[dict[str, Any]]:
        head = await entrance.api.log.head()
        answer = await entrance.api.http.get(f"/v1/teams/payments?after_position={head}")
        found: list[dict[str, Any]] = answer.json()["members"]
        return found

    ben = {"responder_id": "ben", "manager": True}
    await (await entrance.person()).sign_in("grace")
    assert await members() == [ben, {"responder_id": "grace", "manager": False}]
    await entrance.groups("grace", "oncall")
    await (await entrance.person()).sign_in("grace")
    assert await members() == [ben]


async def test_signing_out_here_signs_out_there_too(entrance: Entrance) -> None:
    grace = await entrance.person()
    await grace.sign_in("grace")
    before = grace.http.cookies[PLAIN_NAME]
    answer = await grace.sends("/sign-out")
    assert answer.status_code == 200
    assert "signed out at Example, too" in answer.text
    way = answer.headers["refresh"].partition("url=")[2]
    assert await grace.there.sign_out(way) == f"{BASE}/sign-in"
    assert PLAIN_NAME not in grace.http.cookies
    grace.http.cookies.set(PLAIN_NAME, before, domain="tocsin.local")
    assert not await grace.is_in()


async def test_signing_out_there_signs_out_here_too(entrance: Entrance) -> None:
    """Its back channel, with a token the provider really sends."""
    async with receiver() as post:
        await entrance.provider.arrange(clients=[replace(CLIENT, backchannel_logout_uri=post.url)])
        grace, elsewhere = await entrance.person(), await entrance.person()
        await grace.sign_in("grace")
        await elsewhere.sign_in("grace")
        answer = await grace.http.get("/sign-out")
        assert answer.status_code == 405
        souvenir = grace.http.cookies["tocsin-provider"]
        way = await entrance.door().way_out(souvenir)
        assert way is not None
        await grace.there.sign_out(way[0])

        async def posted() -> str | None:
            return post.last.body.decode() if post.requests else None

        body = await eventually("a logout token", posted)
    content = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(2):
        taken = await elsewhere.http.post(f"{START}/logout", content=body, headers=content)
        assert taken.status_code == 200, taken.text
    assert not await grace.is_in()
    assert await elsewhere.is_in()  # another session there


async def test_a_provider_that_names_only_the_person_ends_all_their_sessions(
    entrance: Entrance,
) -> None:
    async with receiver() as post:
        told = replace(CLIENT, backchannel_logout_uri=post.url, names_the_session=False)
        await entrance.provider.arrange(clients=[told])
        grace, elsewhere, ola = [await entrance.person() for _ in range(3)]
        await grace.sign_in("grace")
        await elsewhere.sign_in("grace")
        await ola.sign_in("ola")
        way = await entrance.door().way_out(grace.http.cookies["tocsin-provider"])
        assert way is not None
        await grace.there.sign_out(way[0])

        async def posted() -> str | None:
            return post.last.body.decode() if post.requests else None

        body = await eventually("a logout token", posted)
    content = {"Content-Type": "application/x-www-form-urlencoded"}
    taken = await ola.http.post(f"{START}/logout", content=body, headers=content)
    assert taken.status_code == 200, taken.text
    assert [await one.is_in() for one in (grace, elsewhere, ola)] == [False, False, True]
    await grace.sign_in("grace")
    await ola.http.post(f"{START}/logout", content=body, headers=content)
    assert await grace.is_in()  # the same token ends nothing that began after it


@pytest.mark.parametrize("body", [b"", b"logout_token=e30.e30.e30", b"\xff", b"x" * 200_000])
async def test_what_is_no_logout_token_ends_nothing(entrance: Entrance, body: bytes) -> None:
    grace = await entrance.person()
    await grace.sign_in("grace")
    answer = await grace.http.post(f"{START}/logout", content=body)
    assert answer.status_code in {400, 413}
    assert await grace.is_in()


async def test_another_identity_is_linked_from_ones_own_settings(entrance: Entrance) -> None:
    ola = await entrance.person()
    await ola.sign_in("ola")
    start = f"{START}?link={link_token(ola.token)}"
    ola.there = Browser()
    await entrance.groups("mallory", "oncall")
    answer = await ola.sign_in("mallory", start)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings/account")
    account = await account_of(entrance.api.log, AccountId("ola"))
    assert [one.identity_subject for one in account.identities] == ["ola", "mallory"]


async def test_no_other_site_can_have_an_identity_linked(entrance: Entrance) -> None:
    ola = await entrance.person()
    await ola.sign_in("ola")
    for said in ("1", "", "é"):
        answer = await ola.http.get(START, params={"link": said})
        assert answer.status_code == 400
    stranger = await entrance.person()
    answer = await stranger.http.get(START, params={"link": link_token(ola.token)})
    assert answer.status_code == 400


async def test_an_identity_that_opens_another_account_is_not_linked(entrance: Entrance) -> None:
    await (await entrance.person()).sign_in("grace")
    ola = await entrance.person()
    await ola.sign_in("ola")
    ola.there = Browser()
    answer = await ola.sign_in("grace", f"{START}?link={link_token(ola.token)}")
    assert answer.status_code == 403
    assert "opens another account" in answer.text


async def test_an_address_given_to_somebody_else_does_not_open_the_old_account(
    entrance: Entrance,
) -> None:
    await (await entrance.person()).sign_in("grace")
    successor = {**PEOPLE["grace"], "name": "Gracie"}
    await entrance.provider.arrange(clients=[CLIENT], accounts={**PEOPLE, "grace2": successor})
    answer = await (await entrance.person()).sign_in("grace2")
    assert answer.status_code == 403
    assert "under another name" in answer.text


async def test_a_session_is_new_after_signing_in(entrance: Entrance) -> None:
    """Whoever planted a token in the browser before knows nothing of the one after."""
    grace = await entrance.person()
    await grace.sign_in("grace")
    old = grace.token
    await grace.sign_in("grace")
    assert grace.token != old
    assert await entrance.people.sessions.find(old, entrance.door().clock()) is None


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil", "javascript:alert(1)", ""]
)
async def test_nobody_is_sent_to_another_site(entrance: Entrance, wanted: str) -> None:
    grace = await entrance.person()
    out = await grace.http.get(START, params={"next": wanted})
    back = urlsplit(await grace.there.sign_in(out.headers["location"], "grace"))
    answer = await grace.http.get(f"{back.path}?{back.query}")
    assert answer.headers["location"] == "/"


async def test_an_answer_is_good_in_the_browser_that_asked(entrance: Entrance) -> None:
    mallory, grace = await entrance.person(), await entrance.person()
    await grace.http.get(START)
    out = await mallory.http.get(START)
    back = urlsplit(await mallory.there.sign_in(out.headers["location"], "ola"))
    answer = await grace.http.get(f"{back.path}?{back.query}")
    assert answer.status_code == 400
    assert PLAIN_NAME not in grace.http.cookies


async def test_a_provider_that_is_down_leaves_other_ways(entrance: Entrance) -> None:
    person = await entrance.person()
    entrance.provider = replace(entrance.provider, issuer="http://127.0.0.1:9")
    person = await entrance.person()
    answer = await person.http.get(START)
    assert answer.status_code == 503
    assert "with a password or a passkey" in answer.text
    assert answer.headers["retry-after"]


@pytest.mark.parametrize("address", ["/sign-in/oidc/other", "/sign-in/oidc/other/callback"])
async def test_a_provider_that_is_not_there_is_nowhere(entrance: Entrance, address: str) -> None:
    person = await entrance.person()
    assert (await person.http.get(address)).status_code == 404
