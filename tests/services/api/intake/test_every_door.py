"""Every door, whatever it is sent: it is refused or kept, and never a fault of ours.

Doors are found in the registry of sources, so one that is new is tried by being there.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest
from httpx import AsyncClient, Response

from services.access.secret_keys import new_key
from services.api.dependencies import Dependencies
from services.api.intake.key_place import KeyInAny, KeyInBody, KeyInHeader, KeyInQuery, KeyPlace
from services.api.intake.source import Source
from services.api.intake.sources import all_sources
from tests.services.api.intake.doors import door_for
from tests.services.api.intake.hostile import HOSTILE, Hostile
from tests.services.api.intake.test_alertmanager_route import monitor_at
from tests.services.api.intake.test_keeping import arrivals_of

JSON = "application/json"


@dataclass(frozen=True)
class Door:
    """One method of one path of a source, or of an operation of one."""

    source: Source[Any, Any]
    path: str
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def example(self) -> Any:
        return self.source.body["content"].get(JSON, {}).get("example", {"title": "Disk full"})

    def at(self, key: str) -> tuple[str, dict[str, str], dict[str, str]]:
        """Where to send to with this key: path, headers and query."""
        path = self.path.replace("{key}", key).replace("{identifier:path}", "alias")
        filled = path.replace("{name}", "nightly").replace("{signal}", "start")
        return filled, *placed(self.source.key_at(self.path), key)


def placed(place: KeyPlace, key: str) -> tuple[dict[str, str], dict[str, str]]:
    match place:
        case KeyInAny():
            return placed(place.places[0], key)
        case KeyInHeader():
            return {place.name: f"{place.schemes[0]} {key}" if place.schemes else key}, {}
        case KeyInQuery():
            return {}, {place.name: key}
        case _:
            return {}, {}


def keyed(door: Door, content: bytes, key: str) -> bytes:
    """The body with the key where its sender writes it."""
    place = door.source.key_at(door.path)
    if not isinstance(place, KeyInBody):
        return content
    member = place.words.split()[2]
    wrong = json.dumps(door.example.get(member)).encode()
    return content.replace(wrong, json.dumps(key).encode(), 1)


def doors() -> Iterator[Door]:
    for source in all_sources():
        for one in (source, *source.operations):
            for path in one.every_path if one is source else one.paths:
                yield from (Door(one, path, method) for method in one.methods if one.body)


DOORS = list(doors())
FIRST = {door.source.name: door for door in reversed(DOORS)}  # one of each kind of message
EVERY_DOOR = pytest.mark.parametrize("door", DOORS, ids=str)
EVERY_KIND = pytest.mark.parametrize("door", list(reversed(FIRST.values())), ids=str)
NEVER_READ = {HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNAUTHORIZED}


async def send(client: AsyncClient, door: Door, key: str, body: Hostile) -> Response:
    path, headers, query = door.at(key)
    return await client.request(
        door.method,
        path,
        params=query,
        content=keyed(door, body.content, key),
        headers={"Content-Type": JSON, **headers, **body.headers},
    )


async def key_for(client: AsyncClient, dependencies: Dependencies) -> str:
    return (await door_for(client, dependencies, "generic")).split("/")[3]


def good(door: Door) -> Hostile:
    return Hostile(content=json.dumps(door.example).encode())


@EVERY_DOOR
async def test_a_good_message_is_let_in_with_its_key_and_no_other(
    client: AsyncClient, dependencies: Dependencies, door: Door
) -> None:
    key = await key_for(client, dependencies)
    refused = await send(client, door, new_key("ingest").text, good(door))
    assert refused.is_client_error
    assert not arrivals_of(dependencies).messages
    answer = await send(client, door, key, good(door))
    expected = {door.source.status}
    if door.source.signed:
        expected = {HTTPStatus.UNAUTHORIZED}  # the example's signature is none
    if not door.source.keeps:
        expected.add(HTTPStatus.NOT_FOUND)  # of a heartbeat that nobody defined
    assert answer.status_code in expected, answer.text
    assert len(arrivals_of(dependencies).messages) == int(door.source.keeps)


@EVERY_KIND
async def test_nothing_that_is_sent_is_a_fault_of_ours_and_what_may_be_a_page_is_kept(
    client: AsyncClient, dependencies: Dependencies, door: Door
) -> None:
    key = await key_for(client, dependencies)
    faults, lost = {}, {}
    for name, make in HOSTILE.items():
        before = len(arrivals_of(dependencies).messages)
        answer = await send(client, door, key, make(door.example))
        if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:  # it is to come again
            assert int(answer.headers["Retry-After"]) >= 1
        elif answer.is_server_error:
            faults[name] = answer.status_code
        kept = len(arrivals_of(dependencies).messages) - before
        if door.source.keeps and answer.status_code not in NEVER_READ and kept != 1:
            lost[name] = answer.status_code
    assert (faults, lost) == ({}, {})


@EVERY_KIND
async def test_an_integration_that_signs_takes_nothing_that_is_unsigned_or_forged(
    client: AsyncClient, dependencies: Dependencies, door: Door
) -> None:
    path, admin = await monitor_at(client, dependencies)
    key = path.split("/")[3]
    name = key.split("_")[2]
    secret = {"signing_secret": "a-secret-of-thirty-two-characters"}
    set_secret = await admin.put(f"/v1/integrations/{name}/signing-secret", json=secret)
    assert set_secret.is_success, set_secret.text
    del client.headers["Authorization"]
    before = await dependencies.log.head()
    signature = door.source.signature
    forged = {signature.header: "0" * 64} if signature else {}
    for headers in ({}, forged, dict.fromkeys(forged, ""), dict.fromkeys(forged, "=")):
        sent = Hostile(content=good(door).content, headers=headers)
        answer = await send(client, door, key, sent)
        assert answer.is_client_error, answer.text
    assert await dependencies.log.head() == before
