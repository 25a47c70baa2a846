"""Signing in with a password, a passkey, or both; and everybody else stays outside."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from argon2 import PasswordHasher

from events.account.commands import IssueRecoveryCodes, SuspendAccount
from events.account.events import AccountPasswordRehashed, AccountSignedIn, AccountSignInFailed
from events.account.values import RecoveryCode, SignInMethod
from events.ids import AccountId
from events.log.postgres import PostgresLog
from services.identity.local.entering import NOT_PROVEN, WRONG, SecondProofNeeded
from services.identity.proofs.password_hashes import PasswordHashes
from services.identity.proofs.recovery_codes import code_hash
from services.identity.sessions import OpenSession
from services.request_refusals import LinkNotGood, SignInRefused
from tests.eventually import eventually
from tests.everything_stored import everything_stored
from tests.keys import keyring
from tests.servers import Database
from tests.services.identity.local.arranging import PASSWORD, SOON, Door, door_to
from tests.services.identity.signing_people_in import ADA, operator
from tests.services.identity.software_passkey import SoftwarePasskey, text

pytestmark = pytest.mark.stack


async def in_by_password(door: Door) -> SecondProofNeeded:
    answer = await door.entering.with_password("ada", PASSWORD, door.visit())
    assert isinstance(answer, SecondProofNeeded)
    return answer


async def test_the_right_password_signs_in(door: Door) -> None:
    await door.with_password()
    visit = door.visit()
    session = await door.entering.with_password(" Ada ", PASSWORD, visit)
    assert isinstance(session, OpenSession)
    found = await door.who(visit.fresh.token)
    assert found is not None
    assert found.session.account_id == ADA
    newest = (await door.history())[-1]
    assert isinstance(newest, AccountSignedIn)
    assert newest.method is SignInMethod.PASSWORD
    assert newest.address_prefix == "203.0.113.0/24"


@pytest.mark.usefixtures("projected")
async def test_an_address_is_a_name_to_sign_in_with(door: Door) -> None:
    await door.with_password(email="ada@example.com")

    async def is_in() -> bool:
        try:
            await door.entering.with_password("Ada@Example.com", PASSWORD, door.visit(None))
        except SignInRefused:
            door.later(minutes=2)
            return False
        return True

    await eventually("the address is known", is_in)


async def test_whatever_is_wrong_is_said_in_the_same_words(door: Door) -> None:
    await door.with_password()
    await door.with_account(AccountId("ben"))
    await door.with_password(AccountId("cem"))
    suspend = SuspendAccount(
        account_id=AccountId("cem"),
        reason="Left.",
        is_last_admin=False,
        actor=operator,
        at=door.now,
    )
    await door.give(suspend)
    for name, password in (
        ("ada", "wrong"),
        ("ada", ""),
        ("ben", PASSWORD),  # has no password
        ("cem", PASSWORD),  # is suspended
        ("nobody", PASSWORD),
        ("nobody@example.com", PASSWORD),
        ("", PASSWORD),
        ("\0", PASSWORD),
        ("x" * 10_000, PASSWORD),
    ):
        with pytest.raises(SignInRefused) as refused:
            await door.entering.with_password(name, password, door.visit())
        assert refused.value.detail == WRONG


async def test_a_thousand_attempts_are_a_handful_of_looks_and_fewer_facts(door: Door) -> None:
    await door.with_password()
    before = len(await door.history())
    for _ in range(100):
        tries = [
            door.entering.with_password("ada", f"guess {number}", door.visit(None))
            for number in range(10)
        ]
        answers = await asyncio.gather(*tries, return_exceptions=True)
        assert {type(answer) for answer in answers} == {SignInRefused}
        assert {str(answer) for answer in answers} == {WRONG}
    facts = (await door.history())[before:]
    assert [type(fact) for fact in facts] == [AccountSignInFailed]
    with pytest.raises(SignInRefused):  # the right one is not looked at now either
        await door.entering.with_password("ada", PASSWORD, door.visit())
    door.later(minutes=1)
    await door.entering.with_password("ada", PASSWORD, door.visit())


async def test_a_stronger_hash_is_kept_at_the_next_sign_in(door: Door) -> None:
    await door.with_account()
    await door.choose(ADA, PASSWORD)
    visit = door.visit()
    await door.entering.with_password("ada", PASSWORD, visit)
    dearer = PasswordHashes(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    entering = replace(door.entering, hashes=dearer)
    await entering.with_password("ada", PASSWORD, door.visit())
    assert any(isinstance(one, AccountPasswordRehashed) for one in await door.history())
    assert await door.who(visit.fresh.token) is not None  # it is the same password
    await entering.with_password("ada", PASSWORD, door.visit())


async def test_with_a_passkey_the_password_alone_is_not_enough(door: Door) -> None:
    await door.with_password()
    device = await door.with_passkey(verifies=False)
    needed = await in_by_password(door)
    asked = await door.entering.ask_for_second(needed.ticket, UUID(int=1), door.now)
    visit = door.visit()
    answer = device.used(asked.options)
    session = await door.entering.with_passkey(asked.ticket, answer, visit, needed.ticket)
    assert session.method is SignInMethod.PASSWORD_AND_PASSKEY
    assert await door.who(visit.fresh.token) is not None
    with pytest.raises(SignInRefused):  # the same answer again
        await door.entering.with_passkey(asked.ticket, answer, door.visit(), needed.ticket)


async def test_a_passkey_alone_signs_in_if_it_knows_its_person(door: Door) -> None:
    await door.with_account()
    device = await door.with_passkey()
    asked = door.entering.passkeys.ask(UUID(int=1), door.now)
    visit = door.visit()
    session = await door.entering.with_passkey(asked.ticket, device.used(asked.options), visit)
    assert session.method is SignInMethod.PASSKEY
    assert await door.who(visit.fresh.token) is not None


@pytest.mark.parametrize(
    "device",
    [
        pytest.param({"verifies": False}, id="that asked nobody for a finger"),
        pytest.param({"origin": "http://localhost:8081"}, id="that was shown another site"),
        pytest.param({"origin": "https://evil.example.com"}, id="that was shown an evil site"),
        pytest.param({"rp_id": "example.com"}, id="of another name"),
        pytest.param({"count": -1}, id="that counts backwards"),
    ],
)
async def test_no_passkey_signs_in(door: Door, device: dict[str, object]) -> None:
    await door.with_account()
    mine = await door.with_passkey(count=5)
    for name, value in device.items():
        setattr(mine, name, value)
    asked = door.entering.passkeys.ask(UUID(int=1), door.now)
    with pytest.raises(SignInRefused) as refused:
        await door.entering.with_passkey(asked.ticket, mine.used(asked.options), door.visit())
    assert refused.value.detail == NOT_PROVEN


async def test_no_other_key_answers_for_a_passkey(door: Door) -> None:
    await door.with_account()
    await door.with_passkey()
    stranger = SoftwarePasskey(user_handle=b"ada")
    asked = door.entering.passkeys.ask(UUID(int=1), door.now)
    with pytest.raises(SignInRefused):
        await door.entering.with_passkey(asked.ticket, stranger.used(asked.options), door.visit())


@pytest.mark.parametrize("answer", ["", "[]", "{", "null", '{"id": 1}', "{}", "x" * 100_000])
async def test_what_is_no_answer_signs_nobody_in(door: Door, answer: str) -> None:
    asked = door.entering.passkeys.ask(UUID(int=1), door.now)
    with pytest.raises(SignInRefused):
        await door.entering.with_passkey(asked.ticket, answer, door.visit())


async def test_a_question_is_answered_once_within_five_minutes_and_to_its_account(
    door: Door,
) -> None:
    await door.with_password()
    device = await door.with_passkey()
    passkeys = door.entering.passkeys
    asked = passkeys.ask(UUID(int=1), door.now)
    await door.entering.with_passkey(asked.ticket, device.used(asked.options), door.visit())
    with pytest.raises((SignInRefused, LinkNotGood)):
        await door.entering.with_passkey(asked.ticket, device.used(asked.options), door.visit())
    late = passkeys.ask(UUID(int=2), door.now)
    other = passkeys.ask(UUID(int=3), door.now)
    with pytest.raises(SignInRefused):  # the answer to another question
        await door.entering.with_passkey(late.ticket, device.used(other.options), door.visit())
    needed = await in_by_password(door)
    alone = await door.entering.ask_for_second(needed.ticket, UUID(int=4), door.now)
    with pytest.raises(SignInRefused):  # asked after a password, answered without
        await door.entering.with_passkey(alone.ticket, device.used(alone.options), door.visit())
    door.later(minutes=5)
    with pytest.raises(LinkNotGood):
        await door.entering.with_passkey(late.ticket, device.used(late.options), door.visit())


async def test_a_recovery_code_stands_in_for_a_lost_passkey_once(door: Door) -> None:
    await door.with_password()
    await door.with_passkey()
    codes = tuple(RecoveryCode(code_hash=code_hash(text)) for text in ("abcd-efgh", "ijkl-mnop"))
    await door.give(IssueRecoveryCodes(account_id=ADA, codes=codes, actor=operator, at=door.now))
    needed = await in_by_password(door)
    session = await door.entering.with_recovery_code(needed.ticket, "ABCD EFGH", door.visit())
    assert session.method is SignInMethod.PASSWORD_AND_RECOVERY_CODE
    again = await in_by_password(door)
    with pytest.raises(SignInRefused):
        await door.entering.with_recovery_code(again.ticket, "abcd-efgh", door.visit())
    with pytest.raises(SignInRefused):
        await door.entering.with_recovery_code(again.ticket, "none-of-them", door.visit())
    with pytest.raises(LinkNotGood):
        await door.entering.with_recovery_code(needed.ticket, "ijkl-mnop", door.visit())


async def test_recovery_codes_are_not_tried_out(door: Door) -> None:
    await door.with_password()
    await door.with_passkey()
    codes = (RecoveryCode(code_hash=code_hash("right")),)
    await door.give(IssueRecoveryCodes(account_id=ADA, codes=codes, actor=operator, at=door.now))
    needed = await in_by_password(door)
    for number in range(20):
        with pytest.raises(SignInRefused):
            await door.entering.with_recovery_code(needed.ticket, f"g{number}", door.visit(None))
    with pytest.raises(SignInRefused):
        await door.entering.with_recovery_code(needed.ticket, "right", door.visit(None))


async def test_a_password_that_was_changed_since_takes_no_second_proof(door: Door) -> None:
    await door.with_password()
    device = await door.with_passkey()
    needed = await in_by_password(door)
    await door.choose(ADA, "another password")
    with pytest.raises(LinkNotGood):
        await door.entering.ask_for_second(needed.ticket, UUID(int=1), door.now)
    asked = door.entering.passkeys.ask(UUID(int=2), door.now)
    with pytest.raises(LinkNotGood):
        await door.entering.with_passkey(
            asked.ticket, device.used(asked.options), door.visit(), needed.ticket
        )


async def test_the_second_proof_comes_within_five_minutes(door: Door) -> None:
    await door.with_password()
    await door.with_passkey()
    needed = await in_by_password(door)
    door.now += SOON * 3
    with pytest.raises(LinkNotGood):
        await door.entering.with_recovery_code(needed.ticket, "abcd", door.visit())


async def test_no_password_hash_or_address_is_stored_in_clear(database: Database) -> None:
    log = await PostgresLog.open(database.app_dsn, keyring=keyring())
    door = door_to(log)
    await door.with_password(email="ada@example.com")
    device = await door.with_passkey()
    stored = await everything_stored(database.owner_dsn)
    assert PASSWORD not in stored
    assert "$argon2" not in stored
    assert "ada@example.com" not in stored
    assert text(device.credential_id) not in stored
    assert await in_by_password(door)
    await log.close()
