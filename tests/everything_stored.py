"""A whole database as text, to look for what must not be in it."""

import asyncpg


async def everything_stored(owner_dsn: str) -> str:
    """Return every row of every table, bytes as the text in them."""
    owner = await asyncpg.connect(owner_dsn)
    try:
        tables = await owner.fetch(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        )
        rows = [
            "\n".join(map(str, row.values()))
            for [table] in tables
            for row in await owner.fetch(f"select * from {table}")
        ]
    finally:
        await owner.close()
    return "\n".join(rows)
