"""Field views: incident types and fields as bodies bring them and answers show them."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from events.configuration.incident_type import IncidentTypeNotFound
from events.ids import IncidentTypeId
from events.incident.fields.state import CustomFields
from events.log.store import Log
from events.values.custom_fields import LONGEST, CustomField, FieldKind, IncidentType, Needed
from projections.configuration.incident_types import IncidentTypeRow
from services.api.http.formats import Choice, Line, Name, Strict, View, plain_text
from services.api.http.text_forms import TextForm
from services.api.views.rows import shows
from services.commanding.declaration import incident_type_with
from services.request_refusals import Invalid, RequestInvalid

MOST_FIELDS = 50  # of one type
MOST_OPTIONS = 200  # of one field

type Said = Annotated[str, Field(min_length=1, max_length=LONGEST), plain_text]
type FieldSays = Annotated[
    str,
    Field(max_length=64 + LONGEST, examples=["customer=ACME"]),
    TextForm(
        r"^[a-z0-9][a-z0-9._-]{0,62}=[^\x00]+$", "Write FIELD=VALUE, for instance customer=ACME."
    ),
]
type Values = Annotated[
    dict[
        Name,
        Said | Annotated[tuple[Said, ...], Field(strict=False, max_length=MOST_OPTIONS)] | None,
    ],
    Field(
        max_length=MOST_FIELDS,
        description="By field: a text, also for a number or a date, or the options of a"
        " multi_select. Null empties a field; what is not named stays.",
    ),
]


class FieldBody(Strict):
    """One field of a type."""

    field_id: Name
    label: Line
    kind: Choice[FieldKind]
    options: Annotated[tuple[Line, ...], Field(strict=False, max_length=MOST_OPTIONS)] = ()
    needed: Annotated[Choice[Needed], Field(description="Until when it must have a value.")] = (
        Needed.NEVER
    )


class IncidentTypeBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "name": "Outage",
                "fields": [
                    {
                        "field_id": "region",
                        "label": "Region",
                        "kind": "select",
                        "options": ["eu-west-1", "us-east-1"],
                        "needed": "resolution",
                    }
                ],
            }
        ]
    },
):
    """A type as it shall be; incidents declared from now on have these fields."""

    name: Line
    fields: Annotated[tuple[FieldBody, ...], Field(strict=False, max_length=MOST_FIELDS)]


class FieldDefinitionView(View):
    """One field of a type."""

    field_id: str
    label: str
    kind: FieldKind
    options: list[str]
    needed: Needed


@shows(IncidentTypeRow)
class IncidentTypeView(View):
    """What is asked of an incident of this type."""

    fields: list[FieldDefinitionView]


class IncidentTypeList(View):
    """Every incident type, by id."""

    incident_types: list[IncidentTypeView]


class IncidentFieldView(FieldDefinitionView):
    """One field of an incident, and what it says."""

    value: Annotated[list[str], Field(description="One text, or the chosen options; or nothing.")]


def definitions_in(body: IncidentTypeBody) -> tuple[CustomField, ...]:
    """Return the fields that a body defines."""
    return tuple(
        CustomField(
            field_id=one.field_id,
            label=one.label,
            kind=one.kind,
            options=one.options,
            needed=one.needed,
        )
        for one in body.fields
    )


def values_in(body: Mapping[str, str | tuple[str, ...] | None]) -> dict[str, tuple[str, ...]]:
    """Return the values that a body gives, each as its texts."""
    return {
        name: () if value is None else (value,) if isinstance(value, str) else value
        for name, value in body.items()
    }


def wanted_in(query: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return what fields are to say, given as FIELD=VALUE; of one named twice, both."""
    wanted: dict[str, tuple[str, ...]] = {}
    for name, _, text in (one.partition("=") for one in query):
        wanted[name] = (*wanted.get(name, ()), text)
    return wanted


async def type_named(log: Log, incident_type_id: str) -> IncidentType:
    """Return the incident type that a body names, as it is now.

    Raises: RequestInvalid, LogUnavailable.
    """
    try:
        return await incident_type_with(log, IncidentTypeId(incident_type_id))
    except IncidentTypeNotFound as unknown:
        wrong = Invalid(field="body.incident_type_id", reason=unknown.detail)
        raise RequestInvalid(wrong) from unknown


def fields_of(custom: CustomFields) -> list[IncidentFieldView]:
    """Return an incident's fields in the order of its type, also those that say nothing."""
    return [
        IncidentFieldView(
            field_id=one.field_id,
            label=one.label,
            kind=one.kind,
            options=list(one.options),
            needed=one.needed,
            value=list(custom.texts_of(one.field_id)),
        )
        for one in custom.fields
    ]
