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
grant select on es.worker to tocsin_app, tocsin_projector;
grant execute on function es.worker_pulse(text) to tocsin_app;
