"""System commands: up, migrate, first-admin, demo."""

import typer

from services.cli.demo.story import tell
from services.exit import run
from services.stack.first_admin import print_link
from services.stack.postgres.migrate import main as migrate_database
from services.stack.up import up as run_stack

app = typer.Typer()


@app.command()
def up() -> None:
    """Run the whole system on this machine until Ctrl-C."""
    run(run_stack)


@app.command()
def migrate() -> None:
    """Migrate the database's schema; safe to run again."""
    run(migrate_database)


@app.command("first-admin")
def first_admin() -> None:
    """Print a link by which the first admin signs in: once, within an hour."""
    run(print_link)


@app.command()
def demo() -> None:
    """Play one incident's story, on the running system or one of its own."""
    run(tell)
