-- Arrivals: every message behind a good key, as it came, and what became of it. Written before the
-- message is answered. The text is sealed and has its secrets blacked out. Its id is a UUIDv7, so
-- that ids stand in the order of arrival; each day is a table of its own, so that forgetting a day
-- costs nothing however many messages it had.

create table es.arrival (
    id uuid primary key,
    arrived_at timestamptz not null,
    integration_id text not null check (octet_length(integration_id) between 1 and 200),
    source text not null check (octet_length(source) between 1 and 100),
    size bigint not null check (size >= 0),         -- bytes of the body
    kept bigint not null check (kept >= 0),         -- of them, from the beginning
    sha256 bytea not null check (octet_length(sha256) = 32),  -- of the whole body, as it came
    sealed_by text not null check (octet_length(sealed_by) between 1 and 200),
    sealed bytea not null check (octet_length(sealed) <= 1048576),
    correlation_id text check (octet_length(correlation_id) <= 200),  -- of what it made of the log
    replay_of uuid,
    replay_key text check (octet_length(replay_key) <= 300),
    outcome text check (octet_length(outcome) between 1 and 40),  -- null: it is not processed yet
    reason text check (octet_length(reason) <= 4000),
    detail text check (octet_length(detail) <= 100000),           -- JSON
    finished_at timestamptz,
    attempts integer not null default 0,            -- of the sweep
    due_at timestamptz                              -- the sweep's next
) partition by range (id);
-- Compressed before it was sealed.
alter table es.arrival alter column sealed set storage external;
create index arrival_of_integration on es.arrival (integration_id, id);
create index arrival_waiting on es.arrival (id) where outcome is null;
create index arrival_replay_of on es.arrival (replay_of) where replay_of is not null;

-- Where days without a table go: a clock that is off, a housekeeping that stood still.
create table es.arrival_of_other_days partition of es.arrival default;

-- The smallest id of a day.
create function es.arrival_floor(day date) returns uuid
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
    select (lpad(to_hex((extract(epoch from day) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Make the tables of the next days, and drop those of days that are long enough ago. Returns how many
-- were dropped. It waits for no reader: what is in use is dropped the next time.
create function es.tend_arrivals(days integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    today constant date := (clock_timestamp() at time zone 'UTC')::date;
    oldest constant date := today - greatest(days, 1);
    next_day date;
    old record;
    dropped integer := 0;
begin
    if not pg_try_advisory_xact_lock(hashtextextended('es.arrival', 0)) then
        return 0;  -- somebody else does it
    end if;
    perform set_config('lock_timeout', '300ms', true);
    for next_day in select today + ahead from generate_series(0, 3) ahead loop
        if to_regclass('es.arrival_' || to_char(next_day, 'YYYYMMDD')) is null then
            begin
                execute format(
                    'create table es.%I partition of es.arrival for values from (%L) to (%L)',
                    'arrival_' || to_char(next_day, 'YYYYMMDD'),
                    es.arrival_floor(next_day), es.arrival_floor(next_day + 1)
                );
            exception when check_violation then
                null;  -- some of that day are among the other days already, and stay there
            end;
        end if;
    end loop;
    for old in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'es.arrival'::regclass and c.relname ~ '^arrival_[0-9]{8}$'
            and to_date(right(c.relname, 8), 'YYYYMMDD') < oldest
    loop
        execute format('drop table es.%I', old.relname);
        dropped := dropped + 1;
    end loop;
    delete from es.arrival_of_other_days where ctid = any (array(
        select o.ctid from es.arrival_of_other_days o
        where o.id < es.arrival_floor(oldest) limit 10000
    ));
    return dropped;
end $$;

select es.tend_arrivals(30);

-- A dead letter leads to the newest arrival of its bytes, where they are kept whole.
alter table es.dead_letter add column arrival_id uuid;

create function es.keep_dead_letter(
    integration_id text, source text, reason text, size bigint, sha256 bytea, sealed_by text,
    sealed bytea, arrival_id uuid
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform es.keep_dead_letter(integration_id, source, reason, size, sha256, sealed_by, sealed);
    update es.dead_letter d set arrival_id = keep_dead_letter.arrival_id
    where d.integration_id = keep_dead_letter.integration_id and d.sha256 = keep_dead_letter.sha256;
end $$;

revoke all on es.arrival from public;
revoke all on function es.tend_arrivals(integer), es.arrival_floor(date),
    es.keep_dead_letter(text, text, text, bigint, bytea, text, bytea, uuid) from public;
grant select, insert, update on es.arrival to tocsin_app;
grant execute on function es.tend_arrivals(integer),
    es.keep_dead_letter(text, text, text, bigint, bytea, text, bytea, uuid) to tocsin_app;
