"""Paging reach: escalation policies and services that page nobody, for operators."""

from dataclasses import dataclass
from typing import Final

from events.values.personal import ERASED
from projections.engine.rows import Reader

# A policy reaches somebody if it, or one that it hands over to, means a person with a contact
# method: by name, as a member of a team, or because they may still come on call in a schedule.
UNREACHED: Final = """
with recursive person as (
    select r.responder_id from read.responder r
    where r.kind = 'person' and exists (
        select from jsonb_array_elements(r.contact_methods) method where method ->> 'address' <> $1
    )
), on_schedule as (
    select s.schedule_id, responder_id
    from read.schedule s
        cross join jsonb_array_elements(s.layers) as layer
        cross join jsonb_array_elements(layer -> 'rotation' -> 'slots') as slot
        cross join jsonb_array_elements_text(slot) as responder_id
    where s.ended_at is null
        and layer ->> 'shadow' is distinct from 'true'
        and ((layer ->> 'ends_at')::timestamptz > now()) is not false
    union all
    select o.schedule_id, o.on_responder_id
    from read.schedule_override o join read.schedule s using (schedule_id)
    where s.ended_at is null and o.withdrawn_at is null and o.ends_at > now()
), staffed as (
    select distinct schedule_id from on_schedule join person using (responder_id)
), manned as (
    select t.team_id from read.team t where exists (
        select from jsonb_array_elements(t.members) member
            join person on person.responder_id = member ->> 'responder_id'
    )
), reaching as (
    select p.escalation_policy_id from read.escalation_policy p
    where exists (
        select from jsonb_array_elements(p.levels) as level
            cross join jsonb_array_elements(level -> 'targets') as target
        where target ->> 'responder_id' in (select responder_id from person)
            or target ->> 'schedule_id' in (select schedule_id from staffed)
            or target ->> 'team_id' in (select team_id from manned)
    )
    union
    select p.escalation_policy_id
    from read.escalation_policy p join reaching r on p.hand_over_to = r.escalation_policy_id
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
    return [Unreached(**row) for row in await reader.fetch(UNREACHED, ERASED)]
