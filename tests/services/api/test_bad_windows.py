"""A quarter, a zone or a month that does not exist is refused by its field, at every door."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.services.api.test_configuration_reads import admin, projecting

__all__ = ["admin", "projecting"]  # fixtures

pytestmark = pytest.mark.stack

WRONG = {
    "quarter": ("2026-Q5", "2026-Q0", "1-Q1", "20266-Q1", "Q4", "2026-Q1'--", "٢٠٢٦-Q1"),
    "zone": ("Europe/Atlantis", "../etc/passwd", "", "UTC\n", "+25:00"),
    "year_begins": ("0", "13", "-1", "one"),
    "from": ("2026-02-30T00:00:00Z", "0001-01-01T00:00:00+14:00", "yesterday"),
}


def asked(document: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield each wrong thing at each door that takes it: path, place, name and value."""
    for path, operations in document["paths"].items():
        for one in operations.get("get", {}).get("parameters", ()):
            quarterly = {"quarter", "zone"} & {
                each["name"] for each in operations["get"]["parameters"]
            }
            if "learning" in operations["get"]["tags"] and quarterly:
                for value in WRONG.get(one["name"], ()):
                    yield path, one["in"], one["name"], value


async def test_whatever_door_it_is_asked_at_the_field_is_named(
    admin: AsyncClient, routed: FastAPI
) -> None:
    doors: set[str] = set()
    for path, place, name, value in asked(routed.openapi()):
        doors.add(path)
        if place == "path" and not value.isascii():
            continue  # no address has such a character
        url = path.replace("{quarter}", value if place == "path" else "2026-Q1")
        query = {name: value} if place == "query" else {}
        answer = await admin.get(url, params=query)
        assert answer.status_code == 422, f"{path}: {name}={value}: {answer.text}"
        fields = [one["field"] for one in answer.json()["errors"]]
        assert fields == [f"{place}.{name}"], f"{path}: {value}"
    assert len(doors) > 5
