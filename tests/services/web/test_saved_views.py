"""Saved views: filters of the list of incidents under a name, for one person, on every device."""

import re
from typing import get_type_hints
from urllib.parse import quote

import pytest
from pydantic import ValidationError

from events.account.events import AccountViewRemoved, AccountViewSaved
from events.ids import AccountId
from events.values.personal import Personal
from services.api.resources.people.saved_views import LONGEST_QUERY, ViewBody
from services.identity.finding import account_of
from tests.services.web.conftest import Browser, Site


def marks(kind: object) -> bool:
    return Personal("account_id") in getattr(kind, "__metadata__", ())


stack = pytest.mark.stack
WORST = "severity=SEV1&status=declared&status=acknowledged"


def chips(page: str) -> str:
    found = re.search(r'<nav class="chips" aria-label="Views">(.*?)</nav>', page, re.DOTALL)
    assert found
    return found[1]


@stack
async def test_filters_are_saved_under_a_name_renamed_and_removed(site: Site, ada: Browser) -> None:
    page = (await ada.get(f"/incidents?{WORST}")).text
    assert "Save this view" in page
    assert "Save this view" not in (await ada.get("/incidents")).text
    assert (
        "Save this view"
        not in (await ada.get(f"/incidents?{WORST}&as_of=2026-01-01T00:00:00Z")).text
    )
    saved = await ada.send(f"/saved-views?{WORST}", name="Ours <now> & 100 %?")
    assert saved.status_code == 200
    here = f'<a href="/incidents?{WORST.replace("&", "&amp;")}"'
    assert f'{here} aria-current="true">Ours &lt;now&gt; &amp; 100 %?</a>' in chips(saved.text)
    assert f"{here}>Ours" in chips((await ada.get("/incidents")).text)
    again = await ada.send(f"/saved-views?{WORST}", name="The worst")
    assert "The worst</a>" in chips(again.text)
    assert "Ours" not in chips(again.text)
    bob = await site.browser_of("bob")
    assert "The worst" not in (await bob.get("/incidents")).text
    gone = await ada.send(f"/saved-views/removal?{WORST}", name="The worst")
    assert gone.status_code == 200
    assert "The worst" not in gone.text
    once_more = await ada.send(f"/saved-views/removal?{WORST}", name="The worst", seen="1")
    assert once_more.status_code == 404


@stack
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("on/off", "A name has no “/”"),
        (" ", "Give the view a name."),
        ("x" * 61, "60 characters"),
    ],
)
async def test_a_view_that_cannot_be_saved_is_refused_where_it_was_written(
    ada: Browser, name: str, said: str
) -> None:
    answer = await ada.send(f"/saved-views?{WORST}", name=name)
    assert answer.status_code == 422
    assert said in answer.text


@stack
async def test_views_are_forgotten_with_the_person(site: Site, ada: Browser) -> None:
    await ada.send(f"/saved-views?{WORST}", name="Grace's incidents")
    assert (await account_of(site.api.log, AccountId("ada"))).views
    answer = await site.api.http.request(
        "DELETE", "/v1/subjects/ada", json={"reason": "She asked."}
    )
    assert answer.is_success, answer.text
    assert (await account_of(site.api.log, AccountId("ada"))).views == ()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "severity",
        "severity=SEV0",
        "cursor=abc",
        "as_of=2026-01-01T00:00:00Z",
        "limit=5",
        "status=declared,resolved",
        "q=%ff",
        "q=%00",
        "https://example.com/?q=a",
        "q=" + "a" * LONGEST_QUERY,
        "&".join(["status=declared"] * 20),
    ],
)
def test_only_filters_of_the_list_are_kept(query: str) -> None:
    with pytest.raises(ValidationError):
        ViewBody.model_validate({"query": query})


@pytest.mark.parametrize("event", [AccountViewSaved, AccountViewRemoved])
def test_a_view_is_sealed_for_its_person(event: type) -> None:
    kinds = get_type_hints(event, include_extras=True)
    marked = {name for name, kind in kinds.items() if marks(kind)}
    assert marked == {"name", "query"} & set(kinds)


def test_filters_are_kept_as_the_list_s_address_has_them() -> None:
    body = ViewBody.model_validate({"query": "q=caf%c3%a9%20au+lait&drill=false"})
    assert body.query == "q=caf%C3%A9+au+lait&drill=false"
    assert quote("é") in body.query
