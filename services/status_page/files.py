"""Files of public pages: written whole or not at all, an older word never over a newer one.

What customers may read stands under `public`, which any web server can serve; what we remember of
it ourselves stands beside it.
"""

import json
import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from filelock import FileLock

PUBLIC: Final = Path("public/s")
LOCK: Final = "lock"
WRITTEN: Final = "written.json"
_PAGE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the files say: everything up to a position, as of a time."""

    position: int
    at: datetime


class StatusDirectory:
    """Status directory: where the files of every public page stand."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def file(self, page: str, path: str) -> Path | None:
        """Return where a file of a page stands; None: no page has such a name."""
        return self.root / PUBLIC / page / path if _PAGE.fullmatch(page) else None

    def written(self) -> Written | None:
        """Return what the files say; None: nothing was written yet."""
        try:
            known = json.loads((self.root / WRITTEN).read_bytes())
            return Written(position=int(known["position"]), at=datetime.fromisoformat(known["at"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def written_of(self, page: str) -> Written | None:
        """Return what the files of a page say; None: it has none."""
        index = self.file(page, "index.html")
        return self.written() if index is not None and index.is_file() else None

    def write(self, pages: Mapping[str, Mapping[str, bytes]], saying: Written) -> bool:
        """Write the files of every page, and take away what stands there besides.

        Nothing is written if the files say something newer already: then it returns False.
        Raises: OSError.
        """
        with self._alone():
            before = self.written()
            if before is not None and (before.position, before.at) > (saying.position, saying.at):
                return False
            for page, files in pages.items():
                for path, content in files.items():
                    replace(self.root / PUBLIC / page / path, content)
                self._clear(self.root / PUBLIC / page / "incidents", names_in(files))
            self._clear(self.root / PUBLIC, pages)
            known = {"position": saying.position, "at": saying.at.isoformat()}
            replace(self.root / WRITTEN, json.dumps(known).encode())
            return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        with FileLock(self.root / LOCK):
            yield

    @staticmethod
    def _clear(directory: Path, wanted: Collection[str]) -> None:
        for one in [*directory.iterdir()] if directory.is_dir() else []:
            if one.name not in wanted and one.is_dir():  # a file between them is none of ours
                shutil.rmtree(one)


def address_of(public_url: str, page: str) -> str:
    """Return where customers find a page."""
    return f"{public_url.rstrip('/')}/s/{page}"


def names_in(files: Collection[str]) -> frozenset[str]:
    """Return which incidents have a file."""
    split = (path.split("/") for path in files)
    return frozenset(parts[1] for parts in split if parts[0] == "incidents")


def replace(path: Path, content: bytes) -> None:
    """Have a file hold this, all of it or what it held before, whatever happens meanwhile."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
