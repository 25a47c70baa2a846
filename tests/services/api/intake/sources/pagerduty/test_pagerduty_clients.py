"""PagerDuty's own Python clients, old and new, pointed at us by configuration only."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pagerduty
import pytest

from events.change.events import ChangeReported
from events.values.severity import Severity
from services.api.dependencies import Dependencies
from tests.services.api.intake.sources.pagerduty.pager import Pager
from tests.services.api.secure_proxy import secured
from tests.services.api.serving import served

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that it is deprecated: its users are who has to move
    import pdpyras  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Place:
    """Where the API is, and behind a proxy with TLS."""

    plain: str
    secure: str
    trusting: ssl.SSLContext


type ClientOf = Callable[[Place, str], AbstractContextManager[Any]]


@contextmanager
def old(place: Place, key: str) -> Iterator[Any]:
    """A sender of `pdpyras`, which has a session for each kind of event."""
    with pdpyras.EventsAPISession(key) as events, pdpyras.ChangeEventsAPISession(key) as changes:
        events.url = changes.url = place.plain
        yield SimpleNamespace(
            trigger=events.trigger,
            acknowledge=events.acknowledge,
            resolve=events.resolve,
            submit=changes.submit,
        )


@contextmanager
def new(place: Place, key: str) -> Iterator[Any]:
    """A sender of `pagerduty`, which insists on TLS."""
    sender = pagerduty.EventsApiV2Client(key, base_url=place.secure, verify=place.trusting)
    with sender:
        yield sender


CLIENTS = pytest.mark.parametrize("client_of", [old, new], ids=["pdpyras", "pagerduty"])


@pytest.fixture
async def place(dependencies: Dependencies) -> AsyncIterator[Place]:
    async with served(dependencies) as (host, port), secured(host, port) as (secure, trusting):
        yield Place(plain=f"http://{host}:{port}", secure=secure, trusting=trusting)


@CLIENTS
async def test_what_it_triggers_acknowledges_and_resolves_is_one_incident(
    place: Place, pager: Pager, client_of: ClientOf
) -> None:
    with client_of(place, pager.key) as sender:
        key = await asyncio.to_thread(
            sender.trigger,
            "Server is on fire",
            "dusty.old.server.net",
            severity="error",
            custom_details={"this": "value", "nested": {"a": [1, 2]}},
            links=[{"href": "https://example.com/runbook", "text": "Runbook"}],
            images=[{"src": "https://example.com/graph.png"}],
        )
        again = await asyncio.to_thread(
            sender.trigger, "Server is on fire", "dusty.old.server.net", dedup_key=key
        )
        assert again == key
        assert await asyncio.to_thread(sender.acknowledge, key) == key
        story = await pager.story()
        (declared,) = story.incidents
        assert (declared.title, declared.severity) == ("Server is on fire", Severity.SEV2)
        assert len(await pager.inbox.waiting(f"incident/{declared.incident_id}")) >= 1
        assert await asyncio.to_thread(sender.resolve, key) == key
        assert (await pager.story()).open_alerts == {}


@CLIENTS
async def test_the_change_that_it_submits_is_kept(
    place: Place, pager: Pager, client_of: ClientOf
) -> None:
    with client_of(place, pager.key) as sender:
        await asyncio.to_thread(
            sender.submit,
            "Deployed v42",
            source="ci",
            timestamp="2026-11-23T11:52:22Z",
            custom_details={"build": "42"},
            links=[{"href": "https://ci.example.com/42", "text": "The build"}],
        )
        (change,) = [one for one in (await pager.story()).events if isinstance(one, ChangeReported)]
        assert (change.summary, change.source) == ("Deployed v42", "ci")
        assert change.details == {"build": "42"}


@pytest.mark.parametrize(
    ("client_of", "error"),
    [(old, pdpyras.PDClientError), (new, pagerduty.Error)],
    ids=["pdpyras", "pagerduty"],
)
async def test_it_raises_an_error_that_says_that_nobody_has_its_key(
    place: Place, client_of: ClientOf, error: type[Exception]
) -> None:
    nobodys = "e93facc04764012d7bfb002500d5d1a6"
    says = r"400|routing_key unknown"
    with client_of(place, nobodys) as sender, pytest.raises(error, match=says):
        await asyncio.to_thread(sender.trigger, "Server is on fire", "dusty.old.server.net")
