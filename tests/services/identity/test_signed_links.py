"""A link is good for one purpose, until a time, and not without our key."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr

from events.ids import AccountId
from events.log.postgres import PostgresLog
from services.identity.signed_links import Purpose, SignedLink, SignedLinks, spend
from services.request_refusals import LinkKeyNeeded, LinkNotGood

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = SecretStr("k" * 32)
LINK = SignedLink(
    purpose=Purpose.INVITATION,
    account_id=AccountId("ada"),
    link_id=UUID(int=7),
    expires_at=NOON + timedelta(minutes=5),
    era=3,
)
links = SignedLinks(KEY)


@pytest.mark.parametrize(
    "link", [LINK, replace(LINK, account_id=None), replace(LINK, account_id=AccountId("ü" * 40))]
)
def test_a_link_says_what_it_was_made_for(link: SignedLink) -> None:
    assert links.read(links.make(link), Purpose.INVITATION, NOON) == link


def test_a_link_is_good_for_nothing_else() -> None:
    for purpose in set(Purpose) - {Purpose.INVITATION}:
        with pytest.raises(LinkNotGood):
            links.read(links.make(LINK), purpose, NOON)


def test_a_link_is_over_at_its_time() -> None:
    with pytest.raises(LinkNotGood, match="too old"):
        links.read(links.make(LINK), Purpose.INVITATION, LINK.expires_at)


def test_no_changed_link_is_good() -> None:
    token = links.make(LINK)
    for place in range(0, len(token), 3):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(LinkNotGood):
            links.read(token[:place] + other + token[place + 1 :], Purpose.INVITATION, NOON)


@pytest.mark.parametrize("token", ["", "=", "ü", "a", "\0", "x" * 43, "../../etc"])
def test_what_is_no_link_is_none(token: str) -> None:
    with pytest.raises(LinkNotGood):
        links.read(token, Purpose.INVITATION, NOON)


def test_another_installation_s_link_is_none_here() -> None:
    with pytest.raises(LinkNotGood):
        links.read(SignedLinks(SecretStr("o" * 32)).make(LINK), Purpose.INVITATION, NOON)


@pytest.mark.parametrize("key", [None, SecretStr("short")])
def test_without_a_key_no_link_is_made(key: SecretStr | None) -> None:
    with pytest.raises(LinkKeyNeeded, match="TOCSIN_LINK_KEY"):
        SignedLinks(key)


@pytest.mark.stack
async def test_a_token_is_spent_once(log: PostgresLog) -> None:
    await spend(log.database, LINK, NOON)
    with pytest.raises(LinkNotGood, match="used already"):
        await spend(log.database, LINK, NOON)
    await spend(log.database, replace(LINK, purpose=Purpose.SECOND_FACTOR), NOON)
    await spend(log.database, replace(LINK, link_id=UUID(int=8)), NOON + timedelta(hours=1))
    [row] = await log.database.fetch("select count(*) from es.spent_token")
    assert row["count"] == 1
