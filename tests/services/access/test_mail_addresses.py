"""Addresses of integrations: short enough for every mail server, and whole in any case."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.configuration.integration import IntegrationCreated
from events.ids import IntegrationId, ServiceId
from services.access.mail_addresses import ANY, AUTHENTICATED, addresses_of, parse_local_part
from services.access.secret_keys import new_key
from tests.services.mail.conftest import T0

LONGEST = 64  # RFC 5321 of the part before the @


def created() -> IntegrationCreated:
    key = new_key("ingest", "0123456789abcdef0123")  # as long as those that the API makes
    return IntegrationCreated(
        integration_id=IntegrationId(key.key_id),
        name="Nagios",
        service_id=ServiceId("checkout"),
        secret_hash=key.secret_hash,
        created_by="tests",
        created_at=T0,
    )


@pytest.mark.parametrize(
    "changed",
    [str, str.upper, lambda text: f"{text}+Detail"],
    ids=["as it is", "in capitals", "with a plus"],
)
def test_an_address_is_known_however_it_is_written(changed: Callable[[str], str]) -> None:
    mine = created()
    local_part = addresses_of(mine, "in.example.org").any_sender.partition("@")[0]
    assert len(f"{local_part}+subject") <= LONGEST
    parsed = parse_local_part(changed(local_part))
    assert parsed is not None
    assert parsed.integration_id == mine.integration_id
    assert parsed.matches(mine, ANY)
    assert not parsed.matches(mine, AUTHENTICATED)
    assert not parsed.matches(created(), ANY)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_an_address(text: str) -> None:
    assert parse_local_part(text) is None
