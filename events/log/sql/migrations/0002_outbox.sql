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

revoke all on all routines in schema es from public;
grant select on es.outbox to tocsin_app, tocsin_projector;
grant execute on function
    es.outbox_claim(integer, interval, text[]),
    es.outbox_done(bigint),
    es.outbox_failed(bigint, integer, text)
    to tocsin_app, tocsin_projector;
