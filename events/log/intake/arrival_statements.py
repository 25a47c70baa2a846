"""Arrival statements: the SQL of messages that are kept beside the log."""

from typing import Final

_COLUMNS: Final = """
    id as arrival_id, arrived_at, integration_id, source, size, kept, sha256, correlation_id,
    replay_of, outcome, reason, detail, finished_at, attempts
"""
_KEEP: Final = """
insert into es.arrival (
    id, arrived_at, integration_id, source, size, kept, sha256, sealed_by, sealed, correlation_id,
    replay_of, replay_key
)
select * from unnest(
    $1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
    $7::bytea[], $8::text[], $9::bytea[], $10::text[], $11::uuid[], $12::text[]
)
on conflict do nothing
"""
# The first ending stays: two that process the same message come to the same end.
_ENDED: Final = """
update es.arrival a
set outcome = e.outcome, reason = e.reason, detail = e.detail, finished_at = clock_timestamp(),
    due_at = null
from unnest({ids}::uuid[], {outcomes}::text[], {reasons}::text[], {details}::text[])
    as e (id, outcome, reason, detail)
where a.id = e.id and a.outcome is null
"""

KEEP: Final = _KEEP
ENDED: Final = _ENDED.format(ids="$1", outcomes="$2", reasons="$3", details="$4")
KEEP_AND_ENDED: Final = (
    f"with ended as ({_ENDED.format(ids='$13', outcomes='$14', reasons='$15', details='$16')})"
    f"{_KEEP}"
)
NEWEST: Final = f"""
select {_COLUMNS} from es.arrival
where integration_id = $1 and ($2::uuid is null or id < $2)
    and ($3::text is null or coalesce(outcome, 'waiting') = $3)
order by id desc limit $4
"""  # noqa: S608
FIND: Final = f"select {_COLUMNS}, sealed_by, sealed from es.arrival where id = $1"  # noqa: S608
REPLAYED: Final = f"""
select {_COLUMNS} from es.arrival where replay_of = $1 and replay_key = $2 order by id limit 1
"""  # noqa: S608
# What fails is due again after 4, 8, 16 ... seconds, every ten minutes at last.
CLAIM: Final = f"""
update es.arrival
set attempts = attempts + 1,
    due_at = clock_timestamp() + least(interval '2 seconds' * 2 ^ least(attempts + 1, 10), '600 s')
where id in (
    select w.id from es.arrival w
    where w.outcome is null and w.arrived_at <= clock_timestamp() - $2::interval
        and (w.due_at is null or w.due_at <= clock_timestamp())
    order by w.id limit $1 for update skip locked
) and outcome is null
returning {_COLUMNS}, sealed_by, sealed
"""  # noqa: S608
LATER: Final = f"""
select {_COLUMNS}, sealed_by, sealed from es.arrival
where integration_id = $1 and source = $2 and id > $3
    and outcome in ('opened', 'joined', 'unchanged', 'stored')
order by id limit $4
"""  # noqa: S608
TAKEN: Final = f"""
select {_COLUMNS}, sealed_by, sealed from es.arrival
where id > $1 and id < $2 and replay_of is null
    and outcome in ('opened', 'joined', 'unchanged', 'stored')
order by id limit $3
"""  # noqa: S608
OLDEST: Final = "select arrived_at from es.arrival order by id limit 1"
WAITING: Final = """
select count(*) as number,
    coalesce(extract(epoch from clock_timestamp() - min(arrived_at)), 0)::float8 as seconds
from es.arrival where outcome is null and arrived_at <= clock_timestamp() - $1::interval
"""
FAILED: Final = """
select count(*) from es.arrival
where outcome = 'failed' and ($1::interval is null or finished_at >= clock_timestamp() - $1)
"""
TEND: Final = "select es.tend_arrivals($1)"
