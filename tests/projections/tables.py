"""`python -m tests.projections.tables`: write the tables of the read models down for review."""

from pathlib import Path

from projections.registry import ALL_PROJECTIONS

FILE = Path(__file__).parent / "tables.sql"


def tables() -> str:
    """Return the SQL that makes every table of every read model."""
    return "\n\n".join(table.ddl for one in ALL_PROJECTIONS for table in one.TABLES) + "\n"


if __name__ == "__main__":
    FILE.write_text(tables(), "utf-8")
