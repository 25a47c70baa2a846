"""Paging reach: escalation policies and services that page nobody, for operators."""

from dataclasses import dataclass
from typing import Final

from projections.engine.rows import Reader

# A policy reaches somebody if one person on one of its levels has a contact method.
UNREACHED: Final = """
with reaching as (
    select distinct p.escalation_policy_id
    from read.escalation_policy p
        cross join jsonb_array_elements(p.levels) as level
        cross join jsonb_array_elements(level -> 'targets') as target
        left join read.responder r on r.responder_id = target ->> 'responder_id'
    where jsonb_array_length(r.contact_methods) > 0
        or target ->> 'schedule_id' is not null
        or target ->> 'team_id' is not null
)
select 'escalation policy' as noun, p.escalation_policy_id as id from read.escalation_policy p
where p.escalation_policy_id not in (select escalation_policy_id from reaching)
union all
select 'service', s.service_id from read.service s
where s.escalation_policy_id is null
    or s.escalation_policy_id not in (select escalation_policy_id from reaching)
order by noun, id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """Something that pages nobody."""

    noun: str
    id: str


async def unreached(reader: Reader) -> list[Unreached]:
    """Return the escalation policies and services that page nobody, by noun and id."""
    return [Unreached(**row) for row in await reader.fetch(UNREACHED)]
