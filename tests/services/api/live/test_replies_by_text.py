"""Replies by text message while the read models do not know every message yet."""

import pytest

from services.commanding.replying import paged
from tests.fakes.twilio.callbacks import reply, words_in
from tests.fakes.twilio.server import FakeTwilio
from tests.services.api.live.conftest import Api

pytestmark = pytest.mark.stack
SITE = "https://pager.example.com"
NUMBER = "+46701740699"


@pytest.mark.usefixtures("projected")
@pytest.mark.parametrize("text", ["ok", "no", "7FK", "what is going on?"])
async def test_a_reply_that_may_mean_a_newer_page_acknowledges_none(
    alone: Api, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    for name, value in FakeTwilio().settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TOCSIN_PUBLIC_URL", SITE)
    methods = [{"channel": "sms", "address": NUMBER}]
    ada = {"name": "Ada Lovelace", "contact_methods": methods}
    assert (await alone.http.put("/v1/responders/ada", json=ada)).is_success
    known = await reply(SITE, NUMBER, text).to(alone.http, SITE)
    assert "Not acknowledged" not in words_in(known)

    monkeypatch.setattr(paged, "DELIVERY_LOG", "no_such_projection")
    monkeypatch.setattr(paged, "CATCH_UP_SECONDS", 0)
    behind = await reply(SITE, NUMBER, text).to(alone.http, SITE)
    assert "Not acknowledged" in words_in(behind)
    assert "the code" in words_in(behind)
