"""Rare commands: those that load half the system, so that the daily ones start without them."""

import typer

from services.cli.audit import commands as audit
from services.cli.files import commands as files
from services.cli.operate import (
    page_tests,
    projections,
    projections_check,
    reconcile,
    simulate,
    subjects,
    system,
)
from services.cli.panels import add
from services.cli.understand import history


def add_rare(app: typer.Typer) -> None:
    """Add them to the command line."""
    add(app, "Understand", (history,))
    add(app, "Configure", (files,))
    add(app, "Operate", (system, page_tests, reconcile, simulate, subjects))
    projections.app.command()(projections_check.check)
    app.add_typer(projections.app, name="projections", rich_help_panel="Operate")
    app.add_typer(audit.app, name="audit", rich_help_panel="Audit")
