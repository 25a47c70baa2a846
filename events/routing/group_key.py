"""Group keys of routing rules: what alerts have in common that are to be one incident."""

import json
from hashlib import sha256
from typing import Final

from events.routing.alert_facts import AlertFacts
from events.routing.decision import GroupedBy
from events.values.plain_text import cut

SHOWN: Final = 120  # characters; the rest is told apart by a digest


def group_key(grouped_by: GroupedBy, facts: AlertFacts) -> str:
    """Return the key of the group that an alert belongs to: list, rule and what the fields say.

    A field that an alert lacks is no value, which is another one than an empty text.
    """
    values = [facts.text_of(name) for name in grouped_by.grouping.fields]
    whole = json.dumps(
        [grouped_by.routing_rules_id, grouped_by.rule, grouped_by.grouping.fields, values],
        ensure_ascii=False,
    )
    said = ", ".join(
        f"{name}={text or ''}"
        for name, text in zip(grouped_by.grouping.fields, values, strict=True)
    )
    shown = cut(f"{grouped_by.rule}: {said}" if said else grouped_by.rule, SHOWN)
    return f"{shown} #{sha256(whole.encode()).hexdigest()[:32]}"
