"""Where the Temporal program comes from, rung by rung, with programs that only pretend."""

import asyncio
import socket
from pathlib import Path

import pytest

from services.stack.ports import free_port
from services.stack.progress import silent
from services.stack.temporal import build as temporal_build
from services.stack.temporal import download as temporal_download
from services.stack.temporal.binary import SERVER_VERSION, TemporalNotFound, find_binary

# Stands in for Go: `list` names packages, `build … -o TARGET …` writes a program; calls are noted.
PRETEND_GO = """#!/bin/sh
echo "$1" >> {calls}
[ "$1" = list ] && {{ echo one; echo two; exit 0; }}
sleep 0.2
[ -e {broken} ] && {{ echo "no such package"; exit 1; }}
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\necho "temporal version 1 (Server {version}, UI 2)"\\n' > "$2"
chmod +x "$2"
"""


class Machine:
    """A made-up machine: what is on its PATH, and a cache folder."""

    def __init__(self, root: Path) -> None:
        self.path = root / "bin"
        self.path.mkdir()
        self.cache = root / "cache"
        self.calls = root / "calls"
        self.broken = root / "broken"

    def install(self, name: str, script: str) -> Path:
        program = self.path / name
        program.write_text(script)
        program.chmod(0o755)
        return program

    def install_go(self) -> None:
        go = PRETEND_GO.format(calls=self.calls, broken=self.broken, version=SERVER_VERSION)
        self.install("go", go)

    def builds(self) -> int:
        return self.calls.read_text().split().count("build") if self.calls.exists() else 0

    def keep(self, version: str) -> None:
        kept = self.cache / f"server-{SERVER_VERSION}" / "temporal"
        kept.parent.mkdir(parents=True)
        kept.write_text(temporal(version))
        kept.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine without Temporal, without Go and without a way to the download site."""
    made = Machine(tmp_path)
    for tool in ("sh", "sleep", "chmod"):
        (made.path / tool).symlink_to(Path("/bin") / tool)
    monkeypatch.setenv("PATH", str(made.path))
    monkeypatch.setattr(temporal_download, "DOWNLOADS", f"http://127.0.0.1:{free_port()}")
    return made


def temporal(version: str) -> str:
    return f'#!/bin/sh\necho "temporal version 1.8.2 (Server {version}, UI 2.50.1)"\n'


async def test_the_program_that_the_operator_names_comes_first(machine: Machine) -> None:
    machine.install("temporal", temporal("1.31.0"))
    named = machine.install("mine", temporal("1.30.0"))
    found = await find_binary(silent, named=named, cache=machine.cache)
    assert (found.source, found.path) == ("TOCSIN_TEMPORAL_CLI", named)


async def test_a_named_program_that_does_not_work_is_refused_by_its_name(machine: Machine) -> None:
    machine.install("temporal", temporal("1.31.0"))
    with pytest.raises(TemporalNotFound, match="TOCSIN_TEMPORAL_CLI names /nowhere/temporal"):
        await find_binary(silent, named=Path("/nowhere/temporal"), cache=machine.cache)


async def test_a_program_on_path_comes_before_the_kept_one(machine: Machine) -> None:
    machine.install("temporal", temporal("1.31.0"))
    machine.keep(SERVER_VERSION)
    found = await find_binary(silent, cache=machine.cache)
    assert (found.source, found.server_version) == ("PATH", "1.31.0")


@pytest.mark.parametrize("script", [temporal("1.28.0"), "#!/bin/sh\nexit 1\n"])
async def test_an_unusable_program_on_path_is_passed_over(machine: Machine, script: str) -> None:
    machine.install("temporal", script)
    machine.keep(SERVER_VERSION)
    assert (await find_binary(silent, cache=machine.cache)).source == "cache"


async def test_a_kept_program_is_used_without_building(machine: Machine) -> None:
    machine.install_go()
    machine.keep(SERVER_VERSION)
    assert (await find_binary(silent, cache=machine.cache)).source == "cache"
    assert machine.builds() == 0


async def test_a_kept_program_of_another_version_is_not_trusted(machine: Machine) -> None:
    machine.install_go()
    machine.keep("1.29.1")
    found = await find_binary(silent, cache=machine.cache)
    assert (found.source, found.server_version) == ("build", SERVER_VERSION)


async def test_without_a_way_to_the_download_site_it_is_built(machine: Machine) -> None:
    machine.install_go()
    assert (await find_binary(silent, cache=machine.cache)).source == "build"
    assert (await find_binary(silent, cache=machine.cache)).source == "cache"


async def test_a_download_site_that_never_answers_costs_seconds_not_minutes(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silence:  # takes calls, answers none
        port = silence.getsockname()[1]
        monkeypatch.setattr(temporal_download, "DOWNLOADS", f"http://127.0.0.1:{port}")
        monkeypatch.setattr(temporal_download, "REACH_SECONDS", 0.2)
        machine.install_go()
        async with asyncio.timeout(5):
            assert (await find_binary(silent, cache=machine.cache)).source == "build"


async def test_two_starts_at_once_build_once(machine: Machine) -> None:
    machine.install_go()
    both = await asyncio.gather(*(find_binary(silent, cache=machine.cache) for _ in range(2)))
    assert sorted(found.source for found in both) == ["build", "cache"]
    assert machine.builds() == 1


async def test_a_build_that_fails_leaves_nothing_to_trust(machine: Machine) -> None:
    machine.install_go()
    machine.broken.touch()
    with pytest.raises(TemporalNotFound, match="no such package"):
        await find_binary(silent, cache=machine.cache)
    machine.broken.unlink()
    assert (await find_binary(silent, cache=machine.cache)).source == "build"


async def test_a_machine_with_none_of_them_is_told_every_way_out(machine: Machine) -> None:
    with pytest.raises(TemporalNotFound) as refusal:
        await find_binary(silent, cache=machine.cache)
    told = str(refusal.value)
    for way in (
        "TOCSIN_TEMPORAL_ADDRESS",
        "on PATH",
        "TOCSIN_TEMPORAL_CLI",
        "temporal.download",
        "install Go",
        "docker compose",
        "Go is not installed",
    ):
        assert way in told


def test_the_constants_name_the_version_that_the_module_file_pins() -> None:
    pinned = (temporal_build.MODULE / "go.mod").read_text()
    assert f"github.com/temporalio/cli v{temporal_build.CLI_VERSION} " in pinned
    assert f"v{temporal_build.CLI_VERSION}" == temporal_download.CLI_VERSION
    assert f"go.temporal.io/server v{SERVER_VERSION} " in pinned
