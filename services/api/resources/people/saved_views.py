"""Saved views: sets of filters of the list of incidents that a person gave names."""

from typing import Annotated, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import Response
from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from events.account.commands import RemoveView, SaveView
from events.account.decide import account_decider
from events.ids import account_stream
from events.values.inputs import LINE
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps
from services.api.http.formats import Strict, View
from services.api.http.guard import api_router
from services.api.http.text_forms import TextForm
from services.api.reading.reads import PageQuery
from services.api.resources.incidents.incidents import IncidentQuery
from services.api.resources.people.sessions import LOOK, OWN, own_account
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt
from services.identity.finding import account_of

router = api_router("accounts")

VIEWS: Final = "/v1/me/views"
VIEW: Final = f"{VIEWS}/{{name}}"
LONGEST_NAME: Final = 60  # characters
LONGEST_QUERY: Final = 2000
FILTERS: Final = frozenset(IncidentQuery.model_fields) - frozenset(PageQuery.model_fields)
SEVERAL: Final = frozenset({"status", "field"})


def _filters(text: str) -> str:
    """Return the filters as the list's address has them.

    Raises: ValueError.
    """
    try:
        said = parse_qsl(text, strict_parsing=True, errors="strict")
    except ValueError:
        raise ValueError("is no query of an address, such as severity=SEV1&drill=false") from None
    for name, _ in said:
        if name not in FILTERS:
            raise ValueError(f"takes only filters of the list: {', '.join(sorted(FILTERS))}")
    asked = {
        name: [value for other, value in said if other == name] if name in SEVERAL else last
        for name, last in said
    }
    try:
        IncidentQuery.model_validate(asked)
    except ValidationError as invalid:
        names = ", ".join(dict.fromkeys(str(one["loc"][0]) for one in invalid.errors()))
        raise ValueError(f"has a value that the list does not take: {names}") from None
    written = urlencode(said)
    if not 0 < len(written) <= LONGEST_QUERY:
        raise ValueError(f"has 1-{LONGEST_QUERY} characters as an address has it")
    return written


type ViewName = Annotated[
    str,
    StringConstraints(min_length=LINE.least, max_length=LONGEST_NAME),
    TextForm(LINE.pattern, LINE.ask),
]
type Filters = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_QUERY),
    AfterValidator(_filters),
    Field(description="The query of the list's address: filters and order, no cursor, no time."),
]


class ViewBody(
    Strict, json_schema_extra={"examples": [{"query": "severity=SEV1&status=declared"}]}
):
    """Which incidents the view shows."""

    query: Filters


class SavedViewView(View):
    """Saved view: the query of `GET /v1/incidents`, and of the list's address in the browser."""

    name: str
    query: str


class SavedViewList(View):
    """Your views, in the order they were saved."""

    views: list[SavedViewView]


@router.get(VIEWS, dependencies=LOOK)
async def list_my_views(caller: TheCaller, dependencies: Deps) -> SavedViewList:
    """List your saved views of the incidents; what was saved before is in it."""
    account = await account_of(dependencies.log, own_account(caller))
    return SavedViewList(views=[SavedViewView.model_validate(one) for one in account.views])


@router.put(VIEW, dependencies=OWN, response_model=Receipt)
async def save_my_view(
    name: ViewName, body: ViewBody, caller: TheCaller, change: TheConfigurationChange
) -> Response:
    """Save a view of the incidents; the same filters under another name rename it."""
    account_id = own_account(caller)
    command = SaveView(
        account_id=account_id, name=name, query=body.query, actor=change.actor, at=change.at
    )
    return await change.receipt(account_decider, account_stream(account_id), command)


@router.delete(VIEW, dependencies=OWN, response_model=Receipt)
async def remove_my_view(
    name: ViewName, caller: TheCaller, change: TheConfigurationChange
) -> Response:
    """Remove a saved view; the incidents in it stay as they are."""
    account_id = own_account(caller)
    command = RemoveView(account_id=account_id, name=name, actor=change.actor, at=change.at)
    return await change.receipt(account_decider, account_stream(account_id), command)
