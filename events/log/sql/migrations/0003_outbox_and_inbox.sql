-- Work for the relay, committed together with the events that ask for it.

create table es.outbox (
    id bigint generated always as identity primary key,
    kind text not null check (octet_length(kind) between 1 and 200),
    key text not null check (octet_length(key) between 1 and 400),
    body bytea not null check (octet_length(body) <= 262144),
    created_at timestamptz not null default clock_timestamp(),
    state text not null default 'waiting' check (state in ('waiting', 'done')),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default clock_timestamp(),
    lease_until timestamptz,
    last_error text,
    done_at timestamptz,
    unique (kind, key)
);
create index outbox_waiting on es.outbox (id) where state = 'waiting';

-- 1, 2, 4 … seconds, at most 30: what waits for a dependency goes out soon after it is back.
create function es.retry_after(attempts integer) returns interval
language sql immutable set search_path = pg_catalog, pg_temp
return least(power(2, least(attempts, 10) - 1), 30) * interval '1 second';

create function es.outbox_claim(at_most integer, lease interval, kinds text[])
returns setof es.outbox
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with claimed as (
        update es.outbox
        set attempts = attempts + 1, lease_until = clock_timestamp() + lease
        where id in (
            select id from es.outbox
            where state = 'waiting' and next_attempt_at <= clock_timestamp()
                and (lease_until is null or lease_until <= clock_timestamp())
                and (kinds is null or kind = any (kinds))
            order by id limit at_most for update skip locked
        )
        returning *
    )
    select * from claimed order by id
$$;

create function es.outbox_done(entry bigint) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.outbox
    set state = 'done', done_at = clock_timestamp(), lease_until = null, last_error = null
    where id = entry and state = 'waiting'
$$;

-- The attempt must be the caller's own: a claim that has expired says nothing about the next one.
create function es.outbox_failed(entry bigint, attempt integer, error text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.outbox
    set next_attempt_at = clock_timestamp() + es.retry_after(attempts),
        lease_until = null, last_error = left(error, 2000)
    where id = entry and state = 'waiting' and attempts = attempt
$$;

-- Commands accepted while Temporal could not be reached; the relay sends them when it is back.

create table es.inbox (
    command_id uuid primary key,
    number bigint generated always as identity unique,  -- order of acceptance
    first boolean not null default false,  -- goes before the others of its workflow: an answer
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
create index inbox_in_order on es.inbox (workflow_id, first desc, number) where state = 'waiting';

-- Returns the entry as it is kept, the first one when the command was accepted before.
create function es.inbox_put(
    command uuid, workflow text, update_name text, body bytea, digest bytea, principal text,
    goes_first boolean
) returns setof es.inbox
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into es.inbox (command_id, workflow_id, update_name, body, request_digest, principal,
                          first)
        values (command, workflow, inbox_put.update_name, inbox_put.body, digest,
                inbox_put.principal, goes_first)
        on conflict (command_id) do nothing;
    return query select * from es.inbox i where i.command_id = command;
end $$;

-- The next commands of each workflow whose turn it is; nobody else holds any of its commands.
create function es.inbox_claim(workflows integer, of_each integer, lease interval)
returns setof es.inbox
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with head as (
        select distinct on (i.workflow_id) i.workflow_id, i.command_id
        from es.inbox i where i.state = 'waiting'
        order by i.workflow_id, i.first desc, i.number
    ), due as (
        select i.workflow_id
        from es.inbox i join head on head.command_id = i.command_id
        where i.next_attempt_at <= clock_timestamp()
            and not exists (
                select from es.inbox held
                where held.workflow_id = i.workflow_id and held.state = 'waiting'
                    and held.lease_until > clock_timestamp()
            )
        order by i.number limit workflows for update of i skip locked
    ), claimed as (
        update es.inbox
        set attempts = attempts + 1, lease_until = clock_timestamp() + lease
        where command_id in (
            select following.command_id
            from due cross join lateral (
                select w.command_id from es.inbox w
                where w.workflow_id = due.workflow_id and w.state = 'waiting'
                order by w.first desc, w.number limit of_each
            ) as following
        )
        returning *
    )
    select * from claimed order by workflow_id, first desc, number
$$;

-- The first outcome stays.
create function es.inbox_finish(command uuid, final_state text, result bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.inbox
    set state = final_state, outcome = result, finished_at = clock_timestamp(), lease_until = null,
        last_error = null
    where command_id = command and state = 'waiting'
$$;

-- Never longer than a few seconds: a workflow that is back gets its commands at once.
create function es.inbox_pause(attempts integer) returns interval
language sql immutable set search_path = pg_catalog, pg_temp as $$
    select least(es.retry_after(attempts), interval '4 seconds')
$$;

create function es.inbox_failed(command uuid, attempt integer, error text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.inbox
    set next_attempt_at = clock_timestamp() + es.inbox_pause(attempts),
        lease_until = null, last_error = left(error, 2000)
    where command_id = command and state = 'waiting' and attempts = attempt
$$;

-- Gives back what was claimed and not tried.
create function es.inbox_untried(commands uuid[]) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.inbox set attempts = attempts - 1, lease_until = null
    where command_id = any (commands) and state = 'waiting'
$$;

revoke all on all routines in schema es from public;
grant select on es.outbox, es.inbox to tocsin_app, tocsin_projector;
grant execute on function
    es.inbox_put(uuid, text, text, bytea, bytea, text, boolean)
    to tocsin_app;
grant execute on function
    es.retry_after(integer),
    es.outbox_claim(integer, interval, text[]),
    es.outbox_done(bigint),
    es.outbox_failed(bigint, integer, text),
    es.inbox_claim(integer, integer, interval),
    es.inbox_finish(uuid, text, bytea),
    es.inbox_pause(integer),
    es.inbox_failed(uuid, integer, text),
    es.inbox_untried(uuid[])
    to tocsin_app, tocsin_projector;
