"""Factors: what set the incident off, let it, hid it and slowed us, as a tree of whys."""

from typing import Annotated, Final
from uuid import uuid5

from fastapi import Path, Query, Response
from pydantic import Field

from events.postmortem.commands import ChangeFactor, RecordFactor, RetractFactor
from events.postmortem.document.factors import Factor, FactorKind
from events.postmortem.events import PostmortemFactorRecorded
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.formats import Choice, Line, Name, Strict, Text, View
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import Number, ReadQuery, TheReads
from services.api.resources.postmortem.change import ThePostmortem
from services.api.resources.postmortem.reading import document_of
from services.api.resources.postmortem.views import FactorReceipt, FactorView, factor_views
from services.api.writing.receipts import Receipt, done, receipt_of

router = api_router("postmortem")

FACTORS: Final = "/v1/incidents/{incident_id}/postmortem/factors"
FACTOR: Final = f"{FACTORS}/{{number}}"
READ: Final = [requires(Permission.INCIDENT_READ)]
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]

FactorNumber = Annotated[Number, Path(description="Of the factor, in its postmortem.")]


class FactorBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "factor_kind": "factor",
                "category": "deploy",
                "text": "The release went to all servers at once.",
                "because_of": 1,
                "primary": True,
            }
        ]
    },
):
    """What played a part, and which factor's "why?" it answers."""

    factor_kind: Choice[FactorKind]
    category: Annotated[
        Name, Field(description="Of causes, by its id: the postmortem lists what there is.")
    ]
    text: Text
    because_of: Annotated[
        int | None, Field(ge=1, le=1_000_000, description='The factor whose "why?" it answers.')
    ] = None
    primary: Annotated[
        bool, Field(description="It counts among top causes; the one before does not any more.")
    ] = False
    change_id: Annotated[Line | None, Field(description="The reported change that it names.")] = (
        None
    )

    @property
    def factor(self) -> Factor:
        """Return it as the rules know it."""
        return Factor(
            kind=self.factor_kind,
            category=self.category,
            because_of=self.because_of,
            primary=self.primary,
            change_id=self.change_id,
        )


class FactorList(View):
    """Factors of an incident, read as five whys."""

    factors: list[FactorView]


@router.get(FACTORS, dependencies=READ)
async def list_factors(
    dependencies: Deps,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[ReadQuery, Query()],
) -> FactorList:
    """List the factors of an incident: below each, why it could be."""
    return FactorList(
        factors=factor_views(await document_of(dependencies, reads, query, incident_id))
    )


@router.post(FACTORS, dependencies=WRITE, response_model=FactorReceipt)
async def record_factor(postmortem: ThePostmortem, body: FactorBody) -> Response:
    """Record a factor, under the next number of its postmortem."""
    change = postmortem.change
    factor_id = uuid5(change.identity.command_id, "factor")
    command = RecordFactor(
        factor_id=factor_id,
        factor=body.factor,
        text=body.text,
        actor=change.actor,
        at=change.at,
    )
    handled = await postmortem.make(command)
    [number] = [
        one.event.number
        for one in handled.events
        if isinstance(one.event, PostmortemFactorRecorded)
    ]
    receipt = receipt_of(change.done(handled))
    return done(FactorReceipt(**dict(receipt), number=number), replayed=handled.duplicate)


@router.put(FACTOR, dependencies=WRITE, response_model=Receipt)
async def change_factor(
    postmortem: ThePostmortem, number: FactorNumber, body: FactorBody
) -> Response:
    """Say a factor anew, or have it answer another why."""
    change = postmortem.change
    command = ChangeFactor(
        number=number, factor=body.factor, text=body.text, actor=change.actor, at=change.at
    )
    return await postmortem.receipt(command)


@router.delete(FACTOR, dependencies=WRITE, response_model=Receipt)
async def retract_factor(postmortem: ThePostmortem, number: FactorNumber) -> Response:
    """Say that a factor was none; its number is not used again."""
    change = postmortem.change
    return await postmortem.receipt(RetractFactor(number=number, actor=change.actor, at=change.at))
