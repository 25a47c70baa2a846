"""`python -m services.stack.migrate`: the schema up to date, and a first key if there is none."""

import sys

from services.api.bootstrap import KEY_FILE, ensure_development_key
from services.exit import run
from services.migrations import migrate
from services.settings import settings
from services.stack.databases import named_databases, password


async def main() -> int:
    """Migrate as owner, and give the application roles the passwords of their addresses."""
    databases = named_databases(settings())
    if databases is None or databases.owner_dsn is None:
        print("Set TOCSIN_POSTGRES_DSN, TOCSIN_APP_DSN and TOCSIN_PROJECTOR_DSN.", file=sys.stderr)
        return 2
    applied = await migrate(
        databases.owner_dsn,
        app_password=password(databases.app_dsn),
        projector_password=password(databases.projector_dsn),
        notary_password=password(databases.notary_dsn) if databases.notary_dsn else None,
    )
    print(f"{len(applied)} migrations applied; the schema is up to date")
    data = settings().data
    if await ensure_development_key(databases.app_dsn, data):
        print(f"A first admin key was made; it is kept in {data / KEY_FILE}")
    return 0


if __name__ == "__main__":
    run(main)
