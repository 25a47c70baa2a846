"""Views of fixes: what came after an action item was done, and how much that is worth."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from projections.findings.fixes import Fix, FixVerdict, fix_text
from services.api.http.formats import Instant, View


class IncidentAgainView(View):
    """An incident of the same category in the same service, or a confirmed repeat."""

    incident_id: UUID
    reference: str
    declared_at: Instant


class FixView(View):
    """An action item that is to prevent something: whether that came again."""

    action_item_id: UUID
    incident_id: UUID
    incident: Annotated[str, Field(description="Its reference.")]
    action_item: Annotated[str, Field(description="As people say it.")]
    service_id: str
    category: str
    done: Annotated[bool, Field(description="Else it is open.")]
    verdict: Annotated[
        FixVerdict,
        Field(description="Says_nothing: nothing came, and hardly anything was to be expected."),
    ]
    text: str
    since: Annotated[Instant, Field(description="It was done; opened, while it is open.")]
    until: Annotated[Instant, Field(description="It is followed until then, or until now.")]
    before: Annotated[int, Field(description="Such incidents in `before_days` before it.")]
    before_days: int
    expected: Annotated[
        float, Field(description="How many were to be expected meanwhile by the rate before.")
    ]
    chance_of_quiet: Annotated[
        float, Field(description="How likely it is that none comes at that rate: 0 to 1.")
    ]
    again: Annotated[list[IncidentAgainView], Field(description="That you may know of.")]
    again_more: Annotated[int, Field(description="That are not listed.")]


def fix_view(one: Fix, reference: str, hidden: frozenset[UUID]) -> FixView:
    """Return a fix as a caller may see it."""
    shown = [each for each in one.again if each.incident_id not in hidden]
    return FixView(
        action_item_id=one.item.action_item_id,
        incident_id=one.item.incident_id,
        incident=reference,
        action_item=one.item.text,
        service_id=one.service_id,
        category=one.category,
        done=one.done,
        verdict=one.verdict,
        text=fix_text(one),
        since=one.begin,
        until=one.end,
        before=one.before,
        before_days=one.before_length.days,
        expected=round(one.expected, 2),
        chance_of_quiet=round(one.chance_of_quiet, 3),
        again=[
            IncidentAgainView(
                incident_id=each.incident_id,
                reference=each.reference,
                declared_at=each.declared_at,
            )
            for each in shown
        ],
        again_more=len(one.again) - len(shown),
    )
