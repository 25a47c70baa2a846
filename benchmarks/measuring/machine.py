"""Machine and commit that a number belongs to."""

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from services.stack.postgres.binaries import programs

ROOT: Final = Path(__file__).parents[2]
CPU_INFO: Final = Path("/proc/cpuinfo")  # Linux; elsewhere the platform's own word must do


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where numbers were measured: they can be compared only within one machine."""

    cpu: str
    cores: int
    memory_gib: float
    load: float  # processes that wanted to run, over the last minute before the start
    kernel: str
    python: str
    postgres: str


def this_machine() -> Machine:
    """Return what this machine is, and how busy it has been."""
    return Machine(
        cpu=cpu_model(),
        cores=os.cpu_count() or 1,
        memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
        load=round(os.getloadavg()[0], 1),
        kernel=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        postgres=said([str(programs() / "postgres"), "--version"]).split()[-1],
    )


def cpu_model() -> str:
    """Return what the processor calls itself."""
    lines = CPU_INFO.read_text().splitlines() if CPU_INFO.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def commit() -> str:
    """Return the commit that is measured, and whether the tree differs from it."""
    try:
        return said(["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"])
    except (OSError, subprocess.CalledProcessError):
        return "unknown"  # a copy without its history


def said(command: list[str]) -> str:
    """Return what a program prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
