"""Custom field rules: which values they take, and when they must have one."""

from collections.abc import Iterable, Mapping
from functools import reduce

from events.errors import FieldInvalid, FieldsMissing, FieldUnknown
from events.ids import IncidentId
from events.incident.commands import DeclareIncident
from events.incident.events import IncidentEvent
from events.incident.fields.commands import SetFields, SetIncidentType
from events.incident.fields.events import IncidentFieldsChanged, IncidentTyped
from events.incident.fields.state import CustomFields, fields_after
from events.incident.grammar import Given, Rules
from events.incident.require import live
from events.incident.state import Incident
from events.values.custom_fields import FieldValue, IncidentType, Needed, fault_in


def declared_with_fields(command: DeclareIncident) -> list[IncidentEvent]:
    """Return what a declaration says of the incident's type and fields, nothing without a type.

    Raises: FieldUnknown, FieldInvalid, FieldsMissing.
    """
    custom = CustomFields()
    typed = _typed(custom, command.incident_type, command.incident_id, command)
    custom = _after(custom, typed)
    filled = _filled(custom, command.fields, command.incident_id, command)
    _complete(_after(custom, filled), Needed.DECLARATION, "Declare it with", "declare")
    return [*typed, *filled]


def set_incident_type(command: SetIncidentType, incident: Incident) -> list[IncidentEvent]:
    """Give the incident a type, also in place of another; what fits its fields is kept.

    Raises: FieldUnknown, FieldInvalid, FieldsMissing.
    """
    incident_id, before = live(incident), incident.custom
    typed = _typed(before, command.incident_type, incident_id, command)
    custom = _after(before, typed)
    values = {**(_fitting(before, custom) if typed else {}), **command.values}
    filled = _filled(custom, values, incident_id, command)
    after = _after(custom, filled)
    ask = f"{command.incident_type.name} also needs"
    _complete(after, Needed.DECLARATION, ask, "set_incident_type")
    if incident.resolved:
        _complete(after, Needed.RESOLUTION, ask, "set_incident_type")
    return [*typed, *filled]


def set_fields(command: SetFields, incident: Incident) -> list[IncidentEvent]:
    """Give fields values; what a field says already is no fact.

    Raises: FieldUnknown, FieldInvalid, FieldsMissing (a field that must have a value is emptied).
    """
    incident_id = live(incident)
    filled = _filled(incident.custom, command.values, incident_id, command)
    for event in filled:
        after = fields_after(incident.custom, event)
        _complete(after, Needed.DECLARATION, "These keep a value:", "set_fields")
        if incident.resolved:
            _complete(after, Needed.RESOLUTION, "These keep a value:", "set_fields")
    return filled


def filled_for_resolution(incident: Incident) -> None:
    """Let an incident pass whose fields say what has to be known at its resolution.

    Raises: FieldsMissing.
    """
    _complete(incident.custom, Needed.RESOLUTION, "Before it is resolved, fill in", "set_fields")


def _typed(
    before: CustomFields,
    chosen: IncidentType | None,
    incident_id: IncidentId,
    command: Given,
) -> list[IncidentEvent]:
    if chosen is None or before.is_of(chosen):
        return []
    return [
        IncidentTyped(
            incident_id=incident_id,
            incident_type_id=chosen.incident_type_id,
            name=chosen.name,
            fields=chosen.fields,
            typed_by=command.actor.name,
            typed_at=command.at,
        )
    ]


def _fitting(before: CustomFields, custom: CustomFields) -> dict[str, tuple[str, ...]]:
    """Return what was known already and is allowed in the new fields, too."""
    return {
        field.field_id: texts
        for field in custom.fields
        if (texts := before.texts_of(field.field_id)) and fault_in(field, texts) is None
    }


def _after(custom: CustomFields, events: Iterable[IncidentEvent]) -> CustomFields:
    return reduce(fields_after, events, custom)


def _filled(
    custom: CustomFields,
    wanted: Mapping[str, tuple[str, ...]],
    incident_id: IncidentId,
    command: Given,
) -> list[IncidentEvent]:
    known = {field.field_id: field for field in custom.fields}
    changed: list[FieldValue] = []
    for field_id, texts in wanted.items():
        field = known.get(field_id)
        if field is None:
            there = f"its fields are {', '.join(known)}" if known else "it has no fields"
            raise FieldUnknown(
                f"No such field: {field_id}; {there}.", field=field_id, fields=list(known)
            )
        fault = fault_in(field, texts)
        if fault is not None:
            raise FieldInvalid(f"{field.label} ({field_id}): {fault}.", field=field_id)
        if texts != custom.texts_of(field_id):
            changed.append(FieldValue(field_id=field_id, label=field.label, texts=texts))
    if not changed:
        return []
    return [
        IncidentFieldsChanged(
            incident_id=incident_id,
            values=tuple(changed),
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def _complete(custom: CustomFields, needed: Needed, ask: str, allowed: str) -> None:
    missing = [
        field
        for field in custom.fields
        if field.needed is needed and not custom.texts_of(field.field_id)
    ]
    if missing:
        names = ", ".join(f"{field.label} ({field.field_id})" for field in missing)
        raise FieldsMissing(
            f"{ask} {names}.", fields=[field.field_id for field in missing], allowed=[allowed]
        )


RULES: Rules = {
    SetFields: set_fields,
    SetIncidentType: set_incident_type,
}
