"""Debian's programs: one that is installed, or else Debian's package, unpacked beside our tools."""

import fcntl
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

UNPACKED: Final = Path(".tools").absolute()


def debian_program(package: str, *names: str) -> Path:
    """Return the first of these programs that is on the PATH, or the package's own."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    return Path(found) if found else _unpacked(package) / "usr/bin" / names[-1]


def _unpacked(package: str) -> Path:
    """Return where the package was unpacked: once, also when several processes ask for it."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    home = UNPACKED / package
    with (UNPACKED / f"{package}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not home.exists():
            try:
                _unpack(package, home)
            except (OSError, subprocess.CalledProcessError) as error:
                pytest.fail(f"{package} of Debian is not here: put it on the PATH ({error})")
    return home


def _unpack(package: str, home: Path) -> None:
    part = home.with_name(f"{package}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    get = ["apt-get", "download", package]
    if subprocess.run(get, cwd=part, check=False).returncode:
        subprocess.run(["apt-get", "update"], check=True)
        subprocess.run(get, cwd=part, check=True)
    (archive,) = part.glob("*.deb")
    subprocess.run(["dpkg", "-x", archive, part], check=True)
    archive.unlink()
    part.rename(home)
