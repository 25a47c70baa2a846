"""Custom field sentences: an incident's type, and what people filled in."""

from events.configuration.incident_type import IncidentTypeDefined
from events.incident.fields.events import IncidentFieldsChanged, IncidentTyped
from events.values.custom_fields import FieldValue
from projections.sentences.words import counted, person, words


@words.register
def _(event: IncidentTypeDefined) -> str:
    what = f"{event.name} ({event.incident_type_id}) with {counted(len(event.fields), 'field')}"
    return f"{person(event.defined_by)} defined the incident type {what}"


@words.register
def _(event: IncidentTyped) -> str:
    return f"{person(event.typed_by)} set the incident type {event.name}"


@words.register
def _(event: IncidentFieldsChanged) -> str:
    return f"{person(event.changed_by)} set {'; '.join(map(assignment, event.values))}"


def assignment(value: FieldValue) -> str:
    """Return a field and what it says."""
    return f"{value.label} to {', '.join(value.texts) or 'nothing'}"
