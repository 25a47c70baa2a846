"""The compose file: what waits for what, and how it steps around the traps of Temporal's images."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from activities.delivery.provider import provider_types
from activities.integrations.email.provider import SmtpServer
from services.settings import Settings
from services.stack.temporal.binary import SERVER_VERSION
from services.stack.temporal.server import DYNAMIC_CONFIG

ROOT = Path(__file__).parents[1]
OURS = ("front", "mail", "worker", "projector", "notary")
ONE_SHOTS = ("migrate", "temporal-bootstrap", "temporal-schema")


def has_compose() -> bool:
    """Say whether this machine has the compose client."""
    docker = shutil.which("docker")
    if docker is None:
        return False
    asked = subprocess.run([docker, "compose", "version"], capture_output=True, check=False)
    return asked.returncode == 0


PROVIDERS = [one.Settings.model_fields.keys() for one in provider_types().values()]
SETTINGS = Settings.model_fields.keys() | set().union(*PROVIDERS)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as the client understands it, or as YAML where there is no client."""
    file = ROOT / "docker-compose.yml"
    text = file.read_text()
    if has_compose():
        text = subprocess.run(
            ["docker", "compose", "--file", str(file), "config", "--no-interpolate"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def service(compose: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"][name]
    return found


def conditions(compose: dict[str, Any], name: str) -> dict[str, str]:
    return {on: how["condition"] for on, how in service(compose, name)["depends_on"].items()}


@pytest.mark.parametrize("name", OURS)
def test_our_processes_wait_for_the_schema_and_for_a_temporal_that_serves(
    compose: dict[str, Any], name: str
) -> None:
    assert conditions(compose, name) == {
        "migrate": "service_completed_successfully",
        "temporal-bootstrap": "service_completed_successfully",
    }


def test_temporal_waits_for_its_schema_and_the_schema_for_the_database(
    compose: dict[str, Any],
) -> None:
    assert conditions(compose, "temporal") == {"temporal-schema": "service_completed_successfully"}
    assert conditions(compose, "temporal-schema") == {"postgres": "service_healthy"}
    assert conditions(compose, "temporal-bootstrap") == {"temporal": "service_healthy"}


def test_temporal_is_started_around_its_traps(compose: dict[str, Any]) -> None:
    environment = service(compose, "temporal")["environment"]
    assert environment["NUM_HISTORY_SHARDS"] == "512"
    assert environment["BIND_ON_IP"] == "0.0.0.0"
    mounted = {mount_target(mount) for mount in service(compose, "temporal")["volumes"]}
    assert environment["DYNAMIC_CONFIG_FILE_PATH"] in mounted


def mount_target(mount: str | dict[str, str]) -> str:
    return mount.split(":")[1] if isinstance(mount, str) else mount["target"]


def test_the_cluster_has_the_dynamic_config_of_the_embedded_server() -> None:
    cluster = yaml.safe_load((ROOT / "deploy" / "temporal" / "dynamicconfig.yaml").read_text())
    for key, value in DYNAMIC_CONFIG.items():
        assert cluster[key] == [{"value": yaml.safe_load(value)}]


def test_the_server_and_its_schema_tool_are_the_version_that_the_embedded_one_is(
    compose: dict[str, Any],
) -> None:
    assert service(compose, "temporal")["image"] == f"temporalio/server:{SERVER_VERSION}"
    assert (
        service(compose, "temporal-schema")["image"] == f"temporalio/admin-tools:{SERVER_VERSION}"
    )
    assert service(compose, "postgres")["image"].startswith("postgres:18")


# What no container needs to be told: they belong to the stack on one machine, or to the image.
NOT_FOR_CONTAINERS = {
    "data",
    "postgres_port",
    "temporal_port",
    "temporal_ui_port",
    "temporal_cli",
    "pages_port",
    "api_port",
    "mail_port",
}
# What the file decides itself, because it is where things are inside of it.
DECIDED_HERE = {
    "alive_file",
    "api_host",
    "app_dsn",
    "mail_host",
    "notary_directory",
    "notary_dsn",
    "notary_key",
    "postgres_dsn",
    "projector_dsn",
    "status_directory",
    "temporal_address",
}
SECRETS = ("_PASSWORD", "_KEY", "_KEK", "_KEYS")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_has_its_row_in_the_settings_page(name: str) -> None:
    assert f"`TOCSIN_{name.upper()}`" in (ROOT / "docs" / "settings.md").read_text()


@pytest.mark.parametrize("name", sorted(SETTINGS - NOT_FOR_CONTAINERS))
def test_every_setting_can_be_set_in_containers(compose: dict[str, Any], name: str) -> None:
    variable = f"TOCSIN_{name.upper()}"
    services = compose["services"].values()
    told = {one for described in services for one in described.get("environment", {})}
    assert variable in told or f"{variable}=" in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize("name", sorted(SETTINGS - NOT_FOR_CONTAINERS - DECIDED_HERE))
def test_what_an_operator_sets_reaches_every_process_that_reads_it(
    compose: dict[str, Any], name: str
) -> None:
    variable = f"TOCSIN_{name.upper()}"
    for process in ("notary",) if name.startswith("notary_") else OURS:
        passed = str(service(compose, process)["environment"][variable])
        assert passed.startswith(f"${{{variable}:"), process


def test_a_setting_that_is_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_PORT", "")
    monkeypatch.setenv("TOCSIN_SMTP_USERNAME", "")
    told = SmtpServer()
    assert (told.smtp_port, told.smtp_username) == (1025, None)


def test_nothing_starts_with_secrets_that_everybody_knows() -> None:
    """Compose refuses a file whose `:?` variables are not set, and names what to do."""
    text = (ROOT / "docker-compose.yml").read_text()
    named = re.findall(r"\$\{(\w+)(:[^}]*)?\}", text)
    secret = {name: how for name, how in named if name.endswith(SECRETS)}
    optional = {
        "TOCSIN_MAIL_CERTIFICATE_KEY",  # a file
        "TOCSIN_SMTP_PASSWORD",
        "TOCSIN_TWILIO_API_KEY",
        "TOCSIN_VAPID_KEY",
    }
    made = (ROOT / "deploy" / "secrets.sh").read_text()
    for name, how in secret.items():
        assert name in optional or how.startswith(":?run sh deploy/secrets.sh"), name
        assert name in optional or name in made, name
    assert "change-me" not in text


@pytest.mark.parametrize("name", ONE_SHOTS)
def test_what_runs_once_is_not_restarted(compose: dict[str, Any], name: str) -> None:
    assert service(compose, name).get("restart", "no") == "no"


def test_nothing_is_published_beyond_this_machine(compose: dict[str, Any]) -> None:
    for name, described in compose["services"].items():
        for port in described.get("ports", []):
            host = port.split(":")[0] if isinstance(port, str) else port["host_ip"]
            assert host == "127.0.0.1", name


def test_only_the_migration_knows_the_owner_of_the_database(compose: dict[str, Any]) -> None:
    knows = [
        name
        for name, described in compose["services"].items()
        if "TOCSIN_POSTGRES_DSN" in described.get("environment", {})
    ]
    assert knows == ["migrate"]


def test_the_image_runs_as_somebody_with_no_rights() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER tocsin" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert any("uv sync --locked" in line for line in lines)
