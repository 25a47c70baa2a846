-- Commands accepted while Temporal could not be reached; the relay sends them when it is back.

create table es.inbox (
    command_id uuid primary key,
    number bigint generated always as identity unique,  -- order of acceptance
    workflow_id text not null check (octet_length(workflow_id) between 1 and 400),
    update_name text not null check (octet_length(update_name) between 1 and 200),
    body bytea not null check (octet_length(body) <= 262144),
    request_digest bytea not null check (octet_length(request_digest) = 32),
    principal text not null,
    accepted_at timestamptz not null default clock_timestamp(),
    state text not null default 'waiting' check (state in ('waiting', 'done', 'refused')),
    outcome bytea,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default clock_timestamp(),
    lease_until timestamptz,
    last_error text,
    finished_at timestamptz
);
create index inbox_waiting on es.inbox (workflow_id, number) where state = 'waiting';

-- Returns the entry as it is kept, the first one when the command was accepted before.
create function es.inbox_put(
    command uuid, workflow text, update_name text, body bytea, digest bytea, principal text
) returns setof es.inbox
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into es.inbox (command_id, workflow_id, update_name, body, request_digest, principal)
        values (command, workflow, inbox_put.update_name, inbox_put.body, digest,
                inbox_put.principal)
        on conflict (command_id) do nothing;
    return query select * from es.inbox i where i.command_id = command;
end $$;

-- Only the oldest waiting command of each workflow: they arrive in the order they were accepted.
create function es.inbox_claim(at_most integer, lease interval) returns setof es.inbox
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with claimed as (
        update es.inbox
        set attempts = attempts + 1, lease_until = clock_timestamp() + lease
        where number in (
            select i.number from es.inbox i
            where i.state = 'waiting' and i.next_attempt_at <= clock_timestamp()
                and (i.lease_until is null or i.lease_until <= clock_timestamp())
                and not exists (
                    select from es.inbox earlier
                    where earlier.workflow_id = i.workflow_id and earlier.state = 'waiting'
                        and earlier.number < i.number
                )
            order by i.number limit at_most for update skip locked
        )
        returning *
    )
    select * from claimed order by number
$$;

-- The first outcome stays.
create function es.inbox_finish(command uuid, final_state text, result bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.inbox
    set state = final_state, outcome = result, finished_at = clock_timestamp(), lease_until = null,
        last_error = null
    where command_id = command and state = 'waiting'
$$;

create function es.inbox_failed(command uuid, attempt integer, error text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.inbox
    set next_attempt_at = clock_timestamp() + es.retry_after(attempts),
        lease_until = null, last_error = left(error, 2000)
    where command_id = command and state = 'waiting' and attempts = attempt
$$;

revoke all on all routines in schema es from public;
grant select on es.inbox to tocsin_app, tocsin_projector;
grant execute on function
    es.inbox_put(uuid, text, text, bytea, bytea, text)
    to tocsin_app;
grant execute on function
    es.inbox_claim(integer, interval),
    es.inbox_finish(uuid, text, bytea),
    es.inbox_failed(uuid, integer, text)
    to tocsin_app, tocsin_projector;
