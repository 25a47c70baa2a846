"""A status page names each part once, and can be taken down and made again."""

from dataclasses import replace
from datetime import UTC, datetime

from events.actor import Actor
from events.ids import StatusPageId, TeamId
from events.status_page.commands import Component, DefineStatusPage, RemoveStatusPage
from events.status_page.decide import StatusPageNotFound, StatusPageRefused
from events.status_page.events import StatusPageDefined, StatusPageRemoved
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ADMIN = Actor(principal="api_key:root", is_admin=True)


def part(component_id: str, name: str, group: str | None = None) -> Component:
    return Component(
        component_id=component_id, name=name, description="", group=group, service_ids=()
    )


define = DefineStatusPage(
    status_page_id=StatusPageId("acme"),
    name="Acme",
    team_id=TeamId("payments"),
    components=(part("checkout", "Checkout", "Shop"), part("api", "API")),
    actor=ADMIN,
    at=NOW,
)
defined = StatusPageDefined(
    status_page_id=define.status_page_id,
    name="Acme",
    team_id=define.team_id,
    components=define.components,
    defined_by="api_key:root",
    defined_at=NOW,
)
remove = RemoveStatusPage(status_page_id=define.status_page_id, actor=ADMIN, at=NOW)
removed = StatusPageRemoved(
    status_page_id=define.status_page_id, removed_by="api_key:root", removed_at=NOW
)


def test_a_page_is_made_changed_taken_down_and_made_again() -> None:
    given().when(define).then(defined)
    given(defined).when(define).then_nothing()
    given(defined).when(replace(define, name="Shop")).then(replace(defined, name="Shop"))
    given(defined).when(remove).then(removed)
    given(defined, removed).when(remove).then_nothing()
    given(defined, removed).when(define).then(defined)
    given().when(remove).refused(StatusPageNotFound, "No such status page")


def test_two_parts_that_customers_cannot_tell_apart_are_refused() -> None:
    same_id = (part("api", "API"), part("api", "Other"))
    given().when(replace(define, components=same_id)).refused(StatusPageRefused, "twice: api")
    same_name = (part("api", "API"), part("api-2", "API"))
    given().when(replace(define, components=same_name)).refused(StatusPageRefused, "own name")
    in_two_groups = (part("api", "API", "Shop"), part("api-2", "API", "Office"))
    wanted = replace(define, components=in_two_groups)
    given().when(wanted).then(replace(defined, components=in_two_groups))


def test_parts_of_a_group_stand_together() -> None:
    split = (part("a", "A", "Shop"), part("b", "B"), part("c", "C", "Shop"))
    given().when(replace(define, components=split)).refused(StatusPageRefused, "side by side")
