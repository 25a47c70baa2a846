"""PagerDuty's change events: kept once, with links and images, in the form its senders know."""

from datetime import UTC, datetime
from typing import Any

import pytest

from events.change.events import ChangeReported
from tests.services.api.intake.sources.pagerduty.pager import CHANGE, Pager, documented


async def changes(pager: Pager) -> list[ChangeReported]:
    return [one for one in (await pager.story()).events if isinstance(one, ChangeReported)]


@pytest.mark.parametrize("name", ["change-build", "change-merge"])
async def test_the_documented_change_is_kept_once(pager: Pager, name: str) -> None:
    body: dict[str, Any] = documented(name) | {"routing_key": pager.key}
    for _ in range(2):
        answer = await pager.http.post(CHANGE, json=body)
        assert answer.status_code == 202
        told = answer.json()
        assert (told["status"], told["message"]) == ("success", "Change event processed")
    (change,) = await changes(pager)
    assert change.summary == body["payload"]["summary"]
    assert change.happened_at == datetime(2015, 7, 17, 8, 42, 58, 315_000, tzinfo=UTC)
    assert change.links[0].title == "View in Build Pipeline"


async def test_its_images_are_kept_as_links(pager: Pager) -> None:
    await pager.http.post(CHANGE, json=documented("change-build") | {"routing_key": pager.key})
    (change,) = await changes(pager)
    assert [link.title for link in change.links] == [
        "View in Build Pipeline",
        "An example link with an image",
    ]


@pytest.mark.parametrize("images", [None, "x", [None, {}, {"src": 7}, {"src": "data:text/html,x"}]])
async def test_an_image_that_is_none_costs_no_change(pager: Pager, images: object) -> None:
    body = {"routing_key": pager.key, "payload": {"summary": "Deploy"}, "images": images}
    assert (await pager.http.post(CHANGE, json=body)).status_code == 202
    (change,) = await changes(pager)
    assert change.links == ()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "'payload' is missing or blank"),
        ({"payload": {"source": "x"}}, "'payload.summary' is missing or blank"),
        ({"payload": {"summary": " "}}, "'payload.summary': "),
    ],
)
async def test_a_change_without_words_is_refused_in_pagerdutys_words(
    pager: Pager, body: dict[str, object], error: str
) -> None:
    answer = await pager.http.post(CHANGE, json=body | {"routing_key": pager.key})
    assert (answer.status_code, answer.json()["status"]) == (400, "invalid event")
    assert answer.json()["errors"][0].startswith(error)
