"""Migrations of the log are applied in the order of their numbers, so each has its own."""

from tests.house.tree import ROOT

MIGRATIONS = sorted((ROOT / "events/log/sql/migrations").glob("*.sql"))


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = [int(migration.name[:4]) for migration in MIGRATIONS]
    assert numbers == list(range(1, len(numbers) + 1))
