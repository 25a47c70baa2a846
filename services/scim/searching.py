"""Searching: filters, order and pages of RFC 7644, section 3.4.2."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from scim2_models import Context, InvalidFilterException, ListResponse, SearchRequest
from scim2_models.path import CompareOperator, Comparison
from starlette.requests import Request

from services.scim.resources import MOST, Group, User

ASKED: Final = (
    "filter",
    "startIndex",
    "count",
    "sortBy",
    "sortOrder",
    "attributes",
    "excludedAttributes",
)
LONGEST_FILTER: Final = 2_000  # characters


def asked_of[R: (User, Group)](
    kind: type[R], request: Request, body: Mapping[str, Any] | None
) -> SearchRequest[R]:
    """Return what a request searches for: in its address, or in its body (POST /.search).

    Raises: ValidationError, InvalidFilterException.
    """
    query: Mapping[str, Any] = request.query_params if body is None else body
    said: dict[str, Any] = {name: query[name] for name in ASKED if name in query}
    if len(str(said.get("filter", ""))) > LONGEST_FILTER:
        raise InvalidFilterException(detail=f"A filter is at most {LONGEST_FILTER} characters.")
    if body is not None:
        said["schemas"] = body.get("schemas", [])
    return SearchRequest[kind].model_validate(said, scim_ctx=Context.SEARCH_REQUEST)  # type: ignore[valid-type]


def equals(asked: SearchRequest[Any], attribute: str) -> str | None:
    """Return what the attribute is to be, if the filter asks for that and nothing else."""
    node = asked.filter.ast if asked.filter is not None else None
    if not isinstance(node, Comparison) or node.op is not CompareOperator.eq:
        return None
    named = str(node.attr_path).rpartition(":")[2]
    same = named.lower() == attribute.lower()
    return node.value if same and isinstance(node.value, str) else None


def page_of[R: (User, Group)](
    kind: type[R], found: Sequence[R], asked: SearchRequest[R]
) -> dict[str, Any]:
    """Return the part of what was found that was asked for."""
    matching = [one for one in found if asked.filter is None or asked.filter.match(one)]
    ordered = asked.sort(matching) if asked.sort_by else matching
    first = asked.start_index_0 or 0
    count = MOST if asked.count is None else min(asked.count, MOST)
    shown = ordered[first : first + count]
    answer = ListResponse[kind](  # type: ignore[valid-type]
        total_results=len(ordered),
        start_index=first + 1,
        items_per_page=len(shown),
        resources=shown,
    )
    return answer.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=asked)
