"""People are invited, changed and signed out from the command line."""

from typing import Any

import pytest

from tests.services.cli.test_configure import DONE, Api, api, tocsin

__all__ = ["api"]

LINK = {
    "taken": True,
    "fault": None,
    "link": None,
    "expires_at": "2026-11-30T12:00:00Z",
}


def test_an_invitation_goes_by_mail(api: Api) -> None:
    api.answer = LINK
    words = ("invite", "ada", "--email", "ada@example.com", "--role", "responder")
    printed = tocsin("accounts", *words, "--role", "auditor").output
    assert "Invited ada: the link went by mail" in printed
    body = {"email": "ada@example.com", "roles": ["responder", "auditor"]}
    assert api.asked == [("POST", "/v1/accounts/ada/invitation", body)]


def test_where_no_mail_goes_the_link_is_printed(api: Api) -> None:
    api.answer = LINK | {
        "taken": False,
        "fault": "ProviderUnreachable: connection",
        "link": "http://127.0.0.1:8080/reset/token",
    }
    printed = tocsin("accounts", "reset-password", "ada").output
    assert "ProviderUnreachable" in printed
    assert "http://127.0.0.1:8080/reset/token" in printed
    assert api.asked == [("POST", "/v1/accounts/ada/password-reset", None)]


@pytest.mark.parametrize(
    ("words", "asked", "said"),
    [
        (
            ("roles", "ada", "--role", "admin"),
            ("PUT", "/v1/accounts/ada/roles", {"roles": ["admin"]}),
            "ada is admin.",
        ),
        (
            ("suspend", "ada", "--reason", "Left."),
            ("POST", "/v1/accounts/ada/suspension", {"reason": "Left."}),
            "Suspended the account of ada.",
        ),
        (
            ("reinstate", "ada"),
            ("DELETE", "/v1/accounts/ada/suspension", None),
            "Reinstated the account of ada.",
        ),
        (
            ("sign-out", "ada"),
            ("DELETE", "/v1/accounts/ada/sessions", None),
            "Signed ada out everywhere.",
        ),
        (
            ("sign-out", "ada", "--session", "s1"),
            ("DELETE", "/v1/accounts/ada/sessions/s1", None),
            "Signed ada out in that browser.",
        ),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else None,
)
def test_an_account_is_changed(
    api: Api, words: tuple[str, ...], asked: tuple[str, str, Any], said: str
) -> None:
    api.answer = DONE
    assert said in tocsin("accounts", *words).output
    assert api.asked == [asked]


def test_sessions_are_listed(api: Api) -> None:
    api.answer = {
        "sessions": [
            {
                "session_id": "s1",
                "seen_at": "2026-11-23T12:00:00Z",
                "address_prefix": "203.0.113.0/24",
                "user_agent": None,
            }
        ]
    }
    printed = tocsin("accounts", "sessions", "ada").output
    assert "203.0.113.0/24" in printed
    assert "s1" in printed


def test_a_role_for_machines_is_asked_of_the_server_all_the_same(api: Api) -> None:
    api.answer = DONE
    assert tocsin("accounts", "roles", "ada", "--role", "owner").exit_code == 2
    assert not api.asked
