"""A session is good until it is not, and what was taken away is gone at the next request."""

from datetime import timedelta
from uuid import uuid4

import pytest

from events.account.commands import (
    ChangeAccountRoles,
    ChangePassword,
    EndSessions,
    ReinstateAccount,
    SuspendAccount,
)
from events.account.refusals import AccountNotActive, AccountNotFound
from events.account.values import EndReason
from events.configuration.api_key import ApiScope
from events.handle import handle
from events.ids import AccountId, ResponderId, SubjectId, subject_stream
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from events.subject.commands import ForgetSubject
from events.subject.decide import subject_decider
from services.identity.sessions import SEEN_EVERY, SessionLimits
from services.identity.signing_in import end_for_provider, sign_out
from tests.everything_stored import everything_stored
from tests.servers import Database
from tests.services.identity.signing_people_in import ADA, People, operator, people_on

pytestmark = pytest.mark.stack
ROWS = "select account_id from es.session"


@pytest.fixture
async def people(log: PostgresLog) -> People:
    people = people_on(log)
    await people.with_account()
    return people


def roles(people: People, *wanted: ApiScope) -> ChangeAccountRoles:
    return ChangeAccountRoles(
        account_id=ADA, roles=wanted, is_last_admin=False, actor=operator, at=people.now
    )


async def test_whoever_signed_in_is_known_by_the_token_alone(people: People) -> None:
    token, row = await people.sign_in()
    found = await people.who(token)
    assert found is not None
    assert found.session.account_id == ADA
    assert found.session.person == ResponderId("ada")
    assert found.session.roles == {ApiScope.ADMIN, ApiScope.RESPONDER}
    assert found.session.session_id == str(row.session_id)
    assert found.row.address_prefix == "203.0.113.0/24"
    assert await people.who(b"\0" * 32) is None
    assert await people.who(b"") is None


async def test_a_stolen_table_signs_nobody_in(people: People, database: Database) -> None:
    token, _ = await people.sign_in()
    stored = await everything_stored(database.owner_dsn)
    assert token.hex() not in stored.replace("\\x", "")
    assert "Firefox on a laptop" in stored


async def test_twelve_idle_hours_end_a_session_and_a_request_before_keeps_it(
    people: People,
) -> None:
    token, _ = await people.sign_in()
    people.later(hours=11, minutes=59)
    assert await people.who(token) is not None
    people.later(hours=11, minutes=59)
    assert await people.who(token) is not None
    people.later(hours=12)
    assert await people.who(token) is None


async def test_a_page_that_is_merely_open_keeps_no_session(people: People) -> None:
    token, _ = await people.sign_in()
    for _ in range(12):
        people.later(minutes=59)
        assert await people.sessions.find(token, people.now, acts=False) is not None
    people.later(minutes=12)
    assert await people.sessions.find(token, people.now, acts=False) is None


async def test_sessions_are_removed_though_the_process_that_forgot_their_person_ended(
    people: People, database: Database
) -> None:
    await people.with_account(AccountId("bob"))
    await people.sign_in()
    kept, _ = await people.sign_in(AccountId("bob"))
    command = ForgetSubject(
        subject_id=SubjectId("ada"), reason="Asked for it.", actor=operator, at=people.now
    )
    stream = subject_stream(SubjectId("ada"))
    by = Metadata(principal="installation:test")
    await handle(
        people.log,
        subject_decider,
        stream,
        command,
        command_id=uuid4(),
        request_digest=b"\0" * 32,
        metadata=by,
    )
    await people.sessions.forget_again()
    assert [row["account_id"] for row in await people.log.database.fetch(ROWS)] == ["bob"]
    assert await people.who(kept) is not None


async def test_seven_days_end_a_session_that_is_in_use(people: People) -> None:
    token, _ = await people.sign_in()
    for _ in range(14):
        assert await people.who(token) is not None
        people.later(hours=11.9)
    people.later(hours=1.4)
    assert await people.who(token) is None


async def test_the_limits_are_settings(log: PostgresLog) -> None:
    limits = SessionLimits(idle=timedelta(minutes=5), absolute=timedelta(minutes=8))
    people = people_on(log, limits)
    await people.with_account()
    token, _ = await people.sign_in()
    people.later(minutes=4)
    assert await people.who(token) is not None
    people.later(minutes=4)
    assert await people.who(token) is None


async def test_a_look_is_written_once_a_minute(people: People) -> None:
    token, row = await people.sign_in()
    people.later(seconds=SEEN_EVERY.total_seconds() - 1)
    await people.who(token)
    [listed] = await people.sessions.of_account(ADA, people.now)
    assert listed.seen_at == row.seen_at
    people.later(seconds=1)
    await people.who(token)
    [listed] = await people.sessions.of_account(ADA, people.now)
    assert listed.seen_at == people.now


async def test_signing_out_ends_this_session_and_no_other(people: People) -> None:
    token, row = await people.sign_in()
    other, _ = await people.sign_in()
    await sign_out(people.log, people.sessions, row, people.now, "web")
    await sign_out(people.log, people.sessions, row, people.now, "web")
    assert await people.who(token) is None
    assert await people.who(other) is not None


async def test_suspension_ends_every_session_and_reinstating_brings_none_back(
    people: People,
) -> None:
    token, _ = await people.sign_in()
    suspend = SuspendAccount(
        account_id=ADA, reason="Left.", is_last_admin=False, actor=operator, at=people.now
    )
    await people.give(suspend)
    assert await people.who(token) is None
    with pytest.raises(AccountNotActive):
        await people.sign_in()
    await people.give(ReinstateAccount(account_id=ADA, actor=operator, at=people.now))
    assert await people.who(token) is None
    again, _ = await people.sign_in()
    assert await people.who(again) is not None


