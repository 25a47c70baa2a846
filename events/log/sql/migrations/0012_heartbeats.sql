-- Heartbeats of the outside world. A ping is no event: it changes one row, and says nothing that
-- the next one does not say again. Times are the database's, so that no two clocks are compared.

create table es.heartbeat (
    heartbeat_id text primary key check (octet_length(heartbeat_id) <= 63),
    succeeded_at timestamptz,                -- the last ping of each kind
    started_at timestamptz,
    failed_at timestamptz,
    raised_with text check (octet_length(raised_with) <= 63),  -- integration whose alert is open
    wakes_at timestamptz                     -- its workflow is to look, since then; null: need not
);
create index heartbeat_wakes on es.heartbeat (wakes_at) where wakes_at is not null;

-- Pings that come in a flood are stored once a second: they say the same.
create function es.heartbeat_pinged(pinged text, kind text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into es.heartbeat as known (heartbeat_id, succeeded_at, started_at, failed_at, wakes_at)
    values (
        pinged,
        case when kind = 'success' then clock_timestamp() end,
        case when kind = 'start' then clock_timestamp() end,
        case when kind = 'failure' then clock_timestamp() end,
        case when kind <> 'success' then clock_timestamp() end
    )
    on conflict (heartbeat_id) do update set
        succeeded_at = greatest(known.succeeded_at, excluded.succeeded_at),
        started_at = greatest(known.started_at, excluded.started_at),
        failed_at = greatest(known.failed_at, excluded.failed_at),
        wakes_at = case
            when (kind = 'success') = (known.raised_with is not null) then clock_timestamp()
            else known.wakes_at
        end
    where kind <> 'success'
        or known.raised_with is not null
        or known.succeeded_at is null
        or known.succeeded_at < clock_timestamp() - interval '1 second'
        or known.succeeded_at <= greatest(known.started_at, known.failed_at)
$$;

-- True: the alert may be raised. False: a ping came since somebody looked.
create function es.heartbeat_raised(silent text, integration text, seen timestamptz)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into es.heartbeat as known (heartbeat_id, raised_with) values (silent, integration)
    on conflict (heartbeat_id) do update set raised_with = excluded.raised_with
    where known.succeeded_at is not distinct from seen;
    return found;
end
$$;

-- Its alert is over. What failed in the meantime is looked at again.
create function es.heartbeat_settled(settled text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.heartbeat
    set raised_with = null,
        wakes_at = case
            when failed_at > succeeded_at or succeeded_at is null then clock_timestamp()
        end
    where heartbeat_id = settled
$$;

create function es.heartbeat_woken(woken text, seen timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.heartbeat set wakes_at = null where heartbeat_id = woken and wakes_at = seen
$$;

create function es.heartbeat_forgotten(forgotten text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    delete from es.heartbeat where heartbeat_id = forgotten
$$;

revoke all on all routines in schema es from public;
grant select on es.heartbeat to tocsin_app, tocsin_projector;
grant execute on function
    es.heartbeat_pinged(text, text),
    es.heartbeat_raised(text, text, timestamptz),
    es.heartbeat_settled(text),
    es.heartbeat_woken(text, timestamptz),
    es.heartbeat_forgotten(text)
    to tocsin_app;
