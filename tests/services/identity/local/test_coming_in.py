"""Coming in: every link works once, in its time, and for nothing else."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from events.account.commands import InviteAccount, LinkIdentity, SuspendAccount
from events.account.events import AccountPasswordResetRequested
from events.account.life import INVITATION_GOOD_FOR
from events.configuration.api_key import ApiScope
from events.errors import AlreadyExists
from events.ids import AccountId, ResponderId
from services.identity.admins import Admins
from services.identity.local.coming_in import NewAdmin
from services.identity.local.first_admin import first_admin_link
from services.identity.sessions import OpenSession
from services.identity.signed_links import Purpose, SignedLink
from services.request_refusals import LinkNotGood, PasswordRefused, SignInRefused
from tests.services.identity.local.arranging import PASSWORD, SITE, Door, door_to
from tests.services.identity.signing_people_in import ADA, operator

pytestmark = pytest.mark.stack
OTHER = "another long password"
GRACE = NewAdmin(responder_id=ResponderId("grace"), name="Grace", email="Grace@example.com")


async def invited(door: Door, number: int = 1) -> str:
    """Invite Ada, and return her link's token."""
    command = InviteAccount(
        account_id=ADA,
        email="ada@example.com",
        roles=(ApiScope.RESPONDER,),
        invitation_id=UUID(int=number),
        actor=operator,
        at=door.now,
    )
    await door.give(command)
    link = SignedLink(
        purpose=Purpose.INVITATION,
        account_id=ADA,
        link_id=UUID(int=number),
        expires_at=door.now + INVITATION_GOOD_FOR,
    )
    return door.coming_in.links.make(link)


async def asked_for_reset(door: Door, number: int = 1) -> str:
    """Have a link sent to Ada, and return its token."""
    before = len(door.letters.sent)
    await door.coming_in.send_reset("ada", UUID(int=number), door.now)
    assert len(door.letters.sent) == before + 1
    return door.letters.newest_token()


async def test_an_invited_person_chooses_a_password_and_is_in(door: Door) -> None:
    token = await invited(door)
    known = await door.coming_in.invited(token, door.now)
    assert known.account_id == ADA
    visit = door.visit()
    await door.coming_in.accept(token, PASSWORD, visit)
    found = await door.who(visit.fresh.token)
    assert found is not None
    assert found.session.roles == {ApiScope.RESPONDER}
    assert isinstance(await door.entering.with_password("ada", PASSWORD, door.visit()), OpenSession)


async def test_an_invitation_works_once_and_for_seven_days(door: Door) -> None:
    token = await invited(door)
    await door.coming_in.accept(token, PASSWORD, door.visit())
    with pytest.raises(LinkNotGood):
        await door.coming_in.accept(token, OTHER, door.visit())
    with pytest.raises(SignInRefused):
        await door.entering.with_password("ada", OTHER, door.visit())


