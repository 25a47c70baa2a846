-- The reconciler's own record: who looks, when it last looked, what it found and could not mend.

create table es.reconciler (
    only_row boolean primary key default true check (only_row),
    holder text,                             -- one process looks at a time
    lease_until timestamptz,
    looked_at timestamptz,                   -- when the last look ended
    troubles jsonb not null default '{}',    -- what that look left as it was: {"stuck": 2}
    repaired jsonb not null default '{}'     -- since the beginning: {"missing": 14}
);
insert into es.reconciler default values;

create function es.reconciler_claim(claimant text, lease interval) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with claimed as (
        update es.reconciler
        set holder = claimant, lease_until = clock_timestamp() + lease
        where holder is null or holder = claimant or lease_until <= clock_timestamp()
        returning 1
    )
    select exists (select from claimed)
$$;

create function es.reconciler_release(claimant text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.reconciler set holder = null, lease_until = null where holder = claimant
$$;

-- Adds the repairs of this look to those before; the troubles are only those of the last look.
create function es.reconciler_looked(found jsonb, mended jsonb) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.reconciler
    set looked_at = clock_timestamp(),
        troubles = found,
        repaired = (
            select coalesce(jsonb_object_agg(key, count), '{}')
            from (
                select key, sum(value::bigint) as count
                from (
                    select * from jsonb_each_text(repaired)
                    union all
                    select * from jsonb_each_text(mended)
                ) as every_repair
                group by key
            ) as summed
        )
$$;

-- Workers say here that they live: a server that answers does not know it, and a frozen one keeps
-- its lines to the server open. The database's clock alone counts.

create table es.worker (
    name text primary key check (octet_length(name) between 1 and 400),
    pulsed_at timestamptz not null default clock_timestamp()
);

create function es.worker_pulse(worker text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    delete from es.worker where pulsed_at < clock_timestamp() - interval '1 day';
    insert into es.worker (name) values (worker)
        on conflict (name) do update set pulsed_at = clock_timestamp();
$$;

revoke all on all routines in schema es from public;
grant select on es.reconciler to tocsin_app, tocsin_projector;
grant execute on function
    es.reconciler_claim(text, interval),
    es.reconciler_release(text),
    es.reconciler_looked(jsonb, jsonb)
    to tocsin_app;
grant select on es.worker to tocsin_app, tocsin_projector;
grant execute on function es.worker_pulse(text) to tocsin_app;
