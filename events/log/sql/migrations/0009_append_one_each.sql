-- The common group: one event for each of different streams, nothing for the outbox. Everything is
-- looked up, hashed and written by one statement, which costs less than es.append_batch.
-- Null, and nothing is written, if one of the commands is known or one of the streams is elsewhere:
-- then es.append_batch has to say which. A stream or a command given twice is an error.
create function es.append_one_each(
    command_ids uuid[], streams text[], digests bytea[], expected_versions bigint[], metas bytea[],
    event_ids uuid[], types text[], schema_versions integer[], payloads bytea[]
) returns es.answer[]
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan  -- planning would cost more than the work
set enable_seqscan = off  -- the plans are kept from when the log was empty
as $$
declare
    head bigint;
    now_at timestamptz;
    now_us bigint;
    answers es.answer[];
begin
    -- Under a snapshot from before the lock, the head read below could be an old one.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'es.append_one_each needs READ COMMITTED'
            using errcode = 'invalid_transaction_state';
    end if;

    lock table es.append_gate in exclusive mode;

    select e.position, e.recorded_at into head, now_at
        from es.event e order by e.position desc limit 1;
    head := coalesce(head, 0);
    now_at := greatest(clock_timestamp(), now_at);  -- a clock stepped back must not show
    now_us := extract(epoch from now_at) * 1000000;

    with asked as materialized (
        select r.*, head + r.number as "position", coalesce(tip.version, 0) + 1 as version,
            coalesce(tip.hash, decode(repeat('00', 32), 'hex')) as previous,
            coalesce(coalesce(tip.version, 0) = r.expected_version, true)
                and known.command_id is null as fits
        from unnest(
            command_ids, streams, digests, expected_versions, metas, event_ids, types,
            schema_versions, payloads
        ) with ordinality r (
            command_id, stream, digest, expected_version, meta, event_id, type,
            schema_version, payload, number
        )
        left join lateral (
            select e.version, e.hash from es.event e
            where e.stream = r.stream order by e.version desc limit 1
        ) tip on true
        -- Not "not exists": that could be answered by hashing all commands there ever were.
        left join lateral (
            select c.command_id from es.command c where c.command_id = r.command_id limit 1
        ) known on true
    ),
    placed as materialized (
        select a.*, es.event_hash(
                a.previous, a.stream, a.version, a.position, a.event_id, a.command_id, now_us,
                a.schema_version, a.type, a.payload, a.meta
            ) as hash
        from asked a where (select bool_and(fits) from asked)
    ),
    events as (
        insert into es.event
            select p.position, p.stream, p.version, p.event_id, p.command_id, p.type,
                p.schema_version, now_at, p.payload, p.meta, p.hash
            from placed p
    ),
    commands as (
        insert into es.command
            select p.command_id, p.digest, p.stream, p.version, p.position, p.position, p.hash,
                now_at
            from placed p
    )
    select array_agg(
            (0, p.version, p.position, p.position, p.hash, now_at)::es.answer order by p.number
        ) into answers
        from placed p;
    return answers;
end $$;

revoke all on function es.append_one_each from public;
grant execute on function es.append_one_each to tocsin_app;
