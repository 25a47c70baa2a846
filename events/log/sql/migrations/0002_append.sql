-- The only way into the log. Byte layout of the hash: docs/log-format.md.

-- Checked once, where an argument comes in: a CHECK of a table is read anew for each statement.
create domain es.name as text check (octet_length(value) between 1 and 200);
create domain es.digest as bytea check (octet_length(value) = 32);
create domain es.payload as bytea check (octet_length(value) <= 262144);
create domain es.meta as bytea check (octet_length(value) <= 16384);
create domain es.schema_version as integer check (value > 0);

create type es.answer as (
    verdict smallint,  -- 0 appended, 1 duplicate, 2 conflict, 3 key reused
    version bigint,
    first_position bigint,
    last_position bigint,
    hash bytea,
    recorded_at timestamptz
);

create function es.event_hash(
    previous bytea, stream text, version bigint, "position" bigint, event_id uuid,
    command_id uuid, recorded_us bigint, schema_version integer, type text, payload bytea,
    meta bytea
) returns bytea
language sql stable parallel safe  -- as convert_to() is, or it would not be inlined
return sha256(
    '\x01'::bytea || previous || sha256(convert_to(stream, 'UTF8'))
    || int8send(version) || int8send("position") || uuid_send(event_id) || uuid_send(command_id)
    || int8send(recorded_us)
    || sha256(
        '\x00'::bytea || int4send(schema_version) || sha256(convert_to(type, 'UTF8'))
        || sha256(payload) || sha256(meta)
    )
);

