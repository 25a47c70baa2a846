-- The dead-man switch: a probe goes the way of a page every minute. What never comes back cannot
-- say so; so each part writes here that it was passed, and whoever reads sees what is too old.

create table es.dead_man_switch (
    only_row boolean primary key default true check (only_row),
    made_at timestamptz not null default clock_timestamp(),
    begun_at timestamptz,                    -- the last probe was sent on its way
    arrived_at timestamptz,                  -- the last one reached the sink
    heartbeat_wanted_at timestamptz,         -- since then the worker has a URL for it
    heartbeat_at timestamptz,                -- the URL last took a heartbeat
    heartbeat_fault text check (octet_length(heartbeat_fault) <= 200)  -- since then; null: none
);
insert into es.dead_man_switch default values;

-- Of several processes one begins: true for whom it was due. A probe that nobody took is replaced:
-- after an outage one goes out, and not one for each minute of it.
create function es.probe_begin(every interval) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update es.dead_man_switch set begun_at = clock_timestamp()
    where begun_at is null or begun_at <= clock_timestamp() - every;
    if not found then
        return false;
    end if;
    delete from es.outbox where kind = 'start_probe';
    insert into es.outbox (kind, key, body)
    values ('start_probe', extract(epoch from clock_timestamp())::text, '{}');
    return true;
end
$$;

create function es.probe_arrived(with_heartbeat boolean) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.dead_man_switch
    set arrived_at = clock_timestamp(),
        heartbeat_wanted_at =
            case when with_heartbeat then coalesce(heartbeat_wanted_at, clock_timestamp()) end
$$;

create function es.heartbeat_sent(fault text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.dead_man_switch
    set heartbeat_at = case when fault is null then clock_timestamp() else heartbeat_at end,
        heartbeat_fault = left(fault, 200)
$$;

revoke all on all routines in schema es from public;
grant select on es.dead_man_switch to tocsin_app, tocsin_projector;
grant execute on function
    es.probe_begin(interval),
    es.probe_arrived(boolean),
    es.heartbeat_sent(text)
    to tocsin_app;
