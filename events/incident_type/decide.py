"""The rules of an incident type: its fields can be told apart, and its choices have options."""

from collections import Counter
from collections.abc import Iterable

from events.custom_fields import CustomField
from events.decider import Decider
from events.errors import IncidentTypeRefused
from events.incident_type.commands import DefineIncidentType
from events.incident_type.events import INCIDENT_TYPE_EVENTS, IncidentTypeDefined
from events.incident_type.state import INITIAL, DefinedType, IncidentType, evolve


def decide(command: DefineIncidentType, defined: DefinedType) -> list[IncidentTypeDefined]:
    """Return the fact of the definition, none if it is already so.

    Raises: IncidentTypeRefused.
    """
    _told_apart((one.field_id for one in command.fields), "field")
    for one in command.fields:
        _choices(one)
    wanted = IncidentType(
        incident_type_id=command.incident_type_id, name=command.name, fields=command.fields
    )
    if defined.incident_type == wanted:
        return []
    return [
        IncidentTypeDefined(
            incident_type_id=command.incident_type_id,
            name=command.name,
            fields=command.fields,
            defined_by=command.actor.name,
            defined_at=command.at,
        )
    ]


def _choices(field: CustomField) -> None:
    if field.kind.chooses and not field.options:
        raise IncidentTypeRefused(
            f"Field {field.field_id} chooses among options: give some.", field=field.field_id
        )
    if field.options and not field.kind.chooses:
        raise IncidentTypeRefused(
            f"Field {field.field_id} is a {field.kind}: only a select or a multi_select has"
            " options.",
            field=field.field_id,
        )
    _told_apart(field.options, f"option of field {field.field_id}")


def _told_apart(names: Iterable[str], what: str) -> None:
    twice = [name for name, number in Counter(names).items() if number > 1]
    if twice:
        raise IncidentTypeRefused(f"Name each {what} once; twice: {', '.join(twice)}.")


incident_type_decider: Decider[DefineIncidentType, DefinedType, IncidentTypeDefined] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=INCIDENT_TYPE_EVENTS
)