-- Many requests in one round trip and one transaction; events and outbox entries of all requests
-- lie end to end, `event_counts` and `outbox_counts` say whose they are. A verdict, not an
-- exception, answers each request, so that one loser does not undo its neighbours.
-- Three steps: look everything up at once, decide request by request, write everything at once.
create function es.append_batch(
    command_ids uuid[], streams es.name[], digests es.digest[], expected_versions bigint[],
    metas es.meta[], event_counts integer[], event_ids uuid[], types es.name[],
    schema_versions es.schema_version[], payloads es.payload[],
    outbox_counts integer[], outbox_kinds text[], outbox_keys text[], outbox_bodies bytea[]
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
    asked record;
    n integer;
    kept integer;
    stream_version bigint;
    chain bytea;
    first_position bigint;
    next_event integer := 1;
    next_outbox integer := 1;
    answer es.answer;
    answers es.answer[] := '{}';
    versions bigint[] := '{}';    -- of a stream so far, at its first request
    chains bytea[] := '{}';
    storing integer[] := '{}';    -- which request stored a command, by the first use of its id
    stored integer[] := '{}';     -- requests that were appended
    new_requests integer[] := '{}';  -- from here on: one entry an event to write
    new_events integer[] := '{}';
    new_ordinals integer[] := '{}';
    new_versions bigint[] := '{}';
    new_hashes bytea[] := '{}';
    new_outbox integer[] := '{}';
begin
    -- Under a snapshot from before the lock, the head read below could be an old one.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'es.append_batch needs READ COMMITTED'
            using errcode = 'invalid_transaction_state';
    end if;

    lock table es.append_gate in exclusive mode;

    select e.position, e.recorded_at into head, now_at
        from es.event e order by e.position desc limit 1;
    head := coalesce(head, 0);
    now_at := greatest(clock_timestamp(), now_at);  -- a clock stepped back must not show
    now_us := extract(epoch from now_at) * 1000000;

    for asked in
        select r.number, known.command_id is not null as is_known,
            known.request_digest = r.digest and known.stream = r.stream as is_same,
            known.version, known.first_position, known.last_position, known.hash,
            known.recorded_at, coalesce(tip.version, 0) as stream_version,
            coalesce(tip.hash, decode(repeat('00', 32), 'hex')) as chain,
            array_position(streams, r.stream) as first_of_stream,
            array_position(command_ids, r.command_id) as first_use
        from unnest(command_ids, streams, digests)
            with ordinality r (command_id, stream, digest, number)
        left join lateral (
            select * from es.answered_command c where c.command_id = r.command_id
            order by c.ordinal desc limit 1
        ) known on true
        left join lateral (
            select e.version, e.hash from es.event e
            where e.stream = r.stream order by e.version desc limit 1
        ) tip on true
        order by r.number
    loop
        n := asked.number;
        stream_version := coalesce(versions[asked.first_of_stream], asked.stream_version);
        chain := coalesce(chains[asked.first_of_stream], asked.chain);
        kept := storing[asked.first_use];

        if asked.is_known then
            answer := (
                case when asked.is_same then 1 else 3 end, asked.version, asked.first_position,
                asked.last_position, asked.hash, asked.recorded_at
            );
        elsif kept is not null then
            answer := answers[kept];
            answer.verdict :=
                case when digests[kept] = digests[n] and streams[kept] = streams[n]
                    then 1 else 3 end;
        elsif stream_version <> expected_versions[n] then  -- null, "any", is never different
            answer := (2, stream_version, null, head, null, now_at);
        else
            first_position := case when event_counts[n] > 0 then head + 1 end;
            for event in next_event .. next_event + event_counts[n] - 1 loop
                head := head + 1;
                stream_version := stream_version + 1;
                chain := es.event_hash(
                    chain, streams[n], stream_version, head, event_ids[event], command_ids[n],
                    now_us, schema_versions[event], types[event], payloads[event], metas[n]
                );
                new_requests := new_requests || n;
                new_events := new_events || event;
                new_ordinals := new_ordinals || event - next_event;
                new_versions := new_versions || stream_version;
                new_hashes := new_hashes || chain;
            end loop;
            for entry in next_outbox .. next_outbox + outbox_counts[n] - 1 loop
                new_outbox := new_outbox || entry;
            end loop;
            answer := (
                0, stream_version, first_position, head,
                case when first_position is not null then chain end, now_at
            );
            stored := stored || n;
            storing[asked.first_use] := n;
        end if;
        next_event := next_event + event_counts[n];
        next_outbox := next_outbox + outbox_counts[n];
        versions[asked.first_of_stream] := stream_version;
        chains[asked.first_of_stream] := chain;
        answers := answers || answer;
    end loop;

    if next_event <> cardinality(event_ids) + 1 or next_outbox <> cardinality(outbox_keys) + 1 then
        raise exception 'counts and entries differ' using errcode = 'invalid_parameter_value';
    end if;

    insert into es.event (
        position, stream, version, event_id, command_id, ordinal, type, schema_version,
        recorded_at, payload, meta, hash, request_digest
    )
        select head - cardinality(new_hashes) + w.place, streams[w.request], w.version,
            event_ids[w.event], command_ids[w.request], w.ordinal, types[w.event],
            schema_versions[w.event], now_at, payloads[w.event], metas[w.request], w.hash,
            digests[w.request]
        from unnest(new_requests, new_events, new_ordinals, new_versions, new_hashes)
            with ordinality w (request, event, ordinal, version, hash, place);
    insert into es.command (
        command_id, request_digest, stream, version, last_position, recorded_at
    )
        select command_ids[w.request], digests[w.request], streams[w.request],
            (answers[w.request]).version, (answers[w.request]).last_position, now_at
        from unnest(stored) w (request) where event_counts[w.request] = 0;
    if cardinality(new_outbox) > 0 then
        insert into es.outbox (kind, key, body)
            select outbox_kinds[w.entry], outbox_keys[w.entry], outbox_bodies[w.entry]
            from unnest(new_outbox) with ordinality w (entry, place) order by w.place
            on conflict (kind, key) do nothing;
    end if;
    return answers;
end $$;

-- The same, durable in two phases: the lock is held over a commit that does not wait for the
-- disk, and a second commit, which many callers share, waits for it before anyone is answered.
-- It runs with the caller's rights because a definer may not commit, and fails inside a
-- transaction of the caller, so the lock can never be held over a round trip.
create procedure es.append(
    command_ids uuid[], streams es.name[], digests es.digest[], expected_versions bigint[],
    metas es.meta[], event_counts integer[], event_ids uuid[], types es.name[],
    schema_versions es.schema_version[], payloads es.payload[],
    outbox_counts integer[], outbox_kinds text[], outbox_keys text[], outbox_bodies bytea[],
    inout answers es.answer[]
)
language plpgsql as $$
begin
    set local synchronous_commit = off;
    answers := es.append_batch(
        command_ids, streams, digests, expected_versions, metas, event_counts, event_ids, types,
        schema_versions, payloads, outbox_counts, outbox_kinds, outbox_keys, outbox_bodies
    );
    commit;
    -- A commit that wrote nothing does not flush: write something.
    perform pg_catalog.pg_logical_emit_message(true, 'es', '');
end $$;

-- One event of one request: what the common group is made of.
create type es.request as (
    command_id uuid,
    stream es.name,
    digest es.digest,
    expected_version bigint,
    meta es.meta,
    event_id uuid,
    type es.name,
    schema_version es.schema_version,
    payload es.payload
);
create type es.stored as (
    version bigint,
    position bigint,
    hash bytea,
    recorded_at timestamptz
);

-- The common group: one event for each of different streams, nothing for the outbox. Everything is
-- looked up, hashed and written by one statement, in the order of the requests, which costs less
-- than es.append_batch. No row, and nothing is written, if one of the commands is known or one of
-- the streams is elsewhere: then es.append_batch has to say which. A stream or a command given
-- twice is an error.
create function es.append_each(requests es.request[]) returns setof es.stored
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan  -- planning would cost more than the work
set enable_seqscan = off  -- the plans are kept from when the log was empty
as $$
declare
    head bigint;
    now_at timestamptz;
begin
    -- Under a snapshot from before the lock, the head read below could be an old one.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'es.append_each needs READ COMMITTED'
            using errcode = 'invalid_transaction_state';
    end if;

    lock table es.append_gate in exclusive mode;

    select e.position, e.recorded_at into head, now_at
        from es.event e order by e.position desc limit 1;
    head := coalesce(head, 0);
    now_at := greatest(clock_timestamp(), now_at);  -- a clock stepped back must not show

    return query insert into es.event as e (
        position, stream, version, event_id, command_id, ordinal, type, schema_version,
        recorded_at, payload, meta, hash, request_digest
    )
    select n.position, n.stream, n.version, n.event_id, n.command_id, 0, n.type, n.schema_version,
        now_at, n.payload, n.meta,
        es.event_hash(
            n.previous, n.stream, n.version, n.position, n.event_id, n.command_id,
            (extract(epoch from now_at) * 1000000)::bigint, n.schema_version, n.type, n.payload,
            n.meta
        ),
        n.digest
    from (
        select r.*, r.number + head as position,
            coalesce(tip.version, 0) + 1 as version,
            coalesce(tip.hash, decode(repeat('00', 32), 'hex')) as previous,
            bool_and(
                coalesce(coalesce(tip.version, 0) = r.expected_version, true)
                and stored.command_id is null and answered.command_id is null
            ) over (order by r.number rows between unbounded preceding and unbounded following)
                as all_fit
        from unnest(requests) with ordinality r (
            command_id, stream, digest, expected_version, meta, event_id, type, schema_version,
            payload, number
        )
        left join lateral (
            select e.version, e.hash from es.event e
            where e.stream = r.stream order by e.version desc limit 1
        ) tip on true
        -- Not "not exists": that could be answered by hashing all commands there ever were.
        left join lateral (
            select e.command_id from es.event e where e.command_id = r.command_id limit 1
        ) stored on true
        left join lateral (
            select c.command_id from es.command c where c.command_id = r.command_id limit 1
        ) answered on true
        offset 0
    ) n
    where n.all_fit
    order by n.number
    returning e.version, e.position, e.hash, e.recorded_at;
end $$;

revoke all on all routines in schema es from public;
grant execute on function es.event_hash, es.append_batch, es.append_each to tocsin_app;
grant execute on procedure es.append to tocsin_app;
