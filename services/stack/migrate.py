"""`python -m services.stack.migrate`: bring the database that the settings name up to date."""

import sys

from services.exit import run
from services.migrations import migrate
from services.settings import settings
from services.stack.databases import named_databases, password


async def main() -> int:
    """Migrate as owner, and give the two application roles the passwords of their addresses."""
    databases = named_databases(settings())
    if databases is None or databases.owner_dsn is None:
        print("Set TOCSIN_POSTGRES_DSN, TOCSIN_APP_DSN and TOCSIN_PROJECTOR_DSN.", file=sys.stderr)
        return 2
    applied = await migrate(
        databases.owner_dsn,
        app_password=password(databases.app_dsn),
        projector_password=password(databases.projector_dsn),
    )
    print(f"{len(applied)} migrations applied; the schema is up to date")
    return 0


if __name__ == "__main__":
    run(main)
