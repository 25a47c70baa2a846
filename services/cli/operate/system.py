"""System commands: up, migrate, demo."""

import typer

from services.cli.demo.story import tell
from services.exit import run
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


@app.command()
def demo() -> None:
    """Play one incident's story, on the running system or one of its own."""
    run(tell)
