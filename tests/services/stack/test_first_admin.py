"""One link is printed while there is no admin, and none afterwards."""

import base64
from uuid import UUID

import pytest
from pydantic import SecretStr

from events.account.commands import OpenAccount
from events.configuration.api_key import ApiScope
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from services.identity.admins import Admins
from services.identity.signing_in import carried_out
from services.settings import Settings
from services.stack.first_admin import THERE_IS_ONE, new_link, print_link
from tests.keys import keyring
from tests.servers import Database
from tests.services.identity.signing_people_in import ADA, NOON, operator

KEK = f"test:{base64.b64encode(bytes(range(32))).decode()}"


def settings() -> Settings:
    return Settings(
        link_key=SecretStr("k" * 32),
        subject_kek=SecretStr(KEK),
        public_url="https://tocsin.example.com/",
    )


@pytest.mark.stack
async def test_a_link_is_made_until_there_is_an_admin(database: Database) -> None:
    url = await new_link(database.app_dsn, settings())
    assert url is not None
    assert url.startswith("https://tocsin.example.com/first-admin/")
    log = await PostgresLog.open(database.app_dsn, keyring=keyring())
    await Admins(log, log.database).note(ADA)
    command = OpenAccount(
        account_id=ADA,
        email="ada@example.com",
        roles=(ApiScope.ADMIN,),
        actor=operator,
        at=NOON,
    )
    await carried_out(log, command, Metadata(principal="tests"), UUID(int=1))
    await log.close()
    assert await new_link(database.app_dsn, settings()) is None


@pytest.mark.stack
async def test_it_is_printed_where_the_settings_name_an_installation(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOCSIN_APP_DSN", database.app_dsn)
    monkeypatch.setenv("TOCSIN_SUBJECT_KEK", KEK)
    monkeypatch.setenv("TOCSIN_PUBLIC_URL", "https://tocsin.example.com")
    monkeypatch.delenv("TOCSIN_LINK_KEY", raising=False)
    assert await print_link() == 1
    assert "TOCSIN_LINK_KEY" in capsys.readouterr().err
    monkeypatch.setenv("TOCSIN_LINK_KEY", "k" * 32)
    assert await print_link() == 0
    printed = capsys.readouterr().out
    assert "https://tocsin.example.com/first-admin/" in printed
    assert THERE_IS_ONE not in printed


async def test_without_a_database_it_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TOCSIN_APP_DSN", raising=False)
    assert await print_link() == 2
    assert "TOCSIN_APP_DSN" in capsys.readouterr().err