async def test_of_two_who_accept_at_once_one_is_in(door: Door) -> None:
    token = await invited(door)
    answers = await asyncio.gather(
        *(door.coming_in.accept(token, PASSWORD, door.visit()) for _ in range(4)),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == [
        "LinkNotGood",
        "LinkNotGood",
        "LinkNotGood",
        "OpenSession",
    ]


async def test_an_old_or_replaced_invitation_is_good_no_more(door: Door) -> None:
    first = await invited(door)
    second = await invited(door, 2)
    with pytest.raises(LinkNotGood):
        await door.coming_in.invited(first, door.now)
    door.later(days=7)
    with pytest.raises(LinkNotGood):
        await door.coming_in.accept(second, PASSWORD, door.visit())


async def test_a_refused_password_leaves_the_invitation_as_it_was(door: Door) -> None:
    token = await invited(door)
    with pytest.raises(PasswordRefused):
        await door.coming_in.accept(token, "1234567890", door.visit())
    await door.coming_in.accept(token, PASSWORD, door.visit())


async def test_a_suspended_person_s_invitation_is_good_for_nothing(door: Door) -> None:
    token = await invited(door)
    suspend = SuspendAccount(
        account_id=ADA, reason="Mistake.", is_last_admin=False, actor=operator, at=door.now
    )
    await door.give(suspend)
    with pytest.raises(LinkNotGood):
        await door.coming_in.accept(token, PASSWORD, door.visit())


async def test_a_new_password_is_chosen_by_a_link_and_ends_every_session(door: Door) -> None:
    await door.with_password(email="ada@example.com")
    before = door.visit()
    await door.entering.with_password("ada", PASSWORD, before)
    token = await asked_for_reset(door)
    assert door.letters.sent[-1][0] == "ada@example.com"
    assert await door.coming_in.reset(token, OTHER, door.visit()) == ADA
    assert await door.who(before.fresh.token) is None
    await door.entering.with_password("ada", OTHER, door.visit())
    with pytest.raises(LinkNotGood):
        await door.coming_in.reset(token, PASSWORD, door.visit())


async def test_a_reset_link_is_good_for_half_an_hour_and_the_newest_counts(door: Door) -> None:
    await door.with_password(email="ada@example.com")
    first, second = await asked_for_reset(door), await asked_for_reset(door, 2)
    with pytest.raises(LinkNotGood):
        await door.coming_in.resetting(first, door.now)
    assert (await door.coming_in.resetting(second, door.now)).account_id == ADA
    door.later(minutes=30)
    with pytest.raises(LinkNotGood):
        await door.coming_in.reset(second, OTHER, door.visit())


async def test_a_reset_leaves_the_second_proof_in_its_place(door: Door) -> None:
    await door.with_password(email="ada@example.com")
    await door.with_passkey()
    await door.coming_in.reset(await asked_for_reset(door), OTHER, door.visit())
    answer = await door.entering.with_password("ada", OTHER, door.visit())
    assert not isinstance(answer, OpenSession)


async def test_nobody_is_flooded_with_links(door: Door) -> None:
    await door.with_password(email="ada@example.com")
    for number in range(1, 200):
        await door.coming_in.send_reset("ada", UUID(int=number), door.now)
    assert len(door.letters.sent) == 5
    asked = [one for one in await door.history() if isinstance(one, AccountPasswordResetRequested)]
    assert len(asked) == 5


async def test_no_link_goes_to_who_has_no_account_or_no_password_of_ours(door: Door) -> None:
    await door.with_account(AccountId("ben"))  # has no address
    await door.with_account(AccountId("cem"), email="cem@example.com")
    await door.give(
        LinkIdentity(
            account_id=AccountId("cem"),
            issuer="https://id.example.com",
            identity_subject="1",
            actor=operator,
            at=door.now,
        )
    )
    for number, name in enumerate(("nobody", "nobody@example.com", "ben", "cem", "", "\0")):
        await door.coming_in.send_reset(name, UUID(int=number), door.now)
    assert door.letters.sent == []


async def first_link(door: Door, number: int = 1) -> str:
    url = await first_admin_link(
        door.coming_in.links, door.coming_in.admins, SITE, UUID(int=number), door.now
    )
    assert url is not None
    assert url.startswith("http://localhost:8080/first-admin/")
    return url.rpartition("/")[2]


@pytest.mark.usefixtures("projected")
async def test_the_first_admin_comes_in_by_a_link_that_works_once(door: Door) -> None:
    token = await first_link(door)
    visit = door.visit()
    await door.coming_in.first_admin(token, GRACE, PASSWORD, visit)
    found = await door.who(visit.fresh.token)
    assert found is not None
    assert found.session.roles == {ApiScope.ADMIN, ApiScope.RESPONDER}
    assert found.session.person == ResponderId("grace")
    with pytest.raises(LinkNotGood):
        await door.coming_in.first_admin(
            token, replace(GRACE, responder_id=ResponderId("mallory")), OTHER, door.visit()
        )
    links, admins = door.coming_in.links, door.coming_in.admins
    assert await first_admin_link(links, admins, SITE, UUID(int=2), door.now) is None


@pytest.mark.usefixtures("projected")
async def test_a_link_for_the_first_admin_is_good_for_an_hour(door: Door) -> None:
    token = await first_link(door)
    door.now += timedelta(hours=1)
    with pytest.raises(LinkNotGood):
        await door.coming_in.first_admin(token, GRACE, PASSWORD, door.visit())


@pytest.mark.usefixtures("projected")
async def test_an_older_link_makes_no_second_admin(door: Door) -> None:
    older, newer = await first_link(door), await first_link(door, 2)
    await door.coming_in.first_admin(newer, GRACE, PASSWORD, door.visit())
    with pytest.raises(LinkNotGood):
        await door.coming_in.first_admin(
            older, replace(GRACE, responder_id=ResponderId("mallory")), OTHER, door.visit()
        )


@pytest.mark.usefixtures("projected")
async def test_of_several_who_come_first_one_does(door: Door) -> None:
    links = [await first_link(door, number) for number in range(1, 5)]
    elsewhere = door_to(door.log)
    answers = await asyncio.gather(
        *(
            one.coming_in.first_admin(
                link,
                replace(GRACE, responder_id=ResponderId(f"person-{number}")),
                PASSWORD,
                door.visit(),
            )
            for number, (link, one) in enumerate(zip(links, (door, elsewhere) * 2, strict=True))
        ),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == [
        "LinkNotGood",
        "LinkNotGood",
        "LinkNotGood",
        "OpenSession",
    ]


@pytest.mark.usefixtures("projected")
async def test_a_refused_password_leaves_the_first_link_as_it_was(door: Door) -> None:
    token = await first_link(door)
    with pytest.raises(PasswordRefused):
        await door.coming_in.first_admin(token, GRACE, "grace12345", door.visit())
    await door.coming_in.first_admin(token, GRACE, PASSWORD, door.visit())


@pytest.mark.usefixtures("projected")
async def test_somebody_with_an_account_is_not_made_the_first_admin(door: Door) -> None:
    await door.with_account(AccountId("grace"), ApiScope.OBSERVER)
    token = await first_link(door)
    with pytest.raises(AlreadyExists):
        await door.coming_in.first_admin(token, GRACE, PASSWORD, door.visit())


async def test_who_is_an_admin_is_asked_of_the_log(door: Door) -> None:
    admins = Admins(door.log, door.log.database)
    await admins.note(AccountId("ben"))  # who is not one yet
    assert await admins.others() == []
    await door.with_account(AccountId("ben"), ApiScope.ADMIN)
    assert await admins.others() == [AccountId("ben")]
    assert await admins.others(than=AccountId("ben")) == []
    suspend = SuspendAccount(
        account_id=AccountId("ben"),
        reason="Left.",
        is_last_admin=False,
        actor=operator,
        at=door.now,
    )
    await door.give(suspend)
    assert await admins.others() == []
