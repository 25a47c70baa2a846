"""A team is set up from the command line: what is typed is what the API is asked for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from services.cli.__main__ import application
from services.cli.remote import Remote

app = application(())

DONE = {"status": "done", "version": 1, "warnings": []}


class Api:
    """An API that answers what it is told to, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.answer: Any = DONE
        self.asked: list[tuple[str, str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else None
        self.asked.append((request.method, request.url.path, body))
        return httpx.Response(200, json=self.answer)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    made = Api()
    http = httpx.Client(base_url="http://tocsin.test", transport=httpx.MockTransport(made))
    with Remote("http://tocsin.test", "tocsin_key_x", http=http) as remote:
        monkeypatch.setattr(Remote, "from_environment", lambda *_: remote)
        yield made


def tocsin(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_a_responder_is_set_with_the_addresses_given(api: Api) -> None:
    told = tocsin("responder", "set", "ana", "--name", "Ana", "--email", "ana@example.com")
    assert told.output == "Set responder ana. (version 1)\n"
    contact = {"channel": "email", "address": "ana@example.com"}
    body = {"name": "Ana", "contact_methods": [contact]}
    assert api.asked == [("PUT", "/v1/responders/ana", body)]


def test_a_responder_without_any_way_to_reach_them_is_not_set_by_accident(api: Api) -> None:
    told = tocsin("responder", "set", "ana", "--name", "Ana")
    assert told.exit_code == 2
    assert not api.asked


def test_levels_are_written_as_people_and_timeout_in_order(api: Api) -> None:
    tocsin("policies", "set", "p", "--name", "P", "--level", "ana,ben:5m", "--level", "cem:90s")
    [(_, path, body)] = api.asked
    assert path == "/v1/escalation-policies/p"
    assert body["levels"] == [
        {
            "targets": [{"responder_id": "ana"}, {"responder_id": "ben"}],
            "escalation_timeout_seconds": 300,
        },
        {"targets": [{"responder_id": "cem"}], "escalation_timeout_seconds": 90},
    ]


@pytest.mark.parametrize("level", ["ana", "ana:5", "ana:soon"])
def test_a_level_without_a_clear_timeout_is_refused_before_anything_is_sent(
    api: Api, level: str
) -> None:
    told = tocsin("policies", "set", "p", "--name", "P", "--level", level)
    assert told.exit_code == 2
    assert not api.asked


def test_a_body_from_a_file_is_sent_as_it_is_and_options_win(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "checkout.yaml"
    file.write_text("name: Checkout\nescalation_policy_id: null\ndeadlines: []\n")
    tocsin("service", "set", "checkout", "-f", str(file), "--policy", "p")
    body = {"name": "Checkout", "escalation_policy_id": "p", "deadlines": []}
    assert api.asked == [("PUT", "/v1/services/checkout", body)]


def test_json_is_a_file_too_and_times_in_it_stay_texts(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "checkout.json"
    file.write_text('{"name": "2026-11-23", "escalation_policy_id": "p"}')
    tocsin("service", "set", "checkout", "-f", str(file))
    assert api.asked[0][2] == {"name": "2026-11-23", "escalation_policy_id": "p"}
    file.write_text("{name: 2026-11-23T00:00:00Z, escalation_policy_id: p}")
    tocsin("service", "set", "checkout", "-f", str(file))
    assert api.asked[1][2]["name"] == "2026-11-23T00:00:00Z"


@pytest.mark.parametrize("text", ["- a list", "{", "\x00"])
def test_a_file_that_is_no_body_is_named_and_nothing_is_sent(
    api: Api, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "body.yaml"
    file.write_text(text)
    told = tocsin("service", "set", "checkout", "-f", str(file))
    assert told.exit_code == 2
    assert not api.asked


def test_what_a_change_leaves_without_anybody_to_page_is_said(api: Api) -> None:
    api.answer = DONE | {"warnings": ["Level 1 reaches nobody."]}
    told = tocsin("policies", "set", "p", "--name", "P", "--level", "ana:5m")
    assert "! Level 1 reaches nobody." in told.output


def test_a_key_is_printed_once_and_the_operator_is_told_to_keep_it(api: Api) -> None:
    api.answer = {
        "integration_id": "i1",
        "name": "Prometheus",
        "key": "tocsin_ingest_i1_…",
        "urls": {"alertmanager": "http://tocsin.test/v1/integrations/…/alertmanager"},
    }
    told = tocsin("integration", "add", "Prometheus", "--service", "checkout")
    assert api.asked == [
        ("POST", "/v1/integrations", {"name": "Prometheus", "service_id": "checkout"})
    ]
    assert "http://tocsin.test/v1/integrations/…/alertmanager" in told.output
    assert "Key: tocsin_ingest_i1_…" in told.output
    assert "not shown again" in told.output


def test_the_mail_addresses_of_an_integration_are_shown_when_it_is_made_and_later(api: Api) -> None:
    addresses = {"any_sender": "a@in.example.org", "authenticated_sender": "b@in.example.org"}
    api.answer = {"integration_id": "i1", "name": "Cron", "key": "k", "mail_addresses": addresses}
    told = tocsin("integration", "add", "Cron", "--service", "checkout")
    api.answer = addresses
    again = tocsin("integration", "addresses", "i1")
    assert api.asked[-1] == ("GET", "/v1/integrations/i1/mail-addresses", None)
    for output in (told.output, again.output):
        assert "any_sender" in output
        assert "b@in.example.org" in output


def test_an_api_key_is_made_for_somebody_and_revoked(api: Api) -> None:
    api.answer = {"api_key_id": "k1", "name": "Ana", "key": "tocsin_key_k1_…"}
    tocsin("key", "add", "Ana", "--scope", "responder", "--responder", "ana")
    body = {"name": "Ana", "scopes": ["responder"], "responder_id": "ana", "expires_at": None}
    api.answer = DONE
    tocsin("key", "revoke", "k1")
    assert api.asked == [("POST", "/v1/api-keys", body), ("DELETE", "/v1/api-keys/k1", None)]


def test_what_is_configured_is_listed_and_shown(api: Api) -> None:
    policy = {
        "escalation_policy_id": "p",
        "name": "P",
        "repeats": 2,
        "levels": [{"targets": [{"responder_id": "ana"}], "escalation_timeout_seconds": 300}],
    }
    api.answer = {"escalation_policies": [policy]}
    assert "ana:300s" in tocsin("policies", "list").output
    api.answer = policy
    assert "escalation_timeout_seconds: 300" in tocsin("policies", "show", "p").output
    assert json.loads(tocsin("policies", "show", "p", "--json").output) == policy


def test_how_alerts_of_a_service_are_taken_is_said_in_one_command(api: Api) -> None:
    path = "/v1/services/checkout/alert-handling"
    usual = {"auto_resolve_after_seconds": None, "reopen_within_seconds": None, "storm_above": 10}
    tocsin("service", "alerts", "checkout", "--auto-resolve-after", "4h", "--reopen-within", "10m")
    tocsin("service", "alerts", "checkout", "--storm-above", "0")
    windows = {"auto_resolve_after_seconds": 14_400, "reopen_within_seconds": 600}
    assert api.asked == [
        ("PUT", path, {"alert_handling": usual | windows}),
        ("PUT", path, {"alert_handling": usual | {"storm_above": None}}),
    ]


def test_a_signing_secret_is_set_without_being_shown_and_taken_away(api: Api) -> None:
    asked = CliRunner().invoke(app, ["integration", "sign", "prometheus"], input="s3cret-of-ours\n")
    assert asked.exit_code == 0, asked.output
    assert "s3cret" not in asked.output
    tocsin("integration", "unsign", "prometheus")
    path = "/v1/integrations/prometheus/signing-secret"
    assert [one[:2] for one in api.asked] == [("PUT", path), ("DELETE", path)]
    assert api.asked[0][2] == {"signing_secret": "s3cret-of-ours"}


def test_an_integration_gets_another_key_that_is_printed_once(api: Api) -> None:
    api.answer = {
        "integration_id": "prometheus",
        "name": "Prometheus",
        "key": "tocsin_ingest_x",
        "urls": None,
        "mail_addresses": None,
        "former_until": "2026-11-30T09:00:00Z",
    }
    said = tocsin("integration", "rotate", "prometheus", "--grace", "1h").output
    assert "tocsin_ingest_x" in said
    assert "The key of before is good until 2026-11-30T09:00:00Z." in said
    path = "/v1/integrations/prometheus/key-rotation"
    assert api.asked == [("POST", path, {"grace_seconds": 3600})]


def test_targets_of_a_learning_policy_are_set_and_the_rest_of_it_stays(api: Api) -> None:
    api.answer = DONE | {"policy": {"items_else_days": 30, "targets": []}}
    targets = ("--target", "tta=10", "--target", "ttr:SEV1=30")
    told = tocsin("learning-policies", "set", "default", *targets, "--cause", "vendor=Our vendors")
    assert told.output == "Set learning policy default. (version 1)\n"
    body = {
        "items_else_days": 30,
        "targets": [
            {"measure": "tta", "minutes": 10, "severity": None},
            {"measure": "ttr", "minutes": 30, "severity": "SEV1"},
        ],
        "causes": [{"category": "vendor", "label": "Our vendors"}],
    }
    path = "/v1/learning-policies/default"
    assert api.asked == [("GET", path, None), ("PUT", path, body)]


@pytest.mark.parametrize("option", [("--target", "ttr=soon"), ("--cause", "vendor")])
def test_half_a_target_or_cause_is_not_taken(api: Api, option: tuple[str, str]) -> None:
    told = tocsin("learning-policies", "set", "default", *option)
    assert told.exit_code == 2
    assert not api.asked
