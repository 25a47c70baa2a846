"""One key stands for one request: what is asked in any other way is another request."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from hypothesis import given
from hypothesis import strategies as st

from events.actor import Actor
from events.ids import ResponderId
from services.access.callers import Caller
from services.access.permissions import Permission
from services.api.http.guard import Requires, operations
from services.api.writing.idempotency import identity_for, identity_of
from services.api.writing.uploads import upload_of
from services.commanding.identity import Identity

WRITING = {"POST", "PUT", "PATCH", "DELETE"}
STORES_NOTHING = (
    "/backtest",
    "/what-if",
    "/routing-rules/test",
    "/mapping/test",
    "/trackers/{tracker_id}/test",
    "/maintenance-windows/preview",
)

words = st.sampled_from(["a", "b", "é", ""])
values: st.SearchStrategy[Any] = st.sampled_from([None, 1, "1", True, []])
bodies: st.SearchStrategy[Any] = st.none() | st.dictionaries(words, values, max_size=2)
requests = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["POST", "DELETE"]),
        "path": st.sampled_from(["/v1/incidents", "/v1/incidents/1/links"]),
        "query": st.lists(st.tuples(words, words), max_size=2),
        "body": bodies,
        "person": st.sampled_from([None, "ada", "ben"]),
    }
)


def identity(asked: dict[str, Any]) -> Identity:
    scope = {
        "type": "http",
        "method": asked["method"],
        "path": asked["path"],
        "query_string": urlencode(asked["query"]).encode(),
        "headers": [(b"idempotency-key", b"k")],
        "state": {"principal": "api_key:1"},
    }
    person = asked["person"] and ResponderId(asked["person"])
    actor = Actor(principal="api_key:1", responder_id=person)
    caller = Caller(actor=actor, permissions=frozenset(), asked=Permission.INCIDENT_DECLARE)
    return identity_for(Request(scope), caller, "k", asked["body"])


def what_is_asked(asked: dict[str, Any]) -> object:
    said = json.dumps(asked["body"], sort_keys=True)
    return asked["method"], asked["path"], sorted(asked["query"]), said, asked["person"]


@given(requests, requests)
def test_two_requests_are_one_exactly_if_they_ask_the_same(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    first, second = identity(one), identity(other)
    same = first.request_digest == second.request_digest
    assert same == (what_is_asked(one) == what_is_asked(other))


def calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from calls(inner)


def test_every_operation_that_changes_something_has_such_an_identity(routed: FastAPI) -> None:
    without = [
        route.path
        for route, mark in operations(routed.router.routes)
        if isinstance(mark, Requires) and WRITING & (route.methods or set())
        if not route.path.endswith(STORES_NOTHING)
        if not {identity_of, upload_of} & set(calls(route.dependant))
    ]
    assert without == []