async def test_a_lost_role_ends_the_session_at_the_next_request(people: People) -> None:
    token, _ = await people.sign_in()
    await people.give(roles(people, ApiScope.RESPONDER))
    assert await people.who(token) is None
    assert await people.sessions.of_account(ADA, people.now) == []


async def test_a_gained_role_counts_at_once_and_takes_another_token(people: People) -> None:
    token, _ = await people.sign_in()
    await people.give(roles(people, ApiScope.ADMIN, ApiScope.RESPONDER, ApiScope.AUDITOR))
    found = await people.who(token)
    assert found is not None
    assert ApiScope.AUDITOR in found.session.roles
    assert found.wants_rotation
    newer = people.token()
    assert await people.sessions.rotate(token, newer, people.now)
    assert await people.who(token) is None
    rotated = await people.who(newer)
    assert rotated is not None
    assert not rotated.wants_rotation
    assert rotated.row.session_id == found.row.session_id
    assert not await people.sessions.rotate(token, people.token(), people.now)


async def test_a_changed_password_ends_the_others_and_not_the_one_it_was_changed_in(
    people: People,
) -> None:
    mine, _ = await people.sign_in()
    other, _ = await people.sign_in()
    change = ChangePassword(
        account_id=ADA,
        password_hash="hash",
        actor=operator,
        at=people.now,
    )
    version = await people.give(change)
    newer = people.token()
    assert await people.sessions.rotate(mine, newer, people.now, version=version)
    assert await people.who(newer) is not None
    assert await people.who(mine) is None
    assert await people.who(other) is None


async def test_a_suspension_after_a_changed_password_is_not_outlived(people: People) -> None:
    mine, _ = await people.sign_in()
    change = ChangePassword(
        account_id=ADA,
        password_hash="hash",
        actor=operator,
        at=people.now,
    )
    version = await people.give(change)
    suspend = SuspendAccount(
        account_id=ADA, reason="Left.", is_last_admin=False, actor=operator, at=people.now
    )
    await people.give(suspend)
    await people.give(ReinstateAccount(account_id=ADA, actor=operator, at=people.now))
    newer = people.token()
    await people.sessions.rotate(mine, newer, people.now, version=version)
    assert await people.who(newer) is None


async def test_ending_all_sessions_ends_those_that_nobody_can_reach(people: People) -> None:
    token, _ = await people.sign_in()
    end = EndSessions(
        account_id=ADA,
        session_id=None,
        reason=EndReason.BY_PERSON,
        actor=operator,
        at=people.now,
    )
    await people.give(end)  # the rows could not be written: the fact alone is enough
    assert await people.who(token) is None


async def test_one_s_own_sessions_are_listed_and_one_of_them_is_ended(people: People) -> None:
    await people.with_account(AccountId("ben"))
    mine, row = await people.sign_in()
    people.later(minutes=5)
    _, other = await people.sign_in()
    await people.sign_in(AccountId("ben"))
    listed = await people.sessions.of_account(ADA, people.now)
    assert [one.session_id for one in listed] == [other.session_id, row.session_id]
    assert await people.sessions.one(ADA, row.session_id) == row
    assert await people.sessions.one(AccountId("ben"), row.session_id) is None
    await people.sessions.end(row.session_id, people.now)
    assert await people.who(mine) is None
    assert len(await people.sessions.of_account(ADA, people.now)) == 1


async def test_the_identity_provider_ends_what_began_with_it(people: People) -> None:
    token, _ = await people.sign_in(provider_session="https://id.example.com 123")
    other, _ = await people.sign_in()
    ended = await end_for_provider(
        people.log, people.sessions, "https://id.example.com 123", people.now
    )
    assert ended == 1
    assert await people.who(token) is None
    assert await people.who(other) is not None


async def test_a_person_who_is_forgotten_is_signed_in_nowhere(
    people: People, database: Database
) -> None:
    token, _ = await people.sign_in()
    command = ForgetSubject(
        subject_id=SubjectId("ada"), reason="Asked for it.", actor=operator, at=people.now
    )
    await handle(
        people.log,
        subject_decider,
        subject_stream(SubjectId("ada")),
        command,
        command_id=uuid4(),
        request_digest=b"\0" * 32,
        metadata=Metadata(principal="installation:test"),
    )
    assert await people.who(token) is None
    await people.sessions.forget(ADA)
    assert "Firefox on a laptop" not in await everything_stored(database.owner_dsn)


async def test_nobody_signs_in_without_an_account(log: PostgresLog) -> None:
    with pytest.raises(AccountNotFound):
        await people_on(log).sign_in()


async def test_old_sessions_are_cleared_away(people: People) -> None:
    _, row = await people.sign_in()
    people.later(days=1, hours=11)
    await people.sign_in()
    assert await people.sessions.one(ADA, row.session_id) is not None
    people.later(hours=2)
    await people.sign_in()
    assert await people.sessions.one(ADA, row.session_id) is None


async def test_another_process_knows_of_a_suspension_as_soon(people: People) -> None:
    elsewhere = people_on(people.log)
    token, _ = await people.sign_in()
    assert await elsewhere.sessions.find(token, people.now) is not None
    await people.give(roles(people, ApiScope.OBSERVER))
    assert await elsewhere.sessions.find(token, people.now) is None
