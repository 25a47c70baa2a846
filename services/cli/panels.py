"""Help panels: commands in the groups that `tocsin --help` shows them in."""

from collections.abc import Iterable
from types import ModuleType

import typer


def add(app: typer.Typer, panel: str, parts: Iterable[ModuleType]) -> None:
    """Add the commands of these modules to the command line, in one panel of its help."""
    for part in parts:
        for command in (*part.app.registered_commands, *part.app.registered_groups):
            command.rich_help_panel = panel
        app.add_typer(part.app)
