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


def debian_packages(package: str) -> Path:
    """Return where a package was unpacked with all that it needs and this machine does not have."""
    return _unpacked(package, whole=True)


def _unpacked(package: str, *, whole: bool = False) -> Path:
    """Return where the package was unpacked: once, also when several processes ask for it."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    home = UNPACKED / package
    with (UNPACKED / f"{package}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not home.exists():
            try:
                _unpack(package, home, whole=whole)
            except (OSError, subprocess.CalledProcessError) as error:
                pytest.fail(f"{package} of Debian is not here: put it on the PATH ({error})")
    return home


def _unpack(package: str, home: Path, *, whole: bool) -> None:
    part = home.with_name(f"{package}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    if _download(package, part, whole=whole):
        subprocess.run(["apt-get", "update"], check=True)
        if _download(package, part, whole=whole):
            raise OSError(f"apt-get cannot download {package}")
    for archive in part.glob("*.deb"):
        subprocess.run(["dpkg", "-x", archive, part], check=True)
        archive.unlink()
    part.rename(home)


def _download(package: str, to: Path, *, whole: bool) -> int:
    wanted = _missing_for(package) if whole else [package]
    return subprocess.run(["apt-get", "download", *wanted], cwd=to, check=False).returncode


def _missing_for(package: str) -> list[str]:
    """Return the packages that installing one would bring, without installing any."""
    dry = ["apt-get", "install", "--simulate", "--no-install-recommends", "--assume-yes", package]
    said = subprocess.run(dry, capture_output=True, text=True, check=False).stdout
    lines = (line.split() for line in said.splitlines())
    return [words[1] for words in lines if words[:1] == ["Inst"]] or [package]
