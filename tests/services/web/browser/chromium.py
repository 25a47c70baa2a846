"""Chromium: the one that is named, or on the PATH, or else Debian's, unpacked beside our tools."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.debian import debian_packages

VARIABLE = "TOCSIN_CHROMIUM"
ROOT = 0
FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>{folders}{settings}<cachedir>{cache}</cachedir></fontconfig>
"""
PULSE = "usr/lib/*-linux-gnu*/pulseaudio"  # libpulse looks there by a path from the root


@dataclass(frozen=True, kw_only=True)
class Chromium:
    """Chromium: the program, and what it needs to run."""

    path: Path
    environment: dict[str, str | float | bool] = field(default_factory=dict)

    @property
    def arguments(self) -> list[str]:
        return ["--no-sandbox"] if os.geteuid() == ROOT else []


def chromium() -> Chromium:
    """Return the browser. A machine without one fails the tests; it never skips them."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        if not shutil.which(named):
            pytest.fail(f"{VARIABLE} names {named}, which is no program")
        return Chromium(path=Path(named))
    found = shutil.which("chromium")
    if found:
        return Chromium(path=Path(found))
    home = debian_packages("chromium")
    folders = ("usr/lib/*-linux-gnu*", "lib/*-linux-gnu*", PULSE)
    libraries = [found for folder in folders for found in home.glob(folder)]
    return Chromium(
        path=home / "usr/lib/chromium/chromium",
        environment={
            "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
            "FONTCONFIG_FILE": str(_fonts(home)),
        },
    )


def _fonts(home: Path) -> Path:
    """Return which fonts there are: those unpacked and those of the machine, which may have some.

    Without any, Chromium dies at the first page with text.
    """
    roots = (Path("/"), home)
    file = home / "fonts.conf"
    part = home / f"fonts.{os.getpid()}.part"
    part.write_text(
        FONTS.format(
            folders="".join(f"<dir>{root / 'usr/share/fonts'}</dir>" for root in roots),
            settings="".join(
                f'<include ignore_missing="yes">{root / "etc/fonts/conf.d"}</include>'
                for root in roots
            ),
            cache=home / "fonts.cache",
        )
    )
    part.replace(file)  # whole at once: other processes start browsers, too
    return file
