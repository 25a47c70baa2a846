-- The only way into the log. Byte layout of the hash: docs/log-format.md.

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
language sql immutable parallel safe
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
create function es.append_batch(
    command_ids uuid[], streams text[], digests bytea[], expected_versions bigint[], metas bytea[],
    event_counts integer[], event_ids uuid[], types text[], schema_versions integer[],
    payloads bytea[],
    outbox_counts integer[], outbox_kinds text[], outbox_keys text[], outbox_bodies bytea[]
) returns es.answer[]
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    head bigint;
    now_at timestamptz;
    now_us bigint;
    answers es.answer[] := '{}';
    answer es.answer;
    known es.command;
    chain bytea;
    stream_version bigint;
    next_event integer := 1;
    next_outbox integer := 1;
begin
    -- Under a snapshot from before the lock, the head read below could be an old one.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'es.append_batch needs READ COMMITTED'
            using errcode = 'invalid_transaction_state';
    end if;
    if cardinality(event_ids) <> (select coalesce(sum(n), 0) from unnest(event_counts) n)
        or cardinality(outbox_keys) <> (select coalesce(sum(n), 0) from unnest(outbox_counts) n)
    then
        raise exception 'counts and entries differ' using errcode = 'invalid_parameter_value';
    end if;

    lock table es.append_gate in exclusive mode;

    select e.position, e.recorded_at into head, now_at
        from es.event e order by e.position desc limit 1;
    head := coalesce(head, 0);
    now_at := greatest(clock_timestamp(), now_at);  -- a clock stepped back must not show
    now_us := extract(epoch from now_at) * 1000000;

    for i in 1 .. cardinality(command_ids) loop
        select * into known from es.command c where c.command_id = command_ids[i];
        if found then
            answer := (
                case when known.request_digest = digests[i] and known.stream = streams[i]
                    then 1 else 3 end,
                known.version, known.first_position, known.last_position, known.hash,
                known.recorded_at
            );
            next_event := next_event + event_counts[i];
            next_outbox := next_outbox + outbox_counts[i];
            answers := answers || answer;
            continue;
        end if;

        select e.version, e.hash into stream_version, chain
            from es.event e where e.stream = streams[i] order by e.version desc limit 1;
        stream_version := coalesce(stream_version, 0);
        if stream_version <> expected_versions[i] then  -- null, "any", is never different
            next_event := next_event + event_counts[i];
            next_outbox := next_outbox + outbox_counts[i];
            answers := answers || (2, stream_version, null, head, null, now_at)::es.answer;
            continue;
        end if;

        chain := coalesce(chain, decode(repeat('00', 32), 'hex'));
        for n in next_event .. next_event + event_counts[i] - 1 loop
            head := head + 1;
            stream_version := stream_version + 1;
            chain := es.event_hash(
                chain, streams[i], stream_version, head, event_ids[n], command_ids[i], now_us,
                schema_versions[n], types[n], payloads[n], metas[i]
            );
            insert into es.event values (
                head, streams[i], stream_version, event_ids[n], command_ids[i], types[n],
                schema_versions[n], now_at, payloads[n], metas[i], chain
            );
        end loop;
        next_event := next_event + event_counts[i];

        answer := (
            0, stream_version,
            case when event_counts[i] > 0 then head - event_counts[i] + 1 end,
            head,
            case when event_counts[i] > 0 then chain end,
            now_at
        );
        insert into es.command values (
            command_ids[i], digests[i], streams[i], stream_version, answer.first_position, head,
            answer.hash, now_at
        );
        if outbox_counts[i] > 0 then
            insert into es.outbox (kind, key, body)
                select * from unnest(
                    outbox_kinds[next_outbox : next_outbox + outbox_counts[i] - 1],
                    outbox_keys[next_outbox : next_outbox + outbox_counts[i] - 1],
                    outbox_bodies[next_outbox : next_outbox + outbox_counts[i] - 1]
                )
                on conflict (kind, key) do nothing;
            next_outbox := next_outbox + outbox_counts[i];
        end if;
        answers := answers || answer;
    end loop;
    return answers;
end $$;

-- The same, durable in two phases: the lock is held over a commit that does not wait for the
-- disk, and a second commit, which many callers share, waits for it before anyone is answered.
-- It runs with the caller's rights because a definer may not commit, and fails inside a
-- transaction of the caller, so the lock can never be held over a round trip.
create procedure es.append(
    command_ids uuid[], streams text[], digests bytea[], expected_versions bigint[], metas bytea[],
    event_counts integer[], event_ids uuid[], types text[], schema_versions integer[],
    payloads bytea[],
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

revoke all on all routines in schema es from public;
grant execute on all routines in schema es to tocsin_app;
revoke execute on function es.refuse_change() from tocsin_app;
