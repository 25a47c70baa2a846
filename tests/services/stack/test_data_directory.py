"""One stack for one data directory."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from services.settings import Settings
from services.stack.data_directory import (
    STACK_LOCK,
    StackRunsAlready,
    announce,
    held,
    kept_secret,
)
from services.stack.running import found_temporal_address
from services.stack.supervisor.service_process import ROOT

HOLD = """
import sys, time
from pathlib import Path
from services.stack.data_directory import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(data: Path) -> subprocess.Popen[str]:
    """Start another process that holds the directory."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_stack_is_told_who_runs_already_and_what_to_do(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        with pytest.raises(StackRunsAlready) as refusal, held(tmp_path):
            pass
        first.kill()
    told = str(refusal.value)
    assert f"process {first.pid}" in told
    assert str(tmp_path) in told
    assert "TOCSIN_DATA" in told


def test_a_stack_that_was_killed_does_not_keep_the_directory(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        first.kill()
    with held(tmp_path) as data:
        assert data == tmp_path


def test_somebody_who_looks_whether_a_stack_runs_keeps_none_from_starting(tmp_path: Path) -> None:
    looking = FileLock(tmp_path / STACK_LOCK, thread_local=False)
    looking.acquire(timeout=0)
    threading.Timer(0.2, looking.release).start()
    with held(tmp_path) as data:
        assert data == tmp_path


def test_a_program_beside_the_stack_finds_the_temporal_that_the_stack_uses(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with held(tmp_path):
        announce(tmp_path, api_url="http://127.0.0.1:18080", temporal_address="127.0.0.1:17233")
        assert found_temporal_address(settings) == "127.0.0.1:17233"
        told = settings.model_copy(update={"temporal_address": "temporal:7233"})
        assert found_temporal_address(told) == "temporal:7233"
    assert found_temporal_address(settings) == "127.0.0.1:7233"


def test_only_the_owner_may_look_inside(tmp_path: Path) -> None:
    with held(tmp_path / "new") as data:
        assert data.stat().st_mode & 0o077 == 0


def test_a_secret_is_made_up_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    secret = kept_secret(tmp_path, "link-key")
    assert len(secret) >= 32
    assert kept_secret(tmp_path, "link-key") == secret
    assert (tmp_path / "link-key").stat().st_mode & 0o077 == 0
