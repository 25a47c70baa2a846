"""Configuration as files: written, compared, applied, and never half."""

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from typer.testing import CliRunner, Result

from services.cli.__main__ import application
from services.cli.files.kinds import kinds_of
from services.cli.remote import Problem, Remote

DOCUMENT = json.loads(Path("docs/openapi.json").read_text())


class Api:
    """A Tocsin that knows teams, policies and services, and refuses what names nothing."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, dict[str, Any]]] = {
            folder: {} for folder in kinds_of(DOCUMENT)
        }
        self.requests: list[httpx.Request] = []
        self.refusing: str | None = None  # a folder

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/openapi.json":
            return httpx.Response(200, json=DOCUMENT)
        folder, _, rest = path.removeprefix("/v1/").partition("/")
        identity, _, _ = rest.partition("/")
        if request.method == "GET":
            views = list(self.kept[folder].values())
            return httpx.Response(200, json={folder.replace("-", "_"): views})
        self.requests.append(request)
        if request.method == "DELETE":
            del self.kept[folder][identity]
            return httpx.Response(200, json={})
        body = json.loads(request.content)
        policy = body.get("escalation_policy_id")
        if policy and policy not in self.kept["escalation-policies"]:
            return refused("body.escalation_policy_id", f"No such escalation policy: {policy}.")
        if folder == self.refusing:
            return refused("body.name", "Too long.")
        dry = request.headers.get("tocsin-dry-run") == "true"
        if not dry:
            self.keep(folder, identity, body)
        return httpx.Response(200, json={"version": 1, "changes": ["It is new."], "warnings": []})

    def keep(self, folder: str, identity: str, body: dict[str, Any]) -> None:
        kind = kinds_of(DOCUMENT)[folder]
        before = self.kept[folder].get(identity, {})
        held = {kind.within: body} if kind.within else body
        about = {kind.key: identity, "version": 1, "changed_by": "api_key:ana", "changed_at": "now"}
        self.kept[folder][identity] = {"links": [], **before, **held, **about}


def refused(field: str, reason: str) -> httpx.Response:
    problem = {"title": "Wrong.", "errors": [{"field": field, "reason": reason}]}
    return httpx.Response(422, json=problem, headers={"content-type": "application/problem+json"})


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    fake = Api()

    def remote(_: object = None) -> Remote:
        http = httpx.Client(base_url="http://tocsin", transport=httpx.MockTransport(fake))
        return Remote("http://tocsin", "a-key", http=http)

    monkeypatch.setattr(Remote, "from_environment", remote)
    return fake


def tocsin(*words: str) -> Result:
    return CliRunner().invoke(application(words), list(words))


def team(*names: str) -> dict[str, Any]:
    return {"name": "Payments", "members": [{"responder_id": one} for one in names]}


def put_down(directory: Path, name: str, content: dict[str, Any]) -> None:
    path = directory / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content))


def test_every_noun_that_can_be_defined_and_read_back_has_files() -> None:
    kinds = kinds_of(DOCUMENT)
    assert {"teams", "services", "escalation-policies", "incident-types"} <= set(kinds)
    assert kinds["response-policies"].within == "policy"
    assert list(kinds["services"].parts) == ["links", "alert-handling"]
    assert kinds["response-policies"].noun == "response policy"


def test_what_holds_a_secret_or_an_address_has_none() -> None:
    assert {"responders", "api-keys", "integrations"}.isdisjoint(kinds_of(DOCUMENT))


def test_an_export_applied_to_the_same_tocsin_changes_nothing(api: Api, tmp_path: Path) -> None:
    api.keep("teams", "payments", team("ada", "ben"))
    api.keep("services", "checkout", {"name": "Checkout", "escalation_policy_id": None})
    assert "2 files written" in tocsin("export", str(tmp_path)).stdout
    text = (tmp_path / "teams" / "payments.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=../.schemas/teams.json\n")
    assert "changed_by" not in text
    schema = json.loads((tmp_path / ".schemas" / "teams.json").read_text())
    assert schema["required"] == ["name", "members"]
    assert "$ref" not in json.dumps(schema)
    answer = tocsin("apply", str(tmp_path))
    assert answer.exit_code == 0
    assert "2 files unchanged." in answer.stdout
    assert not api.requests
    assert "0 files written" in tocsin("export", str(tmp_path)).stdout


def test_a_dry_run_shows_the_change_and_makes_none(api: Api, tmp_path: Path) -> None:
    put_down(tmp_path, "teams/payments", team("ada"))
    answer = tocsin("apply", str(tmp_path), "--dry-run")
    assert "team payments:\n  It is new." in answer.stdout
    assert not api.kept["teams"]


def test_what_names_another_file_waits_for_it_whatever_their_order(
    api: Api, tmp_path: Path
) -> None:
    put_down(tmp_path, "services/a", {"name": "A", "escalation_policy_id": "z"})
    level = {"targets": [{"responder_id": "ada"}], "escalation_timeout_seconds": 300}
    put_down(tmp_path, "escalation-policies/z", {"name": "Z", "levels": [level], "repeats": 0})
    api.kept["services"]["old"] = {"service_id": "old", "name": "Old", "version": 1, "links": []}
    answer = tocsin("apply", str(tmp_path))
    assert answer.exit_code == 0, answer.output
    assert "Applied service a." in answer.stdout
    assert api.kept["services"]["a"]["escalation_policy_id"] == "z"


def test_one_wrong_file_and_nothing_at_all_is_applied(api: Api, tmp_path: Path) -> None:
    put_down(tmp_path, "services/a", {"name": "A", "escalation_policy_id": "nowhere"})
    put_down(tmp_path, "teams/payments", team("ada"))
    answer = tocsin("apply", str(tmp_path))
    assert isinstance(answer.exception, Problem)
    assert "services/a.yaml" in str(answer.exception)
    assert "No such escalation policy: nowhere." in str(answer.exception)
    assert not api.kept["teams"]


def test_files_of_a_commit_say_so(api: Api, tmp_path: Path) -> None:
    put_down(tmp_path, "teams/payments", team("ada"))
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "Say who we are"]):
        who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org"]
        subprocess.run(["git", "-C", str(tmp_path), *who, *words], check=True)
    tocsin("apply", str(tmp_path))
    sent = api.requests[-1].headers
    assert sent["tocsin-via"] == "apply"
    assert len(sent["tocsin-commit"]) == 40
    put_down(tmp_path, "teams/payments", team("ada", "ben"))
    tocsin("apply", str(tmp_path))
    assert api.requests[-1].headers["tocsin-commit"].endswith("+")


def test_pruning_ends_what_can_be_ended_and_names_what_cannot(api: Api, tmp_path: Path) -> None:
    api.keep("subscriptions", "mary", {"responder_id": "mary", "severities": []})
    api.keep("subscriptions", "john", {"responder_id": "john", "severities": []})
    api.keep("teams", "old", team())
    api.keep("services", "kept", {"name": "Kept", "escalation_policy_id": None})
    tocsin("export", str(tmp_path))
    (tmp_path / "subscriptions" / "john.yaml").unlink()
    (tmp_path / "teams" / "old.yaml").unlink()
    (tmp_path / "teams").joinpath("new.yaml").write_text(yaml.safe_dump(team()))
    answer = tocsin("apply", str(tmp_path), "--prune")
    assert "Ended subscription john." in answer.stdout
    assert "team old stays: it cannot be ended." in answer.stdout
    assert list(api.kept["subscriptions"]) == ["mary"]


def test_drift_names_who_changed_what_by_hand(api: Api, tmp_path: Path) -> None:
    api.keep("teams", "payments", team("ada"))
    tocsin("export", str(tmp_path))
    assert "No drift" in tocsin("drift", str(tmp_path)).stdout
    api.keep("teams", "payments", team("ben"))
    answer = tocsin("drift", str(tmp_path))
    assert answer.exit_code == 1
    assert "team payments is not as the file says, changed by api_key:ana" in answer.stdout


def test_a_file_nobody_understands_is_named(api: Api, tmp_path: Path) -> None:
    put_down(tmp_path, "holidays/x", {})
    answer = tocsin("apply", str(tmp_path))
    assert "Nothing is called holidays." in str(answer.exception)
    missing = tocsin("apply", str(tmp_path / "nowhere"))
    assert "There is no directory" in str(missing.exception)


def test_only_what_a_team_owns_is_written_for_it(api: Api, tmp_path: Path) -> None:
    api.keep("teams", "payments", team("ada"))
    api.keep("teams", "search", team("ben"))
    api.keep("services", "checkout", {"name": "C", "team_id": "payments"})
    api.keep("services", "index", {"name": "I", "team_id": "search"})
    tocsin("export", str(tmp_path), "--team", "payments")
    names = {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*.yaml")}
    assert names == {"teams/payments.yaml", "services/checkout.yaml"}
