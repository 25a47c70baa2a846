"""Apprise guard: what a process that runs somebody else's plugin may reach.

An audit hook sees every connection with the very address it goes to, whatever library makes it,
and cannot be taken off again. Its refusals are `OSError`s: for the plugin, a network that fails.
"""

import os
import resource
import sys
import sysconfig
from contextlib import suppress
from typing import Any, Final

from activities.delivery.allowed_addresses import PORTS, is_allowed

MEMORY: Final = 1 << 30  # bytes; an answer without end ends this process, and no other
NEVER: Final = (  # beginnings of what is never done: programs, other sockets, changed files
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.truncate",
    "pty.",
    "shutil.",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "ctypes.dlopen",
    "ftplib.",
    "smtplib.",
    "sqlite3.",
)


class Forbidden(PermissionError):
    """What this process may not do."""


class Guard:
    """Watches this process from `close` on."""

    def __init__(self, *, allow_private: bool) -> None:
        self.address_blocked = False
        self._allow_private = allow_private
        installed = (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())
        self._readable = tuple({os.path.realpath(path) + os.sep for path in installed})

    def close(self) -> None:
        """Refuse everything from now on but to call what is public, and to read Python itself."""
        with suppress(ValueError, OSError):  # not every system has the limit
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        sys.addaudithook(self._judge)

    def _judge(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            if not self._may_call(args[1]):
                self.address_blocked = True
                raise Forbidden
        elif event.startswith(NEVER) or (event == "open" and not self._may_read(*args)):
            raise Forbidden

    def _may_call(self, place: tuple[Any, ...] | str | bytes) -> bool:
        """Return whether an address may be called; a name has been looked up before this."""
        if isinstance(place, str | bytes):  # a socket in the file system
            return False
        try:
            return place[1] in PORTS and is_allowed(place[0], allow_private=self._allow_private)
        except ValueError:
            return False

    def _may_read(self, path: object, mode: str | None, flags: int) -> bool:
        if isinstance(path, int):
            return True
        changes = set(mode or "") & set("wax+") or flags & (os.O_WRONLY | os.O_RDWR)
        return not changes and os.path.realpath(os.fsdecode(path)).startswith(self._readable)  # type: ignore[arg-type]
