"""What `make up` says once everything runs."""

from pathlib import Path
from typing import Any, cast

import pytest

from activities.integrations.email.provider import SmtpServer
from services.stack.banner import NO_MAIL, banner
from services.stack.stack import Stack


def said(server: SmtpServer, first_admin_url: str | None = None) -> str:
    nothing = cast("Any", None)
    stack = Stack(
        data=Path("/data"),
        api_url="http://127.0.0.1:8080",
        web_url="http://localhost:8080",
        api_key="a key",
        api_key_is_new=False,
        databases=nothing,
        temporal_address="127.0.0.1:7233",
        temporal_namespace="default",
        temporal_ui_url=None,
        mail_port=8025,
        services={},
        postgres=None,
        temporal=None,
        first_admin_url=first_admin_url,
    )
    return banner(stack, server)


def test_it_says_that_mail_is_not_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_HOST", "")
    assert NO_MAIL in said(SmtpServer())


def test_it_names_the_mail_server_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_HOST", "mail.example.com")
    told = said(SmtpServer())
    assert "over mail.example.com:1025" in told
    assert NO_MAIL not in told


def test_it_prints_one_link_for_the_first_admin_and_none_once_there_is_one() -> None:
    url = "http://127.0.0.1:8080/first-admin/token"
    assert f"{url}  (once, within an hour)" in said(SmtpServer(), url)
    assert "first-admin" not in said(SmtpServer())
